"""The Progress sheet: each update's cost, answers, gradient and parameters, and their curves."""

import math

import numpy as np
import plain_loops
import pytest
from reading import cells_of, place, read, wide

import xlbackprop as xb

# Exclusive or in an order of its own, and one example that is never learned.
ROWS = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0], [0.5, 0.25, 1]]
DATA = {"columns": ["x1", "x2", "y"], "rows": ROWS}


def exclusive_or(**changes):
    return xb.load("xor", **({"epochs": 3, "views": [], "data": DATA} | changes))


@pytest.fixture(scope="module")
def full():
    return read(exclusive_or())["progress"]


@pytest.fixture(scope="module")
def batched():
    """Steps of two, two and one of five examples, two epochs."""
    return read(exclusive_or(batch=2, epochs=2))["progress"]


@pytest.fixture(scope="module")
def full_steps():
    return plain_loops.train(exclusive_or(), [range(5)] * 3)


@pytest.fixture(scope="module")
def dealt():
    """The examples of each step, from 0; dealt out anew in each epoch."""
    order = (np.array(exclusive_or(batch=2, epochs=2).steps().numbers) - 1).tolist()
    steps = [order[0:2], order[2:4], order[4:5], order[5:7], order[7:9], order[9:10]]
    assert sorted(order[:5]) == sorted(order[5:10]) == list(range(5))
    return steps


@pytest.fixture(scope="module")
def batched_steps(dealt):
    return plain_loops.train(exclusive_or(batch=2), dealt)


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def answer(w, x1, x2):
    """The output for an example, written out."""
    hidden = [sigmoid(w[f"w2_{j}_1"] * x1 + w[f"w2_{j}_2"] * x2 + w[f"b2_{j}"]) for j in (1, 2, 3)]
    return sigmoid(sum(w[f"w3_1_{j}"] * a for j, a in enumerate(hidden, 1)) + w["b3_1"])


def right(steps, examples):
    """The share of right answers of each block."""
    shares = []
    for step, numbers in zip(steps, [*examples, range(5)], strict=True):
        said = [answer(step.parameters, *ROWS[n][:2]) >= 0.5 for n in numbers]
        asked = [ROWS[n][2] >= 0.5 for n in numbers]
        shares.append(sum(a == b for a, b in zip(said, asked, strict=True)) / len(asked))
    return shares


def lengths(steps):
    """|∇C_T| of each update; there is none after the last."""
    return [math.hypot(*step.gradient.values()) for step in steps[:-1]]


# A row per update.


def test_the_sheet_says_when_its_rows_are_measured(full):
    assert full.value("A1") == "Progress"
    assert full.value("A2") == (
        "One row per epoch, measured before that epoch's update; the last row shows the result "
        "after the last update."
    )


def test_there_is_a_row_for_each_epoch_and_one_for_the_result(full):
    full.shows(full.under("epoch"), [1, 2, 3, 4])


def test_the_total_cost_is_the_sum_over_the_examples(full, full_steps):
    full.shows(full.under("Total cost", "Σ C", "C_T"), [sum(s.costs) for s in full_steps])


def test_the_share_of_right_answers_is_told(full, full_steps):
    wanted = right(full_steps, [range(5)] * 3)
    assert len(set(wanted)) > 1
    full.shows(full.under("Right answers", "share"), wanted)


def test_the_length_of_the_gradient_is_told_of_each_update_and_not_of_the_result(full, full_steps):
    cells = full.under("Length of the gradient", "√Σ(∂C/∂w)²", "|∇C|")
    full.shows(cells[:-1], lengths(full_steps))
    full.shows(cells[-1:], ["–"])


def parameter_cells(page, label):
    """The cells of a parameter, from its label: w2_1_1 stands under w with 2 above and 11 below."""
    heading = f"{label[0]}^{label[1]}_{label[2:].replace('_', '')}"
    return page.under("Parameters", "what each epoch starts with", heading)


def test_every_parameter_has_a_column_in_the_order_of_units(full, full_steps):
    columns = []
    for label in full_steps[0].parameters:
        cells = parameter_cells(full, label)
        full.shows(cells, [step.parameters[label] for step in full_steps])
        columns.append(place(cells[0])[1])
    assert columns == list(range(columns[0], columns[0] + 13))


def test_formulas_read_the_sums_and_parameters_of_their_own_block_of_training(full):
    columns = {
        full.column("C_T"): "Training!N{sums}",
        full.column("share"): "Training!O{sums}",
        full.column("|∇C|"): "SQRT(SUMSQ(Training!T{sums}:AF{sums}))",
        full.column("w^2_11"): "Training!T{start}",
        full.column("b^3_1"): "Training!AF{start}",
    }
    for block in range(3):
        start = 6 + 7 * block  # parameters, five examples, sums
        for column, text in columns.items():
            wanted = text.format(start=start, sums=start + 6)
            assert full.formula(f"{column}{6 + block}") == wanted
    assert full.formula(f"{full.column('|∇C|')}9") is None


def test_summed_gradients_have_the_same_length_and_give_the_same_parameters(full_steps):
    """Those of a layer's weights and of its biases are rectangles of their own on Training."""
    page = read(exclusive_or(gradients="summed"))["progress"]
    cells = page.under("|∇C|")
    page.shows(cells[:-1], lengths(full_steps))
    assert page.formula(cells[0]).count("Training!") == 4
    for label in full_steps[0].parameters:
        wanted = [step.parameters[label] for step in full_steps]
        page.shows(parameter_cells(page, label), wanted)


# Mini-batches.


def test_mini_batches_have_a_row_for_each_step_with_its_number_of_examples(batched):
    batched.shows(batched.under("epoch"), [1, 1, 1, 2, 2, 2, 3])
    batched.shows(batched.under("step"), [1, 2, 3, 4, 5, 6, 7])
    batched.shows(batched.under("n"), [2, 2, 1, 2, 2, 1, 5])


def test_the_cost_per_example_is_that_of_the_steps_own_examples(batched, batched_steps):
    totals = [sum(step.costs) for step in batched_steps]
    batched.shows(batched.under("Total cost", "Σ C", "C_T"), totals)
    means = [sum(step.costs) / len(step.costs) for step in batched_steps]
    batched.shows(batched.under("Cost per example", "Σ C / n", "C_T / n"), means)
    mean = batched.column("C_T / n")
    assert [batched.formula(f"{mean}{row}") for row in (6, 12)] == ["D6/C6", "D12/C12"]


def epoch_means(steps):
    """The mean over each epoch's five examples, in three steps, and over all at the end."""
    costs = [cost for step in steps for cost in step.costs]
    return [sum(costs[first : first + 5]) / 5 for first in (0, 5, 10)]


def test_beside_the_last_step_of_an_epoch_stands_the_mean_cost_of_all_examples(
    batched, batched_steps
):
    column = batched.column("Cost per example of the epoch", "Σ C / Σ n", "all examples")
    ends = [f"{column}{row}" for row in (8, 11, 12)]
    batched.shows(ends, epoch_means(batched_steps))
    assert [batched.formula(cell) for cell in ends] == [
        "SUM(D6:D8)/SUM(C6:C8)",
        "SUM(D9:D11)/SUM(C9:C11)",
        "E12",
    ]
    assert [batched.value(f"{column}{row}") for row in (6, 7, 9, 10)] == [None] * 4


def test_of_steps_with_means_it_counts_each_example_once(dealt):
    """The last step of an epoch has one example, those before it two each."""
    page = read(exclusive_or(batch=2, epochs=2, reduction="mean"))["progress"]
    costs = xb.run(exclusive_or(batch=2, epochs=2, reduction="mean")).cost
    column = page.column("Cost per example of the epoch", "Σ n C_T / Σ n", "all examples")
    wanted = [(2 * a + 2 * b + c) / 5 for a, b, c in (costs[:3], costs[3:6])]
    page.shows([f"{column}{row}" for row in (8, 11, 12)], [*wanted, costs[6]])


def test_answers_and_gradient_are_those_of_the_steps_own_examples(batched, batched_steps, dealt):
    batched.shows(batched.under("Right answers", "share"), right(batched_steps, dealt))
    norms = batched.under("|∇C|")
    batched.shows(norms[:-1], lengths(batched_steps))
    batched.shows(norms[-1:], ["–"])
    cells = batched.under("Parameters", "what each step starts with", "w^3_12")
    batched.shows(cells, [step.parameters["w3_1_2"] for step in batched_steps])


# Where something is missing.


@pytest.fixture(scope="module")
def curve():
    """Numbers to meet, which are no answers: three points."""
    data = {"columns": ["x", "y"], "rows": [[-1, 3], [0, -2], [2, 1]]}
    return read(xb.load("sine", epochs=2, data=data, views=[]))["progress"]


def test_numbers_to_meet_are_no_answers(curve):
    curve.shows(curve.under("Right answers", "share"), ["–"] * 3)


def test_a_pass_forward_has_one_row_and_no_gradient():
    page = read(exclusive_or(epochs=0))["progress"]
    page.shows(page.under("pass"), [1])
    page.shows(page.under("C_T"), [sum(plain_loops.train(exclusive_or(), [])[0].costs)])
    assert page.texts(rows=range(3, 6))[:7] == [
        *("Total cost", "Right answers", "Parameters", "Σ C", "as they stand on Parameters"),
        *("pass", "C_T"),
    ]
    assert not any("∇" in text for text in page.texts())
    assert "–" not in page.texts()


def test_a_fixed_parameter_has_no_part_in_the_length_of_the_gradient():
    page = read(xb.load("worked-example", epochs=1, views=[]))["progress"]
    [step, _] = plain_loops.train(xb.load("worked-example"), [[0]])
    assert step.gradient["b2_1"] == step.gradient["b3_2"] == 0
    page.shows(page.under("|∇C|")[:1], lengths([step, step]))


def test_a_training_beyond_all_numbers_shows_errors_and_no_numbers():
    """Both as stored, where an error is what is no finite number, and as computed."""
    data = {"columns": ["x", "y"], "rows": [[1, 0], [2, 1]]}
    layers = [{"units": 1, "activation": "linear"}]
    recipe = xb.load(
        "sine", epochs=3, data=data, layers=layers, rule="gradient-descent", eta=1e250, views=[]
    )
    page = read(recipe)["progress"]
    for heading in ("C_T", "|∇C|"):
        cells = page.under(heading)
        finite = [isinstance(c := page.value(cell), float) and math.isfinite(c) for cell in cells]
        numbers = [isinstance(page.computed(cell), float) for cell in cells]
        assert finite == numbers
        assert finite[0]
        assert not finite[2]


# What is beside the numbers.


def test_large_numbers_have_an_exponent_everywhere(full, batched):
    for page, last in ((full, "AD9"), (batched, "AH12")):
        [(areas, operator, operands)] = page.rules("numFmt")
        first = page.column("C_T") + "6"
        assert cells_of(areas) == cells_of(f"{first}:{last}")
        assert (operator, operands) == ("notBetween", ["-9999.5", "9999.5"])
        assert last in page.under("b^3_1")


def series(chart):
    [one] = chart.series
    return one.xVal.numRef.f, one.yVal.numRef.f


def said(title):
    return "".join(run.t for paragraph in title.tx.rich.p for run in paragraph.r)


def test_a_curve_of_the_cost_and_one_of_right_answers_run_over_all_epochs(full):
    [(first, cost), (second, answers)] = full.grid.charts
    assert series(cost) == ("'Progress'!$A$6:$A$9", "'Progress'!$B$6:$B$9")
    assert series(answers) == ("'Progress'!$A$6:$A$9", "'Progress'!$C$6:$C$9")
    assert [full.column(heading) for heading in ("epoch", "C_T", "share")] == ["A", "B", "C"]
    assert [said(chart.title) for chart in (cost, answers)] == [
        "Total cost C_T per epoch",
        "Share of right answers per epoch",
    ]
    assert [said(chart.x_axis.title) for chart in (cost, answers)] == ["epoch", "epoch"]
    assert [said(chart.y_axis.title) for chart in (cost, answers)] == ["C_T", "share"]
    # Beside the numbers, one below the other, before the parameters.
    assert (first, second) == ("F7", "F20")
    assert full.column("|∇C|") == "D"
    assert full.column("w^2_11") == "R"
    assert cost.y_axis.scaling.min == answers.y_axis.scaling.min == 0
    assert (cost.y_axis.scaling.max, answers.y_axis.scaling.max) == (None, 1)
    formats = [chart.y_axis.number_format.formatCode for chart in (cost, answers)]
    assert formats == ["General", "0%"]


def test_with_mini_batches_the_curves_run_over_all_steps_and_show_the_cost_per_example(batched):
    [(first, cost), (second, answers)] = batched.grid.charts
    each, whole = cost.series
    assert whole.yVal.numRef.f == "'Progress'!$F$6:$F$12"
    assert (each.marker.symbol, whole.marker.symbol) == (None, "circle")
    cost.series.remove(whole)
    assert series(cost) == ("'Progress'!$B$6:$B$12", "'Progress'!$E$6:$E$12")
    cost.series.append(whole)
    assert series(answers) == ("'Progress'!$B$6:$B$12", "'Progress'!$G$6:$G$12")
    assert [batched.column(heading) for heading in ("step", "C_T / n", "share")] == ["B", "E", "G"]
    assert said(cost.title) == "Cost per example C_T / n at each step"
    assert [said(chart.x_axis.title) for chart in (cost, answers)] == ["step", "step"]
    assert said(cost.y_axis.title) == "C_T / n"
    assert (first, second) == ("J7", "J20")


def test_numbers_to_meet_have_a_curve_of_the_cost_alone(curve):
    [(cell, chart)] = curve.grid.charts
    assert (cell, series(chart)[1]) == ("F7", "'Progress'!$B$6:$B$8")


@pytest.mark.parametrize(("epochs", "symbol"), [(0, "circle"), (1, None)])
def test_one_point_has_a_dot_and_more_are_joined(epochs, symbol):
    page = read(exclusive_or(epochs=epochs))["progress"]
    assert {chart.series[0].marker.symbol for _, chart in page.grid.charts} == {symbol}


@pytest.mark.parametrize(
    ("changes", "paper"),
    [
        ({}, "A1:Q33"),  # down to the foot of the charts
        ({"epochs": 27}, "A1:Q33"),
        ({"epochs": 28}, "A1:Q34"),
        ({"batch": 2}, "A1:U33"),
    ],
)
def test_paper_has_all_rows_and_both_charts_and_no_parameters(changes, paper):
    page = read(exclusive_or(**changes), kinds=["progress"])["progress"]
    assert page.grid.paper.area == paper
    assert page.grid.paper.repeat_rows == "3:5"
    corner = "D6" if "batch" in changes else "B6"
    assert page.grid.freeze == corner
    assert place(page.column("w^2_11") + "1")[1] == place(paper.split(":")[1])[1] + 1


def test_what_a_reader_may_stumble_over_is_said_above_the_charts():
    """The lesson's note, over the width of the charts."""
    page = read(xb.load("cnn", epochs=5, gradients="summed", views=[]), kinds=["progress"])[
        "progress"
    ]
    note = page.find(
        "With the book's η = 0.2 the cost C_T rises in epochs 3 to 5 before it falls: this is no "
        "mistake, the steps are large there. (The book's 50 epochs: xlbackprop make cnn "
        "--epochs 50)"
    )
    assert note == "F3"
    assert "F3:Q4" in page.grid.merges


def test_where_there_is_nothing_to_stumble_over_nothing_is_said(full):
    assert all("F3" not in area for area in full.grid.merges)
    assert full.value("F3") is None


def test_chinese_headings_stand_over_the_same_numbers(full):
    page = read(exclusive_or(lang="zh"))["progress"]
    same = {
        ("总代价", "C_T"): "C_T",
        ("正确率", "比例"): "share",
        ("梯度的长度", "|∇C|"): "|∇C|",
        ("参数", "b^3_1"): "b^3_1",
    }
    for chinese, english in same.items():
        page.shows(page.under(*chinese), [full.value(cell) for cell in full.under(english)])


# Too many parameters for a sheet's 16,384 columns.


def test_as_many_parameters_are_shown_as_a_sheet_has_columns_for():
    """17 columns before them: 16,367 at most."""
    assert 16384 - 17 == 16367 == 98 * 166 + 99
    page = read(wide(165, 98, 1), kinds=["progress"])["progress"]
    assert max(place(cell)[1] for cell in page.cells) == 16384
    assert 16368 == 98 * 165 + 2 * 99
    page = read(wide(164, 98, 2), kinds=["progress"])["progress"]
    assert not any("Parameters" in text for text in page.texts())
    assert max(place(cell)[1] for cell in page.cells) == 3
    assert [area for area, _, _ in page.rules("numFmt")] == ["B6:Q6"]

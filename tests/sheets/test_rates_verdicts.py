"""The Learning rates sheet: its trainings in plain loops, its words at their thresholds."""

import itertools
import math

import numpy as np
import plain_loops
import pytest
from reading import cells_of, judged, place, read

import xlbackprop as xb
from xlbackprop.judge.rounding import MOVES, SLACK, mover
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.learning_rates.layout import RatesLayout

ETAS = [0.5, 1.0, 2.5, 5.0, 10.0, 25.0]  # around the lesson's own 5
NAMES = ["η₁", "η₂", "η₃", "η₄", "η₅", "η₆"]
HEADS = range(1, 5)  # rows of the table's headings; those of the curves and trainings are below


def exclusive_or(**changes):
    return xb.load("xor", **({"epochs": 3, "views": ["learning-rates"]} | changes))


MOVING = exclusive_or(batch=3, epochs=2, rule="momentum", schedule="inverse-time", slowdown=0.5)


@pytest.fixture(scope="module")
def full():
    return read(exclusive_or())["learning-rates"]


@pytest.fixture(scope="module")
def batched():
    return read(MOVING)["learning-rates"]


def trained(recipe, dealt):
    """The steps of the training with each η."""
    return [plain_loops.train(recipe.changed(eta=eta), dealt) for eta in ETAS]


@pytest.fixture(scope="module")
def full_runs():
    return trained(exclusive_or(), [range(4)] * 3)


@pytest.fixture(scope="module")
def dealt():
    """The examples of each step, from 0: three and one, dealt out anew in each epoch."""
    order = (np.array(MOVING.steps().numbers) - 1).tolist()
    assert sorted(order[:4]) == sorted(order[4:8]) == [0, 1, 2, 3]
    return [order[:3], order[3:4], order[4:7], order[7:8]]


@pytest.fixture(scope="module")
def batched_runs(dealt):
    return trained(MOVING, dealt)


# The table and the curves.


def test_the_sheet_says_what_a_rate_does(full):
    assert full.value("A1") == "Learning rates"
    assert full.value("A2") == (
        "The same training with six learning rates side by side: too small an η is slow, too "
        "large an η overshoots. Change an η in the yellow cells."
    )


def test_six_learning_rates_stand_in_yellow_cells_that_take_numbers_above_0(full):
    cells = [f"A{row}" for row in range(5, 11)]
    full.shows(full.under("η", rows=HEADS), ETAS)
    assert full.under("η", rows=HEADS) == cells
    assert full.yellow == full.validated == set(cells)
    rule = full.validation("A5")
    assert rule is full.validation("A10")
    assert (rule.type, rule.operator, rule.formula1) == ("decimal", "greaterThan", "0")
    assert (rule.allow_blank, rule.showErrorMessage) == (False, True)


def test_the_cost_of_each_epoch_and_learning_rate_is_the_sum_over_the_examples(full, full_runs):
    assert (full.value("B12"), full.value("A13")) == ("C_T", "epoch")
    full.shows([f"A{row}" for row in range(14, 18)], [1, 2, 3, 4])
    assert full.value("A18") is None
    for letter, run, eta in zip("BCDEFG", full_runs, ETAS, strict=True):
        full.shows([f"{letter}13"], [eta])
        cells = [f"{letter}{row}" for row in range(14, 18)]
        full.shows(cells, [sum(step.costs) for step in run])
    assert "B12:G12" in full.grid.merges


def test_the_cost_of_mini_batches_is_that_per_example(batched, batched_runs):
    assert (batched.value("B12"), batched.value("A13")) == ("C_T / n", "step")
    batched.shows([f"A{row}" for row in range(14, 19)], [1, 2, 3, 4, 5])
    for letter, run in zip("BCDEFG", batched_runs, strict=True):
        cells = [f"{letter}{row}" for row in range(14, 19)]
        batched.shows(cells, [sum(step.costs) / len(step.costs) for step in run])


def test_both_ends_of_each_curve_stand_in_the_table(full, batched, full_runs, batched_runs):
    first = [sum(run[0].costs) for run in full_runs]
    last = [sum(run[-1].costs) for run in full_runs]
    full.shows(full.under("C_T at the start", rows=HEADS), first)
    full.shows(full.under("C_T after 3 updates", rows=HEADS), last)
    first = [sum(run[0].costs) / 3 for run in batched_runs]
    last = [sum(run[-1].costs) / 4 for run in batched_runs]
    batched.shows(batched.under("C_T / n at the start", rows=HEADS), first)
    batched.shows(batched.under("C_T / n after 4 updates", rows=HEADS), last)
    assert (full.find("what C_T does"), batched.find("what C_T / n does")) == ("D4", "D4")
    assert "D4:F4" in full.grid.merges


def test_formulas_read_the_curves_and_the_curves_their_own_training(full, batched):
    assert [full.formula(cell) for cell in ("B5", "C5", "B10", "C10")] == [
        "B14",
        "B17",
        "G14",
        "G17",
    ]
    assert [full.formula(cell) for cell in ("B13", "G13")] == ["$A$5", "$A$10"]
    first = full.column("η₁", "C", rows=range(30, 40))
    last = full.column("η₆", "C", rows=range(30, 40))
    # Six rows of parameters, four examples, six sums.
    assert full.formula("B14") == f"SUM({first}42:{first}45)"
    assert full.formula("G17") == f"SUM({last}90:{last}93)"
    last = batched.column("η₆", "C", rows=range(30, 40))
    # And six rows of what the rule remembers.
    assert batched.formula("G15") == f"SUM({last}63)/1"
    assert batched.formula("G18") == f"SUM({last}122:{last}125)/4"


# What C_T does, in a word: at both sides of each threshold.

WORDS = [  # C_T of four blocks, and what that is
    ([1000, 900, 800, 700], "falls"),
    ([1000, 999, 999, 998.9], "falls"),
    ([1000, 1000, 999.5, 999.1], "hardly changes"),  # by less than a thousandth
    ([1000, 1000, 1000, 1000], "hardly changes"),
    ([1000, 1000.9, 900, 800], "falls"),
    ([1000, 1001.1, 900, 800], "zigzags"),
    ([49, 6.5, 25, 34], "zigzags"),
    ([1000, 500, 500, 999.1], "zigzags"),
    ([1000, 900, 900, 1001.1], "rises"),
    ([1000, 2000, 3000, 4000], "rises"),
    ([1000, 5000, 50000, 99999], "rises"),
    ([1000, 5000, 50000, 100001], "blows up"),
]


def word(costs, *, batched):
    """What a curve does, told from the trainings themselves."""
    first, last = costs[0], costs[-1]
    if last > 1.001 * first:
        return "blows up" if last > 100 * first else "rises"
    if not batched and any(b > 1.001 * a for a, b in itertools.pairwise(costs)):
        return "zigzags"
    return "falls" if last < 0.999 * first else "hardly changes"


def test_the_words_of_a_new_workbook_are_those_of_its_own_trainings(
    full, batched, full_runs, batched_runs
):
    seen = set()
    for page, runs in ((full, full_runs), (batched, batched_runs)):
        means = page is batched
        costs = [[sum(s.costs) / (len(s.costs) if means else 1) for s in run] for run in runs]
        words = [word(curve, batched=means) for curve in costs]
        page.shows([f"D{row}" for row in range(5, 11)], words)
        seen |= set(words)
    assert seen >= {"falls", "rises"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_word_says_what_each_curve_does(lang):
    """Six curves at a time; the same words stand in both languages."""
    chinese = {
        "falls": "下降",
        "zigzags": "时升时降",
        "rises": "上升",
        "blows up": "发散",
        "hardly changes": "几乎不变",
    }
    for some in (WORDS[:6], WORDS[6:]):
        curves = np.array([numbers for numbers, _ in some], dtype=float).T
        typed = {
            ("learning-rates", f"{letter}{row}"): float(number)
            for row, numbers in enumerate(curves, 14)
            for letter, number in zip("BCDEFG", numbers, strict=True)
        }
        page = read(exclusive_or(lang=lang), curves=curves).after(typed)["learning-rates"]
        words = [said if lang == "en" else chinese[said] for _, said in some]
        page.shows([f"D{row}" for row in range(5, 11)], words)


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [
        ([1, 2, 3, math.inf], "blows up"),
        ([1, 2, math.inf, math.nan], "blows up"),
        ([math.inf, 2, 2, 1], "blows up"),
        ([2, math.inf, 2, 1], "blows up"),  # it ends lower, but what it did no one knows
        ([1, math.inf, 2, 2], "rises"),
        ([1, math.inf, 2, 1], "blows up"),
        ([0, 0, 0, 1], "rises"),
        ([0, 0, 0, 0], "hardly changes"),
    ],
)
def test_a_curve_beyond_all_numbers_has_a_word_of_its_own(numbers, wanted):
    """Beyond all numbers a cell shows an error, which IFERROR catches."""
    book = read(exclusive_or(), curves=np.tile(np.array(numbers, dtype=float), (6, 1)).T)
    typed = {
        ("learning-rates", f"B{row}"): number if math.isfinite(number) else "=1/0"
        for row, number in enumerate(numbers, 14)
    }
    book.after(typed)["learning-rates"].shows(["D5"], [wanted])


def test_the_formula_of_a_word_asks_for_a_thousandth(full):
    for row, letter in ((5, "B"), (10, "G")):
        start, end = f"B{row}", f"C{row}"
        ups = "+".join(f"({letter}{k + 1}>1.001*{letter}{k})" for k in (14, 15, 16))
        fallen = f'IF({end}<0.999*{start},"falls","hardly changes")'
        inner = f'IF({end}>1.001*{start},"rises",IF(0+{ups}>0,"zigzags",{fallen}))'
        inner = f'IF(({start}>0)*({end}>100*{start}),"blows up",{inner})'
        word = f'IFERROR({inner},"blows up")'
        assert full.formula(f"D{row}") == f'IF(LEFT($A$2,1)="✗","–",{word})'
        assert f"D{row}:F{row}" in full.grid.merges


# The trainings.


def rows_called(page, name):
    """The rows with a name in the second column, from the first step on."""
    found = [place(c)[0] for c, s in page.cells.items() if c[0] == "B" and s.value == name]
    rows = sorted(row for row in found if row > page.row(TRAININGS))
    assert [page.value(f"A{row}") for row in rows] == list(range(1, len(rows) + 1))
    return rows


TRAININGS = (
    "The trainings: a block per update, a row of parameters and a group of columns for each η"
)
PRINTED = dict(zip("123", "₁₂₃", strict=True))


def parameter_column(page, label):
    """The column of a parameter, found by its unit and its symbol."""
    letter, layer, unit = label[0], label[1], label.split("_")[1]
    indices = "".join(PRINTED[index] for index in label[2:] if index.isdigit())
    top = page.row(TRAININGS)
    symbol = f"{letter}{'²³'[int(layer) - 2]}{indices}"
    return page.column(f"layer {layer}, unit {unit}", symbol, rows=range(top, top + 3))


@pytest.mark.parametrize("case", ["full", "batched"])
def test_parameters_and_sums_of_each_rate_are_those_of_its_own_training(case, request):
    page, runs = request.getfixturevalue(case), request.getfixturevalue(f"{case}_runs")
    for name, run in zip(NAMES, runs, strict=True):
        starts, sums = rows_called(page, f"w, b · {name}"), rows_called(page, f"Σ · {name}")
        assert (len(starts), len(sums)) == (len(run), len(run) - 1)
        for label in run[0].parameters:
            column = parameter_column(page, label)
            page.shows([f"{column}{row}" for row in starts], [s.parameters[label] for s in run])
            slopes = [step.gradient[label] for step in run[:-1]]
            page.shows([f"{column}{row}" for row in sums], slopes)


def test_what_the_rule_remembers_of_each_rate_stands_below_its_sums(batched, batched_runs):
    for name, run in zip(NAMES, batched_runs, strict=True):
        rows = rows_called(batched, f"v · {name}")
        for label in ("w2_1_1", "b3_1"):
            column, velocity, wanted = parameter_column(batched, label), 0.0, []
            for step in run[:-1]:
                velocity = 0.9 * velocity + step.gradient[label]
                wanted.append(velocity)
            batched.shows([f"{column}{row}" for row in rows], wanted)


def test_the_rate_of_each_update_stands_beside_its_parameters(full, batched):
    for name, eta, row in zip(NAMES, ETAS, range(5, 11), strict=True):
        cells = [f"C{number}" for number in rows_called(full, f"w, b · {name}")]
        full.shows(cells[:-1], [eta] * 3)
        assert {full.formula(cell) for cell in cells[:-1]} == {f"$A${row}"}
        assert full.value(cells[-1]) is None
        cells = [f"C{number}" for number in rows_called(batched, f"w, b · {name}")]
        batched.shows(cells[:-1], [eta / (1 + 0.5 * k) for k in range(4)])
        assert batched.value(cells[-1]) is None


def test_the_examples_of_each_step_are_those_of_training(batched, dealt):
    """x and t of them once, beside them the pass of each η."""
    top = batched.row(TRAININGS)
    heads = range(top + 3, top + 6)
    columns = [batched.column(symbol, rows=heads) for symbol in ("x_1", "x_2", "t_1")]
    data = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    row = top + 6
    assert batched.row("example") == row - 1
    for block, examples in enumerate([*dealt, range(4)], 1):
        cells = [f"B{row + 6 + i}" for i in range(len(examples))]
        batched.shows(cells, [number + 1 for number in examples])
        batched.shows([f"A{place(cell)[0]}" for cell in cells], [block] * len(cells))
        for cell, number in zip(cells, examples, strict=True):
            own = place(cell)[0]
            batched.shows([f"{column}{own}" for column in columns], data[number])
        row += 6 + len(examples) + 12
    after = batched.book.after({("training", "C7"): 4.0})["learning-rates"]
    assert [after.computed(f"{column}{top + 12}") for column in columns] == data[3]


def test_the_pass_of_each_rate_stands_under_its_name(full, full_runs):
    """z of the output of the last block, written out from the parameters of that block."""
    top = full.row(TRAININGS)
    heads = range(top + 3, top + 6)
    rows = range(rows_called(full, "w, b · η₆")[-1] + 1, rows_called(full, "w, b · η₆")[-1] + 5)
    for name, run in zip(NAMES, full_runs, strict=True):
        w, wanted = run[-1].parameters, []
        for x1, x2 in ((0, 0), (0, 1), (1, 0), (1, 1)):
            z = [w[f"w2_{j}_1"] * x1 + w[f"w2_{j}_2"] * x2 + w[f"b2_{j}"] for j in (1, 2, 3)]
            a = [1 / (1 + math.exp(-number)) for number in z]
            wanted.append(sum(w[f"w3_1_{j}"] * a[j - 1] for j in (1, 2, 3)) + w["b3_1"])
        column = full.column(name, "Layer 3: weighted input z", "z^3_1", rows=heads)
        full.shows([f"{column}{row}" for row in rows], wanted)
        # Nothing is passed back after the last update.
        column = full.column(name, "δ^3_1", rows=heads)
        assert all(full.value(f"{column}{row}") is None for row in rows)


def test_examples_of_the_first_step_are_open_and_the_others_folded(full):
    folded = [(b.row, b.outline, b.hidden) for b in full.grid.blocks if b.outline]
    assert folded == [(42, 1, False), (58, 1, True), (74, 1, True), (90, 1, True)]
    assert all(len(block.values) == 4 for block in full.grid.blocks if block.outline)


# An edited rate.


def test_a_rate_typed_in_moves_its_own_curve_its_name_and_no_other(full):
    run = plain_loops.train(exclusive_or(eta=0.3), [range(4)] * 3)
    page = full.book.after({("learning-rates", "A8"): 0.3})["learning-rates"]
    wanted = [sum(step.costs) for step in run]
    cells = [f"E{row}" for row in range(14, 18)]
    np.testing.assert_allclose([page.computed(cell) for cell in cells], wanted, rtol=1e-12)
    assert page.computed("E13") == 0.3
    others = [f"{letter}{row}" for letter in "BCDFG" for row in range(13, 18)]
    assert [page.computed(c) for c in others] == [full.computed(c) for c in others]


# What a check expects of a sheet that somebody edited, or a program rounded.


def blamed(book):
    """Cells that show another number than their formula makes of the cells that it reads."""
    page, wrong = book["learning-rates"], []
    for cell, seen in judged(book).items():
        got, wanted = page.computed(cell), seen.value
        if seen.formula is None:
            continue
        if isinstance(wanted, str) or (isinstance(got, float) and math.isfinite(wanted)):
            same = got == wanted if isinstance(wanted, str) else equal(got, wanted)
        else:
            same = not math.isfinite(wanted) and str(got).startswith("#")
        wrong += [] if same else [cell]
    return _more_than_rounding(book, wrong) if wrong else []


def _more_than_rounding(book, cells):
    """Those of the cells that the last digits of what they read don't explain."""
    page, wanted, moved = book["learning-rates"], judged(book), mover()
    others = [judged(book, moved) for _ in range(MOVES)]

    def is_rounding(cell):
        got, ought = page.computed(cell), wanted[cell].value
        if not isinstance(got, float) or not isinstance(ought, float):
            return False
        return abs(got - ought) <= SLACK * max(abs(o[cell].value - ought) for o in others)

    return [cell for cell in cells if not is_rounding(cell)]


def equal(got, wanted):
    return abs(got - wanted) <= 1e-12 + 1e-12 * abs(wanted)


def test_nothing_is_blamed_where_nobody_typed_anything(full, batched):
    assert blamed(full.book) == blamed(batched.book) == []


@pytest.mark.parametrize(
    "cells",
    [
        ("D36", "P50", "C102", "O64", "B14", "CB125"),  # a start, a sum, a rate, δ, C_T, C
        ("G41", "D45", "D63", "G18", "D5", "N111"),  # x, a word, and what the rule remembers
        ("D57", "Q43", "CF82", "B5", "E13"),  # an update, the end of a curve, its name
        ("P62", "D104", "C36", "G63", "C10"),  # z
        ("D116", "D51", "J43"),  # the last parameters, and a
    ],
    ids=" ".join,
)
def test_numbers_typed_over_formulas_are_blamed_alone(batched, cells):
    """Every other formula is judged by what it reads now."""
    book = batched.book.after({("learning-rates", cell): 0.3 for cell in cells})
    assert None not in map(batched.formula, cells)
    assert sorted(blamed(book)) == sorted(cells)


def test_another_example_and_another_rate_are_followed(batched):
    book = batched.book
    assert blamed(book.after({("learning-rates", "B63"): 2.0})) == ["B63"]
    assert blamed(book.after({("learning-rates", "A7"): 0.3})) == []
    assert blamed(book.after({("learning-rates", "A10"): 1e200})) == []


def rounded(book):
    """The book as a program that saves 15 digits leaves it."""
    page = book["learning-rates"]
    numbers = {c: page.computed(c) for c, seen in page.cells.items() if seen.formula is not None}
    typed = {c: float(f"{n:.15g}") for c, n in numbers.items() if isinstance(n, float)}
    return book.after({("learning-rates", cell): number for cell, number in typed.items()})


CANCELLING = {
    # Errors of both examples are as large as the weight; their sum is below 1.
    "sums": {
        "data": {"columns": ["x", "y"], "rows": [[-1, 3], [1, -2]]},
        "layers": [{"units": 1, "activation": "linear"}],
        "start": {"w2": [[1e6 / 3]], "b2": [1 / 7]},
    },
    # Saturated units: 1 − a² of an a that is nearly 1.
    "slopes": {
        "data": {"columns": ["x", "y"], "rows": [[-1, 3], [0, -2], [2, 1], [1.3, 0.7]]},
        "layers": [{"units": 2, "activation": "tanh"}, {"units": 1, "activation": "linear"}],
    },
}


@pytest.fixture(scope="module", params=CANCELLING)
def cancelling(request):
    """A training in which large numbers cancel, saved with 15 digits."""
    changes = CANCELLING[request.param]
    recipe = xb.load("sine", epochs=4, rule="gradient-descent", views=["learning-rates"], **changes)
    return rounded(read(recipe))


def test_digits_that_a_program_rounds_off_are_blamed_on_no_formula(cancelling):
    assert blamed(cancelling) == []


def test_more_than_those_digits_is_blamed(cancelling):
    """A millionth of a parameter or a sum; what rounding leaves open of them is 3e-8 at most."""
    page = cancelling["learning-rates"]
    cells = [rows_called(page, f"{what} · η₃")[1] for what in ("w, b", "Σ")]
    for cell in (f"D{cells[0]}", f"E{cells[0]}", f"D{cells[1]}", f"E{cells[1]}"):
        book = cancelling.after({("learning-rates", cell): page.computed(cell) + 1e-6})
        assert cell in blamed(book)


# What is beside the numbers.


def test_every_large_number_has_an_exponent(full, batched):
    for page, last_curve in ((full, 17), (batched, 18)):
        areas = [cells_of(area) for area, _, _ in page.rules("numFmt")]
        top, last = page.row(TRAININGS), max(place(cell)[0] for cell in page.cells)
        assert areas[0] == cells_of("B5:C10")
        assert areas[1] == cells_of(f"B14:G{last_curve}")
        wide = max(place(cell)[1] for cell in page.cells)
        rows = {place(cell)[0] for cell in areas[2]}
        assert min(rows) == top + 6
        assert last <= max(rows)
        columns = {place(cell)[1] for cell in areas[2]}
        assert columns == set(range(3, wide + 1))


def test_the_chart_begins_at_the_first_update_and_ends_at_the_last(full, batched):
    [(cell, chart)] = full.grid.charts
    assert cell == "I4"
    assert (chart.x_axis.scaling.min, chart.x_axis.scaling.max) == (1, 4)
    assert (chart.y_axis.scaling.min, chart.y_axis.scaling.max) == (None, None)
    assert said(chart.title) == "The first updates with each learning rate η"
    assert (said(chart.x_axis.title), said(chart.y_axis.title)) == ("epoch", "C_T")
    [(_, chart)] = batched.grid.charts
    assert (chart.x_axis.scaling.min, chart.x_axis.scaling.max) == (1, 5)
    assert (said(chart.x_axis.title), said(chart.y_axis.title)) == ("step", "C_T / n")


def said(title):
    return "".join(run.t for paragraph in title.tx.rich.p for run in paragraph.r)


def test_each_curve_of_the_chart_runs_over_all_updates_in_a_colour_of_its_own(full):
    [(_, chart)] = full.grid.charts
    for letter, series in zip("BCDEFG", chart.series, strict=True):
        assert series.xVal.numRef.f == "'Learning rates'!$A$14:$A$17"
        assert series.yVal.numRef.f == f"'Learning rates'!${letter}$14:${letter}$17"
        assert series.tx.strRef.f == f"'Learning rates'!${letter}$13"
    assert len({str(series.graphicalProperties.ln.solidFill) for series in chart.series}) == 6


@pytest.mark.parametrize(("epochs", "paper"), [(3, "A1:O28"), (16, "A1:O30"), (20, "A1:O34")])
def test_paper_has_the_table_all_curves_and_the_chart(epochs, paper):
    """And no training: those begin two rows below."""
    page = read(exclusive_or(epochs=epochs), kinds=["learning-rates"])["learning-rates"]
    assert page.grid.paper.area == paper
    assert page.row(TRAININGS) == place(paper.split(":")[1])[0] + 2
    last = max(row for row in range(14, page.row(TRAININGS)) if page.value(f"B{row}") is not None)
    assert last == 14 + epochs <= place(paper.split(":")[1])[0]


def test_chinese_headings_stand_over_the_same_numbers(full):
    page = read(exclusive_or(lang="zh"))["learning-rates"]
    for chinese, english in (
        ("开始时的 C_T", "C_T at the start"),
        ("3 次更新后的 C_T", "C_T after 3 updates"),
    ):
        wanted = [full.value(cell) for cell in full.under(english, rows=HEADS)]
        page.shows(page.under(chinese, rows=HEADS), wanted)
    assert page.find("C_T 的变化") == "D4"
    assert page.value("A13") == "轮"


# How many updates have room.


def counted(examples, hidden, **changes):
    """Formula cells of the sheet for so many examples and hidden units, and its updates."""
    rows = [[i / examples, i % 2, i % 3 / 2] for i in range(examples)]
    data = {"columns": ["x1", "x2", "y"], "rows": rows}
    layers = [{"units": hidden, "activation": "sigmoid"}, {"units": 1, "activation": "sigmoid"}]
    recipe = exclusive_or(data=data, layers=layers, **changes)
    page = read(recipe, kinds=["learning-rates"])["learning-rates"]
    return page.grid.formula_count(), int(page.grid.charts[0][1].x_axis.scaling.max) - 1


@pytest.mark.parametrize(
    ("examples", "hidden", "changes"),
    [(20, 8, {}), (40, 8, {"rule": "adam"}), (4, 20, {"rule": "adam", "weight_decay": 0.1})],
)
def test_as_many_updates_are_computed_as_50000_cells_have_room_for(examples, hidden, changes):
    (one, _), (two, _) = (counted(examples, hidden, epochs=n, **changes) for n in (1, 2))
    cells, updates = counted(examples, hidden, epochs=100, **changes)
    update = two - one
    assert cells == one + (updates - 1) * update
    assert 3 < updates < 20
    # The table, the names above the curves, the curves and the rates are not counted.
    apart = 3 * 6 + 6 + 6 + 12 * updates
    assert cells - apart <= 50_000 < cells - apart + update


def test_no_more_than_20_updates_are_computed_and_no_more_than_there_are():
    assert [counted(4, 3, epochs=n)[1] for n in (1, 19, 20, 21)] == [1, 19, 20, 20]


def test_three_updates_or_one_are_computed_where_they_need_no_more_than_200000_cells():
    def updates(examples):
        """How many there are; 0 where there is no sheet."""
        data = {"columns": ["x1", "x2", "y"], "rows": [[i, 0, 0] for i in range(examples)]}
        layout = layout_of(exclusive_or(data=data, epochs=5))
        has_sheet = "learning-rates" in layout.sheets
        return layout.own(RatesLayout.of).updates if has_sheet else 0

    def most(least):
        """The most examples with which there are so many updates."""
        low, high = 300, 3000
        assert updates(low) >= least > updates(high)
        while high - low > 1:
            half = (low + high) // 2
            low, high = (half, high) if updates(half) >= least else (low, half)
        return low

    for wanted in (3, 1):
        last = most(wanted)
        cells, computed = counted(last, 3, epochs=5)
        assert computed == wanted
        one_more = cells - counted(last - 1, 3, epochs=5)[0]
        apart = 3 * 6 + 6 + 6 + 12 * wanted
        assert cells - apart <= 200_000 < cells - apart + one_more


def test_a_network_wider_than_a_sheet_has_columns_has_no_trainings_side_by_side():
    """Each of six passes has z, a and δ of every pixel: 29 × 29 of them fit, 30 × 30 don't."""

    def sheets(side):
        pixels = [f"p{n}" for n in range(side * side)]
        rows = [[0] * side**2 + ["a"], [1] * side**2 + ["b"]]
        layers = [
            {"kind": "convolution", "filters": 1, "kernel": 1},
            {"kind": "max-pooling", "size": side},
            {"units": 2},
        ]
        recipe = xb.load(
            "cnn",
            data={"columns": [*pixels, "y"], "rows": rows},
            label="y",
            image=[side, side],
            layers=layers,
            start={"kind": "normal"},
            epochs=1,
            batch=1,
            views=["learning-rates"],
            gradients="summed",
        )
        return layout_of(recipe).sheets

    assert "learning-rates" in sheets(29)
    assert "learning-rates" not in sheets(30)

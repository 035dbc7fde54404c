"""The Start sheet: the network in one line, what to do, the verdict, the sheets and the colours."""

import math

import plain_loops
import pytest
from reading import place, read

import xlbackprop as xb

AGREE = "Yes: the sheet's live formulas and Python give the same total cost."
DIFFER = (
    "They differ, though no yellow cell seems to have been changed: rounding has grown in a long "
    "training, or a formula was changed."
)
YOURS = "These are your numbers: you changed what stands below. Python's are those of the original."
VERDICT = range(12, 15)  # rows of its headings


def exclusive_or(**changes):
    return xb.load("xor", **({"epochs": 2, "views": []} | changes))


@pytest.fixture(scope="module")
def book():
    return read(exclusive_or())


@pytest.fixture(scope="module")
def page(book):
    return book["start"]


def verdict(page):
    """The cell of the verdict: the first of its look in the first column."""
    cell, *_ = (
        cell for cell, seen in page.cells.items() if seen.formula and seen.style == "verdict"
    )
    return cell


def changed(page):
    """The cell that says what was changed."""
    return page.beside("What you changed")


def ends(page):
    """What the rows between the headings and the verdict are called."""
    rows = range(page.row("This sheet") + 1, place(verdict(page))[0])
    return [page.value(f"A{row}") for row in rows]


# What this is, and what to do.


def test_the_lesson_is_named_and_told_in_a_sentence(page):
    assert page.value("A1") == "Exclusive or"
    assert page.value("A2") == (
        "The smallest problem that needs a hidden layer: two inputs and four examples. Two hidden "
        "units would do; with three it is learnt more surely."
    )


def test_a_recipe_with_a_title_of_its_own_has_it():
    page = read(exclusive_or(title="My own"))["start"]
    assert page.value("A1") == "My own"
    assert page.value("A2").startswith("A neural network that learns in front of your eyes")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {},
            "2 → 3 → 1 units (sigmoid) · cost: squared error · gradient descent · examples: 4 · "
            "epochs: 2",
        ),
        (
            {"batch": 3, "rule": "adam", "epochs": 5},
            "2 → 3 → 1 units (sigmoid) · cost: squared error · Adam in mini-batches of 3 · "
            "examples: 4 · epochs: 5",
        ),
        (
            {
                "layers": [
                    {"units": 5, "activation": "tanh"},
                    {"units": 4, "activation": "relu"},
                    {"units": 2, "activation": "tanh"},
                    {"units": 1},
                ],
                "scaling": "min-max",
                "cost": "absolute-error",
            },
            "2 → 5 → 4 → 2 → 1 units (tanh, relu, sigmoid) · cost: absolute error · "
            "gradient descent · examples: 4 · epochs: 2 · inputs: min-max scaling",
        ),
        (
            {"epochs": 0},
            "2 → 3 → 1 units (sigmoid) · cost: squared error · examples: 4 · one pass forward, no "
            "training",
        ),
    ],
)
def test_the_network_and_its_training_stand_in_one_line(changes, line):
    page = read(exclusive_or(**changes), kinds=["start"])["start"]
    assert page.beside("The network") == "B4"
    assert page.value("B4") == line


def test_maps_and_pooling_are_told_in_the_line():
    page = read(xb.load("cnn", epochs=1, gradients="summed", views=[]), kinds=["start"])["start"]
    assert page.value("B4") == (
        "36 → 3 × (4 × 4) → 3 × (2 × 2) → 3 units (sigmoid) · cost: squared error · gradient "
        "descent · examples: 96 · epochs: 1"
    )
    assert page.value("B5") is None


def test_four_steps_say_what_to_do_first(page):
    assert page.find("What to do first") == "A6"
    steps = [page.value(f"A{row}") for row in range(7, 11)]
    assert [step.partition("  ")[0] for step in steps] == ["1.", "2.", "3.", "4."]
    for step, sheet in zip(steps, ("Training", "Progress", "Parameters", "Compare"), strict=True):
        assert step.partition("  ")[2].startswith(f"Open {sheet}")
        assert page.find(sheet)
    assert page.value("A11") is None


# The verdict.


def test_c_t_at_both_ends_stands_beside_that_of_python(page):
    costs = [sum(s.costs) for s in plain_loops.train(exclusive_or(), [range(4)] * 2)]
    assert page.find("Do the sheet and Python agree?") == "A12"
    assert ends(page) == [
        "C_T at the start",
        "C_T after 2 updates",
    ]
    for heading, wanted in (("This sheet", costs[::2]), ("Python", costs[::2])):
        page.shows(page.under(heading, rows=VERDICT), wanted)
    page.shows(page.under("Difference", rows=VERDICT), [0, 0])
    page.shows([verdict(page)], [AGREE])


def test_after_an_edit_the_differences_and_the_verdict_say_so():
    edited = exclusive_or(eta=1.5)
    page = read(exclusive_or(), edited=edited)["start"]
    live, python = (
        [sum(s.costs) for s in plain_loops.train(recipe, [range(4)] * 2)][::2]
        for recipe in (edited, exclusive_or())
    )
    assert live[0] == python[0]
    page.shows(page.under("This sheet", rows=VERDICT), live)
    page.shows(page.under("Python", rows=VERDICT), python)
    apart = [0, live[1] - python[1]]
    page.shows(page.under("Difference", rows=VERDICT), apart)
    page.shows([verdict(page)], [YOURS])
    page.shows([changed(page)], ["η (5 → 1.50)"])


def test_formulas_of_the_verdict_read_compare(page):
    # Three blocks; the first and the last of them.
    assert [page.formula(f"B{row}") for row in (14, 15)] == ["Compare!B8", "Compare!B10"]
    assert [page.formula(f"C{row}") for row in (14, 15)] == ["Compare!C8", "Compare!C10"]
    assert page.formula("D15") == "(B15-C15)/MAX(1,ABS(C15))"
    asked = "MAX(ABS(D14),ABS(D15))<=Compare!E3"
    other = f'IF(LEN(B17)>1,"{YOURS}","{DIFFER}")'
    assert page.formula("A16") == f'IF(LEFT($A$2,1)="✗",$A$2,IF({asked},"{AGREE}",{other}))'


CASES = [  # tolerance, the sheet's C_T at both ends, Python's, and whether they agree
    (0.25, (1.0, 1.0), (1.25, 1.0), True),  # the tolerance itself, relative beyond 1
    (0.25, (0.5, 0.5), (0.75, 0.5), True),
    (0.25, (0.5, 0.5), (0.5, 0.75), True),
    (0.25, (0.75, 0.5), (0.5, 0.5), True),
    (0.25, (0.5, 0.75), (0.5, 0.5), True),
    (0.25, (0.5, 0.5), (0.5, 0.750001), False),
    (0.25, (0.5, 0.750001), (0.5, 0.5), False),
    (0.25, (0.5, 0.5), (0.750001, 0.5), False),
    (0.25, (0.750001, 0.5), (0.5, 0.5), False),
    (0.25, (4.0, 5.0), (5.0, 4.0), True),
    (0.25, (4.0, 5.01), (4.0, 4.0), False),
    (1e-9, (0.5, 0.5), (0.5, 0.5 + 0.9e-9), True),
    (1e-9, (0.5, 0.5), (0.5, 0.5 + 1.1e-9), False),
    (1e-9, (0.5, 0.5 + 1.1e-9), (0.5, 0.5), False),
]


@pytest.mark.parametrize(("tolerance", "live", "python", "agree"), CASES)
def test_they_agree_up_to_the_tolerance_at_both_ends(tolerance, live, python, agree):
    """What lies between doesn't matter: the middle one of three differs always."""
    costs = [live[0], 9, live[1]], [python[0], 0, python[1]]
    book = read(exclusive_or(), costs=costs, tolerance=tolerance)
    typed = {("compare", f"B{8 + block}"): cost for block, cost in enumerate(costs[0])}
    page = book.after(typed)["start"]
    page.shows([verdict(page)], [AGREE if agree else DIFFER])
    page.shows(page.under("This sheet", rows=VERDICT), live)
    page.shows(page.under("Python", rows=VERDICT), python)


@pytest.mark.parametrize("beyond", [math.inf, math.nan])
@pytest.mark.parametrize("end", [0, 2])
def test_a_cost_beyond_all_numbers_leaves_no_verdict(end, beyond):
    """Python's number is a dash, the sheet's verdict an error, which is stored as no number."""
    python = [0.5, 0.5, 0.5]
    python[end] = beyond
    book = read(exclusive_or(), costs=([0.5] * 3, python))
    page = book.after({("compare", f"B{row}"): 0.5 for row in (8, 9, 10)})["start"]
    row = 14 + end // 2
    assert page.value(f"C{row}") == page.computed(f"C{row}") == "–"
    assert math.isnan(page.value(verdict(page)))
    assert page.computed(verdict(page)) == "#VALUE!"


def test_the_verdict_is_green_where_they_agree_and_red_where_not(page):
    grounds = {}
    for area, rule in page.grid.conditional:
        if rule.dxf.fill is not None:
            assert (area, rule.formula) == (verdict(page), [f'"{AGREE}"'])
            grounds[rule.operator] = bytes.fromhex(rule.dxf.fill.bgColor.rgb[-6:])
    assert set(grounds) == {"equal", "notEqual"}
    assert grounds["equal"][1] > grounds["equal"][0]
    assert grounds["notEqual"][0] > grounds["notEqual"][1]
    assert "A16:D16" in page.grid.merges


def test_large_costs_have_an_exponent(page):
    assert [area for area, _, _ in page.rules("numFmt")] == ["B14:C15"]


def test_a_pass_forward_has_one_cost_and_one_difference():
    page = read(exclusive_or(epochs=0))["start"]
    assert ends(page) == ["Total cost C_T"]
    assert page.formula("A15").startswith(
        'IF(LEFT($A$2,1)="✗",$A$2,IF(MAX(ABS(D14))<=Compare!E3,"Yes'
    )
    page.shows(["A15"], [AGREE])
    assert [area for area, _, _ in page.rules("numFmt")] == ["B14:C14"]
    assert [page.formula(f"{column}14") for column in "BC"] == ["Compare!B8", "Compare!C8"]


def test_mini_batches_name_their_ends_by_what_they_are():
    page = read(exclusive_or(batch=3))["start"]
    assert ends(page) == [
        "C_T of the first step",
        "C_T at the end, all examples",
    ]
    assert [page.formula(f"B{row}") for row in (14, 15)] == ["Compare!C8", "Compare!C12"]
    assert [page.formula(f"C{row}") for row in (14, 15)] == ["Compare!D8", "Compare!D12"]


# The sheets and the colours.


def test_every_sheet_but_this_one_is_named_told_of_and_linked(page):
    top = page.row("The sheets")
    assert place(page.find("The sheets"))[1] == 1
    names = ["Data", "Parameters", "Training", "Progress", "Compare", "Recipe"]
    assert [page.value(f"A{row}") for row in range(top + 1, top + 8)] == [*names, None]
    links = [(link.cell, link.sheet) for link in page.grid.links]
    assert links == [(f"A{top + 1 + i}", name) for i, name in enumerate(names)]
    told = [page.value(f"B{row}") for row in range(top + 1, top + 7)]
    assert told == [
        "the examples: inputs x, labels, and targets t; edit them here",
        "the learning rate η and the starting weights and biases; edit them here",
        "the whole training: a block per epoch, a row per example, a column per symbol",
        "a row per epoch: total cost C_T, share of right answers, parameters; charts",
        "the same numbers from the sheet and from Python, and their differences",
        "the text from which this file can be made again",
    ]


def test_sheets_left_out_for_their_size_are_named_below_the_others():
    layers = [{"kind": "convolution", "filters": 5, "kernel": 3}, {"units": 3}]
    wide = {"layers": layers, "start": {"kind": "normal"}, "gradients": "summed"}
    recipe = xb.load("cnn", epochs=1, views=["learning-rates"], **wide)
    page = read(recipe, kinds=["start"])["start"]
    row = page.row("Recipe") + 1
    assert page.value(f"A{row}") == "Learning rates"
    said = page.value(f"B{row}")
    assert said.startswith("left out: it would need about ")
    assert said.endswith(" cells, more than 200,000")
    cells = int(said.split()[6].replace(",", ""))
    assert 200_000 < cells < 1_000_000
    assert f"{cells:,}" in said
    assert {link.cell for link in page.grid.links}.isdisjoint({f"A{row}"})


LEGEND = {
    "input": "a number that you may change",
    "data": "data: input x, target t",
    "parameter": "parameter: weight w, bias b",
    "forward": "forward: weighted input z, output a",
    "cost": "cost C and total cost C_T",
    "delta": "error δ of a unit",
    "gradient": "gradient ∂C/∂w, ∂C/∂b",
    "python": "a constant that Python computed, or a difference from it",
}


@pytest.mark.parametrize(("epochs", "left_out"), [(2, ()), (0, ("delta", "gradient"))])
def test_every_colour_is_named_in_itself(epochs, left_out):
    page = read(exclusive_or(epochs=epochs))["start"]
    top = page.row("What the colours mean")
    assert page.find("What the colours mean") == f"F{top}"
    assert page.find("The sheets") == f"A{top}"
    shown = [role for role in LEGEND if role not in left_out]
    cells = [f"F{row}" for row in range(top + 1, top + 1 + len(shown))]
    assert [page.value(cell) for cell in cells] == [LEGEND[role] for role in shown]
    assert [page.cells[cell].style for cell in cells] == [f"text-{role}" for role in shown]
    assert page.value(f"F{top + 1 + len(shown)}") is None


def test_no_row_is_cut(page):
    """18 points from the network's line to the last of the legend, and room for the verdict."""
    wanted = dict.fromkeys(range(4, 29), 18)
    heights = {row: height for row, height in page.grid.heights.items() if row > 2}
    assert place(page.find(LEGEND["python"]))[0] == 28
    assert heights == {**wanted, 16: 36, 18: 30}  # the verdict, and how the training went


def test_chinese_says_the_same_beside_the_same_numbers(page):
    chinese = read(exclusive_or(lang="zh"))["start"]
    agree = "一致：工作表中的公式与 Python 得到相同的总代价。"
    assert chinese.value("A1") != "Exclusive or"
    assert chinese.value("B4") == (
        "各层神经单元数 2 → 3 → 1（sigmoid 函数）· 代价函数：平方误差 · 梯度下降法 · "
        "样本数：4 · 轮数：2"
    )
    chinese.shows(["A16"], [agree])
    assert agree in chinese.formula("A16")
    assert chinese.formula("B15") == "'对照'!B10"
    assert [chinese.value(f"A{row}") for row in (14, 15)] == ["开始时的 C_T", "2 次更新后的 C_T"]
    chinese.shows(["B14", "B15"], [page.value("B14"), page.value("B15")])
    assert [link.sheet for link in chinese.grid.links] == [
        *("数据", "参数", "训练", "训练记录", "对照", "生成设定")
    ]

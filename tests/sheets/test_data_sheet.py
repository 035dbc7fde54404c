"""The Data sheet: examples with their classes or targets, statistics and scaled inputs."""

import math
import statistics

import numpy as np
import pytest
from reading import cells_of, place, read

import xlbackprop as xb

FLOWERS = [  # length, width, species
    [5.0, 0.2, "rose"],
    [7.5, 1.4, "aster"],
    [4.0, 0.2, "lily"],
    [6.5, 1.6, "aster"],
    [7.0, 1.1, "rose"],
]


def flowers(rows=FLOWERS, columns=("length", "width", "species"), **changes):
    """Five flowers of three species."""
    data = {"columns": list(columns), "rows": rows}
    return xb.load(
        "iris", **({"epochs": 1, "data": data, "label": columns[-1], "views": []} | changes)
    )


def pairs(rows, **changes):
    """Inputs x1 and x2 and a number y to meet."""
    data = {"columns": ["x1", "x2", "y"], "rows": rows}
    return xb.load("xor", **({"epochs": 1, "data": data, "views": []} | changes))


@pytest.fixture(scope="module")
def labelled():
    return read(flowers())


@pytest.fixture(scope="module")
def numbers():
    return read(pairs([[0.5, 1, 0], [-2, 3.25, 0.75], [1e6, 0, 1]]))["data"]


def columns_of(rows):
    return list(zip(*rows, strict=True))


# Examples: numbers, classes, inputs, targets.


def test_the_sheet_says_what_may_be_changed(labelled):
    page = labelled["data"]
    assert page.value("A1") == "Data"
    assert page.value("A2") == (
        "One row per training example. Change a yellow cell: everything else follows."
    )


def test_each_example_has_a_row_with_its_number_its_class_and_its_inputs(labelled):
    page = labelled["data"]
    length, width, species = columns_of(FLOWERS)
    page.shows(page.under("example"), [1, 2, 3, 4, 5])
    page.shows(page.under("label"), species)
    page.shows(page.under("Input x", "length, width", "x_1"), length)
    page.shows(page.under("Input x", "length, width", "x_2"), width)
    assert page.under("example")[0] == "A7"


def test_the_class_of_a_target_stands_above_it_and_the_target_is_1_for_its_examples(labelled):
    page = labelled["data"]
    for number, species in enumerate(("aster", "lily", "rose"), 1):
        cells = page.under("Target t", species, f"t_{number}")
        page.shows(cells, [float(row[-1] == species) for row in FLOWERS])


def test_a_target_asks_whether_the_class_is_the_one_above_it(labelled):
    page = labelled["data"]
    assert page.formula("E7") == "IF($B7=E$5,1,0)"
    assert page.formula("G11") == "IF($B11=G$5,1,0)"


def test_another_class_typed_in_makes_its_target_1_and_the_others_0(labelled):
    page = labelled.after({("data", "B8"): "lily"})["data"]
    assert [page.computed(f"{column}8") for column in "EFG"] == [0, 1, 0]
    assert [page.computed(f"{column}9") for column in "EFG"] == [0, 1, 0]


def test_edited_labels_and_inputs_are_shown():
    rows = [*FLOWERS[:4], [9.0, 2.0, "lily"]]
    page = read(flowers(), edited=flowers(rows))["data"]
    page.shows(page.under("label"), columns_of(rows)[-1])
    page.shows(page.under("t_2"), [0, 0, 1, 0, 1])
    page.shows(page.under("x_1"), columns_of(rows)[0])


def test_classes_that_are_whole_numbers_have_no_decimal_point():
    page = read(flowers([[1, 2, 3.0], [2, 3, 7.5], [3, 4, 3.0], [4, 5, -1.0]]))["data"]
    assert [repr(page.value(cell)) for cell in page.under("label")] == ["3", "7.5", "3", "-1"]
    assert [repr(page.value(cell)) for cell in ("E5", "F5", "G5")] == ["-1", "3", "7.5"]
    page.shows(page.under("t_2"), [1, 0, 1, 0])
    page.shows(page.under("t_3"), [0, 1, 0, 0])


def test_numbers_to_meet_are_typed_like_inputs(numbers):
    numbers.shows(numbers.under("example"), [1, 2, 3])
    numbers.shows(numbers.under("Input x", "x1, x2", "x_1"), [0.5, -2, 1e6])
    numbers.shows(numbers.under("Input x", "x_2"), [1, 3.25, 0])
    numbers.shows(numbers.under("Target t", "t_1"), [0, 0.75, 1])
    assert [cell for cell, seen in numbers.cells.items() if seen.formula] == ["A2"]  # on guard


def test_rows_with_a_missing_entry_are_left_out_and_the_others_counted_anew():
    page = read(pairs([[1, 2, 0], [3, "", 1], [5, 6, 1]], missing="drop"))["data"]
    page.shows(page.under("example"), [1, 2])
    page.shows(page.under("x_1"), [1, 5])
    page.shows(page.under("t_1"), [0, 1])


@pytest.mark.parametrize(("last", "told"), [("abc", True), ("abcd", False)])
def test_names_of_inputs_are_told_up_to_59_letters(last, told):
    names = [*(f"{letter}x" for letter in "abcdefghijklmn"), last]
    sentence = ", ".join(names)
    assert len(sentence) == (59 if told else 60)
    data = {"columns": [*names, "y"], "rows": [[0] * 15 + [1]]}
    page = read(xb.load("xor", epochs=0, views=[], data=data), kinds=["data"])["data"]
    assert (sentence in page.texts()) == told


# Who may type what.


def test_yellow_cells_are_those_that_may_be_edited_and_refuse_something(labelled, numbers):
    page = labelled["data"]
    assert page.yellow == page.validated == cells_of("B7:D11")
    assert numbers.yellow == numbers.validated == cells_of("B7:D9")


def test_inputs_take_any_number_and_labels_one_of_the_classes(labelled):
    page = labelled["data"]
    rule = page.validation("C7")
    assert rule is page.validation("D11")
    assert (rule.type, rule.operator) == ("decimal", "between")
    assert (float(rule.formula1), float(rule.formula2)) == (-1e300, 1e300)
    rule = page.validation("B7")
    assert rule is page.validation("B11")
    assert (rule.type, rule.formula1) == ("list", "$E$5:$G$5")
    assert (rule.allow_blank, rule.showErrorMessage) == (False, True)
    assert rule.errorTitle == "label"
    assert rule.error == "Choose one of the classes that stand above the targets."
    assert [page.value(cell) for cell in ("E5", "F5", "G5")] == ["aster", "lily", "rose"]


def test_targets_that_are_numbers_take_any_number(numbers):
    rule = numbers.validation("D9")
    assert (rule.type, rule.operator) == ("decimal", "between")
    assert rule is numbers.validation("B7")


# Scaled inputs.

SCALED = {
    "min-max": {
        "min": min,
        "max": max,
        "x": lambda r, all_r: (r - min(all_r)) / (max(all_r) - min(all_r)),
    },
    "z-score": {
        "mean m": statistics.mean,
        "sd s": statistics.pstdev,
        "x": lambda r, all_r: (r - statistics.mean(all_r)) / statistics.pstdev(all_r),
    },
}
TITLES = {
    "min-max": ("Input x: min-max scaling", "x = (r − min)/(max − min)"),
    "z-score": ("Input x: standardized (z-score)", "x = (r − m)/s    s = √(Σ(r − m)²/n)"),
}


@pytest.fixture(scope="module", params=SCALED)
def scaled(request):
    return request.param, read(flowers(scaling=request.param))


def test_statistics_of_each_raw_column_stand_above_it(scaled):
    scaling, book = scaled
    page = book["data"]
    names = [name for name in SCALED[scaling] if name != "x"]
    assert [page.find(name) for name in names] == ["A7", "A8"]
    for name, column in (("length", 0), ("width", 1)):
        raw = columns_of(FLOWERS)[column]
        cells = page.under("Raw input r", name)
        page.shows(cells[:2], [SCALED[scaling][statistic](raw) for statistic in names])
        page.shows(cells[2:], raw)


def test_x_is_scaled_by_the_statistics_of_its_own_column(scaled):
    scaling, book = scaled
    page = book["data"]
    for symbol, column in (("x_1", 0), ("x_2", 1)):
        raw = columns_of(FLOWERS)[column]
        cells = page.under(*TITLES[scaling], symbol)
        page.shows(cells, [SCALED[scaling]["x"](r, raw) for r in raw])
        assert place(cells[0])[0] == 9


def test_raw_inputs_x_and_targets_stand_side_by_side(scaled):
    _, book = scaled
    page = book["data"]
    assert page.texts(rows=[6]) == [
        *("example", "label", "length", "width", "x_1", "x_2", "t_1", "t_2", "t_3")
    ]
    page.shows(page.under("example")[2:], [1, 2, 3, 4, 5])
    page.shows(page.under("label"), columns_of(FLOWERS)[-1])
    page.shows(page.under("rose", "t_3"), [1, 0, 0, 0, 1])


def test_formulas_of_scaled_inputs_read_like_the_equation():
    page = read(flowers(scaling="min-max"))["data"]
    assert page.formula("C7") == "MIN(C$9:C$13)"
    assert page.formula("D8") == "MAX(D$9:D$13)"
    assert page.formula("E9") == "IF(C$8=C$7,0,(C9-C$7)/(C$8-C$7))"
    assert page.formula("F13") == "IF(D$8=D$7,0,(D13-D$7)/(D$8-D$7))"
    page = read(flowers(scaling="z-score"))["data"]
    assert page.formula("C7") == "AVERAGE(C$9:C$13)"
    deviation = "IF(MAX({0})=MIN({0}),0,SQRT(SUMPRODUCT(({0}-D$7)*({0}-D$7))/COUNT({0})))"
    assert page.formula("D8") == deviation.format("D$9:D$13")
    assert page.formula("F13") == "IF(D$8=0,0,(D13-D$7)/D$8)"


@pytest.mark.parametrize("scaling", SCALED)
def test_a_column_of_equal_numbers_becomes_0(scaling):
    """Somebody may type one in; a recipe with one is refused."""
    book = read(flowers(scaling=scaling))
    page = book.after({("data", f"D{row}"): 0.3 for row in range(9, 14)})["data"]
    assert [page.computed(cell) for cell in page.under("x_2")] == [0] * 5
    first = [page.computed(cell) for cell in page.under("x_1")]
    assert first == [page.value(cell) for cell in page.under("x_1")]


def test_only_raw_numbers_and_labels_may_be_edited_where_inputs_are_scaled(scaled):
    _, book = scaled
    page = book["data"]
    assert page.yellow == page.validated == cells_of("B9:D13")


def test_the_network_sees_the_scaled_inputs(scaled):
    """On Training x of each example is the scaled one, whatever its raw number is."""
    scaling, book = scaled
    column = columns_of(FLOWERS)[0]
    page = book["training"]
    cells = [f"C{row}" for row in range(7, 12)]
    page.shows(cells, [SCALED[scaling]["x"](r, column) for r in column])


@pytest.mark.parametrize(("letters", "heading"), [(60, "n" * 60), (61, "n" * 56 + " ...")])
def test_a_name_longer_than_60_letters_is_cut(letters, heading):
    columns = ("n" * letters, "width", "species")
    page = read(flowers(columns=columns, scaling="z-score"), kinds=["data"])["data"]
    assert page.value("C6") == heading


# Pictures.


PICTURES = [[0, 1, 0, 1, 0, 0, "left"], [0.25, 0, 1, 0.5, 1, 1, "right"]]  # 2 × 3 pixels


def pictures(**changes):
    columns = [f"p{n}" for n in range(6)]
    data = {"columns": [*columns, "side"], "rows": PICTURES}
    changes = {"data": data, "label": "side", "image": [2, 3], "epochs": 1, "views": []} | changes
    return read(xb.load("backprop", **{**changes, "start": {"kind": "normal"}}))["data"]


def test_pixels_are_named_by_row_and_column_and_coloured_from_0_to_1():
    page = pictures()
    symbols = [f"x_{row}{column}" for row in (1, 2) for column in (1, 2, 3)]
    for symbol, pixels in zip(symbols, columns_of(PICTURES), strict=False):
        headings = ("Input x", "pixels of a picture of 2 × 3, row by row", symbol)
        page.shows(page.under(*headings), pixels)
    [(area, rule)] = page.grid.conditional
    assert area == "C7:H8"
    least, most = rule.colorScale.cfvo
    assert (least.type, least.val, most.type, most.val) == ("num", 0, "num", 1)
    pale, blue = (colour.rgb[-6:] for colour in rule.colorScale.color)
    assert sum(bytes.fromhex(pale)) > sum(bytes.fromhex(blue))


def test_scaled_pixels_are_coloured_over_all_that_they_reach():
    page = pictures(scaling="min-max")
    [(area, rule)] = page.grid.conditional
    assert area == "C9:H10"
    least, most = rule.colorScale.cfvo
    assert (least.type, least.val, most.type, most.val) == ("min", None, "max", None)
    assert page.under("pixels of a picture of 2 × 3, row by row", "p5") == ["H7", "H8", "H9", "H10"]


def test_what_is_no_picture_has_no_colours(labelled, numbers):
    assert labelled["data"].grid.conditional == numbers.grid.conditional == []


# What is in sight, and on paper.


@pytest.mark.parametrize(
    ("changes", "corner", "rows"), [({}, "C7", "4:6"), ({"scaling": "z-score"}, "C9", "4:8")]
)
def test_headings_statistics_and_counters_stay_in_sight_and_on_every_page(changes, corner, rows):
    grid = read(flowers(**changes), kinds=["data"])["data"].grid
    assert (grid.freeze, grid.paper.repeat_rows, grid.paper.repeat_columns) == (corner, rows, "A:B")


def test_without_labels_only_the_number_stays_in_sight(numbers):
    assert numbers.grid.freeze == "B7"
    assert numbers.grid.paper.repeat_columns == "A:A"


def wide(inputs, **changes):
    columns = [*(f"c{number}" for number in range(inputs)), "y"]
    rows = [[*[number] * inputs, "ab"[number % 2]] for number in range(4)]
    layers = [{"units": 2, "activation": "softmax"}]
    recipe = flowers(rows, columns, layers=layers, epochs=0, **changes)
    return read(recipe, kinds=["data"])["data"].grid.paper


def test_wide_data_are_printed_across_and_end_a_page_before_x_and_the_targets(labelled):
    """16 inputs: raw ones, and x, each on pages of their own."""
    assert not labelled["data"].grid.paper.landscape
    assert wide(16).landscape
    assert (wide(8).landscape, wide(8).column_breaks) == (False, ())
    assert wide(8, scaling="z-score").column_breaks == (3 + 8,)
    breaks = wide(16, scaling="z-score").column_breaks
    assert {3 + 16} <= set(breaks)


def test_long_data_end_on_pages_of_equal_length():
    rows = [[number, number, "ab"[number % 2]] for number in range(200)]
    layers = [{"units": 2, "activation": "softmax"}]
    recipe = flowers(rows, layers=layers, epochs=0)
    breaks = read(recipe, kinds=["data"])["data"].grid.paper.row_breaks
    assert breaks == tuple(range(7 + 40, 207, 40))


def test_pages_end_between_rows_of_a_picture():
    """30 × 20 pixels: more than a page has room for; each page begins with a row's first pixel."""
    columns = [f"p{n}" for n in range(600)]
    data = {"columns": [*columns, "y"], "rows": [[0] * 600 + ["a"], [1] * 600 + ["b"]]}
    recipe = xb.load(
        "backprop",
        data=data,
        label="y",
        image=[30, 20],
        epochs=0,
        views=[],
        start={"kind": "normal"},
        gradients="summed",
    )
    breaks = read(recipe, kinds=["data"])["data"].grid.paper.column_breaks
    assert len(breaks) > 3
    assert {(number - 3) % 20 for number in breaks} <= {0}


def test_chinese_headings_stand_over_the_same_numbers(labelled):
    page = read(flowers(lang="zh", scaling="z-score"))["data"]
    english = labelled["data"]
    same = {("样本",): "example", ("标签",): "label", ("目标 t", "lily", "t_2"): "t_2"}
    for chinese, heading in same.items():
        wanted = [english.value(cell) for cell in english.under(heading)]
        page.shows(page.under(*chinese)[-5:], wanted)
    length = columns_of(FLOWERS)[0]
    page.shows(page.under("原始输入 r", "length")[2:], length)
    assert [page.value(cell) for cell in ("A7", "A8")] == ["平均值 m", "标准差 s"]
    title = "输入 x：标准化（z 分数）"
    wanted = [SCALED["z-score"]["x"](r, length) for r in length]
    page.shows(page.under(title, "x_1"), wanted)
    assert page.validation("B9").error == "请选择目标上方列出的类别之一。"


def test_statistics_are_those_of_numbers_far_from_0():
    """Years: what differs is a small part of them, and no digit of it is lost."""
    years = [[2000 + number, number, "abcba"[number]] for number in range(5)]
    page = read(flowers(years, scaling="z-score"))["data"]
    deviation = math.sqrt(2)
    page.shows(page.under("length")[:2], [2002, deviation])
    page.shows(page.under("x_1"), (np.arange(-2, 3) / deviation).tolist())


@pytest.mark.parametrize(
    ("name", "lines"), [("length", 1), ("length of the longest leaf of all in cm", 4)]
)
def test_the_row_of_headings_is_as_high_as_its_longest_name(name, lines):
    """Which is wrapped; a line takes 15 points at least, 13 characters wide."""
    book = read(flowers(columns=(name, "width", "species"), scaling="min-max"), kinds=["data"])
    page = book["data"]
    others = {page.row("width") + 1, page.row("width") - 1}
    assert page.grid.heights[page.row(name)] >= 15 * lines
    assert {page.grid.heights[row] for row in others} == {20}

"""The Compare sheet: the workbook's own numbers beside Python's, told apart by hand."""

import numpy as np
import plain_loops
import pytest
from reading import cells_of, place, read, wide

import xlbackprop as xb

TYPED = 1.5  # the learning rate that somebody typed after Python wrote its numbers
FULL = [range(4)] * 2  # exclusive or: four examples, two updates
# w^2_11 ... b^3_1: the labels of plain_loops as the headings have them.
SYMBOLS = [
    *(f"{letter}^2_{unit}{source}" for unit in "123" for letter, source in ("w1", "w2", ("b", ""))),
    *("w^3_11", "w^3_12", "w^3_13", "b^3_1"),
]


def exclusive_or(**changes):
    return xb.load("xor", **({"epochs": 2, "views": []} | changes))


@pytest.fixture(scope="module")
def edited():
    """Compare after somebody typed another learning rate."""
    return read(exclusive_or(), edited=exclusive_or(eta=TYPED))["compare"]


@pytest.fixture(scope="module")
def steps():
    """The training in plain loops as the sheet has it, and as Python had it."""
    recipes = exclusive_or(eta=TYPED), exclusive_or()
    return [plain_loops.train(recipe, FULL) for recipe in recipes]


def relative(live, python):
    return [(a - b) / max(1, abs(b)) for a, b in zip(live, python, strict=True)]


def test_the_sheet_says_what_it_compares(edited):
    assert edited.value("A1") == "Compare"
    assert edited.value("A2").startswith("Live numbers of this file beside the constants")
    assert "A2:E2" in edited.grid.merges


def test_there_is_a_row_for_each_epoch_and_one_for_the_result(edited):
    edited.shows(edited.under("epoch"), [1, 2, 3])


def test_c_t_of_the_sheet_stands_beside_that_of_python_and_their_difference(edited, steps):
    live, python = ([sum(step.costs) for step in run] for run in steps)
    edited.shows(edited.under("total cost C_T", "This sheet"), live)
    edited.shows(edited.under("total cost C_T", "Python"), python)
    edited.shows(edited.under("total cost C_T", "Difference"), relative(live, python))
    assert abs(live[2] - python[2]) > 1e-3  # else the next epochs would prove nothing


def test_each_parameter_of_the_sheet_stands_beside_that_of_python_and_their_difference(
    edited, steps
):
    for symbol in steps[0][0].parameters:
        live, python = ([step.parameters[symbol] for step in run] for run in steps)
        heading = f"{symbol[0]}^{symbol[1]}_{symbol[2:].replace('_', '')}"
        edited.shows(edited.under("parameters", "This sheet", heading), live)
        edited.shows(edited.under("parameters", "Python", heading), python)
        edited.shows(edited.under("parameters", "Difference", heading), relative(live, python))


def test_the_largest_difference_is_that_of_the_parameters_without_its_sign(edited, steps):
    largest = [
        max(map(abs, relative(live.parameters.values(), python.parameters.values())))
        for live, python in zip(*steps, strict=True)
    ]
    assert largest[0] == 0 < largest[1]
    edited.shows(edited.under("parameters", "largest"), largest)


def test_parameters_stand_in_the_order_of_their_units(edited):
    for heading in ("This sheet", "Python", "Difference"):
        columns = [edited.column("parameters", heading, symbol) for symbol in SYMBOLS]
        numbers = [place(f"{column}1")[1] for column in columns]
        assert numbers == list(range(numbers[0], numbers[0] + 13))


def test_only_pythons_numbers_and_counters_are_no_formulas(edited):
    python = [edited.under("Python", symbol) for symbol in ("C_T", *SYMBOLS)]
    constants = {*edited.under("epoch"), *(cell for column in python for cell in column)}
    numbers = {c for c, s in edited.cells.items() if isinstance(s.value, float | int)}
    assert {c for c in numbers if edited.formula(c) is None} == {*constants, "E3"}


# One formula of each kind, letter by letter.


def test_formulas_read_training_and_tell_a_difference_relative_to_python(edited):
    texts = {
        edited.column("total cost C_T", "This sheet"): "Training!N{sums}",
        edited.column("total cost C_T", "Difference"): "(B{r}-C{r})/MAX(1,ABS(C{r}))",
        edited.column("parameters", "largest"): "MAX(MAX(AI{r}:AU{r}),0-MIN(AI{r}:AU{r}))",
        edited.column("This sheet", "w^2_11"): "Training!T{start}",
        edited.column("This sheet", "b^3_1"): "Training!AF{start}",
        edited.column("Difference", "w^2_11"): "(G{r}-U{r})/MAX(1,ABS(U{r}))",
        edited.column("Difference", "b^3_1"): "(S{r}-AG{r})/MAX(1,ABS(AG{r}))",
    }
    # A block of Training: its parameters, four examples, their sums.
    for block, r in enumerate((8, 9, 10)):
        start = 6 + 6 * block
        for column, text in texts.items():
            wanted = text.format(r=r, start=start, sums=start + 5)
            assert edited.formula(f"{column}{r}") == wanted


# Differences of any numbers: typed over what the sheet shows, and as Python has them.

CASES = [  # the sheet's number, Python's, and their difference
    (0.75, 0.25, 0.5),
    (0.25, 0.75, -0.5),
    (1.75, 1.0, 0.75),  # up to 1 as it is
    (1.75, -1.0, 2.75),
    (5.0, 2.0, 1.5),  # beyond 1 a part of Python's
    (-5.0, 2.0, -3.5),
    (-5.0, -2.0, -1.5),
    (0.0, 1.25, -1.0),
    (3.0, 1e-9, 3.0 - 1e-9),
    (0.0, 0.0, 0.0),
]


LIVE, PYTHON, APART = zip(*CASES, strict=True)
ROWS = range(8, 8 + len(CASES))
TEN = exclusive_or(epochs=len(CASES) - 1)


def test_a_difference_is_relative_where_python_is_beyond_1():
    book = read(TEN, costs=(LIVE, PYTHON))
    live = book["compare"].under("total cost C_T", "This sheet")
    typed = {("compare", cell): number for cell, number in zip(live, LIVE, strict=True)}
    page = book.after(typed)["compare"]
    page.shows(page.under("total cost C_T", "Difference"), APART)


@pytest.mark.parametrize("symbol", ["w^2_11", "b^2_2", "b^3_1"])
def test_the_largest_difference_is_found_wherever_it_is(symbol):
    """In the first column, amid, and in the last; above and below 0."""
    weights = np.zeros((2, len(CASES), 13))
    weights[:, :, SYMBOLS.index(symbol)] = LIVE, PYTHON
    book = read(TEN, weights=weights)
    columns = [book["compare"].column("This sheet", other) for other in SYMBOLS]
    typed = {("compare", f"{column}{row}"): 0.0 for column in columns for row in ROWS}
    column = columns[SYMBOLS.index(symbol)]
    typed |= {("compare", f"{column}{row}"): n for row, n in zip(ROWS, LIVE, strict=True)}
    page = book.after(typed)["compare"]
    page.shows(page.under("Difference", symbol), APART)
    page.shows(page.under("parameters", "largest"), [abs(number) for number in APART])


def test_a_number_of_python_that_is_too_large_is_a_dash():
    infinite = np.full((3, 13), np.inf)
    costs = ([1, 1, 1], [1, np.inf, np.nan])
    book = read(
        exclusive_or(),
        costs=costs,
        weights=(np.zeros((3, 13)), infinite),
    )
    page = book["compare"]
    page.shows(page.under("total cost C_T", "Python"), [1, "–", "–"])
    for symbol in ("w^2_11", "b^2_2", "b^3_1"):
        page.shows(page.under("Python", symbol), ["–"] * 3)


def test_one_parameter_that_is_too_large_is_the_only_dash_in_its_row():
    python = np.arange(39.0).reshape(3, 13)
    python[1, 4] = -np.inf
    book = read(exclusive_or(), weights=(python, python))
    page = book["compare"]
    for number, symbol in enumerate(SYMBOLS):
        wanted = [number, "–" if number == 4 else number + 13, number + 26]
        page.shows(page.under("Python", symbol), wanted)


# The tolerance, green and red.


def test_numbers_count_as_equal_up_to_a_tolerance_that_a_person_may_change(edited):
    assert edited.find("Count as equal up to a difference of") == "A3"
    assert edited.yellow == edited.validated == {"E3"}
    assert edited.value("E3") == 1e-9
    rule = edited.validation("E3")
    assert (rule.type, rule.operator, rule.formula1) == ("decimal", "greaterThan", "0")
    assert (rule.allow_blank, rule.showErrorMessage) == (False, True)
    assert rule.error == "This cell takes a number above 0."


def test_another_tolerance_is_shown():
    assert read(exclusive_or(), tolerance=0.25)["compare"].value("E3") == 0.25


def test_every_difference_is_green_within_the_tolerance_and_red_beyond(edited):
    columns = [("total cost C_T", "Difference"), ("parameters", "largest")]
    columns += [("parameters", "Difference", symbol) for symbol in SYMBOLS]
    differences = {cell for headings in columns for cell in edited.under(*headings)}
    assert len(differences) == 3 * 15
    coloured = {"between": [], "notBetween": []}
    for areas, operator, operands in edited.rules("fill"):
        assert operands == ["-$E$3", "$E$3"]
        coloured[operator] += cells_of(areas)
    for cells in coloured.values():
        assert sorted(cells) == sorted(differences)


def test_large_numbers_have_an_exponent_everywhere(edited):
    [(areas, _, _)] = edited.rules("numFmt")
    numbers = {c for c, s in edited.cells.items() if isinstance(s.value, float | int)}
    numbers -= {*edited.under("epoch"), "E3"}
    assert numbers <= cells_of(areas)
    assert cells_of(areas) == cells_of("B8:AU10")


# Mini-batches.


@pytest.fixture(scope="module")
def batched():
    """Steps of three examples and of one, two epochs."""
    return read(exclusive_or(batch=3), edited=exclusive_or(batch=3, eta=TYPED))["compare"]


def test_mini_batches_have_a_row_for_each_step(batched):
    batched.shows(batched.under("epoch"), [1, 1, 2, 2, 3])
    batched.shows(batched.under("step"), [1, 2, 3, 4, 5])


def test_c_t_of_mini_batches_is_that_of_their_own_examples(batched):
    order = np.array(exclusive_or(batch=3).steps().numbers) - 1
    dealt = [order[:3], order[3:4], order[4:7], order[7:8]]
    assert sorted(order[:4]) == sorted(order[4:8]) == [0, 1, 2, 3]
    runs = [plain_loops.train(exclusive_or(eta=eta), dealt) for eta in (TYPED, 5.0)]
    live, python = ([sum(step.costs) for step in run] for run in runs)
    batched.shows(batched.under("total cost C_T", "This sheet"), live)
    batched.shows(batched.under("total cost C_T", "Python"), python)
    batched.shows(batched.under("total cost C_T", "Difference"), relative(live, python))
    live, python = ([step.parameters["b3_1"] for step in run] for run in runs)
    batched.shows(batched.under("parameters", "This sheet", "b^3_1"), live)
    batched.shows(batched.under("parameters", "Difference", "b^3_1"), relative(live, python))


def test_mini_batches_are_green_within_the_tolerance_and_red_beyond(batched):
    areas = {operator: "" for _, operator, _ in batched.rules("fill")}
    for area, operator, _ in batched.rules("fill"):
        areas[operator] += f" {area}"
    for area in areas.values():
        assert cells_of(area) == cells_of("E8:F12 AJ8:AV12")
    assert batched.column("total cost C_T", "Difference") == "E"
    assert batched.column("Difference", "w^2_11") == "AJ"
    assert batched.column("Difference", "b^3_1") == "AV"


# What is in sight, and on paper.


@pytest.mark.parametrize(
    ("changes", "corner", "paper"), [({}, "B8", "A1:E10"), ({"batch": 3}, "C8", "A1:F12")]
)
def test_headings_stay_in_sight_and_paper_has_all_rows_up_to_the_largest_difference(
    changes, corner, paper
):
    page = read(exclusive_or(**changes))["compare"]
    assert page.grid.freeze == corner
    assert page.grid.paper.area == paper
    assert page.grid.paper.repeat_rows == "5:7"
    assert page.row("largest") == 7
    assert not page.grid.paper.landscape


def test_a_pass_forward_has_one_row():
    page = read(exclusive_or(epochs=0))["compare"]
    page.shows(page.under("pass"), [1])
    assert {area for area, _, _ in page.rules("fill")} == {"D8:E8", "AI8:AU8"}


# Too many parameters for a sheet's 16,384 columns.


def test_as_many_parameters_are_compared_as_a_sheet_has_columns_for():
    """6 columns before them, each three times, and 2 between them: 5,458 at most."""
    assert (16384 - 6 - 2) // 3 == 5458 == 51 * 106 + 52
    page = read(wide(105, 51, 1), kinds=["compare"])["compare"]
    numbers = {place(cell)[1] for cell in page.cells}
    assert max(numbers) == 6 + 3 * 5458 + 2
    assert 5459 == 51 * 105 + 2 * 52
    page = read(wide(104, 51, 2), kinds=["compare"])["compare"]
    assert page.texts(rows=[5, 6, 7]) == [
        *("This sheet", "Python", "Difference"),
        *["total cost C_T"] * 3,
        *("pass", "C_T", "C_T", "C_T"),
    ]
    for area, operator, _ in page.rules("fill"):
        assert "D8" in cells_of(area), operator
    assert [area for area, _, _ in page.rules("numFmt")] == ["B8:D8"]

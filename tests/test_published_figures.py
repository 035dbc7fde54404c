"""Han and Kamber's example: figures that others published, in Python and in a workbook's cells.

Data Mining: Concepts and Techniques, "Classification by Backpropagation", prints three digits of
everything; five of the weights after the step are published in full precision, too.
"""

import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from workbooks import Made

import xlbackprop as xb
from xlbackprop.recalc import ENGINES

RECIPE = """
targets = ["t"]
layers = [{ units = 2 }, { units = 1 }]
eta = 0.9
epochs = 1

[start]
w2 = [[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]]
b2 = [-0.4, 0.2]
w3 = [[-0.3, -0.2]]
b3 = [0.1]

[data]
columns = ["x1", "x2", "x3", "t"]
rows = [[1, 0, 1, 1]]
"""
IN_FULL = {  # after one step
    "w2_1_1": 0.19214789423111006,
    "w2_1_3": -0.50785210576889,
    "w2_2_3": 0.19411212344224793,
    "w3_1_1": -0.26082884634154524,
    "w3_1_2": -0.13802506750700472,
}
IN_PRINT = {  # the same; the book's w₁₄ goes to the first hidden unit from the first input
    "w2_1_1": 0.192,
    "w2_1_2": 0.4,
    "w2_1_3": -0.508,
    "b2_1": -0.408,
    "w2_2_1": -0.306,
    "w2_2_2": 0.1,
    "w2_2_3": 0.194,
    "b2_2": 0.194,
    "w3_1_1": -0.261,
    "w3_1_2": -0.138,
    "b3_1": 0.218,
}
ON_THE_WAY = {  # net inputs, outputs and errors; the book's error is −δ
    "z2_1": -0.7,
    "z2_2": 0.1,
    "z3_1": -0.105,
    "a2_1": 0.332,
    "a2_2": 0.525,
    "a3_1": 0.474,
    "d3_1": -0.1311,
    "d2_2": 0.0065,
    "d2_1": 0.0087,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The recipe's workbook."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "example.toml").write_text(RECIPE, encoding="utf-8")
    recipe = xb.load(folder / "example.toml")
    xb.write(recipe, folder / "example.xlsx")
    return Made(folder / "example.xlsx", recipe)


def test_python_has_the_published_weights_after_one_step(made: Made) -> None:
    after = xb.run(made.recipe).parameters.loc[2]
    assert {label: after[label] for label in IN_FULL} == pytest.approx(IN_FULL, rel=1e-14)
    assert {label: after[label] for label in IN_PRINT} == pytest.approx(IN_PRINT, abs=5e-4)


def test_python_has_the_published_net_inputs_outputs_and_errors(made: Made) -> None:
    first = xb.run(made.recipe).examples.loc[1, 1]
    for label, published in ON_THE_WAY.items():
        digits = len(str(published).partition(".")[2])
        # The book goes on with rounded numbers, so the last digit may be off by one.
        assert first[label] == pytest.approx(published, abs=1.01 * 10**-digits), label


def test_the_cells_of_the_workbook_have_the_published_weights(made: Made) -> None:
    assert xb.check(made.path).agrees
    [book] = ENGINES["ironcalc"].recalculate([made.path])
    for label, published in IN_FULL.items():
        sheet, cell = made.parameter(label, epoch=2)
        found = book.value(sheet, *coordinate_to_tuple(cell))
        assert found == pytest.approx(published, rel=1e-14), label

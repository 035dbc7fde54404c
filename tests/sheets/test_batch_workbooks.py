"""Workbooks of mini-batches and of summed gradients: formulas, folds, edits, all engines."""

from itertools import product

import openpyxl
import pandas as pd
import pytest
from programs import in_other_programs
from workbooks import Made, agreeing, few, make, retyped

import xlbackprop as xb
from xlbackprop.network.layer import BIASES
from xlbackprop.network.updates import RULES
from xlbackprop.recipe.advice import warnings
from xlbackprop.recipe.fields import VIEWS
from xlbackprop.recipe.from_options import from_data
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.words.catalogue import templates
from xlbackprop.workbook.address import address

CHOICES = [
    *product(RULES, (1, 3), ("per-example", "summed"), ["trained"], ["step"]),
    *product(["adam"], ("full", 3), ["summed"], BIASES, ["inverse-time"]),
]


EVERY_CHOICE = pytest.mark.parametrize(("rule", "batch", "gradients", "bias", "schedule"), CHOICES)


@pytest.fixture
def made(rule, batch, gradients, bias, schedule, tmp_path) -> Made:
    """Exclusive or, without views."""
    return make(
        tmp_path,
        "xor",
        rule=rule,
        batch=batch,
        gradients=gradients,
        schedule=schedule,
        epochs=3,
        eta=0.05,
        weight_decay=0.01,
        layers=[{"units": 3, "bias": bias}, {"units": 1, "bias": bias}],
        start={"kind": "xavier"},
        views=[],
    )


@pytest.mark.exhaustive(ways=1)
@EVERY_CHOICE
def test_every_combination_agrees(made):
    assert agreeing(made.path).formulas > 100


@pytest.mark.exhaustive(quick=1)
@EVERY_CHOICE
def test_the_views_of_every_combination_agree(made, tmp_path):
    xb.write(made.recipe.changed(views=VIEWS), tmp_path / "views.xlsx")
    assert agreeing(tmp_path / "views.xlsx").formulas > 1000


@in_other_programs("each program looks examples up by their numbers in its own way")
@EVERY_CHOICE
def test_other_programs_agree_on_every_combination(made, engine, need):
    need(engine)
    agreeing(made.path, engine)


@pytest.fixture(scope="module")
def batched(tmp_path_factory):
    folder = tmp_path_factory.mktemp("batched")
    return make(folder, "xor", batch=3, epochs=2, eta=0.5, views=[])


def test_a_block_has_the_examples_of_its_step_by_number(batched):
    sheet = openpyxl.load_workbook(batched.path)["Training"]
    steps, training = batched.recipe.steps(), batched.layout.training
    assert [sheet.cell(5, column).value for column in (1, 2, 3)] == ["epoch", "step", "example"]
    for block, size in enumerate(steps.sizes.tolist()):
        top = training.first_example(block)
        found = [[sheet.cell(top + i, column).value for column in (1, 2, 3)] for i in range(size)]
        numbers = steps.numbers[steps.rows(block)].tolist()
        assert found == [[steps.epoch(block), block + 1, number] for number in numbers]


def test_the_next_parameter_reads_the_block_above_and_sums_read_their_own(batched):
    place = batched.parameter("w2_1_1", epoch=2)  # the second block
    column = place[1].rstrip("0123456789")
    total = batched.total("g_w2_1_1", epoch=1)
    assert batched.formula(place) == f"{column}6-eta*{total[1]}"
    assert batched.formula(total) == f"SUM({column}7:{column}9)"


def test_an_example_number_that_a_person_changes_is_followed_and_no_fault(batched, tmp_path):
    place = ("Training", address(batched.layout.training.first_example(0), 3))
    number = batched.recipe.steps().numbers[0]
    other = number % 4 + 1
    path = retyped(batched, tmp_path, place, int(other))
    report = xb.check(path)
    [ironcalc] = [c for c in report.comparisons if c.engine == "ironcalc"]
    assert (ironcalc.agrees, report.faults, report.edits) == (True, (), ())
    assert abs(ironcalc.drift) < 1e-12
    assert report.changes == (f"Training!{place[1]}  example = {other} (was {number})",)
    again = xb.load(path)
    assert again.steps().numbers[0] == other
    assert again.order[0][1:] == tuple(batched.recipe.steps().numbers[1:4].tolist())


@pytest.mark.parametrize(
    ("typed", "got"), [(9, "9"), (1.5, "1.5"), (None, "nothing"), ("a", "'a'")]
)
def test_an_example_number_that_does_not_exist_is_named(batched, tmp_path, typed, got):
    place = ("Training", address(batched.layout.training.first_example(1), 3))
    report = xb.check(retyped(batched, tmp_path, place, typed))
    said = (
        f"Training!{place[1]}: got {got}, wanted the number of an example, from 1 to 4; type one."
    )
    assert report.faults == (said,)
    assert report.changes == ()
    assert not report.agrees


def test_summed_gradients_leave_those_of_examples_out_and_give_the_same_training(tmp_path):
    changes = {"epochs": 2, "data": few("backprop", 16), "views": []}
    each = make(tmp_path, "backprop", "each", **changes)
    summed = make(tmp_path, "backprop", "summed", gradients="summed", **changes)
    trace = xb.run(summed.recipe)
    assert "g_w2_1_1" not in trace.examples
    found = xb.run(each.recipe).parameter_values
    assert abs(trace.parameter_values - found).max() < 1e-14
    assert agreeing(summed.path).formulas < agreeing(each.path).formulas * 0.6
    total = summed.total("g_w2_1_1", epoch=1)
    assert summed.formula(total).startswith("SUMPRODUCT(")


def test_a_summed_weight_stands_above_the_value_that_it_is_multiplied_by(tmp_path):
    made = make(tmp_path, "worked-example", gradients="summed", epochs=1, views=[])
    columns, layout = made.layout.training.columns, made.layout.training
    for label, source, row in (("w2_2_1", "x1", 1), ("w3_1_2", "a2_2", 0), ("b3_2", "z3_2", 0)):
        place = made.parameter(label, epoch=1)[1]
        assert place == address(layout.TOP + row, columns[source])
    z = made.formula(made.example("z3_2", epoch=1, example=1))
    weights = [made.parameter(f"w3_2_{i}", epoch=1)[1] for i in (1, 2)]
    for cell in weights:
        assert cell[:-1] in z


@pytest.fixture(scope="module")
def wide() -> xb.Recipe:
    rows = [[i % 7 / 7 for i in range(n, n + 100)] + [n % 2] for n in range(3)]
    columns = [*(f"c{i}" for i in range(100)), "y"]
    return xb.load(
        "xor",
        data={"columns": columns, "rows": rows},
        inputs=columns[:-1],
        targets=["y"],
        label="",
        layers=[{"units": 170}, {"units": 1}],
        start={"kind": "xavier"},
        epochs=1,
    )


def test_a_network_too_wide_for_gradients_of_examples_has_them_summed(wide):
    layout = layout_of(wide)
    assert layout.network.summed
    assert layout.compare.parameters == 0
    [line] = warnings(wide)
    assert line.startswith("gradients: those of each example would need 17,960 columns, a sheet ")


@pytest.mark.exhaustive
def test_the_workbook_of_so_wide_a_network_agrees(wide, tmp_path):
    xb.write(wide, tmp_path / "wide.xlsx")
    assert agreeing(tmp_path / "wide.xlsx").formulas > 50_000


@pytest.mark.parametrize(("detail", "open_blocks"), [("all", {0, 1, 2, 3, 4}), ([2], {2, 3})])
def test_detail_names_the_epochs_whose_examples_are_in_view(tmp_path, detail, open_blocks):
    made = make(tmp_path, "xor", batch=3, epochs=2, detail=detail, views=[])
    sheet = openpyxl.load_workbook(made.path)["Training"]
    tops = [made.layout.training.first_example(block) for block in range(5)]
    found = {block for block, top in enumerate(tops) if not sheet.row_dimensions[top].hidden}
    assert found == open_blocks


def large_costs(data, eta, engine, folder) -> None:
    fields = {"activation": "leaky-relu", "cost": "cross-entropy", "epochs": 3, "seed": 0}
    recipe = from_data({"data": data, "label": "species", "eta": eta, **fields})
    assert xb.run(recipe).cost[-1] > 1e5
    xb.write(recipe.changed(views=()), folder / "large.xlsx")
    agreeing(folder / "large.xlsx", engine)


LONGER = "a program whose numbers are longer differs from Python in the last digits"


@in_other_programs(LONGER)
def test_large_costs_are_compared_by_their_size(engine, need, tmp_path):
    need(engine)
    flowers = few("iris", 15)
    data = pd.DataFrame(flowers["rows"], columns=flowers["columns"])
    large_costs(data, 2.0, engine, tmp_path)


@pytest.mark.exhaustive
@in_other_programs(LONGER)
def test_large_costs_of_many_examples_are_compared_by_their_size(engine, need, tmp_path):
    need(engine)
    large_costs(str(templates() / "iris.csv"), 0.1, engine, tmp_path)

"""Numbers at the ends of what a double holds, formulas in yellow cells, classes that look alike."""

import re

import pytest
from programs import in_every_program, in_other_programs
from workbooks import agreeing, cell_xml, typed

import xlbackprop as xb
from xlbackprop.errors import RecipeError
from xlbackprop.recipe.read import from_mapping


def lone(x: float, w: float, activation: str, **more: object) -> xb.Recipe:
    """One unit with one input."""
    return from_mapping(
        {
            "data": {"columns": ["x", "t"], "rows": [[x, 0.5]]},
            "targets": ["t"],
            "layers": [{"units": 1, "activation": activation}],
            "start": {"w2": [[w]], "b2": [0.0]},
            "eta": 0.1,
            "epochs": 1,
            "views": [],
        }
        | more
    )


@pytest.mark.parametrize(("x", "w"), [(1e300, 1e300), (1e300, 1e10), (-1e300, 1e300)])
def test_a_cell_that_reads_an_overflow_stores_an_error_and_not_the_end_of_tanh(x, w, tmp_path):
    path = tmp_path / "book.xlsx"
    xb.write(lone(x, w, "tanh"), path)
    for cell in ("E7", "F7"):  # z and a
        assert re.search(r't="e".*<v>#NUM!</v>', cell_xml(path, ("Training", cell)))
    agreeing(path)


@in_other_programs("where a square of a tiny gradient ends differs by program")
@pytest.mark.parametrize("rule", ["adam", "rmsprop", "adagrad"])
@pytest.mark.parametrize("w", [-370.0, -700.0, -745.0])
def test_states_of_a_vanishing_gradient_agree(engine, need, rule, w, tmp_path):
    """Slopes of 1e-161 to 1e-324, whose squares are 0, subnormal or barely not."""
    need(engine)
    path = tmp_path / "book.xlsx"
    xb.write(lone(1.0, w, "sigmoid", rule=rule), path)
    agreeing(path)
    agreeing(path, engine)


@pytest.mark.parametrize("eta", [1e-308, 5e-324])
def test_a_learning_rate_that_a_cell_would_hold_as_0_is_refused(eta):
    with pytest.raises(RecipeError, match=r"^eta: got 0, wanted a learning rate above 0"):
        lone(1.0, 1.0, "tanh", eta=eta)


def test_a_learning_rate_below_what_a_cell_holds_is_told_where_it_stands(xor, tmp_path):
    report = xb.check(typed(xor.path, tmp_path, {xor.eta: 1e-320}))
    assert not report.agrees
    assert [fault for fault in report.faults if fault.startswith(f"{'!'.join(xor.eta)}: got ")]


@in_every_program("a program saves its own form of what was typed")
def test_a_formula_without_a_value_in_a_yellow_cell_is_computed_and_said(
    engine, need, xor, tmp_path
):
    need(engine)
    path = typed(xor.path, tmp_path, {xor.eta: "=0.5+0.2"})
    report = agreeing(path, engine)
    place = "!".join(xor.eta)
    assert f"{place}  holds a formula, =0.5+0.2, which comes to 0.7" in report.changes
    assert xb.load(path).eta == 0.7


@pytest.mark.parametrize("formula", ["=TRUE()", "=TRUE"])
def test_a_tick_box_that_was_saved_as_a_formula_is_a_tick_box(formula, example, tmp_path):
    ticks = [place for place in example.layout.asked if place.limit == "switch"]
    assert ticks
    cells = {(place.sheet, place.cell): formula for place in ticks}
    report = agreeing(typed(example.path, tmp_path, cells))
    assert report.faults == ()


LABELS = {
    "decimals": [0.01, 0.1, 1 / 3, 2 / 3],
    "signs": ["?", "*", "~a", "a*"],  # COUNTIF and MATCH take some of them for any text
    "numbers as text": ["1", "1.0", "01", "1e0"],
    "truths": ["TRUE", "true?", "0", "yes"],
    "blanks": ["a b", "ab", "a  b", "a_b"],
}


@in_every_program("each engine compares texts and converts numbers to text in its own way")
@pytest.mark.parametrize("kind", LABELS)
def test_classes_are_told_apart_by_every_engine(engine, need, kind, tmp_path):
    need(engine)
    classes = LABELS[kind]
    rows = [[float(i), label] for i, label in enumerate(classes)]
    recipe = from_mapping(
        {
            "data": {"columns": ["x", "y"], "rows": rows},
            "label": "y",
            "layers": [{"units": len(classes)}],
            "start": {"kind": "xavier"},
            "eta": 0.1,
            "epochs": 1,
        }
    )
    path = tmp_path / "book.xlsx"
    xb.write(recipe, path)
    report = agreeing(path, engine)
    assert report.faults == ()
    assert xb.load(path).labels() == recipe.labels() == tuple(classes)

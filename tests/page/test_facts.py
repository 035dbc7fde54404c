"""What a page knows of its cells: symbols as a trace has them, roles, and what a formula reads."""

import re

import numpy as np
import pytest
from views import new_page

import xlbackprop as xb
from xlbackprop.page.facts import facts, reads
from xlbackprop.sheets.kinds import layout_of


@pytest.mark.parametrize(
    ("formula", "cells"),
    [
        ("SUMPRODUCT(B$3:D$3,B7:D7)+E$3", ("B3:D3", "B7:D7", "E3")),
        ("INDEX(Data!C$7:C$70,$B{r})", ("Data!C7:C70",)),
        ("'Gradient check'!$B$2*'it''s'!A1", ("'Gradient check'!B2", "'it''s'!A1")),
        ('IF(A1>0,"B2 and C3",LOG10(D4))', ("A1", "D4")),
        ("A1+A1+$A$1", ("A1",)),
        ("eta*1E5+TRUE", ()),
        ("训练!B7", ("训练!B7",)),
        ("A1:A1", ("A1",)),
    ],
)
def test_a_formula_reads_the_cells_that_it_names(formula, cells):
    """Not those in a text, and no function or number that looks like one."""
    assert reads(formula) == cells


@pytest.fixture(scope="module")
def trained():
    recipe = xb.load("xor", epochs=2, rule="momentum")
    return recipe, xb.run(recipe), list(facts(new_page(recipe, "training")))


def test_each_number_of_the_training_has_its_symbol(trained):
    """Those of the examples, in the order of the trace; parameters, sums, states, C_T, answers."""
    recipe, trace, found = trained
    columns = set(trace.examples.columns)
    shown = {
        symbol: [fact.value for fact in found if fact.symbol == symbol]
        for symbol in dict.fromkeys(fact.symbol for fact in found)
    }
    for symbol in columns:
        forward = trace.examples[symbol].dropna().tolist()
        assert shown[symbol] == forward[: len(shown[symbol])]
        assert len(shown[symbol]) >= 2 * len(recipe.data.rows)
    for symbol in trace.parameters.columns:
        assert shown[symbol] == trace.parameters[symbol].tolist()
    labels = trace.network.all_parameter_labels
    sums = [shown[f"sum_g_{label}"] for label in labels]
    assert np.transpose(sums).tolist() == trace.gradient[:-1].tolist()
    states = [shown[f"v_{label}"] for label in labels]
    assert np.transpose(states).tolist() == trace.states["v"].tolist()
    assert shown["C_T"] == trace.cost.tolist()
    assert shown["accuracy"] == trace.accuracy.tolist()
    assert [fact.cell for fact in found if not fact.symbol] == ["C2"]  # what to do


def test_a_role_is_that_of_the_colour(trained):
    roles = {fact.symbol: fact.role for fact in trained[2]}
    assert (roles["z2_1"], roles["C"], roles["d2_1"]) == ("forward", "cost", "delta")
    assert (roles["w2_1_1"], roles["g_w2_1_1"]) == ("parameter", "gradient")


def test_what_a_cell_reads_has_a_symbol_of_its_own(trained):
    """a reads z; δ of the outputs reads a and t."""
    by_cell = {fact.cell: fact for fact in trained[2]}
    for fact in by_cell.values():
        letter = fact.symbol[:1]
        if letter in "ad" and re.fullmatch(r"[ad]3_\d", fact.symbol):
            read = {by_cell[cell].symbol for cell in fact.reads if cell in by_cell}
            number = fact.symbol[3:]
            assert read == ({f"z3_{number}"} if letter == "a" else {f"a3_{number}", f"t{number}"})


@pytest.mark.parametrize("lesson", ["xor", "solver", "sine"])
def test_the_symbols_of_every_sheet_are_those_of_the_network(lesson):
    """Beside them only what is measured, sums and states; and each sheet with a pass has some."""
    recipe = xb.load(lesson, epochs=0 if lesson == "solver" else 1)
    layout = layout_of(recipe)
    network = layout.network
    known = {label for group in network.groups for label in group.labels}
    known |= {*network.all_parameter_labels, "C_T", "accuracy", "gradient_norm", "lead"}
    known |= {f"g_{label}" for label in network.all_parameter_labels}
    begins = ["sum_g_", *(f"{state.name}_" for state in recipe.learning().states)]
    known |= {letter + label for letter in begins for label in network.all_parameter_labels}
    for kind in layout.sheets:
        symbols = {fact.symbol for fact in facts(new_page(recipe, kind))} - {""}
        assert symbols <= known, kind
        passes = ("training", "predict", "walkthrough", "gradient-check", "fit", "solver")
        assert bool(symbols) >= (kind in passes), kind

"""Solver's model in hidden names."""

from xlbackprop.workbook.solver_model import Constraint, Relation, solver_names


def test_a_model_without_constraints_says_so():
    names = solver_names("Sheet!$B$3", ["Sheet!$B$1", "Sheet!$C$1:$D$2"])
    assert names["solver_opt"] == "Sheet!$B$3"
    assert names["solver_adj"] == "Sheet!$B$1,Sheet!$C$1:$D$2"
    assert names["solver_num"] == "0"
    assert not any(name.startswith("solver_lhs") for name in names)
    assert list(names) == sorted(names)


def test_constraints_are_numbered_and_have_solvers_own_relations():
    """1 is at most, 2 equal, 3 at least."""
    constraints = [
        Constraint("S!$A$1", Relation.AT_LEAST, "S!$A$2"),
        Constraint("S!$A$3", Relation.AT_MOST, "4"),
    ]
    names = solver_names("S!$B$3", ["S!$B$1"], constraints)
    assert names["solver_num"] == "2"
    assert [names[f"solver_{key}1"] for key in ("lhs", "rel", "rhs")] == ["S!$A$1", "3", "S!$A$2"]
    assert [names[f"solver_{key}2"] for key in ("lhs", "rel", "rhs")] == ["S!$A$3", "1", "4"]

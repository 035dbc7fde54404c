"""What Excel's Solver is told, as it keeps it: in hidden names of the sheet it works on.

Source: names of workbooks that Excel saved.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

NONE = 2147483647  # no limit: the largest whole number that Solver knows
OPTIONS = {  # Solver's own options, those that it has when it is first opened but for solver_neg
    "solver_typ": 2,  # make the target small
    "solver_eng": 1,  # GRG, for smooth functions that aren't linear
    "solver_neg": 2,  # variables may be negative
    "solver_ver": 3,
    "solver_cvg": "0.0001",
    "solver_pre": "0.000001",
    "solver_drv": 1,
    "solver_scl": 1,
    "solver_itr": NONE,
    "solver_tim": NONE,
    "solver_nod": NONE,
    "solver_mip": NONE,
    "solver_mni": 30,
    "solver_mrt": "0.075",
    "solver_msl": 2,
    "solver_nwt": 1,
    "solver_rbv": 1,
    "solver_rlx": 2,
    "solver_rsd": 0,
    "solver_sho": 2,
    "solver_ssz": 100,
    "solver_tol": "0.01",
    "solver_est": 1,
    "solver_val": 0,
}


class Relation(IntEnum):
    """How the two sides of a constraint compare, by Solver's own numbers."""

    AT_MOST = 1
    EQUAL = 2
    AT_LEAST = 3


class Constraint(NamedTuple):
    """What has to hold; both sides are references such as ``Sheet!$B$5``."""

    left: str
    relation: Relation
    right: str


def solver_names(
    target: str, changing: Sequence[str], constraints: Sequence[Constraint] = ()
) -> dict[str, str]:
    """The hidden names of a model that makes ``target`` small by changing cells; sorted.

    Args:
        target: reference to the cell, as ``Sheet!$B$5``.
        changing: references to the cells that may change.
        constraints: what has to hold.
    """
    names: dict[str, object] = {"solver_opt": target, "solver_adj": ",".join(changing)}
    names |= OPTIONS | {"solver_num": len(constraints)}
    for number, constraint in enumerate(constraints, 1):
        names[f"solver_lhs{number}"] = constraint.left
        names[f"solver_rel{number}"] = int(constraint.relation)
        names[f"solver_rhs{number}"] = constraint.right
    return {name: str(names[name]) for name in sorted(names)}

"""Single faults planted in formula cells: each changes what is computed, or only how it is written.

A fault is planted in the XML, where every other cell keeps the value that is stored for it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from manifesting.faults import Original, Place
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

OTHERS = {"+": "-", "-": "+", "*": "/", "/": "*", "<": ">", ">": "<", ">=": "<", "<=": ">"}
OTHERS |= {"=": "<>", "<>": "=", "^": "*", "&": "="}
FUNCTIONS = {"MAX": "MIN", "MIN": "MAX", "SUM": "SUMSQ", "SUMSQ": "SUM", "EXP": "LN", "LN": "EXP"}
FUNCTIONS |= {"SQRT": "ABS", "ABS": "SQRT", "TANH": "SIN", "SIN": "COS", "COS": "SIN"}
FUNCTIONS |= {"SUMPRODUCT": "SUM", "AND": "OR", "OR": "AND", "AVERAGE": "SUM", "COUNT": "SUM"}
_CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")


@dataclass(frozen=True)
class Planted:
    """A fault in a copy of a workbook.

    Attributes:
        place: sheet and cell.
        told: what was done.
        harmless: whether the formula still means the same.
    """

    place: Place
    told: str
    harmless: bool = False


Change = Callable[[Random, str], str | None]  # a formula, and another one if there is a way


def _tokens(formula: str) -> list[Token]:
    return Tokenizer(f"={formula}").items


def _replaced(random: Random, formula: str, other: Callable[[Token], str | None]) -> str | None:
    """The formula with one of its tokens, drawn from those that have another, exchanged."""
    tokens = _tokens(formula)
    ways = [(i, new) for i, token in enumerate(tokens) if (new := other(token)) is not None]
    if not ways:
        return None
    chosen, new = random.choice(ways)
    return "".join(new if i == chosen else token.value for i, token in enumerate(tokens))


def operator(random: Random, formula: str) -> str | None:
    return _replaced(
        random, formula, lambda t: OTHERS.get(t.value) if t.type == Token.OP_IN else None
    )


def constant(random: Random, formula: str) -> str | None:
    def other(token: Token) -> str | None:
        if token.type != Token.OPERAND or token.subtype != Token.NUMBER:
            return None
        return f"{float(token.value) + random.choice([1, 0.001, -0.5])!r}"

    return _replaced(random, formula, other)


def reference(random: Random, formula: str) -> str | None:
    """One that is moved by a row or a column."""

    def other(token: Token) -> str | None:
        found = list(_CELL.finditer(token.value)) if _is_range(token) else []
        return _moved(token.value, random.choice(found), random) if found else None

    return _replaced(random, formula, other)


def shorter_range(random: Random, formula: str) -> str | None:
    def other(token: Token) -> str | None:
        if not _is_range(token) or ":" not in token.value:
            return None
        (top, left), (bottom, right) = (
            coordinate_to_tuple(f"{m[2]}{m[4]}") for m in _CELL.finditer(token.value)
        )
        sheet = token.value.rpartition("!")[0]
        if bottom > top:
            bottom -= 1
        elif right > left:
            right -= 1
        else:
            return None
        first, last = f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"
        return f"{sheet}!{first}:{last}" if sheet else f"{first}:{last}"

    return _replaced(random, formula, other)


def function(random: Random, formula: str) -> str | None:
    def other(token: Token) -> str | None:
        if token.type != Token.FUNC or token.subtype != Token.OPEN:
            return None
        name = FUNCTIONS.get(token.value.rstrip("("))
        return f"{name}(" if name else None

    return _replaced(random, formula, other)


def sign(random: Random, formula: str) -> str | None:
    return f"-({formula})"


def added(random: Random, formula: str) -> str | None:
    return f"({formula})+{random.choice(['1', '0', '1E-9'])}"


def other_dollars(random: Random, formula: str) -> str | None:
    """``$`` that are lost or added: where nothing is filled down, they mean nothing."""

    def other(token: Token) -> str | None:
        if not _is_range(token) or not _CELL.search(token.value):
            return None
        if "$" in token.value:
            return token.value.replace("$", "")
        return _CELL.sub(r"$\2$\4", token.value)

    return _replaced(random, formula, other)


def brackets(random: Random, formula: str) -> str | None:
    return f"({formula})"


def _is_range(token: Token) -> bool:
    return bool(token.type == Token.OPERAND and token.subtype == Token.RANGE)


def _moved(text: str, cell: "re.Match[str]", random: Random) -> str:
    row, column = coordinate_to_tuple(f"{cell[2]}{cell[4]}")
    steps = [(1, 0), (0, 1), *([(-1, 0)] if row > 1 else []), *([(0, -1)] if column > 1 else [])]
    down, right = random.choice(steps)
    new = f"{cell[1]}{get_column_letter(column + right)}{cell[3]}{row + down}"
    return text[: cell.start()] + new + text[cell.end() :]


CHANGES: Sequence[Change] = (
    operator,
    constant,
    reference,
    shorter_range,
    function,
    sign,
    added,
)
HARMLESS: Sequence[Change] = (other_dollars, brackets)
# What stands there in place of the formula: the kind of cell, and what is in it.
TYPED: Sequence[tuple[str, str]] = (
    ("n", "<v>0.123</v>"),
    ("n", "<v>0</v>"),
    ("inlineStr", "<is><t>abc</t></is>"),
    ("inlineStr", "<is><t>0.5</t></is>"),
    ("b", "<v>1</v>"),
    ("e", "<v>#N/A</v>"),
    ("n", ""),
)


def plant(original: Original, random: Random, target: Path) -> Planted:
    """Plant one fault in a copy of a workbook."""
    sheets = list(dict.fromkeys(sheet for sheet, _ in original.formulas))
    sheet = random.choice(sheets)
    place = random.choice([place for place in original.formulas if place[0] == sheet])
    how = random.choice(["formula"] * 5 + ["harmless", "typed", "typed", "value", "stored"])
    if how == "typed":
        kind, inside = random.choice(TYPED)
        original.with_cell(target, place, inside, kind)
        return Planted(place, f"holds {inside or 'nothing'}")
    if how == "value":
        inside = f"<v>{original.stored(place)}</v>"
        kind = "inlineStr" if original.kind(place) == "str" else original.kind(place)
        text = f"<is><t>{original.stored(place)}</t></is>"
        original.with_cell(target, place, text if kind == "inlineStr" else inside, kind)
        return Planted(place, "holds its value only")
    if how == "stored":
        return _stored(original, random, target, place)
    changes = HARMLESS if how == "harmless" else CHANGES
    for change in random.sample(changes, len(changes)):
        formula = original.formula(place)
        if (new := change(random, formula)) is not None:
            value, kind = original.stored(place), original.kind(place)
            original.with_formula(target, place, new, value, kind)
            return Planted(place, f"has ={new}, not ={formula}", how == "harmless")
    raise AssertionError("a formula can always be put in brackets, or lose its sign")


def _stored(original: Original, random: Random, target: Path, place: Place) -> Planted:
    """A stored value that is another one; the formula is right."""
    kind, old = original.kind(place), original.stored(place)
    if kind == "n":
        size = random.choice([1e-3, 1e-6, 1e-9])
        value = repr(float(old) * (1 + size) + size)
    else:
        kind, value = random.choice([("str", f"{old} and more"), ("n", "7"), ("e", "#NUM!")])
    formula = original.formula(place)
    original.with_formula(target, place, formula, value, kind)
    return Planted(place, f"stores {value}, not {old}")

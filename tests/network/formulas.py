"""Formula text as Python reads it: the operators and functions that both have.

Stricter than Python where a spreadsheet is: a number too large for a computer is an error.
"""

import math
import re
from collections.abc import Callable
from typing import Any


def evaluate(formula: str, **cells: Any) -> float:
    """The value of a formula whose ``{names}`` are numbers or, for ranges, lists of numbers."""
    text = formula.format(**{name: f"({value!r})" for name, value in cells.items()})
    text = re.sub(r"(?<![<>])=", "==", text.replace("<>", "!=")).replace("^", "**")
    result = float(eval(text, {"__builtins__": {}}, FUNCTIONS))
    assert math.isfinite(result), f"{text} shows an error"
    return result


def _numbers(arguments: tuple[Any, ...]) -> list[float]:
    """Numbers and ranges in a row; a spreadsheet hands on no infinite ones."""
    numbers = []
    for argument in arguments:
        numbers += argument if isinstance(argument, list) else [argument]
    if not all(map(math.isfinite, numbers)):
        raise OverflowError(f"a spreadsheet shows #NUM!: {numbers}")
    return numbers


def _of_numbers(function: Callable[..., float]) -> Callable[..., float]:
    return lambda *arguments: function(*_numbers(arguments))


def _sumproduct(*ranges: list[float]) -> float:
    return sum(math.prod(_numbers(row)) for row in zip(*ranges, strict=True))


def _countif(numbers: list[float], condition: str) -> int:
    assert condition == ">0"
    return sum(number > 0 for number in _numbers((numbers,)))


FUNCTIONS = {
    "EXP": _of_numbers(math.exp),
    "LN": _of_numbers(math.log),
    "TANH": _of_numbers(math.tanh),
    "SQRT": _of_numbers(math.sqrt),
    "ABS": _of_numbers(abs),
    "MIN": _of_numbers(lambda *numbers: min(numbers)),
    "MAX": _of_numbers(lambda *numbers: max(numbers)),
    "SUM": _of_numbers(lambda *numbers: sum(numbers)),
    "SIGN": _of_numbers(lambda number: (number > 0) - (number < 0)),
    "SUMPRODUCT": _sumproduct,
    "SUMXMY2": lambda a, b: sum((p - q) ** 2 for p, q in zip(a, b, strict=True)),
    "COUNTIF": _countif,
    "IF": lambda test, yes, no: yes if test else no,
}

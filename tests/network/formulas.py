"""Formula text as Python reads it: the operators and functions that both have.

Stricter than Python where a spreadsheet is: a number too large for a computer is an error.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


def evaluate(formula: str, **cells: Any) -> float:
    """The value of a formula whose ``{names}`` are numbers or, for ranges, lists of numbers."""
    ranges = {f"_{name}": value for name, value in cells.items() if isinstance(value, list)}
    text = formula.format(
        **{k: f"_{k}" if isinstance(value, list) else f"({value!r})" for k, value in cells.items()}
    )
    text = re.sub(r"(?<![<>])=", "==", text.replace("<>", "!=")).replace("^", "**")
    result = float(eval(text, {"__builtins__": {}, **ranges}, FUNCTIONS))
    assert math.isfinite(result), f"{text} shows an error"
    return result


def _numbers(arguments: tuple[Any, ...]) -> list[float]:
    """Numbers and ranges in a row; a spreadsheet hands on no infinite ones."""
    numbers = []
    for argument in arguments:
        numbers += _numbers(tuple(argument)) if isinstance(argument, list) else [argument]
    if not all(map(math.isfinite, numbers)):
        raise OverflowError(f"a spreadsheet shows #NUM!: {numbers}")
    return numbers


def _of_numbers(function: Callable[..., float]) -> Callable[..., float]:
    return lambda *arguments: function(*_numbers(arguments))


def _sumproduct(*ranges: list[Any]) -> float:
    flat = [_numbers((cells,)) for cells in ranges]
    return sum(math.prod(row) for row in zip(*flat, strict=True))


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
    "SUMSQ": _of_numbers(lambda *numbers: sum(number * number for number in numbers)),
    "SUMXMY2": lambda a, b: sum((p - q) ** 2 for p, q in zip(a, b, strict=True)),
    "IF": lambda test, yes, no: yes if test else no,
    "AND": lambda *tests: all(tests),
}


@dataclass(frozen=True)
class Labelled:
    """Cells by label, for ``evaluate``: ``v`` a row of values, ``p`` one of parameters.

    ``e`` is a block of examples: a list of its columns, each a list with a number per example.
    """

    labels: Sequence[str]
    parameter_labels: Sequence[str] = ()

    def value(self, label: str) -> str:
        return f"{{v}}[{self.labels.index(label)}]"

    def values(self, first: str, last: str) -> str:
        return self.value(first) if first == last else f"{{v}}{_span(self.labels, first, last)}"

    def parameter(self, label: str) -> str:
        return f"{{p}}[{self.parameter_labels.index(label)}]"

    def parameters(self, first: str, last: str) -> str:
        own = self.parameter_labels
        return self.parameter(first) if first == last else f"{{p}}{_span(own, first, last)}"

    def examples(self, first: str, last: str) -> str:
        return f"{{e}}{_span(self.labels, first, last)}"


def _span(labels: Sequence[str], first: str, last: str) -> str:
    start, end = labels.index(first), labels.index(last)
    assert start <= end, f"{first}:{last} is no range"
    return f"[{start}:{end + 1}]"


class Named:
    """Cells whose text is their label, a range being ``first:last``; parameters in capitals."""

    def value(self, label: str) -> str:
        return label

    def values(self, first: str, last: str) -> str:
        return first if first == last else f"{first}:{last}"

    def parameter(self, label: str) -> str:
        return label.upper()

    def parameters(self, first: str, last: str) -> str:
        return self.values(first, last).upper()

    def examples(self, first: str, last: str) -> str:
        return f"{first}:{last}"

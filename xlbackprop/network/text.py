"""Texts of formulas: products, and brackets that are needed."""

import re
from collections.abc import Iterable
from itertools import accumulate


def product(*factors: str) -> str:
    """A product; an empty factor is 1, and one that stands alone needs no brackets."""
    kept = [factor for factor in factors if factor]
    return "*".join(kept) if len(kept) > 1 else _bare(kept[0])


def _bare(text: str) -> str:
    """A text without the brackets around all of it."""
    inner = text[1:-1]
    if f"({inner})" != text:
        return text
    depths = accumulate((c == "(") - (c == ")") for c in inner)
    return text if any(depth < 0 for depth in depths) else inner


def divided(text: str, number: int | str) -> str:
    """Formula text divided by a number, in brackets where it is a sum; by 1 it stays."""
    if number == 1:
        return text
    return f"({text})/{number}" if _is_sum(text) else f"{text}/{number}"


def printed_share(text: str, number: int, times: str = " · ") -> str:
    """One part of so many of a printed expression: ``1/3 · Σ|t − a|``; all of it for 1."""
    if number == 1:
        return text
    sign = "−" if text.startswith("−") else ""
    rest = text.removeprefix(sign)
    return f"{sign}1/{number}{times}{f'({rest})' if _is_sum(rest) else rest}"


def _is_sum(text: str) -> bool:
    """Whether a text is a sum or a difference outside all brackets; ``{terms}`` stands for one."""
    text = re.sub(r"\|[^|]*\|", "", text.replace("{terms}", "+"))
    while text != (shorter := re.sub(r"\([^()]*\)", "", text)):
        text = shorter
    return any(sign in text for sign in "+-−")


def positive(cells: Iterable[str]) -> str:
    """How many cells are above 0.

    Not COUNTIF, which some programs don't compute anew when the cells change.
    """
    return "+".join(f"({cell}>0)" for cell in cells)


def number_at(cells: str, *place: object) -> str:
    """The number in one of some cells, by its place among them.

    Excel 365 shows INDEX as @INDEX in a file without marks of dynamic arrays, as it might give
    several cells; SUM takes any number of them.
    """
    return f"SUM({_index(cells, place)})"


def text_at(cells: str, *place: object) -> str:
    """The text in one of some cells, likewise."""
    return f"T({_index(cells, place)})"


def _index(cells: str, place: Iterable[object]) -> str:
    return f"INDEX({cells},{','.join(map(str, place))})"

"""Small HTML tables and lists, as a notebook shows them; everything in them is text."""

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

MOST = 10  # sentences of a kind in a report
LONGEST = 200  # characters of a text


def shown(value: Any) -> str:
    """A number with six digits, a dash where it is none; anything else as it is."""
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else "–"
    return str(value)


def bullets(heading: str, sentences: list[str]) -> str:
    """Sentences below a heading, those beyond ``MOST`` counted; nothing where there are none."""
    if not sentences:
        return ""
    more = len(sentences) - MOST
    first = sentences[:MOST] + ([f"… and {more:,} more"] if more > 0 else [])
    items = "".join(f"<li>{_text(sentence)}</li>" for sentence in first)
    return f"<p>{_text(heading)}: {len(sentences):,}</p><ul>{items}</ul>"


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """An HTML table; everything in it is text."""
    head = "".join(f"<th>{_text(heading)}</th>" for heading in headings)
    body = "".join(
        f"<tr>{''.join(f'<td>{_text(entry)}</td>' for entry in row)}</tr>" for row in rows
    )
    return (
        f"<table><caption>{_text(caption)}</caption>"
        f"{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{body}</tbody></table>"
    )


def _text(text: str) -> str:
    return escape(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")

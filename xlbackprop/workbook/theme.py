"""A theme: everything that a person may choose about the looks of a workbook.

The shipped theme is ``templates/theme.toml``. A theme decides looks only, so neither a recipe nor a
check knows of it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from xlbackprop.words.catalogue import templates
from xlbackprop.workbook.logo import Logo

PAPER = "FFFFFF"  # the ground of plain cells, and the text in bands


@dataclass(frozen=True)
class Fonts:
    """Names of fonts; ``chinese`` may be empty."""

    text: str
    chinese: str
    monospaced: str


@dataclass(frozen=True)
class Ink:
    """Colours of text and of lines."""

    text: str
    quiet: str
    link: str
    line: str
    grid: str
    input: str


@dataclass(frozen=True)
class Role:
    """The colours of one kind of quantity: a strong one for bands, a pale one for cells."""

    band: str
    pale: str


class Signal(NamedTuple):
    """The colours of a verdict."""

    ink: str
    ground: str


@dataclass(frozen=True)
class Pictures:
    """The colours of 0 and of 1, and of numbers below 0, of 0 and above 0."""

    zero: str
    one: str
    negative: str
    nought: str
    positive: str


@dataclass(frozen=True)
class Numbers:
    """Number formats."""

    number: str
    cost: str
    exact: str
    figure: str
    difference: str
    percent: str
    whole: str


@dataclass(frozen=True)
class Letterhead:
    """What a school adds to its pages: a logo, and texts above and below."""

    logo: Logo | None
    header: str
    footer: str


@dataclass(frozen=True)
class Theme:
    """How workbooks look."""

    fonts: Fonts
    ink: Ink
    roles: Mapping[str, Role] = field(hash=False)  # a dict has no hash; the others suffice
    good: Signal
    bad: Signal
    pictures: Pictures
    numbers: Numbers
    page: Letterhead
    files: tuple[Path, ...] = field(default=(), compare=False, repr=False)  # it was read from

    @classmethod
    def of(cls, fields: Mapping[str, Any], logo: Logo | None = None) -> "Theme":
        """The theme of all fields of a theme file."""
        page = fields["page"]
        return cls(
            fonts=Fonts(**fields["fonts"]),
            ink=Ink(**fields["ink"]),
            roles={name: Role(**colours) for name, colours in fields["roles"].items()},
            good=Signal(**fields["good"]),
            bad=Signal(**fields["bad"]),
            pictures=Pictures(**fields["pictures"]),
            numbers=Numbers(**fields["numbers"]),
            page=Letterhead(logo, page["header"], page["footer"]),
        )

    def spoken(self, language: str) -> "Theme":
        """The theme with the text font of a language."""
        if language != "zh" or not self.fonts.chinese:
            return self
        return replace(self, fonts=replace(self.fonts, text=self.fonts.chinese))


@cache
def shipped_fields() -> dict[str, Any]:
    """All fields of the shipped theme, as its file has them."""
    path = templates() / "theme.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def shipped_theme() -> Theme:
    """The theme of workbooks for which nobody chose another."""
    return Theme.of(shipped_fields())

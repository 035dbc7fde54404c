"""How cells look: one colour per role, one number format per kind of number.

The colours are told apart by people with any common colour blindness, and each text stands out
from its ground by at least 4.5:1 (``tests/workbook/test_style.py`` computes both).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

from xlbackprop.workbook.theme import PAPER, Role, Signal, Theme, shipped_theme
from xlbackprop.workbook.tick_boxes import STYLE

ROUGH = "+0.00;-0.00;0.00"  # of weights in pictures, whose colours are greys on a photocopy
HIDDEN = ";;;"  # of a picture, which colours show
TENTHS = "0.0"

# The shipped theme; what depends on a person's theme takes that as an argument.
THEME = shipped_theme()
ROLES = THEME.roles
GOOD, BAD = THEME.good, THEME.bad
PIXEL = (THEME.pictures.zero, THEME.pictures.one)
SIGNED = (THEME.pictures.negative, THEME.pictures.nought, THEME.pictures.positive)


def large_numbers() -> Rule:
    """Numbers from 10,000 on with an exponent, so that no column ever shows ####.

    A rule, because spreadsheets disagree on the sign of number formats with conditions.
    """
    exponent = DifferentialStyle(numFmt=NumberFormat(numFmtId=200, formatCode="0.00E+00"))
    limits = ["-9999.5", "9999.5"]
    return Rule(type="cellIs", operator="notBetween", formula=limits, dxf=exponent)


def narrow_numbers() -> tuple[Rule, Rule]:
    """Numbers of a picture with fewer decimals from 10 on, with an exponent from 100 on."""
    rules = list[Rule]()
    for limit, code in ((99.95, "0E+00"), (9.9995, "0.0")):
        look = DifferentialStyle(numFmt=NumberFormat(numFmtId=201 + len(rules), formatCode=code))
        limits = [f"-{limit}", f"{limit}"]
        rule = Rule(type="cellIs", operator="notBetween", formula=limits, dxf=look)
        rule.stopIfTrue = not rules or None
        rules.append(rule)
    return rules[0], rules[1]


def coloured(operator: str, operands: list[str], signal: Signal) -> Rule:
    """Text and ground in the colours of a verdict where a cell compares so with the operands.

    Rules by formula are left alone: IronCalc recalculates the whole book while loading them.
    """
    font, fill = Font(color=signal.ink), PatternFill(bgColor=signal.ground)
    look = DifferentialStyle(font=font, fill=fill)
    return Rule(type="cellIs", operator=operator, formula=operands, dxf=look)


@dataclass(frozen=True)
class Look:
    """Everything that decides how a cell looks."""

    font: Font = field(default_factory=lambda: _font(THEME))
    fill: PatternFill = field(default_factory=PatternFill)
    border: Border = field(default_factory=Border)
    alignment: Alignment = field(default_factory=lambda: Alignment(vertical="center"))
    number_format: str = "General"


MakeFont = Callable[..., Font]


def _font(
    theme: Theme, size: float = 11, color: str = "", *, bold: bool = False, name: str = ""
) -> Font:
    color, name = color or theme.ink.text, name or theme.fonts.text
    return Font(name=name, sz=size, color=color, b=bold)


def _ground(color: str) -> PatternFill:
    return PatternFill("solid", fgColor=color)


def _lines(color: str) -> Border:
    side = Side("thin", color=color)
    return Border(left=side, right=side, top=side, bottom=side)


_LEFT = Alignment(horizontal="left", vertical="center")
_INDENTED = Alignment(horizontal="left", vertical="center", indent=1)
_WRAP = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)
_CENTER = Alignment(horizontal="center", vertical="center")
_CENTER_WRAP = Alignment(horizontal="center", vertical="center", wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="center")


class Looks(dict[str, Look]):
    """How cells of each style look; hashed as the object that it is, to be numbered once."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # a dict has none


@lru_cache(maxsize=4)
def styles(theme: Theme) -> Looks:
    """How cells of each style look in a theme; the same object for equal themes."""
    found = _general(theme)
    for name, role in theme.roles.items():
        cell = Look(
            font=_font(theme),
            fill=_ground(role.pale),
            border=_lines(theme.ink.input if name == "input" else theme.ink.grid),
            alignment=_RIGHT,
        )
        font = partial(_font, theme)
        found |= _headings(name, role, font) | _texts(name, role, font, cell)
        found |= _numbers(name, role, theme, cell)
    # A number format of its own, as equal looks are one: all cells of this one are tick boxes.
    found[STYLE] = replace(found["plain-input"], number_format="0;-0;0")
    return Looks(found)


def _general(theme: Theme) -> dict[str, Look]:
    """Looks of titles, sentences and single cells."""
    font, ink, title = partial(_font, theme), theme.ink, theme.roles["update"].band
    underlined = Font(name=theme.fonts.text, sz=11, color=ink.link, u="single")
    return {
        "text": Look(font=font(), alignment=_LEFT),
        "wrapped": Look(font=font(), alignment=_TOP),
        "title": Look(font=font(18, title, bold=True), alignment=_LEFT),
        "intro": Look(font=font(11, ink.quiet), alignment=_LEFT),
        "intro-wrapped": Look(font=font(11, ink.quiet), alignment=_TOP),
        "section": Look(font=font(13, title, bold=True), alignment=_LEFT),
        "link": Look(font=underlined, alignment=_LEFT),
        "code": Look(font=font(10, name=theme.fonts.monospaced), alignment=_LEFT),
        "code-wrapped": Look(font=font(10, name=theme.fonts.monospaced), alignment=_TOP),
        "verdict": Look(font=font(12, bold=True), alignment=_WRAP, border=_lines(ink.line)),
        "verdict-line": Look(font=font(13, bold=True), alignment=_LEFT),
        "label": Look(font=font(bold=True), alignment=_LEFT),
        "count": Look(
            font=font(color=ink.quiet), alignment=_CENTER, number_format=theme.numbers.whole
        ),
        "note": Look(font=font(10, ink.quiet), alignment=_LEFT),
        "beside": Look(font=font(10, ink.quiet), alignment=_INDENTED),
        "beside-wrapped": Look(font=font(10, ink.quiet), alignment=_WRAP),
    }


def _headings(name: str, role: Role, font: MakeFont) -> dict[str, Look]:
    """Looks of a role's band, and of the equation and the headings below it."""
    gap = Border(left=Side("medium", color=PAPER))  # between one band and the next
    pale, lines = _ground(role.pale), _lines(role.band)
    return {
        f"band-{name}": Look(
            font=font(11, PAPER, bold=True), fill=_ground(role.band), border=gap, alignment=_WRAP
        ),
        f"equation-{name}": Look(
            font=font(10.5, role.band), fill=pale, border=gap, alignment=_WRAP
        ),
        f"heading-{name}": Look(
            font=font(11, role.band, bold=True), fill=pale, border=lines, alignment=_CENTER_WRAP
        ),
        f"symbol-{name}": Look(
            font=font(10, role.band, bold=True), fill=pale, border=lines, alignment=_CENTER
        ),
        f"symbols-{name}": Look(font=font(12, role.band, bold=True), fill=pale, alignment=_LEFT),
    }


def _texts(name: str, role: Role, font: MakeFont, cell: Look) -> dict[str, Look]:
    """Looks of a role's texts."""
    pale, label = _ground(role.pale), font(11, role.band, bold=True)
    return {
        f"text-{name}": replace(cell, alignment=_INDENTED, font=font(11, role.band)),
        f"note-{name}": Look(font=font(10, role.band), fill=pale, alignment=_LEFT),
        f"label-{name}": replace(cell, border=_lines(role.band), alignment=_CENTER, font=label),
        f"sentence-{name}": Look(font=font(12), fill=pale, alignment=_LEFT),
    }


def _numbers(name: str, role: Role, theme: Theme, cell: Look) -> dict[str, Look]:
    """Looks of a role's numbers."""
    numbers = theme.numbers
    middle = replace(cell, alignment=_CENTER)
    strong = replace(cell, font=_font(theme, bold=True), border=_lines(role.band))
    return {
        f"plain-{name}": middle,
        f"number-{name}": replace(cell, number_format=numbers.number),
        f"weight-{name}": replace(middle, number_format=ROUGH),
        f"pixel-{name}": replace(cell, number_format=HIDDEN),
        f"cost-{name}": replace(cell, number_format=numbers.cost),
        f"exact-{name}": replace(cell, number_format=numbers.exact),
        f"difference-{name}": replace(cell, number_format=numbers.difference),
        f"percent-{name}": replace(cell, number_format=numbers.percent),
        f"tenths-{name}": replace(cell, number_format=TENTHS),
        f"whole-{name}": replace(middle, number_format=numbers.whole),
        f"figure-{name}": replace(middle, number_format=numbers.figure),
        f"fine-figure-{name}": replace(middle, number_format=numbers.number),
        f"strong-{name}": replace(strong, number_format=numbers.number),
        f"strong-cost-{name}": replace(strong, number_format=numbers.cost),
        f"strong-percent-{name}": replace(strong, number_format=numbers.percent),
    }


STYLES = styles(THEME)

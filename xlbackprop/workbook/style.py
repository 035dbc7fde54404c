"""How cells look: one colour per role, one number format per kind of number.

The colours are told apart by people with any common colour blindness, and each text stands out
from its ground by at least 4.5:1 (``tests/workbook/test_style.py`` computes both).
"""

from dataclasses import dataclass, field, replace

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

FONT = "Calibri"
MONOSPACED = "Consolas"
INK = "1A1A1A"
QUIET = "595959"
LINE = "BFBFBF"
LINK = "0B57A4"

NUMBER = "0.0000"
COST = "0.000000"
EXACT = "0.000000000000"
FIGURE = "0.000"
DIFFERENCE = "0.0E+00"
PERCENT = "0.0%"
TENTHS = "0.0"
WHOLE = "0"


@dataclass(frozen=True)
class Role:
    """The colours of one kind of quantity: a strong one for bands, a pale one for cells."""

    band: str
    pale: str


ROLES = {
    "input": Role("786A01", "FFF6CC"),  # cells that are meant to be edited
    "data": Role("404040", "F2F2F2"),
    "parameter": Role("1C418E", "DCEBFA"),
    "forward": Role("197949", "DDF3EA"),
    "cost": Role("522604", "FCE5D4"),
    "delta": Role("6315C7", "ECE2F6"),
    "gradient": Role("A04981", "FBE3EE"),
    "update": Role("0A1640", "C9D9EA"),
    "python": Role("33475B", "E8EDF2"),  # constants that Python computed
}

GOOD = ("0B5D3B", "CDEFE0")  # text and ground of "agrees"
BAD = ("8A1C1C", "F4A79B")  # of "differs"
PIXEL = ("FFFFFF", "7FB2E5")  # of 0 and 1 in a picture
SIGNED = ("F2A08E", "FFFFFF", "7FB2E5")  # of numbers below 0, of 0, above 0 in a picture


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


def coloured(operator: str, operands: list[str], colours: tuple[str, str]) -> Rule:
    """Text and ground in the colours of GOOD or BAD where a cell compares so with the operands.

    Rules by formula are left alone: IronCalc recalculates the whole book while loading them.
    """
    ink, ground = colours
    look = DifferentialStyle(font=Font(color=ink), fill=PatternFill(bgColor=ground))
    return Rule(type="cellIs", operator=operator, formula=operands, dxf=look)


@dataclass(frozen=True)
class Look:
    """Everything that decides how a cell looks."""

    font: Font = field(default_factory=lambda: Font(name=FONT, sz=11, color=INK))
    fill: PatternFill = field(default_factory=PatternFill)
    border: Border = field(default_factory=Border)
    alignment: Alignment = field(default_factory=lambda: Alignment(vertical="center"))
    number_format: str = "General"


def _font(size: float = 11, color: str = INK, *, bold: bool = False, name: str = FONT) -> Font:
    return Font(name=name, sz=size, color=color, b=bold)


def _ground(color: str) -> PatternFill:
    return PatternFill("solid", fgColor=color)


def _lines(color: str = LINE) -> Border:
    side = Side("thin", color=color)
    return Border(left=side, right=side, top=side, bottom=side)


_LEFT = Alignment(horizontal="left", vertical="center")
_WRAP = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)
_CENTER = Alignment(horizontal="center", vertical="center")
_CENTER_WRAP = Alignment(horizontal="center", vertical="center", wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="center")


def _general() -> dict[str, Look]:
    """Looks of titles, sentences and single cells."""
    return {
        "text": Look(alignment=_LEFT),
        "wrapped": Look(alignment=_TOP),
        "title": Look(font=_font(18, ROLES["update"].band, bold=True), alignment=_LEFT),
        "intro": Look(font=_font(11, QUIET), alignment=_LEFT),
        "intro-wrapped": Look(font=_font(11, QUIET), alignment=_TOP),
        "section": Look(font=_font(13, ROLES["update"].band, bold=True), alignment=_LEFT),
        "link": Look(font=Font(name=FONT, sz=11, color=LINK, u="single"), alignment=_LEFT),
        "code": Look(font=_font(10, name=MONOSPACED), alignment=_LEFT),
        "verdict": Look(font=_font(12, bold=True), alignment=_WRAP, border=_lines()),
        "verdict-line": Look(font=_font(13, bold=True), alignment=_LEFT),
        "label": Look(font=_font(bold=True), alignment=_LEFT),
        "count": Look(font=_font(color=QUIET), alignment=_CENTER, number_format=WHOLE),
        "note": Look(font=_font(10, QUIET), alignment=_LEFT),
    }


def _of_role(name: str, role: Role) -> dict[str, Look]:
    """Looks of one role: its band, the equation and the headings below it, and its numbers."""
    cell = Look(fill=_ground(role.pale), border=_lines("E3E3E3"), alignment=_RIGHT)
    gap = Border(left=Side("medium", color="FFFFFF"))  # between one band and the next
    strong = replace(cell, font=_font(bold=True), border=_lines(role.band))
    return {
        f"band-{name}": Look(
            font=_font(11, "FFFFFF", bold=True),
            fill=_ground(role.band),
            border=gap,
            alignment=_WRAP,
        ),
        f"equation-{name}": Look(
            font=_font(10.5, role.band), fill=_ground(role.pale), border=gap, alignment=_WRAP
        ),
        f"heading-{name}": Look(
            font=_font(11, role.band, bold=True),
            fill=_ground(role.pale),
            border=_lines(role.band),
            alignment=_CENTER_WRAP,
        ),
        f"text-{name}": replace(cell, alignment=_LEFT, font=_font(11, role.band)),
        f"note-{name}": Look(font=_font(10, role.band), fill=_ground(role.pale), alignment=_LEFT),
        f"label-{name}": replace(strong, alignment=_CENTER, font=_font(11, role.band, bold=True)),
        f"plain-{name}": replace(cell, alignment=_CENTER),
        f"number-{name}": replace(cell, number_format=NUMBER),
        f"cost-{name}": replace(cell, number_format=COST),
        f"exact-{name}": replace(cell, number_format=EXACT),
        f"difference-{name}": replace(cell, number_format=DIFFERENCE),
        f"percent-{name}": replace(cell, number_format=PERCENT),
        f"tenths-{name}": replace(cell, number_format=TENTHS),
        f"whole-{name}": replace(cell, number_format=WHOLE, alignment=_CENTER),
        f"figure-{name}": replace(cell, number_format=FIGURE, alignment=_CENTER),
        f"fine-figure-{name}": replace(cell, number_format=NUMBER, alignment=_CENTER),
        f"symbol-{name}": Look(
            font=_font(10, role.band, bold=True),
            fill=_ground(role.pale),
            border=_lines(role.band),
            alignment=_CENTER,
        ),
        f"symbols-{name}": Look(
            font=_font(12, role.band, bold=True), fill=_ground(role.pale), alignment=_LEFT
        ),
        f"sentence-{name}": Look(font=_font(12), fill=_ground(role.pale), alignment=_LEFT),
        f"strong-{name}": replace(strong, number_format=NUMBER),
        f"strong-cost-{name}": replace(strong, number_format=COST),
        f"strong-percent-{name}": replace(strong, number_format=PERCENT),
    }


STYLES: dict[str, Look] = {
    **_general(),
    **{key: look for name, role in ROLES.items() for key, look in _of_role(name, role).items()},
}

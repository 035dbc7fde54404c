"""Text and numbers as a worksheet's XML wants them."""

import re

from openpyxl.styles import Font

from xlbackprop.arrays import SMALLEST
from xlbackprop.workbook.grid import Rich, Run

# XML 1.0 has no way to write these; a carriage return it has, but every reader turns it into \n.
_ILLEGAL_SET = "[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]"
_ILLEGAL = re.compile(_ILLEGAL_SET)
# What would be taken for an escape by mistake, also when the closing _ comes from the next one.
_LOOKS_ESCAPED = re.compile(f"_(?=x[0-9A-Fa-f]{{4}}(?:_|{_ILLEGAL_SET}))")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def escape(text: str) -> str:
    """Text with the characters that XML itself uses replaced."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_text(text: str) -> str:
    """Text of a cell: illegal characters as Excel writes them, BEL → ``_x0007_``.

    Source: ECMA-376 part 1, 22.9.2.19 (ST_Xstring).
    """
    marked = _LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(_ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", marked))


def unescape_text(text: str) -> str:
    """Text of a cell as it is meant: ``_x0007_`` → BEL."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def escape_formula(formula: str) -> str:
    """Text of a formula.

    Raises:
        ValueError: it holds a control character.
    """
    if _ILLEGAL.search(formula):
        raise ValueError(f"Formula {formula!r}: got a control character, wanted plain text.")
    return escape(formula)


def inline_text(value: str | Rich, font: Font) -> str:
    """The ``<is>`` element of a text, plain or typeset; font is that of the cell."""
    if isinstance(value, str):
        return f"<is>{_text(value)}</is>"
    return f"<is>{''.join(_run(run, font) for run in value)}</is>"


def number(value: float) -> str:
    """A finite number, shortest text that reads back as the same bits."""
    if isinstance(value, int):
        return str(value)
    # Also turns -0.0 into 0: no spreadsheet shows or keeps its sign.
    return "0" if abs(value) < SMALLEST else float.__repr__(value)


def _run(run: Run, font: Font) -> str:
    # What a run doesn't say is Excel's default, not the cell's: white bold headings would turn
    # black and thin. So a run repeats the font of its cell. The order is that of the schema.
    parts = (
        "<b/>" if font.b else "",
        "<i/>" if font.i or run.italic else "",
        f'<u val="{font.u}"/>' if font.u else "",
        f'<vertAlign val="{run.position}"/>' if run.position else "",
        f'<sz val="{font.sz:g}"/>' if font.sz else "",
        f'<color rgb="{font.color.rgb}"/>' if font.color and font.color.type == "rgb" else "",
        f'<rFont val="{escape(font.name)}"/>' if font.name else "",
    )
    look = "".join(parts)
    return f"<r>{f'<rPr>{look}</rPr>' if look else ''}{_text(run.text)}</r>"


def _text(text: str) -> str:
    # Readers drop blanks at the ends, and Excel folds newlines, unless told to keep them.
    keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<t{keep}>{escape_text(text)}</t>"

"""Text and numbers as a worksheet's XML wants them."""

from openpyxl.styles import Font

from xlbackprop.arrays import SMALLEST
from xlbackprop.workbook.escapes import escape, escape_text
from xlbackprop.workbook.grid import Rich, Run


def inline_text(value: str | Rich, font: Font) -> str:
    """The ``<is>`` element of a text, plain or typeset; font is that of the cell."""
    if isinstance(value, str):
        return f"<is>{_text(value)}</is>"
    return f"<is>{''.join(_run(run, font) for run in value)}</is>"


def kept(text: str) -> str:
    """The attribute by which readers keep blanks at the ends, and Excel keeps newlines."""
    return ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""


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
    return f"<t{kept(text)}>{escape_text(text)}</t>"

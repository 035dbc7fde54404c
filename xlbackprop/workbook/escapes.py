"""Characters that XML can't hold or would take for its own, in the texts of a workbook."""

import re

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
    """Text of a cell, as it stands in XML."""
    return escape(spell_out(text))


def spell_out(text: str) -> str:
    """Text of a cell or of a chart: illegal characters as Excel writes them, BEL → ``_x0007_``.

    Source: ECMA-376 part 1, 22.9.2.19 (ST_Xstring).
    """
    marked = _LOOKS_ESCAPED.sub("_x005F_", text)
    return _ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", marked)


def legal_text(text: str) -> str:
    """Text without the characters that XML has no place for, where no escape is known: charts."""
    return _ILLEGAL.sub("", text)


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

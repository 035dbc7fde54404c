"""Rewrites, in a copy, the forms of other programs that IronCalc misreads.

- Gnumeric: styles.xml without named cell styles, a panic; gets plain styles.
- Gnumeric: text results as shared strings (t="s"), read as #N/IMPL!; becomes t="str" with the text.
- Gnumeric: 1.97e+434, as it computes in long double, read as 0; becomes #NUM!, as doubles overflow.
- openpyxl: empty cell of numeric type, read as 0; loses its type.
- openpyxl: formula without a result (<v/>), read as 0; loses its <v>, read as "nothing stored".
- Anyone: colours by formula, which make it recalculate on loading; lose their rules.
- Anyone: an error of an unknown kind, read as "nothing stored"; becomes #VALUE!.
"""

import re
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from xlbackprop.workbook.opened import WORKSHEET, rewrite

# One cell's opening tag without its type; attributes of <c> hold no spaces and no ">".
_UNTYPED = rb'<c((?:\s+(?!t=)[^\s>]+)*)(?:\s+t="n")?((?:\s+(?!t=)[^\s>]+)*)\s*>'
_FORMULA = rb"<f(?:\s[^>]*)?(?:(?<=/)>|>[^<]*</f>)"
_EMPTY_CELL = re.compile(rb'(<c(?:\s+(?!t=)[^\s>]+)*)\s+t="n"\s*(/>|></c>)')
_EMPTY_NUMBER = re.compile(
    _UNTYPED + rb"(\s*(?:" + _FORMULA + rb")?)\s*<v(?:\s*/>|>\s*</v>)", re.DOTALL
)
_SHARED_TEXT = re.compile(
    rb'(<c(?:\s+(?!t=)[^\s>]+)*\s+)t="s"([^>]*>\s*' + _FORMULA + rb"\s*<v>)\s*(\d+)\s*(?=</v>)"
)
_NUMBER = rb"(-?[\d.]+[eE]\+?\d{3,})"
_HUGE = re.compile(_UNTYPED + rb"(\s*(?:" + _FORMULA + rb")?\s*<v>)\s*" + _NUMBER + rb"\s*(?=</v>)")
_STRANGE_ERROR = re.compile(
    rb'(<c(?=[^>]*\st="e")[^>]*>\s*(?:' + _FORMULA + rb")?\s*<v>)"
    rb"(?!\s*#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)\s*<)[^<]*"
)

_RULES = re.compile(rb"<conditionalFormatting[ >].*</conditionalFormatting>", re.DOTALL)
_STRING = re.compile(rb"<si(?:\s[^>]*)?(?:/>|>(.*?)</si>)", re.DOTALL)
_PHONETIC = re.compile(rb"<rPh.*?</rPh>", re.DOTALL)
_TEXT = re.compile(rb"<t(?:\s[^>]*)?>([^<]*)</t>")

_PLAIN_STYLES = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>"
    b'<cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf xfId="0"/></cellXfs>'
    b'<cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_mended(source: Path, target: Path) -> None:
    """Write a copy of a workbook that IronCalc reads rightly; it loses its looks."""
    rewrite(source, target, partial(_mend, strings=_shared_strings(source)))


def _mend(name: str, content: bytes, *, strings: list[bytes]) -> bytes:
    if name == "xl/styles.xml":
        return _PLAIN_STYLES
    if not WORKSHEET.fullmatch(name):
        return content
    content = _RULES.sub(b"", content)
    content = _EMPTY_CELL.sub(rb"\1\2", content)
    content = _EMPTY_NUMBER.sub(rb"<c\1\2>\3", content)
    content = _SHARED_TEXT.sub(_text_in_place(strings), content)
    content = _STRANGE_ERROR.sub(rb"\1#VALUE!", content)
    return _HUGE.sub(_overflow, content)


def _text_in_place(strings: list[bytes]) -> Callable[[re.Match[bytes]], bytes]:
    def replace(cell: re.Match[bytes]) -> bytes:
        number = int(cell[3])
        text = strings[number] if number < len(strings) else b""
        return cell[1] + b't="str"' + cell[2] + text

    return replace


def _overflow(cell: re.Match[bytes]) -> bytes:
    if abs(float(cell[4])) != float("inf"):
        return cell[0]
    return b"<c" + cell[1] + cell[2] + b' t="e">' + cell[3] + b"#NUM!"


def _shared_strings(source: Path) -> list[bytes]:
    """The shared strings, still escaped as XML; formatting and phonetic hints left out."""
    with zipfile.ZipFile(source) as archive:
        if "xl/sharedStrings.xml" not in archive.namelist():
            return []
        content = _PHONETIC.sub(b"", archive.read("xl/sharedStrings.xml"))
    return [b"".join(_TEXT.findall(item[1] or b"")) for item in _STRING.finditer(content)]

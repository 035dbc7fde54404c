"""The letters of a text file: UTF-8 or UTF-16, or what Excel saves in Europe and in China."""

import codecs
import re
from pathlib import Path

from xlbackprop.data.reading import Reading
from xlbackprop.errors import DataError

MARKS = {  # at the beginning of a file; the longer first, where one begins as another
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Letters and signs of western Europe; other bytes are rather of another encoding than cp1252.
WESTERN = re.compile(r"[\x00-\x7fÄÖÜäöüßàâçéèêëîïôùûÀÂÇÉÈÊŒœñÑáíóúÁÍÓÚØøÅåÆæìò°€£µ²«»’‘“”–—…\xa0]*")
MOST_IN_A_ROW = re.compile(r"[^\x00-\x7f]{3}")
COMMON_CHINESE = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xa3][\xa1-\xfe]|[\xb0-\xd7][\xa1-\xfe])*")


def decoded(path: Path, content: bytes, reading: Reading) -> tuple[str, str]:
    """The text of a file, and its encoding if that was guessed.

    Raises:
        DataError: it isn't text in the encoding that was named or marked, or there is no telling.
    """
    marked = next((name for mark, name in MARKS.items() if content.startswith(mark)), "")
    named = reading.encoding or marked
    if named:
        return _in_encoding(path, content, named), ""
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        guessed = _guess(content)
        if not guessed:
            raise DataError(
                f"{path.name}: byte {error.start} is not UTF-8 text; name the encoding, such as "
                'encoding = "gbk" (--encoding gbk), or save the file in UTF-8.'
            ) from error
        return content.decode(guessed), guessed


def _in_encoding(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except LookupError as error:
        raise DataError(
            f"encoding: got {encoding!r}, wanted the name of an encoding, such as gbk or cp1252."
        ) from error
    except UnicodeError as error:
        where = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else "its text"
        raise DataError(
            f"{path.name}: {where} is not {encoding} text; name another encoding, such as "
            'encoding = "gbk" (--encoding gbk), or save the file in UTF-8.'
        ) from error


def _guess(content: bytes) -> str:
    """GBK where all letters are common Chinese ones, cp1252 where all are western European."""
    if COMMON_CHINESE.fullmatch(content):
        return "gbk"
    western = content.decode("cp1252", errors="replace")
    likely = WESTERN.fullmatch(western) and not MOST_IN_A_ROW.search(western)
    return "cp1252" if likely else ""

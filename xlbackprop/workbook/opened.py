"""The zip package that an .xlsx file is: whether it is one, and whether it is safe to open.

All checks run before any spreadsheet engine sees the file. They inflate each part once, which is
also the only way to know that the sizes declared in the zip directory are true.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from isal import igzip_lib, isal_zlib

from xlbackprop.errors import BookError, FileError
from xlbackprop.gate import (
    FILE_BYTES,
    FORMULA_BYTES,
    PACKAGE_BYTES,
    PACKED,
    PACKED_FROM,
    read_file,
)
from xlbackprop.workbook.amounts import check_amounts

REQUIRED_PARTS = ("[Content_Types].xml", "xl/workbook.xml")
WORKSHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)

_XML_PART = re.compile(r".*\.(xml|rels|vml)", re.IGNORECASE)
# Atomic and possessive: a comment must not stretch over a DOCTYPE to a later "-->".
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?>\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
# Engines parse formulas by recursion, so an endless formula ends in a crash of the process. A
# comment or CDATA inside a formula would hide its length; no program writes one.
_MONSTROUS_FORMULA = re.compile(
    rb"<(?:\w+:)?(?:f|formula\d?|definedName)(?:\s[^<>]*)?(?<!/)>(?:[^<]{%d}|[^<]*+<!)"
    % FORMULA_BYTES
)
_EMPTY_NUMBER = re.compile(rb"<v(?:\s*/>|></v>)")
# IronCalc computes rules of these other kinds while it loads, and the stored values are lost.
_COMPUTED_RULE = re.compile(rb'<cfRule (?:[^>]*\s)?type="(?!cellIs"|colorScale"|dataBar"|iconSet")')
_ERROR_CELL = re.compile(rb'="e"')
_FIRST_ROWS = 1 << 19  # bytes
_GNUMERIC_SHEET = b"gnumeric.org"
_InflateError: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment]  # wrong in its stub
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # signature, length of the name, length of the extras


def inspect(path: Path) -> bool:
    """Check that a file is an .xlsx package without traps, in its zip and in its XML.

    Returns:
        True when it holds forms that the built-in engine misreads (see `mend`).

    Raises:
        FileError: There is no such file, or it can't be read.
        BookError: It isn't an .xlsx workbook, is damaged, protected, too large or unsafe.
    """
    raw = read_bytes(path)
    suspect = False
    for part in _parts(path, raw):
        content = _inflate(path, raw, part)
        if _XML_PART.fullmatch(part.filename):
            _check_xml(path, part.filename, content)
        check_amounts(path, part.filename, content)
        if WORKSHEET.fullmatch(part.filename):
            suspect = suspect or _is_suspect(content)
    return suspect


def read_part(path: Path, name: str) -> bytes | None:
    """One part of a package that `inspect` has passed; None if there is no such part.

    Raises:
        FileError, BookError: as `inspect` does.
    """
    raw = read_bytes(path)
    for part in _parts(path, raw):
        if part.filename == name:
            return _inflate(path, raw, part)
    return None


def rewrite(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> None:
    """Copy a package part by part; `change(name, content)` gives the new content of each part."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.infolist():
            content = change(part.filename, old.read(part))
            # The copy is read once and thrown away: speed matters more than size.
            new.writestr(zipfile.ZipInfo(part.filename), content, zipfile.ZIP_DEFLATED, 1)


def read_bytes(path: Path) -> bytes:
    """All bytes of a file.

    Raises:
        FileError: It isn't there, is a folder, may not be read or is beyond all measure.
    """
    if path.is_dir():
        raise FileError(f"{path}: is a folder, wanted an .xlsx file; name a file inside it.")
    if not path.exists():
        raise FileError(f"{path}: there is no such file; check the name and the folder.")
    if not path.is_file():
        raise FileError(f"{path}: is a device or a pipe, wanted an .xlsx file.")
    return read_file(
        path,
        FILE_BYTES,
        lambda reason: FileError(f"{path}: can't be read ({reason}); wanted an .xlsx file."),
    )


def _parts(path: Path, raw: bytes) -> list[zipfile.ZipInfo]:
    if not raw.startswith(b"PK"):
        raise BookError(f"{path}: {_what_is(raw)}.")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as problem:
        message = f"{path}: is damaged or cut off ({problem}); download or copy it again."
        raise BookError(message) from problem
    _check_directory(path, parts)
    return parts


def _check_directory(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if len(names) < len(parts):
        raise BookError(
            f"{path}: has two parts of the same name, and programs differ on which one counts; "
            "save it as .xlsx again."
        )
    if missing := [name for name in REQUIRED_PARTS if name not in names]:
        raise BookError(f"{path}: {_what_archive(names, missing[0])}.")
    if (total := sum(part.file_size for part in parts)) > PACKAGE_BYTES:
        raise BookError(
            f"{path}: would unpack to {total:,} bytes, wanted at most {PACKAGE_BYTES:,}; "
            "a workbook isn't that large, so don't trust this file."
        )
    for part in parts:
        if part.file_size > PACKED_FROM and part.file_size > PACKED * max(part.compress_size, 1):
            raise BookError(
                f"{path}: part {part.filename} would unpack from {part.compress_size:,} bytes to "
                f"{part.file_size:,}; a sheet shrinks to a fifteenth, so don't trust this file."
            )


def _inflate(path: Path, raw: bytes, part: zipfile.ZipInfo) -> bytes:
    """The content of a part, never more than a byte beyond its declared size."""
    where = f"{path}: part {part.filename}"
    if part.flag_bits & 1:
        raise BookError(f"{where} is encrypted; save the workbook without a password.")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BookError(
            f"{where} uses zip method {part.compress_type}, wanted 0 or 8; save it as .xlsx again."
        )
    content = _unpack(where, _packed(where, raw, part), part)
    if len(content) != part.file_size:
        raise BookError(
            f"{where} doesn't have the {part.file_size:,} bytes that the zip directory declares; "
            "the file is damaged or made to do harm, so don't trust it."
        )
    # Not isal's crc32: it leaves the processor in a state in which all that follows is half as fast
    # (upper halves of the vector registers in use).
    if zlib.crc32(content) != part.CRC:
        raise BookError(f"{where} is damaged (wrong checksum); download or copy it again.")
    return content


def _packed(where: str, raw: bytes, part: zipfile.ZipInfo) -> bytes:
    header = raw[part.header_offset : part.header_offset + 30]
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise BookError(f"{where} isn't where the zip directory says; copy the file again.")
    _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    start = part.header_offset + 30 + name_length + extra_length
    return raw[start : start + part.compress_size]


def _unpack(where: str, packed: bytes, part: zipfile.ZipInfo) -> bytes:
    if part.compress_type == zipfile.ZIP_STORED:
        return packed
    try:
        inflater = isal_zlib.decompressobj(wbits=-15)
        content: bytes = inflater.decompress(packed, part.file_size + 1)
    except _InflateError as problem:
        raise BookError(f"{where} is damaged ({problem}); download or copy it again.") from problem
    return content


def _check_xml(path: Path, name: str, content: bytes) -> None:
    prolog = _PROLOG.match(content)
    start = content[prolog.end() if prolog else 0 :][:9]
    if start.upper().startswith(b"<!DOCTYPE"):
        raise BookError(
            f"{path}: part {name} has a DOCTYPE, which no workbook needs and which can do harm; "
            "save it again with a spreadsheet program."
        )
    if not re.match(rb"<[^!?\s\0]", start):
        raise BookError(
            f"{path}: part {name} isn't XML in UTF-8; save the workbook as .xlsx again."
        )
    if _has_long_text(content) and _MONSTROUS_FORMULA.search(content):
        raise BookError(
            f"{path}: part {name} has a formula with comments inside or longer than "
            f"{FORMULA_BYTES:,} bytes, wanted at most 8192 characters; shorten it."
        )


def _has_long_text(content: bytes) -> bool:
    """Whether a search for monstrous formulas, which is slow, can find any."""
    if _has_markup_declaration(content):
        return True
    # A text that is too long covers at least one of these windows, so it has no tag.
    window = FORMULA_BYTES // 2
    starts = range(0, len(content) - window + 1, window)
    return any(content.find(b"<", start, start + window) < 0 for start in starts)


def _has_markup_declaration(content: bytes) -> bool:
    """Whether "<!" stands anywhere behind the prolog's start; "!" alone stands in formulas."""
    signs = np.frombuffer(content, np.uint8)
    places = np.flatnonzero(signs[1:] == ord("!"))  # each is the place of the sign before
    return bool((signs[places[places > 0]] == ord("<")).any())


def _is_suspect(sheet: bytes) -> bool:
    return (
        _GNUMERIC_SHEET in sheet[:2048]
        or _ERROR_CELL.search(sheet) is not None
        # A program that stores no values stores none at all: the first rows tell.
        or _EMPTY_NUMBER.search(sheet, 0, _FIRST_ROWS) is not None
        or _COMPUTED_RULE.search(sheet, max(sheet.rfind(b"</sheetData>"), 0)) is not None
    )


def _what_is(raw: bytes) -> str:
    """What a file without a zip's signature is, and what to do about it."""
    if not raw:
        return "is empty (0 bytes), wanted an .xlsx workbook; copy or make it again"
    if raw.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            return "is protected by a password; save it without one"
        return "is an old .xls workbook (Excel 97 to 2003), wanted .xlsx; save it as .xlsx"
    if raw.startswith(b"\x1f\x8b"):
        return "is a gzip file, perhaps Gnumeric's own format, wanted .xlsx; save it as .xlsx"
    if raw.startswith(b"%PDF"):
        return "is a PDF document, wanted an .xlsx workbook"
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "is an XML or HTML file, wanted an .xlsx workbook; save it as .xlsx"
    if b"\0" not in raw[:4096]:
        return "is a text file, perhaps CSV, wanted an .xlsx workbook; save it as .xlsx"
    return "isn't a workbook (no zip package), wanted .xlsx; save it as .xlsx"


def _what_archive(names: set[str], missing: str) -> str:
    """What a zip archive that isn't an .xlsx is, and what to do about it."""
    if "xl/workbook.bin" in names:
        return "is a binary workbook (.xlsb), wanted .xlsx; save it as .xlsx"
    if "mimetype" in names and "content.xml" in names:
        return "is an OpenDocument file (.ods), wanted .xlsx; save it as .xlsx"
    if "word/document.xml" in names:
        return "is a Word document, wanted an .xlsx workbook"
    return f"is a zip archive without {missing}, wanted an .xlsx workbook; save it as .xlsx"

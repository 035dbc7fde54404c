"""Training data from text files: fields between commas, semicolons, tabs, bars or blanks."""

import csv
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from xlbackprop.data.decode import decoded
from xlbackprop.data.reading import Reading, Records, unreadable
from xlbackprop.errors import DataError
from xlbackprop.gate import DATA_CELLS, FILE_BYTES, ROWS, read_file

SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars", " ": "blanks"}
USUAL = {".csv": ",", ".tsv": "\t", ".txt": "\t", ".data": ","}
LOOKED_AT = 200  # lines from which the separator is found
Record = tuple[int, list[str]]  # number of the line on which it ends, its fields


def read_text(path: Path, reading: Reading) -> Records:
    """Read the lines of a text file that aren't empty; comments are passed over.

    Raises:
        DataError: the file can't be read, isn't text, or has a quotation mark out of place.
    """
    content = read_file(path, FILE_BYTES, partial(unreadable, path))
    _check_lines(path, content)
    text, encoding = decoded(path, content, reading)
    del content
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    separator = _find_separator(lines[:LOOKED_AT], USUAL[path.suffix.lower()])
    records = list(_records(path, lines, separator))
    kept, comments = _without_comments(records)
    usual = separator == USUAL[path.suffix.lower()]
    assumed = (
        *([f"encoding: {encoding}"] if encoding else []),
        *([] if usual else [SEPARATORS[separator]]),
        *(["comments"] if comments else []),
    )
    return Records(
        path.name,
        tuple(tuple(field.strip() for field in fields) for _, fields in kept),
        tuple(number for number, _ in kept),
        separator=separator,
        assumed=assumed,
    )


def _check_lines(path: Path, content: bytes) -> None:
    """See that there aren't too many lines or fields, by their signs alone.

    Quotation marks may hold such signs, but hardly a million of them.
    """
    lines = max(content.count(b"\n"), content.count(b"\r"))
    if (lines > ROWS and b'"' not in content) or lines > 2 * ROWS:
        raise DataError(
            f"{path.name}: got more than {ROWS:,} rows, a sheet has no more; take a part of them."
        )
    fields = lines + max(content.count(sign.encode()) for sign in ",;\t|")
    if fields > 2 * DATA_CELLS:
        raise DataError(
            f"{path.name}: got about {fields:,} entries, wanted at most {DATA_CELLS:,}; take a "
            "part of them."
        )


def _records(path: Path, lines: list[str], separator: str) -> Iterator[Record]:
    """Records with anything in them; quoted fields may hold ends of lines."""
    reader = _reader(lines, separator, strict=True)
    try:
        for count, fields in enumerate(reader):
            if count > ROWS:
                raise DataError(
                    f"{path.name}: got more than {ROWS:,} rows, a sheet has no more; take a "
                    "part of them."
                )
            if any(field.strip() for field in fields):
                yield reader.line_num, fields
    except csv.Error as error:
        kind = "CSV" if path.suffix.lower() == ".csv" else "text"
        raise DataError(
            f"{path.name}, line {reader.line_num}: can't be read as {kind} ({error}); mend the "
            "line, most likely a quotation mark."
        ) from error


def _reader(lines: list[str], separator: str, *, strict: bool) -> Any:
    blanks = separator == " "
    text = (f"{line.strip() if blanks else line}\n" for line in lines)
    return csv.reader(text, delimiter=separator, skipinitialspace=blanks, strict=strict)


def _find_separator(lines: list[str], usual: str) -> str:
    """The sign that parts the most lines into one number of fields; the usual one of equals."""
    best, most = usual, 0.0
    for sign in dict.fromkeys((usual, *SEPARATORS)):
        widths = Counter[int]()
        try:
            records = _reader(lines, sign, strict=False)
            widths.update(len(fields) for fields in records if any(map(str.strip, fields)))
        except csv.Error:
            continue
        several = [count for width, count in widths.items() if width > 1]
        share = max(several, default=0) / max(1, widths.total())
        if share > most and not (sign == " " and most):
            best, most = sign, share
    return best


def _without_comments(records: list[Record]) -> tuple[list[Record], bool]:
    """The records but for lines after a # that aren't parted like the others."""
    widths = Counter(len(fields) for _, fields in records)
    usual = max(widths, key=lambda width: widths[width], default=0)
    kept = [
        (number, fields)
        for number, fields in records
        if not (fields[0].lstrip().startswith("#") and len(fields) != usual)
    ]
    return kept, len(kept) < len(records)

"""Sheets become an .xlsx file: openpyxl's book around our rows.

openpyxl writes the book with empty sheets into memory. Then the package is copied part by part
into the file, and the rows are streamed into each sheet on the way.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from isal import isal_zlib
from openpyxl import Workbook
from openpyxl.xml.functions import tostring

from xlbackprop.workbook.address import area
from xlbackprop.workbook.book import EPOCH, empty_book
from xlbackprop.workbook.grid import Grid, has_numbers_as_text
from xlbackprop.workbook.limits import check_limits, extent
from xlbackprop.workbook.parts import as_excel_writes
from xlbackprop.workbook.replace import replacing
from xlbackprop.workbook.rows import sheet_rows
from xlbackprop.workbook.theme import Theme, shipped_theme
from xlbackprop.workbook.tick_boxes import STYLE, add_tick_boxes, has_tick_boxes

if TYPE_CHECKING:
    from xlbackprop.workbook.style import Looks

Progress = Callable[[int, int], None]

_LEVEL = 1  # higher ones save less than half a percent
# Bytes up to which zlib compresses. Isal, which takes a quarter of the time, was once seen to
# compress one small part to another byte more; where speed doesn't matter, nobody should wonder.
_SMALL = 1 << 24


def write_book(
    path: str | Path,
    grids: Sequence[Grid],
    *,
    looks: "Looks",
    names: Mapping[str, str],
    title: str,
    language: str,
    theme: Theme | None = None,
    force: bool = False,
    inputs: Sequence[Path] = (),
    progress: Progress | None = None,
) -> None:
    """Write sheets to an .xlsx file, whole or not at all; the same sheets give the same bytes.

    Args:
        path: the file.
        grids: the sheets, in the order of their tabs.
        looks: how cells of each style look.
        names: defined names and the cells they stand for, ``{"eta": "Parameters!$C$5"}``.
        title: of the document.
        language: of the document, as ``"en"``.
        theme: decides the normal font and what stands above and below printed pages.
        force: overwrite an existing file.
        inputs: the files that it is made from; none of them is overwritten.
        progress: called now and then with the cells written so far and the cells in all.

    Raises:
        TooLargeError: a sheet passes a limit of the format.
        FileError: the file exists already, or can't be written.
        ValueError: no sheets, or two contents for one cell.
    """
    if not grids:
        raise ValueError("Book: got no sheets, wanted at least one.")
    check_limits(grids)
    book, style_ids = empty_book(
        grids,
        looks=looks,
        names=names,
        title=title,
        language=language,
        theme=theme or shipped_theme(),
    )
    fonts = {name: look.font for name, look in looks.items()}
    rows = [sheet_rows(grid, style_ids, fonts) for grid in grids]
    if progress is not None:
        rows = list(_counted(rows, sum(map(_cell_count, grids)), progress))
    with (
        replacing(Path(path), force=force, inputs=inputs) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        parts = _parts(book, grids, language)
        if has_tick_boxes(grids):
            add_tick_boxes(parts, style_ids[STYLE])
        _add_parts(archive, parts, list(zip(grids, rows, strict=True)))


def _add_parts(
    archive: zipfile.ZipFile,
    parts: Mapping[str, bytes],
    sheets: Sequence[tuple[Grid, Iterator[bytes]]],
) -> None:
    """Write all parts; those of sheets with their rows."""
    streams = {f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate(sheets, 1)}
    for name, part in parts.items():
        if name in streams:
            grid, stream = streams[name]
            _add_part(archive, name, _with_rows(part, grid, stream), _size_bound(grid))
        else:
            _add_part(archive, name, [part], len(part))


def _parts(book: Workbook, grids: Sequence[Grid], language: str) -> dict[str, bytes]:
    """The parts of openpyxl's package, mended where it isn't to our liking."""
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as saved:
        parts = {name: saved.read(name) for name in saved.namelist()}
    book.properties.modified = EPOCH  # saving stamps it with the clock
    parts["docProps/core.xml"] = tostring(book.properties.to_tree())
    as_excel_writes(parts, grids, language)
    # Programs that guess the kind of a file by its start look for this part there.
    first = "[Content_Types].xml"
    return {first: parts.pop(first), **parts}


def _with_rows(sheet: bytes, grid: Grid, rows: Iterator[bytes]) -> Iterator[bytes]:
    """The XML of a sheet with rows in place of openpyxl's."""
    last_row, last_column = extent(grid)
    used = area(1, 1, max(last_row, 1), max(last_column, 1)).encode()
    sheet = re.sub(rb'(<dimension ref=")[^"]*', rb"\g<1>" + used, sheet, count=1)
    # openpyxl leaves these behind, which Gnumeric complains about.
    sheet = re.sub(rb"<(odd|even|first)(Header|Footer) ?/>", b"", sheet)
    head, tail = re.split(rb"<sheetData ?/>|<sheetData>.*</sheetData>", sheet, flags=re.DOTALL)
    yield head + b"<sheetData>"
    yield from rows
    yield b"</sheetData>" + (_unmarked(tail, used) if has_numbers_as_text(grid) else tail)


def _unmarked(tail: bytes, used: bytes) -> bytes:
    """The end of a sheet that asks for no green triangles: its numbers are texts on purpose."""
    ignored = b'<ignoredErrors><ignoredError sqref="%b" numberStoredAsText="1"/></ignoredErrors>'
    head, mark, rest = tail.partition(b"<drawing ")
    if mark:
        return head + ignored % used + mark + rest
    return tail.replace(b"</worksheet>", ignored % used + b"</worksheet>")


def _add_part(
    archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes], size_bound: int
) -> None:
    """Compress a part into the package; more than 2 GiB needs the longer kind of zip header."""
    part = zipfile.ZipInfo(name)  # its date is 1980-01-01
    part.compress_type = zipfile.ZIP_DEFLATED
    part.create_system = 0  # else the bytes would tell which system wrote them
    part.external_attr = 0
    with archive.open(part, "w", force_zip64=size_bound >= zipfile.ZIP64_LIMIT) as member:
        # zipfile has no way to bring another compressor, and zlib takes four times as long
        # even at its fastest. Should a later Python keep it elsewhere, zlib goes on doing the work.
        if hasattr(member, "_compressor"):
            library = isal_zlib if size_bound > _SMALL else zlib
            member._compressor = library.compressobj(_LEVEL, library.DEFLATED, -15)
        for chunk in chunks:
            member.write(chunk)


def _cell_count(grid: Grid) -> int:
    return len(grid.cells) + sum(block.values.size for block in grid.blocks)


def _size_bound(grid: Grid) -> int:
    """More bytes than the sheet's XML can take; a generous guess costs nothing."""
    cell, row, other = 80, 100, 1 << 20
    texts = sum(len(str(c.value)) + len(c.formula or "") for c in grid.cells)
    formulas = sum(
        len(block.values) * (row + sum(len(formula or "") for formula in block.formulas))
        for block in grid.blocks
    )
    return other + (cell + row) * _cell_count(grid) + 6 * (texts + formulas)


def _counted(
    streams: Sequence[Iterator[bytes]], total: int, progress: Progress
) -> Iterator[Iterator[bytes]]:
    """The same streams, telling progress how many cells have passed through all of them."""
    done = 0

    def watch(stream: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal done
        for chunk in stream:
            done += chunk.count(b"<c r=")  # no text can hold it: there < is escaped
            yield chunk
            progress(done, total)

    return map(watch, streams)

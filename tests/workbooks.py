"""Workbooks for the tests of the whole path: made once, found by symbol, changed in a copy."""

import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

import xlbackprop as xb
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.address import address
from xlbackprop.workbook.escapes import escape_text


@dataclass(frozen=True)
class Made:
    """A workbook that xlbackprop wrote, and where its numbers stand."""

    path: Path
    recipe: xb.Recipe

    @cached_property
    def layout(self) -> Layout:
        return layout_of(self.recipe)

    def sheet(self, kind: str) -> str:
        return self.layout.sheet(kind)

    def example(self, label: str, *, epoch: int, example: int) -> tuple[str, str]:
        """Sheet and cell of a symbol of one example; epochs and examples count from 1."""
        row = self.layout.training.first_example(epoch - 1) + example - 1
        return self._training(label, row)

    def total(self, label: str, *, epoch: int) -> tuple[str, str]:
        """Sheet and cell of a sum over the examples."""
        training = self.layout.training
        if label.startswith("g_"):
            below, column = training.place_of[label.removeprefix("g_")]
            return self.sheet("training"), address(training.sum_row(epoch - 1) + below, column)
        return self._training(label, training.sum_row(epoch - 1))

    def parameter(self, label: str, *, epoch: int) -> tuple[str, str]:
        """Sheet and cell of a parameter that an epoch starts with."""
        training = self.layout.training
        below, column = training.place_of[label]
        return self.sheet("training"), address(training.parameter_row(epoch - 1) + below, column)

    def _training(self, label: str, row: int) -> tuple[str, str]:
        return self.sheet("training"), address(row, self.layout.training.columns[label])

    @cached_property
    def eta(self) -> tuple[str, str]:
        place = self.layout.parameters
        return self.sheet("parameters"), address(place.ETA_ROW, place.ETA_COLUMN)

    def start(self, label: str) -> tuple[str, str]:
        """Sheet and cell of a starting parameter."""
        number = self.layout.network.all_parameter_labels.index(label)
        return self.sheet("parameters"), address(*self.layout.parameters.cells[number])

    def input(self, label: str, example: int) -> tuple[str, str]:
        """Sheet and cell of an input of one example as it stands in the data."""
        data = self.layout.data
        column = data.inputs + self.layout.network.output_labels(1).index(label)
        return self.sheet("data"), address(data.top + example - 1, column)

    def scaled(self, label: str, example: int) -> tuple[str, str]:
        """Sheet and cell of an input of one example as the network sees it."""
        data = self.layout.data
        column = data.x + self.layout.network.output_labels(1).index(label)
        return self.sheet("data"), address(data.top + example - 1, column)

    def statistic(self, name: str, label: str) -> tuple[str, str]:
        """Sheet and cell of a statistic of an input's raw numbers."""
        data = self.layout.data
        column = data.inputs + self.layout.network.output_labels(1).index(label)
        return self.sheet("data"), address(data.statistic_row(name), column)

    def label(self, example: int) -> tuple[str, str]:
        """Sheet and cell of the class of one example."""
        return self.sheet("data"), address(self.layout.data.top + example - 1, 2)

    def progress(self, epoch: int) -> tuple[str, str]:
        """Sheet and cell of C_T on the Progress sheet."""
        progress = self.layout.progress
        return self.sheet("progress"), address(progress.row(epoch - 1), progress.cost)

    def number(self, name: str) -> tuple[str, str]:
        """Sheet and cell of a number that sheets read beside the training."""
        place = next(number for number in self.layout.asked if number.name == name)
        return place.sheet, place.cell

    def formula(self, place: tuple[str, str]) -> str:
        """A formula as openpyxl reads it, shared ones spelled out, without "="."""
        sheet, cell = place
        return str(self._book[sheet][cell].value).removeprefix("=")

    @cached_property
    def _book(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(self.path)


def some_views(recipe: xb.Recipe, number: int) -> xb.Recipe:
    """Every fourth recipe of many keeps its views: they are most of a small workbook's work."""
    return recipe if number % 4 == 0 else recipe.changed(views=())


def make(folder: Path, lesson: str, name: str = "", **changes: object) -> Made:
    """A lesson's workbook, perhaps with other fields of its recipe; written once in a run."""
    recipe = xb.load(lesson, **changes)
    path = folder / f"{name or lesson}.xlsx"
    if recipe not in _CONTENTS:
        xb.write(recipe, path)
        _CONTENTS[recipe] = path.read_bytes()
    path.write_bytes(_CONTENTS[recipe])
    return Made(path, recipe)


_CONTENTS: dict[xb.Recipe, bytes] = {}


def agreeing(path: Path, engine: str = "ironcalc") -> xb.Report:
    """The report on a workbook of which each formula cell is compared and agrees with Python."""
    report = xb.check(path, engine)
    assert report.agrees, "\n".join(report.lines())
    assert report.comparisons[-1].compared == report.formulas > 0
    return report


def few(lesson, count):
    """Some of the examples of a lesson."""
    table = xb.load(lesson).data
    rows = [list(row) for row in table.rows]
    return {"columns": list(table.columns), "rows": rows[:: max(1, len(rows) // count)]}


# Changes as other programs make them: openpyxl stores no values, so a copy has none.


def resaved(made: Made, folder: Path, change: Callable[[openpyxl.Workbook], object]) -> Path:
    """A copy that openpyxl read, changed and saved; takes a while, so rather ``retyped``."""
    book = openpyxl.load_workbook(made.path)
    change(book)
    path = folder / "resaved.xlsx"
    book.save(path)
    return path


def retyped(made: Made, folder: Path, place: tuple[str, str], value: object) -> Path:
    """A copy with one cell typed anew, without stored values."""
    return typed(made.path, folder, {place: value})


def typed(source: Path, folder: Path, cells: dict[tuple[str, str], object]) -> Path:
    """A copy with some cells typed anew, without stored values, as openpyxl would save it.

    A cell holds a number, a truth value, a text, a formula behind "=", or None for nothing.
    """
    path = folder / "retyped.xlsx"
    parts = {sheet: part_of(source, sheet) for sheet in {sheet for sheet, _ in cells}}
    by_part: dict[str, dict[str, object]] = {}
    for (sheet, cell), value in cells.items():
        by_part.setdefault(parts[sheet], {})[cell] = value
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for item in old.namelist():
            content = old.read(item)
            if item.startswith("xl/worksheets/sheet"):
                for cell, value in by_part.get(item, {}).items():
                    content = _retyped(content, cell, value)
                content = _STORED.sub(rb"<c \1>\2</c>", content)
            new.writestr(item, content)
    return path


_STORED = re.compile(
    rb'<c ([^>]*?)(?: t="\w+")?>(<f(?: [^>]*)?/>|<f(?: [^>]*)?>[^<]*</f>)'
    rb"<v(?: [^>]*)?>[^<]*</v></c>"
)


def _retyped(content: bytes, cell: str, value: object) -> bytes:
    pattern = rb'<c r="%s"( s="\d+")?[^>]*?(?:/>|>.*?</c>)' % cell.encode()
    [(old, style)] = [(m[0], m[1] or b"") for m in re.finditer(pattern, content, re.DOTALL)]
    assert b" ref=" not in old, f"{cell} holds a formula that others share"
    return content.replace(old, b'<c r="%s"%s%s' % (cell.encode(), style, _content(value)), 1)


def _content(value: object) -> bytes:
    """What follows a cell's place and style."""
    if value is None:
        return b"/>"
    if isinstance(value, bool):
        return b' t="b"><v>%d</v></c>' % value
    if not isinstance(value, str):
        return f"><v>{float(value)!r}</v></c>".encode()
    if value.startswith("="):
        return f"><f>{escape(value[1:])}</f></c>".encode()
    return f' t="inlineStr"><is><t xml:space="preserve">{escape_text(value)}</t></is></c>'.encode()


# Changes in the XML: every other cell keeps its stored value.


def edited(
    source: Path, folder: Path, part: str, pattern: bytes, replacement: bytes, name: str = "edited"
) -> Path:
    """A copy with one place in one part of the package changed."""
    path = folder / f"{name}.xlsx"
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for item in old.namelist():
            content = old.read(item)
            if item == part:
                content, changed = re.subn(pattern, replacement, content, flags=re.DOTALL)
                assert changed == 1, f"{part}: {changed} places match {pattern!r}"
            new.writestr(item, content)
    return path


def part_of(path: Path, sheet: str) -> str:
    """The part of the package that holds a sheet."""
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml").decode()
    names = re.findall(r'<sheet [^>]*?name="([^"]*)"', book)
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


def cell_xml(path: Path, place: tuple[str, str]) -> str:
    """A cell's XML."""
    sheet, cell = place
    with zipfile.ZipFile(path) as archive:
        content = archive.read(part_of(path, sheet)).decode()
    return re.search(rf'<c r="{cell}"(?:[^>]*/>|.*?</c>)', content, re.DOTALL)[0]


def with_cell(
    source: Path,
    folder: Path,
    place: tuple[str, str],
    *,
    formula: str | None = None,
    value: str | None = None,
    kind: str = "n",
) -> Path:
    """A copy in which one cell holds this formula, this stored value, or nothing."""
    sheet, cell = place
    old = cell_xml(source, place)
    assert " ref=" not in old, f"{cell} holds a formula that others share"
    style = re.search(r' s="\d+"', old)[0]
    inside = "" if formula is None else f"<f>{formula}</f>"
    inside += "" if value is None else f"<v>{value}</v>"
    new = f'<c r="{cell}"{style} t="{kind}">{inside}</c>' if inside else f'<c r="{cell}"{style}/>'
    part = part_of(source, sheet)
    return edited(source, folder, part, re.escape(old.encode()), new.replace("\\", r"\\").encode())


def with_value(source: Path, folder: Path, place: tuple[str, str], value: str) -> Path:
    """A copy in which one cell stores another value and keeps its formula."""
    old = cell_xml(source, place)
    new = re.sub(r"<v>.*</v>", f"<v>{value}</v>", old)
    assert new != old
    part = part_of(source, place[0])
    return edited(source, folder, part, re.escape(old.encode()), new.encode())


def stored(path: Path, place: tuple[str, str]) -> str:
    """The text of a cell's stored value."""
    return re.search(r"<v>(.*)</v>", cell_xml(path, place))[1]


def with_formula(made: Made, folder: Path, place: tuple[str, str], old: str, new: str) -> Path:
    """A copy in which a piece of one formula is another; its stored value stays as it was."""
    formula = made.formula(place)
    assert formula.count(old) == 1, f"{formula} holds {formula.count(old)} times {old}"
    return with_cell(
        made.path,
        folder,
        place,
        formula=formula.replace(old, new).replace(">", "&gt;"),
        value=stored(made.path, place),
    )


def without_formulas(made: Made, folder: Path) -> Path:
    """A copy that holds values only."""
    path = folder / "values.xlsx"
    openpyxl.load_workbook(made.path, data_only=True).save(path)
    return path


def in_libreoffice(source: Path, folder: Path) -> Path:
    """The workbook as LibreOffice recalculates and saves it."""
    from xlbackprop.recalc import libreoffice

    _put_in(source, folder)
    libreoffice.convert(libreoffice.program(), folder, ["book.xlsx"])
    return folder / "out" / "book.xlsx"


def by_way_of_ods(source: Path, folder: Path) -> Path:
    """The workbook as LibreOffice saves it in its own format, opens that, and saves it again."""
    from xlbackprop.recalc import libreoffice

    there, again = folder / "there", folder / "again"
    for place in (there, again):
        place.mkdir()
    _put_in(source, there)
    libreoffice.convert(libreoffice.program(), there, ["book.xlsx"], "ods")
    _put_in(there / "out" / "book.ods", again)
    libreoffice.convert(libreoffice.program(), again, ["book.ods"])
    return again / "out" / "book.xlsx"


def in_gnumeric(source: Path, folder: Path) -> Path:
    """The same of Gnumeric."""
    from xlbackprop.recalc import gnumeric

    _put_in(source, folder)
    gnumeric._convert(gnumeric._program(), folder, ["book.xlsx"])
    return folder / "out" / "book.xlsx"


def _put_in(source: Path, folder: Path) -> None:
    for name in ("in", "out"):
        (folder / name).mkdir()
    shutil.copy(source, folder / "in" / f"book{source.suffix}")

"""Faults for the manifest: what people and programs do to a workbook, at places that chance chose.

Places are found in the file itself, in its order: formula cells, cells that take an input, sheets,
names. A fault is planted in the XML, where every other cell keeps its stored value, or by openpyxl,
which stores none.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from manifesting.case import Case
from manifesting.pages import FLOWERS

_DRAWN = Random("faults")
BOOKS = (
    Case("xor", {"epochs": 2}, "keywords", "xor"),
    Case(
        "batches.zh",
        {"lang": "zh", "epochs": 2, "batch": 3, "rule": "adam", "schedule": "step"},
        "keywords",
        "xor",
    ),
    Case(
        "flowers",
        {
            "layers": [{"units": 2, "bias": "shared"}, {"units": 3, "activation": "linear"}],
            "cost": "hinge",
            "gradients": "summed",
            "epochs": 1,
            "label": "kind",
        },
        "keywords",
        "iris",
        FLOWERS,
    ),
    Case(
        "pictures.zh",
        {
            "lang": "zh",
            "data": {
                "columns": [*(f"p{i}" for i in range(16)), "label"],
                "rows": [[*(_DRAWN.randint(0, 1) for _ in range(16)), i % 2] for i in range(4)],
            },
            "image": [4, 4],
            "layers": [
                {"kind": "convolution", "filters": 2, "kernel": 3, "padding": 1},
                {"kind": "max-pooling", "size": 2, "ties": "split"},
                {"units": 2, "activation": "softmax"},
            ],
            "cost": "cross-entropy",
            "start": {"kind": "he"},
            "epochs": 1,
            "views": ["walkthrough", "predict"],
        },
        "keywords",
        "cnn",
    ),
    Case(
        "curve",
        {
            "data": {"columns": ["x", "y"], "rows": [[0, 0.5], [1, 0.9], [3, -0.4], [4, 0.1]]},
            "scaling": "z-score",
            "epochs": 2,
        },
        "keywords",
        "sine",
    ),
    Case("solver", {}, "keywords", "solver"),
    Case("gradient-descent", {}, "keywords", "gradient-descent"),
    Case("regression.zh", {"lang": "zh"}, "keywords", "regression"),
    Case("linear-classifier", {}, "keywords", "linear-classifier"),
    Case("all-maths.zh", {"lang": "zh"}, "keywords", "all-maths"),
)
Place = tuple[str, str]  # sheet and cell
_CELL = r'<c r="{}"(?:[^>]*/>|.*?</c>)'
_OWN_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"[^>]*><f(?![^>]* ref=)')  # none that others share


@dataclass(frozen=True)
class Original:
    """A workbook as it was written, and what there is in it to be changed."""

    path: Path

    @cached_property
    def book(self) -> openpyxl.Workbook:
        return self.reopened()

    def reopened(self) -> openpyxl.Workbook:
        """A copy to change."""
        return openpyxl.load_workbook(self.path)

    @cached_property
    def parts(self) -> Mapping[str, str]:
        """The XML of each part."""
        with zipfile.ZipFile(self.path) as archive:
            texts = {n: archive.read(n) for n in archive.namelist() if n.endswith(("xml", "rels"))}
        return {name: text.decode() for name, text in texts.items()}

    def part(self, sheet: str) -> str:
        number = self.book.sheetnames.index(sheet) + 1
        return f"xl/worksheets/sheet{number}.xml"

    @cached_property
    def formulas(self) -> list[Place]:
        return [
            (sheet, cell)
            for sheet in self.book.sheetnames
            for cell in _OWN_FORMULA.findall(self.parts[self.part(sheet)])
        ]

    @cached_property
    def rules(self) -> list[list[Place]]:
        """The cells with an input that each rule of the spreadsheet guards."""
        rules = [(s, rule) for s in self.book for rule in s.data_validations.dataValidation]
        found = [
            [place for place in _cells(*rule) if self.value(place) is not None] for rule in rules
        ]
        return [places for places in found if places]

    @cached_property
    def inputs(self) -> list[Place]:
        return [place for places in self.rules for place in places]

    @cached_property
    def numbers(self) -> list[Place]:
        """Inputs that are numbers."""
        return [place for place in self.inputs if isinstance(self.value(place), int | float)]

    def value(self, place: Place) -> Any:
        return self.book[place[0]][place[1]].value

    def xml(self, place: Place) -> str:
        sheet, cell = place
        return re.search(_CELL.format(cell), self.parts[self.part(sheet)], re.DOTALL)[0]

    def stored(self, place: Place) -> str:
        """The stored value of a formula cell, as the XML has it."""
        return re.search("<v>(.*?)</v>", self.xml(place), re.DOTALL)[1]

    def kind(self, place: Place) -> str:
        """What the XML calls a cell's value."""
        found = re.search(r' t="(\w+)"', self.xml(place).partition(">")[0])
        return found[1] if found else "n"

    def formula(self, place: Place) -> str:
        return self.value(place).removeprefix("=")

    def with_formula(self, target: Path, place: Place, formula: str, value: str, kind: str) -> None:
        """Save a copy in which one cell has this formula and this stored value."""
        inside = f"<f>{escape(formula, quote=False)}</f><v>{value}</v>"
        self.with_cell(target, place, inside, kind)

    def with_cell(self, target: Path, place: Place, inside: str, kind: str = "n") -> None:
        """Save a copy in which one cell holds this."""
        old = self.xml(place)
        style = re.search(r' s="\d+"', old)[0]
        new = f'<c r="{place[1]}"{style} t="{kind}">{inside}</c>'
        part = self.part(place[0])
        self.with_part(target, part, self.parts[part].replace(old, new, 1))

    def with_part(self, target: Path, name: str, text: str) -> None:
        """Save a copy with one part changed."""
        assert text != self.parts[name], f"{self.path}: nothing was changed"
        with (
            zipfile.ZipFile(self.path) as old,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
        ):
            for item in old.namelist():
                new.writestr(item, text if item == name else old.read(item))


# Each plants one fault in a copy and says what it did.


def change_formula(original: Original, random: Random, target: Path) -> str:
    place, another = _place(original.formulas, random), _place(original.formulas, random)
    formula, other = original.formula(place), original.formula(another)
    new = random.choice([f"{formula}+1", f"-({formula})", f"ROUND({formula},3)", other, "1/0"])
    original.with_formula(target, place, new, original.stored(place), original.kind(place))
    return f"{_told(place)} has ={new}"


def drop_formula(original: Original, random: Random, target: Path) -> str:
    place = _place(original.formulas, random)
    inside = f"<v>{original.stored(place)}</v>"
    original.with_cell(target, place, inside, original.kind(place))
    return f"{_told(place)} has its value only"


def spoil_value(original: Original, random: Random, target: Path) -> str:
    place = _place(original.formulas, random)
    values = [("n", "0.123"), ("n", "1E+300"), ("str", "abc"), ("e", "#NUM!"), ("b", "1")]
    kind, value = random.choice(values)
    old, step = original.stored(place), random.choice([1e-6, 1e-9, 1e-11, 1e-14])
    if original.kind(place) == "n" and random.random() < 0.5:
        kind, value = "n", repr(float(old) * (1 + step) + step)
    original.with_formula(target, place, original.formula(place), value, kind)
    return f"{_told(place)} stores {value}"


def change_input(original: Original, random: Random, target: Path) -> str:
    place = _place(original.numbers, random)
    value = _another(original.value(place), random)
    original.with_cell(target, place, f"<v>{value!r}</v>")
    return f"{_told(place)} is {value!r}"


def spoil_input(original: Original, random: Random, target: Path) -> str:
    """By chance among the rules: most cells take any number, and few rules do."""
    place = random.choice(random.choice(original.rules))
    value = random.choice(["-1", "0", "0.5", "99", "1E+200", "-1E-300"])
    original.with_cell(target, place, f"<v>{value}</v>")
    return f"{_told(place)} is {value}"


def type_text(original: Original, random: Random, target: Path) -> str:
    place = _place(original.inputs, random)
    kinds = {
        "a name": ("inlineStr", "<is><t>rose</t></is>"),
        "a number as text": ("inlineStr", "<is><t>1.5</t></is>"),
        "nothing": ("n", ""),
        "TRUE": ("b", "<v>1</v>"),
        "#N/A": ("e", "<v>#N/A</v>"),
    }
    what = random.choice(list(kinds))
    kind, inside = kinds[what]
    original.with_cell(target, place, inside, kind)
    return f"{_told(place)} holds {what}"


def lose_sheet(original: Original, random: Random, target: Path) -> str:
    book = original.reopened()
    sheet = random.choice(book.sheetnames)
    if random.random() < 0.5:
        del book[sheet]
        done = "deleted"
    else:
        book[sheet].title = f"{sheet} 2"
        done = "renamed"
    book.save(target)
    return f"{sheet} is {done}"


def move_cells(original: Original, random: Random, target: Path) -> str:
    book = original.reopened()
    sheet = random.choice(book.worksheets)
    row, column = random.randint(1, sheet.max_row), random.randint(1, sheet.max_column)
    moves: Mapping[str, Callable[[], object]] = {
        f"a row is inserted above {row}": lambda: sheet.insert_rows(row),
        f"row {row} is deleted": lambda: sheet.delete_rows(row),
        f"a column is inserted before {column}": lambda: sheet.insert_cols(column),
        f"column {column} is deleted": lambda: sheet.delete_cols(column),
    }
    move = random.choice(list(moves))
    moves[move]()
    book.save(target)
    return f"{sheet.title}: {move}"


def change_name_or_recipe(original: Original, random: Random, target: Path) -> str:
    """A defined name goes or leads elsewhere, or a line of the recipe is another."""
    part = "xl/workbook.xml"
    names = re.findall(r'<definedName name="\w+">[^<]*</definedName>', original.parts[part])
    if names and random.random() < 0.7:
        old = random.choice(names)
        new = random.choice(["", re.sub(r"\$\d+<", "$99<", old)])
        original.with_part(target, part, original.parts[part].replace(old, new))
        return f"{old} is {new or 'gone'}"
    sheet = original.book.sheetnames[-1]
    lines = [c.coordinate for row in original.book[sheet] for c in row if "=" in str(c.value)]
    place = (sheet, random.choice(lines))
    other = re.sub(r"\d", lambda digit: str(9 - int(digit[0])), original.value(place), count=1)
    new = random.choice([f"{other} # changed", f"{other} ", "seed = 77", "]"])
    original.with_cell(target, place, f"<is><t>{escape(new, quote=False)}</t></is>", "inlineStr")
    return f"{_told(place)} is {new}"


def save_without_values(original: Original, random: Random, target: Path) -> str:
    """As a program does that computes nothing: one input is another, no value is stored."""
    book = original.reopened()
    sheet, cell = place = _place(original.numbers, random)
    value = _another(original.value(place), random)
    book[sheet][cell] = value
    book.save(target)
    return f"{_told(place)} is {value!r}, no values are stored"


FAULTS: Mapping[str, Callable[[Original, Random, Path], str]] = {
    "formula changed": change_formula,
    "formula gone": drop_formula,
    "stored value": spoil_value,
    "input changed": change_input,
    "input out of bounds": spoil_input,
    "no number in input": type_text,
    "sheet lost": lose_sheet,
    "cells moved": move_cells,
    "name or recipe": change_name_or_recipe,
    "saved without values": save_without_values,
}


def plant(original: Original, fault: str, book: str, target: Path) -> str:
    """Plant a fault in a copy of a workbook; what was done."""
    return unescape(FAULTS[fault](original, Random(f"{book} {fault}"), target))


def _place(places: Sequence[Place], random: Random) -> Place:
    """One of some cells: first a sheet, so that small ones have their turn."""
    sheet = random.choice(list(dict.fromkeys(sheet for sheet, _ in places)))
    return random.choice([place for place in places if place[0] == sheet])


def _told(place: Place) -> str:
    return "!".join(place)


def _cells(sheet: Worksheet, rule: DataValidation) -> Iterator[Place]:
    """The cells of a rule."""
    for span in str(rule.sqref).split():
        left, top, right, bottom = range_boundaries(span)
        for row in sheet.iter_rows(top, bottom, left, right):
            yield from ((sheet.title, cell.coordinate) for cell in row)


def _another(value: float, random: Random) -> float:
    """Another number that is most likely allowed, too."""
    if isinstance(value, float) and not value.is_integer():
        return round(value * random.uniform(0.5, 1.5), 4)
    return 2 if value == 1 else 1

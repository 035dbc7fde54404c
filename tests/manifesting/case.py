"""A recipe of the manifest: its fields as TOML would give them, its data, and how it is asked for.

Nothing here knows the package's own tables: recipes stay the same while the package is rebuilt.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pandas as pd

# Fields that are options of a command by their own name; any other goes through --set.
OPTIONS = (
    *(
        "data",
        "label",
        "layers",
        "activation",
        "cost",
        "rule",
        "scaling",
        "target_scaling",
        "epochs",
        "batch",
    ),
    *("eta", "seed", "function", "lang"),
)
WORDS = (  # fields whose texts are choices, not somebody's own words
    *(
        "cost",
        "rule",
        "schedule",
        "batch",
        "gradients",
        "detail",
        "scaling",
        "target_scaling",
        "missing",
        "lang",
    ),
    *("views", "lesson", "activation", "ties", "start.kind"),
    *("layers.kind", "layers.activation", "layers.bias", "layers.affine"),
    "layers.ties",
)
Table = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Case:
    """One recipe.

    Attributes:
        name: what the manifest calls it.
        fields: all of a recipe, or those that differ from the lesson ``source``.
        form: ``file``, ``text``, ``keywords`` of ``load`` or ``options`` of the command line.
        source: the lesson that keywords and options change; empty for options beside data.
        table: columns and rows of its data where the fields don't hold them.
        ending: of the file that holds the table; empty for a DataFrame.
        theme: a file that says how it looks, or nothing.
        refused: whether no workbook is to come of it, only a sentence.
    """

    name: str
    fields: Mapping[str, Any]
    form: str = "file"
    source: str = ""
    table: Table = field(default_factory=dict)
    ending: str = ""
    theme: str = ""
    refused: bool = False

    @property
    def file_name(self) -> str:
        return self.name.replace("/", "-").replace(" ", "-")

    def given(self, folder: Path) -> dict[str, Any]:
        """The fields with their data; the file that they name is written into the folder."""
        if not self.table:
            return dict(self.fields)
        if not self.ending:
            return {**self.fields, "data": _frame(self.table)}
        path = folder / f"data-{self.file_name}{self.ending}"
        _save(self.table, path)
        return {**self.fields, "data": path.name}

    def options(self, folder: Path) -> list[str]:
        """The fields as a command's source and options."""
        words = [self.source] if self.source else []
        for key, value in self.given(folder).items():
            text = value if isinstance(value, str) else inline(value)
            short = key in OPTIONS and not isinstance(value, list | dict)
            words += [f"--{key.replace('_', '-')}", text] if short else ["--set", f"{key}={text}"]
        return words + (["--theme", self.theme] if self.theme else [])


def _frame(table: Table) -> pd.DataFrame:
    return pd.DataFrame(table["rows"], columns=table["columns"])


def _save(table: Table, path: Path) -> None:
    """Data in a file of any kind that a recipe may name."""
    rows = [table["columns"], *table["rows"]]
    if path.suffix == ".parquet":
        _frame(table).to_parquet(path)
    elif path.suffix in (".xlsx", ".xlsm"):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        between = "," if path.suffix == ".csv" else "\t"
        lines = [between.join("" if item is None else str(item) for item in row) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def inline(value: Any) -> str:
    """A value as TOML has it on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {inline(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(inline, value))}]"
    return json.dumps(value, ensure_ascii=False)


def deck(name: str, choices: Iterable[Any], count: int) -> list[Any]:
    """Each choice about as often as any other, in an order that the name decides."""
    choices = list(choices)
    cards = [choices[i % len(choices)] for i in range(count)]
    Random(name).shuffle(cards)
    return cards


def used(cases: Iterable[Case]) -> Counter[tuple[str, str]]:
    """How many recipes use each field, and each choice that it has."""
    return Counter(pair for case in cases for pair in set(_uses(case)))


def _uses(case: Case) -> Iterator[tuple[str, str]]:
    yield "asked by", case.form
    yield "theme", case.theme or "none"
    if case.table:
        yield "data", case.ending or "DataFrame"
    for key, value in case.fields.items():
        yield from _choices(key, value)


def _choices(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value and key not in ("data", "numbers"):
        for inner, item in value.items():
            yield from _choices(f"{key}.{inner}", item)
    elif isinstance(value, list) and value and key in ("layers", "views"):
        for item in value:
            yield from _choices(key, {"kind": "dense", **item} if key == "layers" else item)
    else:
        yield key, _called(key, value)


def _called(key: str, value: Any) -> str:
    """A choice, or what kind of value it is."""
    if isinstance(value, bool) or (isinstance(value, str) and key in WORDS):
        return str(value).lower()
    if isinstance(value, list | dict | str):
        return {list: "a list", dict: "a table", str: "a text"}[type(value)] if value else "nothing"
    return "a number" if value else "0"

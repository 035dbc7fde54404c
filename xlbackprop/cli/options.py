"""Recipe fields as options of a command: one table, for every command that takes a recipe."""

import csv
import inspect
import tomllib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any

import typer

from xlbackprop.errors import RecipeError
from xlbackprop.words.catalogue import languages

_Text = str | None
_Texts = list[str] | None
SEVERAL = "May be repeated, or several between commas."
LISTS = ("targets", "inputs", "categories", "drop")
LANG = f"Language of the workbook: {' or '.join(languages())}."
FIELDS: Mapping[str, Any] = {
    "data": Annotated[
        _Text, typer.Option(metavar="FILE", help="Data to train on: .csv, .tsv, .xlsx, .parquet.")
    ],
    "label": Annotated[_Text, typer.Option(metavar="COLUMN", help="The column of the classes.")],
    "targets": Annotated[
        _Texts, typer.Option(metavar="COLUMN", help=f"A column of numbers. {SEVERAL}")
    ],
    "inputs": Annotated[_Texts, typer.Option(metavar="COLUMN", help=f"An input. {SEVERAL}")],
    "categories": Annotated[
        _Texts, typer.Option(metavar="COLUMN", help=f"An input of texts. {SEVERAL}")
    ],
    "drop": Annotated[_Texts, typer.Option(metavar="COLUMN", help=f"No input. {SEVERAL}")],
    "missing": Annotated[_Text, typer.Option(help="Missing entries: refuse, drop or zero.")],
    "decimal": Annotated[_Text, typer.Option(metavar=". or ,", help="The sign before decimals.")],
    "encoding": Annotated[_Text, typer.Option(help="Of a text file, such as gbk or cp1252.")],
    "sheet": Annotated[_Text, typer.Option(metavar="NAME|N", help="The sheet with the data.")],
    "header": Annotated[
        int | None, typer.Option(metavar="N", help="The line that names the columns; 0: none.")
    ],
    "drawings": Annotated[
        _Text, typer.Option(metavar="above|left", help="Where each drawing's label stands.")
    ],
    "layers": Annotated[_Text, typer.Option(metavar="N,N,N", help="Inputs, hidden, output units.")],
    "activation": Annotated[_Text, typer.Option(help="Activation of the hidden units.")],
    "cost": Annotated[_Text, typer.Option(help="Cost function.")],
    "rule": Annotated[_Text, typer.Option(help="Update rule.")],
    "scaling": Annotated[_Text, typer.Option(help="Scaling of the inputs: min-max or z-score.")],
    "target_scaling": Annotated[_Text, typer.Option(help="Scaling of target numbers: the same.")],
    "epochs": Annotated[
        int | None, typer.Option(help="How often all examples are seen; 0: no training.")
    ],
    "batch": Annotated[_Text, typer.Option(metavar="N|full", help="Examples in each update.")],
    "eta": Annotated[float | None, typer.Option(help="Learning rate η.")],
    "seed": Annotated[int | None, typer.Option(help="Decides everything that is drawn.")],
    "function": Annotated[
        _Text,
        typer.Option(metavar="TEXT", help='Of gradient-descent: "x**2 + x*y + 3*y**2".'),
    ],
    "lang": Annotated[_Text, typer.Option(help=LANG)],
    "set_": Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Any other field of the recipe."),
    ],
}


def takes_fields(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option per field; its last argument gets those that were given."""

    @wraps(command)
    def with_options(**arguments: Any) -> None:
        given = {name: arguments.pop(name) for name in FIELDS}
        command(**arguments, given={name: x for name, x in given.items() if x is not None})

    signature = inspect.signature(command)
    own = [option for name, option in signature.parameters.items() if name != "given"]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in FIELDS.items()
    ]
    own = [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in own]
    with_options.__signature__ = signature.replace(parameters=[*own, *shared])  # type: ignore[attr-defined]
    with_options.__annotations__ = command.__annotations__ | dict(FIELDS)
    return with_options


def fields_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Recipe fields, as TOML would give them, of the options that were given.

    Raises:
        RecipeError: a ``--set`` that isn't KEY=VALUE.
    """
    fields = {name: option for name, option in given.items() if name != "set_"}
    if "batch" in fields and fields["batch"].isdecimal():
        fields["batch"] = int(fields["batch"])
    for name in fields.keys() & LISTS:
        columns = (column.strip() for line in csv.reader(fields[name]) for column in line)
        fields[name] = [column for column in columns if column]
    if "drop" in fields:
        fields["drop_columns"] = fields.pop("drop")
    for pair in given.get("set_", ()):
        key, equals, text = pair.partition("=")
        if not equals or not key.strip():
            raise RecipeError(f"--set: got {pair!r}, wanted KEY=VALUE, such as epochs=10.")
        fields[key.strip()] = _toml_value(text.strip())
    return fields


def _toml_value(text: str) -> Any:
    """TOML, or else plain text."""
    try:
        content = tomllib.loads(f"value = {text}")
    except ValueError:
        return text
    return content["value"] if len(content) == 1 else text  # a line break may start another key

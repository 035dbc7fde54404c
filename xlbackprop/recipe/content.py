"""How each field of a recipe stands in TOML: one record per field, for reading and for writing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import partial
from typing import Any

from xlbackprop.data import missing
from xlbackprop.data.drawings import SIDES
from xlbackprop.data.scalings import SCALINGS
from xlbackprop.data.table import Entry, short
from xlbackprop.errors import RecipeError
from xlbackprop.gate import LAYERS
from xlbackprop.network.costs import COSTS
from xlbackprop.network.kinds import FIELDS, KINDS
from xlbackprop.network.layer import Layer
from xlbackprop.network.updates import RULES, SCHEDULES
from xlbackprop.recipe import categories
from xlbackprop.recipe.categories import read_categories
from xlbackprop.recipe.checks import check_known
from xlbackprop.recipe.fields import GRADIENTS, REDUCTIONS, VIEWS
from xlbackprop.recipe.starts import SCALES, Given, Normal, Scaled
from xlbackprop.recipe.values import (
    read_choice,
    read_nested,
    read_number,
    read_numbers,
    read_text,
    read_texts,
    read_truth,
    read_whole,
)
from xlbackprop.words.catalogue import languages


@dataclass(frozen=True)
class Key:
    """A field as a key of TOML.

    Attributes:
        name: of the field, and of the key.
        read: the key's value and its place in a message → what the recipe has.
        usual: what the recipe has where the key is left out; None where it can't be.
        always: whether it is written out even so.
        write: what the recipe has → the key's value.
    """

    name: str
    read: Callable[[Any, str], Any]
    usual: Any = None
    always: bool = False
    write: Callable[[Any], Any] = lambda value: value

    def of(self, content: Mapping[str, Any]) -> Any:
        """What a recipe with that content has."""
        return self.read(content[self.name], self.name) if self.name in content else self.usual


def read_classes(value: object, where: str = "class_order") -> tuple[Entry, ...]:
    """Classes in the order of the outputs.

    Raises:
        RecipeError: it isn't a list of names and numbers.
    """
    if not isinstance(value, list) or not all(
        isinstance(item, str | int | float) for item in value
    ):
        raise RecipeError(f"{where}: got {value!r}, wanted a list of classes.")
    return tuple(item if isinstance(item, str) else float(item) for item in value)


def read_image(value: object, where: str = "image") -> tuple[int, ...]:
    """(rows, columns) of a picture; empty for none.

    Raises:
        RecipeError: it isn't a list of two whole numbers.
    """
    if not isinstance(value, list) or len(value) not in (0, 2):
        raise RecipeError(f"{where}: got {value!r}, wanted [rows, columns] of the picture.")
    return tuple(read_whole(item, where, 1) for item in value)


def layer_content(layer: Any) -> dict[str, Any]:
    """A layer as TOML would give it."""
    content = {
        field.name: getattr(layer, field.name)
        for field in fields(layer)
        if not _may_be_left_out(field.name) or getattr(layer, field.name) != field.default
    }
    kind = next(name for name, kind in KINDS.items() if type(layer) is kind)
    named = {} if kind == "dense" else {"kind": kind}
    return named | {key: item for key, item in content.items() if (key, item) != ("stride", 0)}


def _may_be_left_out(name: str) -> bool:
    """Whether a field of a layer isn't written out where it is the usual one."""
    return bool(FIELDS[name].only) or FIELDS[name].numbers


def _layers(value: object, where: str) -> tuple[Layer, ...]:
    if not isinstance(value, list) or not value:
        raise RecipeError(
            f"{where}: got {value!r}, wanted a list such as [{{ units = 3 }}, {{ units = 2 }}], "
            "the output layer last."
        )
    if len(value) > LAYERS:
        raise RecipeError(
            f"{where}: got {len(value):,} layers, wanted at most {LAYERS}; take fewer."
        )
    return tuple(_layer(item, f"{where}[{index}]") for index, item in enumerate(value))


def _layer(value: object, where: str) -> Layer:
    if not isinstance(value, Mapping):
        raise RecipeError(f"{where}: got {value!r}, wanted a table such as {{ units = 3 }}.")
    kind = KINDS[read_choice(value.get("kind", "dense"), f"{where}.kind", KINDS)]
    options = {key: item for key, item in value.items() if key != "kind"}
    known = {field.name: field for field in fields(kind)}
    for key in options:
        check_known(key, list(known), where, "key")
    for key, field in known.items():
        if field.default is MISSING and key not in options:
            raise RecipeError(f"{where}.{key}: it is missing; {FIELDS[key].asked}.")
    made: Layer = kind(**{k: _layer_field(x, k, f"{where}.{k}") for k, x in options.items()})
    for key in options:
        if FIELDS[key].only not in ("", made.activation):
            raise RecipeError(
                f"{where}.{key}: got {options[key]!r} for {made.activation}, but only "
                f"{FIELDS[key].only} has one; leave it out."
            )
    return made


def _layer_field(value: object, key: str, where: str) -> float | str | tuple[float, ...]:
    field = FIELDS[key]
    if field.choices:
        return read_choice(value, where, field.choices)
    if field.number:
        return read_number(value, where)
    if field.numbers:
        return read_numbers(value, where)
    return read_whole(value, where, field.least)


def _batch(value: object, where: str) -> int:
    if value == "full":
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise RecipeError(
            f'{where}: got {value!r}, wanted a number of examples of at least 1, or "full".'
        )
    return value


def _detail(value: object, where: str) -> tuple[int, ...] | str:
    if value == "all":
        return "all"
    if not isinstance(value, list):
        raise RecipeError(f'{where}: got {value!r}, wanted a list of epochs, or "all".')
    return tuple(read_whole(item, where, 1) for item in value)


def _views(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise RecipeError(f"{where}: got {value!r}, wanted a list of sheets.")
    wanted = {read_choice(item, where, VIEWS) for item in value}
    return tuple(view for view in VIEWS if view in wanted)


def _order(value: object, where: str) -> tuple[tuple[int, ...], ...]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise RecipeError(
            f"{where}: wanted a list of lists of example numbers, one list per epoch."
        )
    return tuple(tuple(read_whole(item, where, 1) for item in row) for row in value)


def _start(value: object, where: str) -> Given | Normal | Scaled:
    if not isinstance(value, Mapping):
        raise RecipeError(f"{where}: got {value!r}, wanted a table of arrays or {{ kind = ... }}.")
    kind = value.get("kind", "given" if value else "normal")
    read_choice(kind, f"{where}.kind", ("given", "normal", *SCALES))
    rest = {key: item for key, item in value.items() if key != "kind"}
    if kind == "given":
        arrays = ((key, read_nested(item, f"{where}.{key}")) for key, item in rest.items())
        return Given(tuple(arrays))
    for key in rest:
        check_known(key, ["mean", "sd"] if kind == "normal" else ["kind"], where, "key")
    if kind in SCALES:
        return Scaled(kind)
    sd = read_number(rest.get("sd", 1.0), f"{where}.sd")
    if sd < 0:
        raise RecipeError(f"{where}.sd: got {sd}, wanted a number of at least 0.")
    return Normal(read_number(rest.get("mean", 0.0), f"{where}.mean"), sd)


def _sheet(value: object) -> object:
    """A sheet's name; its number may be given as one."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _one_of(choices: Iterable[str]) -> Callable[[Any, str], str]:
    return partial(read_choice, choices=choices)


_count = partial(read_whole, least=0)
# In the order of the text. The data have lines of their own; settings are keys by their own names.
KEYS = {
    key.name: key
    for key in (
        Key("name", read_text, "recipe", always=True),
        Key("title", read_text, ""),
        Key("lang", lambda value, where: read_choice(value, where, languages()), "en", always=True),
        Key("inputs", read_texts, ()),
        Key("categories", read_categories, (), write=categories.written),
        Key("label", read_text, ""),
        Key("targets", read_texts, ()),
        Key("class_order", read_classes, (), write=lambda items: [short(item) for item in items]),
        Key("image", read_image, ()),
        Key("layers", _layers, write=lambda layers: [layer_content(layer) for layer in layers]),
        Key("cost", _one_of(COSTS), "squared-error", always=True),
        Key("cost_factor", read_number, 0.0),
        Key("output_reduction", _one_of(REDUCTIONS), "sum"),
        Key("reduction", _one_of(REDUCTIONS), "sum"),
        Key("rule", _one_of(RULES), "gradient-descent", always=True),
        Key("schedule", _one_of(SCHEDULES), "constant"),
        Key("decay_biases", read_truth, False),
        Key("eta", read_number),
        Key("epochs", _count),
        Key("batch", _batch, 0),
        Key("seed", _count, 0, always=True),
        Key("missing", _one_of(missing.CHOICES), "refuse"),
        Key("assumed", read_texts, (), write=list),
        Key("gradients", _one_of(GRADIENTS), "per-example"),
        Key("scaling", _one_of(SCALINGS), "none"),
        Key("target_scaling", _one_of(SCALINGS), "none"),
        Key("solver", read_truth, False),
        Key("detail", _detail, (1,)),
        Key("views", _views, VIEWS),
        Key("order", _order, ()),
        Key("start", _start, Normal()),
    )
}
DROP = "drop_columns"  # `drop` is a setting of the schedule in steps
# How a file of data is read: not kept, as a recipe's text holds the data themselves.
READING = {
    key.name: key
    for key in (
        Key("decimal", _one_of((".", ",")), ""),
        Key("encoding", read_text, ""),
        Key("sheet", lambda value, where: read_text(_sheet(value), where), ""),
        Key("header", _count),
        Key("drawings", _one_of(SIDES), ""),
        Key(DROP, read_texts, ()),
    )
}

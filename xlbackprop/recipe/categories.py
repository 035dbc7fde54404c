"""Text columns as inputs: a column of 0 and 1 for each text, beside the column itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xlbackprop.data.missing import says_nothing
from xlbackprop.data.table import Entry, Table, checked_table, short, sorted_classes
from xlbackprop.errors import RecipeError

Categories = tuple[tuple[str, tuple[Entry, ...]], ...]  # of each such column
MOST, MOST_GUESSED = 50, 10  # texts of a column


def read_categories(value: object, where: str = "categories") -> Categories:
    """Names of columns, or lists of a name and the texts in the order of their inputs.

    Raises:
        RecipeError: it is something else.
    """
    wanted = f"{where}: got {value!r}, wanted a list of column names."
    if not isinstance(value, list):
        raise RecipeError(wanted)
    found = []
    for item in value:
        name, *texts = item if isinstance(item, list) and item else [item]
        if not isinstance(name, str) or not all(isinstance(t, str | int | float) for t in texts):
            raise RecipeError(wanted)
        found.append((name, tuple(t if isinstance(t, str) else float(t) for t in texts)))
    return tuple(found)


def written(categories: Categories) -> list[list[float | int | str]]:
    """Categories as a recipe's text has them."""
    return [[name, *map(short, texts)] for name, texts in categories]


def is_text(entries: Sequence[Entry]) -> bool:
    """Whether a column has texts wherever it has something."""
    known = [entry for entry in entries if not says_nothing(entry)]
    return bool(known) and all(isinstance(entry, str) for entry in known)


def guessed(table: Table, names: Sequence[str]) -> tuple[Table, Categories]:
    """The text columns that are inputs without doubt: few texts, each of several examples."""
    found = []
    for name in names:
        entries = table.column(name)
        kinds = {entry for entry in entries if not says_nothing(entry)}
        if is_text(entries) and len(kinds) <= MOST_GUESSED and 2 * len(kinds) <= len(entries):
            found.append(name)
    if not found:
        return table, ()
    table = replace(table, assumed=(*table.assumed, f"categories: {', '.join(found)}"))
    return table, tuple((name, ()) for name in found)


def with_texts(table: Table, categories: Categories) -> Categories:
    """Categories with the texts that occur, where none are given.

    Raises:
        RecipeError: there are too many of them to be inputs, or one that isn't given.
        DataError: there is no such column.
    """
    found = []
    for name, texts in categories:
        occurring = sorted_classes([e for e in table.column(name) if not says_nothing(e)])
        if len(texts or occurring) > MOST:
            raise RecipeError(
                f"categories: column {name!r} has {len(texts or occurring):,} different entries, "
                f"at most {MOST} become inputs; leave it out with drop_columns."
            )
        if texts and set(occurring) - set(texts):
            other = next(item for item in occurring if item not in texts)
            raise RecipeError(
                f"categories: column {name!r} has {short(other)!r}, which isn't among its texts; "
                "add it to them."
            )
        found.append((name, texts or occurring))
    return tuple(found)


def input_names(name: str, texts: Sequence[Entry]) -> tuple[str, ...]:
    """Names of the inputs that a text column becomes: Sex=female, Sex=male."""
    return tuple(f"{name}={short(text)}" for text in texts)


def encoded(
    table: Table, inputs: Sequence[str], categories: Categories
) -> tuple[Table, tuple[str, ...]]:
    """The table with the columns of 0 and 1 behind the others, and all inputs by their names."""
    made: dict[str, Sequence[Entry]] = {}
    for name, texts in categories:
        made |= columns_of(name, texts, table.column(name))
    groups = {name: input_names(name, texts) for name, texts in categories}
    names = tuple(one for name in inputs for one in groups.get(name, (name,)))
    fresh = {name: column for name, column in made.items() if name not in table.columns}
    if not fresh:
        return table, names
    added = zip(*fresh.values(), strict=True)
    rows = tuple((*row, *new) for row, new in zip(table.rows, added, strict=True))
    return checked_table(replace(table, columns=(*table.columns, *fresh), rows=rows)), names


def columns_of(
    name: str, texts: Sequence[Entry], entries: Sequence[Entry]
) -> Mapping[str, Sequence[Entry]]:
    """The columns of 0 and 1 of a text column, by their names."""
    names = input_names(name, texts)
    return {
        one: [float(entry == text) for entry in entries]
        for one, text in zip(names, texts, strict=True)
    }


def plain(
    table: Table, inputs: Sequence[str], categories: Categories
) -> tuple[Table, tuple[str, ...]]:
    """The way back: the table and the inputs as they were before."""
    groups = {one: name for name, texts in categories for one in input_names(name, texts)}
    names = dict.fromkeys(groups.get(name, name) for name in inputs)
    return table.leaving_out([name for name in groups if name in table.columns]), tuple(names)

"""Texts that decide inputs on the Data sheet: their columns, and the formulas of 0 and 1."""

from collections.abc import Mapping, Sequence
from functools import cache

from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.data.table import Entry, printable
from xlbackprop.page.bands import Band
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import quoted
from xlbackprop.recipe.categories import Categories, input_names
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.tables import CLASS_ROW
from xlbackprop.workbook.address import area, letters
from xlbackprop.workbook.grid import Value

LONGEST_LIST = 250  # characters that Excel takes in a list


def bands(layout: Layout) -> list[Band]:
    """The band of the texts, under the names that the data give them."""
    names = tuple(name for name, _ in layout.recipe.categories)
    if not names:
        return []
    return [Band("input", layout.data.first_text, names, layout.text("data.texts"))]


def put_texts(
    page: Page, layout: Layout, texts: Sequence[Sequence[Entry]], row: int, index: int
) -> None:
    """The texts of an example."""
    for column, entries in enumerate(texts, layout.data.first_text):
        page.write(row, column, printable(entries[index]), "plain-input")


def validations(layout: Layout) -> list[DataValidation]:
    """A list to choose from for each column of texts, where it is one that a file can hold."""
    data, found = layout.data, []
    for column, (name, items) in enumerate(layout.recipe.categories, data.first_text):
        listed = ",".join(f"{printable(item)}" for item in items)
        if (
            len(listed) <= LONGEST_LIST
            and listed.count(",") == len(items) - 1
            and '"' not in listed
        ):
            rule = DataValidation(
                type="list",
                formula1=quoted(listed),
                allow_blank=False,
                showErrorMessage=True,
                errorTitle=layout.text("data.texts"),
                error=layout.text("data.bad_text", name=name),
            )
            rule.add(area(data.top, column, data.bottom, column))
            found.append(rule)
    return found


def deciding(layout: Layout) -> Mapping[int, tuple[int, Entry]]:
    """By the column of an input that a text decides: the text's column, and the text."""
    recipe, data = layout.recipe, layout.data
    return _deciding(recipe.categories, recipe.inputs, data.first_text, data.inputs)


@cache
def _deciding(
    categories: Categories, inputs: tuple[str, ...], first_text: int, first_input: int
) -> Mapping[int, tuple[int, Entry]]:
    return {
        first_input + inputs.index(one): (column, text)
        for column, (name, texts) in enumerate(categories, first_text)
        for one, text in zip(input_names(name, texts), texts, strict=True)
        if one in inputs
    }


def above(layout: Layout) -> tuple[Value, ...]:
    """What stands above each raw input: the text that makes it 1, or the name of its column."""
    decided = deciding(layout)
    return tuple(
        printable(decided[column][1]) if column in decided else name
        for column, name in enumerate(layout.recipe.inputs, layout.data.inputs)
    )


def formula(texts: int, column: int, row: int) -> str:
    """1 where the text of the row is the one above the column, else 0."""
    return f"IF(${letters(texts)}{row}={letters(column)}${CLASS_ROW},1,0)"

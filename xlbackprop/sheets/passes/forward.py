"""A pass forward on a sheet, below the parameters that it uses."""

from xlbackprop.page.bands import Band
from xlbackprop.page.typeset import typeset
from xlbackprop.sheets.passes.chosen import Parameters
from xlbackprop.sheets.passes.layout import PassLayout
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training.equations import equation
from xlbackprop.sheets.training.looks import ROLE, width
from xlbackprop.workbook.grid import Cell, Columns, Grid


def columns(place: PassLayout, *, is_picture: bool = False) -> list[Columns]:
    """Widths of the columns of the pass."""
    return [
        Columns(first, first + len(group.labels) - 1, width(group, is_picture=is_picture))
        for group in place.groups
        for first in [place.columns[group.labels[0]]]
    ]


def bands(layout: Layout, place: PassLayout) -> list[Band]:
    """Titles, equations and symbols above the columns of the pass."""
    return [
        Band(
            ROLE[group.kind],
            place.columns[group.labels[0]],
            tuple(map(typeset, group.labels)),
            layout.text(f"training.band_{group.kind}", layer=group.layer),
            equation(layout, group),
        )
        for group in place.groups
    ]


def put_parameters(
    sheet: Grid, layout: Layout, place: PassLayout, column: int, parameters: Parameters
) -> None:
    """The parameters above what they are multiplied by; what each row is, in a column."""
    for row in range(place.parameters_top, place.top):
        unit = row - place.parameters_top + 1
        kind = layout.text("training.unit", kind="w, b", unit=unit)
        sheet.cells.append(Cell(row, column, kind, style="label-parameter"))
    values = parameters.values.tolist()
    sheet.cells += [
        Cell(place.parameters_top + below, beside, value, formula, "strong-parameter")
        for (below, beside), formula, value in zip(
            place.places, parameters.formulas, values, strict=True
        )
    ]

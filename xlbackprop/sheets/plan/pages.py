"""The pages of a network's workbook, empty."""

from collections.abc import Sequence

from xlbackprop.page.page import Page
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.grid import Columns, Grid


def new_page(
    layout: Layout, content: Content, kind: str, role: str, columns: Sequence[Columns]
) -> Page:
    """A page of a kind with nothing on it.

    Args:
        layout: where everything stands.
        content: the numbers of the workbook.
        kind: the kind of the sheet.
        role: whose colour its tab has.
        columns: widths.
    """
    grid = Grid(layout.sheet(kind), tab_color=layout.theme.roles[role].band, columns=list(columns))
    return Page(
        kind,
        grid,
        layout.text,
        layout.text,
        layout.theme,
        found=content.inputs.asked,
        shown=content.shown.get(kind),
    )

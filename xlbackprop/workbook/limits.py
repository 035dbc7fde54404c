"""What a spreadsheet holds at most, checked before anything is written.

Source: Microsoft, "Excel specifications and limits".
"""

from collections.abc import Iterator, Sequence

from xlbackprop.errors import TooLargeError
from xlbackprop.gate import COLUMNS, ROWS
from xlbackprop.workbook.address import address
from xlbackprop.workbook.grid import Block, Cell, Grid

FORMULA_CHARACTERS = 8_192
TEXT_CHARACTERS = 32_767
NAME_CHARACTERS = 31
NAME_FORBIDDEN = "[]:*?/\\"


def check_limits(grids: Sequence[Grid]) -> None:
    """Let sheets pass that a spreadsheet holds.

    Raises:
        TooLargeError: too many rows or columns, too long a formula, text or sheet name, or a
            sheet name with forbidden characters or used twice.
    """
    taken: set[str] = set()
    for grid in grids:
        _check_name(grid.name, taken)
        taken.add(grid.name.casefold())
        _check_extent(grid)
        for cell in grid.cells:
            _check_text(grid.name, cell)
        for block in grid.blocks:
            _check_formulas(grid.name, block)


def extent(grid: Grid) -> tuple[int, int]:
    """The last row and the last column that hold something; (0, 0) for an empty sheet."""
    corners = list(_corners(grid))
    return (
        max((row for row, _ in corners), default=0),
        max((column for _, column in corners), default=0),
    )


def _corners(grid: Grid) -> Iterator[tuple[int, int]]:
    """The bottom right cell of everything on the sheet."""
    for cell in grid.cells:
        yield cell.row, cell.column
    for block in grid.blocks:
        if block.values.size:
            rows, columns = block.values.shape
            yield block.row + rows - 1, block.column + columns - 1


def _check_name(name: str, taken: set[str]) -> None:
    if len(name) > NAME_CHARACTERS:
        raise TooLargeError(
            f"Sheet name {name!r}: got {len(name)} characters, wanted at most {NAME_CHARACTERS}; "
            f"{name[:NAME_CHARACTERS]!r} would fit."
        )
    found = [character for character in NAME_FORBIDDEN if character in name]
    if found or not name.strip() or name.startswith("'") or name.endswith("'"):
        raise TooLargeError(
            f"Sheet name {name!r}: wanted 1 to {NAME_CHARACTERS} characters, none of "
            f"{' '.join(NAME_FORBIDDEN)} and no ' at either end; choose another name."
        )
    if name.casefold() in taken:
        raise TooLargeError(
            f"Sheet name {name!r}: got it twice (upper and lower case count as the same), "
            "wanted each name once; choose another name."
        )


def _check_extent(grid: Grid) -> None:
    for what, got, most in zip(("rows", "columns"), extent(grid), (ROWS, COLUMNS), strict=True):
        if got > most:
            raise TooLargeError(
                f"Sheet {grid.name!r}: got {got:,} {what}, wanted at most {most:,}; "
                f"{100 * most // got} % of it would fit, so make it smaller."
            )


def _check_text(sheet: str, cell: Cell) -> None:
    where = f"{sheet}!{address(cell.row, cell.column)}"
    if isinstance(cell.value, tuple):
        _check_length(f"{where}: text", sum(len(run.text) for run in cell.value), TEXT_CHARACTERS)
    elif isinstance(cell.value, str):
        _check_length(f"{where}: text", len(cell.value), TEXT_CHARACTERS)
    if cell.formula is not None:
        _check_length(f"{where}: formula", len(cell.formula), FORMULA_CHARACTERS)


def _check_formulas(sheet: str, block: Block) -> None:
    longest = max(map(len, filter(None, block.formulas)), default=0)
    if longest * len(str(ROWS)) < FORMULA_CHARACTERS:  # even if it were all row numbers
        return
    last = block.row + len(block.values) - 1
    for column, _ in enumerate(block.formulas, block.column):
        where = f"{sheet}!{address(last, column)}: formula"
        _check_length(where, len(block.formula_at(last, column) or ""), FORMULA_CHARACTERS)


def _check_length(what: str, got: int, most: int) -> None:
    if got > most:
        raise TooLargeError(
            f"{what}: got {got:,} characters, wanted at most {most:,}; "
            f"shorten it by {got - most:,} or split it over two cells."
        )

"""Pages of maths into which a reader typed numbers."""

import re
from functools import cache

import numpy as np
import workbooks

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.workbook.address import address


@cache
def new(name):
    """A page as it is made; nobody changes it."""
    return page(xb.load(name))


def free(name):
    """The inputs of a page that take every number."""
    return [place for place in new(name).inputs if not place.limited]


def typed(name, numbers):
    """A page in whose yellow cells stand other numbers, whether they are allowed or not."""
    recipe = xb.load(name)
    found = {place.name: place.usual for place in new(name).inputs}
    return page(recipe, found | dict(recipe.numbers) | numbers)


def changed(source, target, changes):
    """A copy of a workbook in which some inputs hold something else."""
    cells = {(place.sheet, place.cell): value for place, value in changes.items()}
    return workbooks.typed(source, target.parent, cells).replace(target)


def values(sheet):
    """Values of the formula cells by row and column."""
    return {(row, column): value for row, column, _, value in sheet.grid.formulas()}


FUNCTIONS = {
    "IF": lambda test, yes, no: yes if test else no,
    "IFERROR": lambda value, _: value,
    "SUBSTITUTE": lambda text, old, new: text.replace(old, new),
    "SUMSQ": lambda numbers: sum(number**2 for number in numbers),
    "PI": lambda: np.pi,
    "ABS": np.abs,
    "COS": np.cos,
    "EXP": np.exp,
    "LN": np.log,
    "SIN": np.sin,
    "SQRT": np.sqrt,
}


def computed(sheet, *place):
    """What a formula at a row and column gives, of what the page has in the cells it names."""
    [formula] = [of for *at, of, _ in sheet.grid.formulas() if tuple(at) == place]
    return _computed(formula, _known(sheet))


def computed_column(sheet, column, top, count):
    """The same for so many formulas of a column."""
    known = _known(sheet)
    formulas = {row: of for row, at, of, _ in sheet.grid.formulas() if at == column}
    return [_computed(formulas[top + i], known) for i in range(count)]


def _known(sheet):
    """Values of all cells by address; numbers divide by 0 as numpy's do."""
    cells = {(cell.row, cell.column): cell.value for cell in sheet.grid.cells}
    for block in sheet.grid.blocks:
        cells |= {
            (block.row + i, block.column + j): x for (i, j), x in np.ndenumerate(block.values)
        }
    return {
        address(*place): np.float64(value) if isinstance(value, int | float) else value
        for place, value in cells.items()
    }


def _computed(formula, known):
    pieces = re.split('("[^"]*")', formula)
    pieces[::2] = [_in_python(piece.replace("$", "")) for piece in pieces[::2]]
    with np.errstate(all="ignore"):
        return eval("".join(pieces), {"__builtins__": {}, **FUNCTIONS}, known)


def _in_python(text):
    text = re.sub("(?<![<>])=", "==", text).replace("<>", "!=").replace("^", "**")
    return re.sub(r"([A-Z]+)(\d+):([A-Z]+)\2", _row, text)


def _row(found):
    """A range in one row, as a list."""
    first, row, last = found.groups()
    return f"[{','.join(f'{chr(i)}{row}' for i in range(ord(first), ord(last) + 1))}]"

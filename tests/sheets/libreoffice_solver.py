"""Lets LibreOffice's own solver work on a workbook; run by the python that has ``uno``.

python3 libreoffice_solver.py PIPE BOOK.xlsx SHEET TARGET VARIABLES SECONDS WANTED

A soffice must listen on the pipe. Prints C_T before and after, and what the variables became.
The solver draws at random, so it is run until C_T is below WANTED, twelve times at most.
"""

import json
import sys
from pathlib import Path

import uno  # noqa: F401  (makes the imports from com possible)
from com.sun.star.sheet import SolverConstraint
from com.sun.star.sheet.SolverConstraintOperator import GREATER_EQUAL, LESS_EQUAL

sys.path.append(str(Path(__file__).parents[1]))
from office import connected, setting

BOUND = 10.0  # this solver draws its first tries between the bounds
TRIES = 12
SERVICE = "com.sun.star.comp.Calc.SwarmSolver"  # not linear, needs no Java


def solve(context, path, name, target, variables, seconds, wanted):
    services = context.ServiceManager
    desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    hidden = setting("Hidden", True)
    book = desktop.loadComponentFromURL(Path(path).resolve().as_uri(), "_blank", 0, (hidden,))
    try:
        sheet = book.Sheets.getByName(name)
        cost = sheet.getCellRangeByName(target)
        areas = [sheet.getCellRangeByName(area).RangeAddress for area in variables.split(",")]
        cells = [
            sheet.getCellByPosition(column, row)
            for area in areas
            for row in range(area.StartRow, area.EndRow + 1)
            for column in range(area.StartColumn, area.EndColumn + 1)
        ]
        before, were = cost.Value, [cell.Value for cell in cells]
        for _ in range(TRIES):
            solver = services.createInstanceWithContext(SERVICE, context)
            solver.Document = book
            solver.Objective = cost.CellAddress
            solver.Variables = tuple(cell.CellAddress for cell in cells)
            solver.Constraints = tuple(
                SolverConstraint(cell.CellAddress, operator, bound)
                for cell in cells
                for operator, bound in ((GREATER_EQUAL, -BOUND), (LESS_EQUAL, BOUND))
            )
            solver.Maximize = False
            solver.setPropertyValue("Timeout", seconds)
            solver.solve()
            found = list(solver.Solution)
            for cell, value in zip(cells, found, strict=True):
                cell.Value = value
            if cost.Value < wanted:
                break
            for cell, value in zip(cells, were, strict=True):
                cell.Value = value
        print(
            json.dumps(
                {
                    "before": before,
                    "after": cost.Value,
                    "found": found,
                }
            )
        )
    finally:
        book.close(True)
        desktop.terminate()


if __name__ == "__main__":
    pipe, path, name, target, variables, seconds, wanted = sys.argv[1:]
    solve(connected(pipe), path, name, target, variables, int(seconds), float(wanted))

"""The house: which wing may look at which. Arrows go down only, and nowhere in a circle."""

import ast
import re
from pathlib import Path

import xlbackprop

PACKAGE = Path(xlbackprop.__file__).parent
# From the roof down. A module may import from its own wing and from lower floors, and from no
# other wing of its floor. Imports inside of functions and for types count as any other.
FLOORS = (
    {"cli": "the command line"},
    {"course": "all lessons in one folder"},
    {"api": "load, run, write"},
    {"checks": "a file beside Python", "printing": "sheets as PDF and as pictures"},
    {"sheets": "what stands on each sheet of a network's workbook"},
    {"judge": "what each number ought to be, given those that it is computed from"},
    {
        "lessons": "pages of maths, a folder per chapter",
        "models": "networks of other libraries as recipes",
        "training": "the engine: numpy and pandas, no cells",
    },
    {"recipe": "what decides a workbook: read, checked, written"},
    {
        "data": "examples: files, frames, scaling",
        "page": "how a number gets onto a sheet: place, formula, value and look at once",
        "recalc": "spreadsheet programs, one module each",
    },
    {
        "expressions": "functions that a reader types",
        "network": "the maths, each piece beside its Excel twin",
        "syllabus": "the lessons in their order",
        "workbook": "files: rows, columns and XML",
    },
    {"gate": "which files are read, and how much of what"},
    {
        "arrays": "what an array is called in types",
        "errors": "sentences for people",
        "words": "symbols, texts and limits",
    },
)
MOST_AT_THE_TOP = 14  # modules of the package that stand in no wing


def modules():
    """Every module by its dotted name below the package; "" for the package itself."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        found[re.sub(r"\.?__init__$", "", name)] = path
    return found


def imported(path, known):
    """The modules of the package that a module imports, wherever in its text it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] != PACKAGE.name:
                continue
            whole, parent = ".".join(parts[1:]), ".".join(parts[1:-1])
            found.add(whole if whole in known else parent)
    return found


def arrows():
    """What each module imports, but for the two that only open the door."""
    known = modules()
    return {
        name: imported(path, known) - {name}
        for name, path in known.items()
        if name not in ("", "__main__")
    }


def circle(graph):
    """Some modules that import each other in a circle, or none."""
    done, above = set(), []

    def walk(name):
        if name in above:
            return above[above.index(name) :]
        if name in done:
            return []
        above.append(name)
        found = next(filter(None, map(walk, sorted(graph.get(name, ())))), [])
        above.pop()
        done.add(name)
        return found

    return next(filter(None, map(walk, sorted(graph))), [])


def upward(graph):
    """Arrows between wings that don't go down."""
    floor = {wing: number for number, wings in enumerate(reversed(FLOORS)) for wing in wings}
    return [
        f"{name} -> {other}"
        for name, others in sorted(graph.items())
        for other in sorted(others)
        for wing, below in [(name.split(".")[0], other.split(".")[0])]
        if wing != below and floor[wing] <= floor.get(below, len(FLOORS))
    ]


def test_every_wing_stands_on_one_floor():
    wings = [wing for wings in FLOORS for wing in wings]
    assert sorted(wings) == sorted({name.split(".")[0] for name in arrows()})


def test_wings_look_down_only():
    assert upward(arrows()) == []


def test_no_modules_import_each_other_in_a_circle():
    assert circle(arrows()) == []


def test_few_modules_stand_in_no_wing():
    assert len(list(PACKAGE.glob("*.py"))) <= MOST_AT_THE_TOP


def test_each_wing_has_its_tests():
    """The tests stand in folders of the same names."""
    here = Path(__file__).parent
    wings = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert wings <= {path.name for path in here.iterdir()}
    folders = {path.parent.name for path in here.glob("*/test_*.py")}
    assert folders == wings


def test_a_module_says_what_lives_in_it():
    """In its first line, which ends like a sentence or leads to a list."""
    for name, path in modules().items():
        first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[
            0
        ]
        assert first.endswith((".", ":")), name


def test_an_arrow_up_and_a_circle_are_found():
    graph = {"page.cells": {"sheets.book"}, "sheets.book": {"page.cells", "words.html"}}
    assert upward(graph) == ["page.cells -> sheets.book"]
    assert upward({"recalc.book": {"page.cells"}}) == ["recalc.book -> page.cells"]
    assert circle(graph) == ["page.cells", "sheets.book"]
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []

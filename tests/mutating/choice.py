"""Small faults for the package's formulas, values, places and verdicts: which there are, and some.

A pair makes the same change in a formula and in the Python value beside it: only a test with
numbers of its own can find it.
"""

import ast
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from mutating.sites import Range, Site, find_sites

PACKAGE = "xlbackprop"
MATTER = {  # modules with places to change, and what these are
    "network/* expressions/* lessons/* page/*": "formulas and values",
    "sheets/*": "formulas, values and places",
    "training/* data/scalings.py recipe/starts.py recipe/steps.py": "values",
    "workbook/address.py workbook/blocks.py workbook/grid.py": "places",
    "checks/* judge/*": "verdicts, and what they are about",
}
OTHERS = {  # modules that are left alone even so, and why
    "__init__.py */__init__.py __main__.py": "lists of what there is",
    "page/charts.py page/typeset.py page/colours.py */looks.py sheets/passes/colours.py": "looks",
    "page/bands.py page/paper.py page/validations.py sheets/training/paper.py": "widths and print",
    "page/recipe_sheet.py": "a text, line by line",
    "sheets/limits.py": "what fits into memory",
    "training/plot.py": "a picture",
    "workbook/[!abg]*.py workbook/amounts.py workbook/book.py": "looks, and the format of the file",
    "api.py cli/* recipe/from_options.py": "commands",
    "arrays.py recipe/advice.py course.py errors.py syllabus.py words/*": "words",
    "data/[!s]*.py recipe/[!s]*.py": "what is read and refused",
    "gate.py printing.py recalc/* models/*": "other programs and libraries",
}
NEAR = 16  # characters of a word beside a change
NO_WORDS = {"else", "f", "for", "if", "in", "lambda", "return", "self"}
NO_WORDS |= {"fixed", "i", "j", "np", "page", "put", "values"}
KINDS = ("pair", "formula", "value", "place")  # a third are pairs; as many of each other kind


@dataclass(frozen=True)
class Mutant:
    """A module with one change, or with a pair of the same.

    Attributes:
        path: the module, below the root.
        kind: one of ``KINDS``.
        function: the function or class around the change.
        line: where the first change is.
        before: the changed lines as they were.
        after: as they are now.
        edits: start, end and new text of each change.
        around: ranges of the code around each change, from the smallest on.
    """

    path: str
    kind: str
    function: str
    line: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    edits: tuple[tuple[int, int, str], ...]
    around: tuple[tuple[Range, ...], ...]


def changed(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """A text with its edits made."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def modules(root: Path, only: str = "*") -> list[str]:
    """The modules with places to change, below the root."""
    paths = [path.relative_to(root / PACKAGE).as_posix() for path in (root / PACKAGE).rglob("*.py")]
    return [
        f"{PACKAGE}/{path}"
        for path in sorted(paths)
        if names(MATTER, path) and not names(OTHERS, path) and fnmatch(path, only)
    ]


def names(table: Mapping[str, str], path: str) -> bool:
    """Whether a table names a module."""
    return any(fnmatch(path, glob) for globs in table for glob in globs.split())


def all_mutants(path: str, text: str) -> list[Mutant]:
    """Every mutant of a module."""
    sites = find_sites(text)
    singles = [(site,) for site in sites]
    return [
        _mutant(path, text, _kind(group), name, group)
        for group in (*singles, *pairs(text, sites))
        for name in group[0].options
        if all(name in site.options for site in group)
    ]


def _kind(group: Sequence[Site]) -> str:
    if len(group) > 1:
        return "pair"
    return "formula" if group[0].formula else "place" if group[0].is_place else "value"


def _mutant(path: str, text: str, kind: str, name: str, group: Sequence[Site]) -> Mutant:
    edits = sorted((site.start, site.end, site.options[name]) for site in group)
    lines = dict.fromkeys(_line(text, start, end) for start, end, _ in edits)
    after = (
        changed(text[a:b], [(i - a, j - a, new) for i, j, new in edits if a <= i <= b])
        for a, b in lines
    )
    return Mutant(
        path,
        kind,
        group[0].function,
        text.count("\n", 0, edits[0][0]) + 1,
        tuple(text[a:b].strip() for a, b in lines),
        tuple(line.strip() for line in after),
        tuple(edits),
        tuple(site.around for site in group),
    )


def _line(text: str, start: int, end: int) -> Range:
    """Where the line around a change begins and ends."""
    return text.rfind("\n", 0, start) + 1, text.index("\n", end)


def pairs(text: str, sites: Sequence[Site]) -> Iterator[tuple[Site, Site]]:
    """Each site of a formula with the one in the code beside it that says the same.

    That is one of the same name with the same words around it, such as the cells of a formula; of
    several the second belongs to the second. In another statement it must have such words.
    """
    formulas = {site.formula for site in sites if site.formula}
    code = defaultdict[str, list[Site]](list)
    for site in sites:
        if not site.is_place and not any(a <= site.start < b for a, b in formulas):
            code[site.name].append(site)
    before = defaultdict[tuple[Range, str], int](int)
    for site in sites:
        if site.formula:
            count = before[site.formula, site.name]
            before[site.formula, site.name] += 1
            if twins := _twins(text, site, code[site.name]):
                yield site, twins[min(count, len(twins) - 1)]


def _twins(text: str, site: Site, code: Sequence[Site]) -> list[Site]:
    """Those in the smallest piece of code around a formula that say the same as it does."""
    first, last = site.entry or (0, 0)
    pieces = [piece for piece in site.around if first <= piece[0] and piece[1] <= last]
    own = _words(text, site)
    alike = {other.start: len(own & _words(text, other)) for other in code}
    for start, end in (*pieces, (first, last)):
        inside = [other for other in code if start <= other.start < end]
        most = max((alike[other.start] for other in inside), default=0)
        if most or (inside and not text.startswith("def ", start)):
            return [other for other in inside if alike[other.start] == most]
    return []


def _words(text: str, site: Site) -> set[str]:
    """Words near a site."""
    left, right = text[max(0, site.start - NEAR) : site.start], text[site.end : site.end + NEAR]
    return set(re.findall("[a-z]+", f"{left} {right}".lower())) - NO_WORDS


def choose(root: Path, count: int, seed: int, only: str = "*") -> list[Mutant]:
    """Some mutants, the same for each seed while the modules are the same."""
    rng = random.Random(seed)
    texts = {path: (root / path).read_text(encoding="utf-8") for path in modules(root, only)}
    by_kind = defaultdict[str, dict[object, list[Mutant]]](lambda: defaultdict(list))
    for path, text in texts.items():
        for mutant in all_mutants(path, text):
            place = mutant.path, mutant.edits[0][:2]
            by_kind[mutant.kind][place].append(mutant)
    chosen: list[Mutant] = []
    for kind, wanted in shares(count).items():
        places = list(by_kind[kind].values())
        rng.shuffle(places)
        drawn = (rng.choice(mutants) for mutants in places)
        good = (m for m in drawn if is_python(changed(texts[m.path], m.edits)))
        chosen += [mutant for mutant, _ in zip(good, range(wanted), strict=False)]
    return sorted(chosen, key=lambda mutant: (mutant.path, mutant.line, mutant.edits))


def shares(count: int) -> dict[str, int]:
    """How many mutants of each kind: a third are pairs, the rest is shared alike."""
    paired = round(count / 3)
    rest = count - paired
    return dict(zip(KINDS, (paired, *((rest + i) // 3 for i in range(3))), strict=True))


def is_python(text: str) -> bool:
    """Whether a text can be compiled."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True

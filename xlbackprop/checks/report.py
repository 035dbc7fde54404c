"""What a check found, as data and as text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xlbackprop.judge.equality import RULE
from xlbackprop.words import html


@dataclass(frozen=True)
class Mismatch:
    """A cell that doesn't show what Python computes from the cells that it reads.

    Attributes:
        sheet: name of the sheet.
        cell: its address.
        formula: the formula that stands there now; empty when there is none.
        got: what the cell shows.
        wanted: what Python computes.
    """

    sheet: str
    cell: str
    formula: str
    got: object
    wanted: object

    def sentence(self) -> str:
        """One line for people."""
        formula = f"={self.formula}" if self.formula else "no formula"
        return (
            f"{self.sheet}!{self.cell}  {formula}  shows {_shown(self.got)}, "
            f"Python has {_shown(self.wanted)}"
        )


@dataclass(frozen=True)
class Edit:
    """A formula cell that doesn't hold the formula that xlbackprop wrote.

    Attributes:
        sheet: name of the sheet.
        cell: its address.
        got: the formula that stands there now; None when there is none.
        wanted: the formula that xlbackprop wrote.
    """

    sheet: str
    cell: str
    got: str | None
    wanted: str

    def sentence(self) -> str:
        """One line for people."""
        got = "no formula" if self.got is None else f"={self.got}"
        return f"{self.sheet}!{self.cell}  has {got}, was written as ={self.wanted}"


@dataclass(frozen=True)
class Comparison:
    """The values of one engine beside Python's.

    Attributes:
        engine: where the values come from; ``saved`` for the ones stored in the file.
        compared: number of formula cells compared.
        largest_absolute: largest |sheet − Python|.
        largest_relative: largest |sheet − Python| / |Python| among cells beyond 1e-12.
        mismatches: cells that differ, those first that read no other one.
        missing: formula cells for which the file stores no value; only under ``saved``.
        drift: C_T after the last update minus Python's own training from the same inputs.
        blind: cells that show what they do as the engine takes nearly equal numbers as equal.
        wide: cells with a number where Python's overflow and the engine's, which are longer, don't.
        measure: largest |sheet − Python| / (1 + |Python|), which the rule compares with 1e-12.
        rounded: cells beyond it, by no more than the last digits of the numbers that they read
            leave open; they aren't measured.
    """

    engine: str
    compared: int
    largest_absolute: float
    largest_relative: float
    mismatches: tuple[Mismatch, ...]
    missing: int = 0
    drift: float = math.nan
    blind: int = 0
    wide: int = 0
    measure: float = 0.0
    rounded: int = 0

    @property
    def agrees(self) -> bool:
        """Whether something was compared and nothing differs."""
        return not self.mismatches and (self.compared > 0 or self.missing > 0)


@dataclass(frozen=True)
class Report:
    """Everything that a check found.

    Attributes:
        path: the file.
        formulas: number of formula cells that xlbackprop wrote.
        comparisons: one per engine.
        edits: formulas that a person changed.
        faults: input cells that can't be used, one sentence each.
        changes: inputs that differ from the recipe, one sentence each; not a fault.
        left_out: engines that failed where all were asked, one sentence each; not a fault.
    """

    path: str
    formulas: int
    comparisons: tuple[Comparison, ...]
    edits: tuple[Edit, ...] = ()
    faults: tuple[str, ...] = ()
    changes: tuple[str, ...] = field(default=())
    left_out: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether all formula cells are there, unchanged, compared, and equal to Python."""
        return (
            self.compared > 0
            and not self.edits
            and not self.faults
            and all(comparison.agrees for comparison in self.comparisons)
        )

    @property
    def compared(self) -> int:
        """Formula cells compared by the engine that compared the most."""
        return max((comparison.compared for comparison in self.comparisons), default=0)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON."""
        return {
            "file": self.path,
            "agrees": self.agrees,
            "formulas": self.formulas,
            "rule": RULE,
            "engines": [
                {
                    "engine": c.engine,
                    "agrees": c.agrees,
                    "compared": c.compared,
                    "missing": c.missing,
                    "differences": len(c.mismatches),
                    "largest_absolute": c.largest_absolute,
                    "largest_relative": c.largest_relative,
                    "blind": c.blind,
                    "wide": c.wide,
                    "largest": c.measure,
                    "rounded": c.rounded,
                    "drift": c.drift if math.isfinite(c.drift) else None,
                    "first": [m.sentence() for m in c.mismatches[:20]],
                }
                for c in self.comparisons
            ],
            "changed_formulas": [edit.sentence() for edit in self.edits],
            "faults": list(self.faults),
            "changed_inputs": list(self.changes),
            "left_out": list(self.left_out),
        }

    def lines(self, *, most: int = 10) -> list[str]:
        """The report as text, with at most so many cells named under each heading."""
        lines = [f"{self.path}: {self.formulas:,} formula cells; equal means {RULE}"]
        heading = "input cells that can't be used" if self.comparisons else "nothing was compared"
        lines += _listed(heading, list(self.faults), most)
        for c in self.comparisons:
            lines += _comparison_lines(c, most)
        lines += [f"  left out: {sentence}" for sentence in self.left_out]
        lines += _listed("formulas that were changed", [e.sentence() for e in self.edits], most)
        lines += _listed("inputs changed since the file was made", list(self.changes), most)
        lines.append(self.verdict())
        return lines

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        headings = ("engine", "compared", "differ", "absolute", "relative", "drift of C_T")
        caption = f"{self.path}: {self.verdict()}"
        table = html.table(caption, headings, map(_comparison, self.comparisons))
        lists = [
            (f"{c.engine}: cells that differ", [m.sentence() for m in c.mismatches])
            for c in self.comparisons
        ]
        lists += [
            ("input cells that can't be used", list(self.faults)),
            ("formulas that were changed", [edit.sentence() for edit in self.edits]),
            ("inputs changed since the file was made", list(self.changes)),
            ("left out", list(self.left_out)),
        ]
        return table + "".join(html.bullets(heading, sentences) for heading, sentences in lists)

    def verdict(self) -> str:
        """The result in one sentence."""
        if self.agrees:
            return f"All {self.compared:,} formula cells agree with Python."
        if self.compared == 0:
            return "No formula cell could be compared: nothing is proved."
        return "The sheet and Python differ."


def _comparison_lines(c: Comparison, most: int) -> list[str]:
    found = f"{len(c.mismatches):,} differ" if c.mismatches else "no difference"
    line = f"  {c.engine:<12}{c.compared:>10,} compared, {found}"
    if c.compared:
        line += f"; largest difference {c.measure:.1e} * (1 + |Python|)"
    if c.rounded:
        line += (
            f"; {c.rounded:,} of them beyond 1e-12, by no more than the last digits (1e-14) of the "
            "numbers that they read leave open"
        )
    if math.isfinite(c.drift):
        line += f"; drift of C_T at the end {c.drift:.1e}"
    if c.missing:
        line += (
            f"; {c.missing:,} formula cells store no value (the program that saved the file "
            "does not compute)"
        )
    if c.blind:
        line += (
            f"; {c.blind:,} of them are as this program takes two numbers that differ by less than "
            "2.2e-16 as equal, which Excel does not"
        )
    if c.wide:
        line += (
            f"; {c.wide:,} of them hold numbers only because this program's are longer than those "
            "of Excel and Python, which overflow there"
        )
    sentences = [mismatch.sentence() for mismatch in c.mismatches]
    return [line, *(f"      {text}" for text in _some(sentences, most))]


def _listed(heading: str, sentences: list[str], most: int) -> list[str]:
    if not sentences:
        return []
    return [
        f"  {heading}: {len(sentences):,}",
        *(f"      {text}" for text in _some(sentences, most)),
    ]


def _some(sentences: list[str], most: int) -> list[str]:
    rest = len(sentences) - most
    return sentences[:most] + ([f"... and {rest:,} more"] if rest > 0 else [])


def _shown(value: object) -> str:
    if isinstance(value, float):
        return repr(value)
    return "nothing" if value is None else str(value)


def _comparison(c: Comparison) -> Sequence[str]:
    numbers = (f"{x:.1e}" for x in (c.largest_absolute, c.largest_relative))
    drift = f"{c.drift:.1e}" if math.isfinite(c.drift) else "–"
    return (c.engine, f"{c.compared:,}", f"{len(c.mismatches):,}", *numbers, drift)

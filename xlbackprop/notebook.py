"""How a recipe, a trace and a report show themselves in a notebook: small tables, and a curve."""

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from xlbackprop.errors import PackageError
from xlbackprop.notation import shape_text
from xlbackprop.workbook.theme import shipped_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from xlbackprop.recipe import Recipe
    from xlbackprop.report import Comparison, Report
    from xlbackprop.trace import Trace

SHOWN = 3  # rows at each end of a history
MOST = 10  # sentences of a kind in a report
LONGEST = 200  # characters of a text


def recipe_html(recipe: "Recipe") -> str:
    """What a recipe decides, one row per field."""
    rows = [
        ("data", f"{len(recipe.data.rows):,} examples of {len(recipe.inputs)} inputs"),
        ("label" if recipe.label else "targets", recipe.label or ", ".join(recipe.targets)),
        ("network", " → ".join(map(shape_text, recipe.shapes()))),
        ("activations", ", ".join(layer.activation or "–" for layer in recipe.layers)),
        ("cost", recipe.cost),
        ("rule", ", ".join([recipe.rule, *(f"{key} {x:g}" for key, x in recipe.settings)])),
        ("eta", f"{recipe.eta:g}"),
        ("batch", f"{recipe.batch:,}" if recipe.batch else "full"),
        ("epochs", f"{recipe.epochs:,}"),
        ("scaling", recipe.scaling),
        ("lang", recipe.lang),
    ]
    return _table(f"Recipe {recipe.name}", (), rows)


def trace_html(trace: "Trace") -> str:
    """What a training came to, and the first and last rows of its history."""
    history = trace.history
    rows = [[_number(x) for x in row] for row in history.itertuples(index=False)]
    if len(rows) > 2 * SHOWN + 1:
        rows = [*rows[:SHOWN], ["…"] * len(history.columns), *rows[-SHOWN:]]
    return _table(f"Trace: {trace.summary()}", list(history.columns), rows)


def report_html(report: "Report") -> str:
    """What a check found: one row per engine, then the sentences."""
    headings = ("engine", "compared", "differ", "absolute", "relative", "drift of C_T")
    table = _table(
        f"{report.path}: {report.verdict()}", headings, map(_comparison, report.comparisons)
    )
    lists = [
        (f"{c.engine}: cells that differ", [m.sentence() for m in c.mismatches])
        for c in report.comparisons
    ]
    lists += [
        ("input cells that can't be used", list(report.faults)),
        ("formulas that were changed", [edit.sentence() for edit in report.edits]),
        ("inputs changed since the file was made", list(report.changes)),
    ]
    return table + "".join(_list(heading, sentences) for heading, sentences in lists)


def plot_cost(trace: "Trace", ax: "Axes | None" = None) -> "Axes":
    """The curve of C_T over the epochs, or of C_T per example over the steps of mini-batches.

    Args:
        trace: the training.
        ax: where to draw; None makes a figure.

    Raises:
        PackageError: matplotlib is missing.
    """
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise PackageError(
            "Drawing needs the package matplotlib; install xlbackprop[plot], or matplotlib itself."
        ) from error
    if ax is None:
        ax = pyplot.subplots()[1]
    batched = trace.steps.batched
    ax.plot(
        range(1, trace.updates + 2),
        trace.cost / trace.steps.sizes if batched else trace.cost,
        color=f"#{shipped_theme().roles['cost'].band}",
        marker="" if trace.updates else "o",  # a curve through a single point can't be seen
    )
    ax.set_xlabel("step" if batched else "epoch")
    ax.set_ylabel("$C_T / n$" if batched else "$C_T$")
    return ax


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else "–"
    return str(value)


def _comparison(c: "Comparison") -> Sequence[str]:
    numbers = (f"{x:.1e}" for x in (c.largest_absolute, c.largest_relative))
    drift = f"{c.drift:.1e}" if math.isfinite(c.drift) else "–"
    return (c.engine, f"{c.compared:,}", f"{len(c.mismatches):,}", *numbers, drift)


def _list(heading: str, sentences: list[str]) -> str:
    if not sentences:
        return ""
    more = len(sentences) - MOST
    shown = sentences[:MOST] + ([f"… and {more:,} more"] if more > 0 else [])
    items = "".join(f"<li>{_text(sentence)}</li>" for sentence in shown)
    return f"<p>{_text(heading)}: {len(sentences):,}</p><ul>{items}</ul>"


def _table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """An HTML table; everything in it is text."""
    head = "".join(f"<th>{_text(heading)}</th>" for heading in headings)
    body = "".join(
        f"<tr>{''.join(f'<td>{_text(entry)}</td>' for entry in row)}</tr>" for row in rows
    )
    return (
        f"<table><caption>{_text(caption)}</caption>"
        f"{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{body}</tbody></table>"
    )


def _text(text: str) -> str:
    return escape(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")

"""A quantity that depends on t along two paths, and its increment beside the linear estimate."""

from xlbackprop.lessons.shared.functions import FUNCTIONS, Constants
from xlbackprop.lessons.shared.quadratic import Quadratic
from xlbackprop.lessons.slopes.around import Places, around, numeric
from xlbackprop.lessons.slopes.increments import QUANTITIES, STEPS, Increment, put_increments
from xlbackprop.page.cells import Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.notes import put_note
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Rows, headings, labels, put_across, put_down

LABEL, FIRST, RIGHT, LAST = 1, 2, 7, 10
HEIGHT = 12  # rows of the first table
BOTH = (FUNCTIONS[6], FUNCTIONS[2])  # sin t, eᵗ
NUMBERS = (("p", 0.5), ("q", 1.0), ("r", -0.25), ("du", 0.5), ("dv", 0.5), ("factor", 0.1))


def put_paths(page: Page, top: int, h: Live, k: Constants) -> None:
    """z of u and v, which both depend on t; then z beside its linear estimate."""
    page.section(top, "paths")
    top += 2
    rows = Rows(page, "paths", top, RIGHT, LAST)
    t = rows.asks("t", 1.0, limit="place", note=False)
    p, q, r, *step, factor = (rows.asks(*number) for number in NUMBERS)
    put_note(page, rows.row, RIGHT, t)
    z = Quadratic(p, q, r)
    titles = (page.text("paths.band"), "t", "u = sin t", "v = eᵗ", "z")
    headings(page, top, LABEL, titles, "update", "forward", kind="band")
    names = ("above", "at", "below", "inner", "outer", "product")
    row = labels(page, top + 1, "paths", (*names, "change", "numeric", "apart"))
    ends = around(page, row["above"], FIRST, t, h)
    look, column = "number-gradient", FIRST + 3
    uv = [
        Places(*put_down(page, row["above"], i, [f.twins(place, k) for place in ends]))
        for i, f in enumerate(BOTH, FIRST + 1)
    ]
    at = [z.twins(*pair) for pair in zip(*uv, strict=True)]
    heights = Places(*put_down(page, row["above"], column, at))
    u, v = (places.at for places in uv)
    steep = (f.twins(ends.at, k, slope=True) for f in BOTH)
    inner = put_across(page, row["inner"], FIRST + 1, steep, look)
    outer = put_across(page, row["outer"], FIRST + 1, z.slope_twins(u, v), look)
    products = ((f"{by}*{of}", by * of) for by, of in zip(outer, inner, strict=True))
    first, second = put_across(page, row["product"], FIRST + 1, products, look)
    total = page.put(row["product"], column, f"{first}+{second}", first + second, "strong-gradient")
    numeric(page, row["change"], column, heights, h, total)
    page.large(row["above"], FIRST, row["numeric"], column)
    pairs = (outer[0], outer[1]), (step[0], step[1])
    _increment(page, top + HEIGHT, Increment(z, (u, v, heights.at), *pairs, factor))


def _increment(page: Page, top: int, of: Increment) -> None:
    """Δz beside its linear estimate, and a chart of how the rest shrinks."""
    page.section(top, "increment")
    top += 2
    page.write(top, LABEL, page.text("increment.equation"), "label")
    words = [page.text(f"increment.{name}") for name in ("size", "u", "v", *QUANTITIES)]
    length, share = put_increments(page, top, FIRST, words, of)
    lines = [curve(page, length, share, page.text("increment.share"), "cost", marker=True)]
    titles = (page.text("increment.chart"), page.text("increment.length"), "")
    put_chart(page, top + STEPS + 2, 1, titles, lines, size=(30.0, 7.4))

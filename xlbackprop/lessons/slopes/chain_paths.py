"""A quantity that depends on t along two paths, and its increment beside the linear estimate."""

from xlbackprop.lessons.shared.function_cells import typed
from xlbackprop.lessons.shared.functions import FUNCTIONS, Constants
from xlbackprop.lessons.shared.quadratic import Quadratic
from xlbackprop.lessons.slopes.around import Places, around, labelled, numeric
from xlbackprop.lessons.slopes.increments import STEPS, put_increments
from xlbackprop.page.cells import Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.notes import put_note
from xlbackprop.page.page import Page

LABEL, FIRST, RIGHT, LAST = 1, 2, 7, 10
HEIGHT = 12  # rows of the first table
BOTH = (("u", FUNCTIONS[6]), ("v", FUNCTIONS[2]))  # sin t, eᵗ
NUMBERS = (
    ("t", 1.0, "place"),
    ("p", 0.5, ""),
    ("q", 1.0, ""),
    ("r", -0.25, ""),
    ("du", 0.5, ""),
    ("dv", 0.5, ""),
    ("factor", 0.1, ""),
)


def put_paths(page: Page, top: int, h: Live, k: Constants) -> None:
    """z of u and v, which both depend on t; then z beside its linear estimate."""
    page.section(top, "paths")
    top += 2
    t, p, q, r, *step, factor = (
        typed(
            page, top + i, (RIGHT, LAST), name, usual, (page.text(f"paths.{name}"), ""), limit=limit
        )
        for i, (name, usual, limit) in enumerate(NUMBERS)
    )
    put_note(page, top + len(NUMBERS), RIGHT, t)
    z = Quadratic(p, q, r)
    headings = (page.text("paths.band"), "t", "u = sin t", "v = eᵗ", "z")
    for column, heading in enumerate(headings, LABEL):
        page.write(top, column, heading, f"band-{'forward' if column > 1 else 'update'}")
    names = ("above", "at", "below", "inner", "outer", "product")
    row = labelled(page, "paths", top + 1, (*names, "change", "numeric", "apart"))
    ends = around(page, row["above"], FIRST, t, h)
    uv = [
        Places(
            *(
                page.put(
                    row["above"] + j, FIRST + 1 + i, f.formula(place, k), float(f.at(place, k))
                )
                for j, place in enumerate(ends)
            )
        )
        for i, (_, f) in enumerate(BOTH)
    ]
    column = FIRST + 3
    heights = Places(
        *(
            page.put(row["above"] + j, column, z.formula(*pair), z.value(*pair))
            for j, pair in enumerate(zip(*uv, strict=True))
        )
    )
    u, v = (places.at for places in uv)
    slopes, products = [], []
    outer = zip(z.slope_formulas(u, v), z.slopes(u, v), strict=True)
    for i, ((_, f), (formula, value)) in enumerate(zip(BOTH, outer, strict=True), FIRST + 1):
        text, slope = f.formula(ends.at, k, slope=True), float(f.at(ends.at, k, slope=True))
        inner = page.put(row["inner"], i, text, slope, "number-gradient")
        by = page.put(row["outer"], i, formula, value, "number-gradient")
        products.append(page.put(row["product"], i, f"{by}*{inner}", by * inner, "number-gradient"))
        slopes.append(by)
    first, second = products
    total = page.put(row["product"], column, f"{first}+{second}", first + second, "strong-gradient")
    numeric(page, row["change"], column, heights, h, total)
    page.large(row["above"], FIRST, row["numeric"], column)
    _increment(
        page,
        top + HEIGHT,
        z,
        (u, v, heights.at),
        (slopes[0], slopes[1]),
        (step[0], step[1]),
        factor,
    )


def _increment(
    page: Page,
    top: int,
    z: Quadratic,
    at: tuple[Live, Live, Live],
    slopes: tuple[Live, Live],
    step: tuple[Live, Live],
    factor: Live,
) -> None:
    page.section(top, "increment")
    top += 2
    names = ("size", "u", "v", "z", "rise", "estimate", "rest", "length", "share")
    headings = [page.text(f"increment.{name}") for name in names]
    page.write(top, LABEL, page.text("increment.equation"), "label")
    roles = ["forward"] * 5 + ["gradient", "cost", "update", "cost"]
    for column, (heading, role) in enumerate(zip(headings, roles, strict=True), FIRST):
        page.write(top, column, heading, f"heading-{role}")
    page.grid.heights[top] = 34
    length, share = put_increments(page, top + 1, FIRST, z, at, slopes, step, factor)
    lines = [curve(page, length, share, page.text("increment.share"), "cost", marker=True)]
    titles = (page.text("increment.chart"), page.text("increment.length"), "")
    put_chart(page, top + STEPS + 2, 1, titles, lines, size=(30.0, 7.4))

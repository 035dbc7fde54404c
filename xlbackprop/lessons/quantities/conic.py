"""The curve g = k of a quadratic g, drawn from one place on it.

A straight line from that place meets the curve once more, unless it touches it: in the direction
d = (cos φ, sin φ) at the distance −(∇g·d)/(g without its linear part, of d). A linear g has no
such part; then the curve is the line itself, at a right angle to ∇g.
"""

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.lessons.shared.angles import HALF_TURN, put_angles
from xlbackprop.lessons.shared.quadratic import Quadratic
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.maths import length
from xlbackprop.page.page import Page
from xlbackprop.page.parts import headings

ANGLES = np.arange(0.0, 180.0, 3.0)
HEADINGS = ("cos φ", "sin φ", "∇g·d", "g of d", "t", "x", "y")


def put_conic(
    page: Page,
    row: int,
    title: str,
    g: Quadratic,
    at: tuple[Live, Live],
    slopes: tuple[Live, Live],
    far: Live,
) -> tuple[Column, Column]:
    """A table from the first column on: angles, what is found on the way, and x and y.

    Args:
        page: the page.
        row: its first row; there are two of headings.
        title: what it is.
        g: the function.
        at: a place on the curve.
        slopes: ∇g there.
        far: points farther away than that are left out: they stand at the place itself.
    """
    page.band(row, 1, 1 + len(HEADINGS), "data", title, headings=("φ (°)", *HEADINGS))
    top = row + 2
    (linear, length) = _kind(page, row, g, slopes)
    u, v = slopes
    look, angles = "number-data", put_angles(page, top, ANGLES)
    c = page.column(top, 2, f"COS({angles.text})", angles.cos, look)
    s = page.column(top, 3, f"SIN({angles.text})", angles.sin, look)
    rise = page.column(top, 4, f"{u.fixed}*{c}+{v.fixed}*{s}", u * c.values + v * s.values, look)
    p, q, r = g.p, g.q, g.r
    bend = page.column(
        top,
        5,
        f"{p.fixed}*{c}*{c}+{q.fixed}*{c}*{s}+{r.fixed}*{s}*{s}",
        p * c.values**2 + q * c.values * s.values + r * s.values**2,
        look,
    )
    distance = _distances(page, top, (angles.cells, rise, bend), linear, far)
    ends = []
    for i, (start, along, across) in enumerate(((at[0], c, f"-{v.fixed}"), (at[1], s, u.fixed))):
        side = -v if i == 0 else u
        turn = np.full(len(ANGLES), 0.0 if length == 0.0 else side / float(length))
        way = turn if linear == 1.0 else along.values
        formula = f"IF({linear.fixed}=1,IF({length.fixed}=0,0,{across}/{length.fixed}),{along})"
        formula, values = f"{start.fixed}+{distance}*{formula}", start + distance.values * way
        ends.append(page.column(top, 7 + i, formula, values, look))
    page.large(top, 2, top + len(ANGLES) - 1, 8)
    return ends[0], ends[1]


def _kind(page: Page, row: int, g: Quadratic, slopes: tuple[Live, Live]) -> tuple[Live, Live]:
    """1 where g is linear, else 0; the length of ∇g."""
    p, q, r = g.p, g.q, g.r
    u, v = slopes
    is_linear = float(all(number == 0.0 for number in (p, q, r)))
    headings(page, row, 10, (page.text("behind.linear"), "|∇g|"), "data")
    return (
        page.put(row + 1, 10, f"IF(AND({p}=0,{q}=0,{r}=0),1,0)", is_linear, "plain-data"),
        page.put(row + 1, 11, f"SQRT({u}*{u}+{v}*{v})", length(u, v), "number-data"),
    )


def _distances(
    page: Page, top: int, columns: tuple[Column, Column, Column], linear: Live, far: Live
) -> Column:
    """How far the curve is in each direction; 0 where it is too far."""
    angles, rise, bend = columns
    quarter = HALF_TURN / 2
    with np.errstate(all="ignore"):
        met = -rise.values / bend.values
    steps: Array = far * (angles.values / quarter - 1)
    curved: Array = np.where(
        bend.values == 0,
        0.0,  # whatever the others are
        np.where(
            np.isnan(rise.values + bend.values + far),
            np.nan,
            np.where(np.abs(rise.values) > far * np.abs(bend.values), 0.0, met),
        ),
    )
    near = f"IF(ABS({rise})>{far.fixed}*ABS({bend}),0,-{rise}/{bend})"
    return page.column(
        top,
        6,
        f"IF({linear.fixed}=1,{far.fixed}*({angles}/{quarter:g}-1),IF({bend}=0,0,{near}))",
        steps if linear == 1.0 else curved,
        "number-data",
    )

"""What is told of a walk down a function: where it came to, where it left, what lies below."""

from collections.abc import Sequence

from xlbackprop.expressions.expression import SMALL_DIGITS, value
from xlbackprop.lessons.descent.start import Point
from xlbackprop.lessons.descent.task import Task
from xlbackprop.page.cells import Live
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import Part, quoted, sentence

PLACE = 6  # figures of a coordinate
STEP = "\0"  # where the number of a step will stand
LARGEST = "1E+300"  # value that is told from none


def put_end(
    page: Page,
    task: Task,
    row: int,
    heights: Sequence[Live],
    whole: Sequence[Part],
    title: str = "",
) -> None:
    """What became of a walk as a sentence; another one where it left the function's values.

    Args:
        page: the page.
        task: what was walked down.
        row: row of the sentence.
        heights: cells of the function's value at each step, below each other.
        whole: the sentence of a walk that has all values.
        title: of the walk, where there are several.
    """
    cells, most = f"{heights[0]}:{heights[-1]}", len(heights)
    # Not COUNT: Gnumeric has numbers that don't fit into a cell elsewhere.
    known = f'COUNTIF({cells},"<{LARGEST}")-COUNTIF({cells},"<-{LARGEST}")'
    count = sum(abs(height) < float(LARGEST) for height in heights)
    key = "race" if title else "walk"
    names = {"title": title, "function": task.equation}
    nowhere = page.text(f"{key}.nowhere", **names)
    before, after = page.text(f"{key}.leaves", step=STEP, **names).split(STEP)
    early = f"{quoted(before)}&{known}&{quoted(after)}"
    formula, value = sentence(whole, page.common("walkthrough.too_large"))
    if count < most:
        value = f"{before}{count}{after}" if count else nowhere
    formula = f"IF({known}={most},{formula},IF({known}=0,{quoted(nowhere)},{early}))"
    page.speak(row, 1, formula, value, "verdict-line")


def lowest_words(page: Page, task: Task, places: tuple[Point, Point] | None) -> str:
    """How fast a walk comes to the lowest place; or that there seems to be none."""
    if places is None:
        return page.text("why.any")
    found = dict[str, str]()
    for key, place in zip(("low", "lower"), places, strict=True):
        at = dict(zip(task.names, place, strict=True))
        found[key] = figures(value(task.function.value, at))
        numbers = ", ".join(figures(x, PLACE) for x in place)
        single = f"{task.names[0]} = {numbers}"
        found[f"{key}_place"] = single if len(place) == 1 else f"({numbers})"
    return page.text("why.endless", symbol=task.symbol, **found)


def figures(number: float, digits: int = 3) -> str:
    """A number as on paper, to so many figures: 12.5, −4,000, 3·10⁻⁶."""
    size = float(f"{number:.{digits}g}")
    if size == 0 or 1e-4 <= abs(size) < 1e7:
        return f"{size:,.10g}".replace("-", "−")
    first, power = f"{size:.{digits - 1}e}".split("e")
    small = str(int(power)).replace("-", "⁻").translate(SMALL_DIGITS)
    return f"{float(first):g}·10{small}".replace("-", "−")

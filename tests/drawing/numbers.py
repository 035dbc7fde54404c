"""Numbers of many sizes: what people type, and what no computer likes."""

from random import Random

from xlbackprop.page.cells import Input
from xlbackprop.words.bounds import LIMITS

SIZES = ("plain", "plain", "plain", "plain", "whole", "far", "wild")
EXTREMES = (1e-300, -1e-300, 5e-324, 1e300, -1e300, 9.9e307, 2.2e-16, 1e-17, 1e16)


def drawn_number(random: Random, size: str) -> float:
    """A number: plain ones are between -2 and 2, wild ones between 1e-300 and 1e300, or extreme."""
    if random.random() < 0.05:
        return 0.0
    if size == "whole":
        return float(random.randint(-9, 9))
    if size == "plain":
        return random.choice([round(random.uniform(-2, 2), 2), random.uniform(-2, 2)])
    if size == "wild" and random.random() < 0.1:
        return random.choice(EXTREMES)
    reach = 9 if size == "far" else 300
    return random.choice((-1, 1)) * random.uniform(1, 10) * 10.0 ** random.uniform(-reach, reach)


def drawn_column(random: Random, size: str, count: int) -> list[float]:
    """Numbers below each other; now and then all are equal, or all but 0 are rounding."""
    look = random.random()
    if look < 0.08:
        return [random.choice([0.0, 1.0, drawn_number(random, size)])] * count
    if look < 0.12:  # sums and products that are nearly 0
        return [random.choice([0.1, 0.2, -0.3, 0.30000000000000004, 1e-17]) for _ in range(count)]
    return [drawn_number(random, size) for _ in range(count)]


def allowed_number(random: Random, place: Input, size: str) -> float | str:
    """A number that a yellow cell takes, or the text that stands for it."""
    return (
        place.shown(float(random.randint(1, place.most)))
        if place.most
        else number_within(random, place.limit, size)
    )


def number_within(random: Random, limit: str, size: str) -> float:
    """A number of a kind of ``LIMITS``."""
    kind = LIMITS[limit]
    if kind.only:
        return random.choice(kind.only)
    for _ in range(1000):
        number = random.choice([random.uniform(0, 1), drawn_number(random, size)])
        if kind.takes(number):
            return number
    raise AssertionError(f"no number was found that is {kind.wanted}")

"""Which tests run: the quick suite, a sample of the exhaustive one, or all of that.

``@pytest.mark.exhaustive`` marks a test that is met over time and not in each run. With a number,
``exhaustive(quick=2)``, that many of its sets of parameters are quick, too; with
``exhaustive(ways=1)`` as few as show each value of each parameter, with ``ways=2`` as few as show
each pair of values. A mark on one set of parameters holds for the sets that are marked like it.
Of a test that starts a spreadsheet program, one set is quick for each program.

    pytest                          the quick suite
    pytest -m exhaustive            all sets of parameters of all those tests
    pytest --sample 20 --seed TEXT  the quick suite, and one of 20 of the others, drawn by the seed

A property is tried with the same few examples in each plain run, otherwise with all that
``examples`` are given, in a sample with others for each seed.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

Pair = tuple[object, ...]
QUICK = pytest.StashKey[bool]()
EXAMPLES = {"all": False}
settings.register_profile(
    "quick",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("sample", settings.get_profile("quick"), derandomize=False)


def choose(config: pytest.Config) -> None:
    """Set how many examples properties are tried with, before the tests are read."""
    if config.option.sample:
        settings.load_profile("sample")
        config.option.hypothesis_seed = str(crc32(config.option.seed.encode()))
    else:
        settings.load_profile("quick")
    EXAMPLES["all"] = bool(config.option.sample or config.option.markexpr)


def examples(count: int) -> int:
    """How many examples a property gets that deserves so many."""
    return count if EXAMPLES["all"] else max(3, count // 5)


def prepare(items: list[pytest.Item]) -> None:
    """Mark the tests that are exhaustive by a rule; those that are quick as well keep ``quick``."""
    for (_, program, rule), group in _alike(items).items():
        if program and rule is None:
            rule = (("quick", 1),)
        if rule is not None:
            kept = _kept(group, **dict(rule))
            for item in group:
                item.add_marker(pytest.mark.exhaustive)
                item.stash[QUICK] = item in kept


def is_quick(item: pytest.Item) -> bool:
    """Whether a plain run has it."""
    return item.stash.get(QUICK, True)


def drawn(item: pytest.Item, one_of: int, seed: str) -> bool:
    """Whether a sample has it."""
    return crc32(f"{seed} {item.nodeid}".encode()) % one_of == 0


def _alike(items: list[pytest.Item]) -> dict[tuple[str, Pair, Pair | None], list[pytest.Item]]:
    """Tests that differ in their parameters only, by function, program and exhaustive's rule."""
    groups = defaultdict(list)
    for item in items:
        program, rule = (item.get_closest_marker(name) for name in ("spreadsheet", "exhaustive"))
        function = item.nodeid.partition("[")[0]
        key = function, program.args if program else (), _rule(rule) if rule else None
        groups[key].append(item)
    return groups


def _rule(marker: pytest.Mark) -> Pair:
    return tuple(sorted(marker.kwargs.items()))


def _kept(group: list[pytest.Item], quick: int = 0, ways: int = 0) -> list[pytest.Item]:
    if ways:
        return list(_covering(group, ways))
    return sorted(group, key=lambda item: crc32(item.nodeid.encode()))[:quick]


def _covering(group: list[pytest.Item], ways: int) -> Iterator[pytest.Item]:
    """As few as show each combination of so many values that any of them shows: greedily."""
    shown = {item: _combinations(item, ways) for item in group}
    missing = set().union(*shown.values())
    while missing:
        best = max(group, key=lambda item: len(shown[item] & missing))
        missing -= shown[best]
        yield best


def _combinations(item: pytest.Item, ways: int) -> set[Pair]:
    values = sorted((name, repr(value)) for name, value in item.callspec.params.items())
    return set(combinations(values, min(ways, len(values))))

"""Pages: never smaller type than is readable, and no column lost or printed twice."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selection import examples

from xlbackprop.page.paper import LEAST_SCALE, ROW, across, in_equal_parts, on_pages, room
from xlbackprop.workbook.grid import Columns, Paper

WIDTHS = st.lists(st.floats(2, 60), min_size=2, max_size=60)


def columns(widths: list[float]) -> list[Columns]:
    return [Columns(i, i, width) for i, width in enumerate(widths, 1)]


def test_a_landscape_page_has_the_room_of_a4() -> None:
    # 297 mm less 0.4 inches at each side, in digits of 11-point Calibri (0.507 em wide).
    across_page, down_page = room()
    assert across_page == pytest.approx((297 / 25.4 - 0.8) * 72 / (11 * 0.507), rel=0.03)
    assert down_page == pytest.approx((210 / 25.4 - 1.1) * 72, rel=0.03)
    assert across_page > 1.4 * room(landscape=False)[0]


def test_a_sheet_that_fits_is_squeezed_into_one_page() -> None:
    paper = across(Paper(repeat_rows="1:2"), columns([10.0] * 15), 15, ())
    assert paper == Paper(repeat_rows="1:2", fit_width=1)


def test_pages_end_before_the_given_columns() -> None:
    paper = across(Paper(), columns([10.0] * 30), 30, [11, 17, 25])
    assert paper.column_breaks == (17,)  # 16 columns are 160 characters; 24 would be too many


def test_repeated_columns_take_their_share_of_each_page() -> None:
    widths = [50.0] + [10.0] * 60
    without = across(Paper(), columns(widths), 61, range(2, 62))
    repeated = across(Paper(), columns(widths), 61, range(2, 62), repeated=1)
    assert len(repeated.column_breaks) > len(without.column_breaks)


@settings(max_examples=examples(100))
@given(WIDTHS, st.sets(st.integers(1, 60)), st.integers(0, 1))
def test_each_page_holds_its_columns_in_readable_type(
    widths: list[float], starts: set[int], repeated: int
) -> None:
    paper = across(Paper(), columns(widths), len(widths), sorted(starts), repeated)
    most, _ = room()
    scale = paper.scale / 100 or min(1, most / sum(widths))
    assert scale >= LEAST_SCALE - 0.01  # a whole percent is cut off
    assert scale <= 1
    bounds = [repeated + 1, *paper.column_breaks, len(widths) + 1]
    assert bounds == sorted(set(bounds))
    for first, end in pairwise(bounds):
        wide = sum(widths[:repeated]) + sum(widths[first - 1 : end - 1])
        assert wide * scale <= most * 1.0001


def test_a_page_that_is_too_high_ends_before_a_section() -> None:
    paper = on_pages([10.0] * 10, [16.0] * 70, [], [20, 40])
    assert (paper.row_breaks, paper.column_breaks, paper.fit_height) == ((40,), (), 0)
    assert paper.scale >= 70


def test_a_page_that_fits_is_one_page() -> None:
    assert on_pages([10.0] * 10, [16.0] * 40, [5], [20]) == Paper(fit_width=1, fit_height=1)


@settings(max_examples=examples(100))
@given(st.integers(1, 3000), st.booleans())
def test_rows_are_spread_evenly_over_as_few_pages_as_hold_them(rows: int, landscape: bool) -> None:
    paper = in_equal_parts(Paper(landscape=landscape), 100.0, 90.0, 7, 6 + rows)
    bounds = [7, *paper.row_breaks, 7 + rows]
    lengths = [end - first for first, end in pairwise(bounds)]
    assert sum(lengths) == rows
    assert max(lengths) - lengths[-1] < len(lengths)
    wide, high = room(landscape=landscape)
    if paper.row_breaks:
        assert paper.scale / 100 <= wide / 100
        assert 90 + max(lengths) * ROW <= high / (paper.scale / 100)

"""Numbers as people write them: read as they were meant, told, or refused; never guessed."""

import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlbackprop.data.files import read
from xlbackprop.errors import DataError

DECIMALS = ", so there is no telling|which may have decimals or thousands"


def written(folder: Path, separator: str, columns: list[list[str]]) -> Path:
    """A file with these columns, quoted where they must be, and a column of classes."""
    names = [f"x{number}" for number in range(len(columns))]
    rows = [
        [*names, "y"],
        *([*row, "ab"[i % 2]] for i, row in enumerate(zip(*columns, strict=True))),
    ]
    quoted = ([f'"{text}"' if separator in text else text for text in row] for row in rows)
    path = folder / "d.csv"
    path.write_text("".join(f"{separator.join(row)}\n" for row in quoted))
    return path


def styled(value: float, places: int, decimal: str, thousands: str, unit: str) -> str:
    text = f"{value:,.{places}f}".translate({ord(","): thousands, ord("."): decimal})
    return {"$": f"${text}", "€": f"{text} €"}.get(unit, f"{text}{unit}")


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, list[list[str]], list[list[float]]]:
    """A separator, columns of texts in one style, and what they mean."""
    decimal, thousands = draw(st.sampled_from([(".", ","), (",", "."), (".", ""), (",", "")]))
    separator = draw(st.sampled_from(",;\t|"))
    rows = draw(st.integers(2, 4))
    texts, meant = [], []
    for _ in range(draw(st.integers(1, 3))):
        places, unit = draw(st.integers(0, 3)), draw(st.sampled_from(["", "", "€", "$", "%"]))
        steps = draw(st.lists(st.integers(0, 10**7), min_size=rows, max_size=rows))
        values = [step / 10**places for step in steps]
        texts.append([styled(value, places, decimal, thousands, unit) for value in values])
        meant.append([value / 100 if unit == "%" else value for value in values])
    return separator, texts, meant


def is_plain(texts: list[str]) -> bool:
    """Whether the texts are what programs write for decimals: 7.138, in no currency."""
    return all(re.fullmatch(r"\d+(\.\d+)?%?", text) for text in texts)


@given(numbers())
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_number_is_read_as_it_was_meant_or_told_or_refused(
    tmp_path: Path, case: tuple[str, list[list[str]], list[list[float]]]
) -> None:
    separator, texts, meant = case
    path = written(tmp_path, separator, texts)
    try:
        table = read(path)
    except DataError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert "(--decimal ,)" in said
        return
    for number, (wanted, shown) in enumerate(zip(meant, texts, strict=True)):
        if list(table.column(f"x{number}")) != pytest.approx(wanted):
            assert "thousands" in table.assumed or is_plain(shown)


@pytest.mark.parametrize(
    ("separator", "texts", "wanted", "assumed"),
    [
        (";", ["34847,362", "1,5"], [34847.362, 1.5], {"semicolons", "decimal-comma"}),
        (",", ["34847.362", "1.5"], [34847.362, 1.5], set()),
        (",", ["19 458,345", "2,5"], [19458.345, 2.5], {"decimal-comma", "thousands"}),
        (",", ["19 458,345", "19 229,921"], [19458.345, 19229.921], {"decimal-comma", "thousands"}),
        (",", ["1'234.5", "2"], [1234.5, 2], {"thousands"}),
        (",", ["$1,234.50", "$2"], [1234.5, 2], {"currency", "thousands"}),
        (",", ["1.234,50 €", "2 €"], [1234.5, 2], {"currency", "decimal-comma", "thousands"}),
        (",", ["1,234%", "2%"], [12.34, 0.02], {"percent", "thousands"}),
        ("\t", ["1.234%", "2%"], [0.01234, 0.02], {"percent", "tabs"}),
    ],
)
def test_signs_between_thousands_are_told_where_there_are_some_and_nowhere_else(
    separator: str, texts: list[str], wanted: list[float], assumed: set[str], tmp_path: Path
) -> None:
    table = read(written(tmp_path, separator, [texts]))
    assert list(table.column("x0")) == pytest.approx(wanted)
    assert set(table.assumed) == assumed


@pytest.mark.parametrize(
    ("separator", "texts"),
    [
        (";", ["1.234", "2"]),
        (";", ["1,234", "2"]),
        ("\t", ["1,234", "2"]),
        (",", ["5.971 €", "9.200 €"]),
        ("\t", ["$5.971", "$9.200"]),
        (",", ["1.234,5", "1,234.5"]),
    ],
)
def test_a_number_that_may_have_decimals_or_thousands_is_refused_and_decided_by_an_option(
    separator: str, texts: list[str], tmp_path: Path
) -> None:
    path = written(tmp_path, separator, [texts])
    with pytest.raises(DataError, match=DECIMALS) as refused:
        read(path)
    assert str(refused.value).endswith('say decimal = "." or decimal = "," (--decimal ,).')


@pytest.mark.parametrize("text", ["1,234", "1.234"])
def test_a_text_on_a_sheet_that_may_have_decimals_or_thousands_is_refused(
    text: str, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (["x", "y"], [text, 0], ["2", 1]):
        book.active.append(row)
    path = tmp_path / "d.xlsx"
    book.save(path)
    with pytest.raises(DataError, match=f"got {text}, which may have decimals or thousands"):
        read(path)

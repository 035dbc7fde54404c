"""Files as people have them: each is read as it was meant, or refused with what decides.

The files are small and made up, one kind of trouble each; the readings were typed from what a
person sees in the file.
"""

import shlex
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from xlbackprop.api import load
from xlbackprop.cli.commands import app
from xlbackprop.recipe.assumed import assumptions
from xlbackprop.words.catalogue import languages

CASES = Path(__file__).parent / "cases"
XOR: dict[str, Any] = {"rows": [[0, 0], [0, 1], [1, 0], [1, 1]], "targets": [0, 1, 1, 0]}
HEIGHTS = [[170, 65], [160, 50], [180, 75], [158, 48]]
BOOLS = [[1, 30], [0, 22], [1, 50], [0, 19]]
IRIS = [[5.1, 3.5, 1.4, 0.2], [7, 3.2, 4.7, 1.4], [6.3, 3.3, 6, 2.5], [4.9, 3, 1.4, 0.2]]
FLOWERS = ["Iris-setosa", "Iris-versicolor", "Iris-virginica", "Iris-setosa"]
PRICES = [120_000, 180_000, 260_000]


def labels(rows: list[list[float]], *found: Any) -> dict[str, Any]:
    return {"rows": rows, "labels": list(found)}


def numbers(rows: list[list[float]], *found: float) -> dict[str, Any]:
    return {"rows": rows, "targets": list(found)}


# File, options, what is read, and words of what is said to have been assumed.
READ: list[tuple[str, str, dict[str, Any], str]] = [
    (
        *("eu_semicolon.csv", "--label Klasse"),
        labels([[170.5, 65.2], [180.1, 80.4], [165, 58.9], [190.3, 90.7]], *"ABAB"),
        "semicolons between the columns; a comma stands before the decimals",
    ),
    (
        *("eu_semicolon_point.csv", "--targets quality"),
        numbers(
            [[7.4, 0.7, 9.4], [7.8, 0.88, 9.8], [11.2, 0.28, 9.8], [7.3, 0.65, 10]], 5, 5, 6, 7
        ),
        "semicolons between the columns",
    ),
    (
        *("eu_tab.tsv", "--label Klasse"),
        labels([[170.5, 65.2], [180.1, 80.4], [165, 58.9]], *"ABA"),
        "a comma stands before the decimals",
    ),
    ("gbk.csv", "--label 性别", labels(HEIGHTS, *"男女男女"), "letters in gbk"),
    ("gbk.csv", "--label 性别 --encoding gbk", labels(HEIGHTS, *"男女男女"), ""),
    ("utf16.csv", "--label c", labels(HEIGHTS[:3], *"mfm"), "tabs between"),
    ("bom.csv", "--label c", labels(HEIGHTS, *"mfmf"), ""),
    ("crlf_mac.csv", "--targets y", XOR, ""),
    (
        *("thousands.csv", "--targets price"),
        numbers([[1416, 2], [2104, 3], [1600, 3], [2400, 3]], 232_000, 399_900, 329_900, 369_000),
        "signs between thousands are no decimals",
    ),
    (
        *("thousands.csv", "--targets price --decimal ,"),
        numbers([[1.416, 2], [2.104, 3], [1.6, 3], [2.4, 3]], 232, 399.9, 329.9, 369),
        "",
    ),
    ("currency.csv", "--targets price", numbers([[50, 1], [80, 2], [120, 3]], *PRICES), "amounts"),
    (
        *("percent.csv", "--label rain"),
        labels([[0.65, 21], [0.8, 18], [0.9, 17], [0.4, 30]], "no", "yes", "yes", "no"),
        "percent as hundredths",
    ),
    (
        *("percent_currency.xlsx", "--label rain"),
        labels([[0.65, 1200.5], [0.8, 900], [0.9, 1500]], "no", "yes", "yes"),
        "",
    ),
    *(
        (
            f"missing_{kind}.csv",
            "--label y --missing drop",
            labels([[1, 2], [5, 6]], "no", "no"),
            "",
        )
        for kind in ("dash", "q")
    ),
    (
        *("missing_dot.csv", "--label sex --missing drop"),
        labels([[1, 2], [2, 3], [5, 6]], "MALE", "FEMALE", "MALE"),
        "",
    ),
    ("missing_na.csv", "--label y --missing drop", labels([[1, 2], [6, 7]], "no", "yes"), ""),
    (
        *("missing_q.csv", "--label y --missing zero"),
        labels([[1, 2], [0, 3], [4, 0], [5, 6]], "no", "yes", "yes", "no"),
        "",
    ),
    (
        *("label_na.csv", "--label sex --missing drop"),
        labels([[1], [2], [4], [5]], "male", "female", "male", "female"),
        "",
    ),
    (
        *("label_na.csv", """--label sex --set 'class_order=["NA", "male", "female"]'"""),
        labels([[1], [2], [3], [4], [5], [6]], "male", "female", "NA", "male", "female", "NA"),
        "",
    ),
    ("bool.csv", "--label ill", labels(BOOLS, "yes", "no", "yes", "no"), "true is 1"),
    ("bool_upper.csv", "--label ill", labels(BOOLS, 1, 0, 1, 0), "true is 1"),
    ("bools.xlsx", "--label ill", labels(BOOLS, 1, 0, 1, 0), ""),
    ("nohead.csv", "--header 0 --label 5", labels(IRIS, *FLOWERS), ""),
    ("nohead.csv", "--header 1 --label Iris-setosa", labels(IRIS[1:], *FLOWERS[1:]), ""),
    ("nohead_num.csv", "--header 0 --targets 3", XOR, ""),
    ("iris.data", "--header 0 --label 5", labels(IRIS, *FLOWERS), ""),
    ("two_header_rows.xlsx", "--header 2 --targets y", XOR, ""),
    ("two_header_rows.csv", "--header 2 --targets y", XOR, ""),
    ("title_row.csv", "--targets y", XOR, "the names of the columns stand in row 2"),
    ("title_row.csv", "--targets y --header 2", XOR, ""),
    ("title_merged.xlsx", "--targets y", XOR, "the names of the columns stand in row 3"),
    ("total_row.xlsx", "--targets y", XOR, "row 7 sums the others and was left out"),
    ("note_beside.xlsx", "--targets y", XOR, "column E and what follows are notes"),
    ("two_sheets.xlsx", "--targets y", XOR, "from the sheet Data"),
    ("two_sheets.xlsx", "--targets y --sheet Data", XOR, ""),
    ("two_sheets.xlsx", "--targets y --sheet 2", XOR, ""),
    ("offset_block.xlsx", "--targets y", XOR, ""),
    ("hidden_filtered.xlsx", "--targets y", XOR, "hidden rows are examples, too"),
    ("merged_labels.xlsx", "--label class", labels(XOR["rows"], *"aabb"), "merged cells hold"),
    ("numbers_as_text.xlsx", "--targets y", XOR, "numbers that were kept as text are numbers"),
    (
        "year_headers.xlsx",
        "--header 1 --targets 2021",
        numbers([[1, 2], [2, 3], [3, 3]], 3, 5, 6),
        "",
    ),
    ("formulas_uncached.xlsx", "--targets y --drop x2", numbers([[1], [2], [3]], 0, 1, 0), ""),
    (
        "dates.xlsx",
        "--targets sales --drop date",
        numbers([[3], [4], [5], [6]], 10, 11, 12, 13),
        "",
    ),
    ("dates.csv", "--targets sales --drop date", numbers([[3], [5], [4]], 10, 14, 12), ""),
    ("index.csv", "--targets y", numbers([[1, 2], [2, 1], [3, 4]], 0, 1, 0), "first column counts"),
    ("trailing_comma.csv", "--targets y", XOR, ""),
    ("trailing_blank.csv", "--targets y", XOR, ""),
    ("space_sep.csv", "--targets y", XOR, "blanks between the columns"),
    ("comment.csv", "--targets y", XOR, "lines after # are comments"),
    ("ids.csv", "--label c --drop id", labels(XOR["rows"], *"abba"), ""),
    ("ids_text.csv", "--label c --drop id", labels(XOR["rows"], *"abba"), ""),
    ("labels12.csv", "--label c", labels(XOR["rows"], 1, 2, 2, 1), ""),
    ("labels_float.csv", "--label c", labels(XOR["rows"], 1, 2, 2, 1), ""),
    ("unicode_minus.csv", "--targets y", numbers([[-1], [2], [-3]], 0, 1, 0), ""),
    ("fullwidth.csv", "--targets y", numbers([[1], [2]], 0, 1), ""),
    (
        *("heights_long.csv", "--targets childHeight"),
        numbers(
            [
                [1, 78.5, 67, 0, 1],
                [1, 78.5, 67, 1, 0],
                [2, 75.5, 66.5, 0, 1],
                [2, 75.5, 66.5, 1, 0],
            ],
            *(73.2, 69.2, 73.5, 65.5),
        ),
        "the texts in gender are inputs of 0 and 1, one for each text",
    ),
    (
        *("yesno.csv", "--label Play --inputs Outlook,Windy --categories Outlook"),
        labels([[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 1]], "No", "Yes", "Yes", "No"),
        "true is 1 and false is 0",
    ),
    (
        *("titanic.csv", "--label Survived --drop Name,Age --inputs Sex --categories Sex"),
        labels([[0, 1], [1, 0], [1, 0], [0, 1], [1, 0], [0, 1]], 0, 1, 1, 0, 1, 0),
        "",
    ),
    ("xor.csv", "--targets y", XOR, ""),
    ("line.csv", "--targets y", numbers([[14], [86], [28], [51], [29]], 58, 202, 86, 132, 88), ""),
    (
        *("sales_series.csv", "--targets sales"),
        numbers([[1], [2], [3], [4], [5]], 112, 118, 132, 129, 121),
        "",
    ),
    (
        *("house.csv", "--targets price"),
        numbers(
            [[2104, 3], [1600, 3], [2400, 3], [1416, 2], [3000, 4]],
            *(399_900, 329_900, 369_000, 232_000, 539_900),
        ),
        "",
    ),
    (
        *("ai26707.csv", "--targets y --drop I2"),
        numbers(
            [[-3.66], [2.64], [-0.05], [1.52], [-4.06]],
            3.1850000000000005,
            -2.165,
            -1.3499999999999999,
            9.505,
            -17.89,
        ),
        "",
    ),
    ("xor.csv", "--targets y --inputs x2,x1", XOR | {"rows": [[0, 0], [1, 0], [0, 1], [1, 1]]}, ""),
    (
        *("onehot.csv", "--targets setosa,versicolor,virginica"),
        {
            "rows": [[5.1, 3.5], [6, 2.2], [6.9, 3.1], [4.9, 3]],
            "targets": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]],
        },
        "",
    ),
    (
        *("onehot.csv", "--targets setosa,versicolor,virginica --cost cross-entropy"),
        {
            "rows": [[5.1, 3.5], [6, 2.2], [6.9, 3.1], [4.9, 3]],
            "targets": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]],
            "labels": ["setosa", "versicolor", "virginica", "setosa"],
        },
        "the columns setosa, versicolor, virginica are one class each",
    ),
    (
        *("titanic_num.csv", "--label Survived --inputs Pclass,Age"),
        labels([[3, 22], [1, 38], [3, 26], [3, 35], [2, 14], [1, 54]], 0, 1, 1, 0, 1, 0),
        "",
    ),
]
# File, options, the sentence.
REFUSED = [
    ("missing_dash.csv", "--label y", "2 entries are missing: line 3, column 'a' (-); line 4, col"),
    (
        "missing_dot.csv",
        "--label sex",
        "1 entry is missing: line 4, column 'sex' (.); fill it in, ",
    ),
    ("missing_na.csv", "--label y", "3 entries are missing: line 3, column 'a' (n/a); line 4, col"),
    ("missing_q.csv", "--label y", "(--missing drop) to leave their 2 rows out."),
    ("label_na.csv", "--label sex", "or list 'NA' in class_order if it is the name of a class."),
    (
        "label_na.csv",
        "--label sex --missing zero",
        "2 entries are missing: line 4, column 'sex' (NA)",
    ),
    (
        "titanic.csv",
        "--label Survived",
        "column 'Name': got text 'Doe, Mr. A', wanted a number; its",
    ),
    ("titanic.csv", "--label Survived", "(--drop Name)."),
    ("yesno.csv", "--label Play", "columns Outlook, Temperature hold texts: take those that are"),
    ("tn.csv", "", "there are Survived, Pclass, Age, SibSp, Parch, Fare."),
    ("nohead.csv", "--label 5", "line 1: got 5.1, 3.5, 1.4, 0.2, ..., which looks like an example"),
    ("iris.data", "--label 5", "say header = 0 (--header 0) if no line has names"),
    ("two_header_rows.ods", "--targets y", "got .ods, wanted data in a file that ends in .csv, "),
    (
        "two_header_rows.xlsx",
        "--targets y",
        "cell B2: its column has no name; write one above it, delete the column, or name the row ",
    ),
    (
        *("two_header_rows.csv", "--targets y"),
        "line 2, entry 'x2': its column has no name; write one above it, delete the column, or n",
    ),
    ("nohead_num.csv", "--targets 3", "say header = 0 (--header 0) if no line has names"),
    (
        "xor.csv",
        "--targets y --header 9",
        "header: got 9, but line 9 of xor.csv is empty or not the",
    ),
    (
        "year_headers.xlsx",
        "--targets 2021",
        "row 1: got 2019, 2020, 2021, which looks like an exam",
    ),
    ("transposed.xlsx", "--targets y", "if names stand in the first column, turn the table on its"),
    (
        "two_sheets.xlsx",
        "--targets y --sheet Dat",
        "sheet: got 'Dat', but the sheets of two_sheets",
    ),
    (
        "formulas_uncached.xlsx",
        "--targets y",
        "cell B2: got a formula whose value isn't stored (op",
    ),
    (
        "dates.xlsx",
        "--targets sales",
        "cell A2: got the date 2024-01-01 00:00:00, wanted a number ",
    ),
    ("dates.xlsx", "--targets sales", 'drop_columns = ["date"] (--drop date).'),
    (
        "dates.csv",
        "--targets sales",
        "line 2, column 'date': got text '2024-01-01', wanted a number",
    ),
    (
        "ids.csv",
        "--label c",
        "column 'id': got text '001', wanted a number; its column holds texts",
    ),
    (
        "ids_text.csv",
        "--label c",
        'leave out the others with drop_columns = ["id"] (--drop id).',
    ),
    ("caps.csv", "--label c", "the classes 'Female' and 'female' differ only in capitals"),
    ("exp.csv", "--targets y", "exp.csv, line 4, column 'x': got text '1d3', wanted a number"),
    ("hex.csv", "--targets y", "hex.csv, line 2, column 'x': got text '0x10', wanted a number"),
    ("inf.csv", "--targets y", "inf.csv, line 2, column 'x': got inf, wanted a number"),
    ("dupcol.csv", "--targets y", "columns 1 and 2 are called 'x'; give each its own name"),
    ("xor.csv", "--targets x2,y --cost hinge", "or columns with a single 1 in each row"),
    ("xor.csv", "--targets y --drop x3", "there is no column 'x3'; there are x1, x2, y."),
    ("thousands.csv", "--targets price --decimal ;", "decimal: got ';', wanted one of ., ,"),
    ("gbk.csv", "--label c --encoding big", "encoding: got 'big', wanted the name of an encoding"),
    ("gbk.csv", "--label c --encoding utf-8", "gbk.csv: byte 0 is not utf-8 text; name another"),
]


def made(folder: Path, file: str, options: str) -> Any:
    return CliRunner().invoke(
        app,
        [
            *("make", "--data", str(CASES / file), *shlex.split(options)),
            *("--epochs", "1", "-o", str(folder / "made.xlsx")),
        ],
    )


@pytest.mark.parametrize(
    ("file", "options", "wanted", "said"), READ, ids=[f"{case[0]} {case[1]}" for case in READ]
)
def test_a_file_is_read_as_it_was_meant_and_what_was_assumed_is_said(
    file: str, options: str, wanted: dict[str, Any], said: str, tmp_path: Path
) -> None:
    done = made(tmp_path, file, options)
    assert done.exit_code == 0, done.output
    recipe = load(tmp_path / "made.xlsx")
    assert recipe.raw().tolist() == wanted["rows"]
    targets = [row if len(row) > 1 else row[0] for row in recipe.raw_targets().tolist()]
    assert list(recipe.labels()) == wanted.get("labels", [])
    assert targets == wanted.get("targets", targets)
    start = openpyxl.load_workbook(tmp_path / "made.xlsx", read_only=True)["Start"]
    line = next(start.iter_rows(5, 5, 2, 2, values_only=True), (None,))[0] or ""
    assert f"{file}: {line}" in done.stderr if said else "were read" not in done.stderr + line
    assert said in line


@pytest.mark.parametrize(
    ("file", "options", "said"), REFUSED, ids=[f"{case[0]} {case[1]}" for case in REFUSED]
)
def test_a_file_that_is_doubtful_is_refused_with_what_decides(
    file: str, options: str, said: str, tmp_path: Path
) -> None:
    done = made(tmp_path, file, options)
    assert (done.exit_code, done.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr


def test_every_file_is_met() -> None:
    files = {path.name for path in CASES.iterdir()}
    met = {case[0] for case in READ} | {case[0] for case in REFUSED}
    assert met == files


@pytest.mark.parametrize("language", languages())
def test_what_was_assumed_is_said_in_every_language(language: str) -> None:
    line = assumptions(language, ["header: 37", "index", "unknown"])
    assert "37" in line
    assert "{" not in line
    assert not assumptions(language, ["unknown"])

"""What a reader of a made workbook sees beyond its numbers, read back by openpyxl."""

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries
from views import new_sheet, plain, texts
from workbooks import few

import xlbackprop as xb
from xlbackprop.words.catalogue import Catalogue, languages

pytestmark = pytest.mark.exhaustive(ways=1)


@pytest.fixture(scope="module", params=["worked-example", "xor", "backprop"])
def lesson(request):
    return request.param


@pytest.fixture(scope="module", params=languages())
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def made(lesson, lang, tmp_path_factory):
    """A workbook of two epochs, its recipe, and its sheets by kind."""
    data = {"data": few(lesson, 8)} if lesson == "backprop" else {}
    recipe = xb.load(lesson, epochs=2, lang=lang, **data)
    path = tmp_path_factory.mktemp("seen") / "book.xlsx"
    xb.write(recipe, path)
    book, text = openpyxl.load_workbook(path), Catalogue(lang)
    kinds = (
        "start",
        "data",
        "parameters",
        "training",
        "walkthrough",
        "predict",
        *(["confusion"] if recipe.label else []),
        "gradient-check",
        "learning-rates",
        *(["pictures"] if recipe.image else []),
        "progress",
        "compare",
        "recipe",
    )
    assert book.sheetnames == [text(f"sheets.{kind}") for kind in kinds]
    return recipe, {kind: book[text(f"sheets.{kind}")] for kind in kinds}


def test_headings_and_counters_stay_in_sight(made):
    recipe, sheets = made
    data = "C7" if recipe.label else "B7"
    freezes = {kind: sheet.freeze_panes for kind, sheet in sheets.items()}
    assert freezes["training"] == "C6"
    assert (freezes["data"], freezes["progress"], freezes["compare"]) == (data, "B6", "B8")


def test_printed_pages_repeat_their_headings_and_fit_a4_across(made):
    _, sheets = made
    training = sheets["training"]
    assert training.print_title_rows == "$1:$5"
    assert training.print_title_cols == "$A:$B"
    assert training.page_setup.orientation == "landscape"
    assert sheets["progress"].print_title_rows == "$3:$5"
    for sheet in sheets.values():
        assert sheet.page_setup.paperSize == 9
        fits = sheet.sheet_properties.pageSetUpPr.fitToPage
        assert fits or sheet.page_setup.scale >= 70  # type of 10 points becomes 7
        assert "&P" in sheet.oddFooter.right.text


def test_the_first_step_is_open_and_the_others_are_folded(made):
    recipe, sheets = made
    rows, examples = sheets["training"].row_dimensions, len(recipe.data.rows)
    for step in range(recipe.epochs + 1):
        top = 6 + step * (examples + 2)
        inside = range(top + 1, top + 1 + examples)
        assert [rows[row].outlineLevel for row in inside] == [1] * examples
        assert [bool(rows[row].hidden) for row in inside] == [step > 0] * examples
        assert rows[top].outlineLevel == rows[top + examples + 1].outlineLevel == 0


def test_inputs_and_weights_can_be_folded_and_have_room_for_it(made):
    _, sheets = made
    training = sheets["training"]
    assert training.column_dimensions["C"].outlineLevel == 1
    assert training.sheet_format.outlineLevelCol == 1
    assert training.sheet_format.outlineLevelRow == 1


def cells_of(validation) -> set[str]:
    found = set()
    for area in str(validation.sqref).split():
        left, top, right, bottom = range_boundaries(area)
        found |= {
            f"{get_column_letter(c)}{r}"
            for c in range(left, right + 1)
            for r in range(top, bottom + 1)
        }
    return found


def test_cells_for_numbers_refuse_text_and_eta_also_refuses_zero(made):
    recipe, sheets = made
    parameters = sheets["parameters"].data_validations.dataValidation
    by_cell = {cell: v for v in parameters for cell in cells_of(v)}
    assert by_cell["C5"].type == "decimal"
    assert (by_cell["C5"].operator, by_cell["C5"].formula1) == ("greaterThan", "0")
    assert all(v.type == "decimal" and v.showErrorMessage for v in by_cell.values())
    assert len(by_cell) == 1 + len(recipe.start_parameters())
    inputs = sheets["data"].data_validations.dataValidation
    kinds = {cell: v.type for v in inputs for cell in cells_of(v)}
    numbers = len(recipe.data.rows) * (len(recipe.inputs) + len(recipe.targets))
    assert list(kinds.values()).count("decimal") == numbers
    assert list(kinds.values()).count("list") == len(recipe.labels())


def test_every_link_leads_to_the_sheet_that_it_names(made):
    _, sheets = made
    links = [cell for row in sheets["start"].iter_rows() for cell in row if cell.hyperlink]
    assert [cell.value for cell in links] == [s.title for s in sheets.values()][1:]
    assert all(cell.hyperlink.location == f"'{cell.value}'!A1" for cell in links)


def test_both_charts_draw_their_own_column_over_the_epochs(made):
    recipe, sheets = made
    progress = sheets["progress"]
    last, drawn = 6 + recipe.epochs, []
    for chart in progress._charts:
        [series] = chart.series
        assert series.xVal.numRef.f == f"'{progress.title}'!$A$6:$A${last}"
        drawn.append(series.yVal.numRef.f)
    assert drawn == [f"'{progress.title}'!${c}$6:${c}${last}" for c in "BC"]


def test_compare_is_green_within_the_tolerance_and_red_beyond(made):
    _, sheets = made
    grounds = {}
    for area in sheets["compare"].conditional_formatting:
        for rule in area.rules:
            if rule.dxf.fill is not None:
                grounds[rule.operator] = rule.dxf.fill.bgColor.rgb[-6:]
                assert rule.formula == ["-$E$3", "$E$3"]
    red, green, _ = (int(grounds["between"][i : i + 2], 16) for i in (0, 2, 4))
    assert green > red
    red, green, _ = (int(grounds["notBetween"][i : i + 2], 16) for i in (0, 2, 4))
    assert red > green


@pytest.mark.exhaustive(ways=3)
@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(
    "changes", [{}, {"batch": 3}, {"gradients": "summed"}, {"epochs": 0}], ids=str
)
@pytest.mark.parametrize("lesson", ["sine", "xor"])
def test_right_answers_are_spoken_of_where_there_are_any(lesson, lang, changes):
    share = {"en": "share of right answers", "zh": "正确率"}[lang]
    recipe = xb.load(lesson, **({"epochs": 1, "lang": lang, "views": []} | changes))
    for kind in ("start", "training"):
        said = texts(new_sheet(recipe, kind))
        assert any(share in text for text in said) == (lesson == "xor")


@pytest.mark.parametrize("lang", languages())
def test_with_mini_batches_the_last_cost_is_said_to_be_that_of_all_examples(lang):
    start = new_sheet(xb.load("xor", epochs=1, batch=3, lang=lang, views=[]), "start")
    label = {"en": "C_T at the end, all examples", "zh": "训练后全部样本的 C_T"}[lang]
    assert label in [plain(cell.value) for cell in start.cells if cell.column == 1]


@pytest.mark.exhaustive(ways=2)
@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("lesson", ["backprop", "cnn", "iris", "sine", "solver", "cnn-solver"])
def test_what_is_said_of_a_sheet_ends_before_the_legend(lesson, lang):
    """A letter of Carlito is 0.87 digits wide on average; a Chinese one takes two."""
    changes = {"epochs": 0, "data": few(lesson, 3)} if "solver" in lesson else {"epochs": 1}
    recipe = xb.load(lesson, lang=lang, **changes)
    found = {
        (cell.row, cell.column): plain(cell.value) for cell in new_sheet(recipe, "start").cells
    }
    rows = sorted(row for row, column in found if column == 6)
    said = [found.get((row, 2), "") for row in rows[1:]]
    assert any(said)
    for text in said:
        assert sum(1.9 if letter > "⺀" else 0.87 for letter in text) <= 21 * 3 + 4, text

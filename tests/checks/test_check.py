"""The check: right workbooks pass on every engine, every planted fault is caught and named."""

import json
import re
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from programs import OWN, in_every_program, in_other_programs, starts
from workbooks import (
    Made,
    edited,
    few,
    in_libreoffice,
    make,
    part_of,
    resaved,
    retyped,
    stored,
    typed,
    with_cell,
    with_formula,
    with_value,
    without_formulas,
)

import xlbackprop as xb
from xlbackprop.checks.changes import alike
from xlbackprop.checks.check import check, check_many
from xlbackprop.checks.network import NetworkTrial
from xlbackprop.checks.tally import same
from xlbackprop.errors import BookError, EngineError, FileError
from xlbackprop.recalc import ENGINES, Book, CellError
from xlbackprop.recalc.libreoffice import _SETTINGS as SETTINGS
from xlbackprop.words.catalogue import languages


def blamed(report: xb.Report, engine: str) -> list[tuple[str, str]]:
    """Sheet and cell of what an engine's values are blamed for."""
    [comparison] = [c for c in report.comparisons if c.engine == engine]
    return [(m.sheet, m.cell) for m in comparison.mismatches]


def edits(report: xb.Report) -> list[tuple[str, str]]:
    return [(edit.sheet, edit.cell) for edit in report.edits]


def failures(report: xb.Report) -> list[str]:
    """Everything that a report complains about, for a test's message."""
    return [
        *(m.sentence() for c in report.comparisons for m in c.mismatches[:5]),
        *(edit.sentence() for edit in report.edits[:5]),
        *report.faults[:5],
    ]


@pytest.fixture(scope="module")
def plain_xor(tmp_path_factory):
    """Exclusive or, 6 epochs, without views."""
    return make(tmp_path_factory.mktemp("plain"), "xor", epochs=6, views=[])


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """Images of two 0 and two 1, without views."""
    folder, data = tmp_path_factory.mktemp("digits"), few("backprop", 4)
    return make(folder, "backprop", data=data, epochs=1, views=[])


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """The same with all views."""
    folder, data = tmp_path_factory.mktemp("pictures"), few("backprop", 4)
    return make(folder, "backprop", data=data, epochs=1)


# Right workbooks.

SHORT = {
    "worked-example": {"epochs": 3},
    "xor": {"epochs": 6},
    "backprop": {"epochs": 2, "data": few("backprop", 4)},
}
WHOLE = "what a program makes of a whole lesson is its own"
EVERY_LESSON = pytest.mark.parametrize("lesson", SHORT)
EVERY_LANGUAGE = pytest.mark.parametrize("lang", languages())


def count_formulas(path: Path) -> int:
    """Formula cells as they stand in the XML."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return sum(len(re.findall(rb"<f[ >]", archive.read(name))) for name in sheets)


def agreed_on_every_cell(made: Made, engine: str) -> int:
    """How many formula cells there are, all of which agree."""
    report = check(made.path, engine)
    assert failures(report) == []
    assert report.agrees
    formulas = count_formulas(made.path)
    assert report.formulas == formulas > 300
    assert [c.compared for c in report.comparisons] == [formulas, formulas]
    assert [c.engine for c in report.comparisons] == ["saved", engine]
    return formulas


@pytest.mark.exhaustive(ways=1)
@in_every_program(WHOLE)
@EVERY_LESSON
@EVERY_LANGUAGE
def test_every_engine_agrees_with_python_on_every_formula_cell_of_every_short_lesson(
    lesson, lang, engine, need, tmp_path
):
    need(engine)
    agreed_on_every_cell(make(tmp_path, lesson, lang=lang, **SHORT[lesson]), engine)


@pytest.mark.exhaustive
@in_every_program(WHOLE)
@EVERY_LESSON
@EVERY_LANGUAGE
def test_every_engine_agrees_with_python_on_every_formula_cell_of_every_lesson(
    lesson, lang, engine, need, tmp_path
):
    need(engine)
    agreed_on_every_cell(make(tmp_path, lesson, lang=lang), engine)


def test_the_backprop_lesson_has_more_than_200_000_formula_cells_that_agree(tmp_path):
    assert agreed_on_every_cell(make(tmp_path, "backprop"), "ironcalc") > 200_000


# From an epoch on, the last digits of the numbers before lead to another training.
UNSTABLE = {
    "xor": ("xor", {"eta": 30.0, "epochs": 60, "views": []}),
    "images": ("backprop", {"eta": 50.0, "epochs": 10, "data": few("backprop", 4), "views": []}),
    "long xor": ("xor", {"eta": 50.0, "epochs": 300}),
    "long images": ("backprop", {"eta": 50.0, "epochs": 100, "data": few("backprop", 4)}),
}
LONG = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def unstable(tmp_path_factory):
    """A workbook by its name, written once."""

    @cache
    def unstable(name: str) -> Made:
        lesson, changes = UNSTABLE[name]
        return make(tmp_path_factory.mktemp("unstable"), lesson, **changes)

    return unstable


@in_every_program("each program's last digits lead it to a training of its own")
@pytest.mark.parametrize("name", ["xor", "images"])
def test_an_unstable_training_agrees_stage_by_stage(engine, name, unstable, need):
    need(engine)
    report = check(unstable(name).path, engine)
    assert failures(report) == []
    assert report.agrees


@LONG
@in_every_program("each program's last digits lead it to a training of its own")
@pytest.mark.parametrize("name", ["long xor", "long images"])
def test_a_long_unstable_training_agrees_stage_by_stage(engine, name, unstable, need):
    need(engine)
    report = check(unstable(name).path, engine)
    assert failures(report) == []
    assert report.agrees


LATE = pytest.mark.parametrize(
    ("name", "epoch"), [("xor", 50), pytest.param("long xor", 200, marks=LONG)]
)


@LATE
@pytest.mark.parametrize(
    ("label", "old", "new"),
    [("d2_2", "*(1-", "*(1+"), ("z3_1", "SUMPRODUCT", "-SUMPRODUCT"), ("g_w2_1_2", "*", "/2*")],
)
def test_a_fault_in_a_late_epoch_of_an_unstable_training_is_found_there_and_nowhere_else(
    label, old, new, name, epoch, unstable, tmp_path
):
    made = unstable(name)
    place = made.example(label, epoch=epoch, example=4)
    report = check(with_formula(made, tmp_path, place, old, new))
    assert edits(report) == [place]
    assert set(blamed(report, "ironcalc")) <= {place}
    assert blamed(report, "saved") == []
    assert not report.agrees


@LATE
def test_a_fault_in_the_update_before_a_late_epoch_is_found_there_and_nowhere_else(
    name, epoch, unstable, tmp_path
):
    made = unstable(name)
    place = made.parameter("w2_1_1", epoch=epoch)
    report = check(with_formula(made, tmp_path, place, "-eta*", "+0.001-eta*"))
    assert edits(report) == blamed(report, "ironcalc") == [place]


@in_other_programs("whose values are compared is the point")
def test_the_other_engines_find_a_planted_fault_too(engine, need, plain_xor, tmp_path):
    need(engine)
    place = plain_xor.example("d2_2", epoch=5, example=3)
    path = with_cell(plain_xor.path, tmp_path, place, formula="0.5", value="0.5")
    report = check(path, [engine])
    assert edits(report) == blamed(report, engine) == [place]


# Wrong formulas.

WRONG = {
    "a wrong sign in δ of the last layer": ("d3_1", "*(1-", "*(1+"),
    "a wrong sign in δ of a hidden layer": ("d2_1", "*(1-", "*(1+"),
    "a wrong sign in the exponent": ("a2_3", "-", ""),
    "a swapped input": ("x1", "!B", "!C"),
    "a swapped weight": ("z2_1", "T$12:U$12", "U$12:V$12"),
    "a swapped weight on the way back": ("d2_1", "AC$", "AD$"),
    "a swapped δ": ("g_w2_1_1", "Q", "R"),
    "a shifted row": ("C", "E15", "E16"),
    "a cost without its half": ("C", "/2", ""),
    "a right answer by another rule": ("right", "=IF", "&lt;&gt;IF"),
}


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("name", ["plain_xor", "xor"])
@pytest.mark.parametrize("fault", WRONG)
def test_one_wrong_formula_in_epoch_2_is_the_only_cell_blamed(fault, name, request, tmp_path):
    label, old, new = WRONG[fault]
    made = request.getfixturevalue(name)
    place = made.example(label, epoch=2, example=3)
    report = check(with_formula(made, tmp_path, place, old, new))
    assert edits(report) == [place]
    assert blamed(report, "saved") == []
    assert blamed(report, "ironcalc") == [place]
    [mismatch] = report.comparisons[1].mismatches
    assert alike(mismatch.formula, report.edits[0].got)
    assert not report.agrees


def test_a_changed_formula_with_the_same_result_is_named_although_its_value_is_right(
    plain_xor, tmp_path
):
    place = plain_xor.example("g_b2_1", epoch=2, example=3)
    report = check(with_formula(plain_xor, tmp_path, place, "Q", "1*Q"))
    assert edits(report) == [place]
    assert blamed(report, "ironcalc") == []
    assert not report.agrees


@pytest.mark.parametrize("label", ["C", "g_b2_1", "g_w3_1_2"])
@pytest.mark.parametrize("missing", ["first", "last"])
def test_a_sum_over_the_wrong_range_is_the_only_cell_blamed(label, missing, plain_xor, tmp_path):
    place = plain_xor.total(label, epoch=3)
    first, last = re.findall(r"\d+", plain_xor.formula(place))
    old, new = (first, int(first) + 1) if missing == "first" else (last, int(last) - 1)
    report = check(with_formula(plain_xor, tmp_path, place, str(old), str(new)))
    assert edits(report) == blamed(report, "ironcalc") == [place]


def test_a_wrong_update_is_the_only_cell_blamed(plain_xor, tmp_path):
    place = plain_xor.parameter("w3_1_2", epoch=3)
    report = check(with_formula(plain_xor, tmp_path, place, "-eta", "+eta"))
    assert edits(report) == blamed(report, "ironcalc") == [place]


def test_an_update_that_reads_another_weight_is_the_only_cell_blamed(tmp_path):
    example = make(tmp_path, "worked-example", epochs=3, views=[])
    place = example.parameter("w2_1_1", epoch=3)
    above = example.parameter("w2_1_1", epoch=2)[1]
    other = example.parameter("w2_1_2", epoch=2)[1]
    report = check(with_formula(example, tmp_path, place, f"{above}-", f"{other}-"))
    assert edits(report) == blamed(report, "ironcalc") == [place]


def test_a_wrong_formula_on_the_progress_sheet_is_the_only_cell_blamed(plain_xor, tmp_path):
    place = plain_xor.progress(4)
    right = plain_xor.formula(place)
    wrong = plain_xor.formula(plain_xor.progress(3))
    report = check(with_formula(plain_xor, tmp_path, place, right, wrong))
    assert edits(report) == blamed(report, "ironcalc") == [place]


def test_a_target_that_asks_for_another_class_is_the_only_cell_blamed(digits, tmp_path):
    data = digits.layout.data
    place = digits.label(3)[0], openpyxl.utils.get_column_letter(data.targets) + str(data.top + 2)
    report = check(with_formula(digits, tmp_path, place, ",1,0", ",0,1"))
    assert edits(report) == blamed(report, "ironcalc") == [place]


# Wrong or missing values.


def test_a_stale_stored_value_is_blamed_and_its_recalculation_is_not(plain_xor, tmp_path):
    place = plain_xor.progress(4)
    report = check(with_value(plain_xor.path, tmp_path, place, "0.25"))
    assert blamed(report, "saved") == [place]
    assert blamed(report, "ironcalc") == edits(report) == []
    assert not report.agrees


def test_a_stored_value_wrong_in_the_eleventh_digit_is_caught(plain_xor, tmp_path):
    place = plain_xor.progress(4)
    nearly = repr(float(stored(plain_xor.path, place)) + 1e-11)
    report = check(with_value(plain_xor.path, tmp_path, place, nearly), ["saved"])
    assert blamed(report, "saved") == [place]


def test_a_stale_value_amid_the_training_blames_it_and_only_cells_that_read_it(plain_xor, tmp_path):
    place = plain_xor.example("d2_1", epoch=2, example=3)
    report = check(with_value(plain_xor.path, tmp_path, place, "0.25"))
    readers = {
        plain_xor.example(label, epoch=2, example=3) for label in ("g_w2_1_1", "g_w2_1_2", "g_b2_1")
    }
    assert blamed(report, "saved")[0] == place
    assert set(blamed(report, "saved")) <= {place, *readers}
    assert blamed(report, "ironcalc") == []


def test_text_stored_for_a_number_is_blamed(plain_xor, tmp_path):
    place = plain_xor.progress(4)
    formula = plain_xor.formula(place)
    path = with_cell(plain_xor.path, tmp_path, place, formula=formula, value="0.4", kind="str")
    report = check(path, ["saved"])
    assert blamed(report, "saved") == [place]
    [mismatch] = report.comparisons[0].mismatches
    assert mismatch.got == "0.4"


@pytest.mark.parametrize("text", ["abc", "0.4"])
def test_text_typed_over_a_formula_is_named(text, plain_xor, tmp_path):
    place = plain_xor.example("d2_1", epoch=2, example=3)
    report = check(retyped(plain_xor, tmp_path, place, text if text == "abc" else f'="{text}"'))
    assert edits(report) == [place]
    assert next(at for at in blamed(report, "ironcalc") if at[0] == place[0]) == place
    assert not report.agrees


def test_a_formula_cell_replaced_by_its_value_is_named(plain_xor, tmp_path):
    place = plain_xor.example("z2_2", epoch=2, example=3)
    value = stored(plain_xor.path, place)
    report = check(with_cell(plain_xor.path, tmp_path, place, value=value))
    assert [(e.sheet, e.cell, e.got) for e in report.edits] == [(*place, None)]
    assert not report.agrees


def test_an_emptied_formula_cell_is_named(plain_xor, tmp_path):
    place = plain_xor.progress(4)
    report = check(with_cell(plain_xor.path, tmp_path, place))
    assert edits(report) == blamed(report, "saved") == blamed(report, "ironcalc") == [place]


def test_an_error_in_a_formula_cell_is_blamed_where_it_arises(plain_xor, tmp_path):
    place = plain_xor.example("a3_1", epoch=2, example=3)
    report = check(with_cell(plain_xor.path, tmp_path, place, formula="1/0", value="0.5"))
    assert edits(report) == [place]
    assert blamed(report, "ironcalc") == [place]


def test_a_workbook_without_formulas_proves_nothing(plain_xor, tmp_path):
    report = check(without_formulas(plain_xor, tmp_path))
    assert len(report.edits) == report.formulas > 1000
    assert not report.agrees


def test_a_workbook_without_stored_values_proves_nothing_by_itself(plain_xor, tmp_path):
    report = check(typed(plain_xor.path, tmp_path, {}), ["saved"])
    assert (report.compared, report.comparisons[0].missing) == (0, report.formulas)
    assert not report.agrees
    assert report.verdict() == "No formula cell could be compared: nothing is proved."


def test_a_workbook_without_stored_values_agrees_once_it_is_recalculated(plain_xor, tmp_path):
    report = check(resaved(plain_xor, tmp_path, lambda book: None))
    assert failures(report) == []
    assert report.agrees
    assert report.comparisons[0].missing == report.comparisons[1].compared == report.formulas


# Names, sheets, rows.


def test_a_redirected_name_is_told(plain_xor, tmp_path):
    sheet, cell = plain_xor.start("w2_1_1")
    other = f"{sheet}!${cell[0]}${cell[1:]}"
    pattern = rb'(<definedName name="eta"[^>]*>)[^<]*'
    path = edited(plain_xor.path, tmp_path, "xl/workbook.xml", pattern, rb"\g<1>" + other.encode())
    report = check(path, ["saved"])
    assert not report.agrees
    told = [sentence for sentence in failures(report) if re.search(r"\beta\b", sentence)]
    assert told
    assert other.replace("$", "") in told[0].replace("$", "")


def test_a_removed_name_is_told(plain_xor, tmp_path):
    pattern = rb'<definedName name="eta"[^>]*>[^<]*</definedName>'
    report = check(edited(plain_xor.path, tmp_path, "xl/workbook.xml", pattern, b""), ["saved"])
    assert not report.agrees
    assert any("eta" in sentence for sentence in failures(report))


def test_a_name_that_somebody_added_is_no_fault(plain_xor, tmp_path):
    pattern = rb"(<definedNames>)"
    new = rb'\g<1><definedName name="mine">Data!$B$7</definedName>'
    report = check(edited(plain_xor.path, tmp_path, "xl/workbook.xml", pattern, new))
    assert failures(report) == []
    assert report.agrees


def edited_book(made: Made, folder: Path, pattern: str, replacement: str) -> Path:
    """A copy in whose list of sheets and names one place is changed."""
    part = "xl/workbook.xml"
    return edited(made.path, folder, part, pattern.encode(), replacement.encode())


@pytest.mark.parametrize("kind", ["start", "data", "parameters", "training", "progress", "compare"])
def test_a_deleted_sheet_is_told_by_its_name(kind, plain_xor, tmp_path):
    name = plain_xor.sheet(kind)
    path = edited_book(plain_xor, tmp_path, f'<sheet [^>]*name="{name}"[^>]*/>', "")
    with pytest.raises(BookError, match=rf"edited\.xlsx: the sheet '{name}' was deleted"):
        check(path)


def test_a_deleted_recipe_sheet_leaves_a_workbook_that_is_not_ours(plain_xor, tmp_path):
    path = resaved(plain_xor, tmp_path, lambda book: book.remove(book["Recipe"]))
    with pytest.raises(BookError, match="xlbackprop did not write this workbook"):
        check(path)


@pytest.mark.parametrize(
    ("language", "former"), [("en", "History"), ("zh", "历程")], ids=["en", "zh"]
)
def test_a_workbook_with_the_former_name_of_progress_is_told_from_a_renamed_one(
    tmp_path, language, former
):
    made = make(tmp_path, "worked-example", epochs=2, views=[], lang=language)
    book = openpyxl.load_workbook(made.path)
    book[made.sheet("progress")].title = former
    old = tmp_path / "old.xlsx"
    book.save(old)
    wanted = f"an earlier version wrote this workbook: got a sheet '{former}'"
    with pytest.raises(BookError, match=wanted):
        check(old)
    assert xb.load(old).epochs == 2  # its recipe can still be read


def test_a_renamed_sheet_is_told_by_its_first_name(plain_xor, tmp_path):
    path = edited_book(plain_xor, tmp_path, 'name="Training"', 'name="Notes"')
    with pytest.raises(BookError, match=r"got a sheet 'Notes' and no 'Training': it was renamed"):
        check(path)


def test_a_sheet_that_somebody_added_is_no_fault(plain_xor, tmp_path):
    def add(book):
        book.create_sheet("Notes")["A1"] = "=1/0"

    assert check(resaved(plain_xor, tmp_path, add)).agrees


def told_of(report):
    """The one sentence in place of a comparison."""
    assert not report.agrees
    assert (report.comparisons, report.edits) == ((), ())
    [sentence] = report.faults
    return sentence


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("kind", ["training", "progress", "data"])
def test_inserted_rows_are_one_sentence(kind, count, tmp_path):
    made = make(tmp_path, "backprop", epochs=3, data=few("backprop", 4), views=[])
    name = made.sheet(kind)
    report = check(resaved(made, tmp_path, lambda book: book[name].insert_rows(9, count)))
    done = "a row was inserted" if count == 1 else "3 rows were inserted"
    assert told_of(report).startswith(f"{name}: {done} before row 9, so that other cells")


def test_inserted_rows_on_a_page_of_maths_are_one_sentence(tmp_path):
    path = tmp_path / "page.xlsx"
    xb.write(xb.load("chain-rule"), path)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].insert_rows(12)
    book.save(path)
    assert "Chain rule: a row was inserted before row 12" in told_of(check(path))


def test_a_deleted_row_and_columns_are_one_sentence(plain_xor, tmp_path):
    def sentence(change):
        return told_of(check(resaved(plain_xor, tmp_path, change)))

    assert "Training: a row was deleted from row 10 on" in sentence(
        lambda book: book["Training"].delete_rows(10)
    )
    assert "Training: a column was deleted from column E on" in sentence(
        lambda book: book["Training"].delete_cols(5)
    )
    assert "Progress: 2 columns were inserted before column C" in sentence(
        lambda book: book["Progress"].insert_cols(3, 2)
    )


def test_a_note_that_somebody_wrote_moves_nothing(plain_xor, tmp_path):
    def note(book):
        book["Training"]["A60"] = book["Training"]["AZ3"] = "remember this"

    assert check(resaved(plain_xor, tmp_path, note)).agrees


@pytest.mark.parametrize("epochs", [3, 8])
def test_epochs_that_were_changed_on_recipe_are_one_sentence(epochs, plain_xor, tmp_path):
    now = plain_xor.recipe.epochs
    lines = openpyxl.load_workbook(plain_xor.path)["Recipe"]["A"]
    [cell] = [line.coordinate for line in lines if str(line.value).startswith("epochs")]
    report = check(retyped(plain_xor, tmp_path, ("Recipe", cell), f"epochs = {epochs}"))
    assert f"Recipe: its text says epochs = {epochs}, and Training has {now}" in told_of(report)


def test_a_deleted_sheet_that_a_recipe_may_leave_out_is_told_and_the_others_are_checked(tmp_path):
    made = make(tmp_path, "xor", epochs=2)
    report = check(resaved(made, tmp_path, lambda book: book.remove(book["Walkthrough"])))
    assert report.agrees
    assert report.changes == ("Walkthrough  this sheet was deleted",)


def test_rows_below_the_last_example_are_told(plain_xor, tmp_path):
    row = plain_xor.layout.data.bottom + 1

    def add(book):
        for column in range(1, 5):
            book["Data"].cell(row, column).value = 1

    report = check(resaved(plain_xor, tmp_path, add))
    assert report.agrees
    assert [text for text in report.changes if text.startswith(f"Data!A{row}  rows below")]


@pytest.mark.parametrize("saves_values", [True, False])
def test_a_formula_in_an_input_cell_is_told_and_counts_as_what_it_comes_to(
    saves_values, plain_xor, tmp_path
):
    sheet, cell = plain_xor.eta
    path = retyped(plain_xor, tmp_path, plain_xor.eta, "=1/2")
    if saves_values:
        path = with_cell(path, tmp_path, plain_xor.eta, formula="1/2", value="0.5")
    report = check(path)
    assert report.agrees
    assert f"{sheet}!{cell}  holds a formula, =1/2, which comes to 0.5" in report.changes
    assert xb.load(path).eta == 0.5


def test_a_formula_in_an_input_cell_that_has_no_value_is_a_fault(plain_xor, tmp_path):
    report = check(retyped(plain_xor, tmp_path, plain_xor.eta, "=1/0"))
    assert not report.agrees
    assert "#DIV/0!" in report.faults[0]


def test_a_number_typed_over_a_formula_is_named_first_where_nothing_else_has_a_value(tmp_path):
    """A program that computes nothing stores no value anywhere."""
    made = make(tmp_path, "xor", epochs=4, views=[])
    report = check(resaved(made, tmp_path, lambda book: typed_over(book, made.progress(3))))
    assert blamed(report, "ironcalc") == edits(report) == [made.progress(3)]
    assert blamed(report, "saved") == []
    [line] = [line for line in report.lines() if "shows" in line]
    assert line.strip().startswith(f"{made.progress(3)[0]}!{made.progress(3)[1]}")


def typed_over(book, place):
    sheet, cell = place
    book[sheet][cell] = 2.5


def test_a_damaged_recipe_sheet_is_told(plain_xor, tmp_path):
    path = retyped(plain_xor, tmp_path, ("Recipe", "A5"), "layers = 3 apples")
    with pytest.raises(BookError, match="Recipe"):
        check(path)


# What a person may change.


def change_eta(made):
    return made.eta, 0.75, "eta = 0.75"


def change_weight(made):
    return made.start("w3_1_2"), -1.5, "w3_1_2 = -1.5"


def change_pixel(made):
    return made.input("x_2_3", 4), 0.5, "x_2_3 = 0.5"


def change_label(made):
    return made.label(4), 1 - int(made.recipe.labels()[3]), "label = "


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("name", ["digits", "pictures"])
@pytest.mark.parametrize("change", [change_eta, change_weight, change_pixel, change_label])
def test_a_legal_edit_is_named_and_not_blamed(change, name, request, tmp_path):
    made = request.getfixturevalue(name)
    place, value, told = change(made)
    report = check(retyped(made, tmp_path, place, value))
    assert failures(report) == []
    assert report.agrees
    [sentence] = report.changes
    assert sentence.startswith(f"{place[0]}!{place[1]}  ")
    assert told in sentence


def test_a_changed_target_number_is_named_and_not_blamed(plain_xor, tmp_path):
    data = plain_xor.layout.data
    place = plain_xor.sheet("data"), openpyxl.utils.get_column_letter(data.targets) + str(data.top)
    report = check(retyped(plain_xor, tmp_path, place, 0.9))
    assert failures(report) == []
    assert report.agrees
    assert [sentence.split("  ")[0] for sentence in report.changes] == ["!".join(place)]


def test_a_legal_edit_beside_a_fault_leaves_the_fault_the_only_cell_blamed(plain_xor, tmp_path):
    place = plain_xor.example("d2_1", epoch=2, example=3)
    changes = {plain_xor.eta: 0.1, place: f"=-({plain_xor.formula(place)})"}
    report = check(typed(plain_xor.path, tmp_path, changes))
    assert edits(report) == blamed(report, "ironcalc") == [place]
    assert len(report.changes) == 1


def test_an_edit_whose_results_were_not_recalculated_is_blamed_under_saved_only(
    plain_xor, tmp_path
):
    report = check(with_value(plain_xor.path, tmp_path, plain_xor.eta, "0.75"))
    after_first_update = {plain_xor.parameter(label, epoch=2) for label in ("w2_1_1", "b3_1")}
    assert after_first_update <= set(blamed(report, "saved"))
    assert blamed(report, "ironcalc") == []


@pytest.mark.parametrize("what", ["eta", "pixel", "weight"])
@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("viel", "'viel'"),
        (None, "nothing"),
    ],
)
def test_an_input_that_is_no_number_is_a_fault_of_that_cell(what, value, got, digits, tmp_path):
    places = {
        "eta": digits.eta,
        "pixel": digits.input("x_2_3", 4),
        "weight": digits.start("w3_1_2"),
    }
    sheet, cell = places[what]
    report = check(retyped(digits, tmp_path, (sheet, cell), value))
    assert not report.agrees
    assert report.faults == (f"{sheet}!{cell}: got {got}, wanted a number; type one.",)
    assert edits(report) == []


@pytest.fixture(scope="module")
def flowers(tmp_path_factory):
    """A workbook whose classes have names."""
    return make(tmp_path_factory.mktemp("flowers"), "iris", epochs=1, data=few("iris", 6), views=[])


@in_every_program("what a heading that a formula looks for is equal to, each program decides")
@pytest.mark.parametrize(
    ("name", "place", "value", "got", "wanted"),
    [
        ("flowers", 0, "rose", "'rose'", "'setosa'"),
        ("flowers", 2, "Virginica", "'Virginica'", "'virginica'"),
        ("flowers", 1, "setosa", "'setosa'", "'versicolor'"),
        ("flowers", 0, None, "nothing", "'setosa'"),
        ("digits", 0, None, "nothing", "0"),
        ("digits", 0, 7, "7", "0"),
        ("digits", 1, "one", "'one'", "1"),
    ],
)
def test_a_renamed_class_is_a_fault_of_its_heading_and_no_formula_is_blamed(
    name, place, value, got, wanted, engine, request, need, tmp_path
):
    need(engine)
    made = request.getfixturevalue(name)
    sheet = made.sheet("data")
    cell = f"{openpyxl.utils.get_column_letter(made.layout.data.targets + place)}5"
    path = retyped(made, tmp_path, (sheet, cell), value)
    report = check(path, engine)
    sentence = f"{sheet}!{cell}: got {got}, wanted {wanted}, the class of this column; type it."
    assert report.faults == (sentence,)
    assert not report.agrees
    assert [blamed(report, c.engine) for c in report.comparisons] == [[], []]
    with pytest.raises(BookError, match=f"got {got}, wanted {wanted}, the class of this column"):
        xb.load(path)


@in_every_program("programs differ on whether TRUE equals 1")
@pytest.mark.parametrize(("value", "got"), [(True, "True"), (False, "False"), (None, "nothing")])
@pytest.mark.parametrize("number", [1, 4])  # of class 0, which an empty cell equals, and 1
def test_a_label_that_is_no_class_at_all_is_a_fault_of_its_cell_and_nothing_else_is_blamed(
    number, value, got, digits, engine, need, tmp_path
):
    """Nobody knows the target."""
    need(engine)
    place = digits.label(number)
    path = retyped(digits, tmp_path, place, value)
    report = check(path, engine)
    sentence = f"{got}, wanted the class of the example, a name or a number; type one."
    assert report.faults == (f"{place[0]}!{place[1]}: got {sentence}",)
    assert (report.agrees, report.changes, edits(report)) == (False, (), [])
    assert [blamed(report, c.engine) for c in report.comparisons] == [[], []]
    with pytest.raises(BookError, match=f"{place[1]}: got {got}, wanted the class of the example"):
        xb.load(path)


@in_every_program("a program that told capitals apart would find no class")
def test_a_label_typed_in_capitals_is_its_class_as_a_spreadsheet_has_it(
    flowers, engine, need, tmp_path
):
    need(engine)
    place = flowers.label(3)
    path = retyped(flowers, tmp_path, place, "VERSICOLOR")
    report = check(path, engine)
    assert failures(report) == []
    assert report.changes == (f"{place[0]}!{place[1]}  label = VERSICOLOR (was versicolor)",)
    assert report.comparisons[1].drift == pytest.approx(0, abs=1e-12)
    assert np.array_equal(xb.load(path).t(), flowers.recipe.t())


def test_a_class_that_the_recipe_does_not_have_is_not_passed_over(digits, tmp_path):
    report = check(retyped(digits, tmp_path, digits.label(4), 7))
    told = [*report.faults, *report.changes]
    assert any(sentence.startswith("!".join(digits.label(4))) for sentence in told)


@starts("libreoffice", why="a person changes η there and saves the file")
@EVERY_LESSON
def test_a_person_who_changes_eta_in_libreoffice_is_told_that_all_agree(lesson, need, tmp_path):
    need("libreoffice")
    changes = SHORT[lesson] | {"epochs": 4}
    made = make(tmp_path, lesson, **changes)
    path = in_libreoffice(with_value(made.path, tmp_path, made.eta, "0.75"), tmp_path)
    report = check(path, ["saved"])
    assert failures(report) == []
    assert report.agrees
    assert report.compared == report.formulas
    [sentence] = report.changes
    assert sentence.startswith("!".join(made.eta) + "  eta = 0.75")
    # The numbers are those of a training with this η, not of the one that was written.
    retrained = xb.run(xb.load(lesson, **changes, eta=0.75))
    shown = openpyxl.load_workbook(path, data_only=True)[made.sheet("progress")]
    assert shown[made.progress(5)[1]].value == pytest.approx(retrained.cost[-1], rel=1e-11)
    assert report.comparisons[0].drift == pytest.approx(0, abs=1e-11)


# Numbers too large for a computer.


def test_an_overflow_shown_as_an_error_agrees_with_an_infinite_number():
    assert same(CellError("#NUM!"), float("inf"))
    assert same(CellError("#NUM!"), float("nan"))


@pytest.mark.parametrize("wanted", [float("inf"), float("-inf"), float("nan")])
def test_a_finite_number_does_not_agree_with_an_infinite_one(wanted):
    assert not same(1.0, wanted)


@pytest.mark.parametrize(
    ("got", "wanted"),
    [("1.0", 1.0), (True, 1.0), (None, 0.0), (CellError("#N/A"), 0.0), (1.0, "1.0"), (1.0, True)],
)
def test_values_of_different_kinds_never_agree(got, wanted):
    assert not same(got, wanted)


OVERFLOW = {
    "eta": 1e12,
    "epochs": 3,
    "data": {"columns": ["x1", "x2", "y"], "rows": [[0, 0, 0], [0, 1e300, 1], [1e300, 0, 1]]},
    "start": {"w2": [[1e-302, 1e-302]] * 3, "b2": [0] * 3, "w3": [[1, 2, 3]], "b3": [0]},
}


@pytest.fixture(scope="module")
def overflowing(tmp_path_factory):
    """A training whose weights pass the largest number at the first update."""
    with np.errstate(all="ignore"):
        made = make(tmp_path_factory.mktemp("overflow"), "xor", **OVERFLOW)
    assert not np.isfinite(xb.run(made.recipe).parameter_values[1]).all()
    return made


def test_a_training_that_overflows_is_written_without_a_warning(tmp_path):
    make(tmp_path, "xor", **OVERFLOW)


@pytest.fixture(scope="module")
def report_on_overflow(overflowing):
    with np.errstate(all="ignore"):
        return check(overflowing.path)


def test_a_training_that_overflows_agrees(report_on_overflow):
    assert failures(report_on_overflow) == []
    assert report_on_overflow.agrees


def test_a_number_where_the_training_overflows_is_blamed(overflowing, tmp_path):
    finite = np.isfinite(xb.run(overflowing.recipe).parameter_values[1])
    label = overflowing.layout.network.all_parameter_labels[np.flatnonzero(~finite)[0]]
    place = overflowing.parameter(label, epoch=2)
    formula = overflowing.formula(place)
    path = with_cell(overflowing.path, tmp_path, place, formula=formula, value="1.5")
    with np.errstate(all="ignore"):
        assert place in blamed(check(path, ["saved"]), "saved")


def test_a_report_on_overflowing_numbers_is_valid_json(overflowing, report_on_overflow):
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    text = json.dumps(report_on_overflow.as_dict())
    assert json.loads(text, parse_constant=refuse)["file"] == str(overflowing.path)


# Files that can't be checked.


def test_an_unknown_engine_is_told_before_the_file_is_read(tmp_path):
    with pytest.raises(EngineError, match=r"got 'excel', wanted one of .*ironcalc"):
        check(tmp_path / "missing.xlsx", ["excel"])


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FileError, match=r"missing\.xlsx: there is no such file"):
        check(tmp_path / "missing.xlsx")


def test_a_foreign_workbook_is_told(tmp_path):
    path = tmp_path / "foreign.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(BookError, match="xlbackprop did not write this workbook"):
        check(path)


def test_several_workbooks_are_reported_in_their_order(plain_xor, digits):
    reports = check_many([digits.path, plain_xor.path], ["saved"])
    assert [report.path for report in reports] == [str(digits.path), str(plain_xor.path)]


def test_the_sheet_that_a_fault_is_on_is_named_in_the_workbooks_language(plain_xor, tmp_path):
    made = make(tmp_path, "xor", lang="zh", epochs=6, views=[])
    place = made.example("d2_1", epoch=2, example=3)
    report = check(with_cell(made.path, tmp_path, place, formula="0.5", value="0.5"))
    assert edits(report) == blamed(report, "ironcalc") == [place]
    assert place[0] == "训练"
    assert part_of(made.path, "训练") == part_of(plain_xor.path, "Training")


# Other countries.


@in_other_programs("which decimal sign a program writes into texts depends on its country")
@pytest.mark.parametrize("country", ["fr-FR", "pt-BR", "ru-RU", "zh-CN"])
def test_a_workbook_that_was_saved_in_another_country_agrees(
    country, engine, need, tmp_path, monkeypatch
):
    """FIXED writes a comma there, into texts that xlbackprop wrote with a point."""
    need(engine)
    if engine == "libreoffice":
        settings = [(a, b, country if b == "ooSetupSystemLocale" else c) for a, b, c in SETTINGS]
        monkeypatch.setattr("xlbackprop.recalc.libreoffice._SETTINGS", tuple(settings))
        # The one that runs for all tests has the settings that it was started with.
        monkeypatch.setattr("xlbackprop.recalc.libreoffice.convert", OWN["libreoffice"])
    else:
        monkeypatch.setenv("LC_ALL", f"{country.replace('-', '_')}.UTF-8")
    made = make(tmp_path, "worked-example")
    [saved] = ENGINES[engine].recalculate([made.path])
    texts = [
        value
        for line in saved.values("Walkthrough", 1, 1, 40, 30)
        for value in line
        if isinstance(value, str)
    ]
    if engine == "libreoffice" and country != "zh-CN":
        assert any(re.search(r"[0-9],[0-9]", text) for text in texts)
    trial = NetworkTrial.of(Book.open(made.path))
    assert trial.compare(saved, engine).mismatches == ()


@pytest.mark.parametrize(
    ("got", "wanted", "equal"),
    [
        ("z = 0,5 + 1,25", "z = 0.5 + 1.25", True),
        ("z = 0,5", "z = 0.6", False),
        ("z = 0,5", "z = 05", False),
        ("one, two", "one. two", False),
    ],
)
def test_a_text_may_have_another_decimal_sign_and_no_other_number(got, wanted, equal):
    assert same(got, wanted) == equal

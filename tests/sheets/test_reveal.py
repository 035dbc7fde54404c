"""Switches on Training and Walkthrough: what they hide, and that nothing but looks changes."""

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.utils.cell import coordinate_to_tuple
from workbooks import make, resaved, with_value

import xlbackprop as xb
from xlbackprop.recalc import ENGINES, Book

PARTS = ("forward", "delta", "gradient")


def hidden(made, kind, part):
    """The cells that a switch of a sheet hides, by row and column."""
    switch = "$" + "$".join(_split(made.number(f"{kind} {part}")[1]))
    found = set()
    for cells in openpyxl.load_workbook(made.path)[made.sheet(kind)].conditional_formatting:
        if any(rule.formula and f"IF(OR({switch},0),-" in rule.formula[0] for rule in cells.rules):
            for piece in str(cells.sqref).split():
                left, top, right, bottom = range_boundaries(piece)
                found |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    return found


def _split(cell):
    letters = cell.rstrip("0123456789")
    return letters, cell[len(letters) :]


@pytest.mark.parametrize("gradients", ["per-example", "summed"])
def test_a_switch_of_training_hides_all_of_its_numbers_and_no_others(tmp_path, gradients):
    """The numbers of examples and sums; parameters stay in sight, also under the gradients."""
    made = make(tmp_path, "xor", epochs=3, gradients=gradients)
    training = made.layout.training
    rows = [row for top, bottom in training.example_rows() for row in range(top, bottom + 1)]
    columns = {
        part: {c for label, c in training.columns.items() if label[0] in letters}
        for part, letters in (("forward", "za"), ("delta", "d"))
    }
    sums = [training.sum_row(block) for block in range(4)]
    parameters = {
        (training.parameter_row(block) + below, column)
        for block in range(4)
        for below, column in training.places
    }
    forward, delta, gradient = (hidden(made, "training", part) for part in PARTS)
    costs = {training.columns["C"], training.columns["right"]}
    wanted = {(row, c) for row in rows for c in columns["forward"]}
    assert forward == wanted | {(row, c) for row in (*rows, *sums) for c in costs}
    assert delta == {(row, c) for row in rows for c in columns["delta"]}
    assert not (forward | delta | gradient) & parameters
    total = {
        made.total(f"g_{label}", epoch=2)[1] for label in made.layout.network.all_parameter_labels
    }
    assert {openpyxl.utils.cell.get_column_letter(c) + str(r) for r, c in gradient} >= total
    if gradients == "per-example":
        assert {made.example("g_w2_1_1", epoch=3, example=4)[1]} <= {
            openpyxl.utils.cell.get_column_letter(c) + str(r) for r, c in gradient
        }


def test_the_switches_of_the_walkthrough_hide_every_answer(xor):
    """All numbers but weights, inputs and targets."""
    page = xor.layout.walkthrough
    every = set().union(*(hidden(xor, "walkthrough", part) for part in PARTS))
    for label, place in page.place_of.items():
        assert (place in every) == (label[0] in "zaCdg"), label


def test_the_sentences_of_the_walkthrough_are_blank_where_they_are_switched_off(xor, tmp_path):
    """In every program, as Python has it; the others stay."""

    def change(book):
        for part in ("forward", "gradient"):
            sheet, cell = xor.number(f"walkthrough {part}")
            book[sheet][cell] = 0

    path = resaved(xor, tmp_path, change)
    [book] = ENGINES["ironcalc"].recalculate([path])
    sheet, page = xor.sheet("walkthrough"), xor.layout.walkthrough
    lines = {
        row: book.value(sheet, row, 1) for row in range(page.words_row + 1, page.words_row + 20)
    }
    assert " " in lines.values()
    assert book.value(sheet, page.VERDICT_ROW, 1) == " "
    texts = [book.value(sheet, r, c) for r in lines for c in range(2, page.last_column + 30)]
    assert any(isinstance(t, str) and t.startswith("δ") and "(" in t for t in texts)


def test_a_file_keeps_its_stored_values_when_it_is_read(xor, tmp_path):
    """No rule of ours makes the built-in engine compute while it loads."""
    path = with_value(xor.path, tmp_path, xor.input("x1", 2), "0.125")
    cost = xor.total("C", epoch=1)
    before, after = Book.open(xor.path), Book.open(path)
    place = cost[0], *coordinate_to_tuple(cost[1])
    assert before.value(*place) == after.value(*place)


@pytest.mark.parametrize("off", [0, False])
def test_switched_off_every_number_is_still_there(xor, tmp_path, need, off):
    """A switch changes looks alone: all programs compute what they computed before.

    It may hold a number, or the truth value of a tick box.
    """
    for engine in ENGINES:
        need(engine)

    def change(book):
        for kind in ("training", "walkthrough"):
            for part in PARTS:
                sheet, cell = xor.number(f"{kind} {part}")
                book[sheet][cell] = off

    report = xb.check(resaved(xor, tmp_path, change), "all")
    assert report.agrees, "\n".join(report.lines())
    assert len(report.changes) == 6


@pytest.mark.parametrize("on", [1, True])
def test_a_switch_that_is_on_in_either_way_is_no_change(xor, tmp_path, on):
    sheet, cell = xor.number("walkthrough delta")
    report = xb.check(resaved(xor, tmp_path, lambda book: book[sheet].__setitem__(cell, on)))
    assert (report.agrees, report.changes, report.edits) == (True, (), ())


@pytest.mark.parametrize("typed", [2, 0.5, "yes", None])
def test_a_switch_takes_1_or_0_only(xor, tmp_path, typed):
    sheet, cell = xor.number("walkthrough delta")
    report = xb.check(resaved(xor, tmp_path, lambda book: book[sheet].__setitem__(cell, typed)))
    [fault] = report.faults
    assert fault.startswith(f"{sheet}!{cell}: got ")
    assert "wanted 1 or 0" in fault or "wanted a number" in fault
    assert all(not comparison.mismatches for comparison in report.comparisons)


def test_a_pass_forward_has_a_switch_for_itself_alone(tmp_path):
    made = make(tmp_path, "xor", epochs=0)
    assert list(made.layout.training_switches) == ["forward"]
    assert xb.check(made.path).agrees


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("lesson", "changes"),
    [("worked-example", {}), ("xor", {}), ("iris", {}), ("solver", {}), ("backprop", {})],
    ids=str,
)
def test_no_printed_page_cuts_the_note_beside_a_switch(tmp_path, lesson, changes, lang):
    """The note is wrapped into cells that a page never begins within."""
    made = make(tmp_path, lesson, lang=lang, **changes)
    sheet = openpyxl.load_workbook(made.path)[made.sheet("training")]
    breaks = {b.id + 1 for b in sheet.col_breaks.brk}  # columns with which a page begins
    merges = {(m.min_row, m.min_col): m.max_col for m in sheet.merged_cells.ranges}
    for switch in made.layout.training_switches.values():
        last = merges.get((switch.row, switch.column + 1), switch.column + 1)
        assert not breaks & set(range(switch.column + 1, last + 1))
        note = sheet.cell(switch.row, switch.column + 1)
        assert note.value
        assert note.alignment.wrap_text

"""Switches on Training and Walkthrough: what they hide, and that nothing but looks changes."""

from pathlib import Path

import pytest
from openpyxl.utils import range_boundaries
from openpyxl.utils.cell import coordinate_to_tuple
from programs import in_every_program
from views import new_sheet
from workbooks import Made, few, make, retyped, typed, with_value

import xlbackprop as xb
from xlbackprop.recalc import ENGINES, Book
from xlbackprop.sheets.training.switches import switches as training_switches
from xlbackprop.sheets.walkthrough.layout import VERDICT_ROW, WalkthroughLayout
from xlbackprop.workbook.address import absolute, address
from xlbackprop.workbook.style import STYLES

PARTS = ("forward", "delta", "gradient")


@pytest.fixture(scope="module")
def xor(tmp_path_factory):
    """Exclusive or, 2 epochs; no other views than those that hide."""
    return make(tmp_path_factory.mktemp("xor"), "xor", epochs=2, views=["walkthrough"])


def hidden(made, kind, part):
    """The cells that a switch of a sheet hides, by row and column."""
    row, column = coordinate_to_tuple(made.number(f"{kind} {part}")[1])
    switch, found = absolute(row, column, row, column), set()
    for cells, rule in new_sheet(made.recipe, kind).conditional:
        if rule.formula and f"IF(OR({switch},0),-" in rule.formula[0]:
            for piece in cells.split():
                left, top, right, bottom = range_boundaries(piece)
                found |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    return found


def switched(made, folder, positions):
    """A copy in which some switches, each of a sheet and a part, hold something else."""
    places = {made.number(f"{kind} {part}"): entry for (kind, part), entry in positions.items()}
    return typed(made.path, folder, places)


@pytest.mark.parametrize("gradients", ["per-example", "summed"])
def test_a_switch_of_training_hides_all_of_its_numbers_and_no_others(gradients):
    """The numbers of examples and sums; parameters stay in sight, also under the gradients."""
    made = Made(Path(), xb.load("xor", epochs=3, gradients=gradients, views=[]))
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
    labels, addresses = made.layout.network.all_parameter_labels, {address(*at) for at in gradient}
    assert addresses >= {made.total(f"g_{label}", epoch=2)[1] for label in labels}
    if gradients == "per-example":
        assert made.example("g_w2_1_1", epoch=3, example=4)[1] in addresses


def test_the_switches_of_the_walkthrough_hide_every_answer(xor):
    """All numbers but weights, inputs and targets."""
    page = xor.layout.own(WalkthroughLayout.of)
    every = set().union(*(hidden(xor, "walkthrough", part) for part in PARTS))
    for label, place in page.place_of.items():
        assert (place in every) == (label[0] in "zaCdg"), label


def test_the_sentences_of_the_walkthrough_are_blank_where_they_are_switched_off(xor, tmp_path):
    """The others stay."""
    path = switched(xor, tmp_path, {("walkthrough", "forward"): 0, ("walkthrough", "gradient"): 0})
    [book] = ENGINES["ironcalc"].recalculate([path])
    sheet, page = xor.sheet("walkthrough"), xor.layout.own(WalkthroughLayout.of)
    lines = {
        row: book.value(sheet, row, 1) for row in range(page.words_row + 1, page.words_row + 20)
    }
    assert " " in lines.values()
    assert book.value(sheet, VERDICT_ROW, 1) == " "
    texts = [book.value(sheet, r, c) for r in lines for c in range(2, page.last_column + 30)]
    assert any(isinstance(t, str) and t.startswith("δ") and "(" in t for t in texts)


def test_a_file_keeps_its_stored_values_when_it_is_read(xor, tmp_path):
    """No rule of ours makes the built-in engine compute while it loads."""
    path = with_value(xor.path, tmp_path, xor.input("x1", 2), "0.125")
    cost = xor.total("C", epoch=1)
    before, after = Book.open(xor.path), Book.open(path)
    place = cost[0], *coordinate_to_tuple(cost[1])
    assert before.value(*place) == after.value(*place)


@in_every_program("each program has its own truth values, and OR takes them in its way")
@pytest.mark.parametrize("off", [0, False])
def test_switched_off_every_number_is_still_there(xor, tmp_path, need, engine, off):
    """A switch changes looks alone: all programs compute what they computed before.

    It may hold a number, or the truth value of a tick box.
    """
    need(engine)
    every = [(kind, part) for kind in ("training", "walkthrough") for part in PARTS]
    report = xb.check(switched(xor, tmp_path, dict.fromkeys(every, off)), engine)
    assert report.agrees, "\n".join(report.lines())
    assert len(report.changes) == 6


@pytest.mark.parametrize("on", [1, True])
def test_a_switch_that_is_on_in_either_way_is_no_change(xor, tmp_path, on):
    sheet, cell = xor.number("walkthrough delta")
    report = xb.check(retyped(xor, tmp_path, (sheet, cell), on))
    assert (report.agrees, report.changes, report.edits) == (True, (), ())


@pytest.mark.parametrize("entry", [2, 0.5, "yes", None])
def test_a_switch_takes_1_or_0_only(xor, tmp_path, entry):
    sheet, cell = xor.number("walkthrough delta")
    report = xb.check(retyped(xor, tmp_path, (sheet, cell), entry))
    [fault] = report.faults
    assert fault.startswith(f"{sheet}!{cell}: got ")
    assert "wanted 1 or 0" in fault or "wanted a number" in fault
    assert all(not comparison.mismatches for comparison in report.comparisons)


def test_a_pass_forward_has_a_switch_for_itself_alone(tmp_path):
    made = make(tmp_path, "xor", epochs=0, views=[])
    assert list(training_switches(made.layout)) == ["forward"]
    assert xb.check(made.path).agrees


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("lesson", ["worked-example", "xor", "iris", "solver", "backprop"])
def test_no_printed_page_cuts_the_note_beside_a_switch(lesson, lang):
    """The note is wrapped into cells that a page never begins within."""
    changes = {} if lesson in ("worked-example", "xor") else {"data": few(lesson, 3)}
    epochs = 0 if lesson == "solver" else 1
    made = Made(Path(), xb.load(lesson, lang=lang, epochs=epochs, views=[], **changes))
    sheet = new_sheet(made.recipe, "training")
    merged = map(range_boundaries, sheet.merges)
    merges = {(top, left): right for left, top, right, _ in merged}
    for switch in training_switches(made.layout).values():
        first = switch.column + 1
        last = merges.get((switch.row, first), first)
        assert not set(sheet.paper.column_breaks) & set(range(first, last + 1))
        [note] = [cell for cell in sheet.cells if (cell.row, cell.column) == (switch.row, first)]
        assert note.value
        assert STYLES[note.style].alignment.wrap_text


@pytest.mark.parametrize("lesson", ["worked-example", "xor"])
def test_the_note_beside_a_switch_has_room_for_its_two_lines(lesson):
    """Cells are merged until half of it fits in, each character being one wide."""
    made = Made(Path(), xb.load(lesson, epochs=1, views=[]))
    sheet = new_sheet(made.recipe, "training")
    widths = {c: own.width for own in sheet.columns for c in range(own.first, own.last + 1)}
    merged = map(range_boundaries, sheet.merges)
    merges = {(top, left): right for left, top, right, _ in merged}
    for switch in training_switches(made.layout).values():
        row, first = switch.row, switch.column + 1
        [note] = [c.value for c in sheet.cells if (c.row, c.column) == (row, first)]
        last = merges.get((row, first), first)
        assert sum(widths[column] for column in range(first, last + 1)) >= len(note) / 2

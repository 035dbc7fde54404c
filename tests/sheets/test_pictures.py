"""The Pictures sheet: weights in the shape of what they are multiplied by, and the examples."""

import numpy as np
import pytest
from convolutional import MAPS, SMALL, STACKED
from programs import in_every_program
from views import new_sheet, plain
from workbooks import Made, few, make, retyped, typed

import xlbackprop as xb
from xlbackprop.checks.untouched import is_untouched
from xlbackprop.recalc import ENGINES, Book
from xlbackprop.sheets.book import new_grids
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.pictures.layout import PicturesLayout
from xlbackprop.sheets.pictures.sheet import choice as pictures_choice
from xlbackprop.workbook.address import address

VIEWS = ["pictures"]
DIGITS = {"epochs": 2, "data": few("cnn", 8), "views": VIEWS}


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """8 images of 0 and 1, 3 epochs; no other pages than those that are looked at."""
    folder, data = tmp_path_factory.mktemp("images"), few("backprop", 8)
    return make(folder, "backprop", epochs=3, data=data, views=VIEWS)


def texts_at(recipe):
    """Texts of the page of a new workbook by row and column."""
    cells = new_sheet(recipe, "pictures").cells
    return {(cell.row, cell.column): plain(cell.value) for cell in cells}


def numbers(made, book, slot):
    """A picture as an array."""
    sheet = made.sheet("pictures")
    values = [book.value(sheet, *place) for _, place in slot.places]
    return np.array(values).reshape(len(slot.labels), -1)


def chosen(made, folder, block):
    choice = pictures_choice(made.layout)
    return retyped(
        made, folder, (made.sheet("pictures"), address(choice.row, choice.column)), block
    )


@in_every_program("each program looks the chosen block up in its way")
@pytest.mark.parametrize("block", [1, 3, 4])
def test_units_show_their_weights_of_the_chosen_epoch(images, tmp_path, need, engine, block):
    need(engine)
    path = chosen(images, tmp_path, block)
    [book] = ENGINES[engine].recalculate([path])
    trace = xb.run(images.recipe)
    wanted = trace.parameter_values[block - 1][: 3 * 13].reshape(3, 13)
    [section] = images.layout.own(PicturesLayout.of).weights
    for slot, unit in zip(section.slots, wanted, strict=True):
        found = numbers(images, book, slot)
        np.testing.assert_allclose(found, unit[:12].reshape(4, 3), rtol=1e-12, atol=1e-12)
    report = xb.check(path, engine)
    assert report.faults == report.edits == ()
    assert report.lines()[-1].startswith("All ")
    assert report.changes == (() if block == 4 else (f"Pictures!K3  block = {block} (was 4)",))


@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("entry", [0, 5, 1.5, None, "last"])
def test_an_epoch_that_does_not_exist_is_named(images, tmp_path, entry):
    report = xb.check(chosen(images, tmp_path, entry))
    [fault] = report.faults
    assert fault.startswith("Pictures!K3: got ")
    assert all(not comparison.mismatches for comparison in report.comparisons)


@in_every_program(
    "that nothing stands between a pixel and its copy is seen in each program", quick=False
)
def test_a_pixel_that_is_changed_on_data_changes_in_the_gallery(images, tmp_path, need, engine):
    need(engine)
    path = retyped(images, tmp_path, images.input("x_2_2", 7), 0.75)
    [book] = ENGINES[engine].recalculate([path])
    picture = images.recipe.raw()[6].reshape(4, 3).copy()
    picture[1, 1] = 0.75
    slot = images.layout.own(PicturesLayout.of).gallery.slots[6]
    assert slot.number == 7
    assert numbers(images, book, slot).tolist() == picture.tolist()
    assert xb.check(path, engine).lines()[-1].startswith("All ")


def test_text_in_a_pixel_is_named_and_nothing_else_is_blamed(images, tmp_path):
    report = xb.check(retyped(images, tmp_path, images.input("x_2_2", 7), "ink"))
    [fault] = report.faults
    assert fault.startswith("Data!G13: got 'ink'")
    assert all(not comparison.mismatches for comparison in report.comparisons)


@in_every_program("a reference to an empty cell or to a text is shown by each in its way")
@pytest.mark.parametrize("label", [1, None, "zero"])
def test_a_label_that_is_changed_on_data_changes_in_the_gallery(
    images, tmp_path, need, engine, label
):
    """Also where it can't be used: a reference to an empty cell is 0."""
    need(engine)
    path = retyped(images, tmp_path, images.label(3), label)
    [book] = ENGINES[engine].recalculate([path])
    slot = images.layout.own(PicturesLayout.of).gallery.slots[2]
    heading = [book.value("Pictures", slot.top - 1, slot.left + i) for i in range(3)]
    assert heading[:2] == [3, 0 if label is None else label]
    blamed = [m.sheet for c in xb.check(path, engine).comparisons for m in c.mismatches]
    assert "Pictures" not in blamed


def test_filters_and_outputs_show_their_weights_map_by_map(tmp_path):
    made = make(tmp_path, "cnn", **DIGITS)
    [book] = ENGINES["ironcalc"].recalculate([made.path])
    found = xb.run(made.recipe).parameters.loc[3]
    filters, outputs = made.layout.own(PicturesLayout.of).weights
    assert [(s.layer, len(s.slots)) for s in (filters, outputs)] == [(2, 3), (4, 9)]
    for f, slot in enumerate(filters.slots, 1):
        wanted = [[found[f"w2F{f}_{r}_{c}"] for c in (1, 2, 3)] for r in (1, 2, 3)]
        np.testing.assert_allclose(numbers(made, book, slot), wanted, rtol=1e-12)
    for slot in outputs.slots:
        start = f"w4O_{slot.number}_{slot.map}"
        wanted = [[found[f"{start}_{r}_{c}"] for c in (1, 2)] for r in (1, 2)]
        np.testing.assert_allclose(numbers(made, book, slot), wanted, rtol=1e-12)


CASES = [
    ("backprop", {"epochs": 0}),
    ("backprop", {"batch": 3, "lang": "zh"}),
    ("backprop", {"scaling": "z-score"}),
    ("backprop", {"layers": [{"units": 40}, {"units": 2}], "gradients": "summed"}),
    ("backprop", {"layers": [{"units": 2, "bias": "none"}]}),
    ("solver", {"epochs": 0}),
    ("cnn", {"layers": MAPS, "lang": "zh"}),
    ("cnn", {"layers": STACKED, "cost": "cross-entropy"}),
    ("cnn", {"layers": [{"kind": "max-pooling", "size": 2}, {"units": 3}]}),
]


@pytest.mark.exhaustive  # a plain run has the like in test_every_view
@pytest.mark.parametrize(("lesson", "changes"), CASES, ids=str)
@in_every_program("each program looks weights and examples up in its way")
def test_every_kind_of_network_agrees(tmp_path, need, engine, lesson, changes):
    need(engine)
    usual = {"epochs": 1, "data": few(lesson, 8), "views": VIEWS} | changes
    if "layers" in changes:
        usual["start"] = SMALL
    made = make(tmp_path, lesson, **usual)
    has_blocks = made.layout.has_blocks
    path = chosen(made, tmp_path, 1) if has_blocks else typed(made.path, tmp_path, {})
    report = xb.check(path, engine)
    assert report.lines()[-1].startswith("All "), report.lines()
    assert report.faults == ()
    assert "pictures" in made.layout.sheets


def test_only_inputs_that_form_a_picture_have_the_sheet():
    for lesson, has in (("backprop", True), ("cnn", True), ("iris", False), ("xor", False)):
        assert ("pictures" in layout_of(xb.load(lesson, epochs=1)).sheets) == has


def test_pictures_beyond_the_most_are_counted():
    """Of 6 × 6 pixels 166 pictures have room."""
    table = xb.load("cnn").data
    data = {"columns": list(table.columns), "rows": [list(row) for row in table.rows] * 2}
    recipe = xb.load("cnn", epochs=0, data=data, views=VIEWS)
    gallery = layout_of(recipe).own(PicturesLayout.of).gallery
    assert (len(gallery.slots), gallery.left_out) == (166, 26)
    title = texts_at(recipe)[gallery.row, 1]
    assert title.endswith("(166 of 192: there is no room for more)")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_examples_without_labels_have_only_numbers(tmp_path, lang):
    pixels = [f"p{i}" for i in range(4)]
    data = {"columns": [*pixels, "y"], "rows": [[1, 0, 0, 1, 0.3], [0, 1, 1, 0, 0.9]]}
    recipe = {"data": data, "label": "", "targets": ["y"], "inputs": pixels, "image": [2, 2]}
    layers = [{"units": 2}, {"units": 1, "activation": "linear"}]
    changes = {"layers": layers, "start": SMALL, "lang": lang, "views": VIEWS}
    made = make(tmp_path, "backprop", epochs=1, **changes, **recipe)
    gallery, book = made.layout.own(PicturesLayout.of).gallery, Book.open(made.path)
    titles = {"en": "The examples, with their numbers", "zh": "样本及其编号"}
    assert book.value(made.sheet("pictures"), gallery.row, 1) == titles[lang]
    slot = gallery.slots[1]
    [line] = book.values(made.sheet("pictures"), slot.top - 1, slot.left, 1, gallery.width)
    assert [value for value in line if value is not None] == [2]
    assert xb.check(made.path).lines()[-1].startswith("All ")


@pytest.mark.parametrize("lesson", ["backprop", "cnn", "solver"])
def test_no_two_pictures_share_a_cell_and_all_fit_on_a_screen(lesson):
    page = layout_of(xb.load(lesson)).own(PicturesLayout.of)
    seen = set()
    for section in page.sections:
        for slot in section.slots:
            top, left, bottom, right = slot.corners
            right = max(right, left + section.width - 1)
            own = {(r, c) for r in range(top - 1, bottom + 1) for c in range(left, right + 1)}
            assert not own & seen
            assert top - 1 > section.row
            seen |= own
    assert page.last_column * page.pixel < 1400


@pytest.mark.parametrize("lesson", ["backprop", "cnn"])
def test_printed_pages_end_between_pictures(lesson):
    recipe = xb.load(lesson, epochs=0, views=VIEWS)
    paper = new_sheet(recipe, "pictures").paper
    assert paper.row_breaks
    assert not paper.column_breaks
    for slot in layout_of(recipe).own(PicturesLayout.of).gallery.slots:
        assert not set(paper.row_breaks) & set(range(slot.top, slot.corners[2] + 1))


def test_an_untouched_page_needs_no_reading(tmp_path):
    made = make(tmp_path, "cnn", **DIGITS)
    assert is_untouched(Book.open(made.path), new_grids(made.layout, xb.run(made.recipe)))


def test_strong_colours_mean_the_same_in_each_epoch(images):
    """The ends of the scale are the largest weight that the layer has in any epoch."""
    largest = np.abs(xb.run(images.recipe).parameter_values[:, weights_of_layer_2(images)]).max()
    ends = [
        float(rule.colorScale.cfvo[2].val)
        for _, rule in new_sheet(images.recipe, "pictures").conditional
        if rule.type == "colorScale" and len(rule.colorScale.cfvo) == 3
    ]
    assert ends == [pytest.approx(largest)]


def weights_of_layer_2(made: Made) -> list[int]:
    labels = made.layout.network.all_parameter_labels
    return [i for i, label in enumerate(labels) if label.startswith("w2")]


@pytest.mark.parametrize("lesson", ["backprop", "cnn"])
def test_the_examples_begin_a_page_of_their_own(lesson):
    """No page holds the last few of them only because the weights took the room."""
    recipe = xb.load(lesson, epochs=1, views=VIEWS)
    assert (
        layout_of(recipe).own(PicturesLayout.of).gallery.row
        in new_sheet(recipe, "pictures").paper.row_breaks
    )


def test_wide_pictures_stand_below_each_other():
    """Two of 60 pixels beside each other would be wider than a screen."""
    pixels = [f"p{i}" for i in range(180)]
    data = {"columns": [*pixels, "y"], "rows": [[i, *[0] * 179, i] for i in (0, 1)]}
    shape = {"inputs": pixels, "image": [3, 60], "label": "y", "start": SMALL}
    recipe = xb.load("backprop", epochs=0, data=data, layers=[{"units": 2}], **shape)
    page = layout_of(recipe).own(PicturesLayout.of)
    assert [len(section.slots) for section in page.sections] == [2, 2]
    for section in page.sections:
        assert [slot.left for slot in section.slots] == [1, 1]
    assert page.last_column * page.pixel < 1400

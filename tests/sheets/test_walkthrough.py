"""The Walkthrough sheet: one example's pass, chosen by a person, in numbers and in sentences."""

import re

import numpy as np
import pytest
import views
from convolutional import MAPS, SMALL, STACKED
from programs import in_every_program
from reading import read
from workbooks import few, make, part_of, retyped, typed

import xlbackprop as xb
from xlbackprop.checks.untouched import is_untouched
from xlbackprop.page.sentences import Number, fixed, sentence
from xlbackprop.recalc import ENGINES, Book
from xlbackprop.sheets.book import new_grids
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.walkthrough.layout import FORWARD_ROW, WalkthroughLayout, unit_choice
from xlbackprop.sheets.walkthrough.layout import choices as walkthrough_choices
from xlbackprop.sheets.walkthrough.layout import suits as can_be_walked
from xlbackprop.sheets.walkthrough.looks import room
from xlbackprop.workbook.address import address

VIEWS = ["walkthrough"]


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """8 images of 0 and 1, 2 epochs; no other pages than those that are looked at."""
    folder, data = tmp_path_factory.mktemp("images"), few("backprop", 8)
    return make(folder, "backprop", epochs=2, data=data, views=VIEWS)


@pytest.fixture(scope="module")
def xor(tmp_path_factory):
    """Exclusive or, 3 epochs."""
    return make(tmp_path_factory.mktemp("xor"), "xor", epochs=3, views=VIEWS)


def shown(made, path, label):
    """The number that the page shows under a symbol."""
    [book] = ENGINES["ironcalc"].recalculate([path])
    row, column = made.layout.own(WalkthroughLayout.of).place_of[label]
    return book.value(made.sheet("walkthrough"), row, column)


def places(made):
    """Sheet and cell of each choice: the block, its example, and the unit where there is one."""
    unit = unit_choice(made.layout)
    asked = [*walkthrough_choices(made.layout), *([unit] if unit else [])]
    return [(made.sheet("walkthrough"), address(choice.row, choice.column)) for choice in asked]


def chosen(made, folder, *numbers):
    """A copy in which another block, another example and perhaps another unit are chosen."""
    return typed(made.path, folder, dict(zip(places(made), numbers, strict=False)))


def texts(lesson, **changes):
    """All texts of the page of a new workbook."""
    recipe = xb.load(lesson, epochs=1, views=VIEWS, **changes)
    return views.texts(views.new_sheet(recipe, "walkthrough"))


def test_every_number_of_the_chosen_example_is_that_of_training(images, tmp_path):
    trace, path = xb.run(images.recipe), chosen(images, tmp_path, 2, 7)
    [book] = ENGINES["ironcalc"].recalculate([path])
    wanted = trace.examples.loc[(2, 7)].to_dict() | trace.parameters.loc[2].to_dict()
    places = images.layout.own(WalkthroughLayout.of).place_of
    assert set(places) == set(wanted) - {"right"}
    for label, (row, column) in places.items():
        assert book.value("Walkthrough", row, column) == pytest.approx(
            wanted[label], rel=1e-12, abs=1e-12
        ), label


def test_what_is_chosen_is_no_fault_but_a_changed_input(xor, tmp_path):
    report = xb.check(chosen(xor, tmp_path, 3, 4))
    [_, ironcalc] = report.comparisons
    assert (ironcalc.agrees, report.faults, report.edits) == (True, (), ())
    assert report.changes == (
        "Walkthrough!E3  block = 3 (was 1)",
        "Walkthrough!E4  example = 4 (was 2)",
    )


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("which", ["block", "example", "unit"])
@pytest.mark.parametrize("entry", [0, "one too many", 1.5, None, "last"])
def test_what_does_not_exist_is_named_and_nothing_else_is_blamed(xor, tmp_path, which, entry):
    cell, most = {"block": ("E3", 3), "example": ("E4", 4), "unit": ("E24", 3)}[which]
    number = most + 1 if entry == "one too many" else entry
    report = xb.check(retyped(xor, tmp_path, ("Walkthrough", cell), number))
    [fault] = report.faults
    assert fault.startswith(f"Walkthrough!{cell}: got ")
    assert fault.endswith(f"wanted a whole number from 1 to {most}; type one.")
    assert (report.edits, report.changes) == ((), ())
    assert all(not comparison.mismatches for comparison in report.comparisons)


@in_every_program("whether a text or nothing is a number from 1 to 4 is decided by each in its way")
@pytest.mark.parametrize("entry", [0, 5, 1.5, None, "last"])
def test_the_page_says_what_a_choice_must_be(xor, need, tmp_path, engine, entry):
    need(engine)
    row, column = walkthrough_choices(xor.layout)[1].place
    notes = []
    for number in (4, entry):
        path = retyped(xor, tmp_path, places(xor)[1], number)
        [book] = ENGINES[engine].recalculate([path])
        notes.append(book.value("Walkthrough", row, column + 1))
    assert notes == ["from 1 to 4", "This cell takes a whole number from 1 to 4."]


def test_a_short_mini_batch_shows_its_last_example(tmp_path):
    made = make(tmp_path, "iris", epochs=1, batch=8, data=few("iris", 30), views=VIEWS)
    path = chosen(made, tmp_path, 4, 7)  # the last step has 6 examples
    trace = xb.run(made.recipe)
    last = trace.steps.bounds[4] - 1
    assert trace.steps.sizes[3] == 6
    wanted = trace.values[last, trace.slices["z2"]][0]
    assert shown(made, path, "z2_1") == pytest.approx(wanted, rel=1e-12)
    report = xb.check(path)
    assert report.faults == ()
    assert report.lines()[-1].startswith("All ")


def test_a_changed_number_in_training_is_found_in_sentences_too(xor, tmp_path):
    place = xor.parameter("w2_1_1", epoch=1)
    path = retyped(xor, tmp_path, place, 0.5)
    [book] = ENGINES["ironcalc"].recalculate([path])
    page = xor.layout.own(WalkthroughLayout.of)
    said = book.value("Walkthrough", page.lines_row + 1, 1)
    assert said.startswith("z²₁ = 0.500·0 + (−2.556)·1 − 2.020 = ")
    [_, ironcalc] = xb.check(path).comparisons
    assert {m.sheet for m in ironcalc.mismatches} == {"Training"}  # where the fault is


def test_sentences_state_the_formulas_of_the_book():
    said = texts("backprop")
    assert "C = ½·((1 − 0.327)² + (0 − 0.141)²) = 0.237" in said
    assert "a²₁ = σ(−5.465) = 0.004" in said
    assert any(
        re.fullmatch(r"z²₁ = 0\.490·1 \+ 0\.348·1 \+ .* \+ … − 0\.185 = −5\.465", text)
        for text in said
    )
    assert "δ³₁ = (0.327 − 1)·0.327·(1 − 0.327) = −0.1481" in said
    assert "new w³₁₁ = 0.388 − 0.200·0.5416 = 0.280" in said
    assert "Example 1:   right answer 0   ·   the network says 0 ✓   ·   C = 0.237" in said


@in_every_program("which digits are shown is decided by each program's own FIXED")
def test_the_chosen_unit_is_spelled_out_and_a_smaller_layer_shows_its_last(
    images, need, tmp_path, engine
):
    need(engine)
    path = chosen(images, tmp_path, 2, 5, 3)
    [book] = ENGINES[engine].recalculate([path])
    page, trace = images.layout.own(WalkthroughLayout.of), xb.run(images.recipe)
    rows = range(page.lines_row, page.lines_row + 16)
    said = {str(book.value("Walkthrough", row, column)) for row in rows for column in (1, 14, 15)}
    now = trace.examples.loc[(2, 5)]
    for label, start in (("z2_3", "z²₃"), ("a2_3", "a²₃"), ("z3_2", "z³₂"), ("a3_2", "a³₂")):
        ends = f" = {now[label]:.3f}".replace("-", "−")
        assert any(text.startswith(f"{start} = ") and text.endswith(ends) for text in said), label
    assert any(text.startswith("z²₃ = w²₃₁·x₁₁ + w²₃₂·x₁₂") for text in said)
    assert any(text.startswith("δ²₃ = (δ³₁·w³₁₃ + δ³₂·w³₂₃)") for text in said)
    assert xb.check(path, engine).lines()[-1].startswith("All ")


def test_layers_of_one_unit_leave_nothing_to_choose(tmp_path):
    made = make(tmp_path, "xor", layers=[{"units": 1}], epochs=1, start=SMALL, views=VIEWS)
    assert unit_choice(made.layout) is None
    assert xb.check(made.path).lines()[-1].startswith("All ")


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("pooling", ["max-pooling", "average-pooling"])
@pytest.mark.parametrize("stride", [1, 2])
def test_sentences_of_many_units_fit_a_cell(pooling, stride):
    layers = [
        {"kind": "convolution", "filters": 12, "kernel": 3},
        {"kind": pooling, "size": 2, "stride": stride},
        {"units": 14, "activation": "relu"},
        {"units": 3, "activation": "softmax"},
    ]
    changes = {"start": SMALL, "data": few("cnn", 3), "views": VIEWS}
    recipe = xb.load("cnn", layers=layers, epochs=1, **changes)
    assert 1 < layout_of(recipe).own(WalkthroughLayout.of).units <= 10
    page = views.new_sheet(recipe, "walkthrough")
    assert 2000 < max(len(cell.formula) for cell in page.cells if cell.formula) < 8192


def test_ten_of_many_units_may_be_spelled_out_where_delta_comes_back_in_products():
    """Sums of products are cut short, however many units there are."""
    for hidden, units in ((9, 9), (10, 10), (13, 10)):
        layers = [{"units": hidden, "activation": "tanh"}, {"units": hidden}, {"units": 1}]
        recipe = xb.load("xor", layers=layers, epochs=1, start=SMALL, views=VIEWS)
        assert layout_of(recipe).own(WalkthroughLayout.of).units == units


def test_each_weight_of_a_table_has_a_heading():
    """Those of two inputs and of three units, and their gradients."""
    said = [text.replace(" ", "") for text in texts("xor")]
    for symbol in ("w2j1", "w2j2", "w3j1", "w3j2", "w3j3"):
        assert (said.count(symbol), said.count(f"∂C/∂{symbol}")) == (1, 1), symbol


def test_a_filter_is_spelled_out_where_it_sees_ink():
    recipe = xb.load("cnn", epochs=1)
    usual = walkthrough_choices(layout_of(recipe))[1].usual
    now = xb.run(recipe).examples.loc[(1, usual)]
    said = [text for text in texts("cnn") if text.startswith("zᶠ¹") and "x" in text]
    [symbols] = said
    row, column = (int("₀₁₂₃₄₅₆₇₈₉".index(digit)) for digit in symbols[3:5])
    seen = [now[f"x_{row + r}_{column + c}"] for r in range(3) for c in range(3)]
    assert any(seen)


def test_the_worked_example_rounds_its_half_upwards():
    assert "z²₁ = 0.150·0.050 + 0.200·0.100 + 0.350 = 0.378" in texts("worked-example")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.37749999999999995, 3, "0.378"),
        (-0.0004, 3, "0.000"),
        (-0.0625, 3, "-0.063"),
        (1e5, 3, "100000.000"),
        (-0.00005, 4, "-0.0001"),
    ],
)
def test_numbers_are_rounded_halves_away_from_zero(value, decimals, text):
    assert fixed(value, decimals) == text


def test_sentences_of_large_numbers_say_so_and_those_of_errors_are_errors():
    assert sentence(["a = ", Number("A1", 2e6)], "too large")[1] == "too large"
    assert np.isnan(sentence(["a = ", Number("A1", np.inf)], "too large")[1])
    assert sentence(["a = ", Number("A1", -0.5)], "too large")[1] == "a = −0.500"


DENSE = [
    ("xor", {"batch": 3}),
    ("xor", {"layers": [{"units": 1}], "cost": "cross-entropy"}),
    ("xor", {"cost": "absolute-error", "schedule": "inverse-time", "lang": "zh"}),
    ("xor", {"rule": "adam", "weight_decay": 0.1}),
    ("xor", {"batch": 3, "reduction": "mean", "cost_factor": 1}),
    ("worked-example", {"output_reduction": "mean"}),
    ("worked-example", {"output_reduction": "mean", "cost": "cross-entropy", "lang": "zh"}),
    ("iris", {"gradients": "summed", "batch": 7, "cost": "squared-error"}),
    (
        "iris",
        {
            "cost": "hinge",
            "layers": [
                {"units": 3, "bias": "shared", "activation": "leaky-relu"},
                {"units": 2, "bias": "none", "activation": "softsign"},
                {"units": 3, "bias": "fixed", "activation": "linear"},
            ],
        },
    ),
    ("sine", {"scaling": "z-score"}),
    ("backprop", {"layers": [{"units": 14}, {"units": 2}], "gradients": "summed"}),
    ("cnn", {}),
    ("cnn", {"layers": MAPS, "gradients": "summed"}),
    ("cnn", {"layers": STACKED, "cost": "cross-entropy"}),
    ("cnn", {"layers": STACKED, "cost": "cross-entropy", "gradients": "summed", "batch": 5}),
]


@pytest.mark.exhaustive  # a plain run has the like in test_every_view
@pytest.mark.parametrize(("lesson", "changes"), DENSE, ids=str)
@in_every_program("each program has its own way with the texts and numbers of sentences")
def test_every_kind_of_network_agrees(tmp_path, need, engine, lesson, changes):
    need(engine)
    usual = {"epochs": 1, "data": few(lesson, 8), "views": VIEWS} | changes
    if "layers" in changes:
        usual["start"] = SMALL
    made = make(tmp_path, lesson, **usual)
    unit = unit_choice(made.layout)
    example = min(2, len(made.recipe.data.rows))
    report = xb.check(chosen(made, tmp_path, 1, example, unit.most if unit else 1), engine)
    assert report.lines()[-1].startswith("All "), report.lines()
    assert can_be_walked(made.layout)
    assert report.faults == ()


def test_an_untouched_page_needs_no_reading(images):
    [saved, _] = xb.check(images.path).comparisons
    assert saved.agrees
    assert is_untouched(Book.open(images.path), new_grids(images.layout, xb.run(images.recipe)))


def test_there_is_no_page_without_a_pass_back_or_for_a_network_too_large():
    assert not can_be_walked(layout_of(xb.load("xor", epochs=0)))
    large = [{"units": 41}, {"units": 1}]
    assert not can_be_walked(layout_of(xb.load("xor", epochs=1, layers=large, start=SMALL)))
    fits = [{"units": 40}, {"units": 1}]
    assert can_be_walked(layout_of(xb.load("xor", epochs=1, layers=fits, start=SMALL)))


def test_the_page_grows_a_workbook_by_some_hundreds_of_cells(images):
    import zipfile

    with zipfile.ZipFile(images.path) as archive:
        page = archive.read(part_of(images.path, "Walkthrough"))
    assert 100 < page.count(b"<f>") < 300


@pytest.mark.parametrize("lesson", ["backprop", "iris", "cnn"])
def test_no_two_numbers_share_a_cell_and_all_stand_between_title_and_words(lesson):
    page = layout_of(xb.load(lesson, epochs=1)).own(WalkthroughLayout.of)
    places = [place for picture in page.pictures for _, place in picture.places]
    assert len(places) == len(set(places))
    headings = [
        (h.top, c)
        for h in page.forward.headings + page.backward.headings
        for c in range(h.left, h.right + 1)
    ]
    assert not set(headings) & set(places)
    assert min(row for row, _ in places) > FORWARD_ROW
    assert max(row for row, _ in places) < page.words_row


def test_all_that_belongs_to_a_unit_stands_in_its_row():
    """Each bias beside its own weights and z; its gradient beside theirs and δ."""
    places = layout_of(xb.load("iris", epochs=1)).own(WalkthroughLayout.of).place_of
    for layer, units in ((2, 4), (3, 3)):
        for kinds in (("w", "b", "z", "a"), ("g_w", "g_b", "d")):
            columns = set()
            for j in range(1, units + 1):
                end = f"{layer}_{j}"
                own = [places[f"{k}{end}_1" if k.endswith("w") else f"{k}{end}"] for k in kinds]
                assert len({row for row, _ in own}) == 1
                columns.add(tuple(column for _, column in own))
            assert len(columns) == 1


def test_the_name_of_a_filter_stands_over_all_of_it():
    page = layout_of(xb.load("cnn", epochs=1)).own(WalkthroughLayout.of)
    for half, kind in ((page.forward, "w"), (page.backward, "G")):
        filters = [
            picture for picture in half.pictures if (picture.kind, picture.layer) == (kind, 2)
        ]
        heads = {(h.top, h.left): h.right for h in half.headings if h.kind == kind}
        assert [heads[p.top - 1, p.left] - p.left for p in filters] == [2, 2, 2]


@pytest.mark.parametrize("lesson", ["xor", "cnn"])
def test_the_title_of_a_part_stands_over_all_of_it_and_no_more(lesson):
    """Of each part forward, and of each layer back."""
    recipe = xb.load(lesson, epochs=1, views=VIEWS, data=few(lesson, 3))
    page = layout_of(recipe).own(WalkthroughLayout.of)
    cells = views.new_sheet(recipe, "walkthrough").cells
    for row, first in ((FORWARD_ROW + 1, 0), (page.backward_row + 1, 2)):
        parts = [part for part in page.parts if part.layer >= first]
        found = {cell.column for cell in cells if cell.row == row and cell.style.startswith("band")}
        assert found == {c for part in parts for c in range(part.left, part.right + 1)}


def test_the_update_is_told_with_the_learning_rate_of_its_step():
    """η / (1 + slowdown · (k − 1)): 0.8, 0.4 and 0.2667."""
    recipe = xb.load("xor", epochs=3, eta=0.8, schedule="inverse-time", slowdown=1, views=VIEWS)
    book = read(recipe)
    cells = [
        cell
        for cell, seen in book["walkthrough"].cells.items()
        if seen.formula and str(seen.value).startswith("new w") and "0.8000" in str(seen.value)
    ]
    assert len(cells) == 2
    for block, eta in ((1, "0.8000"), (2, "0.4000"), (3, "0.2667")):
        page = book.after({("walkthrough", "E3"): block})["walkthrough"]
        for cell in cells:
            assert f" − {eta}·" in page.computed(cell)


# What a rule remembers.


def minus(text):
    return text.replace("-", "−")


def in_brackets(number, decimals=4):
    shown = f"{abs(number):.{decimals}f}"
    return f"(-{shown})" if number < 0 < float(shown) else shown


@pytest.mark.parametrize("block", [1, 2])
def test_momentum_shows_v_with_its_numbers_between_the_gradient_and_the_next_weight(
    tmp_path, block
):
    """At first what is remembered is 0."""
    made = make(tmp_path, "xor", epochs=2, rule="momentum", views=VIEWS)
    trace = xb.run(made.recipe)
    [book] = ENGINES["ironcalc"].recalculate([chosen(made, tmp_path, block, 1)])
    label = "w3_1_1"
    i = trace.parameters.columns.get_loc(label)
    old = trace.states["v"][block - 2, i] if block > 1 else 0.0
    new, gradient = trace.states["v"][block - 1, i], trace.gradient[block - 1, i]
    before, after = (trace.parameters.loc[b, label] for b in (block, block + 1))
    lines = figures_of(book)
    v = f"v = 0.900·{in_brackets(old)} + {in_brackets(gradient)} = {new:.4f}"
    w = f"new w³₁₁ = {before:.3f} − 5.000·{in_brackets(new)} = {after:.3f}"
    first = lines.index(minus(v))
    assert lines[first + 2] == minus(w)
    assert lines[first - 1] == "w³₁₁:   v ← μ v + Σ ∂C/∂w"


def figures_of(book):
    """The texts of the right half of the page, from above."""
    rows, columns = book.dimensions("Walkthrough")
    lines = book.values("Walkthrough", 1, 1, rows, columns)
    [left] = {line.index(v) for line in lines for v in line if str(v).startswith("new w³₁₁ =")}
    return [line[left] for line in lines]


def test_adam_shows_m_and_s_and_what_corrects_them(tmp_path):
    made = make(tmp_path, "xor", epochs=3, rule="adam", views=VIEWS)
    trace = xb.run(made.recipe)
    [book] = ENGINES["ironcalc"].recalculate([chosen(made, tmp_path, 3, 1)])
    i = trace.parameters.columns.get_loc("w3_1_1")
    (m0, m), (s0, s) = (trace.states[name][1:3, i] for name in "ms")
    g, w, new = trace.gradient[2, i], *trace.parameter_values[2:4, i]
    mean, square = m / (1 - 0.9**3), s / (1 - 0.999**3)
    wanted = [
        f"m = 0.900·{in_brackets(m0)} + (1 − 0.900)·{in_brackets(g)} = {m:.4f}",
        f"s = 0.999·{s0:.8f} + (1 − 0.999)·{in_brackets(g)}² = {s:.8f}",
        f"m/(1 − β₁ᵏ) = {m:.4f}/(1 − 0.900^3) = {mean:.4f}",
        f"s/(1 − β₂ᵏ) = {s:.8f}/(1 − 0.999^3) = {square:.8f}",
        f"new w³₁₁ = {w:.3f} − 5.000·{in_brackets(mean)}/(√{square:.8f} + ε) = {new:.3f}",
    ]
    lines = figures_of(book)
    first = lines.index(minus(wanted[0]))
    assert lines[first : first + 10 : 2] == list(map(minus, wanted))
    report = xb.check(made.path)
    assert report.agrees, report.lines()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("rule", ["momentum", "nesterov", "adagrad", "rmsprop", "adam"])
def test_no_line_of_an_update_is_wider_than_its_room(rule, lang):
    recipe = xb.load("xor", epochs=1, rule=rule, weight_decay=0.01, views=VIEWS, lang=lang)
    wide = room(layout_of(recipe).own(WalkthroughLayout.of))
    page = views.new_page(recipe, "walkthrough")
    lines = [cell for cell in page.grid.cells if cell.style.endswith("-update")]
    assert len(lines) > 4
    assert max(len(str(cell.value)) for cell in lines) <= wide

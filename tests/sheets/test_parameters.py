"""The Parameters sheet: η, the settings of the rule, and where each weight and bias starts."""

import pytest
from reading import cells_of, place, read

import xlbackprop as xb

STARTS = {
    "w2": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]],
    "b2": [1.1, 1.2, 1.3],
    "w3": [[2.1, 2.2, 2.3]],
    "b3": [3.1],
}


def network(**changes):
    """Two inputs, three hidden units, one output; every parameter has a start of its own."""
    return xb.load("xor", **({"epochs": 1, "start": STARTS, "eta": 0.7, "views": []} | changes))


@pytest.fixture(scope="module")
def book():
    return read(network())


@pytest.fixture(scope="module")
def page(book):
    return book["parameters"]


def table(page, title):
    """A layer's table as it is read: headings, then each row with its name."""
    top = page.row(title)
    [band] = (area for area in page.grid.merges if area.startswith(f"{page.find(title)}:"))
    letters = sorted({cell.rstrip("0123456789") for cell in cells_of(band)})
    rows = [[page.value(f"{letter}{top + 1}") for letter in letters]]
    row = top + 2
    while name := page.value(f"A{row}"):
        rows.append([name, *(page.value(f"{letter}{row}") for letter in letters)])
        row += 1
    return rows


# η and the settings.


def test_the_sheet_says_what_may_be_changed(page):
    assert page.value("A1") == "Parameters"
    assert page.value("A2") == (
        "Where the training starts. Change a yellow cell: everything else follows."
    )


def test_the_learning_rate_is_called_eta_by_its_name(book, page):
    assert page.beside("Learning rate") == "B5"
    assert page.value("B5") == "η"
    assert page.value("C5") == 0.7
    assert page.value("D5") == "a number above 0; how far each update goes"
    assert book.names == {"eta": "Parameters!$C$5"}


def test_another_learning_rate_is_followed(book):
    """w after the update is w − η Σ∂C/∂w: twice the rate, twice the way."""
    progress = book["progress"]
    column = progress.column("w^2_11")
    start, once = (progress.computed(f"{column}{row}") for row in (6, 7))
    progress = book.after({("parameters", "C5"): 1.4})["progress"]
    assert progress.computed(f"{column}7") - start == pytest.approx(2 * (once - start), rel=1e-9)


def test_an_edited_learning_rate_is_shown():
    assert read(network(), edited=network(eta=0.125))["parameters"].value("C5") == 0.125


def test_each_setting_of_the_rule_has_a_cell_with_its_name_and_symbol():
    recipe = network(
        rule="adam", schedule="step", beta_1=0.8, beta_2=0.95, epsilon=1e-6, drop=0.25, every=3
    )
    book = read(recipe)
    page = book["parameters"]
    wanted = {
        "Decay rate of m": ("β₁", 0.8, "beta_1"),
        "Decay rate of s": ("β₂", 0.95, "beta_2"),
        "Prevents division by 0": ("ε", 1e-6, "epsilon"),
        "Factor of a drop": ("drop", 0.25, "drop"),
        "Steps to a drop": ("every", 3, "every"),
    }
    names = {"eta": "Parameters!$C$5"}
    for row, (label, (symbol, value, name)) in enumerate(wanted.items(), 6):
        assert page.row(label) == row
        assert (page.value(f"B{row}"), page.value(f"C{row}")) == (symbol, value)
        names[name] = f"Parameters!$C${row}"
    assert book.names == names
    # The tables begin three rows below η without settings.
    assert page.row("Layer 2: starting weights w and bias b of each unit") == 5 + 3 + 5


LIMITS = [  # label, operator and bounds of what the cell takes, and the same in words
    ("Learning rate", "greaterThan", ["0"], "a number above 0"),
    ("Momentum", "between", ["0", "0.999999999999999"], "a number of at least 0 and below 1"),
    ("Slowdown", "greaterThanOrEqual", ["0"], "a number of at least 0"),
    ("Weight decay", "greaterThanOrEqual", ["0"], "a number of at least 0"),
]


def test_each_setting_refuses_what_has_no_sense():
    recipe = network(rule="nesterov", schedule="inverse-time", weight_decay=0.5, slowdown=0.25)
    page = read(recipe)["parameters"]
    for label, operator, bounds, said in LIMITS:
        rule = page.validation(f"C{page.row(label)}")
        assert rule.type == "decimal"
        assert rule.operator == operator
        assert [*filter(None, (rule.formula1, rule.formula2))] == bounds
        assert rule.error == f"This cell takes {said}."
    values = [page.value(f"C{page.row(label)}") for label, *_ in LIMITS]
    assert values == [0.7, 0.9, 0.25, 0.5]


# A table per layer.

HIDDEN = "Layer 2: starting weights w and bias b of each unit"
OUTPUT = "Layer 3: starting weights w and bias b of each unit"


def test_each_unit_has_a_row_of_its_weights_and_its_bias(page):
    assert table(page, HIDDEN) == [
        ["x_1", "x_2", "bias b"],
        ["layer 2, unit 1", 0.1, 0.2, 1.1],
        ["layer 2, unit 2", 0.3, 0.4, 1.2],
        ["layer 2, unit 3", 0.5, 0.6, 1.3],
    ]
    assert table(page, OUTPUT) == [
        ["a^2_1", "a^2_2", "a^2_3", "bias b"],
        ["layer 3, unit 1", 2.1, 2.2, 2.3, 3.1],
    ]
    assert (page.row(HIDDEN), page.row(OUTPUT)) == (8, 14)


def test_training_starts_with_the_parameters_of_this_sheet(book):
    """Each typed anew is found under its own heading."""
    cells = [*cells_of("B10:D12"), *cells_of("B16:E16")]
    typed = {("parameters", cell): float(number) for number, cell in enumerate(sorted(cells))}
    after = book.after(typed)
    progress, page = after["progress"], after["parameters"]
    wanted = {
        **{f"w^2_{j}{i}": f"{'BC'[i - 1]}{9 + j}" for i in (1, 2) for j in (1, 2, 3)},
        **{f"b^2_{j}": f"D{9 + j}" for j in (1, 2, 3)},
        **{f"w^3_1{i}": f"{'BCD'[i - 1]}16" for i in (1, 2, 3)},
        "b^3_1": "E16",
    }
    assert set(wanted.values()) == set(cells)
    for symbol, cell in wanted.items():
        assert progress.computed(f"{progress.column('Parameters', symbol)}6") == page.computed(cell)


def test_edited_starts_are_shown():
    edited = network(start={**STARTS, "w3": [[-1, -2, -3]]})
    page = read(network(), edited=edited)["parameters"]
    assert table(page, OUTPUT)[1] == ["layer 3, unit 1", -1, -2, -3, 3.1]
    assert table(page, HIDDEN)[3] == ["layer 2, unit 3", 0.5, 0.6, 1.3]


@pytest.mark.parametrize(
    ("bias", "title", "last"),
    [
        ("fixed", "Layer 2: starting weights w of each unit; bias b is fixed", [1.1, 1.2, 1.3]),
        (
            "shared",
            "Layer 2: starting weights w of each unit, and the bias b that they share",
            [1.1, None, None],
        ),
        ("none", "Layer 2: starting weights w of each unit; no bias", None),
    ],
)
def test_a_bias_that_is_not_each_units_own_is_told_in_the_title(bias, title, last):
    layers = [{"units": 3, "bias": bias}, {"units": 1}]
    start = {name: value for name, value in STARTS.items() if (name, bias) != ("b2", "none")}
    start |= {"b2": [1.1]} if bias == "shared" else {}
    page = read(network(layers=layers, start=start))["parameters"]
    headings, *rows = table(page, title)
    assert headings == ["x_1", "x_2", *(["bias b"] if last else [])]
    assert [row[1:3] for row in rows] == STARTS["w2"]
    if last:
        assert [row[3] for row in rows] == last
    assert page.row(OUTPUT) == 14


def test_a_filter_has_its_weights_row_by_row_and_layers_without_any_have_no_table():
    columns = [f"p{n}" for n in range(16)]
    pictures = [[0, 1] * 8 + ["a"], [1, 1, 0, 0] * 4 + ["b"]]
    recipe = xb.load(
        "cnn",
        data={"columns": [*columns, "y"], "rows": pictures},
        label="y",
        image=[4, 4],
        epochs=1,
        views=[],
        layers=[
            {"kind": "convolution", "filters": 2, "kernel": 2},
            {"kind": "max-pooling", "size": 3},
            {"units": 2},
        ],
        start={
            "w2": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]],
            "b2": [9, 10],
            "w4": [[11, 12], [13, 14]],
            "b4": [15, 16],
        },
    )
    page = read(recipe)["parameters"]
    assert table(page, "Layer 2: starting weights w and bias b of each filter") == [
        ["w^F_11", "w^F_12", "w^F_21", "w^F_22", "bias b"],
        ["layer 2, filter 1", 1, 2, 3, 4, 9],
        ["layer 2, filter 2", 5, 6, 7, 8, 10],
    ]
    outputs = table(page, "Layer 4: starting weights w and bias b of each unit")
    assert outputs[1:] == [
        ["layer 4, unit 1", 11, 12, 15],
        ["layer 4, unit 2", 13, 14, 16],
    ]
    assert not any("Layer 3" in text for text in page.texts())


def test_a_pass_forward_does_not_speak_of_starts():
    page = read(network(epochs=0))["parameters"]
    assert page.value("D5") == "not used: nothing is trained here"
    assert table(page, "Layer 3: weights w and bias b of each unit")[1][1:] == [2.1, 2.2, 2.3, 3.1]


# Who may type what.


def test_yellow_cells_are_those_that_may_be_edited_and_refuse_text(page):
    starts = cells_of("B10:D12 B16:E16")
    assert page.yellow == page.validated == {"C5", *starts}
    rule = page.validation("B10")
    assert rule is page.validation("E16")
    assert (rule.type, rule.operator) == ("decimal", "between")
    assert (float(rule.formula1), float(rule.formula2)) == (-1e300, 1e300)
    assert (rule.allow_blank, rule.showErrorMessage) == (False, True)
    assert rule.errorTitle == "A number, please"
    assert rule.error == "This cell takes a number; text would break the formulas that use it."


def test_large_starts_have_an_exponent(page):
    assert [area for area, _, _ in page.rules("numFmt")] == ["B10:D12", "B16:E16"]


@pytest.mark.parametrize(("inputs", "landscape"), [(7, False), (8, True)])
def test_a_sheet_of_more_than_8_columns_is_printed_across(inputs, landscape):
    """Units' names, a column per input, the bias."""
    columns = [*(f"x{n}" for n in range(1, inputs)), "y"]
    data = {"columns": columns, "rows": [[0] * inputs]}
    recipe = network(data=data, layers=[{"units": 1}], start={"kind": "normal"}, epochs=0)
    page = read(recipe, kinds=["parameters"])["parameters"]
    assert page.grid.paper.landscape == landscape
    assert page.grid.paper.repeat_columns == "A:A"
    assert place(page.find("bias b")) == (9, inputs + 1)


def test_chinese_labels_stand_beside_the_same_numbers(page):
    chinese = read(network(lang="zh"))["parameters"]
    assert (chinese.find("学习率"), chinese.value("C5")) == ("A5", 0.7)
    assert chinese.value("D5") == "大于 0 的数；决定每次更新走多远"
    hidden = table(chinese, "第 2 层：各神经单元的初始权重 w 和偏置 b")
    assert hidden[0] == ["x_1", "x_2", "偏置 b"]
    assert [row[1:] for row in hidden[1:]] == [row[1:] for row in table(page, HIDDEN)[1:]]
    assert hidden[3][0] == "第 2 层 神经单元 3"
    assert chinese.book.names == {"eta": "参数!$C$5"} or chinese.book.names == {
        "eta": "'参数'!$C$5"
    }

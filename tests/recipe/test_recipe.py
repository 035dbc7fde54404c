"""Recipes: nothing is lost on the way to TOML and back, and every fault is one clear sentence."""

import re
import tomllib
from dataclasses import fields, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selection import examples

from xlbackprop.api import load
from xlbackprop.arrays import SMALLEST
from xlbackprop.cli.options import FIELDS as OPTIONS
from xlbackprop.data.table import Table
from xlbackprop.errors import DataError, RecipeError, XlbackpropError
from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.costs import COSTS, find_cost
from xlbackprop.network.dense import Dense
from xlbackprop.network.updates import RULES, setting_names
from xlbackprop.recipe.content import KEYS, READING
from xlbackprop.recipe.read import from_mapping, from_toml
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.starts import Given, Normal
from xlbackprop.recipe.write import to_toml
from xlbackprop.syllabus import COLLECTION, LESSONS, NETWORKS
from xlbackprop.words.catalogue import templates


def content(**changes: Any) -> dict[str, Any]:
    """A recipe of two inputs, three hidden units and one target, with some keys changed."""
    plain = {
        "targets": ["y"],
        "layers": [{"units": 3}, {"units": 1}],
        "eta": 0.5,
        "epochs": 2,
        "data": {"columns": ["p", "q", "y"], "rows": [[0, 1, 1], [1, 1, 0]]},
    }
    return {key: item for key, item in (plain | changes).items() if item is not None}


LABELLED = {
    "targets": None,
    "label": "y",
    "layers": [{"units": 2}],
    "data": {"columns": ["p", "y"], "rows": [[0, "no"], [1, "yes"], [2, "no"]]},
}


def scaled(rows: list[list[float]], name: str) -> dict[str, Any]:
    """Changes that give a recipe these rows of p, q and y, and a scaling."""
    return {"data": {"columns": ["p", "q", "y"], "rows": rows}, "scaling": name}


# There and back.


@pytest.mark.parametrize("name", NETWORKS)
def test_a_lesson_comes_back_from_its_own_text(name: str) -> None:
    recipe = load(name)
    assert from_toml(to_toml(recipe), name="other") == recipe


def test_every_recipe_among_the_templates_is_a_lesson() -> None:
    files = {path.stem for path in templates().glob("*.toml")}
    recipes = {name for name in files if not name.startswith("messages.")} - {"theme"}
    assert recipes == {*LESSONS, COLLECTION}


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
COUNTS = st.integers(1, 4)


def _pairs(labelled: bool, outputs: int) -> list[tuple[str, str]]:
    """Costs and output activations that may be combined, for so many outputs."""
    pairs = []
    for name, activation in product(COSTS, ACTIVATIONS):
        cost, entry = find_cost(name, activation), ACTIVATIONS[activation]
        works = entry.slope or (entry.helper and outputs > 1)
        if cost and works and (not cost.needs_classes or (labelled and outputs > 1)):
            pairs.append((name, activation))
    return pairs


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    """Any recipe: with or without labels, given or drawn start, a picture or plain inputs."""
    inputs = draw(st.sampled_from([(n,) for n in range(1, 5)] + [(1, 2), (2, 2), (3, 1)]))
    width, examples = int(np.prod(inputs)), draw(COUNTS)
    labelled = draw(st.booleans())
    outputs = 1 if labelled else draw(COUNTS)
    unused = draw(st.integers(0, 1))
    columns = draw(
        st.lists(
            NAMES, min_size=width + outputs + unused, max_size=width + outputs + unused, unique=True
        )
    )
    names, answers = columns[:width], columns[width : width + outputs]
    label = st.one_of(NUMBERS, st.sampled_from(["a", "B", "=1+1", "@cmd", 'say "hi"', "é\n", " "]))
    rows = []
    for _ in range(examples):
        row = [draw(NUMBERS) for _ in range(width)]
        row += [draw(label) if labelled else draw(NUMBERS) for _ in range(outputs)]
        rows.append(tuple(row + [draw(TEXTS) for _ in range(unused)]))
    if labelled:
        outputs = len({row[width] for row in rows})
    sizes = [*draw(st.lists(COUNTS, max_size=2)), outputs]
    cost, activation = draw(st.sampled_from(_pairs(labelled, outputs)))
    hidden = sorted(name for name, entry in ACTIVATIONS.items() if entry.slope)
    names_of_functions = [*(draw(st.sampled_from(hidden)) for _ in sizes[1:]), activation]
    layers = tuple(
        Dense(size, name, draw(st.sampled_from(["trained", "fixed"])))
        for size, name in zip(sizes, names_of_functions, strict=True)
    )
    if draw(st.booleans()):
        start: Given | Normal = Normal(draw(NUMBERS), abs(draw(NUMBERS)))
    else:
        arrays = []
        for number, (before, size) in enumerate(zip([width, *sizes], sizes, strict=False), 2):
            unit = st.tuples(*[NUMBERS] * before)
            arrays.append((f"w{number}", draw(st.tuples(*[unit] * size))))
            arrays.append((f"b{number}", draw(st.tuples(*[NUMBERS] * size))))
        start = Given(tuple(arrays))
    return Recipe(
        name=draw(TEXTS),
        title=draw(TEXTS),
        data=Table(tuple(columns), tuple(rows)),
        inputs=tuple(draw(st.permutations(names))),
        label=answers[0] if labelled else "",
        targets=() if labelled else tuple(answers),
        image=inputs if len(inputs) == 2 else (),
        layers=layers,
        cost=cost,
        rule=draw(st.sampled_from(sorted(RULES))),
        eta=draw(st.floats(min_value=SMALLEST, allow_infinity=False)),
        epochs=draw(st.integers(0, 10**6)),
        seed=draw(st.integers(0, 2**70)),
        start=start,
        lang=draw(st.sampled_from(["en", "zh"])),
        reduction=draw(st.sampled_from(["sum", "mean"])),
        output_reduction="sum"
        if (cost, activation) == ("cross-entropy", "softmax")
        else draw(st.sampled_from(["sum", "mean"])),
        cost_factor=draw(
            st.sampled_from([0.0, 0.5, 1.0] if cost == "squared-error" else [0.0, 1.0])
        ),
        decay_biases=draw(st.booleans()),
    )


@given(recipe=recipes())
@settings(max_examples=examples(150))
def test_any_recipe_comes_back_from_its_text_with_nothing_lost(recipe: Recipe) -> None:
    text = to_toml(recipe)
    again = from_toml(text, name="another name")
    assert again == recipe
    assert to_toml(again) == text


@given(recipe=recipes())
@settings(max_examples=examples(50))
def test_the_text_of_a_recipe_says_what_the_recipe_says(recipe: Recipe) -> None:
    read = tomllib.loads(to_toml(recipe))
    assert read["eta"] == recipe.eta
    assert read["seed"] == recipe.seed
    assert [layer["units"] for layer in read["layers"]] == [layer.units for layer in recipe.layers]
    assert [tuple(row) for row in read["data"]["rows"]] == list(recipe.data.rows)


def test_a_recipe_written_out_is_one_that_a_person_can_read() -> None:
    assert to_toml(from_mapping(content(title="A title", start={"kind": "normal", "sd": 0.5}))) == (
        'name = "recipe"\n'
        'title = "A title"\n'
        'lang = "en"\n'
        "inputs = [\n"
        '    "p",\n'
        '    "q",\n'
        "]\n"
        "targets = [\n"
        '    "y",\n'
        "]\n"
        "layers = [\n"
        '    { units = 3, activation = "sigmoid", bias = "trained" },\n'
        '    { units = 1, activation = "sigmoid", bias = "trained" },\n'
        "]\n"
        'cost = "squared-error"\n'
        'rule = "gradient-descent"\n'
        "eta = 0.5\n"
        "epochs = 2\n"
        "seed = 0\n"
        "\n"
        "[start]\n"
        'kind = "normal"\n'
        "mean = 0.0\n"
        "sd = 0.5\n"
        "\n"
        "[data]\n"
        'columns = ["p", "q", "y"]\n'
        "rows = [\n"
        "    [0, 1, 1],\n"
        "    [1, 1, 0],\n"
        "]\n"
    )


def test_every_field_is_a_key_but_the_data_the_settings_and_the_file_that_it_was_read_from() -> (
    None
):
    assert {*KEYS, "data", "settings", "origin"} == {field.name for field in fields(Recipe)}
    assert not {*KEYS} & {*setting_names()}


def test_every_option_is_a_field_or_stands_for_some() -> None:
    assert {*OPTIONS} - {*KEYS, *READING} == {"data", "drop", "activation", "function", "set_"}


# What a recipe says without saying it.


def test_what_is_left_out_has_its_plain_value() -> None:
    recipe = from_mapping(content(), name="mine")
    assert (recipe.name, recipe.title, recipe.lang, recipe.seed) == ("mine", "", "en", 0)
    assert (recipe.cost, recipe.rule) == ("squared-error", "gradient-descent")
    assert recipe.start == Normal(0.0, 1.0)
    assert recipe.layers == (Dense(3, "sigmoid", "trained"), Dense(1, "sigmoid", "trained"))


def test_every_column_that_is_no_target_is_an_input() -> None:
    assert from_mapping(content()).inputs == ("p", "q")
    assert from_mapping(content(**LABELLED)).inputs == ("p",)
    assert from_mapping(content(inputs=["q"])).inputs == ("q",)


def test_a_data_file_is_looked_for_beside_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("p,y\n0.25,1\n")
    recipe = from_mapping(content(data="d.csv"), folder=tmp_path)
    assert recipe.x().tolist() == [[0.25]]
    assert recipe.data.source == "d.csv"


def test_a_label_becomes_one_target_per_class_numbers_before_names() -> None:
    rows = [[0, "b"], [1, 10], [2, "a"], [3, 9], [4, "b"]]
    data = {"columns": ["p", "y"], "rows": rows}
    recipe = from_mapping(content(**LABELLED | {"data": data, "layers": [{"units": 4}]}))
    assert recipe.classes() == (9, 10, "a", "b")
    assert recipe.t().tolist() == [
        [0, 0, 0, 1],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 1],
    ]


def test_widths_count_the_inputs_first() -> None:
    assert from_mapping(content()).widths() == (2, 3, 1)
    assert load("backprop").widths() == (12, 3, 2)


def test_given_parameters_stand_unit_by_unit_with_the_bias_last() -> None:
    start = {"w2": [[1, 2], [3, 4]], "b2": [5, 6], "w3": [[7, 8]], "b3": [9]}
    recipe = from_mapping(content(layers=[{"units": 2}, {"units": 1}], start=start))
    assert recipe.start_parameters().tolist() == [1, 2, 5, 3, 4, 6, 7, 8, 9]


def test_drawn_parameters_have_the_mean_and_the_spread_asked_for() -> None:
    layers, start = [{"units": 5000}, {"units": 1}], {"kind": "normal", "mean": 7.0, "sd": 0.5}
    drawn = from_mapping(content(layers=layers, start=start)).start_parameters()
    # 20001 draws: the mean is off by about 0.5/√20001 = 0.004, the spread by less.
    assert drawn.mean() == pytest.approx(7, abs=0.02)
    assert drawn.std() == pytest.approx(0.5, abs=0.02)


def test_a_copy_with_other_numbers_keeps_everything_else() -> None:
    recipe = load("worked-example")
    copy = recipe.with_numbers(
        raw=np.array([[8.0, 9.0]]),
        labels=(),
        targets=np.array([[0.5, 0.25]]),
        eta=3.0,
        start=np.arange(12.0),
    )
    assert copy.x().tolist() == [[8, 9]]
    assert copy.t().tolist() == [[0.5, 0.25]]
    assert copy.eta == 3
    assert copy.start_parameters().tolist() == list(range(12))
    assert copy.changed(data=recipe.data, eta=recipe.eta, start=recipe.start) == recipe


ROWS = [[0, 1, 1], [1, 9, 0], [4, 5, 1]]


def test_the_network_sees_scaled_inputs_and_the_data_stay_raw() -> None:
    recipe = from_mapping(content(**scaled(ROWS, "min-max")))
    assert recipe.raw().tolist() == [[0, 1], [1, 9], [4, 5]]
    assert recipe.x().tolist() == [[0, 0], [0.25, 1], [1, 0.5]]
    plain = recipe.changed(scaling="none")
    assert plain.x().tolist() == plain.raw().tolist() == recipe.raw().tolist()


def test_a_copy_with_other_raw_numbers_is_scaled_anew_even_where_a_column_is_constant() -> None:
    recipe = from_mapping(content(**scaled(ROWS, "min-max")))
    copy = recipe.with_numbers(
        raw=np.array([[7.0, 2], [7, 4], [7, 3]]),
        labels=(),
        targets=recipe.t(),
        eta=0.5,
        start=recipe.start_parameters(),
    )
    assert copy.raw().tolist() == [[7, 2], [7, 4], [7, 3]]
    assert copy.x().tolist() == [[0, 0], [0, 1], [0, 0.5]]
    assert from_toml(to_toml(copy)) == copy


@pytest.mark.parametrize("scaling", ["none", "min-max", "z-score"])
def test_a_scaling_comes_back_from_the_recipes_text(scaling: str) -> None:
    recipe = from_mapping(content(**scaled(ROWS, scaling)))
    assert from_toml(to_toml(recipe)) == recipe
    assert tomllib.loads(to_toml(recipe)).get("scaling", "none") == scaling
    assert ("scaling" in to_toml(recipe)) == (scaling != "none")


def test_a_copy_with_other_labels_has_other_targets() -> None:
    recipe = from_mapping(content(**LABELLED))
    numbers = {"raw": recipe.raw(), "targets": None, "eta": 0.5, "start": np.zeros(4)}
    copy = recipe.with_numbers(labels=("yes", "yes", "no"), **numbers)
    assert copy.t().tolist() == [[0, 1], [0, 1], [1, 0]]


# One sentence for each fault: the field, what was got, what was wanted.

FAULTS = [
    ({"epoch": 3}, r"^epoch: the recipe knows no such key; did you mean 'epochs'\?$"),
    ({"zzz": 3}, r"^zzz: the recipe knows no such key; wanted one of name, title, data, inputs, "),
    ({"eta": None}, r"^eta: it is missing from the recipe; add a line `eta = \.\.\.`\.$"),
    ({"data": None}, r"^data: it is missing"),
    ({"layers": None}, r"^layers: it is missing"),
    ({"epochs": None}, r"^epochs: it is missing"),
    ({"eta": -0.2}, r"^eta: got -0\.2, wanted a learning rate above 0, such as 0\.2\.$"),
    ({"eta": 0}, r"^eta: got 0, wanted a learning rate above 0"),
    ({"eta": float("nan")}, r"^eta: got nan, wanted a finite number\.$"),
    ({"eta": float("inf")}, r"^eta: got inf, wanted a finite number\.$"),
    ({"eta": 10**400}, r"^eta: got 10+, wanted a finite number\.$"),
    ({"eta": "0.2"}, r"^eta: got '0\.2', wanted a finite number\.$"),
    ({"eta": True}, r"^eta: got True, wanted a finite number\.$"),
    ({"epochs": -3}, r"^epochs: got -3, wanted a whole number of at least 0\.$"),
    ({"epochs": 2.5}, r"^epochs: got 2\.5, wanted a whole number of at least 0\.$"),
    ({"epochs": 2.0}, r"^epochs: got 2\.0, wanted a whole number of at least 0\.$"),
    ({"epochs": "ten"}, r"^epochs: got 'ten', wanted a whole number of at least 0\.$"),
    ({"epochs": True}, r"^epochs: got True, wanted a whole number of at least 0\.$"),
    ({"seed": -1}, r"^seed: got -1, wanted a whole number of at least 0\.$"),
    ({"seed": 1.5}, r"^seed: got 1\.5, wanted a whole number of at least 0\.$"),
    ({"name": 3}, r"^name: got 3, wanted a text in quotation marks\.$"),
    ({"title": ["a"]}, r"^title: got \['a'\], wanted a text in quotation marks\.$"),
    ({"lang": "fr"}, r"^lang: got 'fr', wanted one of en, zh\.$"),
    (
        {"cost": "squarederror"},
        r"^cost: got 'squarederror', wanted one of squared-error.*; did you mean 'squared-error'\?",
    ),
    ({"rule": 3}, r"^rule: got 3, wanted one of gradient-descent"),
    ({"targets": "y"}, r"^targets: got 'y', wanted a list of column names\.$"),
    ({"inputs": [1]}, r"^inputs: got \[1\], wanted a list of column names\.$"),
    ({"inputs": ["p", "p"]}, r"^inputs: column 'p' is named twice; name it once\.$"),
    ({"targets": ["y", "y"]}, r"^targets: column 'y' is named twice; name it once\.$"),
    ({"inputs": ["p", "y"]}, r"^inputs: column 'y' is also a target; name it only once\.$"),
    ({"label": "y"}, r"^label, targets: wanted exactly one of them"),
    ({"targets": None}, r"^label, targets: wanted exactly one of them"),
    ({"targets": ["p", "q", "y"]}, r"^inputs: no column is left to be an input; name at least"),
    ({"image": 4}, r"^image: got 4, wanted \[rows, columns\] of the picture\.$"),
    ({"image": [4]}, r"^image: got \[4\], wanted \[rows, columns\] of the picture\.$"),
    ({"image": [2, 0]}, r"^image: got 0, wanted a whole number of at least 1\.$"),
    ({"image": [4, 3]}, r"^image: got 4 × 3 = 12 pixels, but the data have 2 input columns; make"),
    ({"layers": 3}, r"^layers: got 3, wanted a list such as \[\{ units = 3 \}"),
    ({"layers": []}, r"^layers: got \[\], wanted a list such as"),
    ({"layers": [3]}, r"^layers\[0\]: got 3, wanted a table such as \{ units = 3 \}\.$"),
    ({"layers": [{}]}, r"^layers\[0\]\.units: it is missing; say how many units"),
    (
        {"layers": [{"units": 3}, {"units": 0}]},
        r"^layers\[1\]\.units: got 0, wanted a whole number of at least 1\.$",
    ),
    ({"layers": [{"unit": 1}]}, r"^unit: layers\[0\] knows no such key; did you mean 'units'\?$"),
    (
        {"layers": [{"units": 1, "activation": "sigmod"}]},
        r"^layers\[0\]\.activation: got 'sigmod', wanted one of .*; did you mean 'sigmoid'\?$",
    ),
    (
        {"layers": [{"units": 1, "bias": False}]},
        r"^layers\[0\]\.bias: got False, wanted one of trained, fixed, shared, none\.$",
    ),
    (
        {"layers": [{"units": 1, "kind": "dance"}]},
        r"^layers\[0\]\.kind: got 'dance', wanted one of dense",
    ),
    ({"layers": [{"units": 2}]}, r"^layers\[0\]\.units: got 2 output units for 1 target column; "),
    (
        LABELLED | {"layers": [{"units": 3}]},
        r"^layers\[0\]\.units: got 3 output units for 2 classes \(no, yes\); wanted 2\.$",
    ),
    (
        LABELLED | {"layers": [{"units": 1}]},
        r"^layers\[0\]\.units: got 1 output unit for 2 classes \(no, yes\); wanted 2\.$",
    ),
    (
        {"layers": [{"units": 10**13}, {"units": 1}]},
        r"^layers: got 40,000,000,000,001 weights and biases, wanted at most 1,000,000; take "
        r"fewer units\.$",
    ),
    (
        {"layers": [{"units": 333334, "bias": "none"}, {"units": 1, "bias": "shared"}]},
        r"^layers: got 1,000,003 weights and biases, wanted at most 1,000,000; take ",
    ),
    ({"start": 3}, r"^start: got 3, wanted a table of arrays or \{ kind = \.\.\. \}\.$"),
    ({"start": {"kind": "norml"}}, r"^start\.kind: got 'norml', .*; did you mean 'normal'\?$"),
    ({"start": {"kind": "normal", "sd": -1}}, r"^start\.sd: got -1\.0, wanted .* at least 0\.$"),
    ({"start": {"kind": "normal", "sd": "1"}}, r"^start\.sd: got '1', wanted a finite number\.$"),
    ({"start": {"kind": "normal", "std": 1}}, r"^std: start knows no such key; did you mean 'sd'"),
    ({"start": {"kind": "given"}}, r"^start\.w2: it is missing; wanted an array of 3 × 2 numbers"),
    ({"start": {"w2": 3}}, r"^start\.w2: got 3, wanted a list of numbers\.$"),
    ({"start": {"w2": [[1, "a"]]}}, r"^start\.w2\[0\]\[1\]: got 'a', wanted a finite number\.$"),
    (
        {"start": {"w2": [[1, 2], [3]]}},
        r"^start\.w2: its rows differ in length; wanted a rectangle of numbers\.$",
    ),
    (
        {"start": {"w2": [[1, 2], [3, 4]]}},
        r"^start\.w2: got 2 × 2, wanted 3 × 2 \(units × inputs\) for layer 2; give the right",
    ),
    (
        {"start": {"w2": [[1, 2]] * 3, "b2": [1]}},
        r"^start\.b2: got 1, wanted 3 \(one per unit\) for layer 2; give the right array or",
    ),
    (
        {"start": {"w2": [[1, 2]] * 3, "b2": [1] * 3, "w3": [[1] * 3], "b3": [1], "w4": [1]}},
        r"^w4: start knows no such array; wanted one of w2, b2, w3, b3\.$",
    ),
    (
        {"data": 3},
        r"^data: got 3, wanted the name of a file .*, a DataFrame, or a table with the two lists",
    ),
    ({"data": {"rows": [[1]]}}, r"^data: got a table of rows, wanted the name of a file"),
    ({"data": {}}, r"^data: got a table of nothing, wanted the name of a file"),
    (
        LABELLED | {"data": {"columns": ["p", "y"], "rows": [[0, "Cat"], [1, "cat"]]}},
        r"^label: the classes 'Cat' and 'cat' differ only in capitals, which a spreadsheet takes",
    ),
]

# Functions that can't be used where they stand, or not together.

ONE_CLASS = LABELLED | {"data": {"columns": ["p", "y"], "rows": [[0, "no"], [1, "no"]]}}
THREE = {
    "targets": ["y", "u"],
    "layers": [{"units": 2}],
    "data": {"columns": ["p", "y", "u"], "rows": [[0, 1, 1], [1, 0, 1]]},
}


def ending(activation: str, units: int) -> dict[str, Any]:
    return {"layers": [{"units": 3}, {"units": units, "activation": activation}]}


FAULTS += [
    ({"reduction": "average"}, r"^reduction: got 'average', wanted one of sum, mean\.$"),
    ({"output_reduction": "means"}, r"^output_reduction: .*; did you mean 'mean'\?$"),
    ({"cost_factor": 2}, r"^cost_factor: got 2, wanted 0\.5 or 1: what stands before the sum over"),
    ({"decay_biases": 1}, r"^decay_biases: got 1, wanted true or false\.$"),
    (
        {"cost": "absolute-error", "cost_factor": 0.5},
        r"^cost_factor: got 0\.5 for absolute-error, but only the squared error has a factor ½; "
        r"leave it out\.$",
    ),
    (
        LABELLED | ending("softmax", 2) | {"cost": "cross-entropy", "output_reduction": "mean"},
        r"^output_reduction: got 'mean' for cross-entropy with softmax outputs, where only the "
        r"output of the right class counts; leave it out \(the mean over the examples is "
        r'reduction = "mean"\)\.$',
    ),
    *(
        (
            LABELLED | ending(activation, 2) | {"cost": "hinge"},
            rf"^cost: hinge does not go with {activation} outputs \(they stay between 0 and 1, so "
            r"a distance of 1 is never reached\); wanted outputs with linear or tanh or softsign "
            r"or relu or leaky-relu or elu or selu or gelu or silu or softplus or relu6 or "
            r"hardtanh\.$",
        )
        for activation in ("sigmoid", "softmax")
    ),
    (
        {"layers": [{"units": 2, "negative_slope": 0.2}, {"units": 1}]},
        r"^layers\[0\]\.negative_slope: got 0\.2 for sigmoid, but only leaky-relu has one; leave "
        r"it out\.$",
    ),
    (
        {"layers": [{"units": 2, "activation": "leaky-relu", "negative_slope": "small"}]},
        r"^layers\[0\]\.negative_slope: got 'small', wanted a finite number\.$",
    ),
    (
        {"layers": [{"units": 2, "activation": "softmax"}, {"units": 1}]},
        r"^layers\[0\]\.activation: got softmax in a layer that is not the last, wanted it in an "
        r"output layer of at least 2 units; use sigmoid here\.$",
    ),
    (
        ending("softmax", 1),
        r"^layers\[1\]\.activation: got softmax in a layer that has one unit, wanted it in an "
        r"output layer of at least 2 units; use sigmoid here\.$",
    ),
    *(
        (
            {"layers": [{"units": 1, "activation": name} for name in names]},
            rf"^layers\[{names.index('step')}\]\.activation: got step, which can't be trained: its "
            r"slope is 0 wherever it has one, so no gradient tells a weight which way to go; use "
            r"sigmoid, or take epochs = 0 to see its outputs only\.$",
        )
        for names in (["step", "sigmoid"], ["sigmoid", "step"])
    ),
    *(
        (
            ending(activation, 1) | {"cost": "cross-entropy"},
            rf"^cost: cross-entropy does not go with {activation} outputs \(it takes the "
            r"logarithms of a and 1 − a, and these outputs may leave the range from 0 to 1\); "
            r"wanted outputs with sigmoid or softmax\.$",
        )
        for activation in ("linear", "tanh", "softsign", "relu", "leaky-relu", "elu", "hardtanh")
    ),
    *(
        (
            THREE | ending(activation, 2) | {"cost": cost},
            rf"^cost: {cost} with {activation} outputs needs one right class per example; got "
            r"target numbers, wanted a label column, or columns with a single 1 in each row\.$",
        )
        for cost, activation in [("hinge", "linear"), ("cross-entropy", "softmax")]
    ),
    ({"scaling": "zscore"}, r"^scaling: got 'zscore', wanted one of .*; did you mean 'z-score'\?$"),
    *(
        (
            scaled([[0, 0.1, 0]] * 7 + [[1, 0.1 + 2**-56, 1]], name),
            rf"^scaling: {name} divides by the spread of a column, but column 'q' has none but "
            r"rounding: it is 0\.1 in every example; leave it out of the inputs, or set scaling = "
            r'"none"\.$',
        )
        for name in ("min-max", "z-score")
    ),
    *(
        (
            scaled([[0, 0, 0], [1, far, 1]], name),
            rf"^scaling: {name} can't be computed for column 'q', which reaches from 0 to "
            rf"{re.escape(f'{far:g}')}: squares of such numbers don't fit; give it in another "
            r"unit\.$",
        )
        for name, far in (("min-max", 1.5e308), ("z-score", 1e200), ("z-score", 1e-200))
    ),
    (
        ONE_CLASS | ending("linear", 1) | {"cost": "hinge"},
        r"^cost: hinge with linear outputs compares classes; got 1 output, wanted at least 2\.$",
    ),
]


@pytest.mark.parametrize("cost", COSTS)
def test_every_pair_of_cost_and_outputs_is_taken_or_refused_in_one_sentence(cost: str) -> None:
    for name, activation in ACTIVATIONS.items():
        changes = LABELLED | ending(name, 2) | {"cost": cost}
        if (cost, name) in _pairs(True, 2):
            assert from_mapping(content(**changes)).cost == cost
        else:
            field = "cost" if activation.slope or activation.helper else r"layers\[1\]"
            with pytest.raises(RecipeError, match=rf"^{field}.*: .*(got|does not).*\.$"):
                from_mapping(content(**changes))


@pytest.mark.parametrize("epochs", [0, 2])
def test_a_step_may_stand_anywhere_where_nothing_is_trained(epochs: int) -> None:
    layers = [{"units": 3, "activation": "step"}, {"units": 1, "activation": "step"}]
    changes = {"layers": layers, "epochs": epochs}
    if epochs:
        with pytest.raises(
            RecipeError, match=r"^layers\[0\]\.activation: got step, which can't be"
        ):
            from_mapping(content(**changes))
    else:
        assert from_mapping(content(**changes)).epochs == 0


@pytest.mark.parametrize(
    ("cost", "reason"),
    [
        ("hinge", "they are 0 or 1, and how near an answer comes is not to be seen"),
        (
            "cross-entropy",
            "it takes the logarithms of a and 1 − a, and for a step one of them is of 0",
        ),
    ],
)
def test_a_step_goes_with_no_cost_that_it_leaves_without_a_value(cost: str, reason: str) -> None:
    with pytest.raises(RecipeError, match=rf"^cost: {cost} does not go with step .*\({reason}\); "):
        from_mapping(content(**LABELLED | ending("step", 2) | {"cost": cost, "epochs": 0}))


@pytest.mark.parametrize(
    ("activation", "rows", "wanted"),
    [
        ("sigmoid", [[0, 1], [1, 0]], True),
        ("sigmoid", [[0, 0.25], [1, 0.5]], True),
        ("sigmoid", [[0, 1], [1, 1.5]], False),
        ("sigmoid", [[0, 1], [1, -0.5]], False),
        ("tanh", [[0, 1], [1, 0]], False),
        ("linear", [[0, 1], [1, 0]], False),
    ],
)
def test_outputs_are_answers_only_where_they_and_their_targets_are_shares(
    activation: str, rows: list[list[float]], wanted: bool
) -> None:
    data = {"columns": ["p", "y"], "rows": rows}
    assert from_mapping(content(data=data, **ending(activation, 1))).answers() is wanted


@pytest.mark.parametrize("activation", ["linear", "relu", "softmax"])
def test_outputs_for_labels_are_answers_whatever_their_activation(activation: str) -> None:
    assert from_mapping(content(**LABELLED | ending(activation, 2))).answers() is True


@pytest.mark.parametrize(("changes", "sentence"), FAULTS)
def test_a_fault_is_told_with_its_field_what_was_got_and_what_was_wanted(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RecipeError, match=sentence) as caught:
        from_mapping(content(**changes))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"targets": ["z"]}, r"^data: there is no column 'z'; "),
        ({"inputs": ["pp"]}, r"^data: there is no column 'pp'; did you mean 'p'\?$"),
        ({"data": "nowhere.csv"}, r"nowhere\.csv: the data can't be read"),
        (
            {"data": {"columns": ["p", "y"], "rows": [["one", 1]]}},
            r"^data, row 1, column 'p': got text 'one', wanted a number; ",
        ),
        (
            LABELLED | {"data": {"columns": ["p", "y"], "rows": [[0, "a"], [1, ""]]}},
            r"^data: 1 entry is missing: row 2, column 'y'; fill it in, or set missing = \"drop\" ",
        ),
    ],
)
def test_a_fault_of_the_data_is_told_with_its_place(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        from_mapping(content(**changes))


def test_a_number_and_a_text_that_looks_like_it_are_two_classes() -> None:
    data = {"columns": ["p", "y"], "rows": [[0, 1], [1, "1.0"]]}
    assert from_mapping(content(**LABELLED | {"data": data})).classes() == (1.0, "1.0")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("eta = \n", r"^mine: not valid TOML: .*line 1"),
        ("eta = 1\neta = 2\n", r"^mine: not valid TOML: .*line 2"),
        ("eta = " + "9" * 5000, r"^mine: not valid TOML: "),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(RecipeError, match=sentence):
        from_toml(text, name="mine")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"epochs": -1}, "epochs: got -1, wanted"),
        ({"eta": -1.0}, "eta: got -1, wanted"),
        ({"eta": float("nan")}, "eta: got nan, wanted"),
        ({"layers": (Dense(2),)}, r"layers\[0\].units: got 2"),
        ({"image": (4, 3)}, "image: got 4 × 3"),
    ],
)
def test_a_changed_copy_is_checked_again(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(XlbackpropError, match=sentence):
        from_mapping(content()).changed(**changes)


def test_the_classes_are_gathered_once_and_not_for_every_example(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [[n, "even" if n % 2 == 0 else "odd"] for n in range(50)]
    recipe = from_mapping(content(**LABELLED | {"data": {"columns": ["p", "y"], "rows": rows}}))
    calls, labels = [], Recipe.labels
    monkeypatch.setattr(Recipe, "labels", lambda self: calls.append(1) or labels(self))
    recipe.t()
    assert len(calls) < 5


def test_outputs_are_compared_with_classes_without_a_square_of_targets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [[n, f"name {n}"] for n in range(9)]
    monkeypatch.setattr(Recipe, "t", lambda self: pytest.fail("a target for each of the classes"))
    sentence = r"got 2 output units for 9 classes \(name 0, .*, name 7 \.\.\.\); wanted 9\.$"
    with pytest.raises(RecipeError, match=sentence):
        from_mapping(content(**LABELLED | {"data": {"columns": ["p", "y"], "rows": rows}}))


def test_a_sentence_never_spans_two_lines_or_names_a_python_type() -> None:
    for changes, _ in FAULTS:
        with pytest.raises(RecipeError) as caught:
            from_mapping(content(**changes))
        assert not re.search(r"\n|<class|Traceback|NoneType", str(caught.value))


TWINS = [
    ("é", "e\u0301", "differ only in how letters are written"),
    ("ı", "i", "differ only in how letters are written"),
    ("\uff11 a", "1 a", "differ only in how letters are written"),
    ("Straße", "STRASSE", "differ only in capitals"),
    (0.1 + 0.2, 0.3, "differ only beyond 15 digits"),
]


@pytest.mark.parametrize(("one", "other", "what"), TWINS, ids=str)
def test_classes_that_some_spreadsheet_takes_for_one_are_refused(
    one: Any, other: Any, what: str
) -> None:
    data = {"columns": ["p", "y"], "rows": [[0, one], [1, other]]}
    with pytest.raises(RecipeError, match=f"^label: the classes .* {what}, which a spreadsheet"):
        from_mapping(content(**LABELLED | {"data": data}))


def test_a_zero_with_a_minus_is_written_as_the_0_that_a_cell_holds() -> None:
    plain = from_mapping(content(start={"kind": "normal"}))
    arrays = {key: np.zeros(shape).tolist() for key, shape in plain.arrays().items()}
    given = ((key, arrays[key] if key != "b2" else [0.0, -0.0, 0.0]) for key in arrays)
    assert "b2 = [0.0, 0.0, 0.0]" in to_toml(replace(plain, start=Given(tuple(given))))

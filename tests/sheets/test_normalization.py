"""Workbooks of networks with batch normalization: its numbers on every sheet, and typed anew."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from programs import in_other_programs
from reading import read
from views import new_sheet, texts
from workbooks import Made, agreeing, typed

import xlbackprop as xb
from xlbackprop.errors import BookError, RecipeError
from xlbackprop.network.normalization import BatchNormalization
from xlbackprop.recipe.read import from_mapping, from_toml
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.solver.sheet import model
from xlbackprop.sheets.training.equations import sum_equation

OWN = {"mean": [0.1, -0.2], "variance": [0.5, 1.25], "epsilon": 0.001}
FLAT = [
    {"kind": "batch-normalization"},
    {"units": 2, "activation": "linear"},
    {"kind": "batch-normalization", "activation": "relu", **OWN},
    {"units": 2, "activation": "softmax"},
]
MAPS = [
    {"kind": "convolution", "filters": 2, "kernel": 2, "activation": "linear", "bias": "none"},
    {"kind": "batch-normalization", "activation": "tanh", **OWN},
    {"kind": "max-pooling", "size": 2, "stride": 1},
    {"kind": "batch-normalization", "affine": "fixed"},
    {"units": 2, "activation": "softmax"},
]
NETS = {"flat": ([], FLAT), "maps": ([3, 3], MAPS)}
GRADIENTS = ("per-example", "summed")


def recipe(net: str = "flat", gradients: str = "per-example", **changes: Any) -> xb.Recipe:
    image, layers = NETS[net]
    random, inputs = np.random.default_rng(7), 9 if image else 3
    x = random.uniform(-1, 1, (4, inputs)).round(2).tolist()
    return from_mapping(
        {
            "name": net,
            "data": {
                "columns": [*(f"p{i}" for i in range(inputs)), "kind"],
                "rows": [[*row, "ab"[n % 2]] for n, row in enumerate(x)],
            },
            "label": "kind",
            "image": image,
            "layers": layers,
            "cost": "cross-entropy",
            "eta": 0.3,
            "epochs": 2,
            "gradients": gradients,
            "seed": 2,
            **changes,
        }
    )


def made(folder: Path, net: str, gradients: str = "per-example", **changes: Any) -> Made:
    found = recipe(net, gradients, **changes)
    xb.write(found, folder / "made.xlsx")
    return Made(folder / "made.xlsx", found)


# The workbook against Python.


@pytest.mark.parametrize("changes", [{}, {"epochs": 0}, {"epochs": 0, "solver": True}], ids=str)
@pytest.mark.parametrize("gradients", GRADIENTS)
@pytest.mark.parametrize("net", NETS)
def test_every_formula_agrees_and_the_recipe_comes_back(net, gradients, changes, tmp_path):
    book = made(tmp_path, net, gradients, **changes)
    agreeing(book.path)
    assert xb.load(book.path) == from_toml(xb.to_toml(book.recipe)) == book.recipe


@in_other_programs("whether SUMPRODUCT takes a difference of cells is a program's own")
@pytest.mark.parametrize("gradients", GRADIENTS)
@pytest.mark.parametrize("net", NETS)
def test_other_spreadsheets_agree(net, gradients, engine, need, tmp_path):
    need(engine)
    agreeing(made(tmp_path, net, gradients, views=["walkthrough"]).path, engine)


# What a reader types.


@pytest.mark.parametrize("net", NETS)
def test_statistics_that_are_typed_anew_are_followed_and_come_back(net, tmp_path):
    book, mark = made(tmp_path, net), "4_2" if net == "flat" else "3N2"
    place = mark.partition("_")[0].removesuffix("2")
    values = {f"mu{mark}": 1.5, f"v{mark}": 0.25, f"epsilon{place}": 0.0, f"beta{mark}": 0.75}
    path = typed(book.path, tmp_path, {book.start(label): x for label, x in values.items()})
    agreeing(path)
    now = xb.load(path)
    number = int(place[0])
    wanted = book.recipe.layers[number - 2].__class__(
        (0.1, 1.5), (0.5, 0.25), 0.0, book.recipe.layers[number - 2].activation
    )
    assert now.layers[number - 2] == wanted
    beta = dict(now.start.arrays)[f"beta{number}"]
    assert beta == (0.0, 0.75)
    labels = layout_of(now).network.all_parameter_labels
    before, after = book.recipe.start_parameters(), now.start_parameters()
    changed = {label for label, a, b in zip(labels, before, after, strict=True) if a != b}
    assert changed == set(values)


def test_only_statistics_that_are_typed_anew_leave_the_start_as_it_is_drawn(tmp_path):
    book = made(tmp_path, "flat", views=[])
    now = xb.load(typed(book.path, tmp_path, {book.start("mu2_3"): 0.5}))
    assert now.start == book.recipe.start
    assert now.layers[0] == BatchNormalization(mean=(0.0, 0.0, 0.5))


@pytest.mark.parametrize("label", ["v4_1", "epsilon4"])
def test_a_number_below_0_is_told_where_a_root_is_taken(label, tmp_path):
    book = made(tmp_path, "flat", views=["walkthrough"])
    sheet, cell = book.start(label)
    path = typed(book.path, tmp_path, {(sheet, cell): -3.0})
    report = xb.check(path)
    told = f"{sheet}!{cell}: got -3, wanted a number of at least 0"
    assert told in "\n".join(report.lines())
    with pytest.raises(BookError, match="wanted a number of at least 0"):
        xb.load(path)
    assert _intro(label, -3.0) == f"✗ In {sheet}!{cell} only a number of at least 0 will do."


def _intro(label: str, number: float) -> str:
    """The line on what to do on Start, once a starting parameter is another."""
    one = recipe(views=[])
    layout = layout_of(one)
    row, column = layout.parameters.cells[layout.network.all_parameter_labels.index(label)]
    cell = f"{'ABCDEFGH'[column - 1]}{row}"
    return read(one).after({("parameters", cell): number})["start"].computed("A2")


# What stands on the sheets.


def test_parameters_name_what_is_trained_and_what_is_not():
    said = texts(new_sheet(recipe(), "parameters"))
    wanted = (
        "Layer 4: starting scale γ and shift β of each unit; its running mean μ, running variance "
        "v, and ε are not trained"
    )
    assert wanted in said
    assert {"γ4", "β4", "μ4", "v4", "ε4"} <= set(said)
    fixed = texts(new_sheet(recipe("maps"), "parameters"))
    assert any("layer 5, map 2" in text for text in fixed)
    assert any("Layer 5" in text and "none of them is trained" in text for text in fixed)


def test_training_has_the_equations_of_each_layer():
    flat, maps = (set(texts(new_sheet(recipe(net), "training"))) for net in NETS)
    assert "z⁴ⱼ = γ⁴ⱼ (a³ⱼ − μ⁴ⱼ) / √(v⁴ⱼ + ε⁴) + β⁴ⱼ" in flat
    assert "δ³ᵢ = δ⁴ᵢ γ⁴ᵢ / √(v⁴ᵢ + ε⁴)" in flat
    gradient = "∂C/∂γ⁴ⱼ = δ⁴ⱼ (a³ⱼ − μ⁴ⱼ) / √(v⁴ⱼ + ε⁴)   ∂C/∂β⁴ⱼ = δ⁴ⱼ   w ← w − η Σ ∂C/∂w"
    assert gradient in flat
    assert "zᴺᵢⱼ = γᴺ (aᶠᵢⱼ − μᴺ) / √(vᴺ + εᴺ) + βᴺ" in maps
    assert "δᶠᵢ = δᴺᵢⱼ γᴺ / √(vᴺ + εᴺ)" in maps
    assert any(text.startswith("∂C/∂γᴺ = Σᵢⱼ δᴺᵢⱼ (aᶠᵢⱼ − μᴺ) / √(vᴺ + εᴺ)") for text in maps)
    sums = sum_equation(layout_of(recipe("maps", "summed"))).split("   ")
    assert {"Σ ∂C/∂γ = Σ Σ δ (a − μ) / √(v + ε)", "Σ ∂C/∂β = Σ Σ δ"} <= set(sums)


def test_where_parameters_stand_above_the_columns_training_says_where_those_are():
    said = " ".join(texts(new_sheet(recipe("flat", "summed"), "training")))
    assert "β and below it γ stand above z, μ and below it v above what is normalized" in said
    assert "below it γ" not in " ".join(texts(new_sheet(recipe(), "training")))


def test_the_walkthrough_spells_out_what_is_normalized_and_its_gradient():
    symbols = set(texts(new_sheet(recipe(), "walkthrough")))
    assert "z⁴₁ = γ⁴₁·(a³₁ − μ⁴₁)/√(v⁴₁ + ε) + β⁴₁" in symbols
    assert "δ³₁ = δ⁴₁·γ⁴₁/√(v⁴₁ + ε)" in symbols
    assert "∂C/∂γ⁴₁ = δ⁴₁·(a³₁ − μ⁴₁)/√(v⁴₁ + ε)" in symbols
    assert "new γ⁴₁ = γ⁴₁ − η·Σ ∂C/∂γ⁴₁" in symbols


def test_the_walkthrough_s_figures_come_to_what_they_say():
    one = recipe()
    trace = xb.run(one)
    a, z = trace.group("a3")[0, 0], trace.group("z4")[0, 0]
    sign = "−" if z < 0 else ""
    wanted = f"= 1.000·({_shown(a)} − 0.100)/√(0.500 + ε) + 0.000 = {sign}{abs(z):.3f}"
    assert any(wanted in text for text in texts(new_sheet(one, "walkthrough")))


def _shown(number: float) -> str:
    return f"{'−' if number < 0 else ''}{abs(number):.3f}"


def test_the_gradient_check_and_solver_move_what_is_trained_only():
    layout = layout_of(recipe())
    trained = np.array(layout.network.all_parameter_labels)[layout.network.trained]
    [chooses] = [place for place in layout.asked if place.name == "gradient parameter"]
    assert chooses.most == len(trained)
    assert {label.rstrip("0123456789_") for label in trained} == {"gamma", "beta", "w", "b"}
    solver = layout_of(recipe(epochs=0, solver=True))
    changing = solver.solver.count
    assert changing == len(trained)
    assert model(solver)


# Recipes.

REFUSED = {
    "mean": (
        {"mean": [0.5]},
        "layers[2].mean: got 1 numbers, wanted 2, one per unit of the layer before; give as many, "
        "or leave it out.",
    ),
    "variance": (
        {"variance": [1, 2, 3]},
        "layers[2].variance: got 3 numbers, wanted 2, one per unit of the layer before; give as "
        "many, or leave it out.",
    ),
    "negative": (
        {"variance": [1, -0.5]},
        "layers[2].variance[1]: got -0.5, wanted a number of at least 0.",
    ),
    "nothing to divide by": (
        {"variance": [0, 1], "epsilon": 0},
        "layers[2].variance[0]: got 0 with epsilon = 0, wanted one of them above 0, since a number "
        "is divided by the root of their sum; take epsilon = 1e-5.",
    ),
    "epsilon": (
        {"epsilon": -1e-5},
        "layers[2].epsilon: got -1e-05, wanted a number of at least 0, such as 1e-5.",
    ),
    "a single number": ({"mean": 0.5}, "layers[2].mean: got 0.5, wanted a list of numbers."),
    "no number": ({"mean": [0, "a"]}, "layers[2].mean[1]: got 'a', wanted a finite number."),
    "infinite": (
        {"variance": [1, float("inf")]},
        "layers[2].variance[1]: got inf, wanted a finite number.",
    ),
    "affine": (
        {"affine": False},
        "layers[2].affine: got False, wanted one of trained, fixed.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_normalized_by_is_refused_in_one_sentence(case):
    fields, sentence = REFUSED[case]
    layers = [*FLAT[:2], {"kind": "batch-normalization", **fields}, FLAT[3]]
    with pytest.raises(RecipeError) as refused:
        recipe().changed(layers=from_layers(layers))
    assert str(refused.value) == sentence


def from_layers(layers: list[dict[str, Any]]) -> Any:
    """Layers as a recipe reads them."""
    rows = {"columns": ["p", "q", "s", "kind"], "rows": [[0, 1, 2, "a"], [1, 0, 1, "b"]]}
    content = {"data": rows, "label": "kind", "layers": layers, "eta": 0.1, "epochs": 1}
    return from_mapping(content | {"cost": "cross-entropy"}).layers


@pytest.mark.parametrize("start", [{"kind": "normal", "sd": 3}, {"kind": "he"}, {"kind": "zeros"}])
def test_scale_and_shift_start_at_1_and_0_however_weights_are_drawn(start):
    one = from_mapping(
        {
            "data": {"columns": ["p", "y"], "rows": [[0, 1], [1, 0]]},
            "targets": ["y"],
            "layers": [{"units": 2}, {"kind": "batch-normalization"}, {"units": 1}],
            "eta": 0.1,
            "epochs": 1,
            "start": start,
        }
    )
    where = layout_of(one).network.parameter_slice(3)
    assert one.start_parameters()[where].tolist() == [1, 0, 0, 1, 1, 0, 0, 1, 1e-5]


def test_scale_and_shift_may_be_given_or_left_out_where_weights_are_given():
    given = {"w2": [[1], [2]], "b2": [0, 0], "w4": [[1, 1]], "b4": [0]}
    content = {
        "data": {"columns": ["p", "y"], "rows": [[0, 1], [1, 0]]},
        "targets": ["y"],
        "layers": [{"units": 2}, {"kind": "batch-normalization"}, {"units": 1}],
        "eta": 0.1,
        "epochs": 1,
    }
    for own, wanted in (({}, [1, 0]), ({"gamma3": [3, 4], "beta3": [5, 6]}, [3, 5])):
        one = from_mapping(content | {"start": given | own})
        where = layout_of(one).network.parameter_slice(3)
        assert one.start_parameters()[where][:2].tolist() == wanted
    with pytest.raises(RecipeError) as refused:
        from_mapping(content | {"start": given | {"gamma3": [3]}})
    assert str(refused.value).startswith("start.gamma3: got 1, wanted 2 (one per unit) for layer 3")

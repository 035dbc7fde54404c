"""A recipe without a recipe file."""

import pytest

from xlbackprop.data.files import table_of
from xlbackprop.data.table import Table
from xlbackprop.errors import RecipeError
from xlbackprop.recipe import read as recipe_text
from xlbackprop.recipe.from_options import from_data

LINES = "a,b,kind\n1,2,x\n3,4,y\n5,6,z\n"


@pytest.fixture
def flowers(tmp_path):
    path = tmp_path / "flowers.csv"
    path.write_text(LINES, encoding="utf-8")
    return str(path)


def test_options_stand_for_a_whole_recipe(flowers):
    recipe = from_data(
        {"data": flowers, "label": "kind", "layers": "2,5,3", "activation": "tanh", "rule": "adam"}
    )
    assert recipe.name == "flowers"
    assert recipe.widths() == (2, 5, 3)
    assert [layer.activation for layer in recipe.layers] == ["tanh", "softmax"]
    assert (recipe.rule, recipe.cost, recipe.scaling) == ("adam", "cross-entropy", "z-score")
    assert recipe.classes() == ("x", "y", "z")


def test_outputs_go_with_the_cost_and_with_numbers(flowers):
    classes = {"data": flowers, "label": "kind"}
    assert from_data(classes | {"cost": "cross-entropy"}).layers[-1].activation == "softmax"
    assert from_data(classes | {"cost": "hinge"}).layers[-1].activation == "linear"
    numbers = from_data({"data": flowers, "inputs": ["a"], "targets": ["b"]})
    assert numbers.layers[-1].activation == "linear"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"layers": "3,5,3"}, "layers: got 3 inputs, but the data have 2 input columns"),
        *(
            (
                {"layers": f"2,{units},3"},
                f"layers: got '2,{units[:50]}",
            )
            for units in ("none", "0", "-4", "1.5", "", "²", "9" * 5000)
        ),
        (
            {"layers": "2,4,5"},
            "layers[1].units: got 5 output units for 3 classes (x, y, z); wanted 3.",
        ),
        ({"layers": "2,99999999999999999999,3"}, "layers: got 599,999,999,999,999,999,997 weights"),
    ],
)
def test_widths_that_do_not_fit_are_refused(flowers, options, said):
    with pytest.raises(RecipeError) as error:
        from_data({"data": flowers, "label": "kind", **options})
    assert str(error.value).startswith(said)


def test_the_file_is_read_once_and_its_rows_that_were_left_out_are_counted_once(
    flowers, monkeypatch
):
    with open(flowers, "a", encoding="utf-8") as file:
        file.write("7,,x\n")
    calls = []
    monkeypatch.setattr(recipe_text, "table_of", lambda *a: calls.append(a) or table_of(*a))
    recipe = from_data({"data": flowers, "label": "kind", "missing": "drop"})
    assert [type(value) for value, *_ in calls] == [str, Table]
    assert (recipe.data.dropped, len(recipe.data.rows), recipe.name) == (1, 3, "flowers")


def test_layers_written_out_are_taken_as_they_are(flowers):
    layers = [{"units": 2, "bias": "none"}, {"units": 3, "activation": "softmax"}]
    recipe = from_data({"data": flowers, "label": "kind", "layers": layers})
    assert [(x.units, x.activation, x.bias) for x in recipe.layers] == [
        (2, "sigmoid", "none"),
        (3, "softmax", "trained"),
    ]
    with pytest.raises(RecipeError, match=r"^activation: the layers are written out"):
        from_data({"data": flowers, "label": "kind", "layers": layers, "activation": "tanh"})


@pytest.mark.parametrize("options", [{}, {"label": "kind", "targets": ["b"]}], ids=str)
def test_right_answers_must_be_named_in_one_way(flowers, options):
    with pytest.raises(RecipeError, match=r"^label, targets: wanted exactly one of them"):
        from_data({"data": flowers, **options})


def test_nothing_to_train_on_is_told():
    with pytest.raises(RecipeError, match=r"^data: nothing to train on"):
        from_data({})

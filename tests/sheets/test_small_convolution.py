"""Pages of a small convolution network: parameters below one another, maps, and three classes."""

from functools import cache

import pytest
from reading import place, read
from views import drawn

import xlbackprop as xb

LAYERS = [
    {"kind": "convolution", "filters": 2, "kernel": 3, "activation": "relu", "bias": "fixed"},
    {"kind": "max-pooling", "size": 2},
    {"units": 3, "activation": "softmax"},
]
PARTS = ["layer 2, filter 1", "layer 2, filter 2", *(f"layer 4, unit {k}" for k in (1, 2, 3))]


@cache
def pages(gradients="summed"):
    views = ["walkthrough", "gradient-check"]
    changes = {"gradients": gradients, "views": views, "layers": LAYERS}
    return read(xb.load("cnn", epochs=1, **changes, **drawn(6)))


def line(page, row, first=1):
    """The cells of a row from a column on, from the left."""
    found = sorted((place(cell)[1], cell) for cell in page.cells if place(cell)[0] == row)
    return [cell for column, cell in found if column >= first]


def start(part):
    """The cells of Parameters with the weights and the bias of a filter or unit."""
    page = pages()["parameters"]
    return line(page, page.row(part), 2)


def started(part):
    """What stands there."""
    return [pages()["parameters"].value(cell) for cell in start(part)]


@pytest.mark.parametrize("number", [1, 2])
def test_the_walkthrough_shows_each_filter_with_its_own_weights(number):
    """Training has those of the second one row below those of the first."""
    page = pages()["walkthrough"]
    row, column = place(page.find(f"w^F{number}"))
    square = [cell for below in (1, 2, 3) for cell in line(page, row + below, column)[:3]]
    page.shows(square, started(f"layer 2, filter {number}")[:9])


def test_the_gradient_check_shows_each_parameter_as_it_stands_in_the_chosen_epoch():
    page = pages()["gradient-check"]
    wanted = [number for part in PARTS for number in started(part)]
    assert len(wanted) == 2 * (9 + 1) + 3 * (8 + 1)
    page.shows(line(page, page.row("w"), 2)[: len(wanted)], wanted)


@pytest.mark.parametrize("answer", [1, 2, 3])
def test_the_walkthrough_says_which_of_three_outputs_is_the_largest(answer):
    """A bias of 50 makes it so."""
    bias = start(f"layer 4, unit {answer}")[-1]
    book = pages().after({("parameters", bias): 50.0})
    assert f"the network says {answer} " in book["walkthrough"].computed("A7")


@pytest.mark.parametrize("gradients", ["summed", "per-example"])
def test_training_calls_delta_the_slope_of_a_where_a_layer_has_no_activation(gradients):
    said = pages(gradients)["training"].texts(rows=[3])
    assert sorted(text for text in said if "δ" in text) == [
        "Layer 2: error δ = ∂C/∂z · filter 1",
        "Layer 2: error δ = ∂C/∂z · filter 2",
        "Layer 3: δ = ∂C/∂a · map 1",
        "Layer 3: δ = ∂C/∂a · map 2",
        "Layer 4: error δ = ∂C/∂z",
    ]


@pytest.mark.parametrize(("part", "shown"), [("Layer 2, filter 2", 0), ("Layer 4, unit 2", 3)])
def test_a_bias_has_a_gradient_of_each_example_only_where_it_is_trained(part, shown):
    page = pages("per-example")["training"]
    row, left = place(page.find(f"{part}: w and b; below, their gradients"))
    heads = line(page, row + 2, left)
    bias = next(cell for cell in heads if str(page.value(cell)).startswith("b^"))
    column = bias.rstrip("0123456789")
    top = row + 4  # below the headings and the parameters
    assert len([row for row in range(top, top + 3) if f"{column}{row}" in page.cells]) == shown


def test_the_chart_of_the_gradient_check_has_every_h_of_the_table():
    page = pages()["gradient-check"]
    [(_, chart)] = page.grid.charts
    [series] = chart.series
    first, last = page.row("10⁻¹"), page.row("10⁻⁸")
    assert last == first + 7
    assert series.xVal.numRef.f == f"'Gradient check'!$B${first}:$B${last}"
    assert series.yVal.numRef.f == f"'Gradient check'!$H${first}:$H${last}"

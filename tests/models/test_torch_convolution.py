"""Recipes from PyTorch's convolutions and poolings: outputs, gradients and steps as PyTorch's own.

Half of the pixels are 0 or 1 exactly, so that many windows hold equal maxima.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from flowers import assert_close
from wanting import package

import xlbackprop as xb
from xlbackprop.errors import RecipeError

Array = np.ndarray
EXAMPLES = 8


@pytest.fixture
def torch() -> Any:
    module = package("torch")
    module.manual_seed(1)
    return module


def pictures(rows: int, columns: int) -> pd.DataFrame:
    """Pixels row by row, the class of each picture, and three target numbers."""
    random = np.random.default_rng(rows)
    pixels = random.uniform(0, 1, (EXAMPLES, rows * columns))
    pixels[::2] = pixels[::2].round()
    frame = pd.DataFrame(pixels, columns=[f"p{i}" for i in range(rows * columns)])
    frame["digit"] = [f"c{example % 3}" for example in range(EXAMPLES)]
    return frame.assign(**{f"y{k}": random.uniform(0, 1, EXAMPLES) for k in (1, 2, 3)})


def told(image: tuple[int, int]) -> dict[str, Any]:
    pixels = [f"p{i}" for i in range(image[0] * image[1])]
    return {"image": list(image), "inputs": pixels, "targets": ["y1", "y2", "y3"]}


# Each case: rows and columns of the picture, and the model.
NETS: dict[str, tuple[tuple[int, int], Any]] = {
    "the book's": (
        (6, 6),
        lambda nn: [
            nn.Conv2d(1, 3, 3), nn.Sigmoid(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(12, 3), nn.Sigmoid(),
        ],
    ),
    "stacked": (
        (6, 6),
        lambda nn: [
            nn.Conv2d(1, 2, 3, padding=1), nn.Tanh(), nn.MaxPool2d((2, 2)),
            nn.Conv2d(2, 3, (2, 2)), nn.ReLU(), nn.Conv2d(3, 2, 1), nn.LeakyReLU(),
            nn.Flatten(), nn.Linear(8, 4), nn.Tanh(), nn.Linear(4, 3),
        ],
    ),
    "stride, padding and no square": (
        (5, 7),
        lambda nn: [
            nn.Conv2d(1, 2, 3, stride=2, padding=1), nn.Softsign(), nn.AvgPool2d(2, stride=1),
            nn.Flatten(), nn.Linear(12, 3), nn.Sigmoid(),
        ],
    ),
    "linear before overlapping windows": (
        (5, 5),
        lambda nn: [
            nn.Conv2d(1, 2, 2), nn.MaxPool2d(2, stride=1),
            nn.Conv2d(2, 2, 3, padding="same"), nn.Sigmoid(), nn.MaxPool2d(3, stride=3),
            nn.Flatten(), nn.Linear(2, 3), nn.Tanh(),
        ],
    ),
    "left at the edges": (
        (12, 11),
        lambda nn: [
            nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(2, 2, 2, stride=2), nn.Tanh(), nn.AvgPool2d(2, stride=1),
            nn.Flatten(), nn.Linear(2, 3), nn.Sigmoid(),
        ],
    ),
    "activations behind poolings": (
        (9, 8),
        lambda nn: [
            nn.Conv2d(1, 3, 2), nn.MaxPool2d(2), nn.ReLU(),
            nn.Conv2d(3, 2, 2), nn.MaxPool2d(2, stride=1), nn.Tanh(),
            nn.Flatten(), nn.Linear(4, 3), nn.Sigmoid(),
        ],
    ),
    "pooling first": (
        (6, 4),
        lambda nn: [
            nn.AvgPool2d(2), nn.Identity(), nn.Sequential(nn.Conv2d(1, 3, 2, padding="valid")),
            nn.Sigmoid(), nn.Flatten(), nn.Linear(6, 3),
        ],
    ),
}  # fmt: skip


def made(torch: Any, case: str) -> tuple[Any, pd.DataFrame, dict[str, Any], Any]:
    """Model, data, what the recipe is told, and the pictures as PyTorch wants them."""
    image, modules = NETS[case]
    data, fields = pictures(*image), told(image)
    x = torch.tensor(data[fields["inputs"]].to_numpy()).reshape(EXAMPLES, 1, *image)
    return torch.nn.Sequential(*modules(torch.nn)).double(), data, fields, x


def learning(torch: Any, model: Any) -> list[Any]:
    kinds = (torch.nn.Linear, torch.nn.Conv2d)
    return [module for module in model.modules() if isinstance(module, kinds)]


def as_row(layers: list[tuple[Any, Any]]) -> Array:
    """Weights and biases of all layers in the sheet's order: filter by filter, unit by unit."""
    tables = [np.column_stack([w.detach().flatten(1), b.detach()]) for w, b in layers]
    return np.concatenate([table.ravel() for table in tables])


def mean_square(data: pd.DataFrame, y: Any) -> Any:
    return ((y - y.new_tensor(data[["y1", "y2", "y3"]].to_numpy())) ** 2).mean()


@pytest.mark.parametrize("case", NETS)
def test_outputs_cost_gradients_and_steps_are_those_of_torch(torch, case):
    model, data, fields, x = made(torch, case)
    trace = xb.run(xb.from_torch(model, data, eta=0.05, epochs=3, **fields))
    assert_close(trace.group(f"a{trace.network.last}")[:EXAMPLES], model(x).detach().numpy())
    optimizer, layers = torch.optim.SGD(model.parameters(), lr=0.05), learning(torch, model)
    for row in range(4):
        optimizer.zero_grad()
        cost = mean_square(data, model(x))
        cost.backward()
        weights = as_row([(layer.weight, layer.bias) for layer in layers])
        gradients = as_row([(layer.weight.grad, layer.bias.grad) for layer in layers])
        assert_close(trace.parameter_values[row], weights)
        assert_close(trace.gradient[row], gradients)
        assert_close(trace.cost[row], cost.item())
        optimizer.step()


@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("case", NETS)
def test_a_workbook_of_such_a_model_agrees_and_its_recipe_comes_back(torch, case, tmp_path):
    model, data, fields, _ = made(torch, case)
    recipe = xb.from_torch(model, data, epochs=1, views=[], **fields)
    assert xb.from_toml(xb.to_toml(recipe)) == recipe
    xb.write(recipe, tmp_path / "m.xlsx")
    report = xb.check(tmp_path / "m.xlsx")
    assert report.agrees, report.lines()
    assert report.compared == report.formulas > 500


def test_all_sheets_of_a_model_that_leaves_cells_at_the_edges_agree(torch, tmp_path):
    model, data, fields, _ = made(torch, "left at the edges")
    xb.write(xb.from_torch(model, data, epochs=1, **fields), tmp_path / "m.xlsx")
    report = xb.check(tmp_path / "m.xlsx")
    assert report.agrees, report.lines()


def test_of_equal_maxima_the_first_gets_the_gradient_as_in_torch(torch):
    model, data, fields, x = made(torch, "the book's")
    conv = model[0]
    with torch.no_grad():  # halves, so that patches of as many 1s tie without any rounding
        conv.weight.fill_(0.5)
        conv.bias.fill_(-1.0)
        x = x.round()
    data[fields["inputs"]] = x.flatten(1).numpy()
    windows = torch.nn.functional.unfold(model[:2](x).flatten(0, 1)[:, None], 2, stride=2)
    assert ((windows == windows.amax(1, keepdim=True)).sum(1) > 1).sum() > EXAMPLES
    mean_square(data, model(x)).backward()
    recipe = xb.from_torch(model, data, epochs=1, **fields)
    assert recipe.layers[1].ties == "first"
    wanted = as_row([(layer.weight.grad, layer.bias.grad) for layer in learning(torch, model)])
    assert_close(xb.run(recipe).gradient[0], wanted)
    split = xb.run(xb.from_torch(model, data, epochs=1, ties="split", **fields)).gradient[0]
    assert np.abs(split - wanted).max() > 1e-4


def test_filters_may_have_no_bias_or_a_fixed_one(torch):
    nn = torch.nn
    _, data, fields, x = made(torch, "the book's")
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3, bias=False), nn.Tanh(), nn.Conv2d(2, 2, 4), nn.Flatten(), nn.Linear(2, 3)
    ).double()
    model[2].bias.requires_grad = False
    recipe = xb.from_torch(model, data, epochs=1, **fields)
    assert [layer.bias for layer in recipe.layers] == ["none", "fixed", "trained"]
    trace = xb.run(recipe)
    assert_close(trace.group("a4")[:EXAMPLES], model(x).detach().numpy())
    mean_square(data, model(x)).backward()
    rest = [(model[2].weight.grad, torch.zeros(2)), (model[4].weight.grad, model[4].bias.grad)]
    wanted = np.concatenate([model[0].weight.grad.numpy().ravel(), as_row(rest)])
    assert_close(trace.gradient[0], wanted)


def test_classes_and_logits_go_with_pictures_too(torch):
    model, data, fields, x = made(torch, "pooling first")
    named = {"image": fields["image"], "inputs": fields["inputs"], "label": "digit"}
    recipe = xb.from_torch(model.float(), data, **named)
    assert (recipe.cost, recipe.layers[-1].activation) == ("cross-entropy", "softmax")
    wanted = model.double()(x).softmax(dim=1).detach().numpy()
    assert_close(xb.run(recipe).group("a4")[:EXAMPLES], wanted)


def _between(*modules: Any) -> Any:
    """Modules on a picture of 6 × 6, and behind them what makes a model of them."""
    return lambda nn: [*(module(nn) for module in modules), nn.Flatten(), nn.Linear(12, 3)]


def _conv(*sizes: Any, **options: Any) -> Any:
    return _between(lambda nn: nn.Conv2d(*sizes, **options))


def _max_pool(*sizes: Any, **options: Any) -> Any:
    return _between(lambda nn: nn.Conv2d(1, 3, 3), lambda nn: nn.MaxPool2d(*sizes, **options))


def _average_pool(*sizes: Any, **options: Any) -> Any:
    return _between(lambda nn: nn.Conv2d(1, 3, 3), lambda nn: nn.AvgPool2d(*sizes, **options))


ALIKE = "wanted the same number for rows and columns, as a workbook has it; build the model with "
NO_CONV = "since a workbook has no such option of Conv2d; build the model without it."
NO_MAX = "since a workbook has no such option of MaxPool2d; build the model without it."
NO_AVERAGE = "since a workbook has no such option of AvgPool2d; build the model without it."
REFUSALS = {
    "kernel": (_conv(1, 3, (3, 2)), f"model[0].kernel_size: got (3, 2), {ALIKE}that."),
    "stride": (_conv(1, 3, 3, stride=(1, 2)), f"model[0].stride: got (1, 2), {ALIKE}that."),
    "padding": (_conv(1, 3, 3, padding=(0, 1)), f"model[0].padding: got (0, 1), {ALIKE}that."),
    "no stride": (_conv(1, 3, 3, stride=0), "model[0].stride: got (0, 0), wanted at least 1."),
    "same": (
        _conv(1, 3, 2, padding="same"),
        "model[0].padding: got 'same' for a kernel of 2, wanted a number: a workbook pads all "
        "four sides alike; take an odd kernel, or give the padding as a number.",
    ),
    "dilation": (
        _conv(1, 3, 3, dilation=2), f"model[0].dilation: got (2, 2), wanted 1, {NO_CONV}",
    ),
    "groups": (
        _between(lambda nn: nn.Conv2d(1, 2, 3), lambda nn: nn.Conv2d(2, 2, 3, groups=2)),
        f"model[1].groups: got 2, wanted 1, {NO_CONV}",
    ),
    "padding mode": (
        _conv(1, 3, 3, padding=1, padding_mode="reflect"),
        f"model[0].padding_mode: got 'reflect', wanted 'zeros', {NO_CONV}",
    ),
    "pool kernel": (_max_pool((2, 1)), f"model[1].kernel_size: got (2, 1), {ALIKE}that."),
    "pool stride": (_max_pool(2, (2, 1)), f"model[1].stride: got (2, 1), {ALIKE}that."),
    "pool padding": (_max_pool(2, padding=1), f"model[1].padding: got 1, wanted 0, {NO_MAX}"),
    "pool dilation": (_max_pool(2, dilation=2), f"model[1].dilation: got 2, wanted 1, {NO_MAX}"),
    "ceil mode": (
        _max_pool(2, ceil_mode=True), f"model[1].ceil_mode: got True, wanted False, {NO_MAX}",
    ),
    "indices": (
        _max_pool(2, return_indices=True),
        f"model[1].return_indices: got True, wanted False, {NO_MAX}",
    ),
    "average padding": (
        _average_pool(2, padding=1, count_include_pad=False),
        f"model[1].padding: got 1, wanted 0, {NO_AVERAGE}",
    ),
    "divisor": (
        _average_pool(2, divisor_override=3),
        f"model[1].divisor_override: got 3, wanted None, {NO_AVERAGE}",
    ),
    "batch normalization": (
        _between(lambda nn: nn.Conv2d(1, 3, 3), lambda nn: nn.BatchNorm2d(3)),
        "model[1]: got BatchNorm2d that is at work, wanted one at rest, since a workbook "
        "normalizes by running statistics and not by those of a batch; call model.eval() first, "
        "or leave it out.",
    ),
    "an activation that falls behind a pooling": (
        _between(
            lambda nn: nn.Conv2d(1, 3, 3), lambda nn: nn.MaxPool2d(2), lambda nn: nn.SiLU()
        ),
        "model[2]: got SiLU, an activation behind MaxPool2d, wanted each behind a Linear, "
        "Conv2d or BatchNorm of its own; a layer of a workbook has one activation.",
    ),
    "activations before and behind a pooling": (
        _between(
            lambda nn: nn.Conv2d(1, 3, 3), lambda nn: nn.Tanh(), lambda nn: nn.MaxPool2d(2),
            lambda nn: nn.ReLU(),
        ),
        "model[3]: got ReLU, an activation behind MaxPool2d, wanted each behind a Linear, "
        "Conv2d or BatchNorm of its own; a layer of a workbook has one activation.",
    ),
    "activation of a mean": (
        _between(
            lambda nn: nn.Conv2d(1, 3, 3), lambda nn: nn.AvgPool2d(2), lambda nn: nn.ReLU()
        ),
        "model[2]: got ReLU, an activation behind AvgPool2d, wanted each behind a Linear, "
        "Conv2d or BatchNorm of its own; a layer of a workbook has one activation.",
    ),
    "frozen": (
        _between(lambda nn: nn.Conv2d(1, 3, 3).requires_grad_(False)),
        "model[0].weight: got requires_grad=False, but a workbook trains all weights; set "
        "requires_grad to True, or freeze nothing but biases.",
    ),
    "colours": (
        _conv(3, 3, 3),
        "model[0].in_channels: got 3, wanted 1, since each pixel of the picture is one number.",
    ),
    "channels": (
        _between(lambda nn: nn.Conv2d(1, 3, 3), lambda nn: nn.Conv2d(2, 3, 3)),
        "model[1].in_channels: got 2, wanted 3, the number of maps of model[0].",
    ),
    "values": (
        _conv(1, 3, 3),
        "model[2].in_features: got 12, wanted 48, the number of values (3 × 4 × 4) of model[0].",
    ),
    "units": (
        lambda nn: [nn.Conv2d(1, 3, 6), nn.Flatten(), nn.Linear(3, 4), nn.Linear(3, 3)],
        "model[3].in_features: got 3, wanted 4, the number of units of model[2].",
    ),
    "no flatten": (
        lambda nn: [nn.Conv2d(1, 3, 3), nn.MaxPool2d(2), nn.Linear(12, 3)],
        "model[2]: got Linear behind maps (3 × 2 × 2), wanted a Flatten between model[1] and it; "
        "add one.",
    ),
    "flatten too early": (
        lambda nn: [nn.Conv2d(1, 3, 3), nn.Flatten(), nn.MaxPool2d(2), nn.Linear(12, 3)],
        "model[2]: got MaxPool2d behind Flatten, wanted it where there are rows and columns; put "
        "it further to the front.",
    ),
    "behind units": (
        lambda nn: [nn.Linear(36, 36), nn.Conv2d(1, 3, 3), nn.Flatten(), nn.Linear(48, 3)],
        "model[1]: got Conv2d behind Linear, wanted it where there are rows and columns; put it "
        "further to the front.",
    ),
    "maps at the end": (
        lambda nn: [nn.Conv2d(1, 3, 6), nn.Sigmoid(), nn.Flatten()],
        "model[0]: got Conv2d as the last layer, wanted a Linear with an output for each class or "
        "target; add Flatten and Linear.",
    ),
    "too large": (
        _conv(1, 3, 7),
        "model[0]: a filter of 7 × 7 is larger than the 6 × 6 that it slides over; at most 6 × 6 "
        "fits.",
    ),
    "too large a window": (
        _max_pool(5),
        "model[1]: a window of 5 × 5 is larger than the 4 × 4 that it slides over; at most 4 × 4 "
        "fits.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_what_no_workbook_can_show_of_such_a_model_is_told_in_one_sentence(torch, case):
    modules, sentence = REFUSALS[case]
    with pytest.raises(RecipeError) as caught:
        xb.from_torch(torch.nn.Sequential(*modules(torch.nn)), pictures(6, 6), **told((6, 6)))
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (
            [],
            "image: it is missing, but the model begins with Conv2d; say image=[rows, columns] of "
            "the picture that the inputs form.",
        ),
        ([36], "image: got [36], wanted [rows, columns] of the picture."),
        (
            [7, 6],
            "image: got 7 × 6 = 42 pixels, but the data have 36 input columns; make both equal or "
            "leave `image` out.",
        ),
    ],
)
def test_the_pictures_rows_and_columns_must_be_known(torch, image, sentence):
    nn, fields = torch.nn, told((6, 6)) | {"image": image}
    flat = 3 * (max(image, default=6) - 2) * 4
    model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.Flatten(), nn.Linear(flat, 3))
    with pytest.raises(RecipeError) as caught:
        xb.from_torch(model, pictures(6, 6), **fields)
    assert str(caught.value) == sentence

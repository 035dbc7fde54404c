"""Recipes from PyTorch's batch normalization in evaluation mode, against PyTorch's own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from flowers import BY_NUMBERS, DATA, FOUR, assert_close
from wanting import package

import xlbackprop as xb
from xlbackprop.errors import RecipeError

Array = np.ndarray
EXAMPLES, SIDE = 6, 5


@pytest.fixture
def torch() -> Any:
    module = package("torch")
    module.manual_seed(3)
    return module


FLAT: dict[str, Callable[[Any], list[Any]]] = {
    "behind a linear layer": lambda nn: [
        nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3),
    ],
    "of the inputs, and twice": lambda nn: [
        nn.BatchNorm1d(4), nn.Linear(4, 3), nn.Tanh(), nn.BatchNorm1d(3, eps=0.1),
        nn.LeakyReLU(0.2), nn.Linear(3, 3), nn.Sigmoid(),
    ],
    "without γ and β": lambda nn: [
        nn.Linear(4, 3), nn.BatchNorm1d(3, affine=False), nn.Softsign(), nn.Linear(3, 3),
    ],
}  # fmt: skip
MAPS: dict[str, Callable[[Any], list[Any]]] = {
    "behind a convolution": lambda nn: [
        nn.Conv2d(1, 2, 2), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(8, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 3),
    ],
    "of the picture, and behind a pooling": lambda nn: [
        nn.BatchNorm2d(1), nn.Conv2d(1, 2, 2, bias=False), nn.AvgPool2d(2), nn.BatchNorm2d(2),
        nn.Flatten(), nn.Linear(8, 3), nn.Sigmoid(),
    ],
    "with an activation behind the pooling": lambda nn: [
        nn.Conv2d(1, 2, 2), nn.BatchNorm2d(2), nn.MaxPool2d(2, stride=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(18, 3),
    ],
}  # fmt: skip


def _model(torch: Any, modules: list[Any]) -> Any:
    """A model at rest, whose normalizations have statistics and parameters that aren't usual."""
    model = torch.nn.Sequential(*modules).double().eval()
    for module in _normalizations(torch, model):
        module.running_mean.uniform_(-1, 1)
        module.running_var.uniform_(0.2, 2)
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.uniform_(0.5, 1.5)
    return model


def _normalizations(torch: Any, model: Any) -> list[Any]:
    kinds = (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)
    return [module for module in model if isinstance(module, kinds)]


def _pictures() -> pd.DataFrame:
    random = np.random.default_rng(5)
    names = [f"p{i}" for i in range(SIDE * SIDE)]
    frame = pd.DataFrame(random.uniform(-1, 1, (EXAMPLES, len(names))), columns=names)
    return frame.assign(**{f"y{k}": random.uniform(0, 1, EXAMPLES) for k in (1, 2, 3)})


def _case(torch: Any, name: str) -> tuple[Any, pd.DataFrame, dict[str, Any], Any]:
    """Model, data, what the recipe is told, and the inputs as PyTorch wants them."""
    if name in FLAT:
        x = torch.tensor(DATA[FOUR].to_numpy())
        return _model(torch, FLAT[name](torch.nn)), DATA, dict(BY_NUMBERS), x
    data = _pictures()
    pixels = [column for column in data if column.startswith("p")]
    told = {"image": [SIDE, SIDE], "inputs": pixels, "targets": ["y1", "y2", "y3"]}
    x = torch.tensor(data[pixels].to_numpy()).reshape(EXAMPLES, 1, SIDE, SIDE)
    return _model(torch, MAPS[name](torch.nn)), data, told, x


def _rows(torch: Any, model: Any, of: Callable[[Any], Any]) -> Array:
    """Parameters or gradients in the sheet's order; those of normalizations with 4 per unit.

    μ, v and ε stand as they are where numbers are wanted, with gradients of 0.
    """
    rows = []
    for module in model:
        if isinstance(module, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            zero = torch.zeros_like(module.running_mean)
            is_gradient = of(module.running_mean) is None
            usual = (zero, zero) if is_gradient else (zero + 1, zero)
            own = [
                default if parameter is None else of(parameter)
                for parameter, default in zip((module.weight, module.bias), usual, strict=True)
            ]
            rest = (zero, zero) if is_gradient else (module.running_mean, module.running_var)
            rows.append(torch.stack([*own, *rest], dim=1).detach().numpy().ravel())
            rows.append(np.array([0.0 if is_gradient else module.eps]))
        elif hasattr(module, "weight"):
            table = [of(module.weight).flatten(1)]
            table += [] if module.bias is None else [of(module.bias)[:, None]]
            rows.append(torch.cat(table, dim=1).detach().numpy().ravel())
    return np.concatenate(rows)


def _squares(data: pd.DataFrame, y: Any) -> Any:
    return ((y - y.new_tensor(data[["y1", "y2", "y3"]].to_numpy())) ** 2).mean()


@pytest.mark.parametrize("name", [*FLAT, *MAPS])
def test_outputs_cost_gradients_and_steps_are_those_of_torch(torch, name):
    model, data, told, x = _case(torch, name)
    recipe = xb.from_torch(model, data, eta=0.05, epochs=3, **told)
    trace, optimizer = xb.run(recipe), torch.optim.SGD(model.parameters(), lr=0.05)
    last, examples = trace.network.last, len(data)
    assert_close(trace.group(f"a{last}")[:examples], model(x).detach().numpy())
    for block in range(4):
        optimizer.zero_grad()
        cost = _squares(data, model(x))
        cost.backward()
        assert_close(trace.parameter_values[block], _rows(torch, model, lambda p: p))
        assert_close(trace.gradient[block], _rows(torch, model, lambda p: p.grad))
        assert_close(trace.cost[block], cost.item())
        optimizer.step()


@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("name", [*FLAT, *MAPS])
def test_a_workbook_of_such_a_model_agrees_and_its_recipe_comes_back(torch, name, tmp_path):
    model, data, told, _ = _case(torch, name)
    recipe = xb.from_torch(model, data, epochs=1, **told)
    assert xb.from_toml(xb.to_toml(recipe)) == recipe
    xb.write(recipe, tmp_path / "m.xlsx")
    assert xb.load(tmp_path / "m.xlsx") == recipe
    report = xb.check(tmp_path / "m.xlsx")
    assert report.agrees, report.lines()


def test_scale_and_shift_shrink_with_the_weights_where_those_decay_as_in_torch(torch):
    model, data, told, x = _case(torch, "behind a linear layer")
    trace = xb.run(xb.from_torch(model, data, eta=0.05, epochs=3, weight_decay=0.1, **told))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, weight_decay=0.1)
    for block in range(4):
        assert_close(trace.parameter_values[block], _rows(torch, model, lambda p: p))
        optimizer.zero_grad()
        _squares(data, model(x)).backward()
        optimizer.step()


def test_a_normalization_that_is_frozen_keeps_its_parameters(torch):
    model, data, told, _ = _case(torch, "behind a linear layer")
    model[1].requires_grad_(False)
    recipe = xb.from_torch(model, data, epochs=2, **told)
    assert recipe.layers[1].affine == "fixed"
    trace = xb.run(recipe)
    own = trace.network.parameter_slice(3)
    assert (trace.parameter_values[:, own] == trace.parameter_values[0, own]).all()
    assert trace.parameter_values[0, own][0] == model[1].weight[0].item() != 1


def _at_rest(*modules: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda nn: nn.Sequential(*(module(nn) for module in modules)).eval()


def _half_frozen(nn: Any) -> Any:
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, 3)).eval()
    model[1].bias.requires_grad = False
    return model


REFUSALS: dict[str, tuple[Callable[[Any], Any], dict[str, Any], str]] = {
    "at work": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, 3)), {},
        "model[1]: got BatchNorm1d that is at work, wanted one at rest, since a workbook "
        "normalizes by running statistics and not by those of a batch; call model.eval() first, "
        "or leave it out.",
    ),
    "no statistics": (
        _at_rest(
            lambda nn: nn.Linear(4, 3), lambda nn: nn.BatchNorm1d(3, track_running_stats=False),
            lambda nn: nn.Linear(3, 3),
        ), {},
        "model[1].track_running_stats: got no running statistics, wanted some, since without them "
        "each batch is normalized by its own; build the model with track_running_stats=True.",
    ),
    "half frozen": (
        _half_frozen, {},
        "model[1]: got requires_grad=False for one of weight and bias, but a workbook trains both "
        "of a batch normalization or none; set it alike.",
    ),
    "another size": (
        _at_rest(
            lambda nn: nn.Linear(4, 3), lambda nn: nn.BatchNorm1d(4), lambda nn: nn.Linear(4, 3)
        ), {},
        "model[1].num_features: got 4, wanted 3, the number of units of model[0].",
    ),
    "at the end": (
        _at_rest(lambda nn: nn.Linear(4, 3), lambda nn: nn.BatchNorm1d(3)), {},
        "model[1]: got BatchNorm1d as the last layer, wanted a Linear with an output for each "
        "class or target; add Flatten and Linear.",
    ),
    "of maps without maps": (
        _at_rest(
            lambda nn: nn.Linear(4, 3), lambda nn: nn.BatchNorm2d(3), lambda nn: nn.Linear(3, 3)
        ), {},
        "model[1]: got BatchNorm2d behind Linear, wanted it where there are rows and columns; put "
        "it further to the front.",
    ),
    "of each pixel": (
        _at_rest(lambda nn: nn.BatchNorm1d(4), lambda nn: nn.Linear(4, 3)), {"image": [2, 2]},
        "image: got one for a model that begins with BatchNorm1d, which doesn't normalize "
        "pictures but each input by itself; leave it out, or begin with BatchNorm2d.",
    ),
    "of each cell of maps": (
        _at_rest(
            lambda nn: nn.Conv2d(1, 2, 1), lambda nn: nn.Flatten(),
            lambda nn: nn.BatchNorm1d(8), lambda nn: nn.Linear(8, 3),
        ), {"image": [2, 2]},
        "model[2]: got BatchNorm1d behind maps (2 × 2 × 2), wanted BatchNorm2d before the "
        "Flatten, since a workbook normalizes maps as wholes; put that there.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_what_no_workbook_can_show_of_it_is_told_in_one_sentence(torch, case):
    make, told, sentence = REFUSALS[case]
    with pytest.raises(RecipeError) as caught:
        xb.from_torch(make(torch.nn), DATA, **{**BY_NUMBERS, **told})
    assert str(caught.value) == sentence

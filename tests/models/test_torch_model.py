"""Recipes from PyTorch: outputs, costs, gradients and steps against PyTorch's own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flowers import BY_KIND, BY_LATE, BY_NUMBERS, DATA, FOUR, LABELS, as_row, assert_close
from wanting import package

import xlbackprop as xb
from xlbackprop.errors import DataError, RecipeError

Array = np.ndarray


@pytest.fixture
def torch() -> Any:
    module = package("torch")
    module.manual_seed(1)
    return module


HIDDEN = {
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "ReLU": "relu",
    "LeakyReLU": "leaky-relu",
    "ELU": "elu",
    "SELU": "selu",
    "GELU": "gelu",
    "SiLU": "silu",
    "Softplus": "softplus",
    "ReLU6": "relu6",
    "Hardtanh": "hardtanh",
    "Softsign": "softsign",
    "Identity": "linear",
}


def _classes(torch: Any) -> Any:
    return torch.tensor([sorted(set(LABELS)).index(label) for label in LABELS])


def _numbers(torch: Any) -> Any:
    return torch.tensor(DATA[["y1", "y2", "y3"]].to_numpy())


def _late(torch: Any) -> Any:
    return torch.tensor([[float(late == "yes")] for late in DATA["late"]], dtype=torch.float64)


# Each case: the module at the end, number of outputs, what the recipe is told, its outputs'
# activation, and its loss as PyTorch has it without options.
CASES: dict[str, tuple[Any, int, dict[str, Any], str, Callable[[Any, Any], Any]]] = {
    "CrossEntropyLoss": (
        None, 3, BY_KIND, "softmax",
        lambda torch, y: torch.nn.CrossEntropyLoss()(y, _classes(torch)),
    ),
    "NLLLoss": (
        lambda nn: nn.LogSoftmax(dim=1), 3, BY_KIND, "softmax",
        lambda torch, y: torch.nn.NLLLoss()(y, _classes(torch)),
    ),
    "NLLLoss of a logarithm": (
        lambda nn: nn.Softmax(dim=-1), 3, BY_KIND, "softmax",
        lambda torch, y: torch.nn.NLLLoss()(y.log(), _classes(torch)),
    ),
    "BCELoss": (
        lambda nn: nn.Sigmoid(), 3, {**BY_NUMBERS, "cost": "cross-entropy"}, "sigmoid",
        lambda torch, y: torch.nn.BCELoss()(y, _numbers(torch)),
    ),
    "BCEWithLogitsLoss": (
        None, 3, {**BY_NUMBERS, "cost": "cross-entropy"}, "sigmoid",
        lambda torch, y: torch.nn.BCEWithLogitsLoss()(y, _numbers(torch)),
    ),
    "BCEWithLogitsLoss of two classes": (
        None, 1, BY_LATE, "sigmoid",
        lambda torch, y: torch.nn.BCEWithLogitsLoss()(y, _late(torch)),
    ),
    "MSELoss": (
        None, 3, BY_NUMBERS, "linear",
        lambda torch, y: torch.nn.MSELoss()(y, _numbers(torch)),
    ),
    "MSELoss of Softmax": (
        lambda nn: nn.Softmax(dim=1), 3, BY_NUMBERS, "softmax",
        lambda torch, y: torch.nn.MSELoss()(y, _numbers(torch)),
    ),
    "L1Loss": (
        lambda nn: nn.Softsign(), 3, {**BY_NUMBERS, "cost": "absolute-error"}, "softsign",
        lambda torch, y: torch.nn.L1Loss()(y, _numbers(torch)),
    ),
    "MultiMarginLoss": (
        lambda nn: nn.Tanh(), 3, {**BY_KIND, "cost": "hinge"}, "tanh",
        lambda torch, y: torch.nn.MultiMarginLoss()(y, _classes(torch)),
    ),
}  # fmt: skip


def net(torch: Any, hidden: str = "Tanh", outputs: int = 3, end: Any = None) -> Any:
    """4 → 5 → 4 → outputs in float64, weights as PyTorch draws them."""
    nn = torch.nn
    activation = {"GELU": lambda: nn.GELU("tanh")}.get(hidden) or getattr(nn, hidden)
    layers = [nn.Linear(4, 5), activation(), nn.Linear(5, 4), activation(), nn.Linear(4, outputs)]
    return nn.Sequential(*layers, *([end(nn)] if end else [])).double()


def inputs(torch: Any) -> Any:
    return torch.tensor(DATA[FOUR].to_numpy())


def linears(torch: Any, model: Any) -> list[Any]:
    return [module for module in model.modules() if isinstance(module, torch.nn.Linear)]


def parameters(torch: Any, model: Any) -> Array:
    layers = linears(torch, model)
    weights = [layer.weight.detach().numpy() for layer in layers]
    return as_row(weights, [layer.bias.detach().numpy() for layer in layers])


def gradients(torch: Any, model: Any) -> Array:
    layers = linears(torch, model)
    weights = [layer.weight.grad.numpy() for layer in layers]
    return as_row(weights, [layer.bias.grad.numpy() for layer in layers])


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("case", CASES)
def test_outputs_cost_gradients_and_steps_are_those_of_torch(torch, case, hidden):
    end, outputs, told, activation, cost = CASES[case]
    model = net(torch, hidden, outputs, end)
    recipe = xb.from_torch(model, DATA, eta=0.05, epochs=3, **told)
    assert [layer.activation for layer in recipe.layers] == [HIDDEN[hidden]] * 2 + [activation]
    trace = xb.run(recipe)
    a, z = trace.group("a4")[: len(DATA)], trace.group("z4")[: len(DATA)]
    assert_close(z, model[:5](inputs(torch)).detach().numpy())
    y = model(inputs(torch)).detach()
    translated = {"NLLLoss": y.exp(), "CrossEntropyLoss": y.softmax(dim=1)}
    translated |= dict.fromkeys([name for name in CASES if "Logits" in name], y.sigmoid())
    assert_close(a, translated.get(case, y).numpy())
    _check_training(torch, model, recipe, cost)


def _check_training(torch: Any, model: Any, recipe: xb.Recipe, cost: Any) -> None:
    """See that three steps of a model are those of its recipe, with η = 0.05."""
    trace, optimizer = xb.run(recipe), torch.optim.SGD(model.parameters(), lr=0.05)
    for row in range(4):
        assert_close(trace.parameter_values[row], parameters(torch, model))
        optimizer.zero_grad()
        total = cost(torch, model(inputs(torch)))
        total.backward()
        assert_close(trace.cost[row], total.item())
        assert_close(trace.gradient[row], gradients(torch, model))
        optimizer.step()


@pytest.mark.parametrize("slope", [0.0, 0.2, 1.5, -0.5, 1 / 3])
def test_leaky_relu_keeps_its_slope_and_the_workbook_has_it(torch, tmp_path, slope):
    nn = torch.nn
    model = nn.Sequential(nn.Linear(4, 5), nn.LeakyReLU(slope), nn.Linear(5, 3)).double()
    recipe = xb.from_torch(model, DATA, eta=0.05, epochs=3, **BY_KIND)
    assert recipe.layers[0].negative_slope == slope
    path = tmp_path / "leaky.xlsx"
    xb.write(recipe, path)
    assert xb.load(path) == recipe
    report = xb.check(path)
    assert report.agrees, report
    _check_training(torch, model, recipe, CASES["CrossEntropyLoss"][-1])


@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("case", CASES)
def test_a_workbook_of_a_torch_model_agrees_and_its_recipe_comes_back(torch, case, tmp_path):
    end, outputs, told, _, _ = CASES[case]
    fields = {"epochs": 2, "eta": 0.01, "views": [], **told}
    recipe = xb.from_torch(net(torch, "ReLU", outputs, end), DATA, **fields)
    assert xb.from_toml(xb.to_toml(recipe)) == recipe
    xb.write(recipe, tmp_path / "m.xlsx")
    report = xb.check(tmp_path / "m.xlsx")
    assert report.agrees, report.lines()
    assert report.compared == report.formulas > 50


def test_numbers_of_float32_are_taken_as_they_are(torch):
    model = net(torch).float()
    recipe = xb.from_torch(model, DATA, **BY_KIND)
    assert (recipe.start_parameters() == parameters(torch, model)).all()
    trace = xb.run(recipe)
    wanted = model.double()(inputs(torch)).softmax(dim=1).detach().numpy()
    assert_close(trace.group("a4")[: len(DATA)], wanted)


def test_a_layer_may_have_no_bias_or_a_fixed_one(torch):
    nn = torch.nn
    model = nn.Sequential(nn.Linear(4, 5, bias=False), nn.Tanh(), nn.Linear(5, 3)).double()
    model[2].bias.requires_grad = False
    trace = xb.run(recipe := xb.from_torch(model, DATA, **BY_NUMBERS, epochs=3))
    assert [layer.bias for layer in recipe.layers] == ["none", "fixed"]
    assert_close(trace.group("a3")[: len(DATA)], model(inputs(torch)).detach().numpy())
    nn.MSELoss()(model(inputs(torch)), _numbers(torch)).backward()
    wanted = as_row([model[2].weight.grad.numpy()], [np.zeros(3)])
    assert_close(trace.gradient[0], np.concatenate([model[0].weight.grad.numpy().ravel(), wanted]))
    last = trace.parameters.loc[4, ["b3_1", "b3_2", "b3_3"]]
    assert last.tolist() == model[2].bias.tolist()


def test_modules_that_do_nothing_are_passed_over_and_inner_ones_unpacked(torch):
    nn = torch.nn

    class Block(nn.Sequential):
        """Hands on from module to module, as its base does."""

    inner = Block(nn.Linear(4, 5), nn.Identity(), nn.Tanh(), nn.Dropout(0.0))
    model = nn.Sequential(nn.Flatten(), inner, nn.Dropout(0.5), nn.Linear(5, 3), nn.Identity())
    model = model.double().eval()
    recipe = xb.from_torch(model, DATA, **BY_NUMBERS, name="mine")
    assert (recipe.name, recipe.widths()) == ("mine", (4, 5, 3))
    assert [layer.activation for layer in recipe.layers] == ["tanh", "linear"]
    assert_close(xb.run(recipe).group("a3")[: len(DATA)], model(inputs(torch)).detach().numpy())


FORWARDS = {
    "one sequential": (lambda torch, self, x: self.net(x), ("tanh", "linear")),
    "a chain": (
        lambda torch, self, x: torch.sigmoid(self.out(torch.relu(self.net(x).flatten(1)))),
        ("tanh", "relu", "sigmoid"),
    ),
}


@pytest.mark.parametrize("case", FORWARDS)
def test_a_module_that_hands_on_from_each_to_the_next_is_its_modules(torch, case):
    forward, activations = FORWARDS[case]
    model = _module(torch.nn, lambda self, x: forward(torch, self, x)).double()
    y = model(inputs(torch))
    targets = [*BY_NUMBERS["targets"], "y1b"][: y.shape[1]]
    recipe = xb.from_torch(model, DATA.assign(y1b=DATA["y1"]), inputs=FOUR, targets=targets)
    assert tuple(layer.activation for layer in recipe.layers) == activations
    trace = xb.run(recipe)
    assert_close(trace.group(f"a{trace.network.last}")[: len(DATA)], y.detach().numpy())


@pytest.mark.parametrize(
    ("end", "told", "cost", "activation"),
    [
        (None, BY_KIND, "cross-entropy", "softmax"),
        (None, BY_NUMBERS, "squared-error", "linear"),
        ("Sigmoid", BY_KIND, "cross-entropy", "sigmoid"),
        ("Sigmoid", BY_NUMBERS, "squared-error", "sigmoid"),
        ("Tanh", BY_KIND, "squared-error", "tanh"),
    ],
)
def test_the_cost_goes_with_outputs_and_answers_unless_it_is_given(
    torch, end, told, cost, activation
):
    model = net(torch, end=end and (lambda nn: getattr(nn, end)()))
    recipe = xb.from_torch(model, DATA, **told)
    assert (recipe.cost, recipe.layers[-1].activation) == (cost, activation)
    assert (recipe.eta, recipe.epochs, recipe.rule) == (0.1, 20, "gradient-descent")
    squared = xb.from_torch(model, DATA, **told, cost="squared-error", rule="adam", beta_1=0.5)
    assert (squared.cost, dict(squared.settings)["beta_1"]) == ("squared-error", 0.5)
    assert squared.layers[-1].activation == (activation if activation != "softmax" else "linear")


def test_data_may_be_a_file_a_table_or_lists_and_gives_the_name(torch, tmp_path):
    model, columns = net(torch), [*FOUR, "kind"]
    DATA[columns].to_csv(tmp_path / "flowers.csv", index=False)
    recipe = xb.from_torch(model, tmp_path / "flowers.csv", label="kind")
    assert (recipe.name, recipe.inputs) == ("flowers", tuple(FOUR))
    lists = {"columns": columns, "rows": DATA[columns].to_numpy().tolist()}
    assert xb.from_torch(model, lists, label="kind", name="flowers") == recipe
    assert xb.from_torch(model, recipe.data, label="kind", name="flowers") == recipe
    index = DATA.columns[:4]
    assert xb.from_torch(model, DATA, label="kind", inputs=index).inputs == tuple(FOUR)


def test_rows_with_a_missing_entry_are_left_out_on_request(torch):
    frame = DATA.assign(p=[np.nan, *DATA["p"][1:]])
    recipe = xb.from_torch(net(torch), frame, **BY_KIND, missing="drop")
    assert (recipe.missing, len(recipe.data.rows), recipe.data.dropped) == ("drop", 8, 1)


def test_a_single_output_stands_for_the_second_of_two_classes(torch):
    recipe = xb.from_torch(net(torch, outputs=1), DATA, **BY_LATE)
    assert (recipe.label, recipe.targets) == ("", ("late=yes",))
    assert recipe.t()[:, 0].tolist() == [1, 0, 0] * 3
    other = xb.from_torch(net(torch, outputs=1), DATA, **BY_LATE, class_order=["yes", "no"])
    assert (other.targets, other.t()[:, 0].tolist()) == (("late=no",), [0, 1, 1] * 3)
    numbered = DATA.assign(late=[1, 0, 0] * 3)
    assert xb.from_torch(net(torch, outputs=1), numbered, **BY_LATE).targets == ("late=1",)


def test_classes_that_the_data_lack_are_named_in_their_order(torch):
    names = ["rose", "iris", "aster", "lily"]
    recipe = xb.from_torch(net(torch, outputs=4), DATA, **BY_KIND, class_order=names)
    assert recipe.classes() == tuple(names)
    assert recipe.t()[0].tolist() == [0, 1, 0, 0]


def _tied(nn: Any) -> Any:
    linear = nn.Linear(4, 4)
    return nn.Sequential(linear, nn.Tanh(), linear)


def _frozen(nn: Any) -> Any:
    return nn.Sequential(nn.Linear(4, 3)).requires_grad_(False)


def _pruned(nn: Any) -> Any:
    from torch.nn.utils import prune

    model = nn.Sequential(nn.Linear(4, 3))
    prune.l1_unstructured(model[0], "weight", amount=2)
    return model


def _derived(nn: Any) -> Any:
    class Linear(nn.Linear):
        pass

    return nn.Sequential(Linear(4, 3))


def _module(nn: Any, forward: Any, activation: Any = None) -> Any:
    """A module of somebody's own: a Sequential net, a Linear out, and the forward."""

    class Mine(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = nn.Sequential(nn.Linear(4, 5), activation or nn.Tanh(), nn.Linear(5, 4))
            self.out = nn.Linear(4, 3)

    Mine.forward = forward
    return Mine()


def _other_forward(nn: Any) -> Any:
    class Residual(nn.Sequential):
        def forward(self, x: Any) -> Any:
            return x + super().forward(x)

    return nn.Sequential(nn.Linear(4, 4), nn.Sequential(Residual(nn.Linear(4, 4))))


SUPPORTED = (
    "Sequential, Linear, Conv2d, MaxPool2d, AvgPool2d, BatchNorm1d, BatchNorm2d, Sigmoid, Tanh, "
    "ReLU, LeakyReLU, ELU, SELU, GELU, SiLU, Softplus, ReLU6, Hardtanh, Softsign, "
    "Softmax, LogSoftmax, Identity, Flatten, Dropout"
)
UNKNOWN = f"wanted one of {SUPPORTED}; a workbook can show no other module, so build the model "
TORCH_REFUSALS = {
    "linear": (
        lambda nn: nn.Linear(4, 3), {},
        "model: got Linear, wanted a torch.nn.Sequential; put the model's layers into one in the "
        "order in which they work.",
    ),
    "empty": (
        lambda nn: nn.Sequential(nn.Identity()), {},
        "model: it has no Linear module, so nothing to train; add one.",
    ),
    "gelu": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.GELU()), {},
        "model[1].approximate: got 'none', wanted 'tanh', since a workbook has no such option of "
        "GELU; build the model without it.",
    ),
    "unknown": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.Mish()), {},
        f"model[1]: got Mish, {UNKNOWN}without it.",
    ),
    "inner": (
        _other_forward, {},
        "model[1][0]: the forward of Residual doesn't hand on from each module to the next alone; "
        "a workbook shows a chain of layers, so put the model's layers into a torch.nn.Sequential "
        "in the order in which they work.",
    ),
    "function": (
        lambda nn: _module(nn, lambda self, x: self.out(self.net(x) * 2)), {},
        "model: got mul in the forward of Mine, wanted modules alone, each behind the one before "
        "it; put the model's layers into a torch.nn.Sequential in the order in which they work.",
    ),
    "choice": (
        lambda nn: _module(nn, lambda self, x: self.net(x) if x.sum() > 0 else x), {},
        "model: the forward of Mine can't be followed (TraceError); put the model's layers into a "
        "torch.nn.Sequential in the order in which they work.",
    ),
    "inner of a module": (
        lambda nn: _module(nn, lambda self, x: self.net(x), nn.Mish()), {},
        f"model.net[1]: got Mish, {UNKNOWN}without it.",
    ),
    "derived": (_derived, {}, f"model[0]: got Linear, {UNKNOWN}without it."),
    "two activations": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Tanh()), {},
        "model[2]: got Tanh, a second activation for one Linear, wanted each behind a Linear, "
        "Conv2d or BatchNorm of its own; a layer of a workbook has one activation.",
    ),
    "activation first": (
        lambda nn: nn.Sequential(nn.Tanh(), nn.Linear(4, 3)), {},
        "model[0]: got Tanh, an activation before any layer, wanted each behind a Linear, "
        "Conv2d or BatchNorm of its own; a layer of a workbook has one activation.",
    ),
    "alpha": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.ELU(0.5), nn.Linear(3, 3)), {},
        "model[1].alpha: got 0.5, wanted 1.0, since a workbook has no such option of ELU; build "
        "the model without it.",
    ),
    "threshold": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.Softplus(threshold=5), nn.Linear(3, 3)), {},
        "model[1].threshold: got 5, wanted 20.0, since a workbook has no such option of Softplus; "
        "build the model without it.",
    ),
    "range": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.Hardtanh(-2, 2), nn.Linear(3, 3)), {},
        "model[1].min_val: got -2, wanted -1.0, since a workbook has no such option of Hardtanh; "
        "build the model without it.",
    ),
    "dim": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.Softmax(dim=0)), {},
        "model[1].dim: got 0, wanted 1 or -1, so that the outputs of one example are compared "
        "with each other.",
    ),
    "softmax inside": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.Softmax(dim=1), nn.Linear(3, 3)), {},
        "layers[0].activation: got softmax in a layer that is not the last, wanted it in an "
        "output layer of at least 2 units; use sigmoid here.",
    ),
    "log-softmax inside": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(dim=1), nn.Linear(3, 3)), {},
        "model[0]: got LogSoftmax behind it, wanted that behind the last Linear alone; use another "
        "activation here.",
    ),
    "log-softmax": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(dim=1)), {"cost": "squared-error"},
        "cost: got 'squared-error' for a model that ends with LogSoftmax, wanted "
        "'cross-entropy'; leave the cost out, or end the model with Softmax.",
    ),
    "dropout": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.25)), {},
        "model[1]: got Dropout that is at work (p=0.25), wanted one at rest, since a workbook "
        "draws nothing while it trains; call model.eval() first, or leave it out.",
    ),
    "flatten": (
        lambda nn: nn.Sequential(nn.Flatten(0), nn.Linear(4, 3)), {},
        "model[0]: got Flatten(0, -1), wanted Flatten(1, -1), which makes one row of each "
        "example.",
    ),
    "frozen": (
        _frozen, {},
        "model[0].weight: got requires_grad=False, but a workbook trains all weights; set "
        "requires_grad to True, or freeze nothing but biases.",
    ),
    "pruned": (
        _pruned, {},
        "model[0].weight: got a tensor that is computed from other parameters, wanted a "
        "parameter; undo the pruning or the normalization of weights first.",
    ),
    "complex": (
        lambda nn: nn.Sequential(nn.Linear(4, 3, dtype=nn.Parameter().cfloat().dtype)), {},
        "model[0].weight: got torch.complex64 on cpu, wanted real numbers; build the model with "
        "them.",
    ),
    "meta": (
        lambda nn: nn.Sequential(nn.Linear(4, 3, device="meta")), {},
        "model[0].weight: got torch.float32 on meta, wanted real numbers; build the model with "
        "them.",
    ),
    "tied": (
        _tied, {},
        "model[2]: got parameters that are also those of model[0], wanted each layer with its "
        "own; copy the module.",
    ),
    "chain": (
        lambda nn: nn.Sequential(nn.Linear(4, 3), nn.Linear(4, 3)), {},
        "model[1].in_features: got 4, wanted 3, the number of units of model[0].",
    ),
    "inputs": (
        lambda nn: nn.Sequential(nn.Linear(5, 3)), {},
        "inputs: got 4 columns (p, q, r, s), but the model has 5 inputs; name its columns in "
        "their order with inputs=[...].",
    ),
    "classes": (
        lambda nn: nn.Sequential(nn.Linear(4, 2)), {},
        "label: got 3 classes (aster, iris, rose) in column 'kind', but the model has 2 outputs, "
        "for 2 classes; name them all in the order of the outputs with class_order=[...], or take "
        "data that go with the model.",
    ),
    "one output": (
        lambda nn: nn.Sequential(nn.Linear(4, 1)), {},
        "label: got 3 classes (aster, iris, rose) in column 'kind', but the model has 1 output, "
        "for 2 classes; name them all in the order of the outputs with class_order=[...], or take "
        "data that go with the model.",
    ),
    "targets": (
        lambda nn: nn.Sequential(nn.Linear(4, 1)), {"label": "", "targets": ["y1", "y2"]},
        "targets: got 2 columns (y1, y2), but the model has 1 output; name one column for each.",
    ),
    "text": (
        lambda nn: nn.Sequential(nn.Linear(4, 1)), {"label": "", "targets": "y1"},
        "targets: got 'y1', wanted a list of column names.",
    ),
    "neither": (
        lambda nn: nn.Sequential(nn.Linear(4, 3)), {"label": ""},
        "label, targets: wanted exactly one of them: the column with each example's class, or the "
        "columns with target numbers; say label = ... (--label COLUMN) or targets = [...] "
        "(--targets COLUMN); there are p, q, r, s, kind, late, y1, y2, y3.",
    ),
    "layers": (
        lambda nn: nn.Sequential(nn.Linear(4, 3)), {"layers": "4,5,3"},
        "layers: got '4,5,3', but the model decides it; leave it out.",
    ),
    "field": (
        lambda nn: nn.Sequential(nn.Linear(4, 3)), {"epoch": 3},
        "epoch: the recipe knows no such key; did you mean 'epochs'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TORCH_REFUSALS)
def test_what_no_workbook_can_show_of_a_torch_model_is_told_in_one_sentence(torch, case):
    make, told, sentence = TORCH_REFUSALS[case]
    with pytest.raises(RecipeError) as caught:
        xb.from_torch(make(torch.nn), DATA, **{**BY_KIND, **told})
    assert str(caught.value) == sentence


def test_a_class_that_the_model_does_not_know_is_told_with_its_place(torch):
    names = ["aster", "iris", "lily"]
    with pytest.raises(DataError) as caught:
        xb.from_torch(net(torch), DATA, **BY_KIND, class_order=names)
    assert str(caught.value) == (
        "DataFrame, index 2, column 'kind': got 'rose', wanted one of the model's 3 classes "
        "(aster, iris, lily); mend the entry or leave the row out."
    )

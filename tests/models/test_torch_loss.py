"""PyTorch's own loop with its mean losses beside the recipe, step by step, with no η converted."""

from typing import Any

import numpy as np
import openpyxl
import pytest
from flowers import BY_KIND, BY_LATE, BY_NUMBERS, DATA, FOUR, LABELS, as_row, assert_close
from wanting import package

import xlbackprop as xb
from xlbackprop.errors import RecipeError
from xlbackprop.sheets.kinds import layout_of

BATCH, EPOCHS, RATE, DECAY = 5, 3, 0.05, 0.02  # of 9 examples: batches of 5 and 4
ORDER = [[3, 1, 4, 9, 5, 2, 6, 8, 7], [9, 8, 7, 6, 5, 4, 3, 2, 1], [2, 7, 1, 8, 4, 5, 9, 3, 6]]


@pytest.fixture
def torch() -> Any:
    module = package("torch")
    module.manual_seed(2)
    return module


# Each loss: the module at the end, number of outputs, the targets, and what the recipe is told.
LOSSES: dict[str, tuple[Any, int, str, dict[str, Any]]] = {
    "MSELoss": (None, 3, "numbers", BY_NUMBERS),
    "L1Loss": (None, 3, "numbers", BY_NUMBERS),
    "CrossEntropyLoss": (None, 3, "classes", BY_KIND),
    "NLLLoss": (lambda nn: nn.LogSoftmax(dim=1), 3, "classes", BY_KIND),
    "BCELoss": (lambda nn: nn.Sigmoid(), 3, "numbers", BY_NUMBERS),
    "BCEWithLogitsLoss": (None, 1, "late", BY_LATE),
    "MultiMarginLoss": (None, 3, "classes", BY_KIND),
}
RULES: dict[str, tuple[dict[str, Any], Any]] = {
    "sgd": (
        {"rule": "gradient-descent"},
        lambda t, p: t.optim.SGD(p, lr=RATE, weight_decay=DECAY),
    ),
    "momentum": (
        {"rule": "momentum", "momentum": 0.8},
        lambda t, p: t.optim.SGD(p, lr=RATE, momentum=0.8, weight_decay=DECAY),
    ),
    "adam": (
        {"rule": "adam"},
        lambda t, p: t.optim.Adam(p, lr=RATE, weight_decay=DECAY),
    ),
}


def net(torch: Any, outputs: int = 3, end: Any = None) -> Any:
    nn = torch.nn
    layers = [nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, outputs), *([end(nn)] if end else [])]
    return nn.Sequential(*layers).double()


def parameters(model: Any) -> np.ndarray:
    layers = [model[0], model[2]]
    weights = [layer.weight.detach().numpy() for layer in layers]
    return as_row(weights, [layer.bias.detach().numpy() for layer in layers])


def answers(torch: Any, kind: str) -> Any:
    if kind == "classes":
        return torch.tensor([sorted(set(LABELS)).index(label) for label in LABELS])
    if kind == "late":
        return torch.tensor([[float(late == "yes")] for late in DATA["late"]]).double()
    return torch.tensor(DATA[["y1", "y2", "y3"]].to_numpy())


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("given", [True, False], ids=["loss given", "loss left out"])
def test_torchs_own_loop_with_a_mean_loss_goes_step_by_step_with_the_recipe(
    torch, name, rule, given
):
    end, outputs, kind, told = LOSSES[name]
    model, loss = net(torch, outputs, end), getattr(torch.nn, name)()
    fields, make = RULES[rule]
    costs = {"L1Loss": "absolute-error", "BCELoss": "cross-entropy", "MultiMarginLoss": "hinge"}
    said = {"loss": loss} if given else {"cost": costs[name]} if name in costs else {}
    fields = {**told, **fields, **said, "weight_decay": DECAY, "eta": RATE, "epochs": EPOCHS}
    recipe = xb.from_torch(model, DATA, batch=BATCH, order=ORDER, **fields)
    trace, step = xb.run(recipe), 0
    x, y = torch.tensor(DATA[FOUR].to_numpy()), answers(torch, kind)
    optimizer = make(torch, model.parameters())
    for epoch in ORDER:
        for first in range(0, len(epoch), BATCH):
            batch = torch.tensor(epoch[first : first + BATCH]) - 1
            optimizer.zero_grad()
            value = loss(model(x[batch]), y[batch])
            value.backward()
            assert_close(trace.cost[step], value.item())
            assert_close(trace.parameter_values[step], parameters(model))
            optimizer.step()
            step += 1
    assert_close(trace.parameter_values[step], parameters(model))
    assert_close(trace.cost[step], loss(model(x), y).item())


def test_the_sheet_has_the_numbers_of_torchs_loop_and_says_the_count_of_each_batch(torch, tmp_path):
    model, loss = net(torch), torch.nn.MSELoss()
    recipe = xb.from_torch(
        model, DATA, loss=loss, batch=BATCH, order=ORDER[:1], epochs=1, eta=RATE, **BY_NUMBERS
    )
    path = tmp_path / "mean.xlsx"
    xb.write(recipe, path)
    assert xb.load(path) == recipe
    assert xb.check(path).agrees
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    x, y = torch.tensor(DATA[FOUR].to_numpy()), answers(torch, "numbers")
    training, values = layout_of(recipe).training, openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)["Training"]
    for step, first in enumerate((0, BATCH)):
        batch = torch.tensor(ORDER[0][first : first + BATCH]) - 1
        row, column = training.sum_row(step), training.columns["C"]
        value = loss(model(x[batch]), y[batch])
        assert_close(values["Training"].cell(row, column).value, value.item())
        assert formulas.cell(row, column).value.endswith(f"/{(5, 4)[step]}")
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    row = training.parameter_row(2)
    found = [values["Training"].cell(row, column).value for _, column in training.places]
    assert_close(np.array(found), parameters(model))


@pytest.mark.parametrize(
    ("name", "options", "wanted"),
    [
        ("MSELoss", {}, ("squared-error", "mean", "mean", 1)),
        ("MSELoss", {"reduction": "sum"}, ("squared-error", "sum", "sum", 1)),
        ("L1Loss", {"reduction": "sum"}, ("absolute-error", "sum", "sum", 0)),
        ("CrossEntropyLoss", {}, ("cross-entropy", "mean", "sum", 0)),
        ("CrossEntropyLoss", {"reduction": "sum"}, ("cross-entropy", "sum", "sum", 0)),
        # PyTorch divides it by the number of classes whatever its reduction.
        ("MultiMarginLoss", {"reduction": "sum"}, ("hinge", "sum", "mean", 0)),
    ],
)
def test_a_loss_decides_cost_and_reduction(torch, name, options, wanted):
    kind = LOSSES[name][3]
    loss, model = getattr(torch.nn, name)(**options), net(torch)
    recipe = xb.from_torch(model, DATA, loss=loss, **kind)
    fields = (recipe.cost, recipe.reduction, recipe.output_reduction, recipe.cost_factor)
    assert fields == wanted
    x, y = torch.tensor(DATA[FOUR].to_numpy()), answers(torch, LOSSES[name][2])
    assert_close(xb.run(recipe).cost[0], loss(model(x), y).item())


def test_logits_become_what_the_loss_takes_them_for(torch):
    loss, kinds = torch.nn.BCEWithLogitsLoss(), sorted(set(LABELS))
    model = net(torch)
    recipe = xb.from_torch(model, DATA, loss=loss, **BY_KIND)
    assert recipe.layers[-1].activation == "sigmoid"
    y = torch.tensor([[float(label == kind) for kind in kinds] for label in LABELS]).double()
    x = torch.tensor(DATA[FOUR].to_numpy())
    assert_close(xb.run(recipe).cost[0], loss(model(x), y).item())


def test_weight_decay_takes_biases_too_unless_it_is_told(torch):
    told = {**BY_KIND, "weight_decay": 0.1}
    assert xb.from_torch(net(torch), DATA, **told).decay_biases
    assert not xb.from_torch(net(torch), DATA, **told, decay_biases=False).decay_biases


REFUSED = {
    "no loss": (
        lambda nn: "mse", {},
        "loss: got mse, wanted one of MSELoss, L1Loss, CrossEntropyLoss, NLLLoss, BCELoss, "
        "BCEWithLogitsLoss, MultiMarginLoss of torch.nn, such as torch.nn.MSELoss(); or leave it "
        "out and name the cost.",
    ),
    "twice": (
        lambda nn: nn.MSELoss(), {"reduction": "sum"},
        "reduction: got 'sum', but the loss MSELoss decides it; leave one out.",
    ),
    "none": (
        lambda nn: nn.MSELoss(reduction="none"), {},
        "loss.reduction: got 'none' of MSELoss, wanted 'mean', since a workbook has no such "
        "option.",
    ),
    "option": (
        lambda nn: nn.CrossEntropyLoss(label_smoothing=0.1), {},
        "loss.label_smoothing: got 0.1 of CrossEntropyLoss, wanted 0.0, since a workbook has no "
        "such option.",
    ),
    "end": (
        lambda nn: nn.BCELoss(), {},
        "loss: got BCELoss for a model that ends with linear outputs, wanted one that ends with "
        "sigmoid ones; take the loss that goes with them.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_loss_that_no_recipe_follows_is_told_in_one_sentence(torch, case):
    make, fields, sentence = REFUSED[case]
    with pytest.raises(RecipeError) as caught:
        xb.from_torch(net(torch), DATA, loss=make(torch.nn), **BY_KIND, **fields)
    assert str(caught.value) == sentence


def test_the_rule_stands_in_the_help():
    text = " ".join(xb.from_torch.__doc__.split())
    for words in ('reduction="mean"', "``eta`` is the ``lr``", "smaller last one", "has no ½"):
        assert words in text

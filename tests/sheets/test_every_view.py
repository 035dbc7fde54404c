"""Whatever the network: all views agree with Python, with something typed wherever they ask.

The files of the views have more networks for each.
"""

import pytest
from convolutional import MAPS, SMALL, STACKED
from programs import in_other_programs
from views import drawn, everywhere, filled
from workbooks import few, make

import xlbackprop as xb

DRAWN = drawn(4)
NETWORKS = {
    "one example, fixed biases": ("worked-example", {"lang": "zh", "epochs": 2}),
    "one unit": (
        "xor",
        {
            "layers": [{"units": 1}],
            "cost": "cross-entropy",
            "rule": "adam",
            "weight_decay": 0.1,
        },
    ),
    "mini-batches": ("xor", {"batch": 3, "rule": "nesterov", "schedule": "inverse-time"}),
    "decay": (
        "xor",
        {
            "cost": "absolute-error",
            "rule": "rmsprop",
            "schedule": "step",
            "weight_decay": 0.1,
            "lang": "zh",
        },
    ),
    "means": (
        "xor",
        {"batch": 3, "reduction": "mean", "cost_factor": 1, "weight_decay": 0.1, "lang": "zh"},
    ),
    "means of outputs": (
        "worked-example",
        {"output_reduction": "mean", "reduction": "mean", "gradients": "summed"},
    ),
    "summed": ("xor", {"gradients": "summed", "rule": "adagrad"}),
    "classes": (
        "iris",
        {"gradients": "summed", "batch": 2, "cost": "squared-error", "lang": "zh"},
    ),
    "hinge": (
        "iris",
        {
            "cost": "hinge",
            "rule": "momentum",
            "layers": [
                {"units": 3, "bias": "shared", "activation": "leaky-relu"},
                {"units": 2, "bias": "none", "activation": "softsign"},
                {"units": 3, "bias": "fixed", "activation": "linear"},
            ],
        },
    ),
    "a curve": ("sine", {"scaling": "z-score", "lang": "zh"}),
    "a line": ("sine", {"layers": [{"units": 1, "activation": "linear", "bias": "none"}]}),
    "many units": (
        "backprop",
        drawn(2) | {"layers": [{"units": 14}, {"units": 3}], "gradients": "summed"},
    ),
    "no biases": (
        "backprop",
        {
            "layers": [{"units": 2, "bias": "none"}],
            "data": few("backprop", 16),
            "scaling": "min-max",
            "batch": 7,
        },
    ),
    "forward only": (
        "backprop",
        {"epochs": 0, "layers": [{"units": 3, "activation": "step"}, {"units": 2}]},
    ),
    "solver": ("solver", {"epochs": 0}),
    "filters": ("cnn", DRAWN | {"batch": 2}),
    "average pooling": ("cnn", DRAWN | {"layers": MAPS, "gradients": "summed", "lang": "zh"}),
    "stacked filters": ("cnn", drawn(3) | {"layers": STACKED, "cost": "cross-entropy"}),
    "pooling first": (
        "cnn",
        DRAWN | {"layers": [{"kind": "max-pooling", "size": 2}, {"units": 3}]},
    ),
}


def made_of(network, folder):
    lesson, changes = NETWORKS[network]
    usual = {"epochs": 1}
    if lesson not in ("xor", "worked-example"):
        usual |= {"data": few(lesson, 3)}
    if "layers" in changes:
        usual |= {"start": SMALL}
    return make(folder, lesson, **(usual | changes))


def assert_all_agree(made, folder, engine):
    report = xb.check(filled(made, folder), engine)
    assert report.lines()[-1].startswith("All "), report.lines()
    assert report.faults == report.edits == ()
    assert len(report.changes) == len(everywhere(made))


@pytest.mark.parametrize("network", NETWORKS)
def test_every_view_agrees_whatever_the_network(tmp_path, network):
    assert_all_agree(made_of(network, tmp_path), tmp_path, "ironcalc")


@pytest.mark.exhaustive(quick=2)
@in_other_programs("each program has its own way with numbers, texts and tables of a page")
@pytest.mark.parametrize("network", NETWORKS)
def test_every_view_agrees_in_each_program(tmp_path, need, engine, network):
    need(engine)
    assert_all_agree(made_of(network, tmp_path), tmp_path, engine)

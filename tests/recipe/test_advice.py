"""What is allowed but hardly meant: one line beginning with the field, and the workbook is made."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import xlbackprop as xb
from xlbackprop.cli.commands import app
from xlbackprop.recipe.advice import warnings
from xlbackprop.recipe.read import from_mapping
from xlbackprop.syllabus import NETWORKS


def classes(*labels: object, **changes: Any) -> xb.Recipe:
    """A recipe whose examples have these labels."""
    rows = [[number, label] for number, label in enumerate(labels)]
    layers = [{"units": len(set(labels)), "activation": "sigmoid"}]
    data = {"columns": ["p", "kind"], "rows": rows}
    content = {"data": data, "label": "kind", "layers": layers, "eta": 0.5, "epochs": 1}
    return from_mapping(content | changes)


def numbers(activation: str, *targets: list[float]) -> xb.Recipe:
    """A recipe whose examples have these targets."""
    names = [f"y{k}" for k in range(len(targets[0]))]
    rows = [[number, *target] for number, target in enumerate(targets)]
    layers = [{"units": len(names), "activation": activation}]
    data = {"columns": ["p", *names], "rows": rows}
    content = {"data": data, "targets": names, "layers": layers, "eta": 0.5, "epochs": 1}
    return from_mapping(content)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_lessons_need_no_advice(name: str) -> None:
    assert warnings(xb.load(name)) == ()


@pytest.mark.parametrize(
    ("labels", "named"),
    [
        (["a", "b", "a"], "the class b: it can be learnt by heart, but not what is common to its "),
        (["a", "b\n2", "a"], "the class b 2: it can"),
        (["a", 3, "a", 4.5], "the classes 3, 4.5: it can"),
        (["a", "b", "c", "d", "e", "f", "g", "a"], "the classes b, c, d, e, f and 1 more: it can"),
    ],
)
def test_a_class_with_a_single_example_is_told(labels: list[object], named: str) -> None:
    [line] = warnings(classes(*labels))
    assert line.startswith(f"label: a single example of {named}")


def test_a_label_that_is_the_same_everywhere_is_told() -> None:
    [line] = warnings(classes("a", "a", "a"))
    assert line.startswith("label: each example is of the one class a: there is nothing to tell")


@pytest.mark.parametrize("scaling", ["min-max", "z-score"])
def test_inputs_that_scaling_makes_0_everywhere_are_told(scaling: str) -> None:
    rows = [[3, 7, 0], [5, 7, 1]]
    data = {"columns": ["p", "q", "t"], "rows": rows}
    content = {"data": data, "targets": ["t"], "eta": 0.5, "epochs": 1, "layers": [{"units": 1}]}
    assert warnings(from_mapping(content)) == ()
    [line] = warnings(from_mapping(content | {"scaling": scaling}))
    assert line == (
        "scaling: each example has the same in the column q: it is 0 for the network, and tells it "
        "nothing."
    )


def test_classes_with_two_examples_each_need_no_advice() -> None:
    assert warnings(classes("a", "b", "b", "a")) == ()


@pytest.mark.parametrize("cost", ["squared-error", "absolute-error"])
def test_softmax_with_a_cost_that_does_not_simplify_is_told(cost: str) -> None:
    layers = [{"units": 2, "activation": "softmax"}]
    [line] = warnings(classes("a", "b", "b", "a", layers=layers, cost=cost))
    assert line == (
        f"cost: {cost} with softmax outputs: δ does not simplify to a − t, so the sheet shows the "
        "general formula, and learning is slower; cross-entropy is made for them."
    )
    assert warnings(classes("a", "b", "b", "a", layers=layers, cost="cross-entropy")) == ()


@pytest.mark.parametrize(
    ("activation", "inside", "outside", "reach"),
    [
        ("sigmoid", [0, 1], [-0.25, 1.25], "stay between 0 and 1"),
        ("tanh", [-1, 1], [-1.25, 1.25], "stay between -1 and 1"),
        ("softsign", [-1, 1], [-1.25, 1.25], "stay between -1 and 1"),
        ("relu", [0, 1e9], [-0.25], "are never below 0"),
        ("leaky-relu", [-1e9, 1e9], [], ""),
        ("linear", [-1e9, 1e9], [], ""),
    ],
)
def test_a_target_that_no_output_can_reach_is_told_with_its_place(
    activation: str, inside: list[float], outside: list[float], reach: str
) -> None:
    for target in inside:
        assert warnings(numbers(activation, [0.5, target])) == ()
    for target in outside:
        [line] = warnings(numbers(activation, [0.5, 0.5], [0.5, target]))
        assert line == (
            f"targets: {target:g} (row 2, column 'y1') can never be met: {activation} outputs "
            f"{reach}; scale the targets, or take linear outputs."
        )


def test_of_many_targets_out_of_reach_the_first_is_named() -> None:
    [line] = warnings(numbers("sigmoid", [0.5, 7], [-3, 2]))
    assert line.startswith("targets: 7 (row 1, column 'y1') and 2 more can never be met")


# The command line.


def test_the_command_line_says_it_on_standard_error_and_makes_the_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.csv").write_text("p,kind\n0,a\n1,b\n2,a\n")
    short = ["--epochs", "20", "--set", "views=[]"]
    made = CliRunner().invoke(app, ["make", "--data", "d.csv", "--label", "kind", *short])
    assert made.exit_code == 0
    eta, first, last = made.stderr.splitlines()
    assert eta.startswith("eta: ")
    assert first.startswith("label: a single example of the class b: ")
    assert last == "Next:  xlbackprop check d.xlsx"
    assert made.stdout.startswith("d.xlsx: C_T ")
    for command, told in [
        (["trace", "d.xlsx"], f"{first}\n"),
        (["recipe", "--data", "d.csv", "--label", "kind", *short], f"{eta}\n{first}\n"),
    ]:
        done = CliRunner().invoke(app, command)
        assert (done.exit_code, done.stderr) == (0, told)


def test_a_command_that_cannot_run_says_only_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.csv").write_text("p,kind\n0,a\n1,b\n2,a\n")
    Path("d.xlsx").write_text("mine")
    refused = CliRunner().invoke(app, ["make", "--data", "d.csv", "--label", "kind"])
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)

"""The equations printed on the Training sheet say what its formulas compute."""

import pytest
from views import new_sheet, plain, texts

import xlbackprop as xb
from xlbackprop.network.updates import RULES
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.training.equations import sum_equation


def printed(**changes) -> set[str]:
    """All texts on the Training sheet of an exclusive-or with these changes."""
    recipe = xb.load("xor", epochs=2, views=[], **changes)
    return set(texts(new_sheet(recipe, "training")))


@pytest.mark.parametrize(
    ("rule", "update", "states"),
    [
        ("gradient-descent", "w ← w − η r", []),
        ("momentum", "w ← w − η v", ["v ← μ v + r"]),
        ("nesterov", "w ← w − η (r + μ v)", ["v ← μ v + r"]),
        ("adagrad", "w ← w − η r / (√s + ε)", ["s ← s + r²"]),
        ("rmsprop", "w ← w − η r / (√s + ε)", ["s ← β₂ s + (1 − β₂) r²"]),
        (
            "adam",
            "w ← w − η m/(1 − β₁ᵏ) / (√(s/(1 − β₂ᵏ)) + ε)   k: epoch",
            ["m ← β₁ m + (1 − β₁) r", "s ← β₂ s + (1 − β₂) r²"],
        ),
    ],
)
def test_weights_that_decay_follow_the_sum_with_the_decay(rule, update, states):
    said = printed(rule=rule, weight_decay=0.1)
    assert {"w: r = Σ ∂C/∂w + λ w   b: r = Σ ∂C/∂b", *states} <= said
    assert any(text.endswith(f"   {update}") for text in said)


def test_every_rule_is_printed_with_the_sum_where_nothing_decays():
    for rule in RULES:
        learning = xb.load("xor", rule=rule).learning()
        equations = learning.equation + "".join(map(learning.printed, learning.states))
        assert "Σ ∂C/∂w" in equations
        assert "r" not in equations


def test_a_learning_rate_that_changes_has_the_number_of_its_step():
    said = printed(schedule="step", batch=2)
    assert "ηₖ = η · drop^INT((k − 1)/every)" in said
    assert any(text.endswith("   w ← w − ηₖ Σ ∂C/∂w   k: step") for text in said)


@pytest.mark.parametrize(
    ("biases", "said"),
    [
        (("trained", "trained"), ["Σ ∂C/∂bⱼ = Σ δⱼ"]),
        (("shared", "trained"), ["Σ ∂C/∂b = Σ Σⱼ δⱼ", "Σ ∂C/∂bⱼ = Σ δⱼ"]),
        (("fixed", "shared"), ["Σ ∂C/∂b = Σ Σⱼ δⱼ"]),
        (("none", "fixed"), []),
    ],
)
def test_sums_are_printed_for_biases_that_are_trained_only(biases, said):
    layers = [{"units": 2, "bias": biases[0]}, {"units": 1, "bias": biases[1]}]
    layout = layout_of(xb.load("xor", layers=layers, gradients="summed"))
    wanted = ["Σ ∂C/∂wⱼᵢ = Σ δⱼ aᵢ", *said, "w ← w − η Σ ∂C/∂w"]
    assert sum_equation(layout).split("   ") == wanted


@pytest.mark.parametrize(("batch", "blocks"), [("full", 2), (2, 4)])
def test_the_parameters_of_the_first_step_and_of_the_end_say_what_they_are(batch, blocks):
    """In the rows in which they stand; those between them need no words."""
    recipe = xb.load("xor", epochs=2, batch=batch, views=[])
    training = layout_of(recipe).training
    said = [
        (cell.row, plain(cell.value))
        for cell in new_sheet(recipe, "training").cells
        if plain(cell.value).startswith("the parameters ")
    ]
    name = "epoch" if batch == "full" else "step"
    first, last = (training.parameter_row(block) for block in (0, blocks))
    columns = ": see the columns of gradients, on the right"
    assert said == [
        (first, f"the parameters that this {name} starts with{columns}"),
        (last, f"the parameters after the last update{columns}"),
    ]

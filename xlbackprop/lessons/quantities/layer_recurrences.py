"""A network as two systems of recurrences: outputs from layer to layer, errors back again."""

import numpy as np

from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.page.cells import Area, Live
from xlbackprop.page.page import Page
from xlbackprop.page.parts import counts, output, slope

LABEL, FIRST, UNITS, LAYERS = 1, 2, 2, 5
SIGMOID = ACTIVATIONS["sigmoid"]
USUAL = {
    "W": np.array([[2.0, -1.0], [1.0, 2.0]]),
    "b": np.array([[-0.5], [-1.0]]),
    "x": np.array([[1.0], [0.5]]),
    "t": np.array([[1.0], [0.0]]),
}
COLOURS = {"z": "forward", "a": "forward", "slope": "gradient", "delta": "delta"}
EQUATIONS = {
    "z": "zˡ = W·aˡ⁻¹ + b",
    "a": "aˡ = σ(zˡ)",
    "slope": "σ′(zˡ) = aˡ(1 − aˡ)",
    "delta": "δˡ = (Wᵀ·δˡ⁺¹) ⊙ σ′(zˡ)",
}


def put_layers(page: Page, row: int) -> None:
    """The section, from its heading on; all layers share W and b, so that it stays small."""
    page.section(row, "network")
    top, column, given = row + 2, FIRST, {}
    for name, usual in USUAL.items():
        width = usual.shape[1]
        page.band(top, column, width, "input", name)
        given[name] = page.numbers(name, top + 1, column, usual, "plain-input")
        column += width + 1
    page.write(top + 1, LABEL, page.text("network.given"), "label")
    top += 4
    for i, (name, role) in enumerate(COLOURS.items()):
        texts = page.text(f"network.{name}"), EQUATIONS[name]
        page.band(top, FIRST + UNITS * i, UNITS, role, *texts, headings=(1, 2))
    page.band(top, LABEL, 1, "update", page.text("network.layer"))
    top += 3
    counts(page, top, 1, LAYERS)
    outputs, slopes = _forward(page, top, given)
    errors = _backward(page, top, given, outputs, slopes)
    page.pixels(Area(top, FIRST + UNITS, np.array(outputs)))
    page.signed(0.1, Area(top + 1, FIRST + 3 * UNITS, np.array(errors)))


def _forward(
    page: Page, top: int, given: dict[str, Area]
) -> tuple[list[list[Live]], list[list[Live]]]:
    """Outputs of all layers, (layers, units), and σ′ of all but the first."""
    w, b, x = given["W"], given["b"], given["x"]
    outputs = [
        [
            page.put(top, FIRST + UNITS + j, f"{x[j, 0]}", x[j, 0], "number-forward")
            for j in range(UNITS)
        ]
    ]
    slopes = []
    for row in range(top + 1, top + LAYERS):
        before, after, steep = outputs[-1], list[Live](), list[Live]()
        for j in range(UNITS):
            formula = f"{w[j, 0]}*{before[0]}+{w[j, 1]}*{before[1]}+{b[j, 0]}"
            value = w[j, 0] * before[0] + w[j, 1] * before[1] + b[j, 0]
            z = page.put(row, FIRST + j, formula, value)
            a = output(page, row, FIRST + UNITS + j, SIGMOID, z, "number-forward")
            steep.append(slope(page, row, FIRST + 2 * UNITS + j, SIGMOID, z, a, "number-gradient"))
            after.append(a)
        outputs.append(after)
        slopes.append(steep)
    page.large(top, FIRST, top + LAYERS - 1, FIRST + 4 * UNITS - 1)
    return outputs, slopes


def _backward(
    page: Page,
    top: int,
    given: dict[str, Area],
    outputs: list[list[Live]],
    slopes: list[list[Live]],
) -> list[list[Live]]:
    """δ of all layers but the first, (layers − 1, units), found from the last one up."""
    w, t = given["W"], given["t"]
    errors: list[list[Live]] = []
    for layer in range(LAYERS - 1, 0, -1):
        found = []
        for j in range(UNITS):
            steep, a = slopes[layer - 1][j], outputs[layer][j]
            if errors:
                first, second = errors[0]
                formula = f"({w[0, j]}*{first}+{w[1, j]}*{second})*{steep}"
                value = (w[0, j] * first + w[1, j] * second) * steep
            else:
                formula, value = f"({a}-{t[j, 0]})*{steep}", (a - t[j, 0]) * steep
            column = FIRST + 3 * UNITS + j
            found.append(page.put(top + layer, column, formula, value, "number-delta"))
        errors.insert(0, found)
    return errors

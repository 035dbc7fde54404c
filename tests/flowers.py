"""Nine flowers for the tests of models of other libraries, and how parameters stand in a row."""

import numpy as np
import pandas as pd

EXAMPLES = 9
LABELS = ["iris", "aster", "rose"] * 3
FOUR = ["p", "q", "r", "s"]


def flowers() -> pd.DataFrame:
    """Nine examples: four inputs, a class of three, one of two, and three target numbers."""
    random = np.random.default_rng(4)
    frame = pd.DataFrame(random.uniform(-1, 1, (EXAMPLES, 4)), columns=FOUR)
    frame["kind"] = LABELS
    frame["late"] = ["yes", "no", "no"] * 3
    return frame.assign(**{f"y{k}": random.uniform(0, 1, EXAMPLES) for k in (1, 2, 3)})


DATA = flowers()
BY_KIND = {"label": "kind", "inputs": FOUR}
BY_LATE = {"label": "late", "inputs": FOUR}
BY_NUMBERS = {"targets": ["y1", "y2", "y3"], "inputs": FOUR}


def assert_close(found: np.ndarray, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def as_row(weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
    """Weights (units, inputs) and biases of all layers in the sheet's order: unit by unit."""
    units = [np.column_stack(layer) for layer in zip(weights, biases, strict=True)]
    return np.concatenate([unit.ravel() for unit in units])

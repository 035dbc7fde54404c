"""The curve of a training, drawn with matplotlib."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xlbackprop.errors import PackageError
from xlbackprop.workbook.theme import shipped_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_cost(
    costs: NDArray[np.float64], counter: str, name: str, ax: "Axes | None" = None
) -> "Axes":
    """The curve of C_T over the epochs, or of C_T per example over the steps of mini-batches.

    Args:
        costs: (blocks,).
        counter: what the blocks are called.
        name: what the costs are called.
        ax: where to draw; None makes a figure.

    Raises:
        PackageError: matplotlib is missing.
    """
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise PackageError(
            "Drawing needs the package matplotlib; install xlbackprop[plot], or matplotlib itself."
        ) from error
    if ax is None:
        ax = pyplot.subplots()[1]
    ax.plot(
        range(1, len(costs) + 1),
        costs,
        color=f"#{shipped_theme().roles['cost'].band}",
        marker="" if len(costs) > 1 else "o",  # a curve through a single point can't be seen
    )
    ax.set_xlabel(counter)
    ax.set_ylabel(name)
    return ax

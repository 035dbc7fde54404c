"""How long a workbook takes, and how much room, told before the work where it is much.

Measured on a processor of 2020 with xor (200 and 1,500 epochs), iris and backprop; others differ by
a factor of two or so.
"""

from dataclasses import dataclass

from xlbackprop.sheets.limits import training_cells
from xlbackprop.sheets.plan.layout import Layout

SECONDS = 5.0  # from here on it is told
BYTES_OF_A_CELL = 20.0  # in a file


@dataclass(frozen=True)
class Effort:
    """What some work takes, about.

    Attributes:
        cells: cells of the sheet Training, or of a file.
        seconds: of a processor.
        memory: bytes, at most at once.
        file: bytes of the workbook; 0 where none is written.
    """

    cells: float
    seconds: float
    memory: float
    file: float = 0.0

    @classmethod
    def of_writing(cls, layout: Layout) -> "Effort":
        """What it takes to train a network and to write its workbook."""
        cells = training_cells(layout)
        updates = layout.recipe.epochs * layout.one_epoch.steps.updates
        seconds = 0.4 + 1.6e-3 * updates + 1.2e-6 * cells
        return cls(cells, seconds, 65e6 + 110 * cells, BYTES_OF_A_CELL * cells)

    @classmethod
    def of_checking(cls, size: int) -> "Effort":
        """What it takes to compare a file of so many bytes with Python, in the built-in engine."""
        cells = size / BYTES_OF_A_CELL
        return cls(cells, 0.9 + 2.5e-5 * cells, 65e6 + 450 * cells)

    def told(self, path: object) -> str:
        """A sentence on it; empty where it isn't worth one."""
        if self.seconds <= SECONDS:
            return ""
        written = f" and a file of {self.file / 1e6:,.0f} MB" if self.file else ""
        minutes = f"{self.seconds / 60:,.0f} minutes"
        time = minutes if self.seconds >= 100 else f"{self.seconds:.0f} seconds"
        return (
            f"{path}: about {self.cells:,.0f} cells, which take some {time}, "
            f"{self.memory / 1e6:,.0f} MB of memory{written}."
        )

"""Matrices of two rows and two columns: Hadamard product, matrix product, identity, transpose."""

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.page.cells import Area
from xlbackprop.page.page import Page
from xlbackprop.page.parts import constants, products, verdict
from xlbackprop.page.sentences import Word

A = np.array([[1.0, 2.0], [3.0, 4.0]])
LARGE = "1E+300"  # for a sum of squares
C = np.array([[0.0, 1.0], [1.0, 0.0]])  # with it AC swaps the columns of A, CA the rows
APART = 3  # columns from one matrix to the next


def put_matrices(page: Page, row: int, left: int) -> None:
    """The section on matrices, from its heading on."""
    page.section(row, "matrices")
    top = row + 2
    a = _typed(page, top, left, "A", A)
    b = _typed(page, top, left + APART, "B", -A)
    _hadamard(page, top, left + 2 * APART, a, b)
    ab = _product(page, top, left + 3 * APART, "AB", a, b)
    ba = _product(page, top, left + 4 * APART, "BA", b, a)
    _compared(page, top + 3, "A", "B", ab, ba)
    page.write(top + 1, 1, page.text("matrices.products"), "label")
    top += 5
    page.write(top + 1, 1, page.text("matrices.order"), "label")
    c = _typed(page, top, left, "C", C)
    ac = _product(page, top, left + APART, "AC", a, c)
    ca = _product(page, top, left + 2 * APART, "CA", c, a)
    _compared(page, top + 3, "A", "C", ac, ca)
    top += 5
    page.write(top + 1, 1, page.text("matrices.rest"), "label")
    page.band(top, left, 2, "data", "I")
    identity = constants(page, top + 1, left, np.eye(2))
    _product(page, top, left + APART, "AI", a, identity)
    _transposed(page, top, left + 2 * APART, "Aᵀ", a)
    _transposed(page, top, left + 3 * APART, "(AB)ᵀ", ab)
    bt, at = (_Transpose(of) for of in (b, a))
    _product(page, top, left + 4 * APART, "BᵀAᵀ", bt, at)


class _Transpose:
    """A matrix read with rows and columns exchanged."""

    def __init__(self, of: Area) -> None:
        self.of = of
        self.values: Array = of.values.T

    def __getitem__(self, place: tuple[int, int]) -> object:
        return self.of[place[1], place[0]]


def _typed(page: Page, row: int, left: int, name: str, usual: Array) -> Area:
    page.band(row, left, 2, "input", name)
    return page.numbers(name, row + 1, left, usual, "plain-input")


def _hadamard(page: Page, row: int, left: int, a: Area, b: Area) -> None:
    page.band(row, left, 2, "delta", "A⊙B")
    products(page, row + 1, left, a, b, "plain-delta")


def _product(
    page: Page, row: int, left: int, name: str, a: Area | _Transpose, b: Area | _Transpose
) -> Area:
    """Row times column, written out."""
    page.band(row, left, 2, "forward", name)
    return page.put_area(
        row + 1,
        left,
        lambda i, j: f"{a[i, 0]}*{b[0, j]}+{a[i, 1]}*{b[1, j]}",
        a.values @ b.values,
        "plain-forward",
    )


def _transposed(page: Page, row: int, left: int, name: str, a: Area) -> None:
    page.band(row, left, 2, "gradient", name)
    page.put_area(row + 1, left, lambda i, j: f"{a[j, i]}", a.values.T, "plain-gradient")


def _compared(page: Page, row: int, a: str, b: str, first: Area, second: Area) -> None:
    """Whether the order of the factors matters."""
    same, other = (page.text(f"matrices.{key}", a=a, b=b) for key in ("same", "other"))
    apart = float(((first.values - second.values) ** 2).sum())
    text = same if apart == 0 else other if apart <= float(LARGE) else None
    # Not every program shows an error where the squares are too large for a number.
    squares = f"SUMXMY2({first},{second})"
    formula = f'IF({squares}<={LARGE},IF({squares}=0,"{same}","{other}"),NA())'
    verdict(page, row, [Word(formula, text)], 24)

"""Batch normalization as sentences and equations say it.

ε has too many decimals for a line of figures, and matters where v is 0 only.
"""

from abc import ABC, abstractmethod

from xlbackprop.network.layer import Pairs, Phrase, Shape, Source
from xlbackprop.words.notation import superscript

ROW = ("gamma", "beta", "mu", "v")  # what each unit or map has; one ε for all is the last number


class NormalizationWords(ABC):
    """What ``BatchNormalization`` says of what it computes."""

    affine: str

    @abstractmethod
    def unit_labels(self, letter: str, place: str, source: Source) -> tuple[str, ...]:
        """Labels of its units, under the letter of a quantity."""

    @abstractmethod
    def parameter_rows(self, place: str, source: Source) -> tuple[tuple[str, ...], ...]:
        """Labels of its numbers, unit by unit or map by map."""

    @abstractmethod
    def sharing(self, shape: Shape) -> int:
        """Units that share their numbers: 1, or the cells of a map."""

    def value_terms(self, place: str, source: Source, unit: int) -> Pairs:
        """γ and a."""
        row = self.parameter_rows(place, source)[unit // self.sharing(source.shape)]
        return ((row[0], source.labels[unit]),)

    def passed_back_terms(self, place: str, source: Source, value: int) -> Pairs:
        """It is no sum of products alone."""
        return ()

    def gradient_terms(self, place: str, source: Source, row: int, weight: int) -> Pairs:
        """δ and a of each cell."""
        size = self.sharing(source.shape)
        own = slice(row * size, (row + 1) * size)
        deltas = self.unit_labels("d", place, source)
        return tuple(zip(deltas[own], source.labels[own], strict=True))

    def value_phrase(self, place: str, source: Source, unit: int) -> Phrase:
        """γ (a − μ) / √(v + ε) + β in figures."""
        return Phrase(
            "{gamma}·({a} − {mu})/√({v} + ε) + {beta}",
            self._named(place, source, unit // self.sharing(source.shape))
            | {"a": source.labels[unit]},
        )

    def passed_back_phrase(self, place: str, source: Source, value: int) -> Phrase:
        """δ γ / √(v + ε) in figures."""
        delta = self.unit_labels("d", place, source)[value]
        named = self._named(place, source, value // self.sharing(source.shape))
        return Phrase("{d}·{gamma}/√({v} + ε)", named | {"d": delta})

    def gradient_phrase(self, place: str, source: Source, row: int) -> Phrase:
        """Σ δ (a − μ) / √(v + ε) in figures, each term of the sum by itself."""
        sign = "{terms}" if self.sharing(source.shape) == 1 else "({terms})"
        named = self._named(place, source, row)
        return Phrase(f"{sign}/√({{v}} + ε)", named, "{d}·({a} − {mu})")

    def _named(self, place: str, source: Source, row: int) -> dict[str, str]:
        return dict(zip(ROW, self.parameter_rows(place, source)[row], strict=True))

    @property
    def figures(self) -> str:
        """It has phrases of its own."""
        return ""

    def value_equation(self, up: str, source: str) -> str:
        """z_j = γ_j (a_j − μ_j) / √(v_j + ε) + β_j; the cells of a map share all but z and a."""
        j, a = self._index(up), source.removesuffix("ᵢ")
        cell = j or "ᵢⱼ"
        return f"z{up}{cell} = γ{up}{j} ({a}{cell} − μ{up}{j}) / √(v{up}{j} + ε{up}) + β{up}{j}"

    @staticmethod
    def _index(up: str) -> str:
        """The index of what each unit has; what a map has needs none."""
        return "" if superscript("N") in up else "ⱼ"

    def passed_back_equation(self, up: str) -> str:
        """δ γ / √(v + ε)."""
        i = "ᵢ" if self._index(up) else ""
        return f"δ{up}{i or 'ᵢⱼ'} γ{up}{i} / √(v{up}{i} + ε{up})"

    def gradient_equation(self, up: str, source: str) -> str:
        """∂C/∂γ = Σ δ (a − μ) / √(v + ε), ∂C/∂β = Σ δ."""
        if self.affine == "fixed":
            return ""
        j, a = self._index(up), source.removesuffix("ᵢ")
        cell, total = (j, "") if j else ("ᵢⱼ", "Σᵢⱼ ")
        return (
            f"∂C/∂γ{up}{j} = {total}δ{up}{cell} ({a}{cell} − μ{up}{j}) / √(v{up}{j} + ε{up})"
            f"   ∂C/∂β{up}{j} = {total}δ{up}{cell}"
        )

    def sum_equations(self) -> tuple[str, ...]:
        """Σ∂C/∂γ = Σ Σ δ (a − μ) / √(v + ε), Σ∂C/∂β = Σ Σ δ."""
        if self.affine == "fixed":
            return ()
        return ("Σ ∂C/∂γ = Σ Σ δ (a − μ) / √(v + ε)", "Σ ∂C/∂β = Σ Σ δ")

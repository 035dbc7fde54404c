"""A recipe: everything that decides a workbook, frozen and checked.

What must fit together is checked when a recipe is made; the rest of the package trusts it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from xlbackprop.arrays import Array, Whole
from xlbackprop.data import table as training_data
from xlbackprop.network.layer import Layer
from xlbackprop.recipe.categories import columns_of
from xlbackprop.recipe.checks import check_recipe, check_scaling
from xlbackprop.recipe.fields import Fields
from xlbackprop.recipe.starts import Given, Nested
from xlbackprop.recipe.steps import drawn_order
from xlbackprop.words import html
from xlbackprop.words.notation import shape_text


@dataclass(frozen=True)
class Recipe(Fields):
    """What to build; checked when it is made. The fields are told in ``Fields``.

    Raises:
        RecipeError: the fields don't fit together.
        DataError: the data can't be used.
    """

    def __post_init__(self) -> None:
        if self.batch == len(self.data.rows) or not self.epochs:
            object.__setattr__(self, "batch", 0)
        usual = {name: setting.usual for name, setting in self.learning().settings.items()}
        object.__setattr__(self, "settings", tuple((usual | dict(self.settings)).items()))
        check_recipe(self)

    def with_numbers(
        self,
        *,
        raw: Array,
        labels: Sequence[training_data.Entry],
        targets: Array | None,
        eta: float,
        start: Array,
        settings: Mapping[str, float] | None = None,
        texts: Sequence[Sequence[training_data.Entry]] = (),
        order: Whole | None = None,
    ) -> "Recipe":
        """A copy with other numbers in the same places; a scaled column may be constant now.

        Args:
            raw: inputs before any scaling, (examples, inputs).
            labels: class of each example; unused when the recipe has no label.
            targets: (examples, outputs); None when the recipe has a label.
            eta: learning rate.
            start: starting parameters in the sheet's order, (parameters,).
            settings: settings of rule and schedule; the recipe's own where left out.
            texts: the entries of each column of ``categories``, which decide its inputs.
            order: example numbers of all epochs; the recipe's own where left out.

        Raises:
            RecipeError: the numbers don't fit together.
            DataError: one of them isn't a number.
        """
        columns: dict[str, Sequence[training_data.Entry]] = {}
        columns |= {name: raw[:, i].tolist() for i, name in enumerate(self.inputs)}
        if targets is not None:
            columns |= {name: targets[:, k].tolist() for k, name in enumerate(self.targets)}
        if self.label:
            columns[self.label] = labels
        for (name, known), entries in zip(self.categories, texts, strict=False):
            columns |= {name: entries, **columns_of(name, known, entries)}
        layers = self._layers(start)
        usual = replace(self, layers=layers).start_parameters()
        return replace(
            self,
            layers=layers,
            data=self.data.replaced(columns),
            eta=eta,
            settings=self.settings if settings is None else tuple(settings.items()),
            start=self.start if np.array_equal(start, usual) else self._given(start),
            # A class that no example has any more keeps its output.
            class_order=self.class_order if set(labels) == set(self.classes()) else self.classes(),
            order=self.order if order is None else self._order(order),
        )

    def _order(self, order: Whole) -> tuple[tuple[int, ...], ...]:
        """An order as a recipe holds it: what the seed draws isn't written out."""
        examples = len(self.data.rows)
        if np.array_equal(order, drawn_order(examples, self.epochs, self.batch, self.seed)):
            return ()
        return tuple(map(tuple, order.reshape(self.epochs, examples).tolist()))

    def _layers(self, start: Array) -> tuple[Layer, ...]:
        """The layers with those of their own numbers that stand among the parameters."""
        rows = zip(self.layers, self._rows(start), strict=True)
        return tuple(layer.with_numbers(row) for layer, row in rows)

    def _rows(self, start: Array) -> Iterator[Array]:
        """The parameters of each layer."""
        for layer, before in zip(self.layers, self.shapes(), strict=False):
            shapes = layer.weight_shape(before), layer.bias_shape(before)
            size = len(layer.pack(*map(np.zeros, shapes)))
            yield start[:size]
            start = start[size:]

    def _given(self, start: Array) -> Given:
        shapes, given = self.arrays(), list[tuple[str, Nested]]()
        for number, (layer, row) in enumerate(zip(self.layers, self._rows(start), strict=True), 2):
            names = (f"{name}{number}" for name in layer.arrays)
            given += [
                (name, _tuples(array.reshape(shapes[name])))
                for name, array in zip(names, layer.unpack(row), strict=True)
                if name in shapes
            ]
        return Given(tuple(given))

    def changed(self, **changes: Any) -> "Recipe":
        """A copy with some fields replaced, checked again.

        Raises:
            RecipeError: the fields don't fit together.
            DataError: the data can't be used.
        """
        copy = replace(self, **changes)
        check_scaling(copy)
        return copy

    def _repr_html_(self) -> str:
        rows = [
            ("data", f"{len(self.data.rows):,} examples of {len(self.inputs)} inputs"),
            ("label" if self.label else "targets", self.label or ", ".join(self.targets)),
            ("network", " → ".join(map(shape_text, self.shapes()))),
            ("activations", ", ".join(layer.activation or "–" for layer in self.layers)),
            ("cost", ", ".join([self.cost, *_conventions(self)])),
            ("rule", ", ".join([self.rule, *(f"{key} {x:g}" for key, x in self.settings)])),
            ("eta", f"{self.eta:g}"),
            ("batch", f"{self.batch:,}" if self.batch else "full"),
            ("epochs", f"{self.epochs:,}"),
            ("scaling", self.scaling),
            ("target_scaling", self.target_scaling),
            ("lang", self.lang),
        ]
        return html.table(f"Recipe {self.name}", (), rows)


def _conventions(recipe: Fields) -> list[str]:
    """How the cost differs from the usual form, in words."""
    named = {
        "without ½": recipe.cost_factor == 1 and recipe.cost == "squared-error",
        "mean over the outputs": recipe.output_reduction == "mean",
        "mean over the examples": recipe.reduction == "mean",
    }
    return [name for name, yes in named.items() if yes]


def _tuples(array: Array) -> Nested:
    return tuple(_tuples(item) if item.ndim else float(item) for item in array)

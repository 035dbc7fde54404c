"""The formulas of the Training sheet: the network's pass, stage by stage, as Excel text.

The order is that of ``Network.forward`` and ``Network.backward``; ``{r}`` stands for the row of
the formula itself.
"""

from collections.abc import Iterable
from itertools import accumulate

from xlbackprop.network.network import Network
from xlbackprop.network.updates import DECAYED, State
from xlbackprop.sheets.layout import ETA, Layout
from xlbackprop.sheets.training_layout import SymbolCells, TrainingCells
from xlbackprop.workbook.address import address, letters


def lookups(layout: Layout) -> list[str]:
    """x and t of the row's example, looked up on the Data sheet by the example's number."""
    data, number = layout.data, f"${letters(layout.training.example)}{{r}}"
    columns = map(letters, range(data.x, data.last_column + 1))
    if layout.examples == 1:  # spreadsheets disagree on INDEX of a single cell
        return [layout.on("data", f"{column}${data.top}") for column in columns]
    return [
        f"INDEX({layout.on('data', f'{column}${data.top}:{column}${data.bottom}')},{number})"
        for column in columns
    ]


def outputs(network: Network, cells: SymbolCells) -> list[str]:
    """z, e and a of each layer."""
    formulas: list[str] = []
    for number, layer in network.numbered():
        before = network.output_labels(number - 1)
        formulas += [
            layer.weighted_input_formula(number, unit, before, cells)
            for unit in range(1, layer.units + 1)
        ]
        formulas += _activated(network, number, cells)
    return formulas


def forward(network: Network, cells: TrainingCells) -> list[str]:
    """z, e and a of each layer, m, C, and whether the answer is right."""
    formulas = outputs(network, cells)
    texts = [_output_texts(network, unit, cells) for unit in range(1, network.outputs + 1)]
    if network.cost.margin:
        formulas += [network.cost.excel_margin.format(**text) for text in texts]
    formulas.append(_cost(network, texts))
    if network.answers:
        formulas.append(right(texts[0]["ts"], texts[0]["as"], network.outputs))
    return formulas


def _activated(network: Network, number: int, cells: SymbolCells) -> list[str]:
    """a of a layer, after the helper column e where its activation has one."""
    activation, units = network.activation(number), network.layers[number - 2].units
    kinds = "ze" if activation.helper else "z"
    texts = [_texts(kinds, number, unit, units, cells) for unit in range(1, units + 1)]
    patterns = [activation.excel_helper] if activation.helper else []
    return [pattern.format(**text) for pattern in (*patterns, activation.excel) for text in texts]


def _texts(kinds: str, number: int, unit: int, units: int, cells: SymbolCells) -> dict[str, str]:
    """What a unit's formulas are filled with: its cells, ``z``, and the layer's ranges, ``zs``."""
    own = {kind: cells.value(f"{kind}{number}_{unit}") for kind in kinds}
    ranges = {f"{kind}s": cells.all_values(kind, number, units) for kind in kinds}
    return own | ranges


def _output_texts(network: Network, unit: int, cells: TrainingCells) -> dict[str, str]:
    """The same for an output, with its target."""
    kinds = "za" + ("e" if network.activation(network.last).helper else "")
    kinds += "m" if network.cost.margin else ""
    kinds += "c" if network.spreads else ""
    targets = {"t": cells.value(f"t{unit}"), "ts": cells.values("t1", f"t{network.outputs}")}
    return targets | _texts(kinds, network.last, unit, network.outputs, cells)


def _cost(network: Network, texts: list[dict[str, str]]) -> str:
    cost = network.cost
    if network.outputs == 1 and cost.excel_one:
        return cost.excel_one.format(**texts[0])
    terms = "+".join(cost.excel_term.format(**text) for text in texts)
    return cost.excel.format(terms=terms, **texts[0])


def right(t: str, a: str, outputs: int) -> str:
    """1 where the answer is right; the twin of ``network.right``."""
    if outputs == 1:
        return f"IF(IF({a}>=0.5,1,0)=IF({t}>=0.5,1,0),1,0)"
    return f"IF(MATCH(MAX({a}),{a},0)=MATCH(MAX({t}),{t},0),1,0)"


def backward(network: Network, cells: TrainingCells) -> list[str | None]:
    """c and δ from the last layer to the first, then ∂C/∂w and ∂C/∂b; None for fixed ones.

    Where gradients are summed, an example has none.
    """
    formulas: list[str | None] = []
    texts = [_output_texts(network, unit, cells) for unit in range(1, network.outputs + 1)]
    if network.spreads:
        formulas += [_product(network.cost.excel_slope.format(**text)) for text in texts]
    formulas += [_output_delta(network, text) for text in texts]
    for number, layer in reversed(list(network.numbered())[:-1]):
        formulas += [
            _hidden_delta(network, number, unit, cells) for unit in range(1, layer.units + 1)
        ]
    if network.summed:
        return formulas
    return formulas + _trained_only(
        network,
        [
            formula
            for number, layer in network.numbered()
            for formula in layer.gradient_formulas(number, network.output_labels(number - 1), cells)
        ],
    )


def _trained_only(network: Network, formulas: list[str]) -> list[str | None]:
    """One formula per parameter; None for parameters that aren't trained."""
    trained = network.trained.tolist()
    return [text if yes else None for text, yes in zip(formulas, trained, strict=True)]


def _output_delta(network: Network, text: dict[str, str]) -> str:
    """δ of an output: ∂C/∂a · σ'(z), or what that simplifies to."""
    cost, activation = network.cost, network.activation(network.last)
    if cost.slope is None:
        return "{a}-{t}".format(**text)
    if network.spreads:
        return "{a}*({c}-SUMPRODUCT({cs},{as}))".format(**text)
    return _product(cost.excel_slope.format(**text), activation.excel_slope.format(**text))


def _hidden_delta(network: Network, number: int, unit: int, cells: TrainingCells) -> str:
    """δ of a hidden unit: what the next layer passes back, times σ'(z)."""
    z, a = cells.value(f"z{number}_{unit}"), cells.value(f"a{number}_{unit}")
    passed = network.layers[number - 1].passed_back_formula(number + 1, unit, cells)
    return _product(passed, network.activation(number).excel_slope.format(z=z, a=a))


def _product(*factors: str) -> str:
    """A product; an empty factor is 1, and one that stands alone needs no brackets."""
    kept = [factor for factor in factors if factor]
    return "*".join(kept) if len(kept) > 1 else _bare(kept[0])


def _bare(text: str) -> str:
    """A text without the brackets around all of it."""
    inner = text[1:-1]
    if f"({inner})" != text:
        return text
    depths = accumulate((c == "(") - (c == ")") for c in inner)
    return text if any(depth < 0 for depth in depths) else inner


def parameters(layout: Layout, block: int) -> list[str]:
    """The parameters of a block: the starting values, then the update of the block above."""
    if block == 0:
        return [layout.on("parameters", address(*cell)) for cell in layout.parameters.cells]
    rule = layout.recipe.learning().rule
    formulas = []
    for place, is_trained in _places(layout):
        texts = _update_texts(layout, block - 1, place)
        formulas.append(rule.excel.format(**texts) if is_trained else texts["w"])
    return formulas


def states(layout: Layout, block: int) -> list[tuple[State, list[str | None]]]:
    """The states of the update rule after a block, from the top, one formula per parameter."""
    rows = []
    for state in layout.recipe.learning().states:
        formulas: list[str | None] = []
        for place, is_trained in _places(layout):
            texts = _update_texts(layout, block, place, sum_itself=state is DECAYED)
            formulas.append(state.excel.format(**texts) if is_trained else None)
        rows.append((state, formulas))
    return rows


def _places(layout: Layout) -> Iterable[tuple[tuple[int, int], bool]]:
    """The place of each parameter, and whether it is trained."""
    return zip(layout.training.places, layout.network.trained.tolist(), strict=True)


def rate(layout: Layout, block: int) -> str:
    """The learning rate of an update, where it changes."""
    number = address(layout.training.parameter_row(block), layout.training.counter)
    return layout.recipe.learning().schedule.excel.format(k=number)


def _update_texts(
    layout: Layout, block: int, place: tuple[int, int], *, sum_itself: bool = False
) -> dict[str, str]:
    """What the update's formulas for the parameter at a place are filled with."""
    training, learning, (row, column) = layout.training, layout.recipe.learning(), place
    texts = {
        "w": address(training.parameter_row(block) + row, column),
        "g": address(training.sum_row(block) + row, column),
        "k": f"${letters(training.counter)}{training.parameter_row(block)}",
        "eta": ETA,
    }
    if training.has_rate:
        texts["eta"] = f"${letters(training.rate_column)}${training.rate_row(block)}"
    for name in training.states:
        texts[name] = address(training.state_row(block, name) + row, column)
        above = address(training.state_row(block - 1, name) + row, column) if block else "0"
        texts[f"{name}_old"] = above
    if learning.gradient and not sum_itself:
        texts["g"] = texts[learning.gradient]
    return texts


def measures(layout: Layout, block: int) -> dict[str, str]:
    """C_T and the share of right answers, by the label of their column."""
    cells = TrainingCells(layout.training, block)
    formulas = {"C": f"SUM({cells.examples('C', 'C')})"}
    if layout.network.answers:
        answers = cells.examples("right", "right")
        formulas["right"] = f'SUM({answers})/COUNTIF({answers},">=0")'
    return formulas


def gradient_sums(layout: Layout, block: int) -> list[str | None]:
    """Σ∂C/∂w of each parameter; None for those that aren't trained."""
    network, cells = layout.network, TrainingCells(layout.training, block)
    if network.summed:
        formulas = [
            formula
            for number, layer in network.numbered()
            for formula in layer.gradient_sum_formulas(
                number, network.output_labels(number - 1), cells
            )
        ]
    else:
        labels = [f"g_{label}" for label in network.all_parameter_labels]
        formulas = [f"SUM({cells.examples(label, label)})" for label in labels]
    return _trained_only(network, formulas)

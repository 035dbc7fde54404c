"""The formulas of the Training sheet: the network's pass, stage by stage, as Excel text.

The order is that of ``Network.forward`` and ``Network.backward``; ``{r}`` stands for the row of
the formula itself.
"""

from collections.abc import Iterable

from xlbackprop.network.network import Network
from xlbackprop.network.text import divided, number_at, positive, product
from xlbackprop.network.updates import DECAYED, KEPT, State
from xlbackprop.sheets.plan.layout import ETA, Layout
from xlbackprop.sheets.plan.training import SymbolCells, UpdateLayout
from xlbackprop.words.notation import target_labels
from xlbackprop.workbook.address import address, letters


def lookups(layout: Layout, column: int, first: int | None = None) -> list[str]:
    """x and t of the row's example on the Data sheet.

    They are looked up by its number in a column, but where the examples stand in the rows from
    ``first`` on in the order of Data: those of mini-batches may be chosen anew.
    """
    data, number = layout.data, f"${letters(column)}{{r}}"
    of_data = map(letters, data.seen)
    if layout.examples == 1:  # spreadsheets disagree on INDEX of a single cell
        return [layout.on("data", f"{letter}${data.top}") for letter in of_data]
    if first is not None and layout.in_order:
        shift = f"{data.top - first:+d}" if data.top != first else ""
        return [layout.on("data", f"{letter}{{r{shift}}}") for letter in of_data]
    return [
        number_at(layout.on("data", f"{letter}${data.top}:{letter}${data.bottom}"), number)
        for letter in of_data
    ]


def outputs(network: Network, cells: SymbolCells) -> list[str]:
    """z, e and a of each layer."""
    formulas: list[str] = []
    for number, layer in network.numbered():
        formulas += layer.value_formulas(network.place(number), network.source(number), cells)
        if layer.activation:
            formulas += _activated(network, number, cells)
    return formulas


def forward(network: Network, cells: SymbolCells) -> list[str]:
    """z, e and a of each layer, m, C, and whether the answer is right."""
    formulas = outputs(network, cells)
    texts = _output_texts(network, cells)
    if network.cost.margin:
        formulas += [network.cost.excel_margin.format(**text) for text in texts]
    formulas.append(_cost(network, texts))
    if network.answers:
        formulas.append(right(texts[0]["ts"], texts[0]["as"], network.outputs))
    return formulas


def _activated(network: Network, number: int, cells: SymbolCells) -> list[str]:
    """a of a layer, after the helper column e where its activation has one."""
    activation, kinds = network.activation(number), network.kinds(number)[:-1]
    texts = _texts(network, kinds, number, cells)
    patterns = [activation.excel_helper] if activation.helper else []
    return [pattern.format(**text) for pattern in (*patterns, activation.excel) for text in texts]


def _texts(network: Network, kinds: str, number: int, cells: SymbolCells) -> list[dict[str, str]]:
    """What each unit's formulas are filled with: its cells, ``z``, and the layer's, ``zs``."""
    labels = {kind: network.unit_labels(kind, number) for kind in kinds}
    ranges = {f"{kind}s": cells.values(own[0], own[-1]) for kind, own in labels.items()}
    if "m" in kinds:
        ranges["lacking"] = positive(map(cells.value, labels["m"]))
    units = range(len(network.output_labels(number)))
    return [ranges | {kind: cells.value(labels[kind][u]) for kind in kinds} for u in units]


def _output_texts(network: Network, cells: SymbolCells) -> list[dict[str, str]]:
    """The same for the outputs, with their targets."""
    kinds = network.kinds(network.last)
    kinds += "m" if network.cost.margin else ""
    kinds += "c" if network.spreads else ""
    targets = target_labels(network.outputs)
    all_targets = {"ts": cells.values(targets[0], targets[-1])}
    return [
        all_targets | {"t": cells.value(target)} | text
        for target, text in zip(targets, _texts(network, kinds, network.last, cells), strict=True)
    ]


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


def backward(network: Network, cells: SymbolCells) -> list[str | None]:
    """c and δ from the last layer to the first, then ∂C/∂w and ∂C/∂b; None for fixed ones.

    Where gradients are summed, an example has none.
    """
    formulas: list[str | None] = []
    texts = _output_texts(network, cells)
    if network.spreads:
        formulas += [product(network.cost.excel_slope.format(**text)) for text in texts]
    formulas += [_output_delta(network, text) for text in texts]
    for number, _ in reversed(list(network.numbered())[:-1]):
        formulas += _hidden_deltas(network, number, cells)
    if network.summed:
        return formulas
    return formulas + _trained_only(
        network,
        [
            formula
            for number, layer in network.numbered()
            for formula in layer.gradient_formulas(
                network.place(number), network.source(number), cells
            )
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
        return product(cost.excel_delta.format(**text))
    if network.spreads:
        return "{a}*({c}-SUMPRODUCT({cs},{as}))".format(**text)
    return product(cost.excel_slope.format(**text), activation.excel_slope.format(**text))


def _hidden_deltas(network: Network, number: int, cells: SymbolCells) -> list[str]:
    """δ of the hidden units of a layer: what the next layer passes back, times σ'(z)."""
    following, source = network.layers[number - 1], network.source(number + 1)
    passed = following.passed_back_formulas(network.place(number + 1), source, cells)
    if not network.layers[number - 2].activation:
        return [product(back) for back in passed]
    slope, texts = network.activation(number).excel_slope, _texts(network, "za", number, cells)
    return [product(back, slope.format(**text)) for back, text in zip(passed, texts, strict=True)]


def parameters(layout: Layout, block: int) -> list[str]:
    """The parameters of a block: the starting values, then the update of the block above."""
    if block == 0:
        return start(layout)
    return updated(layout, layout.training, block)


def start(layout: Layout) -> list[str]:
    """The starting parameters."""
    return [layout.on("parameters", address(*cell)) for cell in layout.parameters.cells]


def updated(layout: Layout, sheet: UpdateLayout, block: int) -> list[str]:
    """The parameters of a block after the first: the update of the block above."""
    rule = layout.recipe.learning().rule
    formulas = []
    for place, is_trained in _places(layout, sheet):
        texts = _update_texts(layout, sheet, block - 1, place)
        formulas.append(rule.excel.format(**texts) if is_trained else texts["w"])
    return formulas


def states(layout: Layout, sheet: UpdateLayout, block: int) -> list[tuple[State, list[str | None]]]:
    """The states of the update rule after a block, from the top, one formula per parameter."""
    rows, learning = [], layout.recipe.learning()
    decays = (layout.network.weights | learning.decays_biases).tolist()
    for state in learning.states:
        formulas: list[str | None] = []
        for (place, is_trained), decaying in zip(_places(layout, sheet), decays, strict=True):
            texts = _update_texts(layout, sheet, block, place, sum_itself=state is DECAYED)
            excel = KEPT if state is DECAYED and not decaying else state.excel
            formulas.append(excel.format(**texts) if is_trained else None)
        rows.append((state, formulas))
    return rows


def _places(layout: Layout, sheet: UpdateLayout) -> Iterable[tuple[tuple[int, int], bool]]:
    """The place of each parameter, and whether it is trained."""
    return zip(sheet.places, layout.network.trained.tolist(), strict=True)


def rate(layout: Layout, block: int) -> str:
    """The learning rate of an update, where it changes."""
    number = address(layout.training.parameter_row(block), layout.training.counter)
    return layout.recipe.learning().schedule.excel.format(k=number, eta=ETA)


def _update_texts(
    layout: Layout,
    sheet: UpdateLayout,
    block: int,
    place: tuple[int, int],
    *,
    sum_itself: bool = False,
) -> dict[str, str]:
    """What the update's formulas for the parameter at a place are filled with."""
    learning, (row, column) = layout.recipe.learning(), place
    texts = {
        "w": address(sheet.parameter_row(block) + row, column),
        "g": address(sheet.sum_row(block) + row, column),
        "k": sheet.counter_cell(block),
        "eta": sheet.rate_cell(block) or ETA,
    }
    for name in sheet.states:
        texts[name] = address(sheet.state_row(block, name) + row, column)
        above = address(sheet.state_row(block - 1, name) + row, column) if block else "0"
        texts[f"{name}_old"] = above
    if learning.gradient and not sum_itself:
        texts["g"] = texts[learning.gradient]
    return texts


def measures(layout: Layout, block: int) -> dict[str, str]:
    """C_T and the share of right answers, by the label of their column."""
    cells = layout.training.cells(block)
    formulas = {"C": total_cost(layout.network, cells)}
    if layout.network.answers:
        formulas["right"] = f"AVERAGE({cells.examples('right', 'right')})"
    return formulas


def total_cost(network: Network, cells: SymbolCells) -> str:
    """C_T of a block: the sum of C over its examples, or that divided by their number."""
    [total] = totals(network, [f"SUM({cells.examples('C', 'C')})"], cells.size)
    return total


def totals(network: Network, sums: list[str], examples: int | str) -> list[str]:
    """Sums over the examples as they are, or divided by the number of examples."""
    return [divided(text, examples) for text in sums] if network.averaged else sums


def gradient_sums(layout: Layout, block: int) -> list[str | None]:
    """Σ∂C/∂w of each parameter, or the mean; None for those that aren't trained."""
    network, cells = layout.network, layout.training.cells(block)
    if network.summed:
        return summed_gradients(network, cells)
    labels = [f"g_{label}" for label in network.all_parameter_labels]
    sums = [f"SUM({cells.examples(label, label)})" for label in labels]
    return _trained_only(network, totals(network, sums, cells.size))


def summed_gradients(network: Network, cells: SymbolCells) -> list[str | None]:
    """The same from δ of the examples, where no example has a gradient of its own."""
    formulas = [
        formula
        for number, layer in network.numbered()
        for formula in layer.gradient_sum_formulas(
            network.place(number), network.source(number), cells
        )
    ]
    return _trained_only(network, totals(network, formulas, cells.size))


def training_column(layout: Layout, column: int) -> str:
    """A column of Training from row 1 on, so that the number of a row finds what stands there."""
    training = layout.training
    letter, bottom = letters(column), training.last_row + training.depth - 1
    return layout.on("training", f"${letter}$1:${letter}${bottom}")

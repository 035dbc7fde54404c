"""The formulas of the Training sheet: the network's pass, stage by stage, as Excel text.

The order is that of ``Network.forward`` and ``Network.backward``; ``{r}`` stands for the row of
the formula itself.
"""

from xlbackprop.network.network import Network
from xlbackprop.network.updates import DECAYED, State
from xlbackprop.sheets.layout import ETA, Layout, TrainingCells
from xlbackprop.workbook.address import address, letters


def lookups(layout: Layout) -> list[str]:
    """x and t of the row's example, looked up on the Data sheet by the example's number."""
    data, number = layout.data, f"${letters(layout.training.EXAMPLE)}{{r}}"
    columns = map(letters, range(data.x, data.last_column + 1))
    if layout.examples == 1:  # spreadsheets disagree on INDEX of a single cell
        return [layout.on("data", f"{column}${data.top}") for column in columns]
    return [
        f"INDEX({layout.on('data', f'{column}${data.top}:{column}${data.bottom}')},{number})"
        for column in columns
    ]


def forward(network: Network, cells: TrainingCells) -> list[str]:
    """z, e and a of each layer, m, C, and whether the answer is right."""
    formulas: list[str] = []
    for number, layer in network.numbered():
        before = network.output_labels(number - 1)
        formulas += [
            layer.weighted_input_formula(number, unit, before, cells)
            for unit in range(1, layer.units + 1)
        ]
        formulas += _activated(network, number, cells)
    texts = [_output_texts(network, unit, cells) for unit in range(1, network.outputs + 1)]
    if network.cost.margin:
        formulas += [network.cost.excel_margin.format(**text) for text in texts]
    formulas.append(_cost(network, texts))
    if network.answers:
        formulas.append(right(texts[0]["ts"], texts[0]["as"], network.outputs))
    return formulas


def _activated(network: Network, number: int, cells: TrainingCells) -> list[str]:
    """a of a layer, after the helper column e where its activation has one."""
    activation, units = network.activation(number), network.layers[number - 2].units
    kinds = "ze" if activation.helper else "z"
    texts = [_texts(kinds, number, unit, units, cells) for unit in range(1, units + 1)]
    patterns = [activation.excel_helper] if activation.helper else []
    return [pattern.format(**text) for pattern in (*patterns, activation.excel) for text in texts]


def _texts(kinds: str, number: int, unit: int, units: int, cells: TrainingCells) -> dict[str, str]:
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
    """c and δ from the last layer to the first, then ∂C/∂w and ∂C/∂b; None for fixed ones."""
    formulas: list[str | None] = []
    texts = [_output_texts(network, unit, cells) for unit in range(1, network.outputs + 1)]
    if network.spreads:
        formulas += [network.cost.excel_slope.format(**text) for text in texts]
    formulas += [_output_delta(network, text) for text in texts]
    for number, layer in reversed(list(network.numbered())[:-1]):
        formulas += [
            _hidden_delta(network, number, unit, cells) for unit in range(1, layer.units + 1)
        ]
    gradients = [
        formula
        for number, layer in network.numbered()
        for formula in layer.gradient_formulas(number, network.output_labels(number - 1), cells)
    ]
    trained = network.trained.tolist()
    return formulas + [
        formula if is_trained else None
        for formula, is_trained in zip(gradients, trained, strict=True)
    ]


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
    """A product; an empty factor is 1."""
    return "*".join(factor for factor in factors if factor)


def parameters(layout: Layout, step: int) -> list[str]:
    """The parameters of a block: the starting values, then the update of the block above."""
    if step == 0:
        return [layout.on("parameters", address(*cell)) for cell in layout.parameters.cells]
    training, rule = layout.training, layout.recipe.learning().rule
    formulas = []
    for column, is_trained in enumerate(layout.network.trained.tolist(), training.first_parameter):
        texts = _update_texts(layout, step - 1, column)
        formulas.append(rule.excel.format(**texts) if is_trained else texts["w"])
    return formulas


def states(layout: Layout, step: int) -> list[tuple[State, list[str | None]]]:
    """The states of the update rule after a step, from the top, one formula per parameter."""
    training, learning = layout.training, layout.recipe.learning()
    rows = []
    for state in learning.states:
        formulas: list[str | None] = []
        for column, is_trained in enumerate(
            layout.network.trained.tolist(), training.first_parameter
        ):
            texts = _update_texts(layout, step, column, sum_itself=state is DECAYED)
            formulas.append(state.excel.format(**texts) if is_trained else None)
        rows.append((state, formulas))
    return rows


def rate(layout: Layout, step: int) -> str:
    """The learning rate of a step, where it changes."""
    number = address(layout.training.parameter_row(step), layout.training.EPOCH)
    return layout.recipe.learning().schedule.excel.format(k=number)


def _update_texts(
    layout: Layout, step: int, column: int, *, sum_itself: bool = False
) -> dict[str, str]:
    """What the update's formulas for the parameter of a column are filled with."""
    training, learning = layout.training, layout.recipe.learning()
    texts = {
        "w": address(training.parameter_row(step), column),
        "g": address(training.sum_row(step), column),
        "k": f"${letters(training.EPOCH)}{training.parameter_row(step)}",
        "eta": ETA,
    }
    if training.has_rate:
        texts["eta"] = f"${letters(training.first_parameter)}${training.rate_row(step)}"
    for name in training.states:
        texts[name] = address(training.state_row(step, name), column)
        above = address(training.state_row(step - 1, name), column) if step else "0"
        texts[f"{name}_old"] = above
    if learning.gradient and not sum_itself:
        texts["g"] = texts[learning.gradient]
    return texts


def sums(layout: Layout, step: int) -> dict[int, str]:
    """The row of sums by column: C_T, the share of right answers, Σ∂C/∂w."""
    training = layout.training
    top, bottom = training.first_example(step), training.sum_row(step) - 1

    def examples(column: int) -> str:
        return f"{address(top, column)}:{address(bottom, column)}"

    cost = training.columns["C"]
    formulas = {cost: f"SUM({examples(cost)})"}
    if layout.network.answers:
        answers = training.columns["right"]
        formulas[answers] = f'SUM({examples(answers)})/COUNTIF({examples(answers)},">=0")'
    if step < training.epochs:
        trained = layout.network.trained.tolist()
        formulas |= {
            column: f"SUM({examples(column)})"
            for column, is_trained in enumerate(trained, training.first_parameter)
            if is_trained
        }
    return formulas

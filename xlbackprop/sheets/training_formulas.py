"""The formulas of the Training sheet: the network's pass, stage by stage, as Excel text.

The order is that of ``Network.forward`` and ``Network.backward``; ``{r}`` stands for the row of
the formula itself.
"""

from xlbackprop.network.network import Network
from xlbackprop.network.updates import UpdateRule
from xlbackprop.notation import target_labels, unit_labels
from xlbackprop.sheets.layout import ETA, Layout, TrainingCells
from xlbackprop.workbook.address import address, letters


def lookups(layout: Layout) -> list[str]:
    """x and t of the row's example, looked up on the Data sheet by the example's number."""
    data, number = layout.data, f"${letters(layout.training.EXAMPLE)}{{r}}"
    columns = map(letters, range(data.inputs, data.last_column + 1))
    if layout.examples == 1:  # spreadsheets disagree on INDEX of a single cell
        return [layout.on("data", f"{column}${data.TOP}") for column in columns]
    return [
        f"INDEX({layout.on('data', f'{column}${data.TOP}:{column}${data.bottom}')},{number})"
        for column in columns
    ]


def forward(network: Network, cells: TrainingCells) -> list[str]:
    """z and a of each layer, C, and whether the answer is right."""
    formulas: list[str] = []
    for number, layer in network.numbered():
        before = network.output_labels(number - 1)
        formulas += [
            layer.weighted_input_formula(number, unit, before, cells)
            for unit in range(1, layer.units + 1)
        ]
        formulas += [
            network.activation(number).excel.format(z=cells.value(z))
            for z in unit_labels("z", number, layer.units)
        ]
    outputs = network.output_labels(network.last)
    targets = target_labels(len(outputs))
    t, a = cells.values(targets[0], targets[-1]), cells.values(outputs[0], outputs[-1])
    cost = network.cost.excel_one if len(outputs) == 1 else network.cost.excel
    return [*formulas, cost.format(t=t, a=a), right(t, a, len(outputs))]


def right(t: str, a: str, outputs: int) -> str:
    """1 where the answer is right; the twin of ``network.right``."""
    if outputs == 1:
        return f"IF(IF({a}>=0.5,1,0)=IF({t}>=0.5,1,0),1,0)"
    return f"IF(MATCH(MAX({a}),{a},0)=MATCH(MAX({t}),{t},0),1,0)"


def backward(network: Network, cells: TrainingCells) -> list[str | None]:
    """δ from the last layer to the first, then ∂C/∂w and ∂C/∂b; None for fixed parameters."""
    formulas: list[str | None] = []
    for number, layer in reversed(list(network.numbered())):
        formulas += [delta(network, number, unit, cells) for unit in range(1, layer.units + 1)]
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


def delta(network: Network, number: int, unit: int, cells: TrainingCells) -> str:
    """δ = ∂C/∂a · σ'(z) of one unit."""
    z, a = cells.value(f"z{number}_{unit}"), cells.value(f"a{number}_{unit}")
    if number == network.last:
        slope = network.cost.excel_slope.format(t=cells.value(f"t{unit}"), a=a)
    else:
        following = network.layers[number - 1]
        slope = following.passed_back_formula(number + 1, unit, cells)
    return f"{slope}*{network.activation(number).excel_slope.format(z=z, a=a)}"


def parameters(layout: Layout, rule: UpdateRule, step: int) -> list[str]:
    """The parameters of a block: the starting values, then the update of the block above."""
    if step == 0:
        return [layout.on("parameters", address(*cell)) for cell in layout.parameters.cells]
    training, trained = layout.training, layout.network.trained.tolist()
    formulas = []
    for column, is_trained in enumerate(trained, training.first_parameter):
        w = address(training.parameter_row(step - 1), column)
        g = address(training.sum_row(step - 1), column)
        formulas.append(rule.excel.format(w=w, g=g, eta=ETA) if is_trained else w)
    return formulas


def sums(layout: Layout, step: int) -> dict[int, str]:
    """The row of sums by column: C_T, the share of right answers, Σ∂C/∂w."""
    training = layout.training
    top, bottom = training.first_example(step), training.sum_row(step) - 1

    def examples(column: int) -> str:
        return f"{address(top, column)}:{address(bottom, column)}"

    cost, answers = training.columns["C"], training.columns["right"]
    formulas = {
        cost: f"SUM({examples(cost)})",
        answers: f'SUM({examples(answers)})/COUNTIF({examples(answers)},">=0")',
    }
    if step < training.epochs:
        trained = layout.network.trained.tolist()
        formulas |= {
            column: f"SUM({examples(column)})"
            for column, is_trained in enumerate(trained, training.first_parameter)
            if is_trained
        }
    return formulas

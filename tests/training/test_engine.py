"""Training, against a worked example, finite differences, another library and plain numpy.

The network is written three times here, without the package: as a sheet that recalculates around a
planted fault, in autograd, and inside the finite differences. The networks are of sigmoids except
where outputs have columns of their own; test_any_network.py has every other function.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from xlbackprop.api import load
from xlbackprop.judge.restage import restage
from xlbackprop.recipe.read import from_mapping
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.training.engine import run
from xlbackprop.training.trace import Trace

Array = np.ndarray
SEEDS = pytest.mark.parametrize("seed", range(16))


def _recipe(seed: int, **changes: Any) -> Recipe:
    """A network of 1 to 4 layers of 1 to 5 units on random data, some biases fixed.

    Of even seeds the targets are shares, so that answers are right or wrong; of odd ones numbers.
    """
    random = np.random.default_rng(seed)
    depth, inputs, examples = random.integers(1, 5), random.integers(1, 6), random.integers(1, 7)
    units = random.integers(1, 6, depth).tolist()
    names = [f"in{i}" for i in range(inputs)]
    targets = [f"out{k}" for k in range(units[-1])]
    table = random.uniform(-1, 1, (examples, inputs + units[-1]))
    if seed % 2 == 0:
        table[:, inputs:] = np.abs(table[:, inputs:])
    else:
        table[0, -1] = -0.5
    content = {
        "data": {"columns": names + targets, "rows": table.tolist()},
        "targets": targets,
        "layers": [
            {"units": count, "bias": str(random.choice(["trained", "trained", "fixed"]))}
            for count in units
        ],
        "eta": 0.7,
        "epochs": 4,
        "seed": seed,
    }
    return from_mapping(content | changes)


def _shapes(recipe: Recipe) -> list[tuple[int, int]]:
    """(units, inputs + 1) of each layer: in a row of parameters the bias follows the weights."""
    widths = recipe.widths()
    return [(widths[i + 1], widths[i] + 1) for i in range(len(widths) - 1)]


def _tables(recipe: Recipe, parameters: Any) -> list[Any]:
    """A row of parameters as one table per layer, weights and the bias last."""
    tables, start = [], 0
    for units, width in _shapes(recipe):
        tables.append(parameters[start : start + units * width].reshape(units, width))
        start += units * width
    return tables


def _costs(recipe: Recipe, parameters: Any, numpy: Any = np) -> Any:
    """C of each example, (examples,): σ of weighted sums, layer by layer, and half a square."""
    a = recipe.x()
    for table in _tables(recipe, parameters):
        z = numpy.dot(a, table[:, :-1].T) + table[:, -1]
        a = 1 / (1 + numpy.exp(-z))
    return numpy.sum((recipe.t() - a) ** 2, axis=1) / 2


def _trained(recipe: Recipe) -> Array:
    rows = []
    for layer, (units, width) in zip(recipe.layers, _shapes(recipe), strict=True):
        unit = [True] * (width - 1) + [layer.bias == "trained"]
        rows += unit * units
    return np.array(rows)


# A worked example, published in full precision.


def test_the_worked_example_costs_what_was_published_before_and_after_one_step() -> None:
    trace = run(load("worked-example", epochs=1))
    assert trace.cost.tolist() == pytest.approx(
        [0.2983711087600027, 0.29102777369359933], rel=1e-12
    )


def test_the_worked_example_has_the_published_weights_after_one_step() -> None:
    after = run(load("worked-example", epochs=1)).parameters.loc[2]
    wanted = {
        "w2_1_1": 0.1497807161327628,
        "w2_1_2": 0.19956143226552567,
        "w2_2_1": 0.24975114363236958,
        "w2_2_2": 0.29950228726473915,
        "w3_1_1": 0.35891647971788465,
        "w3_1_2": 0.4086661860762334,
        "w3_2_1": 0.5113012702387375,
        "w3_2_2": 0.5613701211079891,
    }
    assert {label: after[label] for label in wanted} == pytest.approx(wanted, rel=1e-12)


def test_the_worked_example_keeps_its_biases() -> None:
    parameters = run(load("worked-example", epochs=5)).parameters
    assert (parameters[["b2_1", "b2_2"]] == 0.35).all(axis=None)
    assert (parameters[["b3_1", "b3_2"]] == 0.60).all(axis=None)


# Gradients.


@SEEDS
def test_each_sum_of_gradients_is_the_central_difference_of_the_total_cost(seed: int) -> None:
    recipe = _recipe(seed)
    trace, h = run(recipe), 1e-5
    for row in range(recipe.epochs + 1):
        parameters = trace.parameter_values[row]
        for p in np.flatnonzero(_trained(recipe)):
            step = np.zeros(len(parameters))
            step[p] = h
            above = _costs(recipe, parameters + step).sum()
            below = _costs(recipe, parameters - step).sum()
            # h² times the third derivative, and rounding of C_T over 2h, are both below 1e-9.
            assert trace.gradient[row, p] == pytest.approx((above - below) / (2 * h), abs=1e-9)


@SEEDS
def test_gradients_of_each_example_agree_with_autograd(seed: int) -> None:
    recipe = _recipe(seed)
    trace = run(recipe)
    jacobian = autograd.jacobian(lambda parameters: _costs(recipe, parameters, anp))
    found = np.concatenate(
        [trace.group(f"g{number}") for number, _ in trace.network.numbered()], axis=-1
    )
    for row in range(recipe.epochs + 1):
        wanted = jacobian(trace.parameter_values[row]) * _trained(recipe)
        each = found[trace.steps.rows(row)]
        np.testing.assert_allclose(each, wanted, rtol=1e-12, atol=1e-12)


@SEEDS
def test_a_training_agrees_with_one_that_autograd_derives(seed: int) -> None:
    recipe = _recipe(seed, epochs=6)
    trace = run(recipe)
    slope = autograd.grad(lambda parameters: _costs(recipe, parameters, anp).sum())
    parameters, trained = recipe.start_parameters(), _trained(recipe)
    close = {"rtol": 1e-12, "atol": 1e-12}
    for row in range(recipe.epochs + 1):
        gradient = slope(parameters) * trained
        np.testing.assert_allclose(trace.parameter_values[row], parameters, **close)
        np.testing.assert_allclose(trace.gradient[row], gradient, **close)
        np.testing.assert_allclose(trace.cost[row], _costs(recipe, parameters).sum(), **close)
        norm = np.sqrt(sum(value**2 for value in gradient.tolist()))
        np.testing.assert_allclose(trace.gradient_norm()[row], norm, **close)
        parameters = parameters - recipe.eta * gradient


# A sheet that recalculates, with one cell that somebody typed over.

Plant = Callable[[str, int, Array], Array]


def _keep(name: str, row: int, computed: Array) -> Array:
    return computed


def _sheet(recipe: Recipe, plant: Plant = _keep) -> Trace:
    """A sheet's numbers by plain numpy; ``plant`` may change a stage, and what follows follows."""
    empty = run(recipe)
    values = np.full_like(empty.values, np.nan)
    rows, last = recipe.epochs + 1, len(recipe.layers) + 1
    parameters, gradient = np.empty_like(empty.parameter_values), np.empty_like(empty.gradient)
    cost, accuracy = np.empty(rows), np.empty(rows)
    following = recipe.start_parameters()
    for row in range(rows):

        def put(name: str, computed: Array, row: int = row) -> Array:
            block = values[empty.steps.rows(row)]
            block[:, empty.slices[name]] = plant(name, row, computed.copy())
            return block[:, empty.slices[name]]

        parameters[row] = plant("parameter", row, following.copy())
        tables = dict(enumerate(_tables(recipe, parameters[row]), 2))
        t, outputs = put("t", recipe.t()), {1: put("x", recipe.x())}
        for layer, table in tables.items():
            z = put(f"z{layer}", outputs[layer - 1] @ table[:, :-1].T + table[:, -1])
            if layer < last or recipe.layers[-1].activation == "sigmoid":
                outputs[layer] = put(f"a{layer}", 1 / (1 + np.exp(-z)))
        right = np.full((1, 1), np.nan)
        if (recipe.cost, recipe.layers[-1].activation) == ("squared-error", "sigmoid"):
            a = outputs[last]
            c = put("C", ((t - a) ** 2).sum(axis=1, keepdims=True) / 2)

            def delta(a: Array = a, t: Array = t) -> Array:
                return (a - t) * a * (1 - a)
        else:
            a, c, delta = _other_outputs(recipe, last, t, z, put)
            outputs[last] = a
        if "right" in empty.slices:
            answers = _answers(a) == _answers(t)
            right = put("right", answers[:, None].astype(float))
        sums, deltas = [], {last: put(f"d{last}", delta())}
        for layer in range(last - 1, 1, -1):
            a = outputs[layer]
            slope = deltas[layer + 1] @ tables[layer + 1][:, :-1]
            deltas[layer] = put(f"d{layer}", slope * a * (1 - a))
        for layer, table in tables.items():
            rows_of_units = [
                np.column_stack([deltas[layer][:, [j]] * outputs[layer - 1], deltas[layer][:, j]])
                for j in range(len(table))
            ]
            start = sum(units * width for units, width in _shapes(recipe)[: layer - 2])
            mask = _trained(recipe)[start : start + table.size]
            sums.append(put(f"g{layer}", np.hstack(rows_of_units) * mask).sum(axis=0))
        gradient[row] = plant("sum", row, np.concatenate(sums))
        cost[row] = plant("C_T", row, c.sum(keepdims=True)[0])[0]
        accuracy[row] = plant("accuracy", row, right.mean(keepdims=True)[0])[0]
        following = parameters[row] - recipe.eta * gradient[row] * _trained(recipe)
    return replace(
        empty,
        values=values,
        parameter_values=parameters,
        cost=cost,
        accuracy=accuracy,
        gradient=gradient,
    )


def _other_outputs(
    recipe: Recipe, last: int, t: Array, z: Array, put: Callable[[str, Array], Array]
) -> tuple[Array, Array, Callable[[], Array]]:
    """Outputs with columns of their own: a, C, and how to get δ once it is δ's turn."""
    if recipe.cost == "hinge":  # with linear outputs
        a = put(f"a{last}", z)
        m = put(f"m{last}", a - (t * a).sum(axis=1, keepdims=True) + 1)
        c = put("C", (m * (m > 0)).sum(axis=1, keepdims=True) - 1)
        return a, c, lambda: (m > 0) - t * (m > 0).sum(axis=1, keepdims=True)
    e = put(f"e{last}", np.exp(z - z.max(axis=1, keepdims=True)))
    a = put(f"a{last}", e / e.sum(axis=1, keepdims=True))
    if recipe.cost == "cross-entropy":
        largest, own = z.max(axis=1, keepdims=True), (t * z).sum(axis=1, keepdims=True)
        c = put("C", largest + np.log(e.sum(axis=1, keepdims=True)) - own)
        return a, c, lambda: a - t
    c = put("C", ((t - a) ** 2).sum(axis=1, keepdims=True) / 2)

    def spread() -> Array:
        slope = put(f"c{last}", a - t)
        return a * (slope - (slope * a).sum(axis=1, keepdims=True))

    return a, c, spread


def _answers(outputs: Array) -> Array:
    return outputs[:, 0] >= 0.5 if outputs.shape[1] == 1 else outputs.argmax(axis=1)


def _restaged(recipe: Recipe, live: Trace) -> Trace:
    return _restaged_from(recipe, live, recipe.start_parameters())


def _restaged_from(recipe: Recipe, live: Trace, start: np.ndarray) -> Trace:
    settings = dict(recipe.settings)
    return restage(
        live,
        recipe.learning(),
        eta=recipe.eta,
        settings=settings,
        start=start,
        x=recipe.x()[live.steps.numbers - 1],
        t=recipe.t()[live.steps.numbers - 1],
    )


def _differences(live: Trace, expected: Trace) -> list[tuple[str, ...]]:
    """Where two traces differ by the rule of the check: 1e-12, absolute and relative."""
    found = []
    for part in ("values", "parameter_values", "cost", "accuracy", "gradient"):
        a, b = getattr(live, part), getattr(expected, part)
        assert a.shape == b.shape
        wrong = ~((np.abs(a - b) <= 1e-12 + 1e-12 * np.abs(b)) | (np.isnan(a) & np.isnan(b)))
        found += [(part, *map(int, place)) for place in zip(*np.nonzero(wrong), strict=True)]
    return found


@SEEDS
def test_a_training_agrees_with_a_sheet_of_plain_numpy(seed: int) -> None:
    recipe = _recipe(seed)
    assert _differences(run(recipe), _sheet(recipe)) == []


@SEEDS
def test_restaging_a_right_trace_gives_it_back(seed: int) -> None:
    recipe = _recipe(seed)
    live = run(recipe)
    assert _differences(live, _restaged(recipe, live)) == []


def test_restaging_stays_exact_where_training_is_unstable() -> None:
    recipe = load("backprop", eta=50.0, epochs=300)
    live = run(recipe)
    assert _differences(live, _restaged(recipe, live)) == []


STAGES = ["x", "t", "z2", "z4", "a2", "a4", "C", "right", "d4", "d3", "d2", "g2", "g3", "g4"]


@pytest.mark.parametrize("row", [0, 2, 4])
@pytest.mark.parametrize("stage", STAGES)
def test_a_fault_planted_in_a_stage_is_found_there_and_nowhere_else(stage: str, row: int) -> None:
    recipe = _three_layers()

    def plant(name: str, at: int, computed: Array) -> Array:
        if (name, at) == (stage, row):
            computed[1, -1] += 0.25
        return computed

    live = _sheet(recipe, plant)
    column = live.slices[stage].stop - 1
    assert _differences(live, _restaged(recipe, live)) == [
        ("values", live.steps.rows(row).start + 1, column)
    ]


OTHER_STAGES = [
    *(("cross-entropy", "softmax", stage) for stage in ("z4", "e4", "a4", "C", "d4", "d3")),
    *(("squared-error", "softmax", stage) for stage in ("e4", "a4", "C", "c4", "d4", "d3")),
    *(("hinge", "linear", stage) for stage in ("z4", "a4", "m4", "C", "right", "d4", "d3")),
]


@pytest.mark.parametrize(("cost", "activation", "stage"), OTHER_STAGES)
def test_a_fault_planted_in_a_column_of_other_outputs_is_found_there_and_nowhere_else(
    cost: str, activation: str, stage: str
) -> None:
    recipe = _three_layers(cost, activation)
    assert _differences(run(recipe), _sheet(recipe)) == []

    def plant(name: str, at: int, computed: Array) -> Array:
        if (name, at) == (stage, 2):
            computed[1, -1] += 0.25
        return computed

    live = _sheet(recipe, plant)
    column = live.slices[stage].stop - 1
    assert _differences(live, _restaged(recipe, live)) == [
        ("values", live.steps.rows(2).start + 1, column)
    ]


@pytest.mark.parametrize("row", [0, 2, 4])
@pytest.mark.parametrize(
    ("stage", "part"), [("parameter", "parameter_values"), ("sum", "gradient")]
)
@pytest.mark.parametrize("place", [0, 5, 13])
def test_a_fault_planted_in_a_parameter_or_a_sum_is_found_there_and_nowhere_else(
    stage: str, part: str, row: int, place: int
) -> None:
    recipe = _three_layers()

    def plant(name: str, at: int, computed: Array) -> Array:
        if (name, at) == (stage, row):
            computed[place] += 0.25
        return computed

    live = _sheet(recipe, plant)
    assert _differences(live, _restaged(recipe, live)) == [(part, row, place)]


@pytest.mark.parametrize(("stage", "part"), [("C_T", "cost"), ("accuracy", "accuracy")])
def test_a_fault_planted_in_a_total_is_found_there_and_nowhere_else(stage: str, part: str) -> None:
    recipe = _three_layers()

    def plant(name: str, at: int, computed: Array) -> Array:
        return computed + 0.25 if (name, at) == (stage, 3) else computed

    live = _sheet(recipe, plant)
    assert _differences(live, _restaged(recipe, live)) == [(part, 3)]


@pytest.mark.parametrize("part", ["parameter_values", "cost", "accuracy", "gradient"])
def test_a_fault_that_nothing_follows_is_found_as_well(part: str) -> None:
    recipe = _three_layers()
    live = run(recipe)
    changed = getattr(live, part).copy()
    changed[-1] = np.nan
    places = {place[0] for place in _differences(replace(live, **{part: changed}), live)}
    assert places == {part}
    live = replace(live, **{part: changed})
    assert part in {place[0] for place in _differences(live, _restaged(recipe, live))}


def test_another_rate_or_start_than_the_sheets_is_found_where_it_enters() -> None:
    recipe = _three_layers()
    live, start = run(recipe), recipe.start_parameters()
    faster = replace(live, eta=np.full_like(live.eta, 0.8))
    rows = {d[:2] for d in _differences(live, _restaged_from(recipe, faster, start))}
    assert rows == {("parameter_values", row) for row in (1, 2, 3, 4)}
    start[3] += 1
    found = _differences(live, _restaged_from(recipe, live, start))
    assert found == [("parameter_values", 0, 3)]


def _three_layers(cost: str = "squared-error", activation: str = "sigmoid") -> Recipe:
    """2 → 2 → 2 → 2 units on three examples, all biases trained: 18 parameters."""
    columns, rows = (
        ["p", "q", "u", "v"],
        [[0.1, 0.9, 1, 0], [0.8, -0.3, 0, 1], [0.5, 0.4, 0.3, 0.6]],
    )
    answers: dict[str, Any] = {"targets": ["u", "v"]}
    if activation != "sigmoid":
        columns, rows = ["p", "q", "u"], [[0.1, 0.9, "A"], [0.8, -0.3, "B"], [0.5, 0.4, "A"]]
        answers = {"label": "u"}
    return from_mapping(
        {
            "data": {"columns": columns, "rows": rows},
            **answers,
            "layers": [{"units": 2}, {"units": 2}, {"units": 2, "activation": activation}],
            "cost": cost,
            "eta": 0.7,
            "epochs": 4,
            "seed": 1,
        }
    )


# Shapes, seeds, edges.


@SEEDS
def test_every_array_has_a_row_per_epoch_and_one_more(seed: int) -> None:
    recipe = _recipe(seed)
    trace, rows = run(recipe), recipe.epochs + 1
    parameters = sum(units * width for units, width in _shapes(recipe))
    layers = sum(3 * units + units * width for units, width in _shapes(recipe))
    columns = len(recipe.inputs) + len(recipe.targets) + layers + 1 + recipe.answers()
    assert recipe.answers() == (seed % 2 == 0)
    assert trace.values.shape == (rows * len(recipe.data.rows), columns)
    assert trace.parameter_values.shape == trace.gradient.shape == (rows, parameters)
    assert trace.cost.shape == trace.accuracy.shape == trace.gradient_norm().shape == (rows,)
    assert trace.updates == recipe.epochs
    assert np.isfinite(trace.values).all()


@SEEDS
def test_numbers_to_meet_have_no_accuracy(seed: int) -> None:
    trace = run(_recipe(seed))
    assert np.isnan(trace.accuracy).all() == (seed % 2 == 1)
    assert ("right" in trace.slices) == (seed % 2 == 0)


def test_a_seed_gives_the_same_numbers_again_and_another_seed_other_numbers() -> None:
    first, again, other = (run(load("xor", seed=seed)) for seed in (3, 3, 4))
    assert (first.values == again.values).all()
    assert (first.parameter_values == again.parameter_values).all()
    assert (first.parameter_values[0] != other.parameter_values[0]).all()


def test_a_training_learns_what_the_lessons_promise() -> None:
    assert run(load("xor")).accuracy[-1] == 1
    assert run(load("backprop")).accuracy[-1] == 1


def test_numbers_too_large_for_a_computer_end_without_a_warning() -> None:
    table = {"columns": ["x", "y"], "rows": [[1e300, 1e300], [-1.0, 0.0]]}
    layers = [{"units": 2}, {"units": 1}]
    content = {"data": table, "targets": ["y"], "layers": layers, "eta": 1e9, "epochs": 5}
    recipe = from_mapping(content)
    with np.errstate(all="warn"):  # and a warning is an error in these tests
        trace = run(recipe)
        _restaged(recipe, trace)
    assert np.isnan(trace.cost[0])
    assert np.isnan(trace.parameter_values[-1]).any()


def test_a_fixed_bias_keeps_its_value_even_where_gradients_overflow() -> None:
    table = {"columns": ["x", "y"], "rows": [[1.0, 1e308], [0.0, -1e308]]}
    layers = [{"units": 1, "bias": "fixed"}]
    start = {"w2": [[0]], "b2": [0.75]}
    content = {"data": table, "targets": ["y"], "layers": layers, "start": start}
    trace = run(from_mapping(content | {"eta": 1e300, "epochs": 6}))
    assert not np.isfinite(trace.parameters["w2_1_1"].iloc[-1])
    assert (trace.parameters["b2_1"] == 0.75).all()


def test_progress_is_told_after_each_pass() -> None:
    told = []
    run(load("xor", epochs=3), lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]

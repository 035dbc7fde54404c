"""Recipes from scikit-learn: outputs and steps against scikit-learn's own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from flowers import (
    BY_KIND,
    BY_LATE,
    BY_NUMBERS,
    DATA,
    EXAMPLES,
    FOUR,
    LABELS,
    as_row,
    assert_close,
)
from wanting import package

import xlbackprop as xb
from xlbackprop.errors import DataError, RecipeError
from xlbackprop.recipe.starts import Scaled

Array = np.ndarray


@pytest.fixture
def sklearn() -> Any:
    return package("sklearn.neural_network", install="scikit-learn")


def fitted(make: Any, answers: Any, **settings: Any) -> Any:
    """A model after one step with all examples in a batch."""
    usual = {"max_iter": 1, "hidden_layer_sizes": (5, 4), "random_state": 3, "batch_size": EXAMPLES}
    with pytest.warns(Warning, match="Maximum iterations"):
        return make(**{**usual, **settings}).fit(DATA[FOUR], answers)


def sklearn_parameters(model: Any) -> Array:
    return as_row([coefs.T for coefs in model.coefs_], model.intercepts_)


# Each case: the class, the answers it is fitted to, what the recipe is told, and its outputs.
FITTED: dict[str, tuple[str, Any, dict[str, Any], Callable[[Any], Array]]] = {
    "several classes": (
        "MLPClassifier", DATA["kind"], {"label": "kind"}, lambda m: m.predict_proba(DATA[FOUR]),
    ),
    "two classes": (
        "MLPClassifier", DATA["late"], {"label": "late"},
        lambda m: m.predict_proba(DATA[FOUR])[:, 1:],
    ),
    "answers of their own": (
        "MLPClassifier", (DATA[["y1", "y2", "y3"]] > 0.5).astype(int),
        {"targets": ["y1", "y2", "y3"]}, lambda m: m.predict_proba(DATA[FOUR]),
    ),
    "several numbers": (
        "MLPRegressor", DATA[["y1", "y2", "y3"]], {"targets": ["y1", "y2", "y3"]},
        lambda m: m.predict(DATA[FOUR]),
    ),
    "one number": (
        "MLPRegressor", DATA["y1"], {"targets": ["y1"]}, lambda m: m.predict(DATA[FOUR])[:, None],
    ),
}  # fmt: skip
SOLVERS = {
    "gradient-descent": {"solver": "sgd", "momentum": 0},
    "momentum": {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": False},
    "nesterov": {"solver": "sgd", "momentum": 0.7},
    # ε stands at another place; so small it plays no part.
    "adam": {"solver": "adam", "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-30},
}


def frame_for(answers: Any) -> pd.DataFrame:
    """The data with what a model was fitted to in place of the numbers."""
    return DATA.assign(**answers) if isinstance(answers, pd.DataFrame) else DATA


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("case", FITTED)
def test_outputs_are_those_of_sklearn(sklearn, case, activation):
    kind, answers, told, outputs = FITTED[case]
    model = fitted(getattr(sklearn, kind), answers, activation=activation)
    recipe = xb.from_sklearn(model, frame_for(answers), **told)
    assert recipe.inputs == tuple(FOUR)  # those that it was fitted with, of nine columns
    trace = xb.run(recipe)
    assert (trace.parameter_values[0] == sklearn_parameters(model)).all()
    assert_close(trace.group("a4")[: len(DATA)], outputs(model))


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("rule", SOLVERS)
@pytest.mark.parametrize("case", FITTED)
def test_three_steps_are_those_of_sklearn_with_all_examples_in_a_batch(sklearn, case, rule):
    kind, answers, told, _ = FITTED[case]
    settings = {"learning_rate_init": 0.05, "alpha": 0, "tol": 0, **SOLVERS[rule]}
    model = fitted(getattr(sklearn, kind), answers, activation="tanh", **settings)
    recipe = xb.from_sklearn(model, frame_for(answers), **told, epochs=3)
    assert (recipe.rule, recipe.eta) == (rule, 0.05)
    model.set_params(warm_start=True, max_iter=3).fit(DATA[FOUR], answers)
    assert_close(xb.run(recipe).parameter_values[-1], sklearn_parameters(model))


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_alpha_shrinks_weights_as_sklearn_does_and_can_be_left_out(sklearn):
    settings = {"solver": "sgd", "momentum": 0, "alpha": 0.5}
    model = fitted(sklearn.MLPClassifier, DATA["kind"], **settings)
    recipe = xb.from_sklearn(model, DATA, label="kind", epochs=1)
    assert dict(recipe.settings) == {"weight_decay": 0.5 / EXAMPLES}
    summed = xb.from_sklearn(model, DATA, label="kind", epochs=1, reduction="sum")
    assert dict(summed.settings) == {"weight_decay": 0.5}
    model.set_params(warm_start=True).fit(DATA[FOUR], DATA["kind"])
    for each in (recipe, summed):  # biases stay as they are without a decay
        assert_close(xb.run(each).parameter_values[-1], sklearn_parameters(model))
    assert xb.from_sklearn(model, DATA, label="kind", weight_decay=0).settings == ()


@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("case", FITTED)
def test_a_workbook_of_a_sklearn_model_agrees_and_its_recipe_comes_back(sklearn, case, tmp_path):
    kind, answers, told, _ = FITTED[case]
    model = fitted(getattr(sklearn, kind), answers)
    recipe = xb.from_sklearn(model, frame_for(answers), **told, epochs=2, views=[])
    assert xb.from_toml(xb.to_toml(recipe)) == recipe
    xb.write(recipe, tmp_path / "m.xlsx")
    report = xb.check(tmp_path / "m.xlsx")
    assert report.agrees, report.lines()
    assert report.compared == report.formulas > 50


@pytest.mark.parametrize(
    ("kind", "told", "widths", "output"),
    [
        ("MLPClassifier", BY_KIND, (4, 6, 3), "softmax"),
        ("MLPClassifier", BY_LATE, (4, 6, 1), "sigmoid"),
        ("MLPClassifier", BY_NUMBERS, (4, 6, 3), "sigmoid"),
        ("MLPRegressor", BY_NUMBERS, (4, 6, 3), "linear"),
        ("MLPClassifier", {**BY_KIND, "class_order": ["rose", "lily", "iris", "aster"]},
         (4, 6, 4), "softmax"),
    ],
)  # fmt: skip
def test_a_model_that_is_not_fitted_gives_its_settings(sklearn, kind, told, widths, output):
    model = getattr(sklearn, kind)(
        hidden_layer_sizes=6, activation="logistic", random_state=np.int64(7), alpha=0
    )
    recipe = xb.from_sklearn(model, DATA, **told)
    assert (recipe.widths(), recipe.seed, recipe.epochs) == (widths, 7, 20)
    assert [layer.activation for layer in recipe.layers] == ["sigmoid", output]
    assert recipe.start == Scaled("xavier")
    assert (recipe.rule, recipe.eta) == ("adam", 0.001)
    assert recipe.cost == ("squared-error" if kind == "MLPRegressor" else "cross-entropy")


def test_fields_go_before_the_settings_of_the_model(sklearn):
    model = sklearn.MLPRegressor(hidden_layer_sizes=(), solver="sgd", learning_rate_init=0.9)
    told = {**BY_NUMBERS, "eta": 0.3, "momentum": 0.5, "start": {"kind": "zeros"}, "seed": 5}
    recipe = xb.from_sklearn(model, DATA, **told)
    assert (recipe.rule, recipe.eta, recipe.seed, recipe.widths()) == ("nesterov", 0.3, 5, (4, 3))
    assert dict(recipe.settings) == {"momentum": 0.5, "weight_decay": 0.0001 / EXAMPLES}
    other = xb.from_sklearn(model, DATA, **BY_NUMBERS, rule="adagrad", weight_decay=0)
    assert (other.rule, other.eta, dict(other.settings)) == ("adagrad", 0.1, {"epsilon": 1e-10})
    by_lbfgs = sklearn.MLPRegressor(solver="lbfgs")
    assert xb.from_sklearn(by_lbfgs, DATA, **BY_NUMBERS, rule="momentum").rule == "momentum"
    slowing = sklearn.MLPRegressor(solver="sgd", learning_rate="invscaling")
    assert xb.from_sklearn(slowing, DATA, **BY_NUMBERS, schedule="step").schedule == "step"


def test_the_classes_of_a_fitted_model_keep_their_outputs(sklearn):
    model = fitted(sklearn.MLPClassifier, DATA["kind"])
    roses = DATA[DATA["kind"] == "rose"]
    recipe = xb.from_sklearn(model, roses, label="kind")
    assert recipe.classes() == ("aster", "iris", "rose")
    late = DATA.assign(late=DATA["late"] == "yes")
    model = fitted(sklearn.MLPClassifier, late["late"])
    recipe = xb.from_sklearn(model, late[late["late"]], label="late")
    assert (recipe.targets, recipe.t().tolist()) == (("late=1",), [[1.0]] * 3)


SKLEARN_REFUSALS = {
    "pipeline": (
        lambda s: object(), {},
        "model: got object, wanted an MLPClassifier, MLPRegressor, LogisticRegression, "
        "LinearRegression or Perceptron, alone or behind a scaler in a Pipeline.",
    ),
    "regressor": (
        lambda s: s.MLPRegressor(), {},
        "label: got 'kind', but an MLPRegressor meets numbers; name the columns of its target "
        "numbers with targets=[...].",
    ),
    "targets": (
        lambda s: s.MLPClassifier(), {"label": "", "targets": ["late"]},
        "targets: got 'late', but an MLPClassifier tells classes apart; name the column of the "
        "classes with label='late'.",
    ),
    "yes or no": (
        lambda s: fitted(s.MLPClassifier, np.eye(3, dtype=int)[[0, 1, 2] * 3] | [0, 1, 0]), {},
        "label: got 'kind', but each of the model's 3 outputs answers yes or no; name a column of "
        "0 and 1 for each with targets=[...].",
    ),
    "classes": (
        lambda s: fitted(s.MLPClassifier, DATA["kind"]),
        {"label": "", "targets": ["y1", "y2", "y3"]},
        "cost: cross-entropy with softmax outputs needs one right class per example; got target "
        "numbers, wanted a label column, or columns with a single 1 in each row.",
    ),
    "number of targets": (
        lambda s: fitted(s.MLPRegressor, DATA["y1"]), {"label": "", "targets": ["y1", "y2"]},
        "targets: got 2 columns (y1, y2), but the model has 1 output; name one column for each.",
    ),
    "inputs": (
        lambda s: fitted(s.MLPClassifier, DATA["kind"]), {"inputs": ["p", "y1"]},
        "inputs: got 2 columns (p, y1), but the model has 4 inputs; name its columns in their "
        "order with inputs=[...].",
    ),
    "order": (
        lambda s: fitted(s.MLPClassifier, DATA["kind"]), {"class_order": ["a"]},
        "class_order: got ['a'], but the model decides it; leave it out.",
    ),
    "poisson": (
        lambda s: s.MLPRegressor(loss="poisson"), {"label": "", "targets": ["y1"]},
        "model.out_activation_: got 'exp', wanted one of identity, logistic, softmax; a workbook "
        "can show no other.",
    ),
    "activation": (
        lambda s: s.MLPClassifier(activation="gelu"), {},
        "model.activation: got 'gelu', wanted one of identity, logistic, tanh, relu; a workbook "
        "can show no other.",
    ),
    "solver": (
        lambda s: s.MLPClassifier(solver="lbfgs"), {},
        "model.solver: got 'lbfgs', wanted sgd or adam, since no update rule follows it; give a "
        "rule of your own, such as rule='gradient-descent', and its eta.",
    ),
    "setting": (
        lambda s: s.MLPClassifier(learning_rate_init=None), {},
        "model.learning_rate_init: got None, wanted a number; set one.",
    ),
    "learning rate": (
        lambda s: s.MLPClassifier(solver="sgd", learning_rate="adaptive"), {},
        "model.learning_rate: got 'adaptive', wanted 'constant', since no schedule follows it; "
        "give one of your own, such as schedule='constant'.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SKLEARN_REFUSALS)
def test_what_no_recipe_follows_of_a_sklearn_model_is_told_in_one_sentence(sklearn, case):
    make, told, sentence = SKLEARN_REFUSALS[case]
    model = make(sklearn)
    with pytest.raises(RecipeError) as caught:
        xb.from_sklearn(model, DATA, **{**BY_KIND, **told})
    assert str(caught.value) == sentence


def _linear(kind: str, **settings: Any) -> Any:
    return getattr(package("sklearn.linear_model", install="scikit-learn"), kind)(**settings)


def _scaled(kind: str, model: Any) -> Any:
    pre = package("sklearn.preprocessing", install="scikit-learn")
    pipeline = package("sklearn.pipeline", install="scikit-learn")
    return pipeline.make_pipeline(getattr(pre, kind)(), model)


def _searched(model: Any) -> Any:
    search = package("sklearn.model_selection", install="scikit-learn")
    return search.GridSearchCV(model, {"C": [0.1, 10.0]}, cv=3)


ONE_LAYER: dict[str, tuple[Callable[[], Any], str | list[str]]] = {
    "several classes": (lambda: _linear("LogisticRegression"), "kind"),
    "two classes": (lambda: _linear("LogisticRegression", fit_intercept=False), "late"),
    "one number": (lambda: _linear("LinearRegression"), ["y1"]),
    "numbers": (lambda: _linear("LinearRegression"), ["y1", "y2"]),
    "no intercept": (lambda: _linear("LinearRegression", fit_intercept=False), ["y1", "y2"]),
    "z-score": (lambda: _scaled("StandardScaler", _linear("LogisticRegression")), "kind"),
    "min-max": (lambda: _scaled("MinMaxScaler", _linear("LinearRegression")), ["y2"]),
    "search": (lambda: _searched(_linear("LogisticRegression")), "kind"),
}


@pytest.mark.parametrize("case", ONE_LAYER)
def test_a_linear_model_pipeline_or_search_answers_as_in_sklearn(sklearn, case):
    make, asked = ONE_LAYER[case]
    model = make().fit(DATA[FOUR], DATA[asked])
    told = {"label": asked} if isinstance(asked, str) else {"targets": asked}
    outputs = xb.run(xb.from_sklearn(model, DATA, **told, epochs=1)).group("a2")[: len(DATA)]
    answers = (model.predict_proba if "label" in told else model.predict)(DATA[FOUR])
    answers = answers[:, 1:] if asked == "late" else answers
    assert_close(outputs, answers.reshape(outputs.shape))


PERCEPTRONS: dict[str, tuple[Callable[[], Any], str]] = {
    "several classes": (lambda: _linear("Perceptron"), "kind"),
    "two classes": (lambda: _linear("Perceptron"), "late"),
    "no intercept": (lambda: _linear("Perceptron", fit_intercept=False, penalty="l2"), "late"),
    "z-score": (lambda: _scaled("StandardScaler", _linear("Perceptron")), "kind"),
}


def decided(model: Any, inputs: Any) -> Array:
    """What a Perceptron makes of each example, one column for each class."""
    scores = model.decision_function(inputs)
    return scores if scores.ndim == 2 else np.column_stack([0 * scores, scores])


@pytest.mark.parametrize("case", PERCEPTRONS)
def test_a_perceptron_decides_and_answers_as_in_sklearn(sklearn, case):
    make, label = PERCEPTRONS[case]
    model = make().fit(DATA[FOUR], DATA[label])
    recipe = xb.from_sklearn(model, DATA, label=label)
    assert recipe.epochs == 0
    trace = xb.run(recipe)
    outputs = trace.group("a2")[: len(DATA)]
    assert_close(outputs, decided(model, DATA[FOUR]))
    answers = np.array(recipe.classes())[outputs.argmax(axis=1)]
    assert (answers == model.predict(DATA[FOUR])).all()
    right = trace.group("right")[: len(DATA), 0].mean()
    assert right == model.score(DATA[FOUR], DATA[label])


def test_where_a_perceptron_decides_nothing_the_answer_is_sklearns_too(sklearn, tmp_path):
    xor = pd.DataFrame({"x1": [0, 0, 1, 1], "x2": [0, 1, 0, 1], "y": ["no", "yes", "yes", "no"]})
    model = _linear("Perceptron").fit(xor[["x1", "x2"]], xor["y"])
    assert (model.decision_function(xor[["x1", "x2"]]) == 0).all()  # it went round in a circle
    recipe = xb.from_sklearn(model, xor, label="y")
    right = xb.run(recipe).group("right").ravel()
    assert (right == (model.predict(xor[["x1", "x2"]]) == xor["y"])).all()
    xb.write(recipe, tmp_path / "xor.xlsx")
    assert xb.check(tmp_path / "xor.xlsx").agrees


def test_a_perceptron_can_be_trained_on_with_the_cost_hinge(sklearn):
    model = _linear("Perceptron").fit(DATA[FOUR], DATA["kind"])
    recipe = xb.from_sklearn(model, DATA, label="kind", epochs=2, eta=0.01)
    assert (recipe.cost, recipe.epochs, recipe.eta) == ("hinge", 2, 0.01)
    outputs = decided(model, DATA[FOUR])
    own = outputs[np.arange(EXAMPLES), DATA["kind"].map(list(model.classes_).index)]
    lacking = np.maximum(outputs - own[:, None] + 1, 0).sum(axis=1) - 1
    assert_close(xb.run(recipe).cost[0], lacking.sum())


def _piped(*steps: tuple[str, Any]) -> Any:
    return package("sklearn.pipeline", install="scikit-learn").Pipeline(list(steps))


def _step(kind: str, **settings: Any) -> Any:
    pre = package("sklearn.preprocessing", install="scikit-learn")
    return getattr(pre, kind)(**settings)


STEP_REFUSALS = {
    "another step": (
        lambda s: _piped(("wider", _step("PolynomialFeatures")), ("net", s.MLPClassifier())), {},
        "model['wider']: got PolynomialFeatures, wanted one StandardScaler or MinMaxScaler before "
        "the model; give the last step, and data as the steps before it leave them.",
    ),
    "two scalers": (
        lambda s: _piped(
            ("one", _step("MinMaxScaler")), ("two", _step("StandardScaler")),
            ("net", s.MLPClassifier()),
        ), {},
        "model['two']: got StandardScaler, wanted one StandardScaler or MinMaxScaler before the "
        "model; give the last step, and data as the steps before it leave them.",
    ),
    "an option": (
        lambda s: _piped(("one", _step("StandardScaler", with_mean=False)),
                         ("net", s.MLPClassifier())), {},
        "model: StandardScaler.with_mean: got False, wanted True, since a workbook has no such "
        "option; build the pipeline without it.",
    ),
    "scaling": (
        lambda s: _piped(("one", _step("StandardScaler")), ("net", s.MLPClassifier())),
        {"scaling": "none"},
        "scaling: got 'none', but the model decides it; leave it out.",
    ),
    "not fitted": (
        lambda s: _linear("LogisticRegression"), {},
        "model: got a LogisticRegression that isn't fitted, wanted a fitted one; call fit.",
    ),
    "ridge": (
        lambda s: _linear("Ridge"), {},
        "model: got Ridge, wanted an MLPClassifier, MLPRegressor, LogisticRegression, "
        "LinearRegression or Perceptron, alone or behind a scaler in a Pipeline.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STEP_REFUSALS)
def test_what_no_recipe_follows_around_a_model_is_told_in_one_sentence(sklearn, case):
    make, told, sentence = STEP_REFUSALS[case]
    with pytest.raises(RecipeError) as caught:
        xb.from_sklearn(make(sklearn), DATA, **{**BY_KIND, **told})
    assert str(caught.value) == sentence


def test_a_pipeline_with_hidden_units_answers_as_in_sklearn(sklearn):
    model = _scaled("StandardScaler", sklearn.MLPClassifier((5,), max_iter=1, random_state=3))
    with pytest.warns(Warning, match="Maximum iterations"):
        model.fit(DATA[FOUR], DATA["kind"])
    recipe = xb.from_sklearn(model, DATA, label="kind", epochs=1)
    assert recipe.scaling == "z-score"
    outputs = xb.run(recipe).group("a3")[: len(DATA)]
    assert_close(outputs, model.predict_proba(DATA[FOUR]))
    with pytest.raises(RecipeError, match=r"StandardScaler\.mean_: got .* wanted .* of the data"):
        xb.from_sklearn(model, DATA[:6], label="kind")


def test_a_class_that_a_fitted_model_never_met_is_told(sklearn):
    model = fitted(sklearn.MLPClassifier, DATA["kind"])
    strange = DATA.assign(kind=[*LABELS[1:], "lily"])
    with pytest.raises(DataError, match=r"^DataFrame, index 8, column 'kind': got 'lily', wanted"):
        xb.from_sklearn(model, strange, label="kind")


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("alpha", [0, 0.3])
@pytest.mark.parametrize("batch", [EXAMPLES, 3])
@pytest.mark.parametrize("case", FITTED)
def test_epochs_are_those_of_sklearns_loss_curve_with_its_own_learning_rate(
    sklearn, case, batch, alpha
):
    """Its loss has a penalty for the weights, and of several numbers it reports the mean."""
    kind, answers, told, _ = FITTED[case]
    settings = {"solver": "sgd", "momentum": 0, "learning_rate_init": 0.05, "alpha": alpha}
    settings |= {"batch_size": batch, "shuffle": False, "tol": 0}
    model = fitted(getattr(sklearn, kind), answers, activation="tanh", **settings)
    order = [list(range(1, EXAMPLES + 1))] * 4
    fields = {"epochs": 4, "batch": batch, **({"order": order} if batch < EXAMPLES else {})}
    recipe = xb.from_sklearn(model, frame_for(answers), **told, **fields)
    assert (recipe.eta, recipe.reduction) == (0.05, "mean")
    trace = xb.run(recipe)
    model.set_params(warm_start=True, max_iter=4).fit(DATA[FOUR], answers)
    numbers = len(recipe.targets) if kind == "MLPRegressor" else 1
    squares = (np.square(trace.parameter_values) * trace.network.weights).sum(axis=1)
    losses = trace.cost / numbers + alpha / 2 * squares / batch
    curve = losses[:-1].reshape(4, -1).mean(axis=1)  # all batches have the same size
    assert_close(curve, np.array(model.loss_curve_[-4:]))
    assert_close(trace.parameter_values[-1], sklearn_parameters(model))

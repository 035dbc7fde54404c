"""Recipes of pages of maths for the manifest, of bare data, and of what is refused."""

from collections.abc import Mapping
from random import Random
from typing import Any

from manifesting.case import Case

Span = tuple[float, float] | int  # numbers between two, or whole ones from 1 on
ANY: Span = (-2.0, 2.0)
SMALL: Span = (0.05, 0.95)  # above 0, below 1: within every limit


def _grid(name: str, rows: int, columns: int, span: Span = ANY) -> dict[str, Span]:
    return {f"{name}_{i}_{j}": span for i in range(1, rows + 1) for j in range(1, columns + 1)}


def _all(names: str, span: Span = ANY) -> dict[str, Span]:
    return dict.fromkeys(names.split(), span)


WALK = _all("eta eta_1 eta_2 eta_3", (0.02, 0.3))
EDGES = _all("x_from y_from", (-5, -3)) | _all("x_to y_to", (3, 5))
NUMBERS: Mapping[str, Mapping[str, Span]] = {
    "derivatives": _all("x c")
    | _all("h a", SMALL)
    | {"n": 6, "u": 8, "v": 8, "drawn": 12, "from": (-1, 0), "to": (1, 3)},
    "chain-rule": _all("x c t p q r du dv")
    | _all("h a factor", SMALL)
    | _all("u v y", 8)
    | {"n": 6},
    "approximation": _all("x c p q r")
    | _all("step a factor", SMALL)
    | {"f": 8, "n": 6}
    | _grid("at", 1, 2)
    | _grid("by", 1, 2),
    "vectors": _grid("a", 1, 2)
    | _grid("b", 1, 2)
    | _grid("A", 2, 2)
    | _grid("B", 2, 2)
    | _grid("C", 2, 2),
    "sequences": _all("a1 d r p q")
    | _grid("rule", 2, 3)
    | _grid("start", 2, 1)
    | _grid("W", 2, 2)
    | _grid("b", 2, 1)
    | _grid("x", 2, 1)
    | _grid("t", 2, 1),
    "lagrange": _all("p q k solver_x solver_y far")
    | {"r": SMALL}
    | _grid("f", 1, 5)
    | _grid("g", 1, 5)
    | _grid("start", 1, 3),
    "gradient-descent": WALK | EDGES | _all("x y", (0.5, 3)),
    "regression": _all("p q p0 q0")
    | _all("x1 x2 x3 x4 x5 x6 x7 y1 y2 y3 y4 y5 y6 y7", (40, 180))
    | {"eta": SMALL},
    "activations": _all("z start mean")
    | _all("leak interval spread", SMALL)
    | _all("inputs units", 300),
    "neuron": _grid("x", 1, 2)
    | _grid("w", 1, 2)
    | {"theta": ANY}
    | _grid("and", 1, 3)
    | _grid("or", 1, 3)
    | _grid("nand", 1, 3)
    | _grid("one", 1, 3),
    "costs": {"distance": SMALL, "right": 3}
    | _grid("z", 1, 3)
    | _grid("true", 1, 4, SMALL)
    | _grid("guess", 1, 4, SMALL),
    "linear-classifier": _grid("w", 3, 3)
    | _all("eta h distance", SMALL)
    | _grid("x", 9, 2)
    | {f"class_{i}": 3 for i in range(1, 10)},
    "matrix-form": _grid("x", 2, 4)
    | _grid("t", 2, 4, SMALL)
    | _grid("w2", 3, 2)
    | _grid("b2", 3, 1)
    | _grid("w3", 2, 3)
    | _grid("b3", 2, 1)
    | {"example": 4},
    "update-rules": _all("a b share_1 share_2 share_3", SMALL)
    | _all("x y")
    | _all("eta_gradient-descent eta_momentum eta_nesterov eta_adagrad eta_rmsprop eta_adam", SMALL)
    | _all("momentum_momentum momentum_nesterov beta_2_rmsprop beta_1_adam beta_2_adam", SMALL)
    | _all("epsilon_adagrad epsilon_rmsprop epsilon_adam", SMALL),
    "convolution": _grid("x", 6, 6, (0, 1))
    | _grid("w1", 3, 3)
    | _grid("w2", 3, 3)
    | _grid("w3", 3, 3)
    | _all("b1 b2 b3")
    | {"row": 4, "column": 4, "filter": 3},
}
FUNCTIONS: Mapping[str, Mapping[str, Span]] = {  # and the numbers of the page on each
    "x**2 + x*y + 3*y**2": WALK | EDGES | _all("x y"),
    "x² − 3·x": WALK | {"x": ANY, "x_from": (-5, -3), "x_to": (3, 5)},
    "x^2 + 2*y^2 + z^2 - x*y": WALK | _all("x y z"),
    "sin(x) + cos(y)": {},
    "exp(x) - ln(x)": {},
    "sqrt(x**2 + y**2 + 1) + abs(y)": {},
    "tanh(x) * tan(y/4) + log(3 + x)": {},
    "1/(1 + x**2) + z": {},
    "-x**4 / 8 + (x - 1)**2": {},
    "0.5*x**3": {},
}
LINES: tuple[Mapping[str, Any], ...] = (  # of a regression
    {"data": {"columns": ["t", "s"], "rows": [[0, 1.5], [1, 2], [2, 4.5], [3, 4]]}},
    {
        "data": {"columns": ["a", "b", "c"], "rows": [[1, 2, 3], [2, 1, 5], [4, 4, 4]]},
        "x": "c",
        "y": "a",
    },
    {
        "data": {"columns": ["身高", "体重"], "rows": [[150, 50], [160, 50], [170, 50]]},
        "x": "身高",
        "y": "体重",
    },
    {"data": {"columns": ["u", "v"], "rows": [[1, 7], [2, 7], [3, 7]]}, "y": "v"},
)
FLOWERS = {
    "columns": ["long", "wide", "high", "kind"],
    "rows": [
        *([5.1, 3.5, 1.4, "setosa"], [6.2, 2.9, 4.3, "versicolor"], [4.9, 3.0, 1.3, "setosa"]),
        *(
            [5.7, 2.8, 4.1, "versicolor"],
            [6.5, 3.2, 5.1, "virginica"],
            [5.8, 2.7, 5.3, "virginica"],
        ),
    ],
}
BARE: tuple[Mapping[str, Any], ...] = (  # options beside data, which stand for a recipe
    {"label": "kind"},
    {"label": "kind", "layers": "3,4,3", "activation": "tanh", "cost": "cross-entropy"},
    {"label": "kind", "layers": "3,2,2,3", "activation": "relu", "cost": "hinge", "rule": "adam"},
    {"label": "kind", "scaling": "z-score", "batch": 2, "seed": 7, "lang": "zh", "eta": 0.3},
    {"label": "kind", "scaling": "min-max", "batch": "full", "rule": "momentum", "momentum": 0.5},
    {"targets": ["high"], "inputs": ["wide"], "activation": "softsign", "cost": "absolute-error"},
    {"targets": ["high", "wide"], "inputs": ["long"], "activation": "leaky-relu", "views": ["fit"]},
    {
        "label": "kind",
        "layers": [{"units": 2, "bias": "none"}, {"units": 3}],
        "gradients": "summed",
    },
    {"label": "kind", "layers": "3,3", "weight_decay": 0.1, "detail": "all"},
    {
        "label": "kind",
        "activation": "linear",
        "start": {"kind": "he"},
        "schedule": "step",
        "drop": 0.9,
    },
)
REFUSED: tuple[tuple[str, Mapping[str, Any]], ...] = (  # changes that don't fit the lesson
    ("xor", {"epochs": -1}),
    ("xor", {"eta": 0.0}),
    ("xor", {"cost": "cross-entropi"}),
    ("xor", {"layers": [{"units": 2, "activation": "softmax"}, {"units": 1}]}),
    ("xor", {"batch": 9}),
    ("xor", {"solver": True}),
    ("xor", {"momentum": 0.5}),
    ("iris", {"cost": "hinge"}),
    ("iris", {"layers": [{"units": 4}]}),
    ("backprop", {"seed": 1}),
    ("cnn", {"image": [5, 5]}),
    ("cnn", {"start.w2": [[1.0]]}),
    ("gradient-descent", {"function": "1/2x"}),
    ("costs", {"numbers": {"distance": 0.0}}),
    ("regression", {"data": {"columns": ["a", "b"], "rows": [[1, 2], [1, 3], [1, 4]]}}),
    ("xor", {"data": {"columns": ["x1", "x2", "y"], "rows": [[0, 1, 1], ["", 0, 0]]}}),
    ("no-such-lesson", {"epochs": 1}),
)


def pages() -> list[Case]:
    """Every page with other numbers, in both languages; functions, lines, and the collection."""
    cases = [
        {"lesson": lesson, "lang": lang, "numbers": _numbers(f"{lesson} {lang}", spans, share)}
        for lesson, spans in NUMBERS.items()
        for lang, share in (("en", 1.0), ("zh", 0.5))
    ]
    for number, (function, spans) in enumerate(FUNCTIONS.items()):
        fields = {
            "lesson": "gradient-descent",
            "function": function,
            "lang": ("zh", "en")[number % 2],
        }
        cases.append(fields | ({"numbers": _numbers(function, spans)} if spans else {}))
    cases += [{"lesson": "regression", **line} for line in LINES]
    cases.append(
        {
            "lesson": "all-maths",
            "lang": "zh",
            "numbers": {"vectors.a_1_1": -1.5, "neuron.theta": 0.25},
        }
    )
    themes = ("", "", "school.toml")
    return [
        Case(f"recipe/page-{n:02}", fields, theme=themes[n % 3]) for n, fields in enumerate(cases)
    ]


def _numbers(seed: str, spans: Mapping[str, Span], share: float = 1.0) -> dict[str, float]:
    """A share of a page's numbers, other ones than it has by itself."""
    random = Random(seed)
    drawn = {
        name: random.randint(1, span) if isinstance(span, int) else round(random.uniform(*span), 2)
        for name, span in spans.items()
    }
    return {name: number for name, number in drawn.items() if random.random() < share}


def bare() -> list[Case]:
    """Data and a few options."""
    endings = (".csv", ".xlsx", ".tsv")
    return [
        Case(f"recipe/bare-{n:02}", {"epochs": 2, **fields}, "options", "", FLOWERS, endings[n % 3])
        for n, fields in enumerate(BARE)
    ]


def refused() -> list[Case]:
    """What is no recipe."""
    forms = ("options", "keywords", "keywords")
    cases = [
        Case(f"recipe/refused-{n:02}", fields, forms[n % 3], source, refused=True)
        for n, (source, fields) in enumerate(REFUSED)
    ]
    return [
        *cases,
        Case("recipe/refused-theme", {}, "options", "xor", theme="pale.toml", refused=True),
    ]

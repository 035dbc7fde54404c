"""The faults that measure the tests: which there are, and what is said of them."""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import mutants
import pytest
import wanting
from mutating.choice import MATTER, OTHERS, PACKAGE, all_mutants, changed, choose, names
from mutating.sites import LOOKS

ROOT = Path(__file__).parents[1]
ENTRY = """
Activation(
    name="softsign",
    value=lambda z: z / (1 + np.abs(z)),
    excel="{z}/(1+ABS({z}))",
    low=-1,
)
"""
FORMULA = 'return f"({live}-{python})/MAX(1,ABS({python}))"'
VALUE = "return (live - python) / np.maximum(1.0, np.abs(python))"
NEIGHBOURS = f"""
def difference_formula(live, python):
    {FORMULA}


def difference(live, python):
    {VALUE}
"""
MODULE = """
def double(x):
    return x * 2


def same(x):
    return x + 0


def loose(x):
    return x * 2


def unused(x, y):
    return x + y
"""
SUITE = """
from xlbackprop.network.steps import double, loose, same


def test_double():
    assert double(3) == 6


def test_same():
    assert same(3) == 3


def test_loose():
    assert loose(0) == 0
"""
EXPLANATION = """
[[survivor]]
path = "xlbackprop/network/steps.py"
function = "same"
before = "return x + 0"
after = "return x - 0"
why = "it is equal"
"""


def lines(text, *kinds):
    """The changed lines of all mutants of a text."""
    found = [m for m in all_mutants("module.py", f"{text}\n") if m.kind in kinds]
    return [mutant.after[0] if len(mutant.after) == 1 else mutant.after for mutant in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x = 0", ["x = 1"]),
        ("x = 1", ["x = 2", "x = 0"]),
        ("x = 700", ["x = 1400"]),
        ("x = 0.001", ["x = 0.002"]),
        ("x = 1e-12", ["x = 0.001"]),
        ("x = True", ["x = False"]),
        ("x = a + b", ["x = a - b"]),
        ("x = a ** b", ["x = a * b"]),
        ("x = (a) <= (b)", ["x = (a) < (b)", "x = (a) >= (b)"]),
        ("x = a == b", ["x = a != b"]),
        ("x = a and b", ["x = a or b"]),
        ("x = not a", ["x = a"]),
        ("x = -a", ["x = a"]),
        ("x = max(a, b)", ["x = min(a, b)"]),
        ("x = np.fmin(a, b)", ["x = np.fmax(a, b)"]),
        ("x = a.sum(axis=b)", ["x = a.max(axis=b)"]),
        ("x = np.abs(a)", ["x = (a)"]),
        ("x = range(a)", ["x = range(a + 1)", "x = range(a - 1)"]),
        ("x = a[b:]", ["x = a[b + 1:]", "x = a[b - 1:]"]),
        ("x = address(row - 1, σ)", [f"x = address(row {s}, σ)" for s in ("+ 1", "- 2", "- 0")]),
        ('x = f"{a:.3g} {b - c!r}"', ['x = f"{a:.3g} {b + c!r}"']),
    ],
)
def test_a_number_an_operator_or_an_end_becomes_another(text, wanted):
    assert lines(text, "value", "place") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('"{a}*{b}"', ['"{a}/{b}"']),
        ('"EXP(-{z})"', ['"EXP({z})"']),
        ('f"{a}^{b}"', ['f"{a}*{b}"']),
        ('f"MAX({{z}},{cell})"', ['f"MIN({{z}},{cell})"']),
        ('f"SUM({address(r, c)})"', ['f"MAX({address(r, c)})"']),
        ('"{a}>=0.5"', ['"{a}>0.5"', '"{a}<=0.5"', '"{a}>=1.0"']),
        ("""'COUNTIF({m},"<>0")'""", ["""'COUNTIF({m},"=0")'""", """'COUNTIF({m},"<>1")'"""]),
        ("""f'IF({a},"2 > 1","")'""", []),
    ],
)  # fmt: skip
def test_a_formula_is_changed_as_code_is(text, wanted):
    assert lines(text, "formula") == wanted


@pytest.mark.parametrize(
    "text",
    [
        '"""Adds 1 + 1."""',
        "x: Literal[1]",
        "def f(x: Literal[1]) -> Literal[2]: pass",
        'raise ValueError(f"got {x + 1}, wanted 2")',
        "assert x > 0",
        "sheet.heights[row + 1] = 24",
        "Columns(1, 2, width)",
        "curve(page, size=(15.0, 8.6))",
        "x = np.array([[0.5, 1.0]])",
        'x = "between 1 and 2"',
        'x = "0.00E+00"',
        'x = f"C = {a} − 1"',
        'x = f"{a} = "',
    ],
)
def test_looks_texts_and_types_stay_as_they_are(text):
    assert all_mutants("module.py", f"{text}\n") == []


def test_a_pair_changes_the_formula_and_its_value_alike():
    changes = lines(ENTRY, "pair")
    assert ("value=lambda z: z / (1 - np.abs(z)),", 'excel="{z}/(1-ABS({z}))",') in changes
    assert lines(NEIGHBOURS, "pair") == [
        (FORMULA.replace(old, new), VALUE.replace(old_value, new_value))
        for old, new, old_value, new_value in (
            ("}-{", "}+{", "live -", "live +"),
            (")/M", ")*M", "/", "*"),
            ("MAX", "MIN", "maximum", "minimum"),
            ("1", "2", "1.0", "2.0"),
            ("ABS", "", "np.abs", ""),
        )
    ]


def test_a_seed_draws_the_same_mutants_again_and_all_are_python():
    drawn, again, others = (choose(ROOT, 30, seed, "network/*s.py") for seed in (1, 1, 2))
    assert drawn == again != others
    assert Counter(m.kind for m in drawn) == {"pair": 10, "formula": 6, "value": 7, "place": 7}
    for mutant in drawn:
        text = (ROOT / mutant.path).read_text(encoding="utf-8")
        assert ast.dump(ast.parse(changed(text, mutant.edits))) != ast.dump(ast.parse(text))


def test_every_module_matters_or_is_left_alone_for_a_reason():
    paths = [path.relative_to(ROOT / PACKAGE).as_posix() for path in (ROOT / PACKAGE).rglob("*.py")]
    assert [path for path in paths if not names(MATTER, path) and not names(OTHERS, path)] == []
    for glob in " ".join([*MATTER, *OTHERS]).split():
        assert any(names({glob: ""}, path) for path in paths), glob


def test_every_look_is_one_of_the_package():
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / PACKAGE).rglob("*.py"))
    assert set(" ".join(LOOKS.values()).split()) - set(re.findall(r"\w+", text)) == set()


def test_every_explanation_is_of_a_mutant_that_is_possible():
    explained = {mutants.place(item) for item in mutants.explanations()}
    found = mutants.possible({path for path, *_ in explained})
    assert explained - {place for place, _ in found} == set()


def test_what_the_tests_miss_survives_and_what_they_find_is_told(tmp_path):
    wanting.package("coverage")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    shutil.copytree(ROOT / "tests" / "mutating", tmp_path / "tests" / "mutating")
    for name, text in (
        ("xlbackprop/__init__.py", ""),
        ("xlbackprop/network/steps.py", MODULE),
        ("tests/test_steps.py", SUITE),
        ("tests/mutants.toml", EXPLANATION),
        ("tests/mutants.py", Path(mutants.__file__).read_text(encoding="utf-8")),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "tests/mutants.py", "--jobs", "1", "--output", "found.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    caught = {(item["function"], item["by"]) for item in found if item["outcome"] == "caught"}
    assert caught == {(name, f"tests/test_steps.py::test_{name}") for name in ("double", "same")}
    others = [item for item in found if item["outcome"] != "caught"]
    assert [(item["function"], item["outcome"], item["why"]) for item in others] == [
        ("same", "survived", "it is equal"),
        ("loose", "survived", ""),
        ("loose", "survived", ""),
        ("unused", "not run", ""),
    ]
    assert "caught 3 of 7 (42.9%)" in done.stdout

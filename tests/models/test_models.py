"""Recipes from models of other libraries, which need not be there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flowers import DATA, FOUR, LABELS
from wanting import package

import xlbackprop as xb
from xlbackprop.errors import RecipeError

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize(
    ("function", "modules", "library"),
    [
        ("from_torch", ["torch"], "torch"),
        ("from_sklearn", ["sklearn", "sklearn.neural_network"], "scikit-learn"),
    ],
)
def test_a_library_that_is_missing_is_one_sentence(function, modules, library, monkeypatch):
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(RecipeError) as caught:
        getattr(xb, function)(object(), DATA, label="kind")
    told = f"model: reading one needs the package {library}, which can't be imported \\(.*\\); "
    assert re.fullmatch(f"{told}install it with `pip install {library}`.", str(caught.value))


def test_importing_the_package_and_its_functions_imports_no_other_library():
    code = (
        "import sys, xlbackprop as xb; xb.from_torch, xb.from_sklearn; "
        "print(sorted({'torch', 'sklearn', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("library", ["torch", "sklearn"])
def test_the_example_of_the_readme_runs(library, tmp_path, monkeypatch):
    package(library, install={"sklearn": "scikit-learn"}.get(library, library))
    text = README.read_text(encoding="utf-8").partition("## A model that you already have")[2]
    blocks = re.findall(r"(?:^    .+\n|^\n(?=    ))+", text.partition("\n## ")[0], re.MULTILINE)
    [block] = [block for block in blocks if f"from_{library}(" in block]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "templates").mkdir()
    DATA[FOUR].assign(species=LABELS).to_csv("templates/iris.csv", index=False)
    exec("\n".join(line.removeprefix("    ") for line in block.splitlines()), {})
    report = xb.check(f"flowers-{library}.xlsx")
    assert report.agrees, report.lines()

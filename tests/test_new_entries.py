"""What is new is one entry and its texts: an activation, a cost, a rule, a language, an engine ...

Each test adds one as a person would, makes a workbook with it, has the check agree, and takes it
away again. No other place in the package knows of it.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

import xlbackprop as xb
from xlbackprop.data.scalings import SCALINGS, Scaling, Statistic, quotient
from xlbackprop.network.activations import ACTIVATIONS, Activation
from xlbackprop.network.costs import COSTS, Cost
from xlbackprop.network.kinds import KINDS
from xlbackprop.network.updates import RULES, SCHEDULES, Schedule, Setting, State, UpdateRule
from xlbackprop.network.weightless import Weightless
from xlbackprop.recalc import ENGINES, Book, Engine
from xlbackprop.words import catalogue

CELU = Activation(
    name="celu",
    value=lambda z: np.where(z > 0, z, 2 * np.expm1(np.minimum(z, 0) / 2)),
    excel="IF({z}>0,{z},2*(EXP(MIN({z},0)/2)-1))",
    slope=lambda z, a: np.where(z > 0, 1.0, a / 2 + 1),
    excel_slope="IF({z}>0,1,{a}/2+1)",
    equation="a = (z > 0: z; z ≤ 0: 2(e^(z/2) − 1))",
    slope_equation="(z > 0: 1; z ≤ 0: a/2 + 1)",
    low=-2,
)
HUBER = Cost(
    name="huber",
    value=lambda o: np.where(abs(o.t - o.a) <= 1, (o.t - o.a) ** 2 / 2, abs(o.t - o.a) - 0.5).sum(
        axis=-1
    ),
    excel="{terms}",
    excel_term="IF(ABS({t}-{a})<=1,({t}-{a})*({t}-{a})/2,ABS({t}-{a})-0.5)",
    slope=lambda o: np.clip(o.a - o.t, -1, 1),
    excel_slope="MAX(-1,MIN(1,{a}-{t}))",
    equation="C = Σ (|t − a| ≤ 1: ½(t − a)²; |t − a| > 1: |t − a| − ½)",
    slope_equation="max(−1, min(1, a − t))",
    figures="{terms}",
    figure_term="h({t} − {a})",
)
ADAMW = UpdateRule(  # with the largest s so far, as in AMSGrad: a state that no other rule has
    name="adamw",
    states=(
        *RULES["adam"].states,
        State(
            name="u",
            step=lambda now: np.maximum(now.old["u"], now.new["s"]),
            excel="MAX({u_old},{s})",
            equation="u ← max(u, s)",
            figures="max({u_old}, {s})",
        ),
    ),
    step=lambda now: (
        now.w * (1 - now.eta * now.settings["shrink"])
        - now.eta * now.new["m"] / (np.sqrt(now.new["u"]) + now.settings["epsilon"])
    ),
    excel="{w}*(1-{eta}*shrink)-{eta}*{m}/(SQRT({u})+epsilon)",
    equation="w ← w − η λ w − η m / (√u + ε)",
    figures="{w}·(1 − {eta}·{shrink}) − {eta}·{m}/(√{u} + {epsilon})",
    settings={**RULES["adam"].settings, "shrink": Setting(0.01, "below 1")},
)
FADING = Schedule(
    name="fading",
    rate=lambda eta, k, s: eta * s["fade"] ** (k - 1),
    excel="{eta}*fade^({k}-1)",
    equation="η · fadeᵏ⁻¹",
    settings={"fade": Setting(0.9, "factor")},
)
LARGEST = Scaling(
    name="largest",
    statistics=(
        Statistic("top", lambda r, known: abs(r).max(axis=0), "MAX(MAX({rs}),-MIN({rs}))"),
    ),
    width=lambda known: known["top"],
    value=lambda r, known: quotient(r, known["top"]),
    excel="IF({top}=0,0,{r}/{top})",
    equation="x = r/top",
)
TEXTS = """
[activations]
celu = "CELU"
[costs]
huber = "Huber's cost"
[rules]
adamw = "AdamW"
[settings]
shrink = "Shrinking"
fade = "Factor of a step"
[symbols]
shrink = "λ"
fade = "fade"
[scalings]
largest = "divided by the largest"
[statistics]
top = "largest"
"""


@pytest.fixture
def templates(tmp_path, monkeypatch) -> Path:
    """A folder with catalogues of its own, in the place of those that are shipped."""
    folder = shutil.copytree(catalogue.templates(), tmp_path / "templates")
    monkeypatch.setattr(catalogue, "templates", lambda: folder)
    return folder


def write_texts(folder: Path) -> None:
    """Add the texts of the entries to the English catalogue, section by section."""
    path = folder / "messages.en.toml"
    text = path.read_text(encoding="utf-8")
    for section in TEXTS.strip().split("\n["):
        name, _, lines = section.removeprefix("[").partition("]\n")
        text = text.replace(f"\n[{name}]\n", f"\n[{name}]\n{lines}\n", 1)
    path.write_text(text, encoding="utf-8")


def agrees(tmp_path: Path, lesson: str, engine: str = "ironcalc", **changes: object) -> bool:
    """Whether the workbook of a lesson, somewhat changed, agrees with Python."""
    recipe, path = xb.load(lesson, epochs=3, **changes), tmp_path / "new.xlsx"
    xb.write(recipe, path, force=True)
    assert xb.load(path) == recipe
    return xb.check(path, engine).agrees


def celu(monkeypatch) -> dict[str, object]:
    monkeypatch.setitem(ACTIVATIONS, "celu", CELU)
    return {"layers": [{"units": 3, "activation": "celu"}, {"units": 1, "activation": "celu"}]}


def huber(monkeypatch) -> dict[str, object]:
    monkeypatch.setitem(COSTS, "huber", (HUBER,))
    return {"cost": "huber"}


def adamw(monkeypatch) -> dict[str, object]:
    monkeypatch.setitem(RULES, "adamw", ADAMW)
    return {"rule": "adamw", "schedule": "step", "eta": 0.01}


def fading(monkeypatch) -> dict[str, object]:
    monkeypatch.setitem(SCHEDULES, "fading", FADING)
    return {"schedule": "fading"}


def largest(monkeypatch) -> dict[str, object]:
    monkeypatch.setitem(SCALINGS, "largest", LARGEST)
    return {"scaling": "largest"}


@pytest.mark.parametrize("lesson", ["xor", "sine"])
@pytest.mark.parametrize("add", [celu, huber, adamw, fading, largest])
def test_an_entry_with_its_texts_is_all_that_a_workbook_needs(
    templates, tmp_path, monkeypatch, add, lesson
) -> None:
    write_texts(templates)
    assert agrees(tmp_path, lesson, **add(monkeypatch))


def test_a_long_formula_fits_into_the_sentences_about_many_units(
    templates, tmp_path, monkeypatch
) -> None:
    """Walkthrough chooses between cells, not between the formulas of all units."""
    write_texts(templates)
    changes = celu(monkeypatch)
    slope = "(" + "+".join(["IF({z}>0,1,{a}/2+1)"] * 8) + ")/8"
    monkeypatch.setitem(ACTIVATIONS, "celu", replace(CELU, excel_slope=slope))
    hidden = {"units": 20, "activation": "celu"}
    start = {"start": {"kind": "xavier"}, "views": ["walkthrough"]}
    assert agrees(tmp_path, "xor", layers=[hidden, hidden, *changes["layers"][1:]], **start)


@pytest.mark.parametrize(
    ("table", "name", "wrong"),
    [
        (ACTIVATIONS, "celu", replace(CELU, excel_slope="IF({z}>0,1,{a}/2+1.001)")),
        (COSTS, "huber", (replace(HUBER, excel_slope="MAX(-1,MIN(1,{a}-{t}))*1.001"),)),
        (RULES, "adamw", replace(ADAMW, excel=ADAMW.excel.replace("shrink", "0.011"))),
    ],
)
def test_an_entry_whose_formula_is_not_its_value_is_caught(
    templates, tmp_path, monkeypatch, table, name, wrong
) -> None:
    write_texts(templates)
    changes = {"celu": celu, "huber": huber, "adamw": adamw}[name](monkeypatch)
    monkeypatch.setitem(table, name, wrong)
    assert not agrees(tmp_path, "xor", **changes)


@pytest.mark.parametrize(
    ("add", "key"),
    [
        (celu, "activations.celu"),
        (huber, "costs.huber"),
        (adamw, "rules.adamw"),
        (fading, "symbols.fade"),
        (largest, "scalings.largest"),
    ],
)
def test_an_entry_without_its_texts_is_told_by_name(tmp_path, monkeypatch, add, key) -> None:
    with pytest.raises(KeyError, match=f"{key}: the catalogue of 'en' has no such text; add one"):
        agrees(tmp_path, "xor", **add(monkeypatch))


def test_no_other_language_stands_in_for_a_text(templates, tmp_path, monkeypatch) -> None:
    write_texts(templates)
    with pytest.raises(
        KeyError, match=r"activations\.celu: the catalogue of 'zh' has no such text"
    ):
        agrees(tmp_path, "xor", lang="zh", **celu(monkeypatch))


def test_a_setting_of_a_new_rule_has_its_limit_everywhere(templates, tmp_path, monkeypatch) -> None:
    write_texts(templates)
    changes = adamw(monkeypatch)
    assert dict(xb.load("xor", **changes).settings)["shrink"] == 0.01
    with pytest.raises(xb.XlbackpropError, match=r"^shrink: got 1, wanted .* and below 1\.$"):
        xb.load("xor", shrink=1, **changes)


def test_the_lessons_stay_as_they_are_with_new_entries(templates, tmp_path, monkeypatch) -> None:
    write_texts(templates)
    for add in (celu, huber, adamw):
        add(monkeypatch)
    for lesson in ("activations", "costs", "update-rules"):
        path = tmp_path / f"{lesson}.xlsx"
        xb.write(xb.load(lesson), path)
        assert xb.check(path).agrees


def test_a_language_is_its_catalogues(templates, tmp_path) -> None:
    for path in [*templates.glob("*.en.toml"), *templates.glob("lessons/*.en.toml")]:
        text = path.read_text(encoding="utf-8").replace('training = "Training"', 'training = "Tr"')
        path.with_name(path.name.replace(".en.", ".qx.")).write_text(text, encoding="utf-8")
    assert catalogue.languages() == ("en", "qx", "zh")
    assert agrees(tmp_path, "xor", lang="qx")
    assert "Tr" in load_workbook(tmp_path / "new.xlsx").sheetnames
    page = tmp_path / "page.xlsx"
    xb.write(xb.load("update-rules", lang="qx"), page)
    assert xb.check(page).agrees


def test_a_language_without_a_catalogue_is_refused() -> None:
    for lesson in ("xor", "update-rules"):
        with pytest.raises(xb.XlbackpropError, match=r"^lang: got 'qx', wanted one of en, zh"):
            xb.load(lesson, lang="qx")


def test_an_engine_is_its_entry(tmp_path, monkeypatch) -> None:
    given = list[Path]()

    def recalculate(paths: Sequence[Path]) -> list[Book]:
        given.extend(paths)
        return ENGINES["ironcalc"].recalculate(paths)

    for name in ("libreoffice", "gnumeric"):  # to ask all engines, without the programs
        monkeypatch.delitem(ENGINES, name)
    monkeypatch.setitem(ENGINES, "abacus", Engine("abacus", recalculate, lambda: None))
    assert agrees(tmp_path, "xor", engine="abacus")
    assert agrees(tmp_path, "xor", engine="all")
    assert given == [tmp_path / "new.xlsx"] * 2


def test_an_engine_that_is_missing_says_how_to_get_it(tmp_path, monkeypatch) -> None:
    asked = replace(ENGINES["ironcalc"], name="abacus", why_missing=lambda: "Buy an abacus.")
    monkeypatch.setitem(ENGINES, "abacus", asked)
    with pytest.raises(xb.XlbackpropError, match="Buy an abacus"):
        agrees(tmp_path, "xor", engine="abacus")


@dataclass(frozen=True)
class Centring(Weightless):
    """A layer that looks at all examples of a step, as batch normalisation does."""

    mark = ""
    row_name = "unit"

    def output_shape(self, shape):
        return shape

    def unit_labels(self, letter, place, source):
        return tuple(f"{letter}{place}_{k}" for k in range(1, len(source.labels) + 1))

    def value(self, a, parameters, shape):
        return a - a.mean(axis=-2, keepdims=True)

    def value_formulas(self, place, source, cells):
        return [f"{cells.value(x)}-AVERAGE({cells.examples(x, x)})" for x in source.labels]

    def value_equation(self, up, source):
        return f"a = {source} − mean"


@pytest.mark.parametrize("gradients", ["per-example", "summed"])
def test_a_layer_may_look_at_all_rows_of_a_block(tmp_path, monkeypatch, gradients) -> None:
    """Each mini-batch has its own mean; a formula of a single row could not know it."""
    monkeypatch.setitem(KINDS, "centring", Centring)
    layers = [{"kind": "centring"}, {"units": 2, "activation": "tanh"}, {"units": 1}]
    changes = {"layers": layers, "batch": 3, "epochs": 2, "gradients": gradients, "seed": 4}
    recipe = xb.load("sine", **changes, **{"start.kind": "normal"}, views=["learning-rates", "fit"])
    trace = xb.run(recipe)
    seen = recipe.x()[trace.steps.numbers[trace.steps.rows(0)] - 1]
    centred = trace.block(0)[:, trace.slices["a2"]]
    assert centred == pytest.approx(seen - seen.mean(axis=0))
    path = tmp_path / "centred.xlsx"
    xb.write(recipe, path)
    report = xb.check(path)
    assert report.agrees, report

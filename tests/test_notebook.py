"""In a notebook: tables of recipes, traces and reports that any browser reads, and a curve."""

import math
import sys
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from wanting import package

import xlbackprop as xb
from xlbackprop.checks.report import Comparison, Edit, Mismatch, Report
from xlbackprop.errors import PackageError

EVIL = '<script>alert("&")</script>'


class Tables(HTMLParser):
    """All cells of an HTML text, row by row, and whether its tags are closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.items: list[str] = []
        self.caption = ""
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag == "li":
            self.items.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data
        elif self.open[-1] == "li":
            self.items[-1] += data
        elif self.open[-1] == "caption":
            self.caption += data


@pytest.fixture(scope="module")
def trace() -> xb.Trace:
    return xb.run(xb.load("xor", epochs=40))


def test_a_recipe_shows_what_it_decides():
    shown = Tables(xb.load("backprop", batch=16)._repr_html_())
    fields = dict(shown.rows)
    assert shown.caption == "Recipe backprop"
    assert fields["data"] == "64 examples of 12 inputs"
    assert fields["network"] == "12 → 3 → 2"
    assert (fields["eta"], fields["batch"], fields["epochs"]) == ("0.2", "16", "50")


def test_a_page_of_maths_shows_with_what_it_begins():
    recipe = xb.load("gradient-descent", function="x^2", numbers={"eta": 0.25}, lang="zh")
    shown = Tables(recipe._repr_html_())
    fields = dict(shown.rows)
    assert shown.caption == "Lesson gradient-descent"
    assert (fields["function"], fields["lang"], fields["eta"]) == ("x^2", "zh", "0.25")
    assert fields["title"] == recipe.title


def test_the_settings_of_a_rule_are_shown():
    rule = dict(Tables(xb.load("xor", rule="momentum", momentum=0.75)._repr_html_()).rows)["rule"]
    assert rule == "momentum, momentum 0.75"


def test_a_trace_shows_the_first_and_last_rows_of_its_history(trace):
    shown = Tables(trace._repr_html_())
    assert shown.rows[0] == ["epoch", "C_T", "accuracy", "gradient_norm"]
    assert [row[0] for row in shown.rows[1:]] == ["1", "2", "3", "…", "39", "40", "41"]
    cost = trace.history["C_T"].tolist()
    for row, epoch in ((1, 0), (3, 2), (-1, 40)):
        assert float(shown.rows[row][1]) == pytest.approx(cost[epoch], rel=1e-5)
    right = trace.history["accuracy"].iloc[-1]
    assert shown.caption.endswith(f"after 40 updates; {right:.1%} right")


def test_a_short_history_is_shown_whole():
    shown = Tables(xb.run(xb.load("xor", epochs=6))._repr_html_())
    assert [row[0] for row in shown.rows[1:]] == list("1234567")


def test_what_can_not_be_computed_is_a_dash():
    shown = Tables(xb.run(xb.load("sine", epochs=1))._repr_html_())
    column = shown.rows[0].index("accuracy")
    assert {row[column] for row in shown.rows[1:]} == {"–"}


def _report(mismatches: int) -> Report:
    found = tuple(Mismatch("S", f"A{i}", EVIL, 1.0, 2.0) for i in range(mismatches))
    comparison = Comparison("ironcalc", 1234, 2.5e-16, math.inf, found, 0, math.nan)
    saved = replace(comparison, engine="saved", mismatches=(), drift=-3e-17)
    return Report("book.xlsx", 1234, (saved, comparison), edits=(Edit("S", "B2", None, "A1+1"),))


def test_a_report_shows_its_verdict_and_a_row_per_engine():
    shown = Tables(_report(12)._repr_html_())
    assert shown.caption == "book.xlsx: The sheet and Python differ."
    assert shown.rows[1:] == [
        ["saved", "1,234", "0", "2.5e-16", "inf", "-3.0e-17"],
        ["ironcalc", "1,234", "12", "2.5e-16", "inf", "–"],
    ]


def test_a_report_shows_ten_sentences_of_a_kind_and_counts_the_rest():
    shown = Tables(_report(12)._repr_html_())
    assert len(shown.items) == 10 + 1 + 1
    assert shown.items[10] == "… and 2 more"
    assert shown.items[11] == "S!B2  has no formula, was written as =A1+1"


def test_nothing_in_a_table_is_taken_for_html():
    recipe = xb.load("worked-example")
    evil = replace(recipe, name=EVIL)
    for shown in (Tables(evil._repr_html_()), Tables(_report(1)._repr_html_())):
        assert "script" not in shown.tags
    assert Tables(evil._repr_html_()).caption == f"Recipe {EVIL}"


def test_long_texts_are_cut():
    html = replace(xb.load("worked-example"), name="a" * 10_000)._repr_html_()
    assert len(html) < 2_000


# The curve.


@pytest.fixture
def pyplot():
    package("matplotlib").use("Agg")
    pyplot = package("matplotlib.pyplot")
    yield pyplot
    pyplot.close("all")


def test_a_plot_is_the_curve_of_the_total_cost(pyplot, trace):
    ax = trace.plot()
    [line] = ax.get_lines()
    assert line.get_xdata().tolist() == list(range(1, 42))
    assert line.get_ydata().tolist() == trace.history["C_T"].tolist()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "$C_T$")
    ax.figure.canvas.draw()


def test_a_plot_goes_where_one_wants_it(pyplot, trace):
    _, (left, right) = pyplot.subplots(1, 2)
    assert trace.plot(right) is right
    assert not left.get_lines()


def test_mini_batches_are_drawn_per_example(pyplot):
    trace = xb.run(xb.load("backprop", batch=20, epochs=2))
    ax = trace.plot()
    history = trace.history
    drawn = np.asarray(ax.get_lines()[0].get_ydata())
    assert drawn.tolist() == (history["C_T"] / history["examples"]).tolist()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "$C_T / n$")


def test_without_matplotlib_a_sentence_says_what_to_install(monkeypatch, trace):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(PackageError, match=r"^Drawing needs .* install xlbackprop\[plot\]"):
        trace.plot()

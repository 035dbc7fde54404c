"""The frames of a trace, and frames in files."""

import csv
import io
import stat
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from wanting import package

from xlbackprop.api import load
from xlbackprop.errors import FileError, RecipeError
from xlbackprop.training.engine import run
from xlbackprop.training.tables import choose, save, to_csv
from xlbackprop.training.trace import Trace


@pytest.fixture(scope="module")
def xor() -> Trace:
    return run(load("xor", epochs=5))


@pytest.fixture(scope="module")
def fixed() -> Trace:
    return run(load("worked-example", epochs=2))


def test_the_examples_frame_has_a_column_per_symbol_in_the_order_of_the_sheet(xor: Trace) -> None:
    assert xor.examples.columns.tolist() == [
        *("x1", "x2", "t1"),
        *("z2_1", "z2_2", "z2_3", "a2_1", "a2_2", "a2_3", "z3_1", "a3_1", "C", "right"),
        *("d3_1", "d2_1", "d2_2", "d2_3"),
        *("g_w2_1_1", "g_w2_1_2", "g_b2_1", "g_w2_2_1", "g_w2_2_2", "g_b2_2"),
        *("g_w2_3_1", "g_w2_3_2", "g_b2_3", "g_w3_1_1", "g_w3_1_2", "g_w3_1_3", "g_b3_1"),
    ]


def test_the_examples_frame_has_a_row_per_epoch_and_example(xor: Trace) -> None:
    index = xor.examples.index
    assert index.names == ["epoch", "example"]
    assert index.tolist() == [(epoch, n) for epoch in range(1, 7) for n in range(1, 5)]


def test_inputs_and_targets_of_the_examples_frame_are_the_data(xor: Trace) -> None:
    table = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    for epoch in range(1, 7):
        assert xor.examples.loc[epoch, ["x1", "x2", "t1"]].to_numpy().tolist() == table


def test_the_columns_of_the_examples_frame_fit_together(xor: Trace) -> None:
    frame, weights = xor.examples, xor.parameters.loc[3]
    row = frame.loc[(3, 2)]
    z = weights["w2_3_1"] * row["x1"] + weights["w2_3_2"] * row["x2"] + weights["b2_3"]
    assert row["z2_3"] == pytest.approx(z, rel=1e-12)
    assert row["a2_3"] == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-12)
    assert row["C"] == pytest.approx((row["t1"] - row["a3_1"]) ** 2 / 2, rel=1e-12)
    assert row["g_w3_1_3"] == pytest.approx(row["d3_1"] * row["a2_3"], rel=1e-12)
    assert row["g_b2_3"] == row["d2_3"]


def test_a_picture_names_its_pixels_by_row_and_column() -> None:
    columns = run(load("backprop", epochs=1)).examples.columns
    assert columns[:4].tolist() == ["x_1_1", "x_1_2", "x_1_3", "x_2_1"]
    assert columns[11:14].tolist() == ["x_4_3", "t1", "t2"]


def test_gradients_of_parameters_that_are_not_trained_are_left_out(fixed: Trace) -> None:
    gradients = [label for label in fixed.examples.columns if label.startswith("g_")]
    assert gradients == [
        *("g_w2_1_1", "g_w2_1_2", "g_w2_2_1", "g_w2_2_2"),
        *("g_w3_1_1", "g_w3_1_2", "g_w3_2_1", "g_w3_2_2"),
    ]


def test_the_parameters_frame_has_every_parameter_of_every_epoch(fixed: Trace) -> None:
    frame = fixed.parameters
    assert frame.index.tolist() == [1, 2, 3]
    assert frame.index.name == "epoch"
    assert frame.columns.tolist() == [
        *("w2_1_1", "w2_1_2", "b2_1", "w2_2_1", "w2_2_2", "b2_2"),
        *("w3_1_1", "w3_1_2", "b3_1", "w3_2_1", "w3_2_2", "b3_2"),
    ]
    assert frame.loc[1].tolist() == [
        *(0.15, 0.20, 0.35, 0.25, 0.30, 0.35, 0.40, 0.45, 0.60, 0.50, 0.55, 0.60)
    ]


def test_the_history_has_exactly_three_columns_and_a_row_more_than_epochs(xor: Trace) -> None:
    assert xor.history.columns.tolist() == ["C_T", "accuracy", "gradient_norm"]
    assert xor.history.index.tolist() == [1, 2, 3, 4, 5, 6]


def test_the_history_adds_up_the_examples(xor: Trace) -> None:
    groups = xor.examples.groupby(level="epoch")
    close = {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(xor.history["C_T"], groups["C"].sum(), **close)
    np.testing.assert_allclose(xor.history["accuracy"], groups["right"].mean(), **close)
    sums = groups[[label for label in xor.examples if label.startswith("g_")]].sum()
    norm = np.sqrt((sums**2).sum(axis=1))
    np.testing.assert_allclose(xor.history["gradient_norm"], norm, **close)


@pytest.mark.parametrize("what", ["examples", "parameters", "history"])
def test_every_number_of_a_csv_reads_back_as_the_same_number(xor: Trace, what: str) -> None:
    frame = choose(what)(xor)
    header, *rows = csv.reader(io.StringIO(to_csv(frame)))
    assert header == frame.columns.tolist()
    assert [[float(field) for field in row] for row in rows] == frame.to_numpy().tolist()


def test_a_saved_history_has_plain_lines_and_whole_epochs(xor: Trace, tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    save(choose("history")(xor), path)
    content = path.read_bytes()
    assert content.startswith(b"epoch,C_T,accuracy,gradient_norm\n1,")
    assert content.count(b"\n") == 7
    assert b"\r" not in content


@pytest.mark.parametrize(
    ("changes", "counters"), [({}, ["epoch"]), ({"batch": 2}, ["epoch", "step"])]
)
def test_all_frames_are_asked_in_one_way(changes: dict[str, int], counters: list[str]) -> None:
    """By epoch, and by step where an epoch has several, in the index; never in a column."""
    trace = run(load("xor", epochs=2, **changes))
    for frame in (trace.examples, trace.parameters, trace.history):
        assert list(frame.index.names)[: len(counters)] == counters
        assert not {"epoch", "step"} & set(frame.columns)
        assert len(frame.loc[2]) >= 1
        assert list(frame.reset_index())[: len(counters)] == counters


def test_frames_of_examples_and_parameters_carry_their_epoch_into_the_file(xor: Trace) -> None:
    assert choose("examples")(xor).columns[:3].tolist() == ["epoch", "example", "x1"]
    assert choose("parameters")(xor).columns[:2].tolist() == ["epoch", "w2_1_1"]


def test_a_file_that_is_there_is_replaced_by_force_and_can_be_read_by_whom_the_folder_allows(
    xor: Trace, tmp_path: Path
) -> None:
    path, plain = tmp_path / "h.csv", tmp_path / "plain"
    path.write_text("old")
    plain.write_text("")
    save(choose("history")(xor), path, force=True)
    assert pd.read_csv(path).shape == (6, 4)
    path.unlink()
    save(choose("history")(xor), path)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_parquet_without_its_package_is_one_sentence_and_leaves_nothing(
    xor: Trace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "fastparquet", None)
    sentence = r"h\.parquet: Parquet needs the package pyarrow; install .* or save \.csv\."
    with pytest.raises(FileError, match=sentence):
        save(choose("history")(xor), tmp_path / "h.parquet")
    assert list(tmp_path.iterdir()) == []


def test_parquet_reads_back_as_the_same_numbers(xor: Trace, tmp_path: Path) -> None:
    package("pyarrow")
    save(choose("history")(xor), tmp_path / "h.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "h.parquet"), choose("history")(xor))


@pytest.mark.parametrize(("name", "got"), [("h.xls", ".xls"), ("h", "no ending")])
def test_another_ending_is_refused(xor: Trace, tmp_path: Path, name: str, got: str) -> None:
    with pytest.raises(FileError, match=f"{name}: got {got}, wanted .csv or .parquet"):
        save(choose("history")(xor), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(xor: Trace, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"h\.csv: .*nowhere"):
        save(choose("history")(xor), tmp_path / "nowhere" / "h.csv")


def test_another_frame_than_the_three_is_refused() -> None:
    with pytest.raises(RecipeError, match="got 'weights', wanted one of examples, parameters, his"):
        choose("weights")


def test_the_cost_of_an_epoch_is_the_mean_over_all_its_examples():
    recipe = load("xor", batch=3, epochs=2)
    trace = run(recipe)
    costs = trace.examples["C"]
    each = [float(costs.loc[epoch].mean()) for epoch in (1, 2, 3)]
    np.testing.assert_allclose(trace.epoch_cost, each, rtol=1e-14)
    column = trace.history["C_epoch"]
    assert column.dropna().to_list() == trace.epoch_cost.tolist()
    assert column.dropna().index.to_list() == [(1, 2), (2, 4), (3, 5)]
    assert "C_epoch" not in run(load("xor", epochs=1)).history

"""Which examples each update looks at: full batches, mini-batches, orders that a person gives."""

import numpy as np
import pytest

import xlbackprop as xb
from xlbackprop.recipe.steps import Steps, drawn_order
from xlbackprop.training.engine import run


def steps(**changes):
    return xb.load("xor", **changes).steps()


def test_the_full_batch_sees_all_examples_in_their_order_in_each_epoch_and_after_the_last():
    found = steps(epochs=2)
    assert found.numbers.tolist() == [1, 2, 3, 4] * 3
    assert (found.sizes.tolist(), found.per_epoch, found.batched) == ([4, 4, 4], 1, False)


def test_a_mini_batch_takes_the_next_examples_and_the_last_of_an_epoch_what_is_left():
    found = steps(epochs=2, batch=3)
    assert found.sizes.tolist() == [3, 1, 3, 1, 4]
    assert [found.epoch(block) for block in range(5)] == [1, 1, 2, 2, 3]
    for epoch in range(2):  # each example once
        dealt = np.concatenate([found.numbers[found.rows(2 * epoch + i)] for i in range(2)])
        assert sorted(dealt.tolist()) == [1, 2, 3, 4]
    assert found.numbers[found.rows(4)].tolist() == [1, 2, 3, 4]


def test_one_at_a_time_has_an_update_per_example():
    assert steps(epochs=3, batch=1).sizes.tolist() == [1] * 12 + [4]


def test_a_batch_of_all_examples_is_the_full_batch():
    assert xb.load("xor", batch=4) == xb.load("xor") == xb.load("xor", batch="full")


def test_blocks_of_equal_size_are_taken_together_and_none_is_left_out():
    found = Steps.of(7, 3, 3, np.arange(21) % 7 + 1)
    rows = np.concatenate([rows.ravel() for _, rows in found.alike()])
    assert sorted(rows.tolist()) == list(range(28))
    for blocks, rows in found.alike():
        for block, of_block in zip(blocks, rows, strict=True):
            assert of_block.tolist() == list(range(28))[found.rows(block)]


def test_the_seed_decides_the_order_and_not_the_starting_weights_of_the_order():
    first, again, other = (steps(batch=2, seed=seed).numbers for seed in (3, 3, 4))
    assert first.tolist() == again.tolist() != other.tolist()
    full, dealt = (xb.load("xor", batch=batch, seed=3) for batch in ("full", 2))
    np.testing.assert_array_equal(full.start_parameters(), dealt.start_parameters())


def test_every_epoch_is_dealt_anew_and_every_order_comes_up():
    orders = drawn_order(3, 600, 1, seed=5).reshape(600, 3)
    kinds, counts = np.unique(orders, axis=0, return_counts=True)
    assert len(kinds) == 6
    assert counts.min() > 60  # of 100 expected: four standard deviations


def test_a_step_of_a_mini_batch_is_the_step_of_those_examples_alone():
    recipe = xb.load("iris", batch=16, epochs=1, rule="gradient-descent", eta=0.01)
    trace, table = run(recipe), recipe.data
    for block in (0, 3, 9):
        seen = recipe.steps().numbers[recipe.steps().rows(block)] - 1
        alone = recipe.changed(
            data=xb.load(
                "iris", data={"columns": list(table.columns), "rows": rows(table, seen)}
            ).data,
            batch=0,
            class_order=recipe.classes(),
            start=recipe.with_numbers(
                raw=recipe.raw(),
                labels=recipe.labels(),
                targets=None,
                eta=recipe.eta,
                start=trace.parameter_values[block],
            ).start,
        )
        np.testing.assert_allclose(
            run(alone).parameter_values[1], trace.parameter_values[block + 1], rtol=1e-13
        )
    assert len(trace.cost) == 11


def rows(table, seen):
    return [list(table.rows[index]) for index in seen]


def test_frames_of_mini_batches_name_epoch_step_and_example():
    trace = run(xb.load("xor", batch=3, epochs=2))
    assert trace.examples.index.names == ["epoch", "step", "example"]
    assert trace.parameters.index.tolist() == [(1, 1), (1, 2), (2, 3), (2, 4), (3, 5)]
    assert trace.history["examples"].tolist() == [3, 1, 3, 1, 4]
    numbers = trace.examples.index.get_level_values("example")
    assert numbers.tolist() == trace.steps.numbers.tolist()
    sums = trace.examples.groupby("step")["C"].sum()
    np.testing.assert_allclose(sums, trace.history["C_T"], rtol=1e-14)


def test_frames_of_full_batches_name_epoch_and_example():
    trace = run(xb.load("xor", epochs=1))
    assert trace.examples.index.names == ["epoch", "example"]
    assert trace.parameters.index.tolist() == [1, 2]
    assert list(trace.history) == ["C_T", "accuracy", "gradient_norm"]


def test_a_recipe_keeps_batch_order_gradients_and_detail_on_the_way_through_text():
    order = [[4, 1, 2, 3], [2, 2, 3, 1]]
    for detail in ([1, 3], [], "all"):
        recipe = xb.load("xor", epochs=2, batch=3, order=order, gradients="summed", detail=detail)
        assert xb.from_toml(xb.to_toml(recipe)) == recipe
        assert recipe.steps().numbers[:8].tolist() == [4, 1, 2, 3, 2, 2, 3, 1]


def test_another_number_of_epochs_has_another_order():
    recipe = xb.load("xor", epochs=1, batch=3, order=[[4, 1, 2, 3]])
    assert recipe.order
    text = xb.to_toml(recipe)
    assert "order = [" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"batch": 5}, "batch: got 5, more than the 4 examples that there are; take a smaller one"),
        ({"batch": 0}, "batch: got 0, wanted a number of examples of at least 1, or"),
        ({"batch": "half"}, "batch: got 'half', wanted a number of examples of at least 1, or"),
        ({"order": [[1, 2]]}, "order: got 1 rows of 2 example numbers, wanted 2 of 4, one row per"),
        ({"order": [[1, 2, 3, 4], [1, 2, 3, 5]]}, "order: got example 5, wanted a number from 1"),
        ({"order": [1, 2]}, "order: wanted a list of lists of example numbers, one list per epoch"),
        ({"detail": [4]}, "detail: got epoch 4, wanted epochs from 1 to 3 (the last one shows"),
        ({"detail": "some"}, "detail: got 'some', wanted a list of epochs, or"),
        ({"gradients": "sum"}, "gradients: got 'sum', wanted one of per-example, summed; did you"),
    ],
)
def test_steps_that_cannot_be_are_refused_in_one_sentence(changes, said):
    with pytest.raises(xb.XlbackpropError) as error:
        xb.load("xor", epochs=2, **changes)
    assert str(error.value).startswith(said)

"""Labels, made and taken apart."""

import pytest

from xlbackprop.words.notation import Symbol, input_labels, parse, target_labels, unit_labels


@pytest.mark.parametrize(
    ("label", "letter", "layer", "indices", "gradient"),
    [
        ("x1", "x", "", "1", False),
        ("x12", "x", "", "12", False),
        ("x_2_3", "x", "", "23", False),
        ("x_2_13", "x", "", "2,13", False),
        ("t2", "t", "", "2", False),
        ("z2_1", "z", "2", "1", False),
        ("a10_11", "a", "10", "11", False),
        ("d3_2", "δ", "3", "2", False),
        ("b2_1", "b", "2", "1", False),
        ("w2_1_3", "w", "2", "13", False),
        ("w2_1_12", "w", "2", "1,12", False),
        ("w2_11_2", "w", "2", "11,2", False),
        ("g_w2_1_3", "w", "2", "13", True),
        ("g_b3_2", "b", "3", "2", True),
        ("z2F1_2_3", "z", "F1", "23", False),
        ("g_w2F1_3_1", "w", "F1", "31", True),
        ("b2F", "b", "F", "", False),
        ("a3P2_1_2", "a", "P2", "12", False),
        ("z4O_1", "z", "O", "1", False),
        ("b4O_2", "b", "O", "2", False),
        ("w4O_1_2_2_1", "w", "O1", "2-21", False),
        ("w5O_1_12", "w", "O1", "12", False),
        ("w3_1_2_2_1", "w", "3", "1,2-21", False),
        ("C", "C", "", "", False),
        ("right", "right", "", "", False),
    ],
)
def test_a_label_is_taken_apart(
    label: str, letter: str, layer: str, indices: str, gradient: bool
) -> None:
    assert parse(label) == Symbol(letter, layer, indices, gradient)


@pytest.mark.parametrize("text", ["", "2", "g_", "w2_", "w2_1_", "w 2", "w2-1", "w2_1_x", "_1"])
def test_what_is_no_label_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a label such as w2_1_3"):
        parse(text)


def test_units_are_counted_from_one() -> None:
    assert unit_labels("z", "2", 3) == ("z2_1", "z2_2", "z2_3")
    assert target_labels(2) == ("t1", "t2")


def test_inputs_are_numbered_in_one_row() -> None:
    assert input_labels((3,)) == ("x1", "x2", "x3")


def test_pixels_are_numbered_row_by_row() -> None:
    assert input_labels((2, 3)) == ("x_1_1", "x_1_2", "x_1_3", "x_2_1", "x_2_2", "x_2_3")


def test_the_pixels_of_one_row_keep_two_indices() -> None:
    assert input_labels((1, 2)) == ("x_1_1", "x_1_2")

"""Colours: contrast by WCAG 2.1, colour blindness by Machado, Oliveira and Fernandes (2009)."""

from itertools import combinations

import numpy as np
import pytest

from xlbackprop.workbook.style import BAD, GOOD, PIXEL, ROLES, SIGNED, STYLES, THEME

WHITE = "FFFFFF"
# Linear RGB → what a person without one kind of cone sees (severity 1).
MACHADO = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    "none": np.eye(3).tolist(),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(color: str) -> np.ndarray:
    signal = np.array([int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    light, dark = sorted((TO_XYZ[1] @ linear(color) for color in (a, b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / (TO_XYZ @ np.ones(3))
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(a: str, b: str, blindness: str) -> float:
    """CIE 1976 colour difference as the person sees it; 2.3 is just noticeable."""
    matrix = np.array(MACHADO[blindness])
    return float(np.linalg.norm(lab(matrix @ linear(a)) - lab(matrix @ linear(b))))


def test_the_contrast_of_black_on_white_is_known():
    assert contrast("000000", WHITE) == pytest.approx(21, abs=1e-3)


@pytest.mark.parametrize("name", STYLES)
def test_every_text_stands_out_from_its_ground(name):
    look = STYLES[name]
    ground = look.fill.fgColor.rgb[-6:] if look.fill.fill_type else WHITE
    assert contrast(look.font.color.rgb[-6:], ground) >= 4.5


@pytest.mark.parametrize(
    ("ink", "ground"), [GOOD, BAD, *((THEME.ink.text, pixel) for pixel in (*PIXEL, *SIGNED))]
)
def test_text_on_conditional_colours_stands_out(ink, ground):
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("blindness", MACHADO)
def test_no_two_neighbouring_roles_look_alike_to_anybody(blindness):
    bands = {name: role.band for name, role in ROLES.items() if name != "python"}
    close = {
        (a, b): round(distance(bands[a], bands[b], blindness), 1)
        for a, b in combinations(bands, 2)
        if distance(bands[a], bands[b], blindness) < 10
    }
    assert close == {}


@pytest.mark.parametrize("blindness", MACHADO)
def test_agreement_and_difference_look_different_to_anybody(blindness):
    assert distance(GOOD[1], BAD[1], blindness) >= 15


def test_below_and_above_0_are_told_apart_on_a_photocopy():
    below, nought, above = (lab(np.full(3, TO_XYZ[1] @ linear(color)))[0] for color in SIGNED)
    assert below - above > 15
    assert nought - below > 10


@pytest.mark.parametrize("kind", ["plain", "number", "weight", "pixel", "whole", "figure", "text"])
def test_a_cell_to_edit_keeps_its_frame_whatever_colours_it(kind):
    """A picture's colour takes the place of the ground, never that of the frame."""
    border = STYLES[f"{kind}-input"].border
    for side in (border.left, border.right, border.top, border.bottom):
        assert side.style == "thin"
        frame = side.color.rgb[-6:]
        assert min(contrast(frame, color) for color in (WHITE, *PIXEL, *SIGNED)) > 1.4
    assert STYLES[f"{kind}-data"].border.left.color.rgb[-6:] != frame

"""poppler draws the pages of a PDF."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xlbackprop.errors import EngineError
from xlbackprop.recalc.program import find, how_to_install, run

Box = tuple[int, int, int, int]  # left, top, width, height in pixels


def program() -> str:
    """Where pdftoppm is.

    Raises:
        EngineError: it is missing.
    """
    if found := find("pdftoppm"):
        return found
    raise EngineError(
        how_to_install(
            "poppler",
            linux="sudo apt-get install poppler-utils",
            macos="brew install poppler",
            windows="winget install oschwartz10612.Poppler",
        )
    )


def shades(pdf: Path, page: int, dpi: int) -> NDArray[np.uint8]:
    """A page in shades of grey, (height, width); 255 is white.

    Raises:
        EngineError: poppler is missing, failed or took too long.
    """
    content = _draw(pdf, page, dpi, "-gray", "pgm")
    # P5, width, height, 255, each behind a blank or line break; then a byte for each pixel.
    _, width, height, _ = content.split(maxsplit=4)[:4]
    size = int(width) * int(height)
    return np.frombuffer(content[-size:], np.uint8).reshape(int(height), int(width))


def picture(pdf: Path, page: int, dpi: int, box: Box) -> bytes:
    """A part of a page as PNG.

    Raises:
        EngineError: poppler is missing, failed or took too long.
    """
    left, top, width, height = map(str, box)
    return _draw(pdf, page, dpi, "-png", "png", "-x", left, "-y", top, "-W", width, "-H", height)


def _draw(pdf: Path, page: int, dpi: int, form: str, ending: str, *options: str) -> bytes:
    pages = ["-f", str(page), "-l", str(page), "-singlefile", "-r", str(dpi)]
    command = [program(), form, *pages, *options, str(pdf), "page"]
    run("poppler", command, pdf.parent)
    return (pdf.parent / f"page.{ending}").read_bytes()

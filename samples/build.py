"""Builds everything in this folder: workbooks, and pictures of some of their printed pages.

python samples/build.py            build them (pictures need LibreOffice and poppler)
python samples/build.py --check    see that they are what this version would build
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from xlbackprop.api import load, write
from xlbackprop.comparison import check_many
from xlbackprop.lessons import LESSONS

HERE = Path(__file__).parent
BOOKS = {HERE / f"{lesson}.xlsx": (lesson, "en") for lesson in LESSONS} | {
    HERE / "xor.zh.xlsx": ("xor", "zh")
}
PAGES = {  # picture: workbook, words on its page, which of the pages with these words
    "start.png": ("backprop.xlsx", "What the colours mean", 0),
    "training.png": ("backprop.xlsx", "Layer 3: error", 0),
    "history.png": ("backprop.xlsx", "Total cost C_T per epoch", 0),
    "walkthrough.png": ("backprop.xlsx", "Epoch to show", 0),
    "fit.png": ("sine.xlsx", "Target t and output a", 0),
    "training.zh.png": ("xor.zh.xlsx", "第 2 层：加权输入", 0),
}
RESOLUTION = 110  # dots per inch


def build_books() -> None:
    for path, (lesson, language) in BOOKS.items():
        write(load(lesson, lang=language), path, force=True)
        print(path.name)


def build_pictures() -> None:
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        for book in {book for book, _, _ in PAGES.values()}:
            convert = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder]
            subprocess.run([*convert, str(HERE / book)], check=True, capture_output=True)
        for picture, (book, words, which) in PAGES.items():
            pdf = Path(folder) / Path(book).with_suffix(".pdf").name
            page = str(_pages_with(pdf, words)[which])
            target = str(HERE / Path(picture).stem)
            draw = ["pdftoppm", "-png", "-r", str(RESOLUTION), "-f", page, "-l", page]
            subprocess.run([*draw, "-singlefile", str(pdf), target], check=True)
            print(picture)


def _pages_with(pdf: Path, words: str) -> list[int]:
    text = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True)
    pages = text.stdout.split("\f")
    return [number for number, page in enumerate(pages, 1) if words in page]


def check_books() -> int:
    """0 when every workbook holds today's formulas and agrees with today's Python."""
    reports = check_many(list(BOOKS))
    for report in reports:
        print(f"{Path(report.path).name}: {report.verdict()}")
    return 0 if all(report.agrees for report in reports) else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(check_books())
    build_books()
    build_pictures()

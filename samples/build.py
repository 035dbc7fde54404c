"""Builds everything in this folder: the course, two books in Chinese, pictures of printed pages.

python samples/build.py            build them (pictures need LibreOffice and poppler)
python samples/build.py --check    see that they are what this version would build
"""

import sys
from pathlib import Path

from xlbackprop.api import load, write
from xlbackprop.checks.check import check_many
from xlbackprop.course import write_course
from xlbackprop.printing import picture
from xlbackprop.syllabus import LESSONS

HERE = Path(__file__).parent
CHINESE = {HERE / f"{lesson}.zh.xlsx": lesson for lesson in ("gradient-descent", "xor")}
BOOKS = [*(HERE / f"{lesson}.xlsx" for lesson in LESSONS), *CHINESE]
PICTURES = {  # picture: workbook, sheet, page
    "start.png": ("backprop.xlsx", "start", 1),
    "training.png": ("backprop.xlsx", "training", 3),
    "progress.png": ("backprop.xlsx", "progress", 1),
    "walkthrough.png": ("backprop.xlsx", "walkthrough", 1),
    "predict.png": ("backprop.xlsx", "predict", 1),
    "learning-rates.png": ("backprop.xlsx", "learning-rates", 1),
    "gradient-descent.png": ("gradient-descent.xlsx", "Gradient descent", 1),
    "fit.png": ("sine.xlsx", "fit", 1),
    "training.zh.png": ("xor.zh.xlsx", "training", 1),
}


def build_books() -> None:
    for path in write_course(HERE, force=True):
        print(path.name)
    for path, lesson in CHINESE.items():
        write(load(lesson, lang="zh"), path, force=True)
        print(path.name)


def build_pictures() -> None:
    for name, (book, sheet, page) in PICTURES.items():
        picture(HERE / book, sheet, HERE / name, page=page, force=True)
        print(name)


def check_books() -> int:
    """0 when every workbook holds today's formulas and agrees with today's Python."""
    reports = check_many(BOOKS)
    for report in reports:
        print(f"{Path(report.path).name}: {report.verdict()}")
    return 0 if all(report.agrees for report in reports) else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(check_books())
    build_books()
    build_pictures()

"""Files that ask for more time or memory than there is, each made by a function of its folder."""

import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from workbooks import make

Make = Callable[[Path], str]  # returns the arguments of the command, to be parted at blanks
SHEET = "xl/worksheets/sheet1.xml"
RECIPE = 'data = "d.csv"\nlabel = "y"\nlayers = [{ units = 2 }]\neta = 1\nepochs = 1\n'


def rewritten(folder: Path, change: Callable[[str, bytes], bytes], lesson: str = "xor") -> Path:
    """A workbook of ours with other parts."""
    made = make(folder, lesson, "sound", **({"epochs": 2} if lesson == "xor" else {}))
    path = folder / "hostile.xlsx"
    with (
        zipfile.ZipFile(made.path) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return path


def with_cells(rows: str) -> Make:
    """A workbook with rows below those of its first sheet."""

    def change(name: str, content: bytes) -> bytes:
        return content.replace(b"</sheetData>", rows.encode() + b"</sheetData>", name == SHEET)

    return lambda folder: f"check {rewritten(folder, change)}"


def formula(text: str, attributes: str = "") -> Make:
    return with_cells(f'<row r="900"><c r="A900"><f{attributes}>{text}</f><v>0</v></c></row>')


def with_recipe(old: str, new: str) -> Make:
    """A workbook whose Recipe sheet was changed."""

    def change(name: str, content: bytes) -> bytes:
        return re.sub(old.encode(), new.encode(), content) if "worksheets" in name else content

    return lambda folder: f"check {rewritten(folder, change)}"


def blanks(size: int, name: str = SHEET) -> Make:
    """A part that unpacks to so many blanks."""

    def make_it(folder: Path) -> str:
        made = make(folder, "xor", "sound", epochs=1, views=[])
        path = folder / "hostile.xlsx"
        with (
            zipfile.ZipFile(made.path) as old,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for part in old.infolist():
                with old.open(part) as source, new.open(part.filename, "w") as target:
                    shutil.copyfileobj(source, target)
                    for _ in range(size // 10**7 if part.filename == name else 0):
                        target.write(b" " * 10**7)
        return f"check {path}"

    return make_it


def shared_texts(folder: Path) -> str:
    texts = b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006'
    texts += b'/main">' + b"<si/>" * 36_000_000 + b"</sst>"

    def change(name: str, content: bytes) -> bytes:
        return texts if name == "xl/sharedStrings.xml" else content

    path = rewritten(folder, change)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        if "xl/sharedStrings.xml" not in archive.namelist():
            archive.writestr("xl/sharedStrings.xml", texts)
    return f"check {path}"


def named(area: str) -> Make:
    """A name for many cells, and a formula that reads it."""

    def change(name: str, content: bytes) -> bytes:
        if name == "xl/workbook.xml":
            defined = f'<definedName name="all">{area}</definedName></definedNames>'.encode()
            return content.replace(b"</definedNames>", defined)
        cell = b'<row r="900"><c r="A900"><f>SUMPRODUCT(all*all)</f><v>0</v></c></row></sheetData>'
        return content.replace(b"</sheetData>", cell, name == SHEET)

    return lambda folder: f"check {rewritten(folder, change)}"


def text(name: str, content: Callable[[], str], command: str) -> Make:
    def make_it(folder: Path) -> str:
        (folder / name).write_text(content(), encoding="utf-8")
        return command

    return make_it


def toml(content: Callable[[], str], command: str = "make r.toml") -> Make:
    return text("r.toml", content, command)


def csv(content: Callable[[], str], more: str = "") -> Make:
    return text("d.csv", content, f"make --data d.csv --label y {more}")


def sparse(name: str, size: int, command: str) -> Make:
    """A file of zeros that takes no room on the disk."""

    def make_it(folder: Path) -> str:
        with (folder / name).open("wb") as file:
            file.truncate(size)
        return command

    return make_it


def link(name: str, target: str, command: str) -> Make:
    def make_it(folder: Path) -> str:
        (folder / name).symlink_to(target)
        return command

    return make_it


def pipe(name: str, command: str) -> Make:
    def make_it(folder: Path) -> str:
        os.mkfifo(folder / name)
        return command

    return make_it


def parquet(folder: Path) -> str:
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame(np.zeros((1_000_000, 60)), columns=[*(f"c{i}" for i in range(59)), "y"])
    frame.to_parquet(folder / "d.parquet")
    return "make --data d.parquet --label y"


def wide(count: int) -> Callable[[], str]:
    names = ",".join(f"c{i}" for i in range(count))
    return lambda: f"{names},y\n{'1,' * count}0\n{'2,' * count}1\n"


def recipe(old: str, new: str) -> Make:
    """A recipe with data of its own, one of whose lines was changed."""

    def make_it(folder: Path) -> str:
        (folder / "d.csv").write_text("x,y\n1,0\n2,1\n")
        (folder / "r.toml").write_text(RECIPE.replace(old, new))
        return "make r.toml"

    return make_it


LAYERS = "layers = [" + "{ units = 1 }, " * 5_000 + "{ units = 2 }]"
HOSTILE: dict[str, Make] = {
    # workbooks
    "a sheet with 1 GB of blanks": blanks(10**9),
    "a sheet with 2 GB of blanks": blanks(2 * 10**9),
    "36 million shared texts": shared_texts,
    "an array formula over a sheet": formula("1", ' t="array" ref="A900:XFD1048576"'),
    "a formula shared by a sheet": formula("1", ' t="shared" si="90" ref="A900:XFD1048576"'),
    "a sum over whole columns": formula("SUMPRODUCT(A:XFD*B:XFE)"),
    "a sum over two columns": formula("SUMPRODUCT(Z:Z*AA:AA)"),
    "a sum over whole rows": formula("SUMPRODUCT(1:1000*1)"),
    "a sum over a large range": formula("SUMPRODUCT($A$1:$XFD$1048576*1)"),
    "a name for a whole sheet": named("Data!$A:$XFD"),
    "a cell in the last corner": with_cells(
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    ),
    "a recipe of a million epochs": with_recipe("epochs = 2(?=<)", "epochs = 1000000"),
    "a recipe of 10^12 epochs": with_recipe("epochs = 2(?=<)", "epochs = 1000000000000"),
    "a recipe of 900 units": with_recipe(r"(?<=units = )3", "900"),
    "a recipe nested too deep": with_recipe("epochs = 2(?=<)", "epochs = " + "[" * 900),
    "zeros for a workbook": sparse("b.xlsx", 3 * 10**9, "check b.xlsx"),
    "zeros for a small workbook": sparse("b.xlsx", 150 * 10**6, "check b.xlsx"),
    "a device for a workbook": link("b.xlsx", "/dev/zero", "check b.xlsx"),
    "a pipe for a workbook": pipe("b.xlsx", "check b.xlsx"),
    "a link to itself for a workbook": link("b.xlsx", "b.xlsx", "check b.xlsx"),
    # recipes
    "a recipe that is a device": link("r.toml", "/dev/zero", "make r.toml"),
    "a recipe that is a pipe": pipe("r.toml", "make r.toml"),
    "a recipe that is a link to itself": link("r.toml", "r.toml", "make r.toml"),
    "a recipe of 3 GB": sparse("r.toml", 3 * 10**9, "make r.toml"),
    "a recipe of 4 MB of zeros": sparse("r.toml", 4 * 10**6, "make r.toml"),
    "a key of 100,000 parts": toml(lambda: ".".join("a" * 100_000) + " = 1"),
    "a table of 100,000 parts": toml(lambda: f"[{'.'.join('a' * 100_000)}]"),
    "a key of many quoted parts": toml(lambda: ".".join(['"a b"'] * 100_000) + " = 1"),
    "lists 900 deep": toml(lambda: "a=" + "[" * 900),
    "lists 300 deep": toml(lambda: "a=" + "[" * 300 + "]" * 300),
    "tables 900 deep": toml(lambda: "a=" + "{a=" * 900),
    "5,000 layers": recipe("layers = [{ units = 2 }]", LAYERS),
    "data with a NUL in the name": toml(lambda: RECIPE.replace("d.csv", r"a\u0000.csv")),
    "data that are a folder": recipe('"d.csv"', '"."'),
    "a number of 5,000 digits": toml(lambda: RECIPE + "seed = " + "9" * 5_000),
    "a billion units": recipe("units = 2", "units = 1000000000"),
    "a theme that is a device": link("t.toml", "/dev/zero", "make xor --theme t.toml"),
    "a theme that is a pipe": pipe("t.toml", "make xor --theme t.toml"),
    "a theme nested too deep": text("t.toml", lambda: "a=" + "[" * 900, "make xor --theme t.toml"),
    "a logo that is a device": text(
        "t.toml", lambda: '[page]\nlogo = "/dev/zero"', "make xor --theme t.toml"
    ),
    # data
    "30 million rows": csv(lambda: "x,y\n" + "1,2\n" * 30_000_000),
    "30 million rows of old Macs": csv(lambda: "x,y\r" + "1,2\r" * 30_000_000),
    "30 million empty lines": csv(lambda: "x,y\n1,2\n" + "\n" * 30_000_000),
    "20,000 columns": csv(wide(20_000)),
    "a million columns": csv(wide(1_000_000)),
    "a million columns that are asked for": csv(wide(1_000_000), "--set inputs=['c999']"),
    "60 million entries": csv(lambda: f"{'x,' * 60}y\n" + f"{'1,' * 60}2\n" * 1_000_000),
    "100 MB within one quotation": csv(lambda: 'x,y\n1,"' + "a\n" * 50_000_000),
    "100 MB on one line": csv(lambda: "x" * 100_000_000),
    "100 MB of separators": csv(lambda: "," * 100_000_000),
    "data that are a device": link("d.csv", "/dev/zero", "make --data d.csv --label y"),
    "data that are a pipe": pipe("d.csv", "make --data d.csv --label y"),
    "a workbook of data with 1 GB of blanks": lambda folder: blanks(10**9)(folder).replace(
        "check", "make --label y --data"
    ),
    "a workbook of data with a cell in the last corner": lambda folder: with_cells(
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )(folder).replace("check", "make --label y --sheet 2 --data"),
    "a table of 60 million entries": parquet,
    # targets
    "a link to itself as target": link("o.xlsx", "o.xlsx", "make xor -o o.xlsx --force"),
    "a pipe as target": pipe("o.xlsx", "make xor -o o.xlsx --force"),
    "a device as target": link("o.xlsx", "/dev/full", "make xor -o o.xlsx --force"),
    "a table to a device": link("o.csv", "/dev/full", "trace xor -o o.csv --force"),
    # work
    "a billion epochs": lambda folder: "make xor --epochs 1000000000",
    "a billion epochs, only computed": lambda folder: "trace xor --epochs 1000000000",
}

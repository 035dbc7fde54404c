"""LibreOffice Calc as a recalculator.

It computes in doubles and saves 15 significant digits in every format it has (.xlsx, .ods, .fods),
so values agree to 5e-15 at best. Its kinds of errors differ: LN(-1) is #VALUE! here and #NUM!
elsewhere. A subnormal number written in a formula (1E-310) is #VALUE! too; in a cell it is right.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from xlbackprop.errors import EngineError
from xlbackprop.recalc.book import Book
from xlbackprop.recalc.program import find, how_to_install, recalculate_with, run

_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
)

# (path, property, value): always recalculate; never follow links out of a workbook; no macros.
_SETTINGS = (
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "en-US"),
    ("/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
)


def why_missing() -> str | None:
    """None when LibreOffice is installed, else one sentence on how to install it."""
    if _program():
        return None
    return how_to_install(
        "LibreOffice",
        linux="sudo apt-get install libreoffice-calc-nogui",
        macos="brew install --cask libreoffice",
        windows="the Download page of libreoffice.org",
    )


def recalculate(paths: Sequence[Path]) -> list[Book]:
    """The workbooks as LibreOffice recalculates them, all in one start of the program.

    Raises:
        FileError: A workbook isn't there or can't be read.
        BookError: A workbook isn't a safe .xlsx file.
        EngineError: LibreOffice is missing, failed, took too long or kept stored values.
    """
    return recalculate_with("LibreOffice", paths, partial(convert, program()))


def program() -> str:
    """Where LibreOffice is.

    Raises:
        EngineError: It is missing.
    """
    soffice = _program()
    if soffice is None:
        raise EngineError(why_missing() or "")
    return soffice


def _program() -> str | None:
    return find("soffice", _USUAL_PLACES)


def convert(soffice: str, folder: Path, names: list[str], form: str = "xlsx") -> None:
    """Read folder/in/name, recalculate, and write folder/out/name in a form: xlsx or pdf.

    Raises:
        EngineError: LibreOffice failed or took too long.
    """
    _write_profile(folder / "profile")
    command = [
        soffice,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck"),
        *("--convert-to", form, "--outdir", "out"),
        *(f"in/{name}" for name in names),  # relative and short: Windows limits a command's length
    ]
    run("LibreOffice", command, folder)


def _write_profile(profile: Path) -> None:
    """A profile of its own: the user's settings don't count, and a running LibreOffice neither."""
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>',
        encoding="utf-8",
    )

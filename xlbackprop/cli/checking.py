"""Several workbooks checked at once: a line each, and the worst of their exit statuses."""

import json
import sys
from collections.abc import Iterator, Sequence
from glob import glob, has_magic
from os.path import isfile
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from xlbackprop.checks.check import check
from xlbackprop.checks.report import Report
from xlbackprop.cli.terminal import say
from xlbackprop.errors import EngineError, NoFormulasError, XlbackpropError, legible
from xlbackprop.sheets.effort import Effort

# Signs that JSON leaves as they are and that a screen obeys.
_LIVE = {sign: f"\\u{sign:04x}" for sign in range(0x7F, 0xA0)}


def matching(paths: Sequence[Path]) -> list[Path]:
    """The files that patterns such as ``*.xlsx`` stand for, which not every shell replaces."""
    found = list[Path]()
    for path in paths:
        pattern = has_magic(str(path)) and not path.exists()
        found += map(Path, sorted(glob(str(path)))) if pattern else []
        if not pattern or not glob(str(path)):
            found.append(path)
    return list(dict.fromkeys(found))


def check_one(path: Path, engines: Sequence[str], *, as_json: bool) -> int:
    """Print what was found, before it what takes long; the exit status."""
    if isfile(path) and is_zipfile(path):  # not a pipe, which would wait for somebody to write
        told = Effort.of_checking(path.stat().st_size).told(path)
        if told:
            say(told)
    report = check(path, engines)
    print(_json(report.as_dict()) if as_json else "\n".join(map(legible, report.lines())))
    return 0 if report.agrees else 1


def check_all(paths: Sequence[Path], engines: Sequence[str], *, as_json: bool) -> int:
    """Print a line for each workbook, or one list for all; the worst exit status.

    Raises:
        EngineError: a spreadsheet program is missing.
    """
    statuses, entries = [0], []
    for path in paths:
        status, line, entry = _checked(path, engines)
        statuses.append(status)
        entries.append(entry)
        if not as_json:
            print(legible(line), file=sys.stderr if status == 2 else sys.stdout, flush=True)
    if as_json:
        print(_json(entries))
    return max(statuses)


def _checked(path: Path, engines: Sequence[str]) -> tuple[int, str, dict[str, Any]]:
    """The exit status of one workbook, its line and its entry in a list."""
    try:
        report = check(path, engines)
    except EngineError:
        raise
    except XlbackpropError as error:
        status = 0 if isinstance(error, NoFormulasError) else 2
        line = f"{path}: nothing to check." if not status else f"xlbackprop: {error}"
        return status, line, {"file": str(path), "agrees": None, "error": str(error)}
    line = " ".join([f"{path}: {report.verdict()}", *_first(report)])
    return 0 if report.agrees else 1, line, report.as_dict()


def _first(report: Report) -> Iterator[str]:
    """How to see more, where there is more to see."""
    if not report.agrees:
        yield f"(xlbackprop check {report.path} says where.)"
    for sentence in report.left_out:
        yield f"Left out: {sentence}"


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1).translate(_LIVE)

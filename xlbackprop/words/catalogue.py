"""Message catalogues: every text that a reader of a workbook sees, in each language."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def templates() -> Path:
    """The folder with recipes, their data and the catalogues, installed or in a checkout."""
    here = Path(__file__).parent.parent
    installed = here / "templates"
    return installed if installed.is_dir() else here.parent / "templates"


def languages() -> tuple[str, ...]:
    """Each language that has a file ``messages.<language>.toml``."""
    return tuple(sorted(path.suffixes[0][1:] for path in templates().glob("messages.*.toml")))


class Catalogue:
    """The texts of one language.

    >>> Catalogue("en")("sheets.data")
    'Data'
    """

    def __init__(self, language: str, *variants: str, of: str = "messages") -> None:
        """Read the catalogue of a language, one of ``languages()``.

        ``of`` names the file: the one of all network workbooks, or ``lessons/<name>``.

        The texts under ``[variant.section]`` stand in for those of the section; the last variant
        that has a text wins.
        """
        self.language = language
        self._texts = messages(language, of)
        for variant in variants:
            beginning = f"{variant}."
            others = [item for item in self._texts.items() if item[0].startswith(beginning)]
            self._texts = self._texts | {k.removeprefix(beginning): text for k, text in others}

    def __call__(self, key: str, **values: object) -> str:
        """The text under ``section.key`` with its ``{places}`` filled in.

        Raises:
            KeyError: there is none; no other language stands in for it.
        """
        if key not in self._texts:
            raise KeyError(f"{key}: the catalogue of {self.language!r} has no such text; add one.")
        text = self._texts[key]
        return text.format(**values) if values else text

    def __contains__(self, key: str) -> bool:
        """Whether there is a text under ``section.key``."""
        return key in self._texts


def messages(language: str, of: str = "messages") -> dict[str, str]:
    """All texts of a language in one file by ``section.key``."""
    return _read(templates() / f"{of}.{language}.toml")


@cache
def _read(path: Path) -> dict[str, str]:
    return _flat(tomllib.loads(path.read_text(encoding="utf-8")), "")


def _flat(table: dict[str, Any], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, item in table.items():
        flat |= _flat(item, f"{prefix}{key}.") if isinstance(item, dict) else {prefix + key: item}
    return flat

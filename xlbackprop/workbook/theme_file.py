"""A person's own theme, read from a file in which any of the fields may be given."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from xlbackprop.errors import ThemeError
from xlbackprop.gate import THEME_BYTES, read_file
from xlbackprop.workbook.logo import read_logo
from xlbackprop.workbook.theme import PAPER, Theme, shipped_fields, shipped_theme

CONTRAST = 4.5  # of text on its ground; WCAG 2.1, success criterion 1.4.3
FONT_CHARACTERS = 31  # of a font's name in Excel
PAGE_CHARACTERS = 120  # Excel takes 255 for the three parts of a header and their codes
_COLOUR = re.compile(r"[0-9A-F]{6}")
_FORMAT = re.compile(r"(?:#,##)?0(?:\.(0+))?(E\+00)?%?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

Fields = Mapping[str, Any]


def chosen_theme(theme: Theme | str | Path | None, language: str) -> Theme:
    """A theme, the one in a file, or the shipped one, with the text font of a language.

    Raises:
        ThemeError: the file can't be read or used.
    """
    chosen = read_theme(theme) if isinstance(theme, str | Path) else theme
    return (chosen or shipped_theme()).spoken(language)


def read_theme(path: str | Path) -> Theme:
    """The theme in a file; what it doesn't say is as in the shipped theme.

    Raises:
        ThemeError: the file can't be read, has an unknown field or a value that can't be used.
    """
    path = Path(path)

    def tell(reason: str) -> ThemeError:
        return ThemeError(f"the theme can't be read ({reason}); name a theme file in TOML.")

    try:
        given = tomllib.loads(read_file(path, THEME_BYTES, tell).decode("utf-8-sig"))
        fields = _merged(shipped_fields(), given)
        _check(fields)
        logo = fields["page"]["logo"]
        theme = Theme.of(fields, read_logo(path.parent / logo) if logo else None)
        read = [path, *([path.parent / logo] if logo else [])]
        return replace(theme, files=tuple(file.absolute() for file in read))
    except UnicodeDecodeError as error:
        raise ThemeError(
            f"{path}: byte {error.start} is not UTF-8 text; save the theme in UTF-8."
        ) from error
    except RecursionError as error:
        raise ThemeError(f"{path}: got lists within each other; no theme has such.") from error
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        raise ThemeError(f"{path}: not valid TOML: {error}.") from error
    except ThemeError as error:
        raise ThemeError(f"{path}: {error}") from error


def _merged(usual: Fields, given: Fields, where: str = "") -> dict[str, Any]:
    """All fields, those of a person in place of the usual ones."""
    for key, value in given.items():
        field = where + key
        if key not in usual:
            near = get_close_matches(key, usual, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"wanted one of {', '.join(usual)}."
            raise ThemeError(f"{field}: there is no such field; {hint}")
        wanted, name = (dict, "fields") if isinstance(usual[key], dict) else (str, "a text")
        if not isinstance(value, wanted):
            raise ThemeError(f"{field}: got {value!r}, wanted {name}.")
    return {
        key: _merged(old, given.get(key, {}), f"{where}{key}.")
        if isinstance(old, dict)
        else _tidy(where + key, given.get(key, old))
        for key, old in usual.items()
    }


def _tidy(field: str, text: str) -> str:
    """A text without blanks around it; a colour in capitals, without #."""
    return text.strip().removeprefix("#").upper() if _is_colour(field) else text.strip()


def _is_colour(field: str) -> bool:
    return field.partition(".")[0] in {"ink", "roles", "good", "bad", "pictures"}


def _check(fields: Fields) -> None:
    for field, value in _flat(fields):
        section = field.partition(".")[0]
        if _control(value):
            raise ThemeError(f"{field}: got a control character or line break, wanted plain text.")
        if _is_colour(field) and not _COLOUR.fullmatch(value):
            raise ThemeError(f"{field}: got {value!r}, wanted a colour as RRGGBB, such as 1C418E.")
        if section == "fonts":
            _check_font(field, value)
        if section == "numbers":
            _check_format(field, value)
        if section == "page" and len(value.replace("&", "&&")) > PAGE_CHARACTERS:
            raise ThemeError(
                f"{field}: got {len(value)} characters, wanted at most {PAGE_CHARACTERS} (each & "
                "counts as two); shorten it."
            )
    for text in texts(fields):
        _check_contrast(text)


def _control(text: str) -> bool:
    return _CONTROL.search(text) is not None


def _flat(fields: Fields, where: str = "") -> Iterator[tuple[str, str]]:
    """Each field by its full name."""
    for key, value in fields.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{where}{key}.")
        else:
            yield where + key, value


def _check_font(field: str, name: str) -> None:
    if len(name) > FONT_CHARACTERS or not (name or field == "fonts.chinese"):
        raise ThemeError(
            f"{field}: got {name!r}, wanted the name of a font, at most {FONT_CHARACTERS} "
            "characters."
        )


def _check_format(field: str, code: str) -> None:
    """Columns are as wide as the shipped formats need: shorter ones fit, longer ones show ####."""
    if not _FORMAT.fullmatch(code):
        raise ThemeError(
            f"{field}: got {code!r}, wanted a number format such as 0.000, #,##0.00, 0.0% or "
            "0.0E+00."
        )
    usual = shipped_fields()["numbers"][field.partition(".")[2]]
    if (got := _room(code)) > (most := _room(usual)):
        raise ThemeError(
            f"{field}: {code!r} needs {got - most} more characters than {usual!r}, for which "
            "columns are wide enough; take fewer digits."
        )


def _room(code: str) -> int:
    """Characters that a format needs, in a number below 10,000."""
    return len(code.replace("#,##0", "0,") if "," in code else code)


class Text(NamedTuple):
    """Text on a ground that it must stand out from."""

    ink: str
    ground: str
    ink_field: str
    ground_field: str


def texts(fields: Fields) -> Iterator[Text]:
    """Every pair of text and ground in a workbook; white has no field."""
    ink = fields["ink"]
    for name in ("text", "quiet", "link"):
        yield Text(ink[name], PAPER, f"ink.{name}", "")
    for name, role in fields["roles"].items():
        where = f"roles.{name}"
        yield Text(role["band"], PAPER, f"{where}.band", "")  # and white text on the band
        yield Text(role["band"], role["pale"], f"{where}.band", f"{where}.pale")
        yield Text(ink["text"], role["pale"], "ink.text", f"{where}.pale")
    for name in ("good", "bad"):
        signal = fields[name]
        yield Text(signal["ink"], signal["ground"], f"{name}.ink", f"{name}.ground")
    for name, ground in (*fields["pictures"].items(), ("bad", fields["bad"]["ground"])):
        where = f"{name}.ground" if name == "bad" else f"pictures.{name}"
        yield Text(ink["text"], ground, "ink.text", where)


def _check_contrast(text: Text) -> None:
    got = contrast(text.ink, text.ground)
    if got < CONTRAST:
        ground = f"{text.ground_field} {text.ground}" if text.ground_field else "white"
        raise ThemeError(
            # Rounded down, so that it never says 4.5 where that isn't reached.
            f"{text.ink_field}: {text.ink} on {ground} has a contrast of {int(got * 100) / 100}:1, "
            f"wanted at least {CONTRAST}:1; make the one darker or the other paler."
        )


def contrast(a: str, b: str) -> float:
    """Contrast of two colours, from 1 to 21.

    Source: WCAG 2.1, "contrast ratio".
    """
    dark, light = sorted((_luminance(a), _luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    signals = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in signals
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

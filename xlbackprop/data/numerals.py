"""Numbers as people write them: decimal commas, thousands, percent, currencies, true and false."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from xlbackprop.arrays import held
from xlbackprop.data.missing import says_nothing
from xlbackprop.data.table import Entry
from xlbackprop.errors import DataError

# Signs of full width, as Chinese keyboards have them; the minus of books; blanks that don't break.
PLAIN = {0xFF01 + i: 0x21 + i for i in range(94)}
PLAIN |= {ord("−"): ord("-"), 0xA0: ord(" "), 0x202F: ord(" "), 0x2009: ord(" "), 0x3000: ord(" ")}
CURRENCIES = "$€£¥₹₩₽"
_MONEY = re.compile(rf"([+-]?)\s*[{CURRENCIES}]\s*(.+)|(.+?)\s*[{CURRENCIES}]")
_TRUTHS = {"true": 1.0, "false": 0.0}
_WORDS = {"nan", "inf", "infinity"}
_IDENTIFIER = re.compile(r"[+-]?0\d")  # 007 is a name


def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    # One sign between thousands: in 19 458,345 the comma is another one.
    whole = rf"(?:\d+|[1-9]\d{{0,2}}([{thousands}' ])\d{{3}}(?:\1\d{{3}})*)"
    return re.compile(
        rf"[+-]?(?:{whole}(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+-]?\d+)?".replace(".", r"\.")
    )


NUMBERS = {".": _pattern(".", ","), ",": _pattern(",", ".")}  # by the sign before the decimals


def entry(text: str, decimal: str = ".") -> Entry:
    """A field as a number if it is one, else as text without the blanks around it."""
    plain = _plain(text)
    if plain.lstrip("+-").lower() in _WORDS:
        return float(plain)
    if not NUMBERS[decimal].fullmatch(plain) or _IDENTIFIER.match(plain):
        return text.strip()
    return held(float(_digits(plain, decimal)))


def _digits(plain: str, decimal: str) -> str:
    thousands = {".": ",", ",": "."}[decimal]
    kept = plain.replace(thousands, "").replace("'", "").replace(" ", "")
    return kept.replace(decimal, ".")


def column(texts: Sequence[str], decimal: str) -> tuple[list[Entry], tuple[str, ...]]:
    """A column of texts as entries, and the keys of what was assumed to read them.

    True and false, percent and currencies are read where the whole column is written so.
    """
    known = [text for text in texts if not says_nothing(text)]
    styles: tuple[tuple[str, Callable[[str], Entry]], ...] = (
        ("truth", lambda text: _TRUTHS.get(text.strip().lower(), "")),
        ("percent", lambda text: _percent(text, decimal)),
        ("currency", lambda text: _money(text, decimal)),
    )
    for key, read in styles:
        if known and all(isinstance(read(text), float) for text in known):
            entries = [text.strip() if says_nothing(text) else read(text) for text in texts]
            return entries, (key, *_grouped(texts, decimal))
    return [entry(text, decimal) for text in texts], _grouped(texts, decimal)


def _grouped(texts: Sequence[str], decimal: str) -> tuple[str, ...]:
    """The key that says so, where a number has signs between its thousands."""
    matches = (NUMBERS[decimal].fullmatch(_bare(text)) for text in texts)
    return ("thousands",) if any(match and match[1] for match in matches) else ()


def _percent(text: str, decimal: str) -> Entry:
    plain = _plain(text)
    if not plain.endswith("%") or not NUMBERS[decimal].fullmatch(plain[:-1].rstrip()):
        return ""
    return float(Decimal(_digits(plain[:-1].rstrip(), decimal)).scaleb(-2))


def _money(text: str, decimal: str) -> Entry:
    parts = _MONEY.fullmatch(_plain(text))
    return entry(_amount(parts), decimal) if parts else ""


def _amount(parts: re.Match[str]) -> str:
    return parts[3] or f"{parts[1]}{parts[2]}"


def find_decimal(columns: Sequence[Sequence[str]], separator: str, source: str) -> str:
    """The sign before the decimals, found in the columns that are mostly numbers.

    Raises:
        DataError: both signs stand for it, or there is no telling whether it stands for thousands.
    """
    seen: dict[str, str] = {}  # which signs the numbers need, and the first of these numbers
    amounts = False  # whether one of money may have thousands: three decimals are rare there
    for texts in columns:
        known = [_bare(text) for text in texts if not says_nothing(text)]
        kinds = [_kind(text) for text in known]
        if 2 * sum(map(bool, kinds)) > len(known):
            for text, kind in zip(known, kinds, strict=True):
                seen.setdefault(kind, text)
            amounts |= ".?" in kinds and any(_MONEY.fullmatch(_plain(text)) for text in texts)
    certain = [sign for sign in ".," if sign in seen]
    if len(certain) == 2:
        raise DataError(
            f"{source}: got {seen['.']} and {seen[',']}, so there is no telling which sign stands "
            'before the decimals; say decimal = "." or decimal = "," (--decimal ,).'
        )
    if certain:
        return certain[0]
    # Where English programs write no commas; a cell of a sheet may be typed by anybody.
    doubtful = {";": ".,", "": ".,", ",": ""}.get(separator, ",") + "." * amounts
    for sign in doubtful:
        if f"{sign}?" in seen:
            raise DataError(
                f"{source}: got {seen[f'{sign}?']}, which may have decimals or thousands; say "
                'decimal = "." or decimal = "," (--decimal ,).'
            )
    return "."


def _plain(text: str) -> str:
    return text.translate(PLAIN).strip()


def _bare(text: str) -> str:
    plain = _plain(text)
    parts = _MONEY.fullmatch(plain)
    return _amount(parts) if parts else plain.removesuffix("%").rstrip()


def _kind(plain: str) -> str:
    """The sign that stands before the decimals of a number: one, either (``.?``), or any."""
    point, comma = (bool(NUMBERS[sign].fullmatch(plain)) for sign in ".,")
    if not (point or comma):
        return ""
    if not (point and comma):
        return "." if point else ","
    return ".?" if "." in plain else ",?" if "," in plain else "any"

"""What people type for a function, as Python writes it: 3xy, 2(x + 1), e^x, |x|, sin x, X².

A sign that was left out is put in where there is one way to read the text. Where there are two, as
in 1/2x, the text is refused with the part that decides.
"""

import re
from collections.abc import Iterable, Iterator
from math import isinf

from xlbackprop.errors import RecipeError

VARIABLES = ("x", "y", "z")
CONSTANTS = ("e", "pi")
NUMBERS = "wanted numbers from 0.000001 to 1,000,000 with at most 10 digits"
# What is typed or copied from a page: powers as small digits, signs of print and of Chinese keys.
_SIGNS = {"^": "**", "·": "*", "⋅": "*", "×": "*", "÷": "/", "−": "-", "√": " sqrt ", "π": " pi "}
_WIDE = str.maketrans("（）＋－＊／．｜＝", "()+-*/.|=")
_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_NAMED = re.compile(r"\s*(?:[fgh]\s*(?:\([\s,xyz]*\))?|(?P<value>[yz]))\s*=(?!=)\s*")
_BARS = re.compile(r"\|([^|]+)\|")
_TOKEN = re.compile(
    r"""(?P<blank>[ \t]+)
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)
      | (?P<word>[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹][^\W⁰¹²³⁴⁵⁶⁷⁸⁹]*)
      | (?P<small>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
      | (?P<sign>\*\*|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_REFUSED = {  # what Python would take, and a reader hardly means
    "#": "wanted an expression without #",
    r"(?<![\w.])0[xXoObB][0-9a-fA-F_]": "wanted decimal numbers, such as 16 or 0.5",
    r"\d_": "wanted numbers without _, such as 1000",
}


Token = tuple[str, str]  # its kind and its text


def plain(text: str, calls: frozenset[str]) -> str:
    """The text as Python writes it.

    Args:
        text: as it was typed.
        calls: the names of functions.

    Raises:
        RecipeError: a comment, a number that isn't decimal, or a part that has two meanings.
    """
    found = text.strip().translate(_WIDE)
    for pattern, why in _REFUSED.items():
        if re.search(pattern, found):
            raise RecipeError(f"function: got {short(repr(text))}, {why}.")
    found = _without_name(found.lower())
    for typed, sign in _SIGNS.items():
        found = found.replace(typed, sign)
    while _BARS.search(found):
        found = _BARS.sub(r"abs(\1)", found)
    return "".join(_with_products(_with_brackets(list(_tokens(found, calls)))))


def short(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= 60 else f"{text[:56]} ..."


def _without_name(text: str) -> str:
    """x^2 of f(x) = x^2, and of y = x^2."""
    named = _NAMED.match(text)
    if not named or (named["value"] and named["value"] in text[named.end() :]):
        return text
    return text[named.end() :]


def _tokens(text: str, calls: frozenset[str]) -> Iterator[Token]:
    """Kind and text of each token; variables side by side are one each."""
    for found in _TOKEN.finditer(text):
        kind, token = str(found.lastgroup), found[0]
        if kind == "blank":
            continue
        if kind == "number":
            yield kind, _small_enough(token)
        elif kind != "word":
            yield kind, token
        elif token in calls:
            yield "call", token
        elif token in CONSTANTS or token.strip("xyz"):
            yield "factor" if token in CONSTANTS else "unknown", token
        else:
            yield from (("factor", letter) for letter in token)


def _small_enough(number: str) -> str:
    """A number that Python reads as it stands.

    Raises:
        RecipeError: it would be infinite.
    """
    if isinf(float(number)):
        raise RecipeError(f"function: got {short(number)!r}, {NUMBERS}.")
    return number


def _with_brackets(tokens: list[Token]) -> Iterator[Token]:
    """sin(x) for sin x.

    Raises:
        RecipeError: what the function is of could be longer: sin 2x.
    """
    tokens = [*tokens, ("end", ""), ("end", "")]
    i = 0
    while tokens[i][0] != "end":
        (kind, token), (_, after), (then, sign) = tokens[i : i + 3]
        if kind != "call" or after == "(":
            yield kind, token
            i += 1
            continue
        alone = then == "end" or sign in ("+", "-", "*", "/", ")")
        if tokens[i + 1][0] not in ("factor", "number") or not alone:
            raise RecipeError(
                f"function: got {f'{token} {after}'.strip()!r}, wanted brackets around what "
                f"{token} is of, such as {token}(2*x)."
            )
        yield from ((kind, token), ("sign", "("), tokens[i + 1], ("sign", ")"))
        i += 2


def _with_products(tokens: Iterable[Token]) -> Iterator[str]:
    """Each token as Python writes it, and the sign * between factors side by side.

    Raises:
        RecipeError: the factors stand behind a sign that could be meant for both.
    """
    read = list[str]()
    before, starts, ends = [""], [0], False  # of what is outside, and of each open bracket
    for kind, token in tokens:
        if ends and (kind in ("factor", "call") or token == "("):
            if before[-1] in ("/", "**"):
                part = "".join([*read[starts[-1] :], token])
                raise RecipeError(
                    f"function: got {part!r} behind {before[-1]}, which can be read in two ways; "
                    "wanted * in each product or brackets, as in 1/(2*x) or (1/2)*x."
                )
            yield "*"
        read.append(token)
        ends = kind in ("number", "factor", "small") or token == ")"
        if token == "(":
            before.append("")
            starts.append(len(read))
        elif token == ")" and before[1:]:
            before.pop()
            starts.pop()
        elif kind == "sign":
            before[-1], starts[-1] = token, len(read)
        yield f"**{token.translate(_DIGITS)}" if kind == "small" else token

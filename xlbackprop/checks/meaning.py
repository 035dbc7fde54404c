"""What a formula means, whichever program wrote it: two that compute the same compare as equal.

Blanks, capitals, needless brackets, ``$``, ``_xlfn.``, ``@``, quotes of sheet names, ``TRUE()``,
ranges of one cell and old names of functions make no difference; another order of computation does.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeAlias

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

Meaning: TypeAlias = tuple[Any, ...]

OLD_NAMES = {
    "NORMSINV": "NORM.S.INV",
    "NORMSDIST": "NORM.S.DIST",
    "STDEVP": "STDEV.P",
    "STDEV": "STDEV.S",
    "VARP": "VAR.P",
    "VAR": "VAR.S",
}
TIGHTNESS = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3}
TIGHTNESS |= {"*": 4, "/": 4, "^": 5, " ": 7, ":": 8}
UNARY = 6  # spreadsheets take -2^2 for (-2)^2


@lru_cache(maxsize=4096)
def meaning(formula: str) -> Meaning:
    """What a formula without its ``=`` means; its text where it can't be understood."""
    try:
        tokens = [token for token in Tokenizer(f"={formula}").items if token.type != Token.WSPACE]
        parser = _Parser(tokens)
        found = parser.expression(0)
        if parser.at_end:
            return found
    except Exception:  # the tokenizer's own errors have no class in common
        pass
    return ("text", formula)


class _Parser:
    """Precedence climbing over openpyxl's tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._place = tokens, 0

    @property
    def at_end(self) -> bool:
        """Whether everything was read."""
        return self._place == len(self._tokens)

    def expression(self, least: int) -> Meaning:
        """What stands from here on, as far as its signs hold it together at least so tightly."""
        left = self._operand()
        while not self.at_end:
            token = self._tokens[self._place]
            tight = TIGHTNESS.get(token.value, 0) if token.type == Token.OP_IN else 0
            if token.type == Token.OP_POST:
                self._place, left = self._place + 1, ("%", left)
            elif tight <= least:
                break
            else:
                self._place += 1
                left = (token.value, left, self.expression(tight))
        return left

    def _operand(self) -> Meaning:
        token = self._tokens[self._place]
        self._place += 1
        if token.type == Token.OP_PRE:
            inner = self.expression(UNARY - 1)
            return inner if token.value in "+@" else _negated(inner)
        if token.type == Token.PAREN:
            inner = self.expression(0)
            self._place += 1  # )
            return inner
        if token.type == Token.FUNC:
            name = token.value.rstrip("(").lstrip("@").upper()
            name = name.removeprefix("_XLFN.").removeprefix("_XLWS.")
            arguments = tuple(self._arguments())
            if name in ("TRUE", "FALSE") and not arguments:
                return ("logical", name)
            return ("call", OLD_NAMES.get(name, name), *arguments)
        return _constant(token)

    def _arguments(self) -> Iterator[Meaning]:
        empty: Meaning = ("nothing",)
        if self._closes():
            return
        while True:
            separates = self._tokens[self._place].type == Token.SEP or self._is_closing()
            yield empty if separates else self.expression(0)
            if self._closes():
                return
            self._place += 1  # ,

    def _is_closing(self) -> bool:
        token = self._tokens[self._place]
        return bool(token.type == Token.FUNC and token.subtype == Token.CLOSE)

    def _closes(self) -> bool:
        closing = self._is_closing()
        self._place += closing
        return closing


def _negated(inner: Meaning) -> Meaning:
    """−(a·b) is (−a)·b to the last bit."""
    if inner[0] in ("*", "/"):
        return (inner[0], _negated(inner[1]), inner[2])
    if inner[0] == "number":
        return ("number", -inner[1])
    return ("-", inner)


def _constant(token: Token) -> Meaning:
    text = token.value
    if token.subtype == Token.NUMBER:
        return ("number", float(text))
    if token.subtype == Token.TEXT:
        return ("string", text)
    if token.subtype == Token.LOGICAL:
        return ("logical", text.upper())
    if token.subtype != Token.RANGE:
        return ("other", text.upper())
    sheet, _, cells = text.rpartition("!")
    first, _, last = cells.replace("$", "").upper().lstrip("@").partition(":")
    last = last.rpartition("!")[2]
    return ("cells", sheet.strip("'").replace("''", "'").upper(), first, last or first)

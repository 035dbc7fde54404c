"""Tokens of a module that a small fault may change: numbers, operators, functions, ends of ranges.

Places are found by the syntax tree and are places in the module's text, so that nothing else
changes. A text that is a formula of a spreadsheet is read, too: what stands in ``{}`` is code or a
cell, the rest is Excel.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

Range = tuple[int, int]  # of characters in the module's text; the end is not part of it

LOOKS = {  # calls, named arguments and names in which numbers are left alone, and why
    "charts": "CHART Curve bars curve curves put_chart legend line marker x_from x_log"
    " x_to y_range",
    "colours": "COLORS COLOURS ColorScaleRule Rule coloured pixels signed",
    "fonts and number formats": "Alignment Font bold font italic indent large narrow style",
    "widths and heights": "BAND_WIDTH CHART_WIDTH Columns GAP HEIGHT WIDE WIDEST WIDTH"
    " WIDTHS fromkeys gap height heights size width widths wrap_text wrap_to",
    "paper and folding": "Band Paper collapsed fit_height fit_width hidden landscape on_pages"
    " outline repeat_rows row_breaks",
    "no numbers of a sheet": "frozen keepdims slots strict",
}
_LOOKS = frozenset(" ".join(LOOKS.values()).split())
_NO_VALUE = (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom)
_UNREAD = {"annotation", "returns", "decorator_list", "type_params"}  # fields of nodes
_TEXTS = (ast.JoinedStr, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp)  # joined by +
_OF_PLACES = {"absolute", "address", "area", "enumerate", "letters", "range"}

_SWAPS: Mapping[str, Sequence[str]] = {  # named as formulas write them
    "+": ["-"],
    "-": ["+"],
    "*": ["/"],
    "/": ["*"],
    "//": ["*"],
    "%": ["*"],
    "^": ["*"],
    "<": ["<=", ">"],
    "<=": ["<", ">="],
    ">": [">=", "<"],
    ">=": [">", "<="],
    "=": ["<>"],
    "<>": ["="],
    "AND": ["OR"],
    "OR": ["AND"],
    "MAX": ["MIN"],
    "MIN": ["MAX"],
    "SUM": ["MAX"],
    "ABS": [""],
    "any": ["all"],
    "all": ["any"],
    "argmax": ["argmin"],
    "argmin": ["argmax"],
}
_OPERATORS: Mapping[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "^",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "=",
    ast.NotEq: "<>",
    ast.And: "AND",
    ast.Or: "OR",
}
_IN_CODE = {"^": "**", "=": "==", "<>": "!=", "AND": "and", "OR": "or"}
_FAMILIES = (  # Python's functions for those of a formula
    {"MAX": "max", "MIN": "min", "SUM": "sum", "ABS": "abs"},
    {"MAX": "maximum", "MIN": "minimum"},
    {"MAX": "fmax", "MIN": "fmin"},
    {name: name for name in ("any", "all", "argmax", "argmin")},
)
_FORMULA_TOKEN = re.compile(
    r"(?<![\w.])(?P<number>\d+(?:\.\d+)?(?:E[-+]?\d+)?)(?![\w.])"
    r"|(?P<operator><>|<=|>=|[-+*/^<>=])"
    r"|(?P<function>SUM|MAX|MIN|AND|OR|ABS)(?=\()"
)
_LITERAL = re.compile(r"([A-Za-z]{0,2})(\"\"\"|'''|\"|')((?:\\.|(?!\2).)*)\2", re.DOTALL)
_SHOWN = re.compile(r'"(?![<>=])[^"]*"')  # a text inside a formula, but no condition of COUNTIF
_CELL, _WORD, _OUTSIDE = "\0\1\2"  # stand for {…}, a text in a formula, and what is no text


@dataclass(frozen=True)
class Site:
    """A token that may be changed.

    Attributes:
        start: where it begins in the module's text.
        end: where it ends.
        name: what it is, alike in code and in formulas.
        options: names of what it may become, and the text of each.
        around: ranges of the pieces of code around it, from the smallest on.
        entry: the largest that is about one thing: a function and its neighbours, or an entry of a
            table.
        function: the function or class around it.
        formula: the range of the formula that it stands in; None in code.
        is_place: whether it can only be a row, a column or an index.
    """

    start: int
    end: int
    name: str
    options: Mapping[str, str]
    around: tuple[Range, ...] = ()
    entry: Range | None = None
    function: str = ""
    formula: Range | None = None
    is_place: bool = False


_NOWHERE = Site(0, 0, "", {})


def find_sites(text: str) -> list[Site]:
    """All sites of a module, from the top."""
    found = _Reader(text).visit(ast.parse(text), _NOWHERE)
    return sorted(found, key=lambda site: (site.start, site.end))


class _Reader:
    """Finds the sites of one piece of Python; ``here`` knows what is around a node."""

    def __init__(self, text: str, origin: int = 0) -> None:
        """Read ``text``, which begins at ``origin`` of the module."""
        self.text, self.origin = text, origin
        self.lines = text.splitlines(keepends=True)
        self.starts = [origin]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def range(self, node: ast.AST) -> Range:
        """Where a node stands in the module."""
        first, last = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
        return self._place(*first), self._place(*last)

    def _place(self, line: int, column: int) -> int:
        """The tree counts bytes of a line."""
        line_text = self.lines[line - 1]
        if not line_text.isascii():
            column = len(line_text.encode()[:column].decode())
        return self.starts[line - 1] + column

    def visit(self, node: ast.AST, here: Site) -> Iterator[Site]:
        """The sites of a node and below it."""
        if isinstance(node, _NO_VALUE) or _LOOKS & _names(node) or _is_data(node, here):
            return
        if hasattr(node, "lineno"):
            here = self._inside(node, here)
        if isinstance(node, ast.JoinedStr) or _is(node, str):
            yield from self._formula(node, here)
            return
        yield from self._own(node, here)
        for name, value in ast.iter_fields(node):
            children = value if isinstance(value, list) else [value]
            for i, child in enumerate(children):
                if isinstance(child, ast.AST) and name not in _UNREAD:
                    below = here
                    if _is_place(node, name, i, children):
                        below = replace(below, is_place=True)
                    if isinstance(child, ast.FunctionDef):
                        below = replace(below, entry=self._neighbours(children, i))
                    yield from self.visit(child, below)

    def _inside(self, node: ast.AST, here: Site) -> Site:
        own = self.range(node)
        here = replace(here, around=(own, *here.around))
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return replace(here, function=f"{here.function}.{node.name}".strip("."))
        if isinstance(node, ast.Call) and len(node.keywords) > 2 and not here.entry:
            return replace(here, entry=own)
        return here

    def _neighbours(self, siblings: Sequence[ast.AST], i: int) -> Range:
        """A function with those before and behind it: formula and value may stand in two."""
        near = [s for s in siblings[max(0, i - 1) : i + 2] if isinstance(s, ast.FunctionDef)]
        return self.range(near[0])[0], self.range(near[-1])[1]

    # Code.

    def _own(self, node: ast.AST, here: Site) -> Iterator[Site]:
        """Sites of a node itself."""
        match node:
            case ast.Constant(value=int() | float() as value):
                yield _at(here, self.range(node), _number(value), _numbers(value))
            case ast.BinOp(left=left, op=op, right=right):
                if not any(isinstance(side, _TEXTS) or _is(side, str) for side in (left, right)):
                    yield from self._between(left, op, right, here)
            case ast.Compare(left=left, ops=ops, comparators=others):
                for (one, two), op in zip(pairwise([left, *others]), ops, strict=True):
                    yield from self._between(one, op, two, here)
            case ast.BoolOp(op=op, values=values):
                for one, two in pairwise(values):
                    yield from self._between(one, op, two, here)
            case ast.UnaryOp(op=ast.USub() | ast.Not() as op, operand=operand):
                sign = self.range(node)[0], self.range(operand)[0]
                yield _at(here, sign, type(op).__name__, {"": ""})
            case ast.Slice(lower=lower, upper=upper):
                for end in filter(None, (lower, upper)):
                    yield from self._end(end, here)
            case ast.Call():
                yield from self._call(node, here)

    def _between(self, left: ast.AST, op: ast.AST, right: ast.AST, here: Site) -> Iterator[Site]:
        """The operator between two nodes."""
        name = _OPERATORS.get(type(op))
        if name:
            token, start = _IN_CODE.get(name, name), self.range(left)[1]
            start = self.text.index(token, start - self.origin) + self.origin
            options = {new: _IN_CODE.get(new, new) for new in _SWAPS[name]}
            yield _at(here, (start, start + len(token)), name, options)

    def _call(self, node: ast.Call, here: Site) -> Iterator[Site]:
        called, (start, end) = _called(node), self.range(node.func)
        if called == "range" and node.args:
            yield from self._end(node.args[0 if len(node.args) == 1 else 1], here)
        for family in _FAMILIES:
            for name in (name for name, own in family.items() if own == called):
                first = start if name == "ABS" else end - len(called)
                options = {new: family.get(new, "") for new in _SWAPS[name]}
                yield _at(here, (first, end), name, options)

    def _end(self, node: ast.AST, here: Site) -> Iterator[Site]:
        """One further or one less; a number is changed as such."""
        if not _is(node, int) and not isinstance(node, ast.UnaryOp):
            end = self.range(node)[1]
            options = {step: step for step in (" + 1", " - 1")}
            yield _at(replace(here, is_place=True), (end, end), "end", options)

    # Formulas.

    def _formula(self, node: ast.AST, here: Site) -> Iterator[Site]:
        """Sites of a text: those of the code in it, and if it is a formula, its own."""
        start, end = self.range(node)
        written = self.text[start - self.origin : end - self.origin]
        masked, codes = _masked(written)
        for first, last in codes if isinstance(node, ast.JoinedStr) else ():
            yield from self._code(written[first:last], start + first, here)
        for found in _FORMULA_TOKEN.finditer(masked) if _is_formula(masked) else ():
            token, before = found[0], masked[: found.start()].rstrip(_OUTSIDE)[-1:]
            name, options = token, {new: new for new in _SWAPS.get(token, ())}
            if found["number"]:
                value = float(token) if {".", "E"} & set(token) else int(token)
                name, options = _number(value), _numbers(value)
            elif token == "-" and before in "(,+-*/^<>=":
                name, options = "USub", {"": ""}
            is_place = bool(found["number"]) and before in (_CELL, "$")
            inside = replace(here, formula=(start, end), is_place=is_place)
            yield _at(inside, (start + found.start(), start + found.end()), name, options)

    def _code(self, code: str, origin: int, here: Site) -> Iterator[Site]:
        """Sites of what stands in braces; its end may be a format."""
        for text in (code, *(code[: found.start()] for found in re.finditer("[:!]", code))):
            try:
                tree = ast.parse(f"({text})", mode="eval")
            except SyntaxError:
                continue
            yield from _Reader(f"({text})", origin - 1).visit(tree.body, here)
            return


def _at(here: Site, own: Range, name: str, options: Mapping[str, str]) -> Site:
    return replace(here, start=own[0], end=own[1], name=name, options=options)


def _is(node: ast.AST, kind: type) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, kind)


def _called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    return getattr(function, "id", getattr(function, "attr", ""))


def _names(node: ast.AST) -> set[str]:
    """What a node calls, is called as an argument, or assigns to."""
    match node:
        case ast.Call():
            return {_called(node)}
        case ast.keyword(arg=name):
            return {name or ""}
        case ast.Assign(targets=targets):
            return {_called(part) for target in targets for part in ast.walk(target)}
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return {_called(part) for part in ast.walk(target)}
    return set()


def _is_data(node: ast.AST, here: Site) -> bool:
    """Whether a node is a table of numbers with which a page starts; any would do."""
    return isinstance(node, ast.Call) and _called(node) == "array" and not here.function


def _is_place(node: ast.AST, name: str, i: int, children: Sequence[object]) -> bool:
    """Whether a child can only be a row, a column or an index."""
    if isinstance(node, ast.Subscript):
        return name == "slice"
    if not isinstance(node, ast.Call) or name != "args":
        return False
    is_numpy = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "np"
    return _called(node) in _OF_PLACES or (not is_numpy and len(children) > 2 and i < 2)


def _number(value: float) -> str:
    return str(value) if isinstance(value, bool) else repr(float(value))


def _numbers(value: float) -> dict[str, str]:
    """What a number may become: by its name, its text."""
    if isinstance(value, bool):
        new: list[float] = [not value]
    elif isinstance(value, int):
        new = [2 * value] if value >= 100 else [value + 1, value - 1] if value else [1]
    else:
        new = [1.0 if value == 0 else 1e-3 if value < 1e-6 else 2 * value]
    return {_number(number): repr(number) for number in new}


def _masked(written: str) -> tuple[str, list[Range]]:
    """A text as it is written with all but its formula masked, and the ranges of code in it."""
    masked, codes = [_OUTSIDE] * len(written), list[Range]()
    for literal in _LITERAL.finditer(written):
        text = literal[3]
        if "f" in literal[1].lower():  # {{z}} is the text {z}
            text = re.sub(r"\{\{.*?\}\}", lambda found: _CELL * len(found[0]), text)
        text = _SHOWN.sub(lambda found: _WORD * len(found[0]), text)
        depth = opened = 0
        for i, char in enumerate(text, literal.start(3)):
            if char == "{":
                depth, opened = depth + 1, opened if depth else i + 1
            masked[i] = _CELL if depth else char
            if char == "}":
                depth -= 1
                codes += [] if depth else [(opened, i)]
    return "".join(masked), codes


def _is_formula(masked: str) -> bool:
    """Whether a text is a formula: capitals and signs around cells, or a function."""
    if not masked.isascii() or re.search("[a-z ]", masked):
        return False
    return _CELL in masked or re.search(r"[A-Z]{2,}\(", masked) is not None

"""The message catalogues: complete in every language, used, and nothing written past them."""

import ast
import re
import string
import zipfile
from functools import cache
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from test_any_network import HIDDEN, PAIRS
from workbooks import Made, make

import xlbackprop
import xlbackprop as xb
from xlbackprop.data.scalings import SCALINGS
from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.costs import COSTS
from xlbackprop.network.kinds import KINDS
from xlbackprop.network.updates import RULES, SCHEDULES, Learning
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.training.equations import equation
from xlbackprop.words.bounds import LIMITS
from xlbackprop.words.catalogue import Catalogue, languages, messages, templates

OTHERS = [language for language in languages() if language != "en"]
# What stays as it is in every language: names of programs, commands, files and symbols.
NAMES = {"Python", "xlbackprop", "make", "check", "toml", "C_T", "CT", "sigmoid"}
NAMES |= {"tanh", "softsign", "softmax", "leaky", "relu", "Nesterov", "Adam", "AdaGrad", "RMSProp"}
NAMES |= {"Excel", "GRG", "TRUE", "FALSE"}
NAMES |= {"ELU", "SELU", "GELU", "SiLU", "swish", "softplus", "ReLU", "hard"}
NAMES |= {"drop", "every", "slowdown"}  # names of settings, which the formulas use, too
SECTIONS = {key.split(".")[0] for key in messages("en")}


def words(text: str) -> set[str]:
    """Latin words of at least two letters; symbols such as x1, w2_1_3 or C_T are no words."""
    return {word for word in re.findall(r"[A-Za-z]+(?:[-_][A-Za-z]+)*", text) if len(word) > 1}


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@cache
def used_keys() -> set[str]:
    """Catalogue keys that stand in the code, as patterns: ``start\\.about_.+``."""
    found = set()
    package = Path(xlbackprop.__file__).parent
    lessons = ("book", "training/update_rules")  # that ask for them
    folders = (
        "sheets/**/*.py",
        "page/*.py",
        "words/bounds.py",
        "recipe/assumed.py",
        "syllabus.py",
        "course.py",
        "workbook/parts.py",
    )
    folders = (*folders, *(f"lessons/{name}.py" for name in lessons))
    for path in [path for folder in folders for path in package.glob(folder)]:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        pieces = {
            id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in nodes:
            if id(node) in pieces:
                continue
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                pattern = re.escape(node.value)
            elif isinstance(node, ast.JoinedStr):
                pattern = "".join(
                    re.escape(part.value) if isinstance(part, ast.Constant) else ".+"
                    for part in node.values
                )
            else:
                continue
            if re.fullmatch(rf"({'|'.join(SECTIONS)})\\\.[\w\\.+-]+", pattern):
                found.add(pattern)
    return found


# Texts under a variant stand in for others, and are found under the names of those.
VARIANTS = {"averaged", "batched", "summed", "filters", "forward", "solving"}
# Keys that are put together in two steps, and so are not found in one string of the code.
COMPOSED = {r"parameters\.layer(_fixed)?", r"training\.(last_)?parameters", r"validation\..+"}
COMPOSED |= {r"functions\.[acn](_note)?"}


def test_a_language_is_known_by_its_catalogue():
    assert languages() == ("en", "zh")


@pytest.mark.parametrize("language", OTHERS)
def test_languages_have_the_same_keys_in_the_same_order(language):
    assert list(messages(language)) == list(messages("en"))


@pytest.mark.parametrize("language", OTHERS)
def test_texts_have_the_same_places(language):
    english, other = messages("en"), messages(language)
    assert {key: places(text) for key, text in other.items()} == {
        key: places(text) for key, text in english.items()
    }


@pytest.mark.parametrize("language", languages())
def test_no_text_is_empty_or_has_blanks_around_it(language):
    wrong = [key for key, text in messages(language).items() if not text or text != text.strip()]
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_texts_are_translated(language):
    english, other = messages("en"), messages(language)
    same = {key for key, text in other.items() if text == english[key] and words(text) - NAMES}
    assert same == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_no_english_words_but_names(language):
    left = {}
    for key, text in messages(language).items():
        plain = re.sub(r"\{\w+\}", "", text)
        if extra := words(plain) - NAMES:
            left[key] = extra
    assert left == {}


def test_a_sheet_has_a_name_that_a_spreadsheet_takes():
    for language in languages():
        names = [text for key, text in messages(language).items() if key.startswith("sheets.")]
        assert len({name.casefold() for name in names}) == len(names)
        assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name) for name in names)


def of_lessons() -> set[str]:
    """The keys of the catalogues that pages of maths have of their own."""
    paths = (templates() / "lessons").glob("*.en.toml")
    names = (path.name.removesuffix(".en.toml") for path in paths)
    return {key for name in names for key in messages("en", f"lessons/{name}")}


def of_entries() -> set[str]:
    """The keys that the entries of the tables have, under their names."""
    learning = [
        *RULES.values(),
        *SCHEDULES.values(),
        Learning(RULES["adam"], SCHEDULES["constant"], True),
    ]
    settings = {name for entry in learning for name in entry.settings}
    scalings = [entry for entry in SCALINGS.values() if entry.statistics]
    names = {
        "activations": ACTIVATIONS,
        "costs": COSTS,
        "rules": RULES,
        "settings": settings,
        "symbols": settings,
        "scalings": {entry.name for entry in scalings},
        "statistics": {one.name for entry in scalings for one in entry.statistics},
        "limits": {limit.key for limit in LIMITS.values()},
        "layers": {
            kind.row_name(None, shape) for kind in KINDS.values() for shape in ((3,), (1, 2, 2))
        },
    }
    return {f"{section}.{name}" for section, of in names.items() for name in of}


@pytest.mark.parametrize("language", languages())
def test_every_entry_of_a_table_has_its_texts(language):
    assert of_entries() - {*messages(language)} == set()


@pytest.mark.parametrize("language", languages())
def test_no_text_is_left_of_an_entry_that_is_gone(language):
    sections = ("activations", "costs", "rules", "settings", "symbols", "scalings", "statistics")
    kept = {key for key in messages(language) if key.split(".")[0] in sections}
    assert kept - of_entries() == set()


def test_every_setting_has_a_limit_that_there_is_and_is_within_it():
    for entry in (*RULES.values(), *SCHEDULES.values()):
        assert all(LIMITS[of.limit].takes(of.usual) for of in entry.settings.values())


def test_every_key_in_the_code_is_in_the_catalogue():
    """Those of a page of maths may be in its own; ``test_every_page`` looks at each of them."""
    known = {*messages("en"), *of_lessons()}
    missing = [
        pattern for pattern in used_keys() if not any(re.fullmatch(pattern, key) for key in known)
    ]
    assert missing == []


def test_every_key_of_the_catalogue_is_in_the_code():
    patterns = used_keys() | COMPOSED
    keys = [key for key in messages("en") if key.split(".")[0] not in VARIANTS]
    assert [key for key in keys if not any(re.fullmatch(p, key) for p in patterns)] == []


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_a_text_of_a_variant_stands_in_for_another_and_fills_in_no_other_places(language, variant):
    texts, plain = messages(language), Catalogue(language)
    found = {key: text for key, text in texts.items() if key.startswith(f"{variant}.")}
    assert len(found) > 1
    for key, text in found.items():
        base = key.removeprefix(f"{variant}.")
        assert texts[base] != text
        assert places(text) <= places(texts[base])
        values = dict.fromkeys(places(texts[base]), 7)
        assert Catalogue(language, variant)(base, **values) == text.format(**values)
        assert plain(base, **values) == texts[base].format(**values)


def test_a_catalogue_fills_in_places():
    text = Catalogue("zh")("training.band_z", layer=2)
    assert "2" in text
    assert "{" not in text


# Workbooks.


def in_language(lang: str, folder: Path) -> list[Made]:
    """Workbooks with every view; the third has those that show its inputs as a picture."""
    short: dict[str, object] = {"epochs": 2, "lang": lang}
    return [
        make(folder, "worked-example", **short),
        make(folder, "xor", **short),
        make(folder, "backprop", views=["walkthrough", "predict", "pictures"], **short),
    ]


@pytest.fixture(scope="module")
def chinese(tmp_path_factory) -> list[Made]:
    return in_language("zh", tmp_path_factory.mktemp("zh"))


def cell_texts(path: Path) -> dict[str, str]:
    """Every text that a reader sees in a cell; of the Recipe sheet only what is above the code."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        f"{sheet.title}!{cell.coordinate}": str(cell.value)
        for sheet in book
        for line in sheet.iter_rows(max_row=3 if sheet is book.worksheets[-1] else None)
        for cell in line
        if isinstance(cell.value, str)
    }


def other_texts(path: Path) -> dict[str, str]:
    """Texts of charts, validations, headers, formulas and the document's title."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name).decode()
            texts = (
                re.findall(r"<a:t>([^<]*)<|<c:v>([^<]*)<", content) if "/charts/" in name else []
            )
            texts += re.findall(
                r'(?:errorTitle|error|promptTitle|prompt|tooltip)="([^"]*)"', content
            )
            texts += re.findall(r"<(?:dc:title|oddHeader|oddFooter)>([^<]*)<", content)
            for formula in re.findall(r"<f[ >][^<]*<", content):
                quoted = re.findall(r'"([^"]*)"', formula.partition(">")[2])
                texts += [re.sub(r"[A-Z]{1,3}[0-9]+", "", text) for text in quoted]  # cells
            for number, text in enumerate(texts):
                joined = text if isinstance(text, str) else "".join(text)
                found[f"{name} {number}"] = re.sub("&[LCRAPNF]", "", unescape(joined))
    return found


def symbols_removed(made: Made, text: str) -> str:
    """The text without names of the data's columns and classes, which stay as they are."""
    names = {str(name) for name in (*made.recipe.data.columns, *made.recipe.classes())}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", "", text)
    return text


def test_equations_have_no_words_but_names_of_functions():
    functions = {"tanh", "max", "min", "exp", "ln", "sign"}
    left = {}
    for cost, activation in [*PAIRS, ("squared-error", "step")]:
        trained = activation != "step"
        layers = [{"units": 2, "activation": name} for name in HIDDEN] if trained else []
        layers.append({"units": 3, "activation": activation})
        recipe = xb.load("iris", cost=cost, layers=layers, epochs=int(trained), lang="zh")
        layout = layout_of(recipe)
        for group in layout.training.groups:
            if extra := words(equation(layout, group)) - functions:
                left[group.key] = extra
    assert left == {}


@pytest.mark.parametrize("collect", [cell_texts, other_texts])
def test_a_chinese_workbook_has_no_english_words_but_names(collect, chinese):
    for made in chinese:
        left = {
            place: extra
            for place, text in collect(made.path).items()
            if (extra := words(symbols_removed(made, text)) - NAMES)
        }
        assert left == {}


def test_a_chinese_workbook_says_so_in_its_properties(chinese):
    with zipfile.ZipFile(chinese[0].path) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert ">zh<" in core
    assert Catalogue("zh")("lessons.worked-example.title") in core


def numbers(path: Path) -> list[list[tuple[str, str]]]:
    """Cells that show a number, and how the file has it, sheet by sheet."""
    cell = r'<c r="(\w+)"(?: s="\d+")?(?: t="[nb]")?>(?:<f.*?(?:/>|</f>))?<v>(.*?)</v>'
    with zipfile.ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if "/worksheets/sheet" in name]
        return [re.findall(cell, archive.read(name).decode()) for name in parts]


def test_both_languages_show_the_same_numbers_in_the_same_cells(chinese, tmp_path):
    for english, other in zip(in_language("en", tmp_path), chinese, strict=True):
        [_, *ours, _], [_, *theirs, _] = numbers(english.path), numbers(other.path)
        assert all(ours)
        assert ours == theirs

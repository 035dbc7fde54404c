"""A person's own theme: what it may say, what it changes, and what is refused in one sentence."""

import re
import struct
import zipfile
import zlib
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from workbooks import few

import xlbackprop as xb
from xlbackprop.errors import ThemeError
from xlbackprop.workbook.style import styles
from xlbackprop.workbook.theme import shipped_fields, shipped_theme
from xlbackprop.workbook.theme_file import contrast, read_theme, texts

PNG = b"\x89PNG\r\n\x1a\n"


def png(width: int = 40, height: int = 20) -> bytes:
    """A white picture, written by hand."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    return PNG + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    """The beginning of a JPEG file as cameras write it: JFIF, a filled-up marker, then the size."""
    size = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(9) + b"\xff\xff\xc2" + size + b"\xff\xd9"


def saved(folder: Path, text: str) -> Path:
    path = folder / "school.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def theme(tmp_path: Path):
    """A theme file of this text."""
    return lambda text: saved(tmp_path, text)


def refusal(path: Path) -> str:
    with pytest.raises(ThemeError) as error:
        read_theme(path)
    sentence = str(error.value)
    assert sentence.startswith(f"{path}: ")
    assert "\n" not in sentence
    return sentence.removeprefix(f"{path}: ")


def test_an_empty_theme_is_the_shipped_one(theme) -> None:
    assert read_theme(theme("")) == shipped_theme()


def test_the_shipped_file_is_a_theme_by_itself() -> None:
    path = Path(xb.__file__).parents[1] / "templates" / "theme.toml"
    assert read_theme(path) == shipped_theme()


def test_a_theme_changes_the_fields_it_has_and_no_others(theme) -> None:
    found = read_theme(theme('[roles.cost]\nband = "#00005a"\n[numbers]\ncost = "0.000"'))
    assert found.roles["cost"].band == "00005A"
    assert found.roles["cost"].pale == shipped_theme().roles["cost"].pale
    assert found.numbers.cost == "0.000"
    assert found.ink == shipped_theme().ink


def test_a_chinese_font_is_the_text_font_of_chinese_workbooks_only(theme) -> None:
    found = read_theme(theme('[fonts]\nchinese = "SimSun"'))
    names = {lang: styles(found.spoken(lang))["text"].font.name for lang in ("en", "zh")}
    assert names == {"en": "Calibri", "zh": "SimSun"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[role.cost]\nband = "000000"', "role: there is no such field; did you mean 'roles'?"),
        (
            '[roles.costs]\nband = "000000"',
            "roles.costs: there is no such field; did you mean 'cost'?",
        ),
        (
            "[ink]\nqqq = 1",
            "ink.qqq: there is no such field; wanted one of text, quiet, link, line, grid, input.",
        ),
        ("ink = 3", "ink: got 3, wanted fields."),
        ("[ink]\ntext = 111111", "ink.text: got 111111, wanted a text."),
        (
            '[ink]\ntext = "black"',
            "ink.text: got 'BLACK', wanted a colour as RRGGBB, such as 1C418E.",
        ),
        (
            '[ink]\nline = "12345"',
            "ink.line: got '12345', wanted a colour as RRGGBB, such as 1C418E.",
        ),
        (
            '[ink]\nquiet = "949494"',
            "ink.quiet: 949494 on white has a contrast of 3.03:1, wanted at least 4.5:1; make the "
            "one darker or the other paler.",
        ),
        (
            '[roles.cost]\npale = "808080"',
            "roles.cost.band: 522604 on roles.cost.pale 808080 has a contrast of 3.24:1, wanted at "
            "least 4.5:1; make the one darker or the other paler.",
        ),
        ('[fonts]\ntext = ""', "fonts.text: got '', wanted the name of a font, at most 31 chara"),
        ('[fonts]\nmonospaced = " "', "fonts.monospaced: got '', wanted the name of a font, at"),
        (
            f'[fonts]\nchinese = "{"宋" * 32}"',
            f"fonts.chinese: got '{'宋' * 32}', wanted the name of a font, at most 31 characters.",
        ),
        ('[fonts]\ntext = "Ari\\tal"', "fonts.text: got a control character or line break, wan"),
        ('[fonts]\ntext = "Ari\\u0085al"', "fonts.text: got a control character or line break, "),
        (
            '[numbers]\nnumber = "0.000000"',
            "numbers.number: '0.000000' needs 2 more characters than '0.0000', for which columns",
        ),
        ('[numbers]\nnumber = "[Red]0"', "numbers.number: got '[Red]0', wanted a number format"),
        ('[page]\nheader = "a\\nb"', "page.header: got a control character or line break, wanted"),
        (f'[page]\nfooter = "{"&" * 61}"', "page.footer: got 61 characters, wanted at most 120"),
        ('[page]\nlogo = "no.png"', "page.logo: "),
        ("[ink", "not valid TOML: "),
    ],
)
def test_a_bad_theme_is_refused_in_one_sentence(theme, text: str, sentence: str) -> None:
    assert refusal(theme(text)).startswith(sentence)


def test_a_font_s_name_may_have_31_characters(theme) -> None:
    assert read_theme(theme(f'[fonts]\ntext = "{"n" * 31}"')).fonts.text == "n" * 31


def test_a_missing_theme_file_is_refused(tmp_path: Path) -> None:
    assert "can't be read (No such file" in refusal(tmp_path / "none.toml")


def test_a_theme_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "theme.toml"
    path.write_bytes(PNG)
    assert refusal(path) == "byte 0 is not UTF-8 text; save the theme in UTF-8."


# Contrast.


@pytest.mark.parametrize(
    ("a", "b", "ratio"),
    [("000000", "FFFFFF", 21), ("777777", "FFFFFF", 4.48), ("0000FF", "FFFFFF", 8.59)],
)
def test_contrast_is_the_one_of_wcag(a: str, b: str, ratio: float) -> None:
    # Figures of webaim.org/resources/contrastchecker.
    assert contrast(a, b) == contrast(b, a) == pytest.approx(ratio, abs=0.006)


def test_every_text_and_ground_of_a_style_is_checked() -> None:
    checked = {frozenset((text.ink, text.ground)) for text in texts(shipped_fields())}
    used = set()
    for look in styles(shipped_theme()).values():
        ground = look.fill.fgColor.rgb[-6:] if look.fill.fill_type else "FFFFFF"
        used.add(frozenset((look.font.color.rgb[-6:], ground)))
    assert used <= checked


# Logos.


@pytest.mark.parametrize(("content", "kind"), [(png(40, 20), "png"), (jpeg(40, 20), "jpeg")])
def test_a_logo_tells_its_size(theme, content: bytes, kind: str) -> None:
    path = theme('[page]\nlogo = "school.picture"')
    path.with_name("school.picture").write_bytes(content)
    logo = read_theme(path).page.logo
    assert (logo.kind, logo.width, logo.height) == (kind, 40, 20)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no PNG or JPEG picture; save it as one."),
        (b"GIF89a" + bytes(40), "is no PNG or JPEG picture; save it as one."),
        (PNG, "is no PNG or JPEG picture; save it as one."),
        (jpeg(9, 9)[:20], "is no PNG or JPEG picture; save it as one."),
        (jpeg(9, 0), "is no PNG or JPEG picture; save it as one."),
        (b"\xff\xd8\xff\xe0\0\0" + bytes(60), "is no PNG or JPEG picture; save it as one."),
        (jpeg(5000, 20), "has 5,000 × 20 pixels, wanted at most 4,096 along each side"),
        (png() + bytes(2**21), "bytes, the largest that is read is 2,097,152"),
    ],
)
def test_a_logo_that_can_not_be_used_is_refused(theme, content: bytes, words: str) -> None:
    path = theme('[page]\nlogo = "logo.png"')
    path.with_name("logo.png").write_bytes(content)
    sentence = refusal(path)
    assert sentence.startswith("page.logo: ")
    assert words in sentence


# Workbooks.


def shifted(colour: str) -> str:
    """A colour nobody can tell from another, but a program can."""
    return f"{int(colour, 16) ^ 1:06X}"


def colours_of(thing: object) -> list[str]:
    """All colours in a theme."""
    if isinstance(thing, str):
        return [thing] if re.fullmatch(r"[0-9A-F]{6}", thing) else []
    if is_dataclass(thing):
        thing = [getattr(thing, part.name) for part in fields(thing)]
    if isinstance(thing, dict):
        thing = list(thing.values())
    return (
        [c for part in thing for c in colours_of(part)] if isinstance(thing, list | tuple) else []
    )


@pytest.mark.parametrize("lesson", ["backprop", "sine", "solver", "cnn"])
def test_no_colour_of_the_shipped_theme_is_left_where_another_has_all_of_its_own(
    theme, tmp_path: Path, lesson: str
) -> None:
    text = re.sub(r'"([0-9A-F]{6})"', lambda found: f'"{shifted(found[1])}"', _shipped_text())
    path = tmp_path / "book.xlsx"
    recipe = xb.load(lesson, epochs=0 if lesson == "solver" else 1, data=few(lesson, 4))
    xb.write(recipe, path, theme=theme(text))
    shipped = set(colours_of(shipped_theme())) - {"FFFFFF"}
    with zipfile.ZipFile(path) as archive:
        package = b"".join(map(archive.read, archive.namelist())).decode().upper()
    # Words such as "D9D9D9" stand between quotation marks, perhaps after the FF or 00 of opacity.
    found = set(re.findall(r'"(?:FF|00)?([0-9A-F]{6})"', package))
    assert len(found) > 15
    assert found & shipped == set()


def _shipped_text() -> str:
    path = Path(xb.__file__).parents[1] / "templates" / "theme.toml"
    return path.read_text(encoding="utf-8")


SCHOOL = """
[fonts]
text = "Verdana"
[roles.forward]
band = "7A1FA0"
pale = "F3E5F5"
[numbers]
number = "0.00"
[page]
logo = "logo.png"
header = "Maths & Physics &P <2024>"
footer = "7b"
"""


@pytest.fixture(scope="module")
def themed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with all of a school's own; its theme lies beside it."""
    folder = tmp_path_factory.mktemp("themed")
    path = saved(folder, SCHOOL)
    path.with_name("logo.png").write_bytes(png(600, 100))
    book = folder / "themed.xlsx"
    xb.write(xb.load("xor", epochs=3), book, theme=path)
    return book


def test_a_themed_workbook_agrees_with_python_without_its_theme(themed: Path) -> None:
    report = xb.check(themed)
    assert report.agrees
    assert not report.edits
    assert {comparison.compared for comparison in report.comparisons} == {report.formulas}


def test_a_theme_has_no_part_in_the_recipe(themed: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.xlsx"
    xb.write(xb.load("xor", epochs=3), plain)
    lines = [_recipe_lines(path) for path in (themed, plain)]
    assert len(lines[0]) > 10
    assert lines[0] == lines[1]


def _recipe_lines(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path, read_only=True)
    lines = [line for [line] in book["Recipe"].iter_rows(max_col=1, values_only=True)]
    book.close()
    return lines


def test_a_themed_workbook_wears_its_fonts_colours_and_formats(themed: Path) -> None:
    book = openpyxl.load_workbook(themed)
    training = book["Training"]
    assert {cell.font.name for row in training for cell in row if cell.has_style} == {"Verdana"}
    assert training.sheet_properties.tabColor.rgb == "007A1FA0"
    fills = {cell.fill.fgColor.rgb for row in training for cell in row}
    assert {"007A1FA0", "00F3E5F5"} <= fills
    assert "00197949" not in fills
    assert {cell.number_format for cell in training[7]} == {"General", "0", "0.00", "0.000000"}
    # Else columns would be as wide as digits of another font.
    assert book._named_styles["Normal"].font.name == "Verdana"


def test_header_and_footer_stand_on_every_sheet_to_the_letter(themed: Path) -> None:
    with zipfile.ZipFile(themed) as archive:
        sheets = [archive.read(f"xl/worksheets/sheet{i + 1}.xml").decode() for i in range(8)]
    for sheet in sheets:
        # In a header && is an ampersand, and XML writes each of them as &amp;.
        twice = "&amp;&amp;"
        assert f"Maths {twice} Physics {twice}P &lt;2024&gt;</oddHeader>" in sheet
        assert "&amp;C&amp;12 7b&amp;R" in sheet


def test_the_logo_stands_on_the_start_sheet_in_its_proportions(themed: Path) -> None:
    with zipfile.ZipFile(themed) as archive:
        assert archive.read("xl/media/image1.png") == png(600, 100)
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
        assert b"drawing1.xml" in archive.read("xl/worksheets/_rels/sheet1.xml.rels")
    width, height = map(int, re.search(r'ext cx="(\d+)" cy="(\d+)"', drawing).groups())
    assert np.isclose(width / height, 6)
    assert width == 300 * 9525  # pixels in English Metric Units


def test_equal_themes_give_equal_bytes(themed: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    theme = read_theme(themed.with_name("school.toml"))
    xb.write(xb.load("xor", epochs=3), again, theme=theme)
    assert again.read_bytes() == themed.read_bytes()

import gzip
import os
import re
import struct
import zipfile

import pytest

from xlbackprop.errors import BookError, FileError
from xlbackprop.gate import PACKAGE_BYTES
from xlbackprop.recalc import Book

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
NOT_WORKBOOKS = {
    "empty": (b"", "is empty"),
    "xls": (OLE, "old .xls workbook"),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    "csv": (b"a;b\n1;2\n", "text file, perhaps CSV"),
    "html": (b"\xef\xbb\xbf <html><table/></html>", "XML or HTML"),
    "pdf": (b"%PDF-1.7\n", "PDF document"),
    "gnumeric": (gzip.compress(b"<gnm:Workbook/>"), "gzip file"),
    "noise": (bytes(range(256)) * 9, "isn't a workbook"),
}
ARCHIVES = {
    "ods": ({"mimetype": "x", "content.xml": "<a/>"}, "OpenDocument"),
    "xlsb": ({"[Content_Types].xml": "<a/>", "xl/workbook.bin": "x"}, "binary workbook"),
    "docx": ({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}, "Word document"),
    "zip": ({"a.txt": "x"}, r"zip archive without \[Content_Types\].xml"),
    "no workbook": ({"[Content_Types].xml": "<a/>"}, "zip archive without xl/workbook.xml"),
}


def refusal(path, error=BookError):
    """The sentence with which a file is refused: one line, with the file's name."""
    with pytest.raises(error) as caught:
        Book.open(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert message.endswith((".", "workbook"))
    return message


@pytest.mark.parametrize(("content", "words"), NOT_WORKBOOKS.values(), ids=NOT_WORKBOOKS)
def test_a_file_that_is_no_workbook_is_called_what_it_is(content, words, tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    assert words in refusal(path)


@pytest.mark.parametrize(("parts", "words"), ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_that_is_no_workbook_is_called_what_it_is(parts, words, tmp_path):
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert re.search(words, refusal(path))


def test_a_missing_file_and_a_folder_are_file_errors(tmp_path):
    assert "no such file" in refusal(tmp_path / "none.xlsx", FileError)
    assert "is a folder" in refusal(tmp_path, FileError)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_pipe_is_a_file_error_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert "device or a pipe" in refusal(tmp_path / "pipe.xlsx", FileError)


def test_a_file_that_may_not_be_read_is_a_file_error(make, monkeypatch):
    path = make(ONE)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    assert "can't be read (Permission denied)" in refusal(path, FileError)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_file_cut_off_is_called_damaged(share, make):
    path = make(ONE)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    assert "damaged or cut off" in refusal(path)


def test_a_flipped_byte_is_called_damaged(make):
    path = make(ONE)
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    raw = bytearray(path.read_bytes())
    raw[part.header_offset + 30 + len(part.filename) + part.compress_size // 2] ^= 0x55
    path.write_bytes(raw)
    assert "part xl/worksheets/sheet1.xml" in refusal(path)


def declare(path, part, *, size=None, flags=None, method=None):
    """Change what the central directory of a zip says about a part."""
    raw = bytearray(path.read_bytes())
    entry = raw.rindex(part.encode()) - 46
    assert raw[entry : entry + 4] == b"PK\x01\x02"
    if flags is not None:
        struct.pack_into("<H", raw, entry + 8, flags)
    if method is not None:
        struct.pack_into("<H", raw, entry + 10, method)
    if size is not None:
        struct.pack_into("<I", raw, entry + 24, size)
    path.write_bytes(raw)


@pytest.mark.parametrize("size", [1, 100, 1_000_000])
def test_a_lying_size_is_refused(size, make):
    path = make(ONE)
    declare(path, "xl/worksheets/sheet1.xml", size=size)
    assert f"doesn't have the {size:,} bytes" in refusal(path)


def test_a_bomb_that_tells_its_size_is_refused_unopened(make):
    path = make(ONE)
    declare(path, "xl/worksheets/sheet1.xml", size=PACKAGE_BYTES)
    assert f"would unpack to {PACKAGE_BYTES:,}"[:-6] in refusal(path)


def test_a_bomb_that_hides_its_size_is_refused(make):
    path = make(ONE)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(20_000_000))
    declare(path, "xl/media/zeros.bin", size=10)
    assert "xl/media/zeros.bin doesn't have the 10 bytes" in refusal(path)


def test_an_encrypted_part_and_an_odd_method_are_refused(make):
    path = make(ONE, "encrypted.xlsx")
    declare(path, "xl/workbook.xml", flags=1)
    assert "is encrypted" in refusal(path)
    path = make(ONE, "odd.xlsx")
    declare(path, "xl/workbook.xml", method=14)
    assert "zip method 14" in refusal(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(make):
    path = make(ONE)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert "two parts of the same name" in refusal(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
@pytest.mark.parametrize(
    "dtd",
    [
        b'<!DOCTYPE a [<!ENTITY b "1">]>',
        b"<!DOCTYPE a>",
        b"<!-- c --> <!DOCTYPE a SYSTEM 'http://example.org/a'> <!-- d -->",
        b"<?p?><!doctype a>",
    ],
)
def test_a_part_with_a_dtd_is_refused(part, dtd, make, edit):
    path = make(ONE)
    edit(path, part, rb"^(<\?xml.*?\?>)?", dtd, count=1)
    assert f"part {part} has a DOCTYPE" in refusal(path)


def test_comments_before_the_root_are_fine(make, edit):
    path = make(ONE)
    edit(path, "xl/worksheets/sheet1.xml", rb"^", b"<!-- > <!-- a -><b>\n -->\n<?p?>", count=1)
    assert Book.open(path).value("S", 1, 1) == 1


def test_a_part_in_another_encoding_is_refused(make, edit):
    path = make(ONE)
    edit(path, "xl/worksheets/sheet1.xml", rb"^.*$", "<worksheet/>".encode("utf-16"), count=1)
    assert "isn't XML in UTF-8" in refusal(path)


@pytest.mark.parametrize("filler", ["(" * 40_000, "(<!-- -->", "<![CDATA[(]]>"])
def test_a_monstrous_formula_is_refused(filler, make):
    path = make(f'<row r="1"><c r="A1"><f>{filler}</f><v>1</v></c></row>')
    assert "wanted at most 8192 characters" in refusal(path)


def test_a_long_text_is_fine(make):
    text = "<" + "x" * 32_000 + "é" * 700
    cell = f'<c r="A1" t="inlineStr"><is><t>{text.replace("<", "&lt;")}</t></is></c>'
    path = make(f'<row r="1">{cell}</row>')
    assert Book.open(path).value("S", 1, 1) == text


@pytest.mark.parametrize("xml", ["<row>", '<row r="x"/>', '<row r="1"><c r="?"/></row>', "<"])
def test_xml_that_makes_no_sense_is_refused(xml, make):
    assert "can't be understood" in refusal(make(xml))


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_without_a_needed_part_is_refused(part, make):
    path = make(ONE)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != part}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert "can't be understood" in refusal(path)

"""Themes for the manifest: one that changes every field, one that adds to pages, one too pale."""

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

_ROLES = ("input", "data", "parameter", "forward", "cost", "delta", "gradient", "update", "python")
THEMES: Mapping[str, Mapping[str, Any]] = {
    "school.toml": {
        "fonts": {"text": "Arial", "chinese": "SimSun", "monospaced": "Courier New"},
        "ink": {
            "text": "101010",
            "quiet": "404050",
            "link": "#003080",
            "line": "a0a0a0",
            "grid": "d0d0d0",
            "input": "806000",
        },
        "roles": {
            name: {"band": f"1{i}2{i}4{i}", "pale": f"F{i}F0E{i}"} for i, name in enumerate(_ROLES)
        },
        "good": {"ink": "004020", "ground": "E0FFE0"},
        "bad": {"ink": "600000", "ground": "FFE0E0"},
        "pictures": {
            "zero": "FFFFF0",
            "one": "90C0F0",
            "negative": "F0B0A0",
            "nought": "FFFFFE",
            "positive": "80C0F0",
        },
        "numbers": {
            "number": "0.000",
            "cost": "0.00000",
            "exact": "0.0000000000",
            "figure": "0.00",
            "difference": "0E+00",
            "percent": "0%",
            "whole": "0",
        },
        "page": {"logo": "logo.png", "header": "Class 9b & friends", "footer": "第一中学"},
    },
    "page.toml": {"page": {"header": "Only a header"}},
    "pale.toml": {"ink": {"text": "C0C0C0"}},
}


def write_themes(folder: Path) -> None:
    for name, fields in THEMES.items():
        (folder / name).write_text(tomli_w.dumps(fields), encoding="utf-8")
    (folder / "logo.png").write_bytes(_picture(6, 4))


def _picture(width: int, height: int) -> bytes:
    """A grey PNG."""
    rows = b"".join(b"\0" + bytes([80]) * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )

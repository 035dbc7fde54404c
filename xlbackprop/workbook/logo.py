"""A school's logo: a PNG or JPEG file, whose size is read from its first bytes."""

import struct
from dataclasses import dataclass
from pathlib import Path

from xlbackprop.errors import ThemeError
from xlbackprop.gate import LOGO_BYTES, read_file

MOST_PIXELS = 4096  # along each side
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # JPEG's markers that tell a size


@dataclass(frozen=True)
class Logo:
    """A picture as its file has it.

    Attributes:
        content: the bytes of the file.
        kind: ``"png"`` or ``"jpeg"``.
        width: in pixels.
        height: in pixels.
    """

    content: bytes
    kind: str
    width: int
    height: int

    def fitted(self, width: float, height: float) -> tuple[int, int]:
        """Width and height of the picture when it is shrunk to fit into a box."""
        scale = min(1.0, width / self.width, height / self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))


def read_logo(path: Path) -> Logo:
    """The logo in a file.

    Raises:
        ThemeError: it can't be read, is too large, or is no PNG or JPEG.
    """

    def tell(reason: str) -> ThemeError:
        return ThemeError(
            f"page.logo: {path} can't be read ({reason}); the name counts from the folder of the "
            "theme file."
        )

    logo = _logo(read_file(path, LOGO_BYTES, tell))
    if logo is None or not (logo.width and logo.height):
        raise ThemeError(f"page.logo: {path} is no PNG or JPEG picture; save it as one.")
    if max(logo.width, logo.height) > MOST_PIXELS:
        raise ThemeError(
            f"page.logo: {path} has {logo.width:,} × {logo.height:,} pixels, wanted at most "
            f"{MOST_PIXELS:,} along each side; save it smaller."
        )
    return logo


def _logo(content: bytes) -> Logo | None:
    if content.startswith(_PNG) and content[12:16] == b"IHDR" and len(content) > 24:
        return Logo(content, "png", *struct.unpack(">II", content[16:24]))
    if content.startswith(_JPEG) and (size := _jpeg_size(content)):
        return Logo(content, "jpeg", *size)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height, from the first segment that tells them.

    Source: ITU-T T.81, B.2.2.
    """
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], struct.unpack_from(">H", content, place + 2)[0]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, place + 5)
            return width, height
        place += 2 + length if marker != 0xFF else 1  # markers may be filled up with FF
    return None

"""Texts that a file, a program or TOML may mean something else by, and ordinary ones."""

from random import Random

ODD = [
    *("a\u2028b", "a\u2029b", "a\u0085b", "a\x0bb", "a\x1cb"),  # lines end there for some
    *("_x0041_", "_x005F_", "_x005F_x0041_", "_x000d_b", "_x000D", "_\r", "__x0041__"),
    *("a\rb", "a\nb", "a\r\nb", "\x00", "a\x01b", "\x1f", "\x7f", "\ufffe", "\ud800", "\udfff"),
    *("=1+1", "+1", "-", "@a", "'q", '"q"', '"""', "''", " lead", "trail ", "\t", "\ufeffx"),
    *("<&>", "]]>", "<!--", "%s", "{r}", "&amp;", "\\", "\\u0041", "a\\", "#", "[[x]]"),
    *("é", "e\u0301", "\uff11", "\u0131", "\U0001f600", "像素", "\u202eabc", "\u200b"),
]
# Letters of many alphabets, signs, digits, and what is no letter at all.
_SPANS = (
    *((0x20, 0x7E), (0x20, 0x7E), (0xA0, 0x17F), (0x370, 0x3FF), (0x400, 0x4FF), (0x590, 0x5FF)),
    *((0x600, 0x6FF), (0x2000, 0x206F), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xFF00, 0xFFEF)),
    *((0x1F300, 0x1FAFF), (0x00, 0x1F), (0x80, 0x9F), (0xE000, 0xE0FF)),
)


def odd_text(random: Random) -> str:
    """A text that holds something odd, and not only blanks."""
    while True:
        pieces = [_piece(random) for _ in range(random.randint(1, 3))]
        if (text := "".join(pieces)).strip():
            return text


def _piece(random: Random) -> str:
    if random.random() < 0.4:
        return random.choice(ODD)
    spans = random.choices(_SPANS, k=random.randint(1, 5))
    return "".join(chr(random.randint(*span)) for span in spans)

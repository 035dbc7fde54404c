"""Puts a measured table into the README, between the two marks that bear its name."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def put_into_readme(name: str, table: str) -> None:
    mark = f"<!-- {name} -->"
    pattern = re.compile(f"{mark}.*?{mark}", re.DOTALL)
    text = README.read_text(encoding="utf-8")
    assert len(pattern.findall(text)) == 1, f"README.md: wanted the mark {mark} twice"
    README.write_text(pattern.sub(lambda _: f"{mark}\n{table}\n{mark}", text), encoding="utf-8")

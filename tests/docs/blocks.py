"""Collects the code blocks of README.md and docs; test_blocks runs them.

A block that is not to be run has a comment right before it that says why:

    <!-- not run: it needs Asterisk -->
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, List, NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "openapi" / "README.md"]
_BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<why>[^>]+) -->\n+)?```(?P<language>\w*)\n(?P<code>.*?)^```",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """One block of a page; `why` it is not run, empty when it is."""

    page: str
    line: int
    language: str
    code: str
    why: str


def _collect() -> Iterator[Block]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in _BLOCK.finditer(text):
            line = text[: found.start("code")].count("\n")
            name = str(page.relative_to(ROOT))
            yield Block(name, line, found["language"], found["code"], found["why"] or "")


BLOCKS: List[Block] = list(_collect())


def name_of(block: Block) -> str:
    """Name a block as the tests print it: where it stands."""
    return f"{block.page}:{block.line}"

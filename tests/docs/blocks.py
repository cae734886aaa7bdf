"""Collects the code blocks of README.md and docs; test_blocks runs them.

A comment right before a block may say that it is not run, and why; which test runs it; or what
stands around it when it is run:

    <!-- not run: it changes the machine -->
    <!-- run by tests/docs/test_start.py -->
    <!-- around it: tests/docs/around/celery.py -->
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, List, NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "openapi" / "README.md"]
_BLOCK = re.compile(
    r"^(?:<!-- (?:not run: (?P<why>[^>]+)|run by (?P<by>\S+)|around it: (?P<around>\S+)) -->\n+)?"
    r"```(?P<language>\w*)\n(?P<code>.*?)^```",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """One block of a page; `why` it is not run, `by` which test, `around` which file: or empty."""

    page: str
    line: int
    language: str
    code: str
    why: str
    by: str
    around: str


def _collect() -> Iterator[Block]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in _BLOCK.finditer(text):
            line = text[: found.start("code")].count("\n")
            name = str(page.relative_to(ROOT))
            said = (found[each] or "" for each in ("why", "by", "around"))
            yield Block(name, line, found["language"], found["code"], *said)


BLOCKS: List[Block] = list(_collect())


def name_of(block: Block) -> str:
    """Name a block as the tests print it: where it stands."""
    return f"{block.page}:{block.line}"

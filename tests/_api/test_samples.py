"""Every file of tests/samples is read by a test."""

from __future__ import annotations

import re

from ..recordings import FOLDER


def test_no_sample_is_left_unread() -> None:
    """A recording that nobody looks at would rot unseen."""
    sources = "".join(path.read_text(encoding="utf-8") for path in FOLDER.parent.rglob("test_*.py"))
    read = set(re.findall(r"(?:read_sample\(|FOLDER / )\"([^\"]+\.json)\"\)", sources))
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert there - {"README.md"} == read

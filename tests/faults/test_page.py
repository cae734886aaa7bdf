"""The page "When things go wrong": every error is on it, and none promises too much."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Dict

import pytest

import virtualq

from .table import ROWS

pytestmark = pytest.mark.once

PAGE = Path(__file__).parents[2] / "docs" / "when-things-go-wrong.md"
LINE = re.compile(r"^\| `(\w+)` \|[^|]*\| (\w+) \|", re.MULTILINE)


def promises() -> Dict[str, str]:
    """Read from the page, for each error, whether the change may have happened."""
    return dict(LINE.findall(PAGE.read_text(encoding="utf-8")))


def test_every_error_is_on_the_page() -> None:
    """The table on the page names every public error class below VirtualQError, and no other."""
    public = {name: getattr(virtualq, name) for name in virtualq.__all__}
    errors = {
        name
        for name, kind in public.items()
        if inspect.isclass(kind) and issubclass(kind, virtualq.VirtualQError)
    }
    assert promises().keys() == errors - {"VirtualQError"}


def test_no_on_the_page_is_certain() -> None:
    """Where the page says "no", no row knows a case in which the change may have happened."""
    said = promises()
    may = {
        (outcome.kind, outcome.attributes["maybe_applied"])
        for row in ROWS
        for outcome in row.expected
        if "maybe_applied" in outcome.attributes
    }
    assert {kind for kind, applied in may if applied} <= {k for k, v in said.items() if v != "no"}
    assert ("ConnectError", False) in may
    assert said["ConnectError"] == said["InvalidParameterError"] == "no"

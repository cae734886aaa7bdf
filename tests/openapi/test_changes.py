"""--diff OLD NEW: each change of the real spec is told for what it means, in its direction."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest

from .generator import REAL_SPEC, at, changed, reading, real_spec, run, save

pytestmark = pytest.mark.once

CASES: Dict[str, Dict[str, Any]] = reading.read(Path(__file__).with_name("changes.yaml"))


def _diff(old: Path, new: Path) -> List[str]:
    ended = run("--diff", old, new)
    lines = ended.out.splitlines()
    assert ended.err == ""
    assert ended.code == (1 if any(line.startswith("breaking:") for line in lines) else 0)
    return lines


@pytest.mark.parametrize("name", CASES)
def test_change_is_told_in_one_line(name: str, tmp_path: Path) -> None:
    """A change of one thing is one line, breaking, added or docs."""
    case = CASES[name]
    document = real_spec()
    for edit in case["edits"]:
        changed(document, edit["at"], edit.get("put"), remove="put" not in edit)
    assert _diff(REAL_SPEC, save(tmp_path, document)) == case["forth"]
    assert _diff(save(tmp_path, document), REAL_SPEC) == case["back"]


def test_nothing_has_changed(tmp_path: Path) -> None:
    """The same spec, written in another way."""
    assert _diff(REAL_SPEC, save(tmp_path, real_spec(), "spec.json")) == ["no changes"]


def test_several_changes_come_in_the_order_of_their_weight(tmp_path: Path) -> None:
    """What breaks users is read first."""
    document = real_spec()
    attributes = at(document, "/components/schemas/CallerResource/properties/attributes/properties")
    attributes["new"] = {"type": "string"}
    attributes["ewt"]["description"] = "Other words."
    del attributes["message"]
    kinds = [line.split(":")[0] for line in _diff(REAL_SPEC, save(tmp_path, document))]
    assert kinds == ["breaking", "added", "docs"]


@pytest.mark.parametrize("is_old", [True, False])
def test_bad_spec_is_told_with_its_own_name(is_old: bool, tmp_path: Path) -> None:
    """Exit 2 and the one line of the file that is bad."""
    bad = save(tmp_path, "openapi: [", "bad.yaml")
    ended = run("--diff", *((bad, REAL_SPEC) if is_old else (REAL_SPEC, bad)))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"{bad}:1:11: is not YAML")
    assert len(ended.err.splitlines()) == 1

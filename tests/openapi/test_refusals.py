"""Mutations of the real spec: each ends with exit 2, no file touched, and exactly one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Mapping

import pytest

from . import generator
from .generator import reading

pytestmark = pytest.mark.once

MUTATIONS: Mapping[str, Dict[str, Any]] = reading.read(Path(__file__).with_name("refusals.yaml"))


def test_there_are_enough_mutations() -> None:
    """The issue asks for 45 at least; all have different outcomes or places."""
    outcomes = {(each["at"], each["says"], str(each.get("put"))) for each in MUTATIONS.values()}
    assert len(outcomes) == len(MUTATIONS) >= 45


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutation_is_refused_with_its_pointer(name: str, tmp_path: Path) -> None:
    """A fault of the spec gives one line with the full pointer, what is wrong and what to do.

    Whoever does what the line says has a good spec.
    """
    case = MUTATIONS[name]
    document = generator.changed(
        generator.real_spec(), case["at"], case.get("put"), remove="put" not in case
    )
    where = case.get("where", "#" + case["at"])
    for edit in case.get("also", ()):
        generator.changed(document, edit["at"], edit["put"])
    assert generator.refusal(tmp_path, document) == f"{where}: {case['says']}"
    if "then" in case:
        for edit in case["then"]:
            generator.changed(document, edit["at"], edit["put"])
        generator.make(tmp_path, document)

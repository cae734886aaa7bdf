"""Reads the recordings of tests/samples; `test_samples.py` sees to it that none is left unread."""

from __future__ import annotations

import json
from dataclasses import make_dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, List

FOLDER = Path(__file__).parent / "samples"


def read_sample(name: str) -> List[Dict[str, Any]]:
    """Read the cases of one recording."""
    cases: List[Dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return cases


def title(case: Dict[str, Any]) -> str:
    """Name a case for the output of pytest."""
    return f"{case['operation']}-{case['case']}"


def given(value: Any) -> Any:
    """Turn a parameter of the recording into what a user of Python would give."""
    if isinstance(value, list):
        return [given(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "$ints" in value:
        return value["$ints"]
    if "$dict" in value:
        return value["$dict"]
    if "$anonymous" in value:
        members: Dict[str, Any] = value["$anonymous"]
        return make_dataclass("Anonymous", list(members))(**members)
    if "$datetime" in value:
        # The recording machine was in UTC, and both kinds that were recorded carry an offset.
        assert value["kind"] in ("Utc", "Local")
        return datetime.fromisoformat(value["$datetime"][:26]).replace(tzinfo=timezone.utc)
    return {name: given(part) for name, part in value.items()}

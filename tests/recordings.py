"""Reads the recordings of tests/samples; `test_samples.py` sees to it that none is left unread."""

from __future__ import annotations

import json
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

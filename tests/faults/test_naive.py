"""Shows that the table bites: a client as anybody writes it fails a third of the rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import List

import pytest

from ..pace import SLACK
from .clients import Naive, kind_of_document
from .judge import judge_kindly, limit_of
from .names import Names
from .player import bad_day, play
from .privacy import secrets_in
from .row import Row
from .service import NEXT_LINE, caller_id
from .table import ROWS as ALL_ROWS
from .table import name_of
from .tls import Certificates

pytestmark = pytest.mark.once

# What every function has is easy, and about the functions of ours.
ROWS = tuple(row for row in ALL_ROWS if not row.name.startswith("each_"))


def failures_of_naive(row: Row, names: Names, certificates: Certificates) -> List[str]:
    """Play a row with the naive client, hung up on when too late, and say what it did wrong."""
    patience = limit_of(row) + 2 * SLACK
    with (
        bad_day(row, names, certificates, patience) as day,
        Naive(
            day.base_url, row.deadline, certificates.ca_bundle if day.server.tls else None
        ) as client,
    ):
        played = play(day, client, kind_of_document)
    told = secrets_in(f"{played.seen.error!r}") if played.seen.error else []
    came_back = not day.server.stopped.is_set() or played.seen.elapsed < patience
    following = played.following["id"] if isinstance(played.following, dict) else played.following
    wrong_next = (
        came_back
        and not isinstance(following, Exception)
        and following != str(caller_id(NEXT_LINE))
    )
    return [
        *judge_kindly(row, played),
        *(f"the error shows {secret}" for secret in told),
        *["the next call is wrong"] * wrong_next,
    ]


# It also leaves sockets to the garbage collector; that is not what is counted here.
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_a_naive_client_fails_a_third_of_the_rows(
    names: Names, certificates: Certificates, capsys: pytest.CaptureFixture[str]
) -> None:
    """Judged kindly, any error will do where one is due, it still fails a third of the table."""
    # A few at a time: they mostly wait, and what they wait for is their own server.
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda row: failures_of_naive(row, names, certificates), ROWS))
    failed = {name_of(row): wrong for row, wrong in zip(ROWS, results) if wrong}
    with capsys.disabled():
        print(f"\nthe naive client fails {len(failed)} of {len(ROWS)} rows")
    assert 3 * len(failed) >= len(ROWS), f"only {len(failed)} of {len(ROWS)}"

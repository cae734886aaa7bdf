"""The table of bad days: every row, and the same rows by what they need of a test."""

from __future__ import annotations

from typing import Tuple

from . import (
    rows_body,
    rows_coding,
    rows_connect,
    rows_functions,
    rows_head,
    rows_interim,
    rows_json,
    rows_kept,
    rows_repeat,
    rows_secrets,
    rows_sending,
    rows_status,
    rows_unknown,
)
from .row import Row

PARTS = (
    rows_connect,
    rows_sending,
    rows_head,
    rows_interim,
    rows_body,
    rows_coding,
    rows_json,
    rows_status,
    rows_repeat,
    rows_unknown,
    rows_kept,
    rows_secrets,
    rows_functions,
)
"""In the order of a request: out, in, what was said, and what to do about it."""
ROWS: Tuple[Row, ...] = tuple(row for part in PARTS for row in part.ROWS)
ON_SOCKETS = (rows_connect, rows_sending, rows_repeat, rows_unknown, rows_kept)
"""The parts about connections, in which the Pythons differ; what was said is bytes to each."""
HUNGRY = tuple(row for row in ROWS if row.memory)
"""Rows whose answer is meant to fill the client's memory."""


def name_of(row: Row) -> str:
    """Name a row as the tests print it."""
    return f"{row.name}-{row.call}"

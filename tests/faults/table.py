"""The table of bad days: every row, and the same rows by what they need of a test."""

from __future__ import annotations

from typing import Tuple

from . import rows_body, rows_head, rows_json, rows_reach, rows_repeat, rows_secrets, rows_status
from .row import Row

ROWS: Tuple[Row, ...] = (
    rows_reach.ROWS + rows_head.ROWS + rows_body.ROWS + rows_json.ROWS + rows_status.ROWS + rows_repeat.ROWS + rows_secrets.ROWS
)
HUNGRY = tuple(row for row in ROWS if row.memory)
"""Rows whose answer is meant to fill the client's memory."""


def name_of(row: Row) -> str:
    """Name a row as the tests print it."""
    return f"{row.name}-{row.call}"

"""The sandbox's state: lines, call centers and callers in SQLite; rules reads and writes it."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager
from typing import Any, Dict, Generator, List, Optional, Sequence, Tuple

from attrs import astuple, evolve, frozen

from virtualq._api.tables import make_converter
from virtualq.errors import ConfigurationError
from virtualq.models import CallerResult, VirtualQCallerState
from virtualq.sandbox.seeds import LINES, Line

# Marks a state file as ours ("vqsb"), so that a database of another program is never written to.
_APPLICATION_ID = 0x76717362
_SCHEMA = f"""
BEGIN;
PRAGMA application_id = {_APPLICATION_ID};
CREATE TABLE call_centers (id INTEGER PRIMARY KEY);
CREATE TABLE lines (
    id INTEGER PRIMARY KEY,
    call_center_id INTEGER NOT NULL REFERENCES call_centers,
    name TEXT NOT NULL,
    seconds_per_caller INTEGER NOT NULL
);
CREATE TABLE waiters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id INTEGER NOT NULL REFERENCES lines,
    phone TEXT NOT NULL,
    state TEXT NOT NULL,
    resource TEXT NOT NULL,
    reported TEXT NOT NULL
);
CREATE INDEX waiters_by_phone ON waiters (line_id, phone);
CREATE INDEX waiters_by_state ON waiters (line_id, state);
"""
_LINE = "lines.id, lines.call_center_id, lines.name, lines.seconds_per_caller"


@frozen(kw_only=True)
class Waiter:
    """A caller in a line, and all that was told of them, by parameter name, shown or not."""

    line: Line
    caller: CallerResult
    reported: Dict[str, object]


class Store:
    """The state of one sandbox, safe to share between threads.

    `path` is a file that keeps the state; None keeps it in memory. Raises ConfigurationError for
    a file that cannot be opened or is not a sandbox's state.
    """

    def __init__(self, path: Optional[str] = None) -> None:
        self._lock = threading.RLock()
        self._converter = make_converter()
        try:
            self._db = sqlite3.connect(path or ":memory:", check_same_thread=False)
        except sqlite3.Error as error:
            raise ConfigurationError(f"state file {path}: {error}") from None
        try:
            self._set_up()
        except sqlite3.Error as error:
            self._db.close()
            raise ConfigurationError(f"state file {path}: {error}") from None

    def _set_up(self) -> None:
        found = self._db.execute("PRAGMA application_id").fetchone()[0]
        if found == _APPLICATION_ID:
            return
        if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise sqlite3.DatabaseError("it is a database, but not a sandbox's")
        with self.transaction():
            self._db.executescript(_SCHEMA)
            centers = {(line.call_center_id,) for line in LINES}
            self._db.executemany("INSERT INTO call_centers VALUES (?)", sorted(centers))
            rows = [astuple(line) for line in LINES]
            self._db.executemany("INSERT INTO lines VALUES (?, ?, ?, ?)", rows)

    def close(self) -> None:
        """Close the state; a state in memory is gone then."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Let one thread read and write; all of it is kept, or nothing when the block raises."""
        with self._lock, self._db:
            yield

    def line(self, line_id: int) -> Optional[Line]:
        """Return a line, None when there is no such line."""
        rows = self._db.execute(f"SELECT {_LINE} FROM lines WHERE id = ?", (line_id,))
        return next((Line(*row) for row in rows), None)

    def has_call_center(self, call_center_id: int) -> bool:
        """Tell whether there is such a call center."""
        rows = self._db.execute("SELECT 1 FROM call_centers WHERE id = ?", (call_center_id,))
        return rows.fetchone() is not None

    def add(self, waiter: Waiter) -> Waiter:
        """Keep a new caller and return them with the id they got."""
        cursor = self._db.execute(
            "INSERT INTO waiters (line_id, phone, state, resource, reported)"
            " VALUES (?, ?, ?, '', '')",
            _keys(waiter),
        )
        added = evolve(waiter, caller=evolve(waiter.caller, id=cursor.lastrowid))
        self.save(added)
        return added

    def save(self, waiter: Waiter) -> None:
        """Keep what became of a caller."""
        resource = json.dumps(self._converter.unstructure(waiter.caller))
        self._db.execute(
            "UPDATE waiters SET line_id = ?, phone = ?, state = ?, resource = ?, reported = ?"
            " WHERE id = ?",
            (*_keys(waiter), resource, json.dumps(waiter.reported), waiter.caller.id),
        )

    def find(
        self,
        *,
        waiter_id: Optional[int] = None,
        line_id: Optional[int] = None,
        call_center_id: Optional[int] = None,
        phone: Optional[str] = None,
        states: Optional[Sequence[VirtualQCallerState]] = None,
    ) -> List[Waiter]:
        """Return the callers that fit all that is given, in the order they lined up."""
        wanted: List[Tuple[str, object]] = [
            ("waiters.id", waiter_id),
            ("line_id", line_id),
            ("call_center_id", call_center_id),
            ("phone", phone),
        ]
        given = [(f"{column} = ?", value) for column, value in wanted if value is not None]
        conditions, values = [test for test, _ in given], [value for _, value in given]
        if states is not None:
            names = [state.value for state in states]
            conditions.append(f"state IN ({', '.join('?' * len(names))})")
            values.extend(names)
        rows = self._db.execute(
            f"SELECT {_LINE}, resource, reported FROM waiters JOIN lines ON lines.id = line_id"
            f" WHERE {' AND '.join(conditions) or '1'} ORDER BY waiters.id",
            values,
        )
        return [self._waiter(row) for row in rows]

    def ids_waiting(self, line_id: int) -> List[int]:
        """Return the ids of those who wait in a line, the next one first."""
        rows = self._db.execute(
            "SELECT id FROM waiters WHERE line_id = ? AND state = ? ORDER BY id",
            (line_id, VirtualQCallerState.WAITING.value),
        )
        return [row[0] for row in rows]

    def clear(self) -> None:
        """Forget every caller; lines and call centers stay."""
        self._db.execute("DELETE FROM waiters")

    def _waiter(self, row: Sequence[Any]) -> Waiter:
        *line, resource, reported = row
        caller = self._converter.structure(json.loads(resource), CallerResult)
        return Waiter(line=Line(*line), caller=caller, reported=json.loads(reported))


def _keys(waiter: Waiter) -> Tuple[object, object, object]:
    return waiter.line.id, waiter.caller.phone, str(waiter.caller.virtualq_caller_state)

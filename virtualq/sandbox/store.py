"""The sandbox's state in SQLite, for queue and center; in a file it outlives `kill -9`."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Dict, Generator, List, Mapping, Optional, Sequence, Tuple, Type, TypeVar

from attrs import asdict, evolve, fields, frozen

from virtualq._api.converter import make_converter
from virtualq._api.fields import read_time
from virtualq.errors import ConfigurationError
from virtualq.models import CallerResult, VirtualQCallerState
from virtualq.sandbox import state_file
from virtualq.sandbox.phones import comparable
from virtualq.sandbox.seeds import CallCenter, Line, LineGroup, Seed

T = TypeVar("T", CallCenter, LineGroup, Line)

# Marks a state file as ours ("vqsb"), so that a database of another program is never written to.
_APPLICATION_ID = 0x76717362
_VERSION = 2
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE call_centers (id INTEGER PRIMARY KEY, name TEXT, timezone TEXT, told TEXT);
CREATE TABLE line_groups (
    id INTEGER PRIMARY KEY, call_center_id INTEGER, name TEXT, agents INTEGER, timeout INTEGER,
    told TEXT, told_at REAL
);
CREATE TABLE lines (
    id INTEGER PRIMARY KEY, line_group_id INTEGER, name TEXT, talk_time INTEGER, is_open INTEGER,
    offered INTEGER, asked INTEGER, last_up REAL
);
CREATE TABLE waiters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id INTEGER NOT NULL,
    phone TEXT NOT NULL,
    state TEXT NOT NULL,
    arrived REAL NOT NULL,
    moves_at REAL,
    resource TEXT NOT NULL,
    reported TEXT NOT NULL
);
CREATE INDEX waiters_by_phone ON waiters (line_id, phone);
CREATE INDEX waiters_by_state ON waiters (line_id, state);
CREATE INDEX waiters_by_time ON waiters (moves_at) WHERE moves_at IS NOT NULL;
"""
_TABLES: Mapping[type, str] = {CallCenter: "call_centers", LineGroup: "line_groups", Line: "lines"}


@frozen(kw_only=True)
class Waiter:
    """A caller in a line, and all that was told of them, by parameter name, shown or not.

    `moves_at` is when the clock moves them on, in seconds since 1970; None for those who wait for
    their turn, or are through.
    """

    line_id: int
    caller: CallerResult
    reported: Dict[str, object]
    moves_at: Optional[float] = None


class Store:
    """The state of one sandbox, safe to share between threads.

    `path` is a file that keeps the state; None keeps it in memory. Raises ConfigurationError for
    a file that cannot be opened, is not a sandbox's state or is in use by another sandbox.
    """

    def __init__(self, path: Optional[str] = None) -> None:
        self._lock = threading.RLock()
        self._converter = make_converter()
        self.is_new: bool = False
        self._owned: Optional[state_file.Lock] = None
        try:
            if path:
                state_file.make(path)
            self._db = sqlite3.connect(
                path or ":memory:", check_same_thread=False, isolation_level=None, timeout=10.0
            )
            try:
                self._refuse_others()
                self._owned = state_file.Lock(path) if path else None
                self._set_up()
            except BaseException:
                self.close()
                raise
        except OSError as error:
            raise ConfigurationError(f"state file {path}: {error.strerror}") from None
        except sqlite3.Error as error:
            raise ConfigurationError(f"state file {path}: {error}") from None

    def _refuse_others(self) -> None:
        found, version = (self._pragma(name) for name in ("application_id", "user_version"))
        if self._has_tables and found != _APPLICATION_ID:
            raise sqlite3.DatabaseError("it is a database, but not a sandbox's")
        if self._has_tables and version != _VERSION:
            raise sqlite3.DatabaseError("another version made it; delete it to start anew")

    def _set_up(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # survives this process, as kill -9 ends it
        with self.transaction():
            if not self._has_tables:
                self.is_new = True
                for statement in _SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                self._db.execute(f"PRAGMA user_version = {_VERSION}")

    @property
    def _has_tables(self) -> bool:
        return self._db.execute("SELECT 1 FROM sqlite_master").fetchone() is not None

    def _pragma(self, name: str) -> int:
        value: int = self._db.execute(f"PRAGMA {name}").fetchone()[0]
        return value

    def close(self) -> None:
        """Close the state; a state in memory is gone then."""
        with self._lock:
            self._db.close()
            if self._owned is not None:
                self._owned.release()
                self._owned = None

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Let one thread read and write; all of it is kept, or nothing when the block raises."""
        with self._lock:
            if self._db.in_transaction:  # a part of a larger one
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")  # another process may read the file
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def load(self, seed: Seed) -> None:
        """Keep call centers, groups and lines; those with ids that are there are replaced."""
        for thing in (*seed.call_centers, *seed.line_groups, *seed.lines):
            self.put(thing)

    def note(self, name: str, value: str) -> None:
        """Keep a text under a name."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def get(self, kind: Type[T], thing_id: int) -> Optional[T]:
        """Return a call center, a line group or a line by id, None when there is none."""
        rows = self._db.execute(f"SELECT * FROM {_TABLES[kind]} WHERE id = ?", (thing_id,))
        return next((_thing(kind, row) for row in rows), None)

    def all(self, kind: Type[T]) -> List[T]:
        """Return all call centers, line groups or lines, by id."""
        rows = self._db.execute(f"SELECT * FROM {_TABLES[kind]} ORDER BY id")
        return [_thing(kind, row) for row in rows]

    def put(self, thing: object) -> None:
        """Keep a call center, a line group or a line."""
        values = [
            json.dumps(value) if name == "told" else value
            for name, value in asdict(thing).items()  # type: ignore[arg-type]  # one of the three
        ]
        marks = ", ".join("?" * len(values))
        self._db.execute(f"INSERT OR REPLACE INTO {_TABLES[type(thing)]} VALUES ({marks})", values)

    def add(self, waiter: Waiter) -> Waiter:
        """Keep a new caller and return them with the id they got."""
        cursor = self._db.execute(
            "INSERT INTO waiters (line_id, phone, state, arrived, moves_at, resource, reported)"
            " VALUES (?, ?, ?, ?, ?, '', '')",
            _keys(waiter),
        )
        added = evolve(waiter, caller=evolve(waiter.caller, id=cursor.lastrowid))
        self.save(added)
        return added

    def save(self, waiter: Waiter) -> None:
        """Keep what became of a caller."""
        resource = json.dumps(self._converter.unstructure(waiter.caller))
        self._db.execute(
            "UPDATE waiters SET line_id = ?, phone = ?, state = ?, arrived = ?, moves_at = ?,"
            " resource = ?, reported = ? WHERE id = ?",
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
        most: int = -1,
        latest: bool = False,
    ) -> List[Waiter]:
        """Return the callers that fit all that is given, in the order they lined up.

        No more than `most`: the first ones, or the latest ones, the latest first.
        """
        key = None if phone is None else comparable(phone)
        wanted: List[Tuple[str, object]] = [
            ("waiters.id = ?", waiter_id),
            ("line_id = ?", line_id),
            (
                "line_id IN (SELECT lines.id FROM lines JOIN line_groups"
                " ON line_groups.id = line_group_id WHERE call_center_id = ?)",
                call_center_id,
            ),
            ("phone = ?", key),
        ]
        given = [(test, value) for test, value in wanted if value is not None]
        conditions, values = [test for test, _ in given], [value for _, value in given]
        if states is not None:
            names = [state.value for state in states]
            conditions.append(f"state IN ({', '.join('?' * len(names))})")
            values.extend(names)
        rows = self._db.execute(
            "SELECT line_id, moves_at, resource, reported FROM waiters"
            f" WHERE {' AND '.join(conditions) or '1'}"
            f" ORDER BY id {'DESC' if latest else 'ASC'} LIMIT ?",
            [*values, most],
        )
        return [self._waiter(row) for row in rows]

    def waiting(self, line_id: int, most: int = -1) -> List[Tuple[int, float]]:
        """Return id and arrival of those who wait in a line, the next one first."""
        rows = self._db.execute(
            "SELECT id, arrived FROM waiters WHERE line_id = ? AND state = ? ORDER BY id LIMIT ?",
            (line_id, VirtualQCallerState.WAITING.value, most),
        )
        return rows.fetchall()

    def moving(self) -> Optional[Tuple[int, float]]:
        """Return id and time of the caller whom the clock moves on next."""
        rows = self._db.execute(
            "SELECT id, moves_at FROM waiters WHERE moves_at IS NOT NULL ORDER BY moves_at, id"
        )
        found: Optional[Tuple[int, float]] = rows.fetchone()
        return found

    def changed_last(self) -> Optional[datetime]:
        """Return when a caller lined up or moved last, None when there is no caller."""
        rows = self._db.execute(
            """SELECT max(json_extract(resource, '$.attributes."updated-at"')) FROM waiters"""
        )
        text: Optional[str] = rows.fetchone()[0]
        return None if text is None else read_time(text)

    def count(self) -> Dict[Tuple[int, str], int]:
        """Return how many callers each line has in each state."""
        rows = self._db.execute("SELECT line_id, state, count(*) FROM waiters GROUP BY 1, 2")
        return {(line_id, state): number for line_id, state, number in rows}

    def waits(self) -> List[Tuple[int, int, float]]:
        """Return for each line how many wait in it, and when they lined up on average."""
        rows = self._db.execute(
            "SELECT line_id, count(*), avg(arrived) FROM waiters WHERE state = ? GROUP BY 1",
            (VirtualQCallerState.WAITING.value,),
        )
        return rows.fetchall()

    def clear(self) -> None:
        """Forget every caller, and what was told and counted; lines and call centers stay."""
        self._db.execute("DELETE FROM waiters")
        self._db.execute("UPDATE lines SET offered = 0, asked = 0, last_up = NULL")
        self._db.execute("UPDATE line_groups SET told = '{}', told_at = 0")
        self._db.execute("UPDATE call_centers SET told = '{}'")

    def _waiter(self, row: Sequence[Any]) -> Waiter:
        line_id, moves_at, resource, reported = row
        caller = self._converter.structure(json.loads(resource), CallerResult)
        told = json.loads(reported)
        return Waiter(line_id=line_id, caller=caller, reported=told, moves_at=moves_at)


def _thing(kind: Type[T], row: Sequence[Any]) -> T:
    values = dict(zip((field.name for field in fields(kind)), row))
    if "told" in values:
        values["told"] = json.loads(values["told"])
    if "is_open" in values:
        values["is_open"] = bool(values["is_open"])
    return kind(**values)


def _keys(waiter: Waiter) -> Tuple[object, ...]:
    caller = waiter.caller
    arrived = 0.0 if caller.created_at is None else caller.created_at.timestamp()
    state = str(caller.virtualq_caller_state)
    return waiter.line_id, comparable(caller.phone or ""), state, arrived, waiter.moves_at

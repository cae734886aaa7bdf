"""Reports on disk, in SQLite: what was answered `accepted` is in here first; used by outbox.

A transaction is on the disk before it counts (WAL with full sync). Reports that come in while
another transaction is being synced share the next one, so that a slow disk is waited for once.
Nothing personal stays after a delivery: rows are deleted, and deleted bytes are overwritten.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import threading
from contextlib import closing
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from virtualq.errors import ConfigurationError

# "vqGW": tells a file of ours from any other database.
_APPLICATION = 0x76714757
_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    caller TEXT NOT NULL,
    function TEXT NOT NULL,
    given TEXT NOT NULL,
    stored REAL NOT NULL,
    dead REAL,
    reason TEXT
);
CREATE INDEX IF NOT EXISTS by_fate ON reports (dead, stored);
CREATE TABLE IF NOT EXISTS delivered (many INTEGER NOT NULL);
INSERT INTO delivered SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM delivered);
"""
# Another process, `virtualq gateway outbox`, may write too; seconds.
_OTHERS = 1.0


class StoreError(Exception):
    """The state file cannot be written, or not in time."""


class Report(NamedTuple):
    """What the telephone system reported, and when (seconds since 1970)."""

    id: int
    caller: str
    function: str
    given: Mapping[str, object]
    stored: float
    dead: Optional[float] = None
    reason: Optional[str] = None


class Counts(NamedTuple):
    """How many reports there are; `oldest` is when the first that waits was stored, or None."""

    pending: int
    delivered: int
    dead: int
    oldest: Optional[float]


class _Job:
    """A part of a transaction, and how it went."""

    def __init__(self, work: Callable[[sqlite3.Connection], None]) -> None:
        self.work = work
        self.done = False
        self.fault: Optional[str] = None


class Store:
    """The reports in one file; safe to use from any thread, and by one gateway at a time.

    `exclusive` is for the gateway: another one on the same file is refused. Raises
    ConfigurationError for a file that cannot be used.
    """

    def __init__(self, path: str, *, exclusive: bool) -> None:
        path = os.path.realpath(path)  # a link to the file is the same file
        try:
            self._lock_file = _lock(path) if exclusive else None
            os.close(os.open(path, os.O_RDWR | (os.O_CREAT if exclusive else 0), 0o600))
            self._writer, self._reader = _open(path), _open(path)
        except BlockingIOError:
            raise ConfigurationError("--state is in use by another gateway") from None
        except (OSError, sqlite3.Error) as error:
            fault = error.strerror if isinstance(error, OSError) else str(error)
        else:
            fault = None
        if fault is not None:
            raise ConfigurationError(f"--state cannot be used: {fault}")
        self._writing, self._reading = threading.Lock(), threading.Lock()
        self._gathering = threading.Lock()
        self._jobs: List[_Job] = []

    def close(self) -> None:
        """Close the file; what is stored stays."""
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()
            if self._lock_file is not None:
                os.close(self._lock_file)
                self._lock_file = None

    def add(self, report: Report, patience: float) -> None:
        """Store a report, its id left aside; it is on the disk when this returns.

        Raises StoreError after `patience` seconds at the latest when it is not, or when another's
        transaction has taken it along and is not synced: then it may be stored all the same.
        """
        row = (report.caller, report.function, json.dumps(report.given), report.stored)
        sql = "INSERT INTO reports (caller, function, given, stored) VALUES (?, ?, ?, ?)"
        self._write(lambda file: _do(file, sql, row), patience)

    def erase(self, number: int, patience: float) -> None:
        """Delete a report that was delivered, and count it."""

        def work(file: sqlite3.Connection) -> None:
            file.execute("DELETE FROM reports WHERE id = ?", (number,))
            file.execute("UPDATE delivered SET many = many + 1")

        self._write(work, patience)

    def bury(self, number: int, reason: str, now: float, patience: float) -> None:
        """Keep a report that cannot be delivered, for a person to see."""
        sql = "UPDATE reports SET dead = ?, reason = ? WHERE id = ?"
        self._write(lambda file: _do(file, sql, (now, reason, number)), patience)

    def tidy(self, now: float, *, give_up: float, forget: float, most_dead: int) -> None:
        """Give reports up that are older than `give_up` seconds, and forget what is dead.

        That is what died `forget` seconds ago, and the oldest where there are more than
        `most_dead`. What was deleted leaves the log of the last transactions, too.
        """

        def work(file: sqlite3.Connection) -> None:
            too_old = "UPDATE reports SET dead = ?, reason = 'too old' WHERE stored < ?"
            file.execute(too_old + " AND dead IS NULL", (now, now - give_up))
            file.execute("DELETE FROM reports WHERE dead < ?", (now - forget,))
            kept = "SELECT id FROM reports WHERE dead NOTNULL ORDER BY dead DESC LIMIT -1 OFFSET ?"
            file.execute(f"DELETE FROM reports WHERE id IN ({kept})", (most_dead,))

        self._write(work, _OTHERS)
        self.compact()

    def compact(self) -> None:
        """Empty the write-ahead log, where deleted reports can still be read; later if busy."""
        with self._writing:
            try:
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.Error:
                return

    def waiting_after(self, number: int) -> List[Tuple[int, str]]:
        """Return id and caller of each report that waits, from the id after `number`, in order."""
        sql = "SELECT id, caller FROM reports WHERE id > ? AND dead IS NULL ORDER BY id"
        return self._read(sql, (number,))

    def read(self, number: int) -> Optional[Report]:
        """Return a report that waits, None when there is no such report any more."""
        rows = self._read("SELECT * FROM reports WHERE id = ? AND dead IS NULL", (number,))
        return _report(rows[0]) if rows else None

    def dead(self) -> List[Report]:
        """Return the reports that were given up, in order."""
        return [_report(row) for row in self._read("SELECT * FROM reports WHERE dead NOTNULL", ())]

    def revive(self, numbers: Iterable[int], now: float) -> int:
        """Let dead reports wait again, behind those of their caller; return how many there were."""
        revived: List[int] = []
        sql = (
            "INSERT INTO reports (caller, function, given, stored)"
            " SELECT caller, function, given, ? FROM reports WHERE id = ? AND dead NOTNULL"
        )

        def work(file: sqlite3.Connection) -> None:
            for number in numbers:
                if file.execute(sql, (now, number)).rowcount:
                    file.execute("DELETE FROM reports WHERE id = ?", (number,))
                    revived.append(number)

        self._write(work, _OTHERS)
        return len(revived)

    def counts(self) -> Counts:
        """Return how many reports there are of each kind."""
        sql = "SELECT dead NOTNULL, COUNT(*), MIN(stored) FROM reports GROUP BY 1"
        found: Dict[bool, Tuple[int, float]] = {
            bool(row[0]): (row[1], row[2]) for row in self._read(sql, ())
        }
        delivered = self._read("SELECT many FROM delivered", ())[0][0]
        pending, oldest = found.get(False, (0, None))
        return Counts(pending, delivered, found.get(True, (0, 0.0))[0], oldest)

    def _read(self, sql: str, values: Tuple[object, ...]) -> List[Any]:
        with self._reading:
            try:
                return self._reader.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                fault = str(error)
        raise StoreError(fault)

    def _write(self, work: Callable[[sqlite3.Connection], None], patience: float) -> None:
        """Commit some work, together with what others bring meanwhile."""
        job = _Job(work)
        with self._gathering:
            self._jobs.append(job)
        if not self._writing.acquire(timeout=max(patience, 0.0)):
            with self._gathering:
                if job in self._jobs:
                    self._jobs.remove(job)
            raise StoreError("the disk takes too long")
        try:
            if not job.done:  # nobody has taken it along
                with self._gathering:
                    jobs, self._jobs = self._jobs, []
                self._commit(jobs)
        finally:
            self._writing.release()
        if job.fault is not None:
            raise StoreError(job.fault)

    def _commit(self, jobs: List[_Job]) -> None:
        fault: Optional[str] = None
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for job in jobs:
                job.work(self._writer)
            self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            fault = str(error)
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
        for job in jobs:
            job.fault, job.done = fault, True


def _do(file: sqlite3.Connection, sql: str, values: Tuple[object, ...]) -> None:
    file.execute(sql, values)


def _report(row: Tuple[int, str, str, str, float, Optional[float], Optional[str]]) -> Report:
    number, caller, function, given, stored, dead, reason = row
    return Report(number, caller, function, json.loads(given), stored, dead, reason)


def _lock(path: str) -> int:
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _open(path: str) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=_OTHERS, isolation_level=None, check_same_thread=False)
    try:
        (found,) = file.execute("PRAGMA application_id").fetchone()
        (tables,) = file.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if found != _APPLICATION and tables:
            raise sqlite3.DatabaseError("it is another program's file")
        (version,) = file.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise sqlite3.DatabaseError("it was written by a newer version of virtualq")
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = FULL")
        file.execute("PRAGMA secure_delete = ON")
        if not version:
            file.execute(f"PRAGMA application_id = {_APPLICATION}")
            with closing(file.cursor()) as cursor:
                cursor.executescript(_TABLES)
            file.execute(f"PRAGMA user_version = {_VERSION}")
    except sqlite3.Error:
        file.close()
        raise
    return file

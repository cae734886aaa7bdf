"""The state of the sandbox: what a file keeps between runs, and which files are refused."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import List

import pytest

from virtualq._api.operations import GET_CALLER, LINE_UP_CALLER
from virtualq.errors import ConfigurationError
from virtualq.sandbox import life
from virtualq.sandbox.rules import Service

from .asking import LINE, PHONE, Asker


def test_a_file_keeps_callers_between_runs(tmp_path: Path) -> None:
    """A sandbox that is stopped and started again knows its callers and goes on counting."""
    state = str(tmp_path / "state.sqlite")
    who = {"line_id": LINE, "phone": PHONE}
    lining_up = {**who, "channel": "CallIn", "source": "Phone", "properties": {"a": "ü"}}
    for caller_id in ("1", "2"):
        service = Service(state=state)
        new = Asker(service).call(LINE_UP_CALLER, **lining_up)
        service.close()
        service = Service(state=state)
        (found,) = Asker(service).call(GET_CALLER, **who).document["data"]
        assert new.document["data"]["id"] == found["id"] == caller_id
        assert found["attributes"]["properties"] == {"a": "ü"}
        service.queue.move(life.TIME_OUT, LINE, PHONE)
        service.close()


def test_time_goes_on_where_it_was_left(tmp_path: Path) -> None:
    """A state whose time had run ahead of the machine's is no journey back: nobody waits -300 s."""
    state = str(tmp_path / "state.sqlite")
    service = Service(state=state)
    service.step(3600)
    asked = {"line_id": LINE, "phone": PHONE}
    Asker(service).call(LINE_UP_CALLER, **asked, channel="CallIn", source="Phone")
    service.close()
    service = Service(state=state)
    (found,) = Asker(service).call(GET_CALLER, **asked).document["data"]
    assert 0 <= found["attributes"]["wait-time"] < 600
    service.close()


def test_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Phone numbers stand in it, and in what SQLite keeps beside it."""
    service = Service(state=str(tmp_path / "state.sqlite"))
    Asker(service).call(LINE_UP_CALLER, line_id=LINE, phone=PHONE, channel="CallIn", source="Phone")
    modes = {file.name: file.stat().st_mode & 0o077 for file in tmp_path.iterdir()}
    assert modes.keys() >= {"state.sqlite", "state.sqlite-wal"}
    assert set(modes.values()) == {0}
    service.close()


def test_a_file_has_one_sandbox(tmp_path: Path) -> None:
    """A second one would move the callers of the first: it is refused, until that has ended."""
    state = str(tmp_path / "state.sqlite")
    first = Service(state=state)
    with pytest.raises(ConfigurationError, match=r"state\.sqlite: another sandbox has it$"):
        Service(state=state)
    Asker(first).call(LINE_UP_CALLER, line_id=LINE, phone=PHONE, channel="CallIn", source="Phone")
    first.close()
    second = Service(state=state)
    assert len(Asker(second).call(GET_CALLER, line_id=LINE, phone=PHONE).callers) == 1
    second.close()


def test_a_state_in_memory_is_gone(service: Service) -> None:
    """Two sandboxes without a file know nothing of each other."""
    other = Service()
    Asker(other).call(LINE_UP_CALLER, line_id=LINE, phone=PHONE, channel="CallIn", source="Phone")
    assert Asker(service).call(GET_CALLER, line_id=LINE, phone=PHONE).callers == []
    other.close()


def test_a_foreign_database_is_not_written_to(tmp_path: Path) -> None:
    """A database of another program is refused by name and stays as it is."""
    path = tmp_path / "foreign.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (id)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match=r"foreign\.sqlite.* not a sandbox's"):
        Service(state=str(path))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A file of another kind, and a folder that is not there, are refused by name."""
    path = tmp_path / "notes.txt"
    path.write_text("something else " * 100)
    for name in (path, tmp_path / "no folder" / "state"):
        with pytest.raises(ConfigurationError, match=name.name):
            Service(state=str(name))
    assert path.read_text() == "something else " * 100


def test_threads_line_up_one_caller_each(service: Service) -> None:
    """Eight threads with the same two phones make exactly two callers, and none fails."""
    ask = Asker(service)
    statuses: List[int] = []
    start = threading.Barrier(8)

    def line_up(number: int) -> None:
        start.wait(10)
        for _ in range(20):
            reply = ask.call(
                LINE_UP_CALLER,
                line_id=LINE,
                phone=f"{PHONE}{number % 2}",
                channel="CallIn",
                source="Phone",
            )
            statuses.append(reply.status)

    threads = [threading.Thread(target=line_up, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(statuses) == [200] * 158 + [201] * 2

"""The benchmark itself: run once and tiny, so that it still works when figures are asked for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple, cast

import pytest

from benchmarks import bulk, measure, place, table
from benchmarks.calls import CALLS
from benchmarks.documents import document
from benchmarks.peer import running
from benchmarks.readers import READERS

from .processes import ROOT

pytestmark = pytest.mark.once


def _run(*arguments: str) -> str:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_table_has_every_section() -> None:
    """Every part runs with whatever is installed, says what is missing, and prints its rows."""
    text = _run("benchmarks", "--here", "--rounds", "1", "--many", "20", "--no-instructions")
    for title in (
        "verify_caller, cold",
        "get_caller with its fields read, cold",
        "the command `virtualq verify`, cold",
        "what there is no way around, cold",
        "one look-up on a kept connection",
        "the same with 300 more environment variables",
        "20 callers, parsed JSON to models, for each",
        "20 callers, body of the answer to models, for each",
        "list_callers_waiting, a whole call, for each caller",
        "memory of list_callers_waiting, 20 callers",
    ):
        assert f"| **{title}**" in text
    assert "Note: run on this interpreter as it is" in text
    for module in ("httpx", "pydantic"):
        assert (f"Note: no {module}" in text) is not place.has(module)


def test_waiting_for_a_thread() -> None:
    """A quick call waits behind slow ones for a thread of asyncio's, and not for one of its own."""
    pytest.importorskip("asgiref")
    from benchmarks import waiting

    times = waiting.measure(80, 0.2, 1, all_ways=False)
    default, *own = [longest for (longest,) in times.values()]
    assert max(own) < default


def test_wrong_usage_is_refused() -> None:
    """A part that does not exist is an error, not an empty table."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "tepid"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "parts are cold, warm and bulk" in done.stderr


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"generated"}))
def test_every_contestant_finds_the_caller(name: str) -> None:
    """Each gets the one caller of the peer: none is fast because it asks for nothing."""
    if name == "httpx":
        pytest.importorskip("httpx")
    with running() as url:
        assert _run("benchmarks.once", "call", name, "2", url) == ""


@pytest.mark.parametrize("name", sorted(set(READERS) - {"generated"}))
def test_every_reader_reads_the_same_callers(name: str) -> None:
    """Each makes models with the same values in them, times and unknown enum values too."""
    if name == "pydantic":
        pytest.importorskip("pydantic")
    from benchmarks.readers import body_reader

    read = body_reader(name)(document(6))
    ours = body_reader("virtualq")(document(6))
    assert list(map(_said, cast("List[Any]", read))) == list(map(_said, cast("List[Any]", ours)))
    assert _run("benchmarks.once", "read", name, "1") == ""


def _said(caller: Any) -> Tuple[object, ...]:
    """Return what a model says, wherever its line and its attributes stand."""
    said = getattr(caller, "attributes", caller)
    line = getattr(said, "line", None)
    state = said.virtualq_caller_state if said is caller else said.virtualq_waiter_state
    return (
        caller.id,
        said.line_id if line is None else line.id,
        said.phone,
        said.channel,
        said.source,
        type(said.source),
        state,
        said.created_at,
        said.notified_at,
        said.ewt,
        said.skills,
        said.properties,
    )


def test_peer_answers_with_as_many_callers_as_asked() -> None:
    """The length of the list is the call centre's number; one connection serves many requests."""
    with running() as url:
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            for count in (3, 1):
                connection.sendall(
                    b"GET /api/v2/waiters?call_center_id=%d HTTP/1.1\r\n\r\n" % count
                )
                wanted = document(count)
                received = b""
                while not received.endswith(wanted):
                    part = connection.recv(65536)
                    assert part
                    received += part
                assert received.startswith(b"HTTP/1.1 200 OK\r\n")
        assert len(cast("List[object]", bulk.list_callers(url, 7))) == 7


def test_turns_alternate() -> None:
    """Every other round goes backwards, so that nobody always runs after the same one."""
    order: List[str] = []

    def contestant(name: str) -> float:
        order.append(name)
        return 1.0

    contest = {name: (lambda name=name: contestant(name)) for name in "abc"}
    times = measure.take_turns(contest, 2, warm_up=False)
    assert "".join(order) == "abccba"
    assert times == {"a": [1.0, 1.0], "b": [1.0, 1.0], "c": [1.0, 1.0]}


def test_ratios_are_taken_within_rounds() -> None:
    """A slow minute of the machine hits both, and leaves their ratio alone."""
    times: Dict[str, List[float]] = {"hand": [1.0, 10.0, 2.0], "ours": [0.5, 5.0, 1.0]}
    base, ours = measure.compare(times, {"ours": 0.4}, {"hand": 100.0, "ours": 60.0})
    assert base.ratio is None
    assert ours.ratio == (0.5, 0.5, 0.5)
    assert (ours.over, ours.instruction_ratio) == (-1.0, 0.6)
    section = measure.Section("a job", "ms", [base, ours])
    assert table.verdicts([section]) == ["a job: ours: 0.500, asked for at most 0.4"]
    row = [cell.strip() for cell in table.show([section]).splitlines()[-1].split("|")]
    assert row[1:-1] == [
        "ours",
        "1000.0 ms",
        "750.0 to 3000.0",
        "-1000.0",
        "0.50",
        "0.50 to 0.50",
        "0.40",
        "0.1k",
        "0.600",
    ]


def test_refusal_of_the_generator_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When no client can be generated, the reason stands under the table."""
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho 'Error: no such thing'\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(place, "has", lambda name: True)
    monkeypatch.setattr(sys, "executable", str(program))
    notes = place.generate(tmp_path / "generated")
    assert notes == [
        "no generated client: openapi-python-client refuses our spec: Error: no such thing"
    ]
    monkeypatch.setattr(place, "has", lambda name: False)
    assert place.generate(tmp_path / "generated") == [
        "no generated client: openapi-python-client is not installed"
    ]

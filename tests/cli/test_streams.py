"""What a shell does to the two streams of the program."""

from __future__ import annotations

import os
import subprocess

import pytest

from ..calls import answer, caller
from ..loopback import Loopback
from .command import CALLER, LONGEST, one_line, run, service_at, words

NAME = "Zoë 日本"


@pytest.fixture
def found(loopback: Loopback) -> Loopback:
    """A service where every line has a name that not every locale can print."""
    loopback.steps = [(200, answer("get_caller", caller(line={"id": 1, "name": NAME})))]
    return loopback


def test_a_reader_who_had_enough_is_no_fault(found: Loopback) -> None:
    """`| head -1`: no traceback, and the exit code still tells what was found."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as pipe:
        done = subprocess.run(
            words("get", *CALLER),
            env=service_at(found.url),
            stdout=pipe,
            stderr=subprocess.PIPE,
            timeout=LONGEST,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")


def test_help_into_a_closed_pipe_is_no_fault() -> None:
    """`--help | head -1` likewise."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as pipe:
        done = subprocess.run(
            words("--help"),
            env=service_at(""),
            stdout=pipe,
            stderr=subprocess.PIPE,
            timeout=LONGEST,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="SKIPPED: needs /dev/full")
def test_an_answer_that_cannot_be_written_is_no_answer(found: Loopback) -> None:
    """A full disk: code 4, and stderr says so."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            words("get", *CALLER),
            env=service_at(found.url),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=LONGEST,
            check=False,
        )
    assert done.returncode == 4
    assert one_line(done.stderr) == (
        "virtualq get: cannot write the answer: No space left on device"
    )


@pytest.mark.parametrize(
    ("encoding", "printed"),
    [
        ("utf-8", NAME.encode()),
        ("iso-8859-1", rb"Zo" + b"\xeb" + rb" \u65e5\u672c"),
        ("ascii", rb"Zo\xeb \u65e5\u672c"),
    ],
)
def test_a_narrow_locale_loses_no_answer(found: Loopback, encoding: str, printed: bytes) -> None:
    """What the encoding of stdout lacks is escaped."""
    ended = run("get", *CALLER, env=service_at(found.url, PYTHONIOENCODING=encoding))
    assert (ended.code, ended.stderr) == (0, b"")
    assert b"line_name: " + printed + b"\n" in ended.stdout


@pytest.mark.parametrize("folder", ["deleted", "somewhere else"])
def test_the_folder_it_is_started_in_does_not_matter(
    found: Loopback, folder: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An IVR starts programs in odd places."""
    place = tmp_path_factory.mktemp("place")
    script = f"cd {place} && {'rmdir ' + str(place) if folder == 'deleted' else 'true'}"
    done = subprocess.run(
        ["sh", "-c", f'{script} && exec "$@"', "sh", *words("verify", *CALLER)],
        env=service_at(found.url),
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"up\n", b"")

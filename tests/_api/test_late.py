"""Loading late, while signals strike and processes fork: no other thread may hang."""

from __future__ import annotations

import ast
import os
import signal
import sys
import threading
import time
import warnings
from pathlib import Path
from types import FrameType
from typing import Any, Callable, Iterator, List, Optional

import pytest

from virtualq._api import late

NAME = "colorsys"  # of the standard library, and nobody else's
LONGEST = 30.0


class Struck(BaseException):
    """What a signal handler raises."""


def _raise() -> None:
    raise Struck


def _strike(at: int, handler: Callable[[], None] = _raise) -> int:
    """Load a module, with a signal at the given instruction of ours or of importlib's; return how
    many instructions this thread has run until then.
    """
    seen = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Optional[Any]:
        nonlocal seen
        if frame.f_code.co_filename not in (late.__file__, "<frozen importlib._bootstrap>"):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            seen += 1
            if seen == at:
                handler()
        return trace

    sys.modules.pop(NAME, None)
    # Python 3.12 looks at it when tracing begins: without, the first run would see no opcode.
    sys._getframe().f_trace_opcodes = True
    sys.settrace(trace)
    try:
        late.load(NAME)
    except Struck:
        pass
    finally:
        sys.settrace(None)
    return seen


def _loads_in_time() -> bool:
    sys.modules.pop(NAME, None)
    thread = threading.Thread(target=late.load, args=(NAME,), daemon=True)
    thread.start()
    thread.join(LONGEST)
    return not thread.is_alive()


def test_a_signal_at_any_instruction_hangs_no_other_thread() -> None:
    """A lock that was left held would, Python's own of all imports too."""
    whole = _strike(0)
    assert whole > 20
    for at in range(1, whole + 1):
        _strike(at)
        assert _loads_in_time(), f"after an exception at instruction {at}"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SKIPPED: no fork here")
def test_a_fork_after_a_signal_works() -> None:
    """What the exception has left behind costs a wait at most, and the child can load."""
    for at in range(1, _strike(0), 7):
        _strike(at)
    with warnings.catch_warnings():  # Python 3.12 warns of what is tested here
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os._exit(0 if _loads_in_time() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SKIPPED: no fork here")
def test_a_fork_out_of_a_signal_handler_works() -> None:
    """At any instruction: the child goes on with the load that the handler came into."""
    children: List[int] = []

    def fork() -> None:
        children.append(os.fork())
        if children[-1] == 0:
            sys.settrace(None)

    def load_and_fork(at: int) -> None:
        try:
            _strike(at, fork)
        finally:
            if children and children[-1] == 0:
                os._exit(0 if NAME in sys.modules else 1)

    whole = _strike(0)
    with warnings.catch_warnings():  # Python 3.12 warns of what is tested here
        warnings.simplefilter("ignore", DeprecationWarning)
        for at in range(1, whole + 1):
            load_and_fork(at)
    end = time.monotonic() + LONGEST
    assert [child for child in children if not _ends_well(child, end)] == []


def _ends_well(child: int, end: float) -> bool:
    """Say whether a child ends in time, and by itself with exit code 0."""
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SKIPPED: no fork here")
def test_a_note_that_was_left_costs_no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread is somewhere else by now, or has ended."""
    waits: List[float] = []
    monkeypatch.setattr(late, "sleep", waits.append)
    over = threading.Event()
    thread = threading.Thread(target=over.wait, args=(LONGEST,))
    thread.start()
    # Of threads that an exception struck before they could take it back.
    left = {-1, thread.ident or 0}
    late._loading.update(left)
    child = os.fork()
    if child == 0:
        os._exit(1 if late._loading else 0)
    over.set()
    thread.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (waits, left & late._loading) == ([], set())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SKIPPED: no fork here")
def test_a_fork_waits_for_what_is_half_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child would hang in its first use of it."""
    (tmp_path / "half_loaded.py").write_text("import time\ntime.sleep(1)\nwhole = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    thread = threading.Thread(target=late.load, args=("half_loaded",), daemon=True)
    thread.start()
    while "half_loaded" not in sys.modules:
        assert thread.is_alive()
    with warnings.catch_warnings():  # Python 3.12 warns of what is tested here
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os._exit(0 if hasattr(sys.modules["half_loaded"], "whole") else 1)
    thread.join(LONGEST)
    del sys.modules["half_loaded"]
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_nothing_is_loaded_while_another_thread_forks() -> None:
    """The child would find it half loaded for ever."""
    sys.modules.pop(NAME, None)
    other = -1  # no thread has this number
    thread = threading.Thread(target=late.load, args=(NAME,), daemon=True)
    late._forking.add(other)
    try:
        thread.start()
        thread.join(0.2)
        assert NAME not in sys.modules
    finally:
        late._forking.discard(other)
    thread.join(LONGEST)
    assert NAME in sys.modules


LOADED_BEFORE = {
    "connection.py: virtualq._http.tls",  # with the context of TLS
    "kinds.py: virtualq._api",  # fields, for the command line
    "logs.py: logging",  # is there, or just being loaded
    "properties.py: dataclasses",  # made the class of the value
    "records.py: attrs",  # with the models
    "resources.py: attrs",
}


def _imports_in_functions(path: Path) -> Iterator[str]:
    """Name what functions of a file import, but for what late.load has loaded there before."""
    for function in ast.walk(ast.parse(path.read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        texts = {node.value for node in ast.walk(function) if isinstance(node, ast.Constant)}
        for node in ast.walk(function):
            if isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                names = {module, *(f"{module}.{alias.name}" for alias in node.names)}
            else:
                continue
            if not names & texts:
                yield f"{path.name}: {min(names)}"


def test_no_call_loads_anything_past_the_fork() -> None:
    """Each import of a function below session stands behind a late.load of the same module."""
    root = Path(late.__file__).parents[1]
    files = [*root.glob("_api/*.py"), *root.glob("_http/*.py")]
    assert len(files) > 20
    found = {
        name
        for path in files
        if path.name != "converter.py"
        for name in _imports_in_functions(path)
    }
    assert found == LOADED_BEFORE

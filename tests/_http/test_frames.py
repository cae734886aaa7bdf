"""A traceback shows where an error or a signal came from, and nothing that the caller gave."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import Any, Callable, Iterator, List, Optional

import pytest

import virtualq
from virtualq import InvalidParameterError, Session
from virtualq import UnprocessableEntityError as Refused

from ..calls import FUNCTIONS, KEY, LINE, NAMES, PHONE, answer, call
from ..leaks import chain, leaks, texts_of
from ..loopback import Loopback

PACKAGE = str(Path(virtualq.__file__).parent)
# Around every public function: Python looks for signals at its very start alone, where it holds
# what the caller's own frame holds.
GUARD = os.path.join(PACKAGE, "_http", "frames.py")
SECRET = "pr1vate-w1sh"


class Interrupt(BaseException):
    """What a signal handler raises, as that of Ctrl-C does."""


class _Striker:
    """Raises at the n-th bytecode of a call that runs in our files."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, frame: FrameType, event: str, _: Any) -> Optional[Callable[..., Any]]:
        name = frame.f_code.co_filename
        if not name.startswith(PACKAGE) or name == GUARD:
            return self if name == GUARD else None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self.left -= 1
            if self.left == 0:
                raise Interrupt
        return self


def _struck(act: Callable[[], object], stride: int) -> Iterator[Interrupt]:
    """Do something again and again, struck each time some bytecodes later, until it is done."""
    number = 1
    while True:
        striker = _Striker(number)
        before = sys.gettrace()
        # Python 3.12 looks at it when tracing begins: without, the first run would see no opcode.
        sys._getframe().f_trace_opcodes = True
        sys.settrace(striker)
        try:
            act()
        except Interrupt as interrupt:
            sys.settrace(before)
            yield interrupt
        finally:
            sys.settrace(before)
        if striker.left > 0:
            return
        number += stride


def _leaks(error: BaseException) -> List[str]:
    """List where a secret stands in what an error shows."""
    return [
        f"{where}: {text[:80]}"
        for where, text in texts_of(error)
        if leaks(text) or SECRET in text or "pa55word" in text
    ]


def _make_and_call(url: str) -> None:
    with Session(KEY, base_url=url, retries=0) as vq:
        vq.update_caller_information(
            LINE, PHONE, skills=[SECRET], properties={SECRET: [PHONE]}, agent_id=SECRET
        )


def test_signal_at_any_bytecode_shows_nothing(loopback: Loopback) -> None:
    """From making the Session to reading an error's document: 17 of 1,887 showed the key."""
    document = {"errors": [{"detail": f"{PHONE} {KEY}"}]}
    loopback.steps = [(422, document)]

    def act() -> None:
        try:
            _make_and_call(loopback.url)
        except Refused:
            pass

    act()
    struck = 0
    for interrupt in _struck(act, stride=97):
        # While the Session is closed after the error, that is what the program was handling.
        assert {type(link) for link in chain(interrupt)} <= {Interrupt, Refused}
        assert _leaks(interrupt) == []
        struck += 1
    assert struck > 50


def test_signal_while_the_environment_is_read_shows_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The key in a file, a password in the proxy's address."""
    file = tmp_path / "key"
    file.write_text(KEY)
    monkeypatch.setenv("VIRTUALQ_API_KEY_FILE", str(file))
    monkeypatch.setenv("HTTPS_PROXY", "http://user:pa55word@proxy.test:3128")
    struck = [_leaks(interrupt) for interrupt in _struck(Session.from_env, stride=7)]
    assert len(struck) > 50
    assert [leak for leak in struck if leak] == []


@pytest.mark.parametrize("name", NAMES)
def test_real_signal_while_waiting_shows_nothing(name: str, loopback: Loopback) -> None:
    """As the time limits of RQ and Celery work: a handler raises in the middle of a call."""

    def raise_interrupt(number: int, frame: Optional[FrameType]) -> None:
        raise Interrupt

    def strike(asked: Any) -> Any:
        os.kill(os.getpid(), signal.SIGUSR1)
        return 200, answer(name)

    def call_until_struck(vq: Session) -> None:
        for _ in range(1000):  # Python may see the signal a little later than the call it was for
            call(vq, name)

    loopback.steps = [strike]
    before = signal.signal(signal.SIGUSR1, raise_interrupt)
    try:
        with Session(KEY, base_url=loopback.url) as vq, pytest.raises(Interrupt) as caught:
            call_until_struck(vq)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert _leaks(caught.value) == []


def test_value_that_is_read_shows_nothing(loopback: Loopback) -> None:
    """The models are loaded, and the answer read, at the first look at the value."""
    loopback.steps = [(200, answer("get_caller"))]
    with Session(KEY, base_url=loopback.url) as vq:
        assert vq.get_caller(LINE, PHONE).value
        for interrupt in _struck(lambda: vq.get_caller(LINE, PHONE).value, stride=61):
            assert _leaks(interrupt) == []


def test_traceback_tells_the_way_all_the_same() -> None:
    """Lines and functions stay: a report of a fault of ours can be followed."""
    with Session(KEY) as vq, pytest.raises(InvalidParameterError) as caught:
        vq.get_caller(LINE, "")
    names = [entry.name for entry in traceback.extract_tb(caught.value.__traceback__)]
    assert names[1:3] == ["call", "get_caller"]


def test_what_the_caller_was_handling_stays_chained() -> None:
    """`except KeyError: vq.get_caller(...)`: the story of the program is not cut."""
    mine = KeyError("mine")

    def handle(vq: Session) -> None:
        try:
            raise mine
        except KeyError:
            vq.get_caller(LINE, "")

    with Session(KEY) as vq, pytest.raises(InvalidParameterError) as caught:
        handle(vq)
    assert caught.value.__context__ is mine
    assert caught.value.__suppress_context__ is False


def test_every_public_function_is_guarded() -> None:
    """Those that come later too, of a class that a user derives as well."""

    class Mine(Session):
        def again(self, phone: str) -> None:
            raise ValueError("again")

    with Mine(KEY) as vq, pytest.raises(ValueError, match="again") as caught:
        vq.again(PHONE)
    assert _leaks(caught.value) == []
    names = [name for name in vars(Session) if not name.startswith("_")]
    assert {*FUNCTIONS, "show_caller", "cancel_caller"} <= set(names)
    assert all(hasattr(vars(Session)[name], "__wrapped__") for name in names)

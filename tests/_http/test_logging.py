"""What is logged, and that nothing is printed."""

from __future__ import annotations

import logging
from contextlib import suppress

import pytest
import responses

from virtualq import Session, VirtualQError

from ..calls import KEY, LINE, NAMES, PHONE, answer, call, caller, register
from ..leaks import leaks
from ..loopback import Loopback


@pytest.mark.parametrize("name", NAMES)
def test_one_debug_line_an_attempt(
    name: str, service: responses.RequestsMock, vq: Session, caplog: pytest.LogCaptureFixture
) -> None:
    """Logger `virtualq`, DEBUG, function and status, the phone masked, neither query nor body."""
    if name != "line_up_caller":
        register(service, name, status=503, headers={"Retry-After": "0"})
    resource = caller(phone=PHONE, message="pr1vate", token="t0ken")
    register(service, name, answer(name, resource))
    with caplog.at_level(logging.DEBUG):
        result = call(vq, name)
    records = [record for record in caplog.records if record.name.partition(".")[0] == "virtualq"]
    lines = [record for record in records if record.levelname == "DEBUG"]
    assert len(lines) == result.attempts
    assert "200" in lines[-1].getMessage()
    repeats = [record for record in records if record not in lines]
    assert [record.levelname for record in repeats] == ["INFO"] * (result.attempts - 1)
    for record in records:
        said = record.getMessage()
        assert name in said
        assert len(said.splitlines()) == 1
        assert leaks(said) == []
        assert not any(each in said for each in ("?", "active=", "pr1vate", "t0ken", str(LINE)))


def test_log_above_info_is_silent(loopback: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    """Good and bad days alike: urllib3 and requests warn of nothing that holds a phone."""
    with caplog.at_level(logging.WARNING), Session(KEY, base_url=loopback.url) as vq:
        for step in ((200, answer("get_caller")), (503, None), None, (200, [1])):
            loopback.steps = [step]
            with suppress(VirtualQError):
                call(vq, "get_caller")
        assert len(loopback.asked) > 4
    assert caplog.records == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_ever_printed(
    name: str, loopback: Loopback, capfd: pytest.CaptureFixture[str]
) -> None:
    """An IVR reads every line on stdout as a command."""
    with Session(KEY, base_url=loopback.url) as vq:
        for step in (
            (200, answer(name)),
            (200, answer(name, caller(ewt="odd"))),
            (500, None),
            None,
            (200, [1]),
        ):
            loopback.steps = [step]
            with suppress(VirtualQError):
                repr(call(vq, name).value)
    assert len(loopback.asked) >= 5
    assert capfd.readouterr() == ("", "")


def test_odd_field_s_warning_does_not_quote_it(
    service: responses.RequestsMock, vq: Session, caplog: pytest.LogCaptureFixture
) -> None:
    """One WARNING names the field; its value may be a person's."""
    register(service, "get_caller", answer("get_caller", caller(phone=17343305027, ewt=PHONE)))
    assert vq.get_caller(LINE, PHONE).value is not None
    assert sorted(record.levelname for record in caplog.records) == ["WARNING", "WARNING"]
    assert leaks(caplog.text) == []

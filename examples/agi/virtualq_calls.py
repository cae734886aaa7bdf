"""What happens in a call, for the AGI scripts here and the FastAGI daemon in ../fastagi.

    arrive        verify -> up: report connected, the dialplan serves them first
                         -> else: is the line active? report that a call was offered, offer a
                            callback -> line up, the dialplan says goodbye
    transferred   report that an agent has taken the call
    abandoned     report that someone who was up has hung up before that

The rule above all: VIRTUALQ_STATUS says `queue` before anything else happens, and only a clear
answer of the service changes it. Whatever fails, and whenever, the caller reaches the ordinary
queue.
"""

from __future__ import annotations

import os
import re
import time
from typing import Any, BinaryIO, Callable, Mapping, Optional, TextIO

from pystrix.agi import AGIDeadChannelError, AGIException, AGIHangup, FastAGI
from pystrix.agi.core import GetData, GetVariable, SetVariable
from virtualq_caller_id import international

QUEUE, UP, LINED_UP = "queue", "up", "lined-up"
WAITING = "Waiting"  # the state in which the service tells a caller when it is their turn
# Asterisk reads a command into 2,048 bytes, and takes what is longer for the next command.
_LONGEST_TEXT = 400


class WrongSetting(Exception):
    """The dialplan or the environment says what cannot work; the text holds nothing personal."""


class Channel:
    """One call in Asterisk; raises AGIHangup once the caller has gone, which `gone` may tell."""

    def __init__(
        self, replies: TextIO, commands: BinaryIO, gone: Callable[[], bool] = lambda: False
    ) -> None:
        # FastAGI is pystrix's AGI over any two streams; its AGI class would take sys.stdout, where
        # every library may print.
        self._agi = FastAGI(replies, commands)
        self._gone = gone
        self.said: Mapping[str, str] = self._agi.get_environment()
        self.id = re.sub(r"[^\w.\-]", "", self.said.get("agi_uniqueid", ""))[:80] or "a call"

    def set(self, name: str, value: object) -> None:
        """Set a channel variable; text may come from anywhere."""
        self._execute(SetVariable(f"VIRTUALQ_{name}", in_quotes(str(value))))

    def get(self, name: str) -> str:
        """Return a channel variable, an empty text when it is not set."""
        return self._execute(GetVariable(in_quotes(name))) or ""

    def ask(self, sound: str, seconds: float) -> str:
        """Play a sound and return the key that was pressed, an empty text for none."""
        keys, _ = self._execute(
            GetData(in_quotes(sound), timeout=int(seconds * 1000), max_digits=1)
        )
        return str(keys)

    def _execute(self, action: Any) -> Any:
        if self._gone():
            raise AGIHangup("the caller has hung up")
        return self._agi.execute(action)


def in_quotes(text: str) -> str:
    """Return text for the quotes of an AGI command; a line break in it would be a second one."""
    line = "".join(char if char.isprintable() else " " for char in text)[:_LONGEST_TEXT]
    return line.replace("\\", "\\\\").replace('"', '\\"')


class Silence:
    """The time in which a caller hears nothing: everything in it shares one deadline (seconds)."""

    def __init__(self, since: Optional[float] = None) -> None:
        start = time.monotonic() if since is None else since
        self._end = start + _deadline()

    def left(self) -> float:
        """Return the seconds that a call of the service may take now."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("no time left")
        return left


def _deadline() -> float:
    try:
        seconds = float(os.environ.get("VIRTUALQ_DEADLINE") or 3.0)
    except ValueError:
        seconds = 0.0
    if 0 < seconds < float("inf"):
        return seconds
    raise WrongSetting("VIRTUALQ_DEADLINE must be a number of seconds such as 1.5")


Report = Callable[[str], None]
OpenSession = Callable[[], Any]


def arrive(channel: Channel, open_session: OpenSession, report: Report, since: float) -> None:
    """Serve a call that comes in: `AGI(virtualq_arrive.py,LINE_ID)`.

    `since` is when the silence began, by time.monotonic(); `report` gets a line about each failure.
    """

    def talk() -> None:
        channel.set("STATUS", QUEUE)
        phone = international(channel.said)
        if phone is None:
            return
        line_id = _line_id(channel.said.get("agi_arg_1", ""))
        channel.set("LINE_ID", line_id)
        channel.set("PHONE", phone)
        silence = Silence(since)
        session = open_session()
        up = session.verify_caller(line_id, phone, deadline=silence.left())
        if not up:
            _offer(channel, session, line_id, phone, silence)
            return
        channel.set("LINE_NAME", up.value.line_name or "")
        channel.set("SKILLS", ",".join(up.value.skills or ()))
        # Before the report: should that fail, it is their turn all the same.
        channel.set("STATUS", UP)
        session.notify_caller_connected(line_id, phone, deadline=silence.left())

    _guarded(talk, channel, report)


def _line_id(argument: str) -> int:
    if argument.strip().isdecimal():
        return int(argument)
    raise WrongSetting("the dialplan must give the line's id: AGI(virtualq_arrive.py,3042)")


def _offer(channel: Channel, session: Any, line_id: int, phone: str, silence: Silence) -> None:
    """Offer a callback where the line has one; who presses 1 is lined up, even if they hang up
    right after it.

    What is asked and reported before the offer is heard is in the silence that began with the call;
    a service that does not take the report would not take the line-up either.
    """
    if not session.is_virtualq_active(line_id, deadline=silence.left()):
        return
    session.new_call_offered(line_id, deadline=silence.left())
    sound = os.environ.get("VIRTUALQ_OFFER_SOUND", "virtualq/press-1-to-keep-your-place")
    if channel.ask(sound, seconds=5) != "1":
        return
    lined_up = session.line_up_caller(
        line_id,
        phone,
        channel=os.environ.get("VIRTUALQ_CHANNEL", "CallIn"),
        source="Phone",
        language=channel.said.get("agi_language", "")[:2] or None,
        deadline=Silence().left(),
    )
    caller = lined_up.value
    # The service may have found an earlier line-up of theirs, that is over: nobody would tell them.
    if caller is None or caller.virtualq_caller_state != WAITING:
        return
    if caller.ewt is not None:
        channel.set("EWT", caller.ewt)
    channel.set("STATUS", LINED_UP)


def transferred(channel: Channel, open_session: OpenSession, report: Report, since: float) -> None:
    """Report that an agent has taken the call: `Queue(support,,,,,virtualq_transferred.py)`.

    Takes line and phone from the variables that arrive() has set on the channel.
    """

    def talk() -> None:
        line_id, phone = channel.get("VIRTUALQ_LINE_ID"), channel.get("VIRTUALQ_PHONE")
        if not line_id or not phone:
            return
        agent = channel.get("MEMBERINTERFACE") or None
        if agent is None:  # nothing else tells abandoned() that hanging up is none from now on
            channel.set("TRANSFERRED", "1")
        silence = Silence(since)
        open_session().notify_caller_transferred(
            int(line_id), phone, agent_id=agent, deadline=silence.left()
        )

    _guarded(talk, channel, report)


def abandoned(channel: Channel, open_session: OpenSession, report: Report, since: float) -> None:
    """Report that a caller who was up has hung up: `AGI(virtualq_abandoned.py)` in extension h.

    Who was transferred has not abandoned the call, and who was never up is not connected.
    """

    def talk() -> None:
        has_agent = channel.get("MEMBERINTERFACE") or channel.get("VIRTUALQ_TRANSFERRED")
        if channel.get("VIRTUALQ_STATUS") != UP or has_agent:
            return
        line_id, phone = channel.get("VIRTUALQ_LINE_ID"), channel.get("VIRTUALQ_PHONE")
        silence = Silence(since)
        open_session().update_caller_information(
            int(line_id), phone, service_state="Canceled", deadline=silence.left()
        )

    _guarded(talk, channel, report)


def _guarded(talk: Callable[[], None], channel: Channel, report: Report) -> None:
    """Hold a dialogue; whatever goes wrong in it, the call goes on in the dialplan.

    What is reported begins with the channel's id, by which Asterisk's own log knows the call.
    """

    def say(line: str) -> None:
        report(f"{channel.id}: {line}")

    try:
        talk()
    except (AGIHangup, AGIDeadChannelError):
        say("the caller has hung up")
    except AGIException as error:  # its text would repeat what Asterisk said
        say(f"Asterisk did not do as asked: {type(error).__name__}")
    except WrongSetting as error:
        say(str(error))
    except Exception as error:
        # The errors of virtualq name neither key nor phone number; of others nobody knows.
        safe = type(error).__module__ == "virtualq.errors"
        say(f"{type(error).__name__}: {error}" if safe else type(error).__name__)

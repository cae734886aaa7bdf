"""One caller's whole journey, driven through a real Session against the sandbox on a free port.

    python examples/journey.py

Prints what was asked and what came back. Exits 0 when every step came out as expected, else 1,
naming the step. Colour only on a terminal, and not where NO_COLOR is set (no-color.org).
"""

from __future__ import annotations

import os
import sys
import textwrap
from datetime import datetime, timezone
from enum import Enum
from typing import Callable, Dict, List, Mapping, NamedTuple, Type, Union, cast

from virtualq import (
    APIError,
    AuthenticationError,
    CallerResult,
    Channel,
    NotFoundError,
    Result,
    Session,
    Source,
    VirtualQCallerState,
    VirtualQError,
)
from virtualq.sandbox.server import Sandbox

Outcome = Union["Result[object]", CallerResult, Exception]

WHO = {"line_id": 3042, "phone": "+17343305027"}
CALL_CENTER = {"call_center_id": 24}
A_DATE = datetime(2021, 3, 4, 5, 6, 7, tzinfo=timezone.utc)
SKILLS, NEW_SKILLS = ["Skill1", "Skill2", "Skill3"], ["Skill4", "Skill5"]
PROPERTIES: Dict[str, object] = {
    "MyStringProp": "Value1",
    "MyArrayProp": [45, 25, 78],
    "MyDateProp": A_DATE,
    "MyObjectProp": {"Id": 5, "Value": "Value1"},
}
LINING_UP = {"channel": Channel.CALL_IN, "source": Source.PHONE, "language": "en"}


class Step(NamedTuple):
    """One question: which function, with what, what must come out, and whom to ask (see main)."""

    title: str
    function: Callable[..., object]
    given: Mapping[str, object]
    expected: Callable[[Outcome], bool]
    to: str = "vq"


def callers_in(outcome: Outcome) -> List[CallerResult]:
    """Return the callers of an outcome, be it a caller, a Result with one or with a list."""
    value = outcome.value if isinstance(outcome, Result) else outcome
    found = cast("List[object]", value) if isinstance(value, list) else [value]
    return [caller for caller in found if isinstance(caller, CallerResult)]


def caller_in(outcome: Outcome) -> CallerResult:
    """Return the one caller of an outcome, an empty one where there is none."""
    found = callers_in(outcome)
    return found[0] if len(found) == 1 else CallerResult()


def nobody(outcome: Outcome) -> bool:
    """A look-up that found nobody: the Result is false."""
    return isinstance(outcome, Result) and not outcome and outcome.status == 200


def in_state(state: VirtualQCallerState) -> Callable[[Outcome], bool]:
    """A caller in this state."""
    return lambda outcome: caller_in(outcome).virtualq_caller_state == state


def listed_alone(outcome: Outcome) -> bool:
    """A list of nobody but the caller."""
    return [caller.phone for caller in callers_in(outcome)] == [WHO["phone"]]


def needs_new_skills(outcome: Outcome) -> bool:
    """The caller, with the skills of the update."""
    return caller_in(outcome).skills == NEW_SKILLS


def lined_up(outcome: Outcome) -> bool:
    """A new caller who waits, with properties that came back as JSON has them."""
    caller = caller_in(outcome)
    properties = {**PROPERTIES, "MyDateProp": A_DATE.isoformat()}
    waits = caller.virtualq_caller_state == VirtualQCallerState.WAITING
    return waits and caller.properties == properties and caller.skills == SKILLS


def refused(error: Type[APIError], status: int) -> Callable[[Outcome], bool]:
    """This very error with this HTTP status."""

    def is_it(outcome: Outcome) -> bool:
        return isinstance(outcome, APIError) and (type(outcome), outcome.status) == (error, status)

    return is_it


STEPS = (
    Step(
        "Somebody calls who is not lined up: is it their turn?",
        Session.verify_caller,
        WHO,
        nobody,
    ),
    Step(
        "They would rather be told than hold the line, so they are lined up",
        Session.line_up_caller,
        {**WHO, **LINING_UP, "skills": SKILLS, "properties": PROPERTIES},
        lined_up,
    ),
    Step(
        "Where are they now?",
        Session.get_caller,
        WHO,
        in_state(VirtualQCallerState.WAITING),
    ),
    Step(
        "Who waits in this call center?",
        Session.list_callers_waiting,
        CALL_CENTER,
        listed_alone,
    ),
    Step(
        "A place becomes free: virtualQ tells them so (the sandbox does when it is told to)",
        Sandbox.notify,
        WHO,
        in_state(VirtualQCallerState.NOTIFIED),
        to="sandbox",
    ),
    Step(
        "They call again: is it their turn?",
        Session.verify_caller,
        WHO,
        in_state(VirtualQCallerState.NOTIFIED),
    ),
    Step(
        "It is, so their call goes to the head of the queue",
        Session.notify_caller_connected,
        WHO,
        in_state(VirtualQCallerState.CONNECTED),
    ),
    Step(
        "The call center knows more about them now",
        Session.update_caller_information,
        {**WHO, "skills": NEW_SKILLS, "ewt": 50},
        needs_new_skills,
    ),
    Step(
        "An agent takes the call",
        Session.notify_caller_transferred,
        {**WHO, "agent_id": "A345"},
        in_state(VirtualQCallerState.FINISHED),
    ),
    Step(
        "They are gone from the list",
        Session.list_callers_waiting,
        CALL_CENTER,
        nobody,
    ),
    Step(
        "A wrong key is an error with a name",
        Session.verify_caller,
        WHO,
        refused(AuthenticationError, 401),
        to="stranger",
    ),
    Step(
        "So is a line that is not there",
        Session.line_up_caller,
        {**WHO, **LINING_UP, "line_id": 1},
        refused(NotFoundError, 404),
    ),
)


class Printer:
    """Prints steps for a person, on a terminal in colour."""

    def __init__(self) -> None:
        self._colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")

    def step(self, number: int, step: Step) -> None:
        """Print what is asked."""
        given = ", ".join(f"{name}={written(value)}" for name, value in step.given.items())
        print(f"\n{number:2}. {self._paint(step.title, 1)}")
        self._print(">", f"{step.to}.{step.function.__name__}({given})", 2)

    def outcome(self, outcome: Outcome, good: bool) -> None:
        """Print what came back, green when it is as expected."""
        self._print("<", describe(outcome), 32 if good else 31)

    def _print(self, mark: str, text: str, code: int) -> None:
        for line in textwrap.wrap(text, 90):
            print(f"    {mark} {self._paint(line, code)}")
            mark = " "

    def _paint(self, text: str, code: int) -> str:
        # The numbers are those of ECMA-48: 1 bold, 2 faint, 31 red, 32 green.
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text


def written(value: object) -> str:
    """Return a value as a person would write it in a call."""
    return f"{type(value).__name__}.{value.name}" if isinstance(value, Enum) else repr(value)


def describe(outcome: Outcome) -> str:
    """Return an outcome in words."""
    if isinstance(outcome, Exception):
        return f"{type(outcome).__name__}: {outcome}"
    words = "; ".join(map(describe_caller, callers_in(outcome))) or "nobody"
    if isinstance(outcome, CallerResult):
        return words
    return f"{words} (HTTP {outcome.status}, {outcome.elapsed * 1000:.1f} ms)"


def describe_caller(caller: CallerResult) -> str:
    """Return a caller in words: what a person at the desk would want to know."""
    words = [f"caller {caller.id} in line {caller.line_name}: {caller.virtualq_caller_state}"]
    if caller.virtualq_caller_state == VirtualQCallerState.WAITING:
        words.append(f"up in about {caller.ewt} s")
    if caller.skills:
        words.append(f"needs {' '.join(caller.skills)}")
    return ", ".join(words)


def ask(step: Step, actors: Mapping[str, object]) -> Outcome:
    """Call the function of a step; an error is an outcome too."""
    try:
        return cast(Outcome, step.function(actors[step.to], **step.given))
    except (VirtualQError, LookupError) as error:
        return error


def main() -> int:
    """Go through the steps and return the exit code; the first one that goes wrong ends it."""
    printer = Printer()
    with Sandbox() as sandbox, Session(sandbox.api_key, base_url=sandbox.url) as vq:
        print(f"A caller's journey through virtualQ, at a sandbox on {sandbox.url}")
        with Session("wrong-key", base_url=sandbox.url) as stranger:
            actors = {"vq": vq, "sandbox": sandbox, "stranger": stranger}
            for number, step in enumerate(STEPS, 1):
                printer.step(number, step)
                outcome = ask(step, actors)
                good = step.expected(outcome)
                printer.outcome(outcome, good)
                if not good:
                    print(f"\nStep {number} did not come out as expected: {step.title}")
                    return 1
    print(f"\nAll {len(STEPS)} steps came out as expected.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

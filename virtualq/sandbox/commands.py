"""The sandbox's own paths, `/sandbox/...`: what the service's side does on order; from rules.

Each does what the function of face with its name does, for programs in any language, the command
line and the page.
"""

from __future__ import annotations

from functools import partial
from typing import Callable, Dict, Iterable, Mapping, NamedTuple, Tuple, cast

from virtualq._api.converter import make_converter
from virtualq._api.operation import Item, Operation
from virtualq._api.operations import OPERATIONS
from virtualq.errors import InvalidParameterError
from virtualq.models import CallerResult
from virtualq.sandbox import reading, words
from virtualq.sandbox.exchange import Answer, Fault, Handler, Refusal, Request, document
from virtualq.sandbox.face import Face

PATH = "/sandbox"


class Command(NamedTuple):
    """One command: what it is told, and a line of help."""

    method: str
    words: Tuple[Item, ...]
    help: str


MEANINGS: Mapping[str, str] = {
    "line_id": "the line's id",
    "phone": "the caller's number",
    "name": "what the line is called",
    "call_center_id": "its call center (default: 24)",
    "line_group_id": "its line group (default: none)",
    "talk_time": "seconds that an agent talks to a caller (default: 240)",
    "seconds": "how many seconds pass",
    "function": "the function that goes wrong (default: every one)",
    "status": "answer with this HTTP status",
    "retry_after": "seconds that the Retry-After of that answer says",
    "times": "so many calls (default: until heal)",
    "probability": "the share of calls: 0.2 is one in five (default: 1)",
    "applied": "carry the change out all the same",
    "timeout": "never answer",
    "lost": "hang up in place of an answer",
    "reset": "reset the connection in place of an answer",
    "latency": "seconds that the answer comes late",
    "drip": "seconds that each byte of the answer comes late",
    "html": "answer with a login page",
    "malformed": "answer with JSON that breaks off",
    "unknown_attributes": "put attributes into the answer that nobody has heard of",
    "unknown_state": "put a state into the answer that nobody has heard of",
}
"""What each word of the commands says, for the help of the command line and the reference."""
COMMANDS: Mapping[str, Command] = {
    "notify": Command("POST", words.CALLER, "it is this caller's turn"),
    "time-out": Command("POST", words.CALLER, "this caller did not turn up"),
    "reported": Command("GET", words.CALLER, "show what was told of this caller"),
    "fail": Command("POST", words.BAD_DAY, "let something go wrong"),
    "heal": Command("POST", (), "let nothing go wrong any more"),
    "step": Command("POST", words.SECONDS, "let time pass"),
    "open-line": Command("POST", words.LINE, "open a line"),
    "close-line": Command("POST", words.LINE, "close a line"),
    "add-line": Command("POST", words.NEW_LINE, "add a line"),
    "reset": Command("POST", (), "forget every caller, request and bad day"),
    "status": Command("GET", (), "show lines, their queues and what is ordered"),
}


class Commands:
    """The paths below `/sandbox`; each command is carried out by a face."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._converter = make_converter()

    def methods(self, path: str) -> Dict[str, Handler]:
        """Return what a path can do, by HTTP method; nothing for a path that is not there."""
        parent, _, name = path.rpartition("/")
        command = COMMANDS.get(name) if parent == PATH else None
        return {} if command is None else {command.method: partial(self._answer, name, command)}

    def _answer(self, name: str, command: Command, request: Request) -> Answer:
        given = _read(request, command)
        do = cast("Callable[..., object]", getattr(self._face, name.replace("-", "_")))
        try:
            done = do(**given)
        except LookupError as error:
            raise Refusal(404, Fault(str(error.args[0]))) from None
        except InvalidParameterError as error:
            raise Refusal(422, Fault(str(error), f"/{error.parameter}")) from None
        except ValueError as error:
            raise Refusal(422, Fault(str(error))) from None
        if done is None:
            return Answer(204, {}, b"")
        if isinstance(done, CallerResult):
            return document(200, {"data": self._converter.unstructure(done)})
        return document(200, done)


def _read(request: Request, command: Command) -> Dict[str, object]:
    if command.method == "GET":
        return _check(command.words, reading.read_query(request, [_as_query(command)]))
    if not command.words and not request.body:
        return {}
    return reading.read_members(request, command.words)


def _as_query(command: Command) -> Operation:
    items = tuple(item._replace(place="query") for item in command.words)
    return OPERATIONS["verify_caller"]._replace(items=items)


def _check(words: Iterable[Item], given: Dict[str, object]) -> Dict[str, object]:
    missing = [item.wire for item in words if item.required and item.wire not in given]
    if missing:
        faults = [Fault(f"{name} is missing.", parameter=name) for name in missing]
        raise Refusal(400, *faults)
    return given

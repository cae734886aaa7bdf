"""What both faces of the sandbox offer in Python: what happens on the service's side, on order.

server.Sandbox (over a socket) and virtualq.testing (in process) are made of it; it leads to rules.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Dict, List, Mapping, Optional, TypeVar

from virtualq.models import CallerResult
from virtualq.sandbox import life, words
from virtualq.sandbox.exchange import Refusal
from virtualq.sandbox.faults import BadDay
from virtualq.sandbox.log import Seen
from virtualq.sandbox.rules import Service
from virtualq.sandbox.seeds import Line
from virtualq.sandbox.status import status

T = TypeVar("T")


class Face:
    """A service under an address: `url` is the base_url of a Session, `api_key` its key.

    Whoever or whatever is not there raises LookupError, a value of another type or out of range
    InvalidParameterError, a sandbox that is closed RuntimeError.
    """

    def __init__(self, service: Service, url: str) -> None:
        self._service = service
        self.url = url

    @property
    def api_key(self) -> str:
        """The one key the service accepts."""
        return self._service.api_key

    @property
    def requests(self) -> List[Seen]:
        """The requests seen so far, the latest thousand of them."""
        return self._service.log.after()

    @property
    def now(self) -> datetime:
        """The time it is in the sandbox, an aware UTC datetime."""
        return self._service.clock()

    def notify(self, line_id: int, phone: str) -> CallerResult:
        """Tell a waiting caller that it is their turn: they are up."""
        words.check(words.CALLER, {"line_id": line_id, "phone": phone})
        return self._do(lambda service: service.queue.move(life.NOTIFY, line_id, phone))

    def time_out(self, line_id: int, phone: str) -> CallerResult:
        """Give up a waiting or notified caller who did not turn up."""
        words.check(words.CALLER, {"line_id": line_id, "phone": phone})
        return self._do(lambda service: service.queue.move(life.TIME_OUT, line_id, phone))

    def reported(self, line_id: int, phone: str) -> Mapping[str, object]:
        """Return what was reported of a caller, by parameter name."""
        words.check(words.CALLER, {"line_id": line_id, "phone": phone})
        return self._do(lambda service: service.queue.reported(line_id, phone))

    def step(self, seconds: float) -> None:
        """Let some seconds pass: whose turn comes by then is notified, who stays away times out.

        Raises InvalidParameterError for a step back.
        """
        words.check(words.SECONDS, {"seconds": seconds})
        self._open().step(seconds)

    def fail(
        self,
        function: Optional[str] = None,
        *,
        status: Optional[int] = None,
        retry_after: Optional[float] = None,
        times: Optional[int] = None,
        probability: float = 1.0,
        applied: bool = False,
        timeout: bool = False,
        lost: bool = False,
        reset: bool = False,
        latency: float = 0.0,
        drip: float = 0.0,
        html: bool = False,
        malformed: bool = False,
        unknown_attributes: bool = False,
        unknown_state: bool = False,
    ) -> None:
        """Let calls of a function of the Session go wrong, None for all functions.

        `times` is how often, None for as long as neither `heal` nor `reset` ends it; of several
        orders the oldest comes first. `status` answers with that HTTP status, `retry_after`
        (seconds) in its header; `timeout` never answers; `lost` ends the connection without an
        answer, `reset` with a reset; `html` answers with a page, `malformed` with broken JSON.
        Nothing of what was asked is done then, unless `applied`: it is, and its answer is lost.
        `latency` holds the answer back, `drip` each of its bytes (seconds). `unknown_attributes`
        and `unknown_state` put into it what nobody has heard of. Raises ValueError for an order
        that cannot be, as InvalidParameterError where one parameter is wrong.
        """
        # The parameters are those of a BadDay, by name.
        told: Dict[str, Any] = {name: value for name, value in locals().items() if name != "self"}
        self._open().faults.order(BadDay(**told))
        self._service.tell()

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        self._open().faults.clear()
        self._service.tell()

    def add_line(
        self,
        line_id: int,
        name: str,
        call_center_id: int = 24,
        *,
        line_group_id: Optional[int] = None,
        talk_time: int = 240,
    ) -> None:
        """Add a line, or change the one with that id; call center and group come with it.

        `talk_time` is how many seconds an agent talks to a caller. Raises ValueError for less than
        one.
        """
        told = {"line_id": line_id, "name": name, "call_center_id": call_center_id}
        group = {} if line_group_id is None else {"line_group_id": line_group_id}
        words.check(words.NEW_LINE, {**told, **group, "talk_time": talk_time})
        line = Line(id=line_id, line_group_id=line_group_id or 0, name=name, talk_time=talk_time)
        self._do(lambda service: service.center.add_line(line, call_center_id))

    def open_line(self, line_id: int) -> None:
        """Open a line: it is active, unless its call center said that it is closed."""
        words.check(words.LINE, {"line_id": line_id})
        self._do(lambda service: service.center.open_line(line_id, True))

    def close_line(self, line_id: int) -> None:
        """Close a line: it is not active, and nobody's turn comes."""
        words.check(words.LINE, {"line_id": line_id})
        self._do(lambda service: service.center.open_line(line_id, False))

    def status(self) -> Dict[str, object]:
        """Return lines with their counts and queues, the time, and what is ordered to go wrong."""
        return status(self._open())

    def reset(self) -> None:
        """Forget every caller, what was told and counted, every request, and all bad days."""
        self._open().reset()

    def _open(self) -> Service:
        """Return the service; raise RuntimeError when the sandbox is closed."""
        if self._service.is_closed:
            raise RuntimeError("the sandbox is closed: use it inside its with statement")
        return self._service

    def _do(self, what: Callable[[Service], T]) -> T:
        try:
            done = what(self._open())
        except Refusal as refusal:
            raise LookupError(refusal.faults[0].detail) from None
        self._service.tell()
        return done

"""What both faces of the sandbox offer in Python: what happens on the service's side, on order.

server.Sandbox (over a socket) and virtualq.testing (in process) are made of it; it leads to rules.
"""

from __future__ import annotations

from typing import Callable, List, Mapping, TypeVar

from virtualq.models import CallerResult
from virtualq.sandbox import life
from virtualq.sandbox.exchange import Refusal, Request
from virtualq.sandbox.rules import Service

T = TypeVar("T")


class Face:
    """A service under an address: `url` is the base_url of a Session, `api_key` its key."""

    def __init__(self, service: Service, url: str) -> None:
        self._service = service
        self.url = url

    @property
    def api_key(self) -> str:
        """The one key the service accepts."""
        return self._service.api_key

    @property
    def requests(self) -> List[Request]:
        """The requests seen so far, the latest thousand of them."""
        return list(self._service.requests)

    def notify(self, line_id: int, phone: str) -> CallerResult:
        """Tell a waiting caller that it is their turn: they are up; LookupError without one."""
        return _found(lambda: self._service.queue.move(life.NOTIFY, line_id, phone))

    def time_out(self, line_id: int, phone: str) -> CallerResult:
        """Give up a waiting or notified caller who did not turn up; LookupError without one."""
        return _found(lambda: self._service.queue.move(life.TIME_OUT, line_id, phone))

    def reported(self, line_id: int, phone: str) -> Mapping[str, object]:
        """Return what was reported of a caller, by parameter name; LookupError without one."""
        return _found(lambda: self._service.queue.reported(line_id, phone))

    def reset(self) -> None:
        """Forget every caller, and every request seen."""
        self._service.queue.clear()
        self._service.requests.clear()


def _found(look_up: Callable[[], T]) -> T:
    try:
        return look_up()
    except Refusal as refusal:
        raise LookupError(refusal.faults[0].detail) from None

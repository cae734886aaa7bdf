"""The two clients that play the table: ours, and one as anybody would write it in five minutes."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Callable, Dict, NamedTuple, Optional, Type

import requests

import virtualq
from virtualq import CallerResult, LineGroupUpdate

from .privacy import KEY
from .row import CALLER, NOTHING
from .service import LINE, PHONE, caller_id

Arguments = Dict[str, Any]
BY_ID = (
    "is_virtualq_active",
    "new_call_offered",
    "list_lines",
    "list_line_groups",
    "get_call_center",
    "update_line_group",
    "update_call_center",
)
"""Functions for a line, a line group or a call center, whose id is the first that they take."""


class Seen(NamedTuple):
    """What came of a call: CALLER, NOTHING or an error class by name, and the object itself."""

    kind: str
    what: object
    elapsed: float

    @property
    def error(self) -> Optional[BaseException]:
        """The error, if there was one."""
        return self.what if isinstance(self.what, BaseException) else None


def call(client: Any, name: str, line_id: int = LINE, phone: str = PHONE, **arguments: Any) -> Any:
    """Call a function by name with all that it asks for."""
    if name in ("show_caller", "cancel_caller"):
        return getattr(client, name)(caller_id(line_id), **arguments)
    if name == "list_callers_waiting":
        return client.list_callers_waiting(7, line_id=line_id, **arguments)
    if name == "update_line_group_collection":
        return client.update_line_group_collection([LineGroupUpdate(id=line_id)], **arguments)
    if name == "list_call_centers":
        return client.list_call_centers(**arguments)
    if name in BY_ID:
        return getattr(client, name)(line_id, **arguments)
    if name == "line_up_caller":
        arguments = {"channel": "CallIn", "source": "Phone", **arguments}
    return getattr(client, name)(line_id, phone, **arguments)


def observe(what: Callable[[], Any], kind_of: Callable[[Any], str]) -> Seen:
    """Make a call and note what came of it and how long it took."""
    start = time.monotonic()
    try:
        result = what()
    except Exception as error:
        return Seen(type(error).__name__, error, time.monotonic() - start)
    return Seen(kind_of(result), result, time.monotonic() - start)


def kind_of_result(result: virtualq.Result[Any]) -> str:
    """Say what a Result of ours holds; it counts only when it is the one of the row."""
    value = result.value
    if not value:
        return NOTHING
    found = value if isinstance(value, list) else [value]
    lines = [one.line_id if isinstance(one, CallerResult) else one.id for one in found]
    return CALLER if lines == [LINE] else f"somebody else: {lines}"


class Naive:
    """A client on plain requests: a timeout, raise_for_status, .json(), and 404 for "not there"."""

    def __init__(self, base_url: str, deadline: float, ca_bundle: Optional[str] = None) -> None:
        self._http = requests.Session()
        self._http.headers["X-Api-Key"] = KEY
        self._http.verify = ca_bundle or True
        self._url = f"{base_url}/api/v2/waiters"
        self._deadline = deadline

    def __enter__(self) -> Naive:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._http.close()

    def _ask(self, method: str, url: str, **sent: Any) -> Any:
        answer = self._http.request(method, url, timeout=self._deadline, **sent)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        return answer.json()["data"] if answer.content else None

    def _find(self, **query: Any) -> Any:
        found = self._ask("GET", self._url, params=query)
        return found[0] if found else None

    def _change(self, line_id: int, phone: str, **attributes: Any) -> Any:
        document = {
            "data": {
                "type": "waiters",
                "attributes": {"line_id": line_id, "phone": phone, **attributes},
            }
        }
        return self._ask("PUT", f"{self._url}/0", json=document)

    def get_caller(self, line_id: int, phone: str) -> Any:
        """Look a caller up."""
        return self._find(active="true", line_id=line_id, phone=phone)

    def verify_caller(self, line_id: int, phone: str) -> Any:
        """Ask whether it is a caller's turn."""
        return self._find(currently_up="true", line_id=line_id, phone=phone)

    def list_callers_waiting(self, call_center_id: int, *, line_id: int) -> Any:
        """List the callers of a line."""
        return self._ask(
            "GET",
            self._url,
            params={"call_center_id": call_center_id, "line_id": line_id, "active": "true"},
        )

    def line_up_caller(self, line_id: int, phone: str, **attributes: Any) -> Any:
        """Line a caller up."""
        document = {
            "data": {
                "type": "waiters",
                "attributes": {"line_id": line_id, "phone": phone, **attributes},
            }
        }
        return self._ask("POST", self._url, json=document)

    def notify_caller_connected(self, line_id: int, phone: str) -> Any:
        """Report a caller as connected."""
        return self._change(line_id, phone, service_waiter_state="Connected")

    def notify_caller_transferred(self, line_id: int, phone: str) -> Any:
        """Report a caller as transferred."""
        return self._change(line_id, phone, service_waiter_state="Finished")

    def update_caller_information(self, line_id: int, phone: str, **attributes: Any) -> Any:
        """Change what is known of a caller."""
        return self._change(line_id, phone, **attributes)


def kind_of_document(found: Any) -> str:
    """Say what the naive client came back with; a list of one counts as its caller."""
    if not found:
        return NOTHING
    first = found[0] if isinstance(found, list) else found
    wanted = (
        isinstance(first, dict)
        and str(first.get("id")) == str(caller_id(LINE))
        and isinstance(first.get("attributes"), dict)
    )
    return CALLER if wanted else "something else"

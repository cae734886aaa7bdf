"""The service behind the fault server: it answers rightly, and the modes break that answer."""

from __future__ import annotations

import json
import threading
from typing import Any, Dict, List, NamedTuple, Optional, Tuple
from urllib.parse import parse_qs, urlsplit

LINE, PHONE = 3042, "+17343305027"
NEXT_LINE, NEXT_PHONE = 4711, "+491711112233"
MEDIA_TYPE = "application/vnd.api+json"
NOT_FOUND = {
    "errors": [
        {"status": "404", "code": "not-found", "title": "Not found", "detail": "No such caller."}
    ]
}


class Request(NamedTuple):
    """One request as it was read off the socket; header names in lower case."""

    method: str
    target: str
    headers: Dict[str, str]
    body: bytes
    connection: int

    @property
    def query(self) -> Dict[str, str]:
        """The decoded query, one value a name."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def attributes(self) -> Dict[str, Any]:
        """The attributes of the JSON:API document that was sent."""
        found: Dict[str, Any] = json.loads(self.body)["data"]["attributes"]
        return found


def caller_id(line_id: int) -> int:
    """Say which id the caller on a line has, so that another call's answer is seen at once."""
    return 100_000 + line_id


def caller(line_id: int, phone: str, state: str = "Notified") -> Dict[str, Any]:
    """Build the JSON:API resource of one caller."""
    attributes = {
        "phone": phone,
        "line": {"id": line_id, "name": "Sales"},
        "virtualq-waiter-state": state,
        "ewt": 120,
    }
    return {"id": str(caller_id(line_id)), "type": "waiters", "attributes": attributes}


def resource(kind: str, identifier: int) -> Dict[str, Any]:
    """Build the JSON:API resource of a line, a line group or a call center."""
    attributes = {"name": "Sales", "virtualq-line-state": "Active"}
    return {"id": str(identifier), "type": kind, "attributes": attributes}


def message(
    status: int = 200,
    document: object = None,
    *,
    body: Optional[bytes] = None,
    headers: Tuple[str, ...] = (),
    reason: str = "Some Reason",
    length: bool = True,
) -> bytes:
    """Build an HTTP answer: a document as JSON, or a body as it is; `length`: with its length."""
    sent = json.dumps(document).encode() if body is None else body
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Type: {MEDIA_TYPE}", *headers]
    if length:
        lines.append(f"Content-Length: {len(sent)}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + sent


class Service:
    """Callers by line and phone; `created` lists every line-up carried out, doubles too.

    Of each other resource there is one, with the number of the row's line for its id.
    """

    def __init__(self) -> None:
        self.callers: Dict[Tuple[int, str], str] = {}
        self.created: List[Tuple[int, str]] = []
        self.changes = 0
        self._lock = threading.Lock()

    def seed(self, line_id: int, phone: str) -> None:
        """Put a caller there without counting it as created."""
        self.callers[line_id, phone] = "Notified"

    def answer(self, request: Request) -> Tuple[int, object]:
        """Carry the request out and give the status and document of the right answer."""
        kind, _, rest = request.target.partition("?")[0].rpartition("/api/v2/")[2].partition("/")
        with self._lock:
            if kind != "waiters":
                return self._other(request, kind, rest)
            if request.method == "POST":
                return self._line_up(request)
            if request.method == "PUT":
                return self._update(request)
            if "/waiters/" in request.target:
                return self._by_id(request)
            return 200, {"data": self._matching(request.query)}

    def _other(self, request: Request, kind: str, rest: str) -> Tuple[int, object]:
        """Answer what lines, line groups and call centers are asked, and count their changes."""
        self.changes += request.method != "GET"
        found = resource(kind, LINE)
        if rest in ("", "updated"):
            return 200, {"data": [found]}
        if rest.partition("/")[0] != str(LINE):
            return 404, NOT_FOUND
        return 200, {"data": found}

    def _line_up(self, request: Request) -> Tuple[int, object]:
        key = request.attributes["line_id"], request.attributes["phone"]
        self.created.append(key)
        self.callers[key] = "Waiting"
        return 201, {"data": caller(*key, state="Waiting")}

    def _update(self, request: Request) -> Tuple[int, object]:
        key = request.attributes["line_id"], request.attributes["phone"]
        if key not in self.callers:
            return 404, NOT_FOUND
        self.changes += 1
        return 200, {"data": caller(*key, state=self.callers[key])}

    def _by_id(self, request: Request) -> Tuple[int, object]:
        """Show a caller by id, or take them out of the line."""
        asked = request.target.rpartition("/")[2]
        for key, state in list(self.callers.items()):
            if str(caller_id(key[0])) == asked:
                if request.method == "DELETE":
                    del self.callers[key]
                    self.changes += 1
                return 200, {"data": caller(*key, state=state)}
        return 404, NOT_FOUND

    def _matching(self, query: Dict[str, str]) -> List[Dict[str, Any]]:
        return [
            caller(line_id, phone, state)
            for (line_id, phone), state in self.callers.items()
            if query.get("line_id", str(line_id)) == str(line_id)
            and query.get("phone", phone) == phone
        ]

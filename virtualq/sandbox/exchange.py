"""The sandbox's HTTP messages, free of any HTTP library; a face makes a Request, rules answers it.

Before it on the way of a request: server or virtualq.testing; after it: rules.
"""

from __future__ import annotations

import json
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple, cast
from urllib.parse import parse_qsl

from virtualq._api.operations import MEDIA_TYPE

# An error's code is its title in kebab-case, which gives the one code known, "not-found".
_TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    411: "Length required",
    413: "Content too large",
    415: "Unsupported media type",
    422: "Unprocessable entity",
    429: "Too many requests",
}


class Request(NamedTuple):
    """One HTTP request; `target` is the path with its query, header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> List[Tuple[str, str]]:
        """The decoded pairs of the query, in order; ValueError when they are not UTF-8.

        A raw plus is a plus: the vendor's client sends one, and its look-ups find the caller.
        """
        query = self.target.partition("?")[2].replace("+", "%2B")
        return parse_qsl(query, keep_blank_values=True, errors="strict")

    @property
    def document(self) -> object:
        """The body as JSON, None when it is none."""
        try:
            content: object = json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError):
            return None
        return content

    @property
    def attributes(self) -> Dict[str, object]:
        """The attributes of the resource in the body, by their names on the wire."""
        document = self.document
        data = cast("Dict[str, object]", document).get("data") if _is_object(document) else None
        found = cast("Dict[str, object]", data).get("attributes") if _is_object(data) else None
        return cast("Dict[str, object]", found) if _is_object(found) else {}


class Delivery(NamedTuple):
    """How an answer travels on a bad day; times in seconds."""

    delay: float = 0.0
    """How long the answer is held back."""
    drip: float = 0.0
    """How long each byte of the body is held back."""
    silent: bool = False
    """Whether nothing ever comes, and the connection stays open."""
    lost: bool = False
    """Whether the connection ends without an answer."""
    reset: bool = False
    """Whether it ends with a reset."""


class Answer(NamedTuple):
    """One HTTP answer; Content-Length is left to the face that sends it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    delivery: Delivery = Delivery()


Handler = Callable[[Request], Answer]


class Fault(NamedTuple):
    """One thing wrong with a request: at a `pointer` into its body, or in a query `parameter`."""

    detail: str
    pointer: Optional[str] = None
    parameter: Optional[str] = None


class Refusal(Exception):
    """The service refuses a request, with an HTTP status and at least one fault."""

    def __init__(self, status: int, *faults: Fault, headers: Optional[Mapping[str, str]] = None):
        super().__init__(status, faults)
        self.status = status
        self.faults = faults
        self.headers: Mapping[str, str] = headers or {}

    @property
    def answer(self) -> Answer:
        """The refusal as it goes over the wire: an error document."""
        errors = [_error(self.status, fault) for fault in self.faults]
        return document(self.status, {"errors": errors}, self.headers)


def document(status: int, content: object, headers: Optional[Mapping[str, str]] = None) -> Answer:
    """Make the answer that carries a JSON:API document."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, {"Content-Type": MEDIA_TYPE, **(headers or {})}, body)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _error(status: int, fault: Fault) -> Dict[str, object]:
    title = _TITLES.get(status) or f"Status {status}"
    error: Dict[str, object] = {
        "status": str(status),
        "code": title.lower().replace(" ", "-"),
        "title": title,
        "detail": fault.detail,
    }
    if fault.pointer is not None:
        error["source"] = {"pointer": fault.pointer}
    elif fault.parameter is not None:
        error["source"] = {"parameter": fault.parameter}
    return error

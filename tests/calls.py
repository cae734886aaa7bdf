"""The functions for callers with the request each makes: by the contract, not the code."""

from __future__ import annotations

import json
from typing import Any, Dict, NamedTuple, Optional

from virtualq import Result, Session

KEY = "k3y-0f-the-te5ts"
LINE, PHONE = 3042, "+17343305027"
OTHER_PHONE = "+49 171 1111 22 33"
BASE = "https://api.virtualq.io/api/v2"
MEDIA_TYPE = "application/vnd.api+json"
WHO = "phone=%2B17343305027&line_id=3042"
_CALLER = {"line_id": LINE, "phone": PHONE}


class Function(NamedTuple):
    """One function: parameters it takes, and method, path with query and attributes it sends."""

    name: str
    given: Dict[str, Any]
    method: str
    target: str
    attributes: Optional[Dict[str, Any]]

    @property
    def url(self) -> str:
        """The whole URL, percent-encoded as it goes over the wire."""
        return BASE + self.target

    @property
    def body(self) -> Optional[Dict[str, Any]]:
        """The whole JSON:API document, None for a look-up."""
        return (
            None
            if self.attributes is None
            else {"data": {"type": "waiters", "attributes": self.attributes}}
        )


FUNCTIONS = {
    function.name: function
    for function in (
        Function(
            "line_up_caller",
            {**_CALLER, "channel": "CallIn", "source": "Phone"},
            "POST",
            "/waiters",
            {**_CALLER, "channel": "CallIn", "source": "Phone"},
        ),
        Function("verify_caller", _CALLER, "GET", f"/waiters?currently_up=true&{WHO}", None),
        Function("get_caller", _CALLER, "GET", f"/waiters?active=true&{WHO}", None),
        Function(
            "notify_caller_connected",
            _CALLER,
            "PUT",
            "/waiters/0",
            {**_CALLER, "service_waiter_state": "Connected"},
        ),
        Function(
            "notify_caller_transferred",
            _CALLER,
            "PUT",
            "/waiters/0",
            {**_CALLER, "service_waiter_state": "Finished"},
        ),
        Function(
            "update_caller_information",
            {**_CALLER, "ewt": 50},
            "PUT",
            "/waiters/0",
            {**_CALLER, "service_waiter_ewt": 50},
        ),
        Function(
            "list_callers_waiting",
            {"call_center_id": 24},
            "GET",
            "/waiters?call_center_id=24&active=true",
            None,
        ),
        Function("show_caller", {"caller_id": 9911}, "GET", "/waiters/9911", None),
        Function("cancel_caller", {"caller_id": 9911}, "DELETE", "/waiters/9911", None),
    )
}
NAMES = tuple(FUNCTIONS)
LISTS = ("verify_caller", "get_caller", "list_callers_waiting")
"""What the service answers with a list."""
LOOK_UPS = (*LISTS, "show_caller")
CHANGES = tuple(name for name in NAMES if name not in LOOK_UPS)
REPORTS = tuple(name for name in CHANGES if name != "line_up_caller")
WITH_PHONE = tuple(name for name in NAMES if "phone" in FUNCTIONS[name].given)


def call(session: Session, name: str, **more: Any) -> Result[Any]:
    """Call a function with its parameters from above, and more."""
    result: Result[Any] = getattr(session, name)(**{**FUNCTIONS[name].given, **more})
    return result


def caller(identifier: object = "9911", **attributes: Any) -> Dict[str, Any]:
    """Build the JSON:API resource of a caller; underscores become the dashes of an answer."""
    given = attributes or {"phone": PHONE, "virtualq-waiter-state": "Notified"}
    dashed = {name.replace("_", "-"): value for name, value in given.items()}
    return {"id": identifier, "type": "waiters", "attributes": dashed}


def answer(name: str, *callers: Dict[str, Any]) -> Dict[str, Any]:
    """Build the document that fits a function: a list for the look-ups, else one caller."""
    found = list(callers or (caller(),))
    return {"data": found if name in LISTS else found[0]}


def error_document(status: int = 404, **members: Any) -> Dict[str, Any]:
    """Build a JSON:API error document."""
    return {
        "errors": [{"status": str(status), "code": "not-found", "title": "Not found", **members}]
    }


def register(
    service: Any, name: str, document: object = None, *, status: int = 200, **more: Any
) -> Any:
    """Let the stand-in of the service answer a function, with a fitting document by default."""
    function = FUNCTIONS[name]
    if "body" not in more:
        more["body"] = json.dumps(answer(name) if document is None else document)
    more.setdefault("content_type", MEDIA_TYPE)
    return service.add(function.method, function.url.split("?")[0], status=status, **more)


def shown(value: object) -> str:
    """Name a parameter for the output of pytest, however hostile its repr is."""
    return ascii(value)[:40] if isinstance(value, (str, bytes, dict)) else type(value).__name__


TWO_ERRORS: Dict[str, Any] = {
    "errors": [
        {
            "status": "422",
            "code": 100,
            "title": "Invalid",
            "detail": "No",
            "source": {"pointer": "/data"},
            "x": [1],
        },
        {"detail": "second", "meta": {"a": [None, True, 1.5]}},
    ]
}

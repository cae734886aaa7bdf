"""Reads what a telephone system asks, from query, form or JSON; between app and calls.

Parameters are named as those of the Session's functions, and read as the table of operations says.
A dialplan may send the same ones with every request: what only another request knows is left out.
"""

from __future__ import annotations

import json
import re
from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple, cast
from urllib.parse import unquote_to_bytes

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from virtualq import phones
from virtualq._api import operations, parameters
from virtualq._api.kinds import KINDS
from virtualq._api.operation import Item, Operation
from virtualq._api.refusals import refuse
from virtualq.errors import InvalidParameterError

LARGEST_BODY = 64 * 1024
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_FLAGS = {"1": "true", "yes": "true", "0": "false", "no": "false"}
"""What dialplans have for a flag, beside true and false."""
# A raw plus before the digits of a phone: in a form it means a blank, with which none begins.
_RAW_PLUS = re.compile(rb"(^|&)phone=\+")

_TWICE = "is there more than once"
_PLAIN_NAME = re.compile("[A-Za-z_]{1,40}")


class Question(NamedTuple):
    """A path: the operation whose parameters it takes, which others, and what is always sent."""

    operation: Operation
    others: Mapping[str, str] = {}
    """Kind by name."""
    fixed: Mapping[str, object] = {}
    optional: frozenset[str] = frozenset()
    """What the operation requires, but not this path."""


_UPDATE = operations.UPDATE_CALLER_INFORMATION
QUESTIONS: Dict[str, Question] = {
    "arrive": Question(operations.VERIFY_CALLER, {"language": "text", "deadline": "number"}),
    "line-up": Question(
        operations.LINE_UP_CALLER,
        {"deadline": "number"},
        optional=frozenset({"channel", "source"}),
    ),
    "connected": Question(operations.NOTIFY_CALLER_CONNECTED),
    "transferred": Question(operations.NOTIFY_CALLER_TRANSFERRED),
    "update": Question(_UPDATE),
    "abandoned": Question(_UPDATE, fixed={"service_state": "Canceled"}),
}
_KNOWN = frozenset(
    name
    for question in QUESTIONS.values()
    for name in [*(item.name for item in question.operation.items), *question.others]
    if name is not None
)
_OBJECTS = frozenset(
    item.name
    for question in QUESTIONS.values()
    for item in question.operation.items
    if item.kind == "object"
)


def read(request: Request, question: Question, country: Optional[str]) -> Dict[str, object]:
    """Return the parameters of a request; raise InvalidParameterError naming the wrong one."""
    given = _given(request)
    for name in given:
        if name not in _KNOWN:
            raise refuse(_named(name), "there is none of such a name")
    found: Dict[str, object] = {}
    items = [item for item in question.operation.items if item.name is not None]
    others = [Item(name, name, "", kind, False, False) for name, kind in question.others.items()]
    for item in [*items, *others]:
        name = cast(str, item.name)
        value = _value(item, given.get(name, []))
        if value is not None:
            found[name] = value
        elif item.required and name not in question.optional:
            raise refuse(name, "is missing")
    found["phone"] = _phone(cast(str, found["phone"]), country)
    if "deadline" in found:
        parameters.check_seconds("deadline", found["deadline"])
    return {**found, **question.fixed}


def _named(name: str) -> str:
    """Return a name as it may be logged: what is no plain one may be about anyone."""
    return name if _PLAIN_NAME.fullmatch(name) else "a parameter"


def _given(request: Request) -> Mapping[str, List[object]]:
    """Return the values of each parameter, of query and body together."""
    given = _query(request.query_string)
    if request.method not in ("GET", "POST"):
        raise refuse("the method", "must be GET or POST")
    if request.method == "GET":
        return given
    # No form begins so, and libcurl, as in Asterisk's CURL(), calls what it posts a form by itself.
    is_json = request.is_json or _body(request).lstrip().startswith(b"{")
    body = _json(request) if is_json else _form(request)
    for name, values in body.items():
        given.setdefault(name, []).extend(values)
    return given


def _query(query: bytes) -> Dict[str, List[object]]:
    """Read a query, in which a raw plus is a plus: so the service reads it (WIRE), and so do we.

    Only in JSON it cannot be one, outside of a text: there it is the blank of a form's encoding.
    """
    found = _decoded(query.replace(b"+", b"%2B"))
    for name, texts in found.items():
        meant = [KINDS["object"].understand(str(text)) for text in texts]
        if name in _OBJECTS and not all(isinstance(value, dict) for value in meant):
            found[name] = _decoded(query)[name]
    return found


def _decoded(query: bytes) -> Dict[str, List[object]]:
    if not _is_utf8(unquote_to_bytes(query)):
        raise refuse("a parameter", "is not UTF-8")
    form = Request({"QUERY_STRING": query.decode("latin-1")}).args
    return {name: [*values] for name, values in form.lists()}


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _body(request: Request) -> bytes:
    if (request.content_length or 0) > LARGEST_BODY:
        raise refuse("the body", "is too large")
    try:
        return request.get_data(cache=True)
    except (HTTPException, OSError):
        pass
    raise refuse("the body", "cannot be read")


def _form(request: Request) -> Mapping[str, List[object]]:
    body = _body(request)
    if request.mimetype not in ("", _FORM) and body:
        raise refuse("the body", f"must be {_FORM} or {_JSON}")
    return _decoded(_RAW_PLUS.sub(rb"\1phone=%2B", body))


def _json(request: Request) -> Mapping[str, List[object]]:
    body = _body(request)
    try:
        document: object = json.loads(body, object_pairs_hook=_once)
    except InvalidParameterError:
        raise
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise refuse("the body", "must be a JSON object")
    members = cast("Dict[str, object]", document)
    return {
        name: cast("List[object]", value) if isinstance(value, list) else [value]
        for name, value in members.items()
        if value is not None
    }


def _once(pairs: List[Tuple[str, object]]) -> Dict[str, object]:
    """Return the members of an object; as in a query, none may be there twice."""
    found: Dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise refuse(_named(name), _TWICE)
        found[name] = value
    return found


def _value(item: Item, values: List[object]) -> Optional[object]:
    """Return a checked value, None when there is none: a variable that is not set is empty."""
    name = cast(str, item.name)
    given = [value for value in values if value != ""]
    if not given:
        return None
    if item.kind == "texts":
        value: object = given
    elif len(given) > 1:
        raise refuse(name, _TWICE)
    else:
        value = given[0]
        if isinstance(value, str):
            word = _FLAGS.get(value.lower(), value) if item.kind == "boolean" else value
            value = KINDS[item.kind].understand(word)
    try:
        parameters.check(item, value)
    except InvalidParameterError as error:
        fault = error
    else:
        return value
    raise fault.with_traceback(None)  # its frames hold the value


def _phone(phone: str, country: Optional[str]) -> str:
    if country is None:
        # Sent as it is written: only the telephone system knows its own way of writing.
        if phones.is_withheld(phone):
            raise refuse("phone", "is withheld or not known")
        return phone
    try:
        return phones.normalise(phone, country)
    except InvalidParameterError as error:
        fault = str(error).partition(": ")[2]
    raise refuse("phone", fault)

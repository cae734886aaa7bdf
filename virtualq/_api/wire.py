"""The way between Session functions and HTTP: parameters -> request, answer -> value or error.

Called by session, before and after transport sends. Nothing here does I/O.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Union, cast
from urllib.parse import quote

from virtualq._api import late, parameters
from virtualq._api.kinds import KINDS, Watch
from virtualq._api.operation import Operation
from virtualq._api.refusals import Json
from virtualq.errors import APIError, ConnectionLostError, UnexpectedResponseError, VirtualQError
from virtualq.result import Unread

Resource = Mapping[str, object]
Hide = Callable[[str], str]

# HTML on a 2xx is a login page or a proxy's, whatever stands in it.
_HTML = ("text/html", "application/xhtml+xml")
_PIECE = 100_000
_ESCAPED_SURROGATE = rb"\\u[dD][89a-fA-F]"


class Request(NamedTuple):
    """What is sent: `target` is the path below the endpoint, with the query."""

    method: str
    target: str
    body: Optional[bytes]


class Answer(NamedTuple):
    """What came back. `body` is None where it was not read; `fault` says why it could not be.

    `framed` is false when only the end of the connection said where the body ends.
    """

    status: int
    headers: Mapping[str, str]
    body: Optional[bytes]
    framed: bool = True
    fault: Optional[str] = None


class Found:
    """What an answer of the API says: the value, still unread, and whether there is one."""

    __slots__ = ("found", "value")

    def __init__(self, value: object, found: bool) -> None:
        self.value = value
        self.found = found


Reading = Union[Found, VirtualQError]


def build(operation: Operation, given: Mapping[str, object], watch: Watch = bool) -> Request:
    """Return the request for an operation; raise InvalidParameterError for what cannot be sent.

    `watch` is called now and then, and may raise a VirtualQError when it takes too long.
    """
    if operation.several is not None:
        return _build_several(operation, given, watch)
    path = operation.path
    query: List[str] = []
    attributes: Dict[str, object] = {}
    for item in operation.items:
        value = item.fixed
        if item.name is not None:
            value = given.get(item.name)
            if value is None and not item.required:
                continue
            value = parameters.check(item, value, watch)
        if item.place == "body":
            attributes[item.wire] = value
            continue
        # A fixed value is written already.
        text = _quoted(str(value) if item.name is None else KINDS[item.kind].write(value), watch)
        if item.place == "path":
            path = path.replace("{" + item.wire + "}", text)
        else:
            query.append(f"{item.wire}={text}")
    target = f"{path}?{'&'.join(query)}" if query else path
    watch()
    body: Optional[bytes] = None
    if operation.resource_type is not None:
        body = f'{{"data":{_resource(operation, attributes)}}}'.encode()
    watch()
    return Request(operation.method, target, body)


def _quoted(text: str, watch: Watch) -> str:
    """Return a text as it stands in a URL (RFC 3986): a space is %20 and a plus is %2B.

    Every decoder reads these the same.
    """
    if text.isalnum() and text.isascii():
        return text
    if len(text) <= _PIECE:
        return quote(text, safe="")
    pieces: List[str] = []
    for start in range(0, len(text), _PIECE):
        watch()
        pieces.append(quote(text[start : start + _PIECE], safe=""))
    return "".join(pieces)


def _build_several(operation: Operation, given: Mapping[str, object], watch: Watch) -> Request:
    """Return the request for a body of several resources, each checked before any is sent."""
    resources: List[str] = []
    keyword = operation.keywords[0]
    records = parameters.check(keyword, given.get(keyword.wire), watch)
    for index, record in enumerate(cast("List[object]", records)):
        watch()
        place = f"{keyword.wire}[{index}]"
        identifier: Optional[object] = None
        attributes: Dict[str, object] = {}
        for item in operation.items:
            value = getattr(record, item.name or "")
            if value is None and not item.required:
                continue
            checked = parameters.check(item._replace(name=f"{place}.{item.name}"), value, watch)
            if item.place == "id":
                identifier = checked
            else:
                attributes[item.wire] = checked
        resources.append(_resource(operation, attributes, identifier))
    body = f'{{"data":[{",".join(resources)}]}}'
    return Request(operation.method, operation.path, body.encode())


def _resource(
    operation: Operation, attributes: Dict[str, object], identifier: Optional[object] = None
) -> str:
    members = ",".join(f"{_json(name)}:{_json(value)}" for name, value in attributes.items())
    start = "" if identifier is None else f'"id":{_json(identifier)},'
    return f'{{{start}"type":{_json(operation.resource_type)},"attributes":{{{members}}}}}'


def _json(value: object) -> str:
    if isinstance(value, Json):
        return value
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def read(operation: Operation, answer: Answer, hide: Hide) -> Reading:
    """Return what an answer means for an operation. HTTP decides the status, never the body."""
    if answer.status >= 400:
        return _read_refusal(operation, answer, hide)
    if not 200 <= answer.status < 300:
        what = "a redirect" if 300 <= answer.status < 400 else "an answer"
        return _unexpected(answer, f"{what} that is not the API's")
    if answer.fault is not None:
        return _unexpected(answer, answer.fault)
    if not answer.framed and not answer.body and answer.status != 204:
        return ConnectionLostError("the connection ended after the headers of the answer")
    if answer.status == 204 or not (answer.body or b"").strip():
        return _nothing(operation)
    document = _parse(answer)
    if document is _BROKEN:
        if not answer.framed and (answer.body or b"").lstrip()[:1] in (b"{", b"["):
            return ConnectionLostError("the connection ended inside the answer")
        return _unexpected(answer, "an answer that is not JSON")
    return _read_document(operation, answer, document)


_BROKEN = object()


def _parse(answer: Answer) -> object:
    """Return the JSON of a body, _BROKEN when it is none or is declared to be HTML."""
    body = answer.body or b""
    media_type = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type in _HTML:
        return _BROKEN
    try:
        # RFC 8259: JSON is UTF-8 whatever the charset says; a byte order mark may be ignored.
        text = body[3:].decode() if body.startswith(BOM_UTF8) else body.decode()
        try:
            document = _DECODER.decode(text)
        except json.JSONDecodeError:
            return _BROKEN
        except ValueError:  # Python refuses integers of more than 4,300 digits, or it was NaN
            document = json.loads(text, parse_constant=_no_constant, parse_int=_read_integer)
        if b"\\u" in body and re.search(_ESCAPED_SURROGATE, body):
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):  # UnicodeError is a ValueError
        return _BROKEN
    return cast(object, document)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _read_integer(digits: str) -> Union[int, str]:
    """Return a number too long for any field as its text: it fits no field and costs no call."""
    return int(digits) if len(digits) < 4000 else digits


def _nothing(operation: Operation) -> Found:
    """Return what "no value" means: nobody found by a look-up, a change carried out."""
    return Found([] if operation.answer == "many" else None, operation.method != "GET")


def _read_document(operation: Operation, answer: Answer, document: object) -> Reading:
    if not isinstance(document, dict) or "data" not in document:
        return _unexpected(answer, "an answer without the data of a JSON:API document")
    data = cast("Dict[str, object]", document)["data"]
    if data is None:
        return _nothing(operation)
    many = operation.answer != "one"
    if operation.answer == "nothing":
        many = isinstance(data, list)
    if isinstance(data, list) != many:
        what = "an object in place of a list" if many else "a list in place of an object"
        return _unexpected(answer, what)
    resources = cast("List[Resource]", data if many else [data])
    if not all(map(_tells_something, resources)):
        return _unexpected(answer, "a resource without attributes")
    if not resources or operation.answer == "nothing":
        return _nothing(operation)
    name = operation.resource or ""
    if operation.answer == "many":
        return Found(Unread(lambda: _read_all(name, resources)), True)
    found = _counts(operation, resources[0])
    return Found(Unread(lambda: _read_all(name, resources[:1])[0]), found)


def _tells_something(resource: object) -> bool:
    """Say whether this is a resource with anything in it: never an object of all None."""
    if not isinstance(resource, dict):
        return False
    members = cast("Dict[str, object]", resource)
    attributes = members.get("attributes")
    if not isinstance(attributes, dict):
        return False
    values = cast("Dict[str, object]", attributes).values()
    return members.get("id") is not None or not all(map(_is_blank, values))


def _is_blank(value: object) -> bool:
    """Say whether this is null, or an object of nulls alone, whose members may be fields."""
    if not isinstance(value, dict):
        return value is None
    return all(member is None for member in cast("Dict[str, object]", value).values())


def _counts(operation: Operation, resource: Resource) -> bool:
    """Say whether a resource is what the function asks for, as its attribute tells."""
    if operation.found_when is None:
        return True
    name, text = operation.found_when
    attributes = cast("Dict[str, object]", resource["attributes"])
    value = attributes.get(name, attributes.get(name.replace("-", "_")))
    return isinstance(value, str) and value.lower() == text.lower()


def _read_all(name: str, resources: List[Resource]) -> List[object]:
    # The models and attrs are loaded here, by those who look at a value.
    late.load("virtualq._api.tables")
    from virtualq._api.tables import TABLES

    read = TABLES[name].read
    return [read(resource) for resource in resources]


def _unexpected(answer: Answer, what: str) -> UnexpectedResponseError:
    message = f"got {what} with status {answer.status}; is base_url the address of virtualQ?"
    return UnexpectedResponseError(message, status=answer.status)


def _read_refusal(operation: Operation, answer: Answer, hide: Hide) -> Reading:
    # Most calls are not refused, and do not pay for loading it.
    late.load("virtualq._api.error_document")
    from virtualq._api import error_document

    document = _parse(answer) if answer.body and answer.fault is None else None
    errors = error_document.objects(document)
    # Without an error document a 404 is a gateway's or a wrong base_url's: answering "nobody is
    # up" to it would be wrong for ever.
    if answer.status == 404 and errors and operation.not_found_is_none:
        return Found(None, False)
    request_id = answer.headers.get("x-request-id")
    return APIError.for_status(answer.status)(
        status=answer.status,
        errors=error_document.masked(errors, hide),
        retry_after=error_document.retry_after(answer.headers),
        request_id=hide(request_id) if request_id else None,
    )

"""Servers, key and media types of the document, which every request has in common, for generate.py;
and what may stand in an address, a path, a query and a header, for checking.py and operations.py.

What is refused here would fail at every call, or reach another place than the spec says.
"""

from __future__ import annotations

import re
from typing import Callable, List, Set, Tuple
from urllib.parse import SplitResult, urlsplit

from document import Document, Place, Problem, child, operations
from model import Service

_PLAIN_NAME = re.compile(r"[A-Za-z0-9._~\-]+")  # RFC 3986: needs no encoding
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~\-]+")  # RFC 9110, 5.6.2: a token
_TEMPLATE = re.compile(r"\{([^{}]*)\}")


def read_server(url: Place) -> SplitResult:
    """Return the parts of a server's address."""
    text = url.text()
    if re.search(r"\s", text):
        raise url.problem(f'is "{text}", which has a blank in it; take it out')
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    if "@" in parts.netloc:
        raise url.problem("has a user or a password in it; the key goes into a header")
    if port == 0 and text.startswith("https:"):
        raise url.problem(f'is "{text}", which has a port that cannot be; correct it')
    if parts.scheme != "https" or not parts.hostname or re.search("[?#{]", text):
        raise url.problem("must be a whole https address without variables")
    return parts


def check_path(path: Place, parameters: Set[str]) -> None:
    """Refuse a path that is none, and one whose parts and parameters do not fit each other."""
    text = path.key
    odd = re.search(r"[?#\s\\]|[^\x21-\x7e]", text)
    if odd or not text.startswith("/"):
        what = f'has a "{odd[0]}" in it; take it out' if odd else "must begin with /"
        raise path.problem(f'is "{text}", which {what}')
    named: List[str] = _TEMPLATE.findall(text)
    for name in named:
        if name not in parameters:
            raise path.problem(f'has "{{{name}}}", but no path parameter "{name}"; add it')
    for name in sorted(parameters - set(named)):
        raise path.problem(f'has no "{{{name}}}" for its path parameter "{name}"; add it')


def check_query_name(name: Place) -> None:
    """Refuse the name of a parameter that would have to be encoded."""
    if not _PLAIN_NAME.fullmatch(name.text()):
        text = f'is "{name.text()}"; letters, digits and . _ ~ - alone need no encoding'
        raise name.problem(text)


def check_header(name: Place) -> None:
    """Refuse what is no name of a header."""
    if not _HEADER.fullmatch(name.text()):
        raise name.problem(f'is "{name.text()}", which is no name of a header; correct it')


def check_security(document: Document, owner: Place) -> None:
    """Refuse a security requirement whose scheme is not under components."""
    known = {scheme.key for scheme in document.components("securitySchemes")}
    for requirement in owner.listed("security"):
        for scheme in requirement.members():
            if scheme.key not in known:
                pointer = child(requirement.pointer, scheme.key)
                raise Problem(pointer, f'is "{scheme.key}", which is no security scheme here')


def read_service(document: Document) -> Service:
    """Read what every request has in common."""
    servers, base_path = _servers(document)
    return Service(
        servers=servers,
        base_path=base_path,
        key_header=_key_header(document),
        media_type=_media_type(document, _answers),
        request_media_type=_media_type(document, _bodies),
    )


def _servers(document: Document) -> Tuple[Tuple[str, ...], str]:
    servers: List[str] = []
    paths: List[str] = []
    for server in document.root.need("servers").items():
        url = server.need("url")
        parts = read_server(url)
        servers.append(f"{parts.scheme}://{parts.netloc}")
        paths.append(parts.path.rstrip("/"))
        if paths[-1] != paths[0]:
            raise url.problem(
                f'has another path than the first server, "{paths[0]}"; all must have the same'
            )
    if not servers:
        raise Problem("#/servers", "must name at least one server")
    return tuple(servers), paths[0]


def _key_header(document: Document) -> str:
    schemes = document.root.need("components").need("securitySchemes")
    headers = [
        scheme
        for scheme in schemes.members()
        if document.follow(scheme).need("type").data == "apiKey"
    ]
    if len(headers) != 1 or len(headers) != len(schemes.object()):
        raise schemes.problem("must have exactly one scheme, an apiKey")
    scheme = document.follow(headers[0])
    if scheme.need("in").data != "header":
        raise scheme.need("in").problem(
            'must be "header"; other places for the key are not supported'
        )
    check_header(scheme.need("name"))
    check_security(document, document.root)
    return scheme.need("name").text()


def _answers(document: Document) -> List[Place]:
    return [
        answer for method in operations(document) for answer in method.need("responses").members()
    ]


def _bodies(document: Document) -> List[Place]:
    bodies = [method.get("requestBody") for method in operations(document)]
    return [body for body in bodies if body is not None]


def _media_type(document: Document, places: Callable[[Document], List[Place]]) -> str:
    found: Set[str] = set()
    for place in places(document):
        for entry in document.follow(place).each("content"):
            found.add(entry.key)
            if len(found) > 1:
                raise entry.problem(
                    "is a second media type; requests, and answers, must all have the same"
                )
    return found.pop() if found else "application/json"

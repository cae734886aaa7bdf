"""Servers, key and media types of the document, which every request has in common, for generate.py;
and what may stand in an address, a path, a query and a header, for checking.py and operations.py.

What is refused here would fail at every call, or reach another place than the spec says.
"""

from __future__ import annotations

import re
from typing import Iterable, List, Set, Tuple
from urllib.parse import SplitResult, urlsplit

from document import Place, Problem, components, operations
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


def _check_security(root: Place) -> None:
    """Refuse a security requirement whose scheme is not under components."""
    known = {scheme.key for scheme in components(root, "securitySchemes")}
    for requirement in root.listed("security"):
        for scheme in requirement.members():
            if scheme.key not in known:
                raise scheme.problem(f'is "{scheme.key}", which is no security scheme here')


def read_service(root: Place) -> Service:
    """Read what every request has in common."""
    servers, base_path = _servers(root)
    key_header = _key_header(root)
    answers = [answer for each in operations(root) for answer in each.need("responses").members()]
    media_type = _media_type(answers)
    bodies = [operation.get("requestBody") for operation in operations(root)]
    request_media_type = _media_type(body for body in bodies if body is not None)
    return Service(servers, base_path, key_header, media_type, request_media_type)


def _servers(root: Place) -> Tuple[Tuple[str, ...], str]:
    servers: List[str] = []
    paths: List[str] = []
    for server in root.need("servers").items():
        url = server.need("url")
        parts = read_server(url)
        servers.append(f"{parts.scheme}://{parts.netloc}")
        paths.append(parts.path.rstrip("/"))
        if paths[-1] != paths[0]:
            text = f'has another path than the first server, "{paths[0]}"; all must have the same'
            raise url.problem(text)
    if not servers:
        raise Problem("#/servers", "must name at least one server")
    return tuple(servers), paths[0]


def _key_header(root: Place) -> str:
    schemes = root.need("components").need("securitySchemes")
    found = [scheme.follow() for scheme in schemes.members()]
    if [scheme.need("type").data for scheme in found] != ["apiKey"]:
        raise schemes.problem("must have exactly one scheme, an apiKey")
    where, name = found[0].need("in"), found[0].need("name")
    if where.data != "header":
        raise where.problem('must be "header"; other places for the key are not supported')
    if not _HEADER.fullmatch(name.text()):
        raise name.problem(f'is "{name.text()}", which is no name of a header; correct it')
    _check_security(root)
    return name.text()


def _media_type(places: Iterable[Place]) -> str:
    found: Set[str] = set()
    for place in places:
        for entry in place.follow().each("content"):
            found.add(entry.key)
            if len(found) > 1:
                text = "is a second media type; requests, and answers, must all have the same"
                raise entry.problem(text)
    return found.pop() if found else "application/json"

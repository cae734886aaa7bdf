"""Servers, key and media types of the document: what every request has in common; for spec.py."""

from __future__ import annotations

from typing import Callable, List, Set, Tuple

from addresses import check_header, check_security, read_server
from document import Document, Place
from model import Service
from places import operations
from problem import Problem


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
            raise Problem(
                url.pointer,
                f'has another path than the first server, "{paths[0]}"; all must have the same',
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
        raise Problem(schemes.pointer, "must have exactly one scheme, an apiKey")
    scheme = document.follow(headers[0])
    if scheme.need("in").data != "header":
        raise Problem(
            scheme.need("in").pointer,
            'must be "header"; other places for the key are not supported',
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
        content = document.follow(place).get("content")
        for entry in content.members() if content else ():
            found.add(entry.key)
            if len(found) > 1:
                raise Problem(
                    entry.pointer,
                    "is a second media type; requests, and answers, must all have the same",
                )
    return found.pop() if found else "application/json"

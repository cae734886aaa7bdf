"""What may stand in a server's address, a path, a query and a header; for service.py and
operations.py.

What is refused here would fail at every call, or reach another place than the spec says.
"""

from __future__ import annotations

import re
from typing import List, Set
from urllib.parse import SplitResult, urlsplit

from document import Document, Place
from problem import Problem, child

_PLAIN_NAME = re.compile(r"[A-Za-z0-9._~\-]+")  # RFC 3986: needs no encoding
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~\-]+")  # RFC 9110, 5.6.2: a token
_TEMPLATE = re.compile(r"\{([^{}]*)\}")


def read_server(url: Place) -> SplitResult:
    """Return the parts of a server's address."""
    text = url.text()
    if re.search(r"\s", text):
        raise Problem(url.pointer, f'is "{text}", which has a blank in it; take it out')
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    if "@" in parts.netloc:
        raise Problem(url.pointer, "has a user or a password in it; the key goes into a header")
    if port == 0 and text.startswith("https:"):
        raise Problem(url.pointer, f'is "{text}", which has a port that cannot be; correct it')
    if parts.scheme != "https" or not parts.hostname or re.search("[?#{]", text):
        raise Problem(url.pointer, "must be a whole https address without variables")
    return parts


def check_path(path: Place, parameters: Set[str]) -> None:
    """Refuse a path that is none, and one whose parts and parameters do not fit each other."""
    text = path.key
    odd = re.search(r"[?#\s\\]|[^\x21-\x7e]", text)
    if odd or not text.startswith("/"):
        what = f'has a "{odd[0]}" in it; take it out' if odd else "must begin with /"
        raise Problem(path.pointer, f'is "{text}", which {what}')
    named: List[str] = _TEMPLATE.findall(text)
    for name in named:
        if name not in parameters:
            raise Problem(path.pointer, f'has "{{{name}}}", but no path parameter "{name}"; add it')
    for name in sorted(parameters - set(named)):
        raise Problem(path.pointer, f'has no "{{{name}}}" for its path parameter "{name}"; add it')


def check_query_name(name: Place) -> None:
    """Refuse the name of a parameter that would have to be encoded."""
    if not _PLAIN_NAME.fullmatch(name.text()):
        text = f'is "{name.text()}"; letters, digits and . _ ~ - alone need no encoding'
        raise Problem(name.pointer, text)


def check_header(name: Place) -> None:
    """Refuse what is no name of a header."""
    if not _HEADER.fullmatch(name.text()):
        raise Problem(name.pointer, f'is "{name.text()}", which is no name of a header; correct it')


def check_security(document: Document, owner: Place) -> None:
    """Refuse a security requirement whose scheme is not under components."""
    schemes = document.at("components", "securitySchemes")
    known = schemes.object() if schemes else {}
    security = owner.get("security")
    for requirement in security.items() if security else ():
        for scheme in requirement.members():
            if scheme.key not in known:
                pointer = child(requirement.pointer, scheme.key)
                raise Problem(pointer, f'is "{scheme.key}", which is no security scheme here')

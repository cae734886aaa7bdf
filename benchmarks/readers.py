"""Lists of callers into models, by each contestant; bulk times them, once counts them."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List, cast

from benchmarks.documents import Resource

Reader = Callable[[List[Resource]], object]
BodyReader = Callable[[bytes], object]


def virtualq() -> Reader:
    """Return how a list is read by wire, once it has been checked."""
    from virtualq._api.tables import TABLES

    read = TABLES["CallerResult"].read
    return lambda resources: [read(resource) for resource in resources]


def pydantic() -> Reader:
    """Return how pydantic reads a list."""
    from benchmarks.pydantic_models import make_reader

    return make_reader()


def cattrs() -> Reader:
    """Return how cattrs reads a list with classes of one's own."""
    from benchmarks.cattrs_models import make_reader

    return make_reader()


def generated() -> Reader:
    """Return how a list is read by the client that openapi-python-client made."""
    from generated_client.models.caller_resource import (  # type: ignore[import-not-found]
        CallerResource,
    )

    read = cast("Callable[[Resource], object]", CallerResource.from_dict)
    return lambda resources: [read(resource) for resource in resources]


READERS: Dict[str, Callable[[], Reader]] = {
    "pydantic": pydantic,
    "virtualq": virtualq,
    "cattrs": cattrs,
    "generated": generated,
}


def body_reader(name: str) -> BodyReader:
    """Return how a contestant gets from the bytes of an answer to models."""
    if name == "pydantic":
        from benchmarks.pydantic_models import read_json

        return read_json
    read = READERS[name]()

    def parse(body: bytes) -> object:
        document: Dict[str, Any] = json.loads(body)
        return read(document["data"])

    return parse

"""The spec and the Session offer the same: what one of them lacks is told as a line to add."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, Dict, List

import pytest

from virtualq import Session
from virtualq._api import fields
from virtualq._api.kinds import KINDS
from virtualq._api.operations import OPERATIONS

from .generator import KINDS as GENERATED_KINDS
from .generator import REAL_SPEC, at, generate, real_spec, save

pytestmark = pytest.mark.once

APART = {"self", "deadline"}


def missing_keywords(operations: Any, session: Any) -> List[str]:
    """Return a line for each keyword or function that the Session must get."""
    lines = []
    for name, operation in operations.items():
        function = getattr(session, name, None)
        if function is None:
            lines.append(f"virtualq/session.py: add the function {name}(...) to Session")
            continue
        offered = set(inspect.signature(function).parameters)
        for item in operation.keywords:
            if item.name not in offered:
                kind = KINDS[item.kind].annotation.format(of=item.of)
                line = (
                    f"{item.name}: {kind}"
                    if item.required
                    else f"{item.name}: Optional[{kind}] = None"
                )
                lines.append(f'virtualq/session.py: add "{line}," to {name}')
    return lines


def superfluous_keywords(operations: Any, session: Any) -> List[str]:
    """Return a line for each keyword that the spec knows nothing of."""
    lines = []
    for name, operation in operations.items():
        offered = set(inspect.signature(getattr(session, name)).parameters) - APART
        for keyword in sorted(offered - {item.name for item in operation.keywords}):
            where = "openapi/virtualq.yaml: add an attribute with the Python name"
            lines.append(f'{where} "{keyword}" for {name}')
    return lines


def unoffered(path: Path) -> List[str]:
    """Return a line for each operation and attribute of a spec that no function sends."""
    lines = []
    for request in generate.load(path).requests:
        where = f"openapi/virtualq.yaml{request.pointer}/x-functions"
        if not request.functions:
            lines.append(f"{where}: add a function, or take the operation out")
        sent = {
            sending.argument.pointer for function in request.functions for sending in function.sends
        }
        for argument in request.arguments:
            if request.functions and argument.pointer not in sent:
                lines.append(f'{where}: add "{argument.wire}" to the "send" of a function')
    return lines


def test_session_offers_what_the_spec_has() -> None:
    """A function for each operation, a keyword for each attribute."""
    assert missing_keywords(OPERATIONS, Session) == []


def test_every_kind_of_the_generator_is_known() -> None:
    """A kind that the table lacked would fail at the first call, command or question of its own."""
    assert set(KINDS) == {*GENERATED_KINDS, "resources"}
    assert all(vars(fields)[kind.reader] for kind in KINDS.values())


def test_spec_has_what_the_session_offers() -> None:
    """No keyword is accepted and then forgotten."""
    assert superfluous_keywords(OPERATIONS, Session) == []


def test_required_is_required_and_optional_is_optional() -> None:
    """A keyword that the operation needs has no default, the others are None.

    One that is not there at all the first test tells.
    """
    for name, operation in OPERATIONS.items():
        parameters = inspect.signature(getattr(Session, name)).parameters
        for item in operation.keywords:
            default = inspect.Parameter.empty if item.required else None
            offered = parameters.get(item.name or "")
            assert offered is None or offered.default is default, f"{name}: {item.name}"


def test_every_operation_and_attribute_of_the_spec_is_sent_by_a_function() -> None:
    """What the spec has beyond the functions would never be used."""
    assert unoffered(REAL_SPEC) == []


def test_guard_tells_the_line_to_add(tmp_path: Path) -> None:
    """A new attribute without a keyword, a new function, a new operation: each has its line."""
    document = real_spec()
    post = "/paths/~1waiters/post"
    body = "/requestBody/content/application~1vnd.api+json; charset=utf-8/schema"
    sent = at(document, post + body + "/properties/data/properties/attributes/properties")
    sent["colour"] = {"type": "boolean"}
    waiter = at(document, "/paths/~1waiters~1{id}")
    done: Dict[str, Any] = {"responses": {"204": {"$ref": "#/components/responses/Done"}}}
    waiter["patch"] = done
    waiter["post"] = {**done, "x-functions": {"find_by_id": {"not-found": "none"}}}
    get = at(document, "/paths/~1waiters/get")
    get["parameters"].append({"name": "order", "in": "query", "schema": {"type": "string"}})
    path = save(tmp_path, document)
    spec: Dict[str, Any] = {}
    exec(generate.render(generate.load(path), path)["_api/operations.py"], spec)
    assert missing_keywords(spec["OPERATIONS"], Session) == [
        "virtualq/session.py: add the function find_by_id(...) to Session",
        'virtualq/session.py: add "colour: Optional[bool] = None," to line_up_caller',
    ]
    assert unoffered(path) == [
        "openapi/virtualq.yaml#/paths/~1waiters/get/x-functions: "
        'add "order" to the "send" of a function',
        "openapi/virtualq.yaml#/paths/~1waiters~1{id}/patch/x-functions: "
        "add a function, or take the operation out",
    ]

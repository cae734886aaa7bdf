"""The functions that the sandbox serves: all of the spec; for reading, recognise and faults."""

from __future__ import annotations

from typing import Mapping

from virtualq._api.operation import Item, Operation
from virtualq._api.operations import OPERATIONS


def _item(name: str, wire: str, kind: str, place: str = "body") -> Item:
    return Item(name, wire, place, kind, place == "path", False)


def _operation(name: str, method: str, path: str, *items: Item, body: str = "") -> Operation:
    return Operation(name, method, path, items, body or None, "one", False)


_FIGURES = (
    _item("service_agents_count", "service_agents_count", "integer"),
    _item("service_agents_idle_count", "service_idle_agents_count", "integer"),
    _item("service_average_talk_time", "service_average_talk_time", "integer"),
    _item("service_ewt", "service_ewt", "integer"),
    _item("service_open", "service_open", "boolean"),
    _item("service_callers_count", "service_waiters_count", "integer"),
    _item("service_calls_per_hour", "service_calls_per_hour", "integer"),
    _item("service_agent_list", "service_agent_list", "texts"),
)
_ID = _item("id", "id", "integer", "path")
_CENTER = _item("call_center_id", "call_center_id", "integer", "query")
_OTHERS = (
    _operation(
        "is_virtualq_active",
        "GET",
        "/lines/{id}",
        _ID,
        Item(None, "check_active", "query", "boolean", False, False, "true"),
    ),
    _operation(
        "new_call_offered",
        "POST",
        "/lines/{id}/log_call_offered",
        _ID,
        _item("line_id", "line_id", "integer"),
        body="lines",
    ),
    _operation(
        "list_lines",
        "GET",
        "/lines",
        _CENTER,
        _item("line_group_id", "line_group_id", "integer", "query"),
        _item("query", "q", "text", "query"),
    ),
    _operation("list_line_groups", "GET", "/line_groups", _CENTER),
    _operation("update_line_group", "PUT", "/line_groups/{id}", _ID, *_FIGURES, body="line_groups"),
    _operation("update_line_group_collection", "PUT", "/line_groups/updated", body="line_groups"),
    _operation("list_call_centers", "GET", "/call_centers"),
    _operation("get_call_center", "GET", "/call_centers/{id}", _ID),
    _operation(
        "update_call_center",
        "PUT",
        "/call_centers/{id}",
        _ID,
        _item("connector_version", "connector_version", "text"),
        _item("connector_last_restart_time", "connector_last_restart_at", "time"),
        _item("connector_connection_status", "connector_connection_status", "text"),
        body="call_centers",
    ),
)
FUNCTIONS: Mapping[str, Operation] = {**{op.name: op for op in _OTHERS}, **OPERATIONS}
"""By name. Those that the spec does not have yet are written after the vendor's requests."""

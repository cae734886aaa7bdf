"""A caller in attrs classes read by cattrs as its documentation says: renamed fields, own hooks.

The same fields as CallerResult. Unlike ours it does not check texts and integers, it converts them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Dict, List, Optional, Type, Union

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override

from virtualq._api.fields import read_time
from virtualq.models import Channel, Source, VirtualQCallerState


@attrs.define(frozen=True, kw_only=True)
class Line:
    """The line a caller is in."""

    id: Optional[int] = None
    name: Optional[str] = None


@attrs.define(frozen=True, kw_only=True)
class Attributes:
    """What the service says of a caller."""

    action_vcc: Optional[str] = None
    channel: Union[Channel, str, None] = None
    connected_at: Optional[datetime] = None
    created_at: Optional[datetime] = None
    estimated_up_time_at: Optional[datetime] = None
    ewt: Optional[int] = None
    line: Optional[Line] = None
    message: Optional[str] = None
    notified_at: Optional[datetime] = None
    phone: Optional[str] = None
    properties: Optional[Dict[str, Any]] = None
    skills: Optional[List[str]] = None
    source: Union[Source, str, None] = None
    token: Optional[str] = None
    updated_at: Optional[datetime] = None
    virtualq_waiter_state: Union[VirtualQCallerState, str, None] = None
    wait_time: Optional[int] = None
    waiting_time_in_seconds: Optional[int] = None


@attrs.define(frozen=True, kw_only=True)
class Caller:
    """A JSON:API resource."""

    id: Optional[int] = None
    type: str
    attributes: Attributes


def make_reader() -> Callable[[List[Any]], List[Caller]]:
    """Return what makes classes of parsed JSON."""
    converter = Converter()
    converter.register_structure_hook(datetime, lambda value, _: read_time(value))
    for kind in (Channel, Source, VirtualQCallerState):
        union: Any = Union[kind, str, None]
        converter.register_structure_hook(union, _open(kind))
    names: Dict[str, Any] = {
        field.name: override(rename=field.name.replace("_", "-"))
        for field in attrs.fields(attrs.resolve_types(Attributes))
    }
    converter.register_structure_hook(
        Attributes, make_dict_structure_fn(Attributes, converter, **names)
    )
    return lambda resources: converter.structure(resources, List[Caller])


def _open(kind: Type[Any]) -> Callable[[Any, Any], Any]:
    choices = {member.value: member for member in kind}
    return lambda value, _: choices.get(value, value)

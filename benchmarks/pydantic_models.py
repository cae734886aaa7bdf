"""A caller in pydantic: the same fields, types and leniency towards unknown names as CallerResult.

Faithful where it costs pydantic least: integers and texts are strict as ours are, an enum that does
not know a value leaves the string, an unknown attribute is kept, the models are frozen. Two things
are left out in its favour: the line's fields stay in a model of their own, and a field that does
not fit costs the whole list, where ours costs the field.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Dict, List, Optional, Union

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, TypeAdapter
from typing_extensions import Annotated

from virtualq.models import Channel, Source, VirtualQCallerState

# Left to right: pydantic's default tries every member of a union for the best fit.
OpenChannel = Annotated[Union[Channel, str], Field(union_mode="left_to_right")]
OpenSource = Annotated[Union[Source, str], Field(union_mode="left_to_right")]
OpenState = Annotated[Union[VirtualQCallerState, str], Field(union_mode="left_to_right")]


class Line(BaseModel):
    """The line a caller is in."""

    model_config = ConfigDict(frozen=True)

    id: Optional[StrictInt] = None
    name: Optional[StrictStr] = None


class Attributes(BaseModel):
    """What the service says of a caller."""

    model_config = ConfigDict(
        frozen=True, extra="allow", alias_generator=lambda name: name.replace("_", "-")
    )

    action_vcc: Optional[StrictStr] = None
    channel: Optional[OpenChannel] = None
    connected_at: Optional[datetime] = None
    created_at: Optional[datetime] = None
    estimated_up_time_at: Optional[datetime] = None
    ewt: Optional[StrictInt] = None
    line: Optional[Line] = None
    message: Optional[StrictStr] = None
    notified_at: Optional[datetime] = None
    phone: Optional[StrictStr] = None
    properties: Optional[Dict[str, Any]] = None
    skills: Optional[List[StrictStr]] = None
    source: Optional[OpenSource] = None
    token: Optional[StrictStr] = None
    updated_at: Optional[datetime] = None
    virtualq_waiter_state: Optional[OpenState] = None
    wait_time: Optional[StrictInt] = None
    waiting_time_in_seconds: Optional[StrictInt] = None


class Caller(BaseModel):
    """A JSON:API resource."""

    model_config = ConfigDict(frozen=True)

    id: Optional[int] = None
    type: str
    attributes: Attributes


class Document(BaseModel):
    """A JSON:API document with a list of callers."""

    data: List[Caller]


def make_reader() -> Callable[[List[Any]], List[Caller]]:
    """Return what makes models of parsed JSON."""
    return TypeAdapter(List[Caller]).validate_python


def read_json(body: bytes) -> List[Caller]:
    """Return the models of a body; pydantic parses the JSON itself."""
    return Document.model_validate_json(body).data

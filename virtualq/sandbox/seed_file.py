"""Reads a file of call centers, groups, lines and callers, YAML or JSON, for `--seed`; gives seeds.

call_centers:
  - id: 24
    name: Demo Berlin
    line_groups:
      - id: 7
        name: Front office
        agents: 2
        lines:
          - {id: 3042, name: Sales, talk_time: 240}
callers:
  - {line_id: 3042, phone: "+17343305027", channel: CallIn, source: Phone, state: Waiting}
"""

from __future__ import annotations

import json
from typing import (
    Any,
    Callable,
    Container,
    Dict,
    Iterable,
    List,
    Tuple,
    Type,
    TypeVar,
    cast,
)

from attrs import NOTHING, fields, fields_dict

from virtualq._api.fields import Misfit, read_list, read_object
from virtualq._api.kinds import KINDS
from virtualq._api.operations import OPERATIONS
from virtualq.errors import ConfigurationError
from virtualq.models import VirtualQCallerState
from virtualq.sandbox.seeds import CallCenter, Line, LineGroup, Seed

Members = Dict[str, object]
_LARGEST_FILE = 16 * 1024 * 1024
_LINE_UP = {item.name or item.wire: item for item in OPERATIONS["line_up_caller"].items}
_CALLER = (*_LINE_UP, "state")
T = TypeVar("T", CallCenter, LineGroup, Line)


class _Wrong(Exception):
    """What is wrong, at a place such as `callers[2].phone`."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place or 'the file'} {what}")


def read_seed(path: str) -> Seed:
    """Return what a file holds; ConfigurationError, in one line with the place, for a bad one."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(_LARGEST_FILE)
        return _seed(_parse(text))
    except OSError as error:
        fault = str(error.strerror)
    except UnicodeDecodeError:
        fault = "it is not text in UTF-8"
    except _Wrong as wrong:
        fault = str(wrong)
    raise ConfigurationError(f"seed file {path}: {fault}")


def _parse(text: str) -> object:
    try:
        return cast(object, json.loads(text))
    except RecursionError:
        raise _Wrong("", "is nested too deep") from None
    except json.JSONDecodeError as error:
        if text.lstrip()[:1] in ("{", "["):
            at = f"line {error.lineno}, column {error.colno}"
            raise _Wrong(at, f"is not JSON: {error.msg}") from None
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError
    except ModuleNotFoundError:
        raise _Wrong("", 'is YAML: pip install "virtualq[sandbox]", or write JSON') from None
    try:
        reader: Any = YAML(typ="safe", pure=True)
        return cast(object, reader.load(text))
    except MarkedYAMLError as error:
        told: Any = error
        mark = told.problem_mark or told.context_mark
        at = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise _Wrong(at, f"is not YAML: {told.problem}".partition("\n")[0]) from None


def _seed(content: object) -> Seed:
    top = _members(content, "", ("call_centers", "callers"))
    centers: List[CallCenter] = []
    groups: List[LineGroup] = []
    lines: List[Line] = []
    for place, center in _each(top, "", "call_centers"):
        members = _members(center, place, (*_names(CallCenter), "line_groups"))
        centers.append(_make(CallCenter, members, place))
        for within, group in _each(members, place, "line_groups"):
            parts = _members(group, within, (*_names(LineGroup), "lines"))
            groups.append(_make(LineGroup, parts, within, call_center_id=centers[-1].id))
            for inside, line in _each(parts, within, "lines"):
                values = _members(line, inside, _names(Line))
                lines.append(_make(Line, values, inside, line_group_id=groups[-1].id))
    for kind, ids in (
        ("call center", [center.id for center in centers]),
        ("line group", [group.id for group in groups]),
        ("line", [line.id for line in lines]),
    ):
        _check_ids(kind, ids)
    known = {line.id for line in lines}
    callers = [_caller(caller, place, known) for place, caller in _each(top, "", "callers")]
    return Seed(
        call_centers=tuple(centers),
        line_groups=tuple(groups),
        lines=tuple(lines),
        callers=tuple(callers),
    )


_READERS = {kind.annotation: kind.read for kind in KINDS.values()}
# Fields that a seed file does not give: what happens later, and ids that follow from nesting.
_APART = {"told", "told_at", "offered", "asked", "last_up", "call_center_id", "line_group_id"}


def _names(kind: Type[T]) -> Tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in _APART)


def _make(kind: Type[T], members: Members, place: str, **given: int) -> T:
    """Make a call center, a group or a line of its members in the file."""
    values: Dict[str, Any] = dict(given)
    for name in _names(kind):
        field = fields_dict(kind)[name]
        if name in members:
            values[name] = _read(_READERS[str(field.type)], members[name], f"{place}.{name}")
        elif field.default is NOTHING:
            raise _Wrong(place, f"has no {name}")
    try:
        return kind(**values)
    except ValueError as error:
        raise _Wrong(place, f"is wrong: {error}") from None


def _caller(content: object, place: str, lines: Container[object]) -> Members:
    """Return a line-up by the Session's parameter names, with a state if one is given."""
    members: Members = {"channel": "CallIn", "source": "Phone"}
    members.update(_members(content, place, _CALLER))
    for name, value in members.items():
        if name == "state":
            if value not in [state.value for state in VirtualQCallerState]:
                raise _Wrong(f"{place}.state", "is no state of a caller")
            continue
        members[name] = _read(KINDS[_LINE_UP[name].kind].read, value, f"{place}.{name}")
    missing = [name for name in ("line_id", "phone") if name not in members]
    if missing:
        raise _Wrong(place, f"has no {missing[0]}")
    if members["line_id"] not in lines:
        raise _Wrong(f"{place}.line_id", "is no line of the file")
    return members


def _members(content: object, place: str, names: Iterable[str]) -> Members:
    """Return the members of an object; one that is not known is most often a slip."""
    members = cast(Members, _read(read_object, content, place))
    for name in members:
        if name not in names:
            raise _Wrong(f"{place}.{name}" if place else str(name), "is not known")
    return dict(members)


def _each(members: Members, place: str, name: str) -> List[Tuple[str, object]]:
    at = f"{place}.{name}" if place else name
    listed = cast("List[object]", _read(read_list, members.get(name, []), at))
    return [(f"{at}[{number}]", part) for number, part in enumerate(listed)]


def _read(reader: Callable[[object], object], value: object, place: str) -> object:
    try:
        return reader(value)
    except Misfit as misfit:
        raise _Wrong(place, f"is {misfit}") from None


def _check_ids(kind: str, ids: List[int]) -> None:
    twice = [number for number in ids if ids.count(number) > 1]
    if twice:
        raise _Wrong(f"{kind} {twice[0]}", "is there twice")

"""The generated models: how they behave, and that what is written is read back as an equal."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any, Dict, List, Set, Type

import attrs
import pytest
from cattrs import Converter
from hypothesis import given, settings
from hypothesis import strategies as st

from virtualq import CallerResult, Channel, ServiceState, Source, VirtualQCallerState, models
from virtualq._api.converter import make_converter

from ..calls import PHONE, caller
from ..shares import share_of

ENUMS: List[Type[Enum]] = [Channel, ServiceState, Source, VirtualQCallerState]
CLASSES = [getattr(models, name) for name in models.__all__ if attrs.has(getattr(models, name))]
ANSWERS = [kind for kind in CLASSES if "extra" in attrs.fields_dict(kind)]


def _wires(kind: Type[Any]) -> Dict[str, str]:
    """Return the names on the wire by those of the fields."""
    return {f.name: f.metadata["wire"] for f in attrs.fields(kind) if f.name != "extra"}


def _taken(kind: Type[Any]) -> Set[str]:
    """Return the names that an attribute of an answer may have to be read into a field."""
    known = {wire.partition(".")[0] for wire in _wires(kind).values()}
    return known | {wire.replace("-", "_") for wire in known}


_int64 = st.integers(-(2**63), 2**63 - 1)
_moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(timezone.utc))
_json = st.recursive(
    st.none()
    | st.booleans()
    | _int64
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
_objects = st.dictionaries(st.text(), _json, max_size=4)


def _open(enum: Type[Enum]) -> Any:
    known = {member.value for member in enum}
    return st.sampled_from(enum) | st.text().filter(lambda text: text not in known)


BY_NAME = {
    "channel": _open(Channel),
    "source": _open(Source),
    "virtualq_caller_state": _open(VirtualQCallerState),
    "skills": st.lists(st.text(), max_size=4),
    "properties": _objects,
}


def _values(kind: Type[Any], field: attrs.Attribute[Any]) -> Any:
    if field.name == "extra":
        names = st.text().filter(lambda name: name not in _taken(kind))
        return st.dictionaries(names, _json, max_size=3)
    if field.name in BY_NAME:
        return st.none() | BY_NAME[field.name]
    by_type = {
        "datetime": _moments,
        "bool": st.booleans(),
        "float": st.floats(allow_nan=False, allow_infinity=False),
        "int": _int64,
        "str": st.text(),
    }
    return st.none() | next(v for name, v in by_type.items() if name in str(field.type))


def _records(kind: Type[Any]) -> Any:
    fields = {field.name: _values(kind, field) for field in attrs.fields(kind)}
    return st.fixed_dictionaries(fields).map(lambda values: kind(**values))


@pytest.fixture(scope="module")
def converter() -> Converter:
    """The converter that users get too."""
    return make_converter()


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.__name__)
@settings(max_examples=share_of(150))
@given(data=st.data())
def test_what_is_written_is_read_back_as_an_equal(
    kind: Type[Any], converter: Converter, data: st.DataObject
) -> None:
    """Through JSON text and back: every field, the unknown ones too, on every Python."""
    value = data.draw(_records(kind))
    text = json.dumps(converter.unstructure(value), allow_nan=False)
    again = converter.structure(json.loads(text), kind)
    assert again == value
    assert [type(getattr(again, name)) for name in _wires(kind)] == [
        type(getattr(value, name)) for name in _wires(kind)
    ]


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.__name__)
@settings(max_examples=share_of(50))
@given(data=st.data())
def test_model_survives_pickle_and_copy(kind: Type[Any], data: st.DataObject) -> None:
    """Records may be cached, handed to other processes, and be members of a set."""
    value = data.draw(_records(kind))
    for other in (
        pickle.loads(pickle.dumps(value)),
        copy.copy(value),
        copy.deepcopy(value),
        attrs.evolve(value),
    ):
        assert other == value
        assert other is not value
        assert {other, value} == {value}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_pickle_of_an_older_version_loads(kind: Type[Any]) -> None:
    """One that lacks a field of today, and has one that is gone."""
    whole = kind(id=5)
    state = {"id": 5, "gone": 1}
    old = object.__new__(kind)
    old.__setstate__(state)
    assert old == whole


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.__name__)
@settings(max_examples=share_of(100))
@given(data=st.data(), identifier=_json)
def test_nothing_an_answer_may_hold_is_lost(
    kind: Type[Any], converter: Converter, data: st.DataObject, identifier: object
) -> None:
    """Whatever JSON the attributes are: each value is in its field or in `extra`.

    And what was read is written so that the same is read again.
    """
    taken = _taken(kind)
    names = st.sampled_from(sorted(taken)) | st.text()
    attributes = data.draw(st.dictionaries(names, _json, max_size=8))
    resource = {"id": identifier, "attributes": copy.deepcopy(attributes)}
    found = converter.structure(resource, kind)
    again = converter.structure(converter.unstructure(found), kind)
    # An object that is kept whole is written with its ids as numbers.
    assert attrs.evolve(again, extra={}) == attrs.evolve(found, extra={})
    assert set(again.extra) == set(found.extra)
    if found.id is None and identifier is not None:
        assert found.extra["id"] in (identifier, attributes.get("id"))
    wires = _wires(kind)
    fields = {wires[name].partition(".")[0] for name in wires if getattr(found, name) is not None}
    for name, value in attributes.items():
        kebab = name.replace("_", "-") if name in taken else name
        lifted = any(wire.startswith(f"{kebab}.") for wire in wires.values())
        empty = value is None or (lifted and isinstance(value, dict) and not any(value.values()))
        assert empty or kebab in fields or name in found.extra or kebab in found.extra
    assert resource["attributes"] == attributes


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_enum_survives_as_itself(enum: Type[Enum]) -> None:
    """Pickle, copy and JSON keep a member; JSON writes its value."""
    for member in enum:
        assert pickle.loads(pickle.dumps(member)) is member
        assert copy.deepcopy(member) is member
        assert json.loads(json.dumps(member)) == member.value
        assert enum(member.value) is member


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_model_is_frozen_slotted_and_keyword_only(kind: Type[Any]) -> None:
    """It cannot be changed, and has no room for typing mistakes."""
    value = kind()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        value.id = 1
    with pytest.raises((AttributeError, attrs.exceptions.FrozenInstanceError)):
        value.anything = 1
    with pytest.raises(TypeError):
        kind(1)
    with pytest.raises(TypeError):
        kind(anything=1)
    assert not hasattr(value, "__dict__")
    if kind in ANSWERS:
        assert kind().extra is not kind().extra


def test_repr_of_a_caller_is_free_of_what_is_personal() -> None:
    """Phone, token, properties and unknown attributes stay out of it; id and state are in."""
    secret = CallerResult(
        id=5,
        phone=PHONE,
        token="t0ken",
        properties={"name": "Jane"},
        extra={"x": "y1"},
        line_name="Sales",
    )
    assert not any(each in repr(secret) for each in (PHONE, "t0ken", "Jane", "y1"))
    assert "id=5" in repr(secret)
    assert "Sales" in repr(secret)


def test_written_form_is_that_of_the_wire(converter: Converter) -> None:
    """Dashes, the line as an object, times ending in Z, None left out, unknown ones merged in."""
    moment = datetime(2021, 3, 4, 7, 6, 7, tzinfo=timezone(timedelta(hours=2)))
    value = CallerResult(
        id=9911,
        line_id=3042,
        line_name="Sales",
        channel=Channel.CALL_IN,
        created_at=moment,
        extra={"brand-new": None},
    )
    attributes = {
        "line": {"id": 3042, "name": "Sales"},
        "channel": "CallIn",
        "created-at": "2021-03-04T05:06:07Z",
        "brand-new": None,
    }
    assert converter.unstructure(value) == {
        "id": "9911",
        "type": "waiters",
        "attributes": attributes,
    }
    assert json.loads(json.dumps(converter.unstructure(value))) == converter.unstructure(value)


@pytest.mark.parametrize(
    "value", [None, 5, "x", [], {}, {"attributes": None}, {"attributes": []}, {"id": "1"}]
)
def test_no_resource_is_no_caller(value: object, converter: Converter) -> None:
    """An error and not a caller of all None, and it does not quote what came."""
    with pytest.raises(ValueError, match="object") as caught:
        converter.structure(value, CallerResult)
    assert PHONE not in str(caught.value)


def test_converter_reads_lists_too(converter: Converter) -> None:
    """As any cattrs converter does."""
    found = converter.structure([caller("1"), caller("2")], List[CallerResult])
    assert [each.id for each in found] == [1, 2]


def test_converters_are_independent(converter: Converter) -> None:
    """A hook that a user adds to one changes no other, and not the Session."""
    other = make_converter()
    other.register_unstructure_hook(CallerResult, lambda value: "mine")
    assert other.unstructure(CallerResult(id=1)) == "mine"
    assert converter.unstructure(CallerResult(id=1)) == {
        "id": "1",
        "type": "waiters",
        "attributes": {},
    }

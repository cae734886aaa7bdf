"""What a function is given is checked before anything is sent; the error names the parameter."""

from __future__ import annotations

import inspect
import re
from collections import OrderedDict
from enum import Enum, IntEnum
from typing import Any, Callable, Dict, List, Optional, Tuple

import pytest
import responses
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from virtualq import InvalidParameterError, Session, VirtualQError

from ..calls import BASE, FUNCTIONS, KEY, LINE, NAMES, OTHER_PHONE, PHONE, WITH_PHONE
from ..odd_values import (
    BAD_SECONDS,
    BAD_TEXT,
    BLANK,
    NO_INTEGER,
    NO_SKILLS,
    BrokenIterable,
    Hostile,
    IntLike,
)
from ..shares import share_of

Calls = Callable[..., Any]


class _Colour(str, Enum):
    RED = "red"


class _Number(IntEnum):
    ONE = 1


def _refused(calls: Calls, name: str, parameter: str, value: object) -> InvalidParameterError:
    with pytest.raises(InvalidParameterError) as caught:
        calls(name, **{**FUNCTIONS[name].given, parameter: value})
    error = caught.value
    assert error.parameter.partition("[")[0] == parameter
    assert parameter in str(error)
    assert isinstance(error, ValueError)
    assert (error.operation, error.attempts, error.maybe_applied) == (name, 0, False)
    assert (error.__cause__, error.__context__) == (None, None)
    assert len(str(error)) < 400
    assert str(error).isprintable()
    return error


# Each parameter of each function that takes a number, a text, or several.
KINDS: Dict[str, Dict[str, Tuple[str, ...]]] = {
    "int": {
        **dict.fromkeys(WITH_PHONE, ("line_id",)),
        "notify_caller_transferred": ("line_id", "wait_time_when_up"),
        "update_caller_information": ("line_id", "ewt", "wait_time_when_up", "talk_time"),
        "list_callers_waiting": ("call_center_id", "line_id"),
        "show_caller": ("caller_id",),
        "cancel_caller": ("caller_id",),
    },
    "text": {
        **dict.fromkeys(WITH_PHONE, ("phone",)),
        "line_up_caller": ("phone", "channel", "source", "language", "service_phone_to_call"),
        "notify_caller_transferred": ("phone", "agent_id"),
        "update_caller_information": ("phone", "service_state", "agent_id"),
    },
    "several": {"line_up_caller": ("skills",), "update_caller_information": ("skills",)},
    "mapping": {"line_up_caller": ("properties",), "update_caller_information": ("properties",)},
    "bool": {"line_up_caller": ("appointment",), "list_callers_waiting": ("updated",)},
}
EVERY = [
    (kind, name, parameter)
    for kind, functions in KINDS.items()
    for name, parameters in functions.items()
    for parameter in parameters
]
OPTIONAL = {
    "ewt",
    "wait_time_when_up",
    "talk_time",
    "language",
    "service_phone_to_call",
    "agent_id",
    "service_state",
    "skills",
    "properties",
    "appointment",
    "updated",
}
REQUIRED = [
    (name, parameter)
    for _, name, parameter in EVERY
    if parameter not in OPTIONAL and (name, parameter) != ("list_callers_waiting", "line_id")
]


def test_table_has_every_parameter() -> None:
    """A parameter that comes later is checked here too, or this fails."""
    for name in NAMES:
        takes = set(inspect.signature(getattr(Session, name)).parameters) - {"self", "deadline"}
        if name == "line_up_caller":
            takes.discard("appointment_time")  # in no answer either: see test_beyond
        assert takes == {parameter for _, each, parameter in EVERY if each == name}, name


@pytest.mark.parametrize(("kind", "name", "parameter"), EVERY)
def test_parameter_of_the_wrong_kind_is_refused(
    kind: str, name: str, parameter: str, nothing_sent: Calls
) -> None:
    """Each parameter of each function is checked; what its kind takes is told below."""
    wrong = {"int": "3042", "text": 5, "several": "Skill1", "mapping": [1], "bool": 1}
    _refused(nothing_sent, name, parameter, wrong[kind])


@pytest.mark.parametrize("value", NO_INTEGER[1:], ids=lambda value: type(value).__name__)
def test_ids_and_times_are_ints(value: object, nothing_sent: Calls) -> None:
    """No bool, no text, no float, nothing that only can be made one, and within 64 bits."""
    _refused(nothing_sent, "get_caller", "line_id", value)


@pytest.mark.parametrize(("name", "parameter"), REQUIRED)
def test_required_parameter_cannot_be_none(name: str, parameter: str, nothing_sent: Calls) -> None:
    """None leaves an optional parameter out; these are not optional."""
    _refused(nothing_sent, name, parameter, None)


@pytest.mark.parametrize("value", BLANK, ids=ascii)
@pytest.mark.parametrize("parameter", ["phone", "channel", "source"])
def test_phone_channel_and_source_are_not_blank(
    parameter: str, value: object, nothing_sent: Calls
) -> None:
    """A blank phone would ask about nobody."""
    _refused(nothing_sent, "line_up_caller", parameter, value)


@pytest.mark.parametrize("name", WITH_PHONE)
def test_no_function_takes_a_blank_phone(name: str, nothing_sent: Calls) -> None:
    """In a query as in a body."""
    _refused(nothing_sent, name, "phone", " ")


@pytest.mark.parametrize(
    "value",
    BAD_TEXT,
    ids=lambda value: ascii(value) if isinstance(value, str) else type(value).__name__,
)
def test_texts_are_str_without_control_characters(value: object, nothing_sent: Calls) -> None:
    """No bytes, no numbers, no line break that could be a second command, no lone surrogate."""
    _refused(nothing_sent, "get_caller", "phone", value)
    _refused(nothing_sent, "line_up_caller", "language", value)


@pytest.mark.parametrize("value", NO_SKILLS, ids=lambda value: type(value).__name__)
def test_skills_are_several_texts(value: object, nothing_sent: Calls) -> None:
    """A single str would be sent letter by letter."""
    _refused(nothing_sent, "line_up_caller", "skills", value)


@pytest.mark.parametrize(
    "value", [0, 1, "true", "", [], object(), Hostile()], ids=lambda value: type(value).__name__
)
def test_updated_is_a_bool(value: object, nothing_sent: Calls) -> None:
    """A flag is True or False."""
    _refused(nothing_sent, "list_callers_waiting", "updated", value)


@pytest.mark.parametrize("index", [0, 1, 5])
def test_faulty_skill_is_named(index: int, nothing_sent: Calls) -> None:
    """The place in the list is told."""
    skills: List[Any] = ["ok"] * index + [7]
    error = _refused(nothing_sent, "update_caller_information", "skills", skills)
    assert error.parameter == f"skills[{index}]"


@pytest.mark.parametrize("value", BAD_SECONDS, ids=lambda value: type(value).__name__)
def test_deadline_of_a_call_is_a_finite_number_above_0(value: object, nothing_sent: Calls) -> None:
    """No function takes "for ever"."""
    _refused(nothing_sent, "get_caller", "deadline", value)


@pytest.mark.parametrize("name", NAMES)
def test_wrong_names_are_python_s_own_error(name: str, nothing_sent: Calls) -> None:
    """A missing or unknown parameter is a mistake in the program, told as Python tells it."""
    with pytest.raises(TypeError, match="argument"):
        nothing_sent(name)
    with pytest.raises(TypeError, match="argument"):
        nothing_sent(name, **FUNCTIONS[name].given, colour="red")


@pytest.mark.parametrize("name", WITH_PHONE)
def test_refusal_never_repeats_the_phone(name: str, nothing_sent: Calls) -> None:
    """What is wrong is said without the value: it is a person's number."""
    error = _refused(nothing_sent, name, "phone", PHONE + "\n")
    assert "7343305027" not in f"{error!s}{error!r}{vars(error)}"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"phone": _Colour.RED}, {"phone": "red"}),
        ({"phone": " " + PHONE + " "}, {"phone": " " + PHONE + " "}),
        ({"phone": "anonymous"},) * 2,
        ({"phone": OTHER_PHONE},) * 2,
        ({"line_id": _Number.ONE}, {"line_id": 1}),
        ({"line_id": 0},) * 2,
        ({"line_id": -5},) * 2,
        ({"line_id": -(2**63)},) * 2,
        ({"line_id": 2**63 - 1},) * 2,
        ({"channel": "anything at all"},) * 2,
        ({"channel": _Colour.RED}, {"channel": "red"}),
        ({"language": ""}, {"lang": ""}),
        ({"language": "de-AT"}, {"lang": "de-AT"}),
        ({"skills": ("a",)}, {"skills": ["a"]}),
        ({"skills": {"a"}}, {"skills": ["a"]}),
        ({"skills": frozenset({"a"})}, {"skills": ["a"]}),
        ({"skills": (skill for skill in "ab")}, {"skills": ["a", "b"]}),
        ({"skills": [_Colour.RED]}, {"skills": ["red"]}),
        ({"properties": OrderedDict(b=1, a=2)}, {"properties": {"b": 1, "a": 2}}),
    ],
)
def test_all_else_is_sent_unchanged(
    given: Dict[str, Any], sent: Dict[str, Any], service: responses.RequestsMock, vq: Session
) -> None:
    """The service judges values, not this library."""
    service.post("https://api.virtualq.io/api/v2/waiters", status=204)
    vq.line_up_caller(**{**FUNCTIONS["line_up_caller"].given, **given})
    attributes = {**(FUNCTIONS["line_up_caller"].attributes or {}), **sent}
    body = {"data": {"type": "waiters", "attributes": attributes}}
    assert responses.matchers.json_params_matcher(body)(service.calls[0].request) == (True, "")


_texts = st.text(max_size=8) | st.characters(categories=("Cs", "Cc", "Lu")) | st.none()
_numbers = st.integers(-(2**70), 2**70) | st.integers(-9, 9) | st.booleans() | st.none()
_leaves = (
    _texts
    | _numbers
    | st.floats()
    | st.decimals()
    | st.datetimes()
    | st.binary(max_size=3)
    | st.builds(Hostile)
    | st.builds(BrokenIterable)
    | st.builds(IntLike)
    | st.sampled_from([int, ..., 1j])
)
_json = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
# Of each kind what is likely to be almost right: a good part of it is sent.
ODD: Dict[str, st.SearchStrategy[Any]] = {
    "int": _numbers,
    "text": _texts,
    "bool": st.booleans() | st.none() | st.integers(0, 1),
    "several": st.none() | st.lists(_texts | st.builds(Hostile), max_size=3) | st.sets(_texts),
    "mapping": st.dictionaries(st.text(max_size=4) | st.integers(), _json, max_size=3),
}


def test_no_value_brings_anything_but_our_error() -> None:
    """Whatever is given by mistake is sent, or refused by its name; never a raw exception."""
    sent = refused = 0

    @settings(
        max_examples=share_of(600),
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(data=st.data(), target=st.sampled_from(EVERY))
    def try_one(data: st.DataObject, target: Tuple[str, str, str]) -> None:
        nonlocal sent, refused
        kind, name, parameter = target
        value = data.draw(ODD[kind])
        error = _try(name, parameter, value)
        sent += error is None
        refused += error is not None

    try_one()
    assert min(sent, refused) > share_of(600) / 6, (
        f"{sent} sent, {refused} refused: one side is hardly tried"
    )


def _try(name: str, parameter: str, value: object) -> Optional[VirtualQError]:
    function = FUNCTIONS[name]
    with responses.RequestsMock(assert_all_requests_are_fired=False) as service, Session(KEY) as vq:
        service.add(function.method, re.compile(re.escape(BASE)), status=204)
        error: Optional[VirtualQError] = None
        try:
            getattr(vq, name)(**{**function.given, parameter: value})
        except VirtualQError as refusal:
            error = refusal
        if error is None:
            assert len(service.calls) == 1
        else:
            assert isinstance(error, InvalidParameterError)
            assert error.parameter.startswith(parameter)
            assert str(error).isprintable()
            assert len(service.calls) == 0
    return error


def test_line_and_phone_of_the_tests_are_taken(nothing_sent: Calls) -> None:
    """The refusals above are not for the other parameters: these alone are fine."""
    for name in NAMES:
        with pytest.raises(InvalidParameterError, match="deadline"):
            nothing_sent(name, **FUNCTIONS[name].given, deadline=0)
    assert LINE == 3042

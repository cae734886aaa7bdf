"""What a function is given is checked before anything is sent; the error names the parameter."""

from __future__ import annotations

from collections import OrderedDict
from enum import Enum, IntEnum
from typing import Any, Callable, Dict, List, Tuple

import pytest
import responses
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from virtualq import InvalidParameterError, Session, VirtualQError

from ..calls import FUNCTIONS, KEY, LINE, NAMES, OTHER_PHONE, PHONE, WITH_PHONE
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


def _with(*parameters: str) -> List[Tuple[str, str]]:
    """List each function with each of its parameters that is one of these."""
    takes: Dict[str, Tuple[str, ...]] = dict.fromkeys(NAMES, ("line_id",))
    for name in WITH_PHONE:
        takes[name] += ("phone",)
    takes["line_up_caller"] += ("channel", "source", "language", "skills", "properties")
    takes["notify_caller_transferred"] += ("wait_time_when_up", "agent_id")
    takes["update_caller_information"] += (
        "skills",
        "properties",
        "ewt",
        "service_state",
        "wait_time_when_up",
        "talk_time",
        "agent_id",
    )
    takes["list_callers_waiting"] += ("call_center_id", "updated")
    return [
        (name, parameter) for name in NAMES for parameter in takes[name] if parameter in parameters
    ]


INTEGERS = _with("line_id", "call_center_id", "ewt", "wait_time_when_up", "talk_time")
REQUIRED = [
    (name, parameter)
    for name, parameter in INTEGERS
    if parameter in FUNCTIONS[name].given and parameter != "ewt"
]
NOT_BLANK = _with("phone", "channel", "source")
TEXTS = NOT_BLANK + _with("language", "agent_id", "service_state")


@pytest.mark.parametrize("value", NO_INTEGER[1:], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(("name", "parameter"), INTEGERS)
def test_ids_and_times_are_ints(
    name: str, parameter: str, value: object, nothing_sent: Calls
) -> None:
    """No bool, no text, no float, nothing that only can be made one, and within 64 bits."""
    _refused(nothing_sent, name, parameter, value)


@pytest.mark.parametrize(("name", "parameter"), REQUIRED + NOT_BLANK)
def test_required_parameter_cannot_be_none(name: str, parameter: str, nothing_sent: Calls) -> None:
    """None leaves an optional parameter out; these are not optional."""
    _refused(nothing_sent, name, parameter, None)


@pytest.mark.parametrize("value", BLANK, ids=ascii)
@pytest.mark.parametrize(("name", "parameter"), NOT_BLANK)
def test_phone_channel_and_source_are_not_blank(
    name: str, parameter: str, value: object, nothing_sent: Calls
) -> None:
    """A blank phone would ask about nobody."""
    _refused(nothing_sent, name, parameter, value)


@pytest.mark.parametrize(
    "value",
    BAD_TEXT,
    ids=lambda value: ascii(value) if isinstance(value, str) else type(value).__name__,
)
@pytest.mark.parametrize(("name", "parameter"), TEXTS)
def test_texts_are_str_without_control_characters(
    name: str, parameter: str, value: object, nothing_sent: Calls
) -> None:
    """No bytes, no numbers, no line break that could be a second command, no lone surrogate."""
    _refused(nothing_sent, name, parameter, value)


@pytest.mark.parametrize("value", NO_SKILLS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(("name", "parameter"), _with("skills"))
def test_skills_are_several_texts(
    name: str, parameter: str, value: object, nothing_sent: Calls
) -> None:
    """A single str would be sent letter by letter."""
    _refused(nothing_sent, name, parameter, value)


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
@pytest.mark.parametrize("name", NAMES)
def test_deadline_of_a_call_is_a_finite_number_above_0(
    name: str, value: object, nothing_sent: Calls
) -> None:
    """Every function takes one, and none takes "for ever"."""
    _refused(nothing_sent, name, "deadline", value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("missing", [True, False])
def test_wrong_names_are_python_s_own_error(missing: bool, name: str, nothing_sent: Calls) -> None:
    """A missing or unknown parameter is a mistake in the program, told as Python tells it."""
    parameters = {"line_id": 1} if missing and name != "list_callers_waiting" else {}
    with pytest.raises(TypeError, match=r"argument"):
        nothing_sent(
            name, **(parameters if missing else {**FUNCTIONS[name].given, "colour": "red"})
        )


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


_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.characters(categories=("Cs", "Cc"))
    | st.binary(max_size=5)
    | st.decimals()
    | st.datetimes()
    | st.timedeltas()
    | st.complex_numbers()
    | st.sampled_from([int, ..., NotImplemented])
    | st.builds(BrokenIterable)
    | st.builds(IntLike)
    | st.builds(Hostile)
)
_anything = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3)
        | st.frozensets(st.integers() | st.text(max_size=3), max_size=3)
        | st.builds(iter, st.lists(inner, max_size=2))
    ),
    max_leaves=8,
)
EVERY = INTEGERS + TEXTS + _with("skills", "properties", "updated")


@settings(
    max_examples=600,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(target=st.sampled_from(EVERY), value=_anything)
def test_no_value_brings_anything_but_our_error(target: Tuple[str, str], value: object) -> None:
    """Whatever is given by mistake is sent, or refused by its name; never a raw exception."""
    name, parameter = target
    function = FUNCTIONS[name]
    with responses.RequestsMock(assert_all_requests_are_fired=False) as service, Session(KEY) as vq:
        service.add(function.method, function.url.split("?")[0], status=204)
        error = None
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


def test_line_and_phone_of_the_tests_are_taken(nothing_sent: Calls) -> None:
    """The refusals above are not for the other parameters: these alone are fine."""
    for name in NAMES:
        with pytest.raises(InvalidParameterError, match="deadline"):
            nothing_sent(name, **FUNCTIONS[name].given, deadline=0)
    assert LINE == 3042

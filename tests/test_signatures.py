"""The public names and the signatures of the Session are those of the contract."""

from __future__ import annotations

import inspect
from typing import Any, Dict, Tuple

import pytest

import virtualq
from virtualq import Session
from virtualq._api.operations import CLASSES

REQUIRED: Any = inspect.Parameter.empty
Keywords = Dict[str, Any]
CONTRACT: Dict[str, Tuple[Tuple[str, ...], Keywords]] = {
    "line_up_caller": (
        ("line_id", "phone"),
        {
            "channel": REQUIRED,
            "source": REQUIRED,
            "language": None,
            "skills": None,
            "properties": None,
            # Observed in another client, not in the vendor's documentation.
            "appointment": None,
            "appointment_time": None,
            "service_phone_to_call": None,
        },
    ),
    "verify_caller": (("line_id", "phone"), {}),
    "show_caller": (("caller_id",), {}),
    "cancel_caller": (("caller_id",), {}),
    "get_caller": (("line_id", "phone"), {}),
    "notify_caller_connected": (("line_id", "phone"), {}),
    "notify_caller_transferred": (
        ("line_id", "phone"),
        {"wait_time_when_up": None, "agent_id": None},
    ),
    "update_caller_information": (
        ("line_id", "phone"),
        dict.fromkeys(
            (
                "skills",
                "properties",
                "ewt",
                "service_state",
                "wait_time_when_up",
                "talk_time",
                "agent_id",
            )
        ),
    ),
    "list_callers_waiting": (("call_center_id",), {"line_id": None, "updated": None}),
}
SETTINGS = {
    "base_url": "https://api.virtualq.io",
    "deadline": 3.0,
    "retries": 1,
    "proxies": None,
    "ca_bundle": None,
    "max_answer_bytes": 8 * 1024 * 1024,
    "on_attempt": None,
}
ERRORS = {
    "APIError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "ConnectionLostError",
    "DeadlineExceededError",
    "InvalidParameterError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitedError",
    "ServerError",
    "TransportError",
    "UnexpectedResponseError",
    "UnprocessableEntityError",
    "VirtualQError",
}
MODELS = {
    "CallCenterResult",
    "CallerResult",
    "Channel",
    "LineGroupResult",
    "LineGroupUpdate",
    "LineResult",
    "ServiceState",
    "Source",
    "VirtualQCallerState",
}


def _keywords(function: Any) -> Keywords:
    parameters = inspect.signature(function).parameters.values()
    return {each.name: each.default for each in parameters if each.kind is each.KEYWORD_ONLY}


@pytest.mark.parametrize("name", CONTRACT)
def test_function_has_the_parameters_of_the_contract(name: str) -> None:
    """Names, order, defaults and what must be given by keyword; every function takes a deadline."""
    positional, keywords = CONTRACT[name]
    function = getattr(Session, name)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    first = [each for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    assert [each.name for each in first] == list(positional)
    assert all(each.default is REQUIRED for each in first)
    assert _keywords(function) == {**keywords, "deadline": None}
    assert len(parameters) == len(first) + len(keywords) + 1


def test_session_takes_the_settings_of_the_contract() -> None:
    """The key comes first, every setting by keyword with its default."""
    assert next(iter(inspect.signature(Session).parameters)) == "api_key"
    assert _keywords(Session) == SETTINGS


def test_public_names_are_those_of_the_contract() -> None:
    """What `from virtualq import *` gives, no more and no less, and all of it is there.

    The spec may have more classes than the contract, and no test is to be changed for one.
    """
    own = {"Session", "Result", "Attempt", "__version__"}
    assert set(CLASSES) >= MODELS
    assert set(virtualq.__all__) == ERRORS | set(CLASSES) | own
    assert set(virtualq.__all__) <= set(dir(virtualq))
    assert all(getattr(virtualq, name) is not None for name in virtualq.__all__)


def test_name_that_is_not_there_says_so() -> None:
    """A typing mistake gives the error that Python users know."""
    with pytest.raises(AttributeError, match="no attribute 'Sesion'"):
        virtualq.Sesion  # noqa: B018  # pyright: ignore


def test_everything_public_is_documented() -> None:
    """Each public class and each public method of it has a docstring."""
    public = [getattr(virtualq, name) for name in virtualq.__all__ if name != "__version__"]
    methods = [
        value
        for kind in public
        for name, value in vars(kind).items()
        if callable(value) and name[0] != "_"
    ]
    assert [each for each in (*public, *methods) if not (each.__doc__ or "").strip()] == []


@pytest.mark.parametrize(
    ("enum", "values"),
    [
        ("Channel", {"CALL_BACK": "CallBack", "CALL_IN": "CallIn"}),
        (
            "Source",
            {
                "PHONE": "Phone",
                "MOBILE": "Mobile",
                "WIDGET": "Widget",
                "APP": "App",
                "OTHER": "Other",
            },
        ),
        (
            "VirtualQCallerState",
            {
                "WAITING": "Waiting",
                "NOTIFIED": "Notified",
                "CONNECTED": "Connected",
                "FINISHED": "Finished",
                "TIME_OUT": "TimeOut",
            },
        ),
        (
            "ServiceState",
            {
                "CONNECTED": "Connected",
                "DEFERRED": "Deferred",
                "CANCELED": "Canceled",
                "FINISHED": "Finished",
                "WAITING": "Waiting",
                "TRANSFERRED": "Transferred",
                "TIMEOUT": "Timeout",
            },
        ),
    ],
)
def test_enums_are_texts_with_the_values_that_are_known(enum: str, values: Dict[str, str]) -> None:
    """Every value is a str equal to what goes over the wire, and prints as that on every Python."""
    kind = getattr(virtualq, enum)
    assert {member.name: member.value for member in kind} == values
    for member in kind:
        assert isinstance(member, str)
        assert member == member.value
        assert f"{member}" == str(member) == member.value

"""System checks of the setting VIRTUALQ; run by `manage.py check`, registered by apps."""

from __future__ import annotations

from typing import Any, Iterator, List, Union

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice

from virtualq.errors import ConfigurationError
from virtualq.integrations.django import options
from virtualq.session import Session

_PATIENCE = 10.0
"""Seconds after which visitors, and most servers in front of a worker, give up."""
_NO_KEY = "has no API_KEY"
_KEY_HINT = "Set API_KEY, best from the environment; tests need none."


def check_settings(app_configs: Any, **_: Any) -> List[CheckMessage]:
    """Find what cannot work, and warn of a key that is missing."""
    try:
        every = options.accounts()
    except ConfigurationError as error:
        return [Error(str(error), hint="See the page on Django.", id="virtualq.E001")]
    return [found for alias in every for found in _check(alias, every[alias])]


def check_deployed(app_configs: Any, **_: Any) -> List[CheckMessage]:
    """Under `check --deploy` an account without a key cannot work."""
    try:
        every = options.accounts()
    except ConfigurationError:
        return []  # told by check_settings
    return [_no_key(alias, Error) for alias in every if _lacks_key(every[alias])]


def _lacks_key(given: options.Options) -> bool:
    return not options.value(given, "API_KEY")


def _no_key(alias: str, kind: Any) -> CheckMessage:
    message: CheckMessage = kind(
        f"{options.SETTING}[{alias!r}] {_NO_KEY}", hint=_KEY_HINT, id="virtualq.W001"
    )
    return message


def _check(alias: str, given: options.Options) -> Iterator[CheckMessage]:
    where = f"{options.SETTING}[{alias!r}]"
    for name in options.unknown(given):
        hint = f"The options are {', '.join(options.NAMES)}."
        yield Error(f"{where} has the unknown option {name!r}", hint=hint, id="virtualq.E002")
    if options.unknown(given):
        return
    try:
        if _lacks_key(given):
            yield _no_key(alias, Advice)
        parameters = options.session_options(alias)
        parameters["api_key"] = parameters.get("api_key") or "none"
        Session(**parameters).close()
    except ConfigurationError as error:
        yield _cannot_work(where, str(error))
        return
    except ImportError as error:
        yield _cannot_work(where, f"ON_ATTEMPT: {error}")
        return
    deadline: Union[float, None] = options.value(given, "DEADLINE")
    if deadline is not None and deadline > _PATIENCE:
        hint = f"A visitor waits as long when the service is down; up to {_PATIENCE:.0f} is usual."
        yield Advice(f"{where} has a DEADLINE of {deadline} s", hint=hint, id="virtualq.W002")


def _cannot_work(where: str, fault: str) -> CheckMessage:
    hint = "Plain http is for this machine alone." if "http://" in fault else "See Session."
    return Error(f"{where} cannot work: {fault}", hint=hint, id="virtualq.E003")

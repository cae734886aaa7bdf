"""System checks of the setting VIRTUALQ; run by `manage.py check`, registered by apps."""

from __future__ import annotations

from typing import Any, Iterator, List, Optional, Union

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice

from virtualq.errors import ConfigurationError, VirtualQError
from virtualq.integrations.django import options
from virtualq.session import Session
from virtualq.webhooks import construct_event

_PATIENCE = 10.0
"""Seconds after which visitors, and most servers in front of a worker, give up."""
_KEY_HINT = "Set API_KEY, best from the environment; tests need none."
_OWN_CACHES = tuple(
    f"django.core.cache.backends.{name}." for name in ("locmem", "filebased", "dummy")
)
"""Of one process alone, or without an add() that only one of two processes can win."""


def check_settings(app_configs: Any, **_: Any) -> List[CheckMessage]:
    """Find what cannot work, and warn of a key that is missing."""
    try:
        every = options.accounts()
    except ConfigurationError as error:
        return [Error(str(error), hint="See the page on Django.", id="virtualq.E001")]
    return [found for alias in every for found in _check(alias, every[alias])]


def check_deployed(app_configs: Any, **_: Any) -> List[CheckMessage]:
    """Under `check --deploy` an account without a key cannot work, and many processes count."""
    try:
        every = options.accounts()
    except ConfigurationError:
        return []  # told by check_settings
    found = [_no_key(alias, each, Error) for alias, each in every.items()]
    hears = any(each.get(options.WEBHOOK_KEYS) for each in every.values())
    return [each for each in [*found, _cache() if hears else None] if each]


def _no_key(alias: str, given: options.Options, kind: Any) -> Optional[CheckMessage]:
    """Tell of a key that is missing, or whose function fails, as it may where tests run."""
    why = ""
    try:
        if options.value(given, options.API_KEY):
            return None
    except ConfigurationError as error:
        why = f"; {error}"
    text = f"{options.SETTING}[{alias!r}] has no {options.API_KEY}{why}"
    message: CheckMessage = kind(text, hint=_KEY_HINT, id="virtualq.W001")
    return message


def _cache() -> Optional[CheckMessage]:
    """Warn of a cache in which two processes may both be the first to see a webhook."""
    backend = str(settings.CACHES.get(DEFAULT_CACHE_ALIAS, {}).get("BACKEND", ""))
    if not backend.startswith(_OWN_CACHES):
        return None
    hint = "Use Redis, Memcached or the database cache, and a MAX_ENTRIES that holds a week's."
    text = f"WebhookView remembers webhooks in the cache, and {backend} is no shared one"
    return Advice(text, hint=hint, id="virtualq.W003")


def _check(alias: str, given: options.Options) -> Iterator[CheckMessage]:
    where = f"{options.SETTING}[{alias!r}]"
    for name in options.unknown(given):
        hint = f"The options are {', '.join(options.NAMES)}."
        yield Error(f"{where} has the unknown option {name!r}", hint=hint, id="virtualq.E002")
    if options.unknown(given):
        return
    without = _no_key(alias, given, Advice)
    if without:
        yield without
    try:
        key = "none" if without else options.value(given, options.API_KEY)
        Session(key, **options.session_options(alias)).close()
    except ConfigurationError as error:
        yield _cannot_work(where, str(error))
        return
    yield from _webhooks(alias, where)
    deadline: Union[float, None] = options.value(given, "DEADLINE")
    if deadline is not None and deadline > _PATIENCE:
        hint = f"A visitor waits as long when the service is down; up to {_PATIENCE:.0f} is usual."
        yield Advice(f"{where} has a DEADLINE of {deadline} s", hint=hint, id="virtualq.W002")


def _webhooks(alias: str, where: str) -> Iterator[CheckMessage]:
    """Find keys that are none, before the first webhook does."""
    try:
        keys = options.webhook_keys(alias)
        if keys:
            construct_event(b"", None, keys)
    except ConfigurationError as error:
        hint = "A list of public keys, each the Base64 of a DER SubjectPublicKeyInfo."
        yield Error(f"{where} cannot hear webhooks: {error}", hint=hint, id="virtualq.E004")
    except VirtualQError:
        pass  # no signature: the keys were read before it was missed


def _cannot_work(where: str, fault: str) -> CheckMessage:
    plain = fault.startswith("base_url") and "http://" in fault
    hint = "Plain http is for this machine alone." if plain else "See Session."
    return Error(f"{where} cannot work: {fault}", hint=hint, id="virtualq.E003")

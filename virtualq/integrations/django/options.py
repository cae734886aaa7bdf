"""Reads the setting VIRTUALQ: which accounts there are and what each says; before accounts, checks.

    VIRTUALQ = {"default": {"API_KEY": .., "BASE_URL": .., "DEADLINE": 2.0}, "eu": {..}}

A flat mapping is the account "default". A value may be a function of no arguments, called when a
Session is made, so that a key may come from a vault.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Tuple, cast

from django.conf import settings
from django.utils.module_loading import import_string

from virtualq.errors import ConfigurationError

SETTING = "VIRTUALQ"
DEFAULT = "default"
API_KEY = "API_KEY"
SESSION_OPTIONS = {
    API_KEY: "api_key",
    "BASE_URL": "base_url",
    "DEADLINE": "deadline",
    "RETRIES": "retries",
    "PROXIES": "proxies",
    "CA_BUNDLE": "ca_bundle",
    "MAX_ANSWER_BYTES": "max_answer_bytes",
    "ON_ATTEMPT": "on_attempt",
}
"""Each name in the settings, and the parameter of Session it is for."""
WEBHOOK_KEYS = "WEBHOOK_KEYS"
NAMES = (*SESSION_OPTIONS, WEBHOOK_KEYS)

Options = Mapping[str, Any]


def accounts() -> Dict[str, Options]:
    """Return the options of each account by its alias, as the settings have them."""
    setting: object = getattr(settings, SETTING, None)
    if setting is None:
        return {DEFAULT: {}}
    if not isinstance(setting, Mapping):
        raise ConfigurationError(f"{SETTING}: must be a dict")
    given = cast("Mapping[str, Any]", setting)
    # An account is a mapping, and no option but PROXIES is one.
    nested = [name for name, value in given.items() if isinstance(value, Mapping)]
    if not given or any(name in NAMES for name in given) or not nested:
        return {DEFAULT: given}
    for alias, options in given.items():
        if not isinstance(options, Mapping):
            raise ConfigurationError(f"{SETTING}[{alias!r}]: must be a dict")
    return dict(given)


def of_account(alias: str) -> Options:
    """Return the options of one account; raise ConfigurationError for one that is not set up."""
    every = accounts()
    if alias not in every:
        known = ", ".join(map(repr, every))
        raise ConfigurationError(f"{SETTING} has no account {alias!r}, only {known}")
    return every[alias]


def unknown(options: Options) -> List[str]:
    """Return the names that are no options."""
    return [str(name) for name in options if name not in NAMES]


def value(options: Options, name: str) -> Any:
    """Return an option's value, None when it is not set; ConfigurationError when it has none."""
    given: Any = options.get(name)
    try:
        if name == "ON_ATTEMPT":
            return import_string(given) if isinstance(given, str) else given
        return given() if callable(given) else given
    except ImportError as error:
        raise ConfigurationError(f"{name}: {error}") from error
    except Exception as error:  # of the site's function, whose text may hold a secret
        kind = type(error).__name__
        raise ConfigurationError(f"{name}: its function raised {kind}") from error


def session_options(alias: str) -> Dict[str, Any]:
    """Return the parameters of Session that an account's options stand for, without the key."""
    options = of_account(alias)
    wrong = unknown(options)
    if wrong:
        raise ConfigurationError(f"{SETTING}[{alias!r}]: unknown option {wrong[0]!r}")
    wanted = ((name, to) for name, to in SESSION_OPTIONS.items() if name != API_KEY)
    pairs = ((to, value(options, name)) for name, to in wanted)
    return {to: found for to, found in pairs if found is not None}


def parameters(alias: str) -> Dict[str, Any]:
    """Return the same with the key; raise ConfigurationError when there is none."""
    given = session_options(alias)
    key = value(of_account(alias), API_KEY)
    if not key:
        raise ConfigurationError(f"{SETTING}[{alias!r}]: has no {API_KEY}")
    return {**given, "api_key": key}


def webhook_keys(alias: str) -> Tuple[str, ...]:
    """Return the public keys of an account's webhooks."""
    given: object = value(of_account(alias), WEBHOOK_KEYS)
    if given is None:
        return ()
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, (list, tuple, set, frozenset)):
        raise ConfigurationError(f"{SETTING}[{alias!r}]: {WEBHOOK_KEYS} must be a list")
    return tuple(cast("Iterable[str]", given))

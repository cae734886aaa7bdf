"""virtualq for Django: settings, Sessions, errors as answers, forms, webhooks; above session.

    INSTALLED_APPS = [..., "virtualq.integrations.django"]
    VIRTUALQ = {"API_KEY": os.environ.get("VIRTUALQ_API_KEY"), "DEADLINE": 2.0}

    from virtualq.integrations.django import sessions

    sessions["default"].verify_caller(3042, phone)

Nothing is read or made when this is imported: `collectstatic` needs no key. Needs the extra
`django`, webhooks the extra `webhooks` too. Each name is loaded when it is first used, as Django
loads an app before its models and translations are ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List

if TYPE_CHECKING:
    from virtualq.integrations.django.accounts import sessions
    from virtualq.integrations.django.answers import Said, say
    from virtualq.integrations.django.forms import LineField, PhoneField
    from virtualq.integrations.django.middleware import ErrorMiddleware
    from virtualq.integrations.django.signals import webhook_received
    from virtualq.integrations.django.views import HealthView, WebhookView

__all__ = [
    "ErrorMiddleware",
    "HealthView",
    "LineField",
    "PhoneField",
    "Said",
    "WebhookView",
    "say",
    "sessions",
    "webhook_received",
]

_HOMES = {
    "sessions": "accounts",
    "Said": "answers",
    "say": "answers",
    "LineField": "forms",
    "PhoneField": "forms",
    "ErrorMiddleware": "middleware",
    "webhook_received": "signals",
    "HealthView": "views",
    "WebhookView": "views",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def __dir__() -> List[str]:
    return sorted({*globals(), *__all__})

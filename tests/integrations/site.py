"""A small Django site for the tests: settings, addresses, and a view that calls the service."""

from __future__ import annotations

from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path


def set_up() -> None:
    """Set Django up once in this process."""
    if settings.configured:
        return
    settings.configure(
        SECRET_KEY="for tests",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["virtualq.integrations.django"],
        MIDDLEWARE=[
            "django.middleware.locale.LocaleMiddleware",
            "virtualq.integrations.django.ErrorMiddleware",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        USE_TZ=True,
        STATIC_URL="/static/",
        LANGUAGES=[("en", "English"), ("de", "German")],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        VIRTUALQ={"default": {}, "eu": {"DEADLINE": 1.0}},
    )
    django.setup()


def place(request: HttpRequest) -> HttpResponse:
    from virtualq.integrations.django import sessions

    found = sessions["default"].get_caller(3042, request.GET["phone"])
    return HttpResponse(str(bool(found)))


def __getattr__(name: str) -> Any:
    """Make the addresses when Django asks for them, after it is set up."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from virtualq.integrations.django import HealthView, WebhookView

    return [
        path("place", place),
        path("health", HealthView.as_view()),
        path("hook", WebhookView.as_view()),
    ]

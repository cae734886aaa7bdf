"""The site of the tests as servers load it, with an account from the environment; above site.

The Session is used while this is imported: under `gunicorn --preload` that is in the parent, and
its workers must not use the parent's connection.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, List

from . import site

site.set_up()

from django.conf import settings  # noqa: E402  # after the set-up
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

from virtualq.integrations.django import sessions  # noqa: E402

settings.VIRTUALQ = {
    "API_KEY": os.environ["VIRTUALQ_API_KEY"],
    "BASE_URL": os.environ["VIRTUALQ_BASE_URL"],
    "DEADLINE": 30.0,
}
settings.ROOT_URLCONF = __name__
sessions["default"].list_call_centers()


def place(request: HttpRequest) -> HttpResponse:
    found = sessions["default"].get_caller(3042, request.GET["phone"])
    return HttpResponse(str(bool(found)))


async def place_async(request: HttpRequest) -> HttpResponse:
    found = await asyncio.to_thread(sessions["default"].get_caller, 3042, request.GET["phone"])
    return HttpResponse(str(bool(found)))


urlpatterns: List[Any] = [path("place", place), path("async", place_async)]
application = get_wsgi_application()
asgi = get_asgi_application()

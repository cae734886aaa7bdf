"""Answers an error that a view did not catch, in JSON or HTML; the words come from answers."""

from __future__ import annotations

import logging
from typing import Any, Callable, Optional

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import MediaType
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import get_language

from virtualq.errors import ConfigurationError, VirtualQError
from virtualq.integrations.django.answers import Said, say

_log = logging.getLogger("virtualq.django")
TEMPLATE = "virtualq/error.html"
"""Shown when the site has it, with `status`, `text` and `retry_after`."""


class ErrorMiddleware:
    """Turns each VirtualQError that leaves a view into an answer, and logs its class.

    A ConfigurationError is logged with its text, which says what is to be mended.

    Under ASGI too: Django runs process_exception beside asynchronous views.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        # asgiref's own, which knows what it has marked; from Python 3.12 on it is that of inspect.
        if iscoroutinefunction(get_response):  # pyright: ignore[reportDeprecated]
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """Let the request through; a coroutine where the rest is asynchronous."""
        return self._get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> Optional[HttpResponse]:
        """Answer an error of ours, leave any other to Django."""
        if not isinstance(exception, VirtualQError):
            return None
        said = say(exception)
        level = logging.ERROR if said.status in (500, 502) else logging.WARNING
        what: object = type(exception).__name__
        if isinstance(exception, ConfigurationError):
            what = exception
        _log.log(level, "%s: %s, answered %d", exception.operation or "a view", what, said.status)
        return error_response(request, said)


def error_response(request: HttpRequest, said: Said) -> HttpResponse:
    """Return an error as JSON to who prefers that, else as a page."""
    response: HttpResponse
    if _wants_json(request):
        body = {"status": said.status, "text": str(said.text), "field": said.field}
        response = JsonResponse(body, status=said.status)
    else:
        response = HttpResponse(_page(request, said), status=said.status)
    if said.retry_after is not None:
        response["Retry-After"] = str(said.retry_after)
    response["Cache-Control"] = "no-store"
    return response


def _wants_json(request: HttpRequest) -> bool:
    """Say whether JSON is what is accepted best; Django's own get_preferred_type came with 5.2."""
    kinds = [kind for kind in request.accepted_types if _quality(kind) > 0]
    # Of what is accepted as well, that which is named comes before what a * stands for.
    kinds.sort(key=lambda kind: (-_quality(kind), kind.main_type == "*", kind.sub_type == "*"))
    for kind in kinds:
        if kind.match("text/html"):
            return False
        if kind.match("application/json") or kind.sub_type.endswith("+json"):
            return True
    return False


def _quality(kind: MediaType) -> float:
    try:
        return float(kind.params.get("q", 1))
    except ValueError:
        return 1.0


def _page(request: HttpRequest, said: Said) -> str:
    try:
        facts = {"status": said.status, "text": said.text, "retry_after": said.retry_after}
        return render_to_string(TEMPLATE, facts, request)
    except TemplateDoesNotExist:
        return format_html(
            '<!doctype html><html lang="{}"><meta charset="utf-8"><title>{}</title>'
            '<meta name="viewport" content="width=device-width"><p role="alert">{}</p></html>',
            get_language() or "en",
            said.text,
            said.text,
        )

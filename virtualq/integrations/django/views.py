"""Two views: whether the service answers, and where it sends its webhooks; above accounts."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from virtualq.errors import APIError, ConfigurationError, InvalidParameterError, VirtualQError
from virtualq.integrations.django import options
from virtualq.integrations.django.accounts import sessions
from virtualq.integrations.django.signals import webhook_received
from virtualq.webhooks import SIGNATURE_HEADER, SignatureError, construct_event

_log = logging.getLogger("virtualq.django")


@method_decorator(never_cache, name="dispatch")
class HealthView(View):
    """200 when the service answers the account's key, else 503 with the class of the error.

    It lists the call centers, which changes nothing. `account` is the alias.
    """

    account = "default"
    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask the service."""
        try:
            sessions[self.account].list_call_centers()
        except VirtualQError as error:
            kind = type(error).__name__
            status = error.status if isinstance(error, APIError) else None
            return JsonResponse({"ok": False, "error": kind, "status": status}, status=503)
        return JsonResponse({"ok": True})


@method_decorator(csrf_exempt, name="dispatch")
class WebhookView(View):
    """Receives webhooks: 200 for what is signed, once or again; 401 unsigned, 400 signed nonsense.

    The signal webhook_received is sent once for each body within `remember` seconds: the signature
    carries no time, so that a body heard twice may be an old one sent again. What is seen is in
    Django's default cache, which all processes must share: Redis, Memcached or the database; in the
    file cache two of them may both find a body new. A receiver that fails makes it 500 and
    the body is not remembered, so that the next delivery counts; so does one that comes `patience`
    seconds after a process that was killed in the middle.
    """

    account = "default"
    remember = 7 * 24 * 3600
    patience = 600
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Verify, and tell the receivers."""
        try:
            keys = options.webhook_keys(self.account)
            event = construct_event(request.body, request.headers.get(SIGNATURE_HEADER), keys)
        except SignatureError as error:
            _log.warning("webhook refused: %s", error)
            return HttpResponse(status=401)
        except InvalidParameterError as error:
            _log.warning("webhook refused: %s", error)
            return HttpResponse(status=400)
        except ConfigurationError as error:
            _log.error("webhook not read: %s", error)
            return HttpResponse(status=500)
        seen = f"virtualq.webhook.{self.account}.{event.digest}"
        if not cache.add(seen, 1, self.patience):
            return HttpResponse(status=200)
        try:
            webhook_received.send(sender=type(self), event=event, account=self.account)
        except BaseException:
            cache.delete(seen)
            raise
        cache.set(seen, 1, self.remember)
        return HttpResponse(status=200)

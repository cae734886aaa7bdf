"""The gateway's WSGI application: from a request to one word; between server and calls.

Whatever happens below /v1/, the status is 200 and there is a word: a dialplan looks at that alone.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Callable, Dict, Iterable, Optional, Tuple

from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.wrappers import Request, Response

from virtualq.errors import InvalidParameterError
from virtualq.gateway import answer, asking
from virtualq.gateway.access import Access
from virtualq.gateway.answer import Answer, queue
from virtualq.gateway.breaker import Breaker
from virtualq.gateway.calls import Calls
from virtualq.gateway.metrics import Metrics
from virtualq.gateway.outbox import Outbox
from virtualq.gateway.store import StoreError

_log = logging.getLogger("virtualq.gateway")
_SUFFIXES = {".json": answer.JSON, ".xml": answer.XML}
_ACCEPTED = {
    answer.TEXT: answer.TEXT,
    answer.JSON: answer.JSON,
    answer.XML: answer.XML,
    "text/xml": answer.XML,
}
_BASE = "/v1/"


class App:
    """Answers requests; `country` is where numbers without a country code come from."""

    def __init__(
        self,
        calls: Calls,
        breaker: Breaker,
        outbox: Outbox,
        access: Access,
        country: Optional[str],
    ) -> None:
        self._calls, self._breaker, self._outbox = calls, breaker, outbox
        self._access, self._country = access, country
        self._metrics = Metrics(breaker, outbox)
        self._pages: Dict[str, Callable[[], Response]] = {
            "/health": self._health,
            "/metrics": self._show_metrics,
            "/v1/outbox": self._show_outbox,
        }

    def __call__(
        self, environ: Dict[str, object], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        """Answer as WSGI wants it."""
        response = self._respond(Request(environ))
        response.headers["Cache-Control"] = "no-store"
        return response(environ, start_response)  # type: ignore[arg-type]

    def _respond(self, request: Request) -> Response:
        if self._access.is_foreign(request):
            return Response("foreign Host, Origin or Sec-Fetch-Site\n", 403)
        allowed = self._access.has_token(request)
        page = self._pages.get(request.path)
        if page is not None and allowed:
            return page()
        path, media_type = _split(request)
        if path in asking.QUESTIONS or page is not None:
            if request.path.startswith(_BASE):
                return self._say(path, media_type, request, allowed=allowed)
            return Response("the token is missing\n", 401, {"WWW-Authenticate": "Bearer"})
        return Response("no such path\n", 404)

    def _say(self, path: str, media_type: str, request: Request, *, allowed: bool) -> Response:
        started = time.monotonic()
        said = self._answer(path, request) if allowed else _without_token()
        reason = said.reason or ""
        self._metrics.count(path, said.word, reason, time.monotonic() - started)
        headers = {"X-VirtualQ-Reason": reason} if reason else {}
        return Response(
            said.render(media_type), 200, headers, content_type=f"{media_type}; charset=utf-8"
        )

    def _answer(self, path: str, request: Request) -> Answer:
        try:
            given = asking.read(request, asking.QUESTIONS[path], self._country)
        except InvalidParameterError as error:
            _log.warning("queue (parameter): /v1/%s: %s", path, error)
            return queue(answer.PARAMETER)
        except Exception as error:
            return _at_fault(path, error)
        try:
            if path == "arrive":
                return self._calls.arrive(given)
            if path == "line-up":
                return self._calls.line_up(given)
            return self._calls.report(asking.QUESTIONS[path].operation.name, given)
        except Exception as error:
            return _at_fault(path, error)

    def _health(self) -> Response:
        return _json({"status": "resting" if self._breaker.resting else "ok"})

    def _show_metrics(self) -> Response:
        return Response(self._metrics.text(), content_type=CONTENT_TYPE_LATEST)

    def _show_outbox(self) -> Response:
        try:
            counts = self._outbox.counts()
        except StoreError as error:
            _log.error("the state file cannot be read: %s", error)
            return _json({"pending": None, "delivered": None, "dead": None, "oldest_seconds": None})
        return _json(
            {
                "pending": counts.pending,
                "delivered": counts.delivered,
                "dead": counts.dead,
                "oldest_seconds": round(self._outbox.oldest_seconds(counts), 3),
            }
        )


def _split(request: Request) -> Tuple[str, str]:
    """Return the name of a path, and the media type that its end or the Accept header asks for."""
    path = request.path
    for suffix, media_type in _SUFFIXES.items():
        if path.endswith(suffix):
            return path[len(_BASE) : -len(suffix)] if path.startswith(_BASE) else "", media_type
    wanted = request.accept_mimetypes.best_match(list(_ACCEPTED), default=answer.TEXT)
    return path[len(_BASE) :] if path.startswith(_BASE) else "", _ACCEPTED[wanted]


def _without_token() -> Answer:
    _log.warning("queue (settings): the token is missing or wrong")
    return queue(answer.SETTINGS)


def _at_fault(path: str, error: Exception) -> Answer:
    """Return `queue` for a fault of ours; the text of the error may be about anyone."""
    _log.error("queue: /v1/%s: a fault of this program: %s", path, type(error).__name__)
    return queue(answer.UNREACHABLE)


def _json(document: Dict[str, object]) -> Response:
    return Response(json.dumps(document) + "\n", content_type=answer.JSON)

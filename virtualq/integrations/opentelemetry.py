"""A client span and a duration for each attempt of each call; told by _http.attempts.

    VirtualQInstrumentor().instrument()

or `opentelemetry-instrument`, which finds it. It follows the semantic conventions for HTTP clients
(1.23 and later), with `url.template` in place of `url.full`: a URL here holds a phone number. Needs
the extra `opentelemetry`.
"""

from __future__ import annotations

import time
from typing import Any, Collection, Dict, Optional

from opentelemetry import metrics, trace

from virtualq import Attempt, __version__
from virtualq._http import attempts

__all__ = ["VirtualQInstrumentor"]

_NAME = "virtualq"
_SCHEMA = "https://opentelemetry.io/schemas/1.37.0"
# The buckets that the conventions ask for.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)


class VirtualQInstrumentor:
    """Tells OpenTelemetry of every attempt of every Session, from instrument() on."""

    _telling: Optional[attempts.Watcher] = None

    def instrumentation_dependencies(self) -> Collection[str]:
        """Return what must be installed for it."""
        return ()

    def instrument(
        self,
        *,
        tracer_provider: Optional[trace.TracerProvider] = None,
        meter_provider: Optional[metrics.MeterProvider] = None,
        **_: Any,
    ) -> None:
        """Begin; the providers are the global ones when None. Once more changes nothing."""
        if VirtualQInstrumentor._telling is not None:
            return
        tracer = trace.get_tracer(_NAME, __version__, tracer_provider, schema_url=_SCHEMA)
        meter = metrics.get_meter(_NAME, __version__, meter_provider, schema_url=_SCHEMA)
        duration = meter.create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )

        def tell(attempt: Attempt, host: str, port: int) -> None:
            attributes = _attributes(attempt, host, port)
            duration.record(attempt.seconds, attributes)
            _span(tracer, attempt, attributes)

        VirtualQInstrumentor._telling = tell
        attempts.watchers += (tell,)

    def uninstrument(self, **_: Any) -> None:
        """End."""
        telling, VirtualQInstrumentor._telling = VirtualQInstrumentor._telling, None
        attempts.watchers = tuple(each for each in attempts.watchers if each is not telling)


def _attributes(attempt: Attempt, host: str, port: int) -> Dict[str, Any]:
    attributes: Dict[str, Any] = {
        "http.request.method": attempt.method,
        "url.template": attempt.template,
        "server.address": host,
        "server.port": port,
    }
    if attempt.status is not None:
        attributes["http.response.status_code"] = attempt.status
    if attempt.status is not None and attempt.status >= 400:
        attributes["error.type"] = str(attempt.status)
    elif attempt.error is not None:
        attributes["error.type"] = attempt.error
    return attributes


def _span(tracer: trace.Tracer, attempt: Attempt, attributes: Dict[str, Any]) -> None:
    """Make a span of what has just ended, a child of the one that is active."""
    end = time.time_ns()
    own: Dict[str, Any] = {"virtualq.operation": attempt.operation}
    if attempt.number > 1:
        own["http.request.resend_count"] = attempt.number - 1
    span = tracer.start_span(
        f"{attempt.method} {attempt.template}",
        kind=trace.SpanKind.CLIENT,
        attributes={**attributes, **own},
        start_time=end - int(attempt.seconds * 1e9),
    )
    if "error.type" in attributes:
        span.set_status(trace.StatusCode.ERROR)
    span.end(end)

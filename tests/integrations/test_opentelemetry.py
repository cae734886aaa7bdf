"""What OpenTelemetry exports of our calls: enough to see what is slow, no phone and no key."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Iterator, Tuple

import pytest

pytest.importorskip("opentelemetry.sdk")

from opentelemetry.sdk.metrics import MeterProvider  # after the skip
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
    InMemorySpanExporter,
)
from opentelemetry.trace import StatusCode

from virtualq import ServerError, Session, testing
from virtualq.integrations.opentelemetry import VirtualQInstrumentor

from ..leaks import last_digits, leaks

PHONE = "+17343305027"
_Exported = Tuple[TracerProvider, InMemorySpanExporter, InMemoryMetricReader]


@pytest.fixture
def exported() -> Iterator[_Exported]:
    tracer, spans, reader = TracerProvider(), InMemorySpanExporter(), InMemoryMetricReader()
    tracer.add_span_processor(SimpleSpanProcessor(spans))
    meter = MeterProvider([reader])
    VirtualQInstrumentor().instrument(tracer_provider=tracer, meter_provider=meter)
    yield tracer, spans, reader
    VirtualQInstrumentor().uninstrument()
    meter.shutdown()
    tracer.shutdown()


def test_everything_that_is_exported(exported: _Exported) -> None:
    """A span for each attempt below the request's, and a duration; nowhere a phone or the key."""
    tracer, spans, reader = exported
    with testing.sandbox() as sandbox, Session(sandbox.api_key) as session:
        with tracer.get_tracer("site").start_as_current_span("request"):
            sandbox.fail("get_caller", status=503, times=2)
            with pytest.raises(ServerError):
                session.get_caller(3042, PHONE)
            session.line_up_caller(3042, PHONE, channel="CallBack", source="Phone")
        key = sandbox.api_key
    *calls, request = spans.get_finished_spans()
    assert [span.name for span in calls][-1] == "POST /waiters"
    assert len(calls) == 3
    assert all(span.parent and span.parent.span_id == request.context.span_id for span in calls)
    first, again = (dict(span.attributes or {}) for span in calls[:2])
    assert first["error.type"] == "503"
    assert first["http.response.status_code"] == 503
    assert first["server.address"] == "api.virtualq.io"
    assert again["http.request.resend_count"] == 1
    metrics = reader.get_metrics_data()
    assert metrics is not None
    text = metrics.to_json() + "".join(span.to_json() for span in (*calls, request))
    assert "http.client.request.duration" in text
    assert (leaks(text, key), last_digits(text)) == ([], [])


def test_when_and_whether(exported: _Exported) -> None:
    """A span lasts as long as its attempt, fails with it, is made once, and none after the end."""
    tracer, spans, _reader = exported
    VirtualQInstrumentor().instrument(tracer_provider=tracer)
    with testing.sandbox() as sandbox, Session(sandbox.api_key, retries=0) as session:
        sandbox.fail("get_caller", latency=0.1, status=503, times=1)
        with pytest.raises(ServerError):
            session.get_caller(3042, PHONE)
        session.get_caller(3042, PHONE)
        failed, good = spans.get_finished_spans()
        VirtualQInstrumentor().uninstrument()
        session.get_caller(3042, PHONE)
        assert len(spans.get_finished_spans()) == 2
    assert failed.start_time is not None
    assert failed.end_time is not None
    assert failed.end_time - failed.start_time >= 0.1 * 1e9
    assert (failed.status.status_code, good.status.status_code) == (
        StatusCode.ERROR,
        StatusCode.UNSET,
    )


def test_found_by_the_agent() -> None:
    """`opentelemetry-instrument` finds it by its entry point."""
    every = entry_points()
    found = (
        every.select(group="opentelemetry_instrumentor")
        if hasattr(every, "select")
        else every.get("opentelemetry_instrumentor", [])
    )
    assert any(each.load() is VirtualQInstrumentor for each in found if each.name == "virtualq")

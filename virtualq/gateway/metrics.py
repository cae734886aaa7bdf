"""What Prometheus is told of a gateway; counted by app, sent on /metrics."""

from __future__ import annotations

from typing import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from virtualq._http.version import __version__
from virtualq.gateway.breaker import Breaker
from virtualq.gateway.outbox import Outbox
from virtualq.gateway.store import StoreError

_PREFIX = "virtualq_gateway"
# A caller notices from about half a second on.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)


class Metrics:
    """Counts answers by path, word and reason, and their time."""

    def __init__(self, breaker: Breaker, outbox: Outbox) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            f"{_PREFIX}_answers",
            "Answers by path, word and reason.",
            ["path", "word", "reason"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            f"{_PREFIX}_answer_seconds",
            "Time to answer, in seconds.",
            ["path"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_Now(lambda: _look(breaker, outbox)))

    def count(self, path: str, word: str, reason: str, seconds: float) -> None:
        """Take note of an answer."""
        self._answers.labels(path, word, reason).inc()
        self._seconds.labels(path).observe(seconds)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)


class _Now(Collector):
    """Metrics that are looked up when asked for."""

    def __init__(self, look: Callable[[], Iterator[Metric]]) -> None:
        self._look = look

    def collect(self) -> Iterator[Metric]:
        """Return the metrics."""
        return self._look()


def _look(breaker: Breaker, outbox: Outbox) -> Iterator[Metric]:
    info = GaugeMetricFamily(f"{_PREFIX}_info", "Always 1.", labels=["version"])
    info.add_metric([__version__], 1)
    yield info
    about = "1 while the service does not answer and calls are not tried."
    yield GaugeMetricFamily(f"{_PREFIX}_resting", about, value=float(breaker.resting))
    try:
        counts = outbox.counts()
    except StoreError:
        return
    for name, what, value in (
        ("pending", "Reports that wait to be delivered.", counts.pending),
        ("dead", "Reports that were given up and can be sent again.", counts.dead),
        ("oldest_seconds", "For how long the oldest waits.", outbox.oldest_seconds(counts)),
    ):
        yield GaugeMetricFamily(f"{_PREFIX}_outbox_{name}", what, value=value)
    delivered = "Reports that were delivered since the state file was made."
    yield CounterMetricFamily(f"{_PREFIX}_outbox_delivered", delivered, value=counts.delivered)

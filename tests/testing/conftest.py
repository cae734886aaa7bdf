"""What the tests share: the same service with each of its faces."""

from __future__ import annotations

from typing import Iterator

import pytest

import virtualq.testing
from virtualq.sandbox.face import Face
from virtualq.sandbox.server import Sandbox


@pytest.fixture(params=["in process", "over HTTP"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Face]:
    """A service, with each of its faces."""
    over_http = request.param == "over HTTP"
    with Sandbox(speed=0) if over_http else virtualq.testing.sandbox() as running:
        yield running

"""What the tests of the sandbox share: an empty service on a clock that is turned by hand."""

from __future__ import annotations

from typing import Iterator

import pytest

from virtualq.sandbox.clock import Clock
from virtualq.sandbox.commands import Commands
from virtualq.sandbox.face import Face
from virtualq.sandbox.rules import Service

from .asking import Asker, HandClock


@pytest.fixture
def clock() -> HandClock:
    """A clock at five in the morning."""
    return HandClock()


@pytest.fixture
def service(clock: HandClock) -> Iterator[Service]:
    """An empty service on that clock."""
    service = Service(clock=Clock(clock))
    service.add_routes(Commands(Face(service, "")).methods)
    yield service
    service.close()


@pytest.fixture
def ask(service: Service) -> Asker:
    """Asks that service."""
    return Asker(service)

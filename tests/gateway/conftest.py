"""A service and a gateway in front of it."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Tuple

import pytest

from virtualq.sandbox.server import Sandbox

from .desk import Desk
from .process import Gateway


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The service, with bad days on order."""
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tuple[Sandbox, Gateway]]:
    """A service and a gateway for many short questions, which leave nothing behind."""
    with Sandbox() as sandbox:
        folder = tmp_path_factory.mktemp("shared")
        with Gateway(sandbox, folder, "--country", "DE") as gateway:
            yield sandbox, gateway


@pytest.fixture
def gateway(sandbox: Sandbox, tmp_path: Path) -> Iterator[Gateway]:
    """A gateway as most run it."""
    with Gateway(sandbox, tmp_path, "--country", "DE") as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An outbox with a service that takes everything."""
    desk = Desk(tmp_path / "state.sqlite")
    yield desk
    desk.close()

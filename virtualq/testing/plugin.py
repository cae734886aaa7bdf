"""The pytest plugin: fixtures that give a test the service in process; leads to testing.in_process.

pytest loads this module in every run, so it loads nothing else before a fixture is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

import pytest

from virtualq.testing import sandbox

if TYPE_CHECKING:
    from virtualq.session import Session
    from virtualq.testing.in_process import InProcessSandbox


@pytest.fixture
def virtualq_sandbox() -> Iterator[InProcessSandbox]:
    """The virtualQ service in process, empty: `notify`, `time_out`, `reported`, `requests`."""
    with sandbox() as running:
        yield running


@pytest.fixture
def virtualq_session(virtualq_sandbox: InProcessSandbox) -> Iterator[Session]:
    """A Session that talks to `virtualq_sandbox`."""
    from virtualq.session import Session

    with Session(virtualq_sandbox.api_key, base_url=virtualq_sandbox.url) as session:
        yield session

"""The pytest plugin: the service in process as fixtures, and no call to a real one.

pytest loads this module in every run, so it loads nothing else of weight before a test needs it.
It leads to testing.in_process, and stands in _http.seam.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generator, Iterator, Optional

import pytest

from virtualq._http import seam
from virtualq.testing import RealCallRefused, sandbox

if TYPE_CHECKING:
    from virtualq.session import Session
    from virtualq.testing.in_process import InProcessSandbox

_LIVE = "virtualq_live"
_GUARD = "virtualq_guard"
_HELP = "let Sessions of virtualq call the real service, which may line up real people"


@pytest.fixture
def virtualq_sandbox() -> Iterator[InProcessSandbox]:
    """The virtualQ service in process, empty: `notify`, `step`, `fail`, `requests` and more."""
    with sandbox() as running:
        yield running


@pytest.fixture
def virtualq_session(virtualq_sandbox: InProcessSandbox) -> Iterator[Session]:
    """A Session that talks to `virtualq_sandbox`."""
    from virtualq.session import Session

    with Session(virtualq_sandbox.api_key, base_url=virtualq_sandbox.url) as session:
        yield session


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini option that lets every test of a run call out."""
    parser.addini(_LIVE, _HELP, type="bool", default=False)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Refuse real calls from here on: a conftest may make one when it is imported."""
    _stand_guard(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Tell of the mark, and refuse real calls where a conftest has named this plugin."""
    config.addinivalue_line("markers", f"{_LIVE}: {_HELP}")
    _stand_guard(config)


def _stand_guard(config: pytest.Config) -> None:
    plugins = config.pluginmanager
    if not plugins.has_plugin(_GUARD) and not config.getini(_LIVE):
        guard = Guard()
        plugins.register(guard, _GUARD)
        config.add_cleanup(guard.stand_down)


class Guard:
    """Refuses every host but this machine, except while a test runs that is marked to call out."""

    def __init__(self) -> None:
        self._item: Optional[pytest.Item] = None
        self._before = seam.guard
        seam.guard = self.check

    def stand_down(self) -> None:
        """Let Sessions call out again: a program may run pytest and go on."""
        seam.guard = self._before

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, None, None]:
        """Know which test runs."""
        self._item = item
        yield
        self._item = None

    def check(self, host: str) -> None:
        """Raise RealCallRefused for a host that is not this machine."""
        from virtualq._http.endpoint import is_loopback

        if is_loopback(host) or (self._item and self._item.get_closest_marker(_LIVE)):
            return
        raise RealCallRefused(
            f"a test was about to call {host}, which may line up a real person; use the fixture"
            f" virtualq_sandbox (or virtualq.testing.sandbox()), or mark the test with"
            f" @pytest.mark.{_LIVE} if it is to call out (ini option {_LIVE} = true for all)"
        )

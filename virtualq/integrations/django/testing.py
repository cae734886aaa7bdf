"""A sandbox for each account of a site in its tests; stands between accounts and the service."""

from __future__ import annotations

import unittest
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Dict, Generator, Optional, cast
from uuid import uuid4

from virtualq import testing
from virtualq.integrations.django import accounts, options

if TYPE_CHECKING:
    from virtualq.testing.in_process import InProcessSandbox

__all__ = ["Sandboxes", "VirtualQTestMixin", "sandboxes"]


class Sandboxes:
    """The sandboxes by account, each opened when it is first asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._open: Dict[str, InProcessSandbox] = {}

    def __getitem__(self, alias: str) -> InProcessSandbox:
        """Return the sandbox of an account; ConfigurationError when the settings have none."""
        if alias not in self._open:
            options.of_account(alias)
            # A key of its own for each test, so that no test finds what an earlier one has cached.
            opened = testing.sandbox(api_key=f"sandbox-{uuid4().hex}")
            self._open[alias] = self._stack.enter_context(opened)
        return self._open[alias]

    def adapt(self, alias: str, given: Dict[str, Any]) -> Dict[str, Any]:
        """Return the parameters of a Session that talks to the sandbox of its account."""
        return {**given, "api_key": self[alias].api_key}


@contextmanager
def sandboxes() -> Generator[Sandboxes, None, None]:
    """Let every account have a sandbox, made anew, while this lasts: `sandboxes["default"]`.

    For a fixture of pytest; a test case has VirtualQTestMixin.
    """
    with ExitStack() as stack:
        found = Sandboxes(stack)
        accounts.stand_in(found.adapt)
        stack.callback(accounts.stand_in, None)
        yield found


class VirtualQTestMixin(testing.BeforeTestCase):
    """Before any of Django's test cases: a sandbox for each account and test.

    `self.virtualq` is that of "default", `self.virtualqs["eu"]` of another. The settings need no
    key, and may be overridden as everywhere; a live server talks to the same sandboxes. What
    `setUpTestData` and setUpClass call is answered by others, which no test sees.
    """

    virtualqs: Sandboxes

    @property
    def virtualq(self) -> InProcessSandbox:
        """The sandbox of the default account."""
        return self.virtualqs[options.DEFAULT]

    @classmethod
    def setUpClass(cls) -> None:
        """Set the class up without the real service, whose key may be in the settings."""
        with sandboxes():
            cast(Any, super()).setUpClass()

    def run(self, result: Optional[unittest.TestResult] = None) -> Optional[unittest.TestResult]:
        """Run the test with its sandboxes, its setUp and tearDown included."""
        with sandboxes() as self.virtualqs:
            return cast("Optional[unittest.TestResult]", cast(Any, super()).run(result))

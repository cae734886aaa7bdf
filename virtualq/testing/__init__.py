"""The sandbox for tests: the service in process, no socket, no thread; leads to testing.in_process.

pytest has the fixtures `virtualq_sandbox` and `virtualq_session`, a TestCase VirtualQTestMixin,
everything else `with virtualq.testing.sandbox() as sandbox: Session(sandbox.api_key)`. Under pytest
no Session reaches any host but this machine, see RealCallRefused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, cast

if TYPE_CHECKING:
    import unittest

    from virtualq.testing.in_process import InProcessSandbox

__all__ = ["RealCallRefused", "VirtualQTestMixin", "sandbox"]


class RealCallRefused(RuntimeError):
    """A test was about to call a real service, which might have lined up a real person.

    No VirtualQError: a program that handles those must not swallow it.
    """


def sandbox(*, api_key: Optional[str] = None, base_url: Optional[str] = None) -> InProcessSandbox:
    """Return a sandbox for a `with` statement; in it, it answers every Session of this process.

    `base_url` is the only one whose Sessions it answers, None for all. Of several sandboxes that of
    a Session's `api_key` answers it; None is the key that every sandbox has.
    """
    # Loaded on use: pytest imports this package in every run, whether it tests virtualq or not.
    from virtualq.sandbox.seeds import API_KEY
    from virtualq.testing.in_process import InProcessSandbox

    return InProcessSandbox(api_key=api_key or API_KEY, base_url=base_url)


class BeforeTestCase:
    """What a mixin stands on that counts before a unittest.TestCase alone.

    Behind it its `run` would never be called, and the tests would ask the real service.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        """Refuse to stand behind the test case."""
        import unittest

        super().__init_subclass__(**options)
        order = cls.__mro__
        if unittest.TestCase in order[: order.index(BeforeTestCase)]:
            raise TypeError(f"{cls.__name__}: VirtualQTestMixin goes before the test case")


class VirtualQTestMixin(BeforeTestCase):
    """A unittest.TestCase with this before it has a sandbox for each test: `self.virtualq`."""

    virtualq: InProcessSandbox

    def run(self, result: Optional[unittest.TestResult] = None) -> Optional[unittest.TestResult]:
        """Run the test in its sandbox, with its setUp and tearDown, whatever those call."""
        with sandbox() as self.virtualq:
            return cast("Optional[unittest.TestResult]", cast(Any, super()).run(result))

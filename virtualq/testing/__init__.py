"""The sandbox for tests: the service in process, no socket, no thread; leads to testing.in_process.

The pytest fixtures `virtualq_sandbox` and `virtualq_session` come with the extra `test`. Without
pytest: `with virtualq.testing.sandbox() as sandbox: Session(sandbox.api_key)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from virtualq.testing.in_process import InProcessSandbox

__all__ = ["sandbox"]


def sandbox() -> InProcessSandbox:
    """Return a sandbox for a `with` statement; in it, what `requests` sends to it never leaves.

    Raises ConfigurationError when `responses`, of the extra `test`, is not installed.
    """
    # Loaded on use: pytest imports this package in every run, whether it tests virtualq or not.
    from virtualq.testing.in_process import InProcessSandbox

    return InProcessSandbox()

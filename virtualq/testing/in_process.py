"""The sandbox in process: `responses` intercepts what requests sends, and rules answers it."""

from __future__ import annotations

import re
from types import TracebackType
from typing import TYPE_CHECKING, Dict, Optional, Tuple, Type

from virtualq._api.operations import SERVERS
from virtualq.errors import ConfigurationError
from virtualq.sandbox.clock import Clock, utc_now
from virtualq.sandbox.exchange import Request
from virtualq.sandbox.face import Face
from virtualq.sandbox.rules import Service
from virtualq.sandbox.seeds import API_KEY

try:
    import responses
except ModuleNotFoundError:
    raise ConfigurationError(
        'virtualq.testing needs the package responses: pip install "virtualq[test]"'
    ) from None

if TYPE_CHECKING:
    from requests import PreparedRequest

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


class InProcessSandbox(Face):
    """A sandbox under the address of the real service, for a `with` statement.

    Inside of it requests to any other address are refused with ConnectionError, so that a test
    never calls out. `clock` tells the time as an aware UTC datetime.
    """

    def __init__(self, *, api_key: str = API_KEY, clock: Clock = utc_now) -> None:
        super().__init__(Service(api_key=api_key, clock=clock), SERVERS[0])
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False)

    def close(self) -> None:
        """Stop intercepting and forget the state."""
        self._mock.stop(allow_assert=False)
        self._service.close()

    def __enter__(self) -> InProcessSandbox:
        self._mock.start()
        address = re.compile(re.escape(self.url) + "/.*")
        for method in _METHODS:
            self._mock.add_callback(method, address, callback=self._answer, content_type=None)
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def _answer(self, sent: PreparedRequest) -> Tuple[int, Dict[str, str], bytes]:
        headers = {name.lower(): str(value) for name, value in sent.headers.items()}
        body = sent.body or b""
        content = body.encode() if isinstance(body, str) else body
        request = Request(sent.method or "", sent.path_url, headers, content)
        answer = self._service.answer(request)
        return answer.status, dict(answer.headers), answer.body

"""What a call raises; made by wire and parameters, completed and raised by session.

    VirtualQError
    +-- ConfigurationError (ValueError)      the Session cannot work as it was set up
    +-- InvalidParameterError (ValueError)   a parameter is wrong; nothing was sent
    +-- TransportError                       no answer
    |   +-- ConnectError                     nothing was sent (DNS, refused, TLS, proxy)
    |   +-- ConnectionLostError              sent, the answer never came or broke off
    |   +-- DeadlineExceededError (TimeoutError)
    +-- UnexpectedResponseError              an answer below 400 that is not the API's
    +-- APIError                             the service refused, or any other status from 400
        +-- BadRequestError 400
        +-- AuthenticationError 401
        +-- PermissionDeniedError 403
        +-- NotFoundError 404
        +-- ConflictError 409
        +-- UnprocessableEntityError 422
        +-- RateLimitedError 429
        +-- ServerError 5xx

Errors are plain data: they survive pickle, copy and deepcopy as equals, and hold neither the
API key nor the phone number.
"""

from __future__ import annotations

from typing import Mapping, Optional, Tuple, Type, cast

_LONGEST = 390


def _one_line(text: str) -> str:
    """Return `text` on one line of fewer than 400 characters that any terminal can print."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    line = " ".join(printable.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


class VirtualQError(Exception):
    """Anything this library raises.

    `operation` is the name of the Session function, None outside of a call. `attempts` counts how
    often its request was tried, 0 when nothing was sent. `elapsed` is the time of the call in
    seconds. `maybe_applied` answers: may the service have carried the change out all the same? It
    is always false for look-ups.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(_one_line(message))
        self.operation: Optional[str] = None
        self.attempts: int = 0
        self.elapsed: float = 0.0
        self.maybe_applied: bool = False

    def __str__(self) -> str:
        # OSError, a base of DeadlineExceededError, would print its errno instead.
        return str(self.args[0]) if self.args else ""

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.args == other.args and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), self.args))


class ConfigurationError(VirtualQError, ValueError):
    """The Session cannot work as it was set up; nothing was sent."""


class InvalidParameterError(VirtualQError, ValueError):
    """A parameter is wrong; nothing was sent.

    `parameter` is its name, with the way to the faulty part: `properties.a[2].b`.
    """

    def __init__(self, message: str = "", *, parameter: str = "") -> None:
        super().__init__(message)
        self.parameter: str = _one_line(parameter)


class TransportError(VirtualQError):
    """There is no answer."""


class ConnectError(TransportError):
    """Nothing was sent: name look-up, connection, TLS or proxy failed."""


class ConnectionLostError(TransportError):
    """The request was sent, but the answer never came or broke off."""


class DeadlineExceededError(TransportError, TimeoutError):
    """The deadline passed before the answer was complete."""


class UnexpectedResponseError(VirtualQError):
    """An answer that is not the API's: not JSON, the wrong shape, a redirect, too large.

    `status` is the HTTP status, None when the answer was not even HTTP.
    """

    def __init__(self, message: str = "", *, status: Optional[int] = None) -> None:
        super().__init__(message)
        self.status = status


class APIError(VirtualQError):
    """The service answered with a status from 400.

    `status` is the HTTP status. `code`, `title`, `detail` and `pointer` (a JSON pointer into the
    request) come from the first error of the error document, None where it has none. `errors` are
    all of its errors as plain dicts, empty without an error document. `retry_after` is the time to
    wait in seconds, None when the service gave none that makes sense. `request_id` is the
    X-Request-Id header, None without one. Secrets are masked in all of them. `message` may be left
    out: the errors make one.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 0,
        errors: Tuple[Mapping[str, object], ...] = (),
        retry_after: Optional[float] = None,
        request_id: Optional[str] = None,
    ) -> None:
        self.status = status
        self.code: Optional[str] = _text(errors, "code")
        self.title: Optional[str] = _text(errors, "title")
        self.detail: Optional[str] = _text(errors, "detail")
        self.pointer: Optional[str] = _text(errors, "source", "pointer")
        super().__init__(message or self._summary())
        self.errors = errors
        self.retry_after = retry_after
        self.request_id = request_id

    def _summary(self) -> str:
        said = ": ".join(text for text in (self.title, self.detail) if text) or self.code
        if not said:
            return f"got status {self.status} without an error document; is base_url right?"
        where = f" ({self.pointer})" if self.pointer else ""
        return f"the service answered {self.status}: {said}{where}"

    @staticmethod
    def for_status(status: int) -> Type[APIError]:
        """Return the class that stands for an HTTP status; APIError where there is no other."""
        return _BY_STATUS.get(status, ServerError if 500 <= status <= 599 else APIError)


def _text(errors: Tuple[Mapping[str, object], ...], *path: str) -> Optional[str]:
    """Return a member of the first error as text, None when it is neither text nor a number."""
    value: object = errors[0] if errors else None
    for name in path:
        value = cast("Mapping[str, object]", value).get(name) if isinstance(value, dict) else None
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value)
    return None


class BadRequestError(APIError):
    """400: the service did not understand the request."""


class AuthenticationError(APIError):
    """401: the API key is missing or wrong."""


class PermissionDeniedError(APIError):
    """403: the API key may not do this."""


class NotFoundError(APIError):
    """404: no such caller or line, or the address is not the API's."""


class ConflictError(APIError):
    """409: the request contradicts the state of the caller."""


class UnprocessableEntityError(APIError):
    """422: an attribute is missing or has a value the service refuses, see `pointer`."""


class RateLimitedError(APIError):
    """429: too many requests, see `retry_after`."""


class ServerError(APIError):
    """5xx: the service, or a proxy before it, failed."""


_BY_STATUS: Mapping[int, Type[APIError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitedError,
}

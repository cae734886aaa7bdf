"""What a call raises; made by wire and transport, completed by attempts and raised by session.

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

Errors are plain data, and hold neither the API key nor the phone number. They survive pickle, copy
and deepcopy as equals, and `type(error)(*json.loads(json.dumps(error.args)))` too, which is how
Celery's JSON results make them anew.
"""

from __future__ import annotations

from typing import Any, ClassVar, List, Mapping, Optional, Sequence, Tuple, Type, cast

__all__ = [
    "APIError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "ConnectionLostError",
    "DeadlineExceededError",
    "InvalidParameterError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitedError",
    "ServerError",
    "TransportError",
    "UnexpectedResponseError",
    "UnprocessableEntityError",
    "VirtualQError",
]

_LONGEST = 390


def _one_line(text: str) -> str:
    """Return `text` on one line of fewer than 400 characters that any terminal can print."""
    # Runs of blanks become one below, so that more is looked at than fits; the rest is not, however
    # long the text is.
    shown = (char if char.isprintable() else " " for char in text[: 10 * _LONGEST])
    line = " ".join("".join(shown).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


class VirtualQError(Exception):
    """Anything this library raises.

    `operation` is the name of the Session function, None outside of a call. `attempts` counts how
    often its request was tried, 0 when nothing was sent. `elapsed` is the time of the call in
    seconds. `maybe_applied` answers: may the service have carried the change out all the same? It
    is always false for look-ups.

    Your tests may make any of these errors, by keyword; `facts` are the same as `args` has them.
    """

    args: Tuple[Any, ...]
    operation: Optional[str]
    attempts: int
    elapsed: float
    maybe_applied: bool
    _left_out: ClassVar[Mapping[str, object]] = {
        "operation": None,
        "attempts": 0,
        "elapsed": 0.0,
        "maybe_applied": False,
    }

    def __init__(
        self,
        message: str = "",
        facts: Optional[Mapping[str, object]] = None,
        *,
        operation: Optional[str] = None,
        attempts: int = 0,
        elapsed: float = 0.0,
        maybe_applied: bool = False,
    ) -> None:
        self._fill(message, facts or {}, operation, attempts, elapsed, maybe_applied)

    def _fill(
        self,
        message: str,
        facts: Mapping[str, object],
        operation: Optional[str],
        attempts: int,
        elapsed: float,
        maybe_applied: bool,
    ) -> None:
        """Take everything over, but for facts that only a newer version knows."""
        common = (operation, attempts, elapsed, maybe_applied)
        for name, value in {**dict(zip(VirtualQError._left_out, common)), **facts}.items():
            if name in self._left_out:
                several = isinstance(value, list)  # JSON knows no tuple
                self.__dict__[name] = tuple(cast("List[object]", value)) if several else value
        self._tell(message)

    def _tell(self, message: str) -> None:
        """Put all that is known into args: whoever copies an error by them loses nothing."""
        facts = {
            name: list(cast("Sequence[object]", value)) if isinstance(value, tuple) else value
            for name, value in self.__dict__.items()
            if name in self._left_out and value != self._left_out[name]
        }
        self.args = (_one_line(message), facts) if facts else (_one_line(message),)

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name in self._left_out:  # also what pickle sets, of a version whose args had no facts
            self._tell(str(self))

    def __str__(self) -> str:
        # OSError, a base of DeadlineExceededError, would print its errno instead.
        return str(self.args[0]) if self.args else ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return str(self) == str(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), str(self)))


class ConfigurationError(VirtualQError, ValueError):
    """The Session cannot work as it was set up; nothing was sent."""


class InvalidParameterError(VirtualQError, ValueError):
    """A parameter is wrong; nothing was sent.

    `parameter` is its name, with the way to the faulty part: `properties.a[2].b`.
    """

    parameter: str
    _left_out: ClassVar[Mapping[str, object]] = {**VirtualQError._left_out, "parameter": ""}

    def __init__(
        self,
        message: str = "",
        facts: Optional[Mapping[str, object]] = None,
        *,
        parameter: str = "",
        operation: Optional[str] = None,
        attempts: int = 0,
        elapsed: float = 0.0,
        maybe_applied: bool = False,
    ) -> None:
        own = {"parameter": _one_line(parameter), **(facts or {})}
        self._fill(message, own, operation, attempts, elapsed, maybe_applied)


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

    status: Optional[int]
    _left_out: ClassVar[Mapping[str, object]] = {**VirtualQError._left_out, "status": None}

    def __init__(
        self,
        message: str = "",
        facts: Optional[Mapping[str, object]] = None,
        *,
        status: Optional[int] = None,
        operation: Optional[str] = None,
        attempts: int = 0,
        elapsed: float = 0.0,
        maybe_applied: bool = False,
    ) -> None:
        own = {"status": status, **(facts or {})}
        self._fill(message, own, operation, attempts, elapsed, maybe_applied)


class APIError(VirtualQError):
    """The service answered with a status from 400.

    `status` is the HTTP status. `code`, `title`, `detail` and `pointer` (a JSON pointer into the
    request) come from the first error of the error document, None where it has none. `errors` are
    all of its errors as plain dicts, empty without an error document. `retry_after` is the time to
    wait in seconds, None when the service gave none that makes sense. `request_id` is the
    X-Request-Id header, None without one. Secrets are masked in all of them. `message` may be left
    out: the errors make one.
    """

    status: int
    errors: Tuple[Mapping[str, object], ...]
    retry_after: Optional[float]
    request_id: Optional[str]
    _left_out: ClassVar[Mapping[str, object]] = {
        **VirtualQError._left_out,
        "status": 0,
        "errors": (),
        "retry_after": None,
        "request_id": None,
    }

    def __init__(
        self,
        message: str = "",
        facts: Optional[Mapping[str, object]] = None,
        *,
        status: int = 0,
        errors: Sequence[Mapping[str, object]] = (),
        retry_after: Optional[float] = None,
        request_id: Optional[str] = None,
        operation: Optional[str] = None,
        attempts: int = 0,
        elapsed: float = 0.0,
        maybe_applied: bool = False,
    ) -> None:
        own = {"status": status, "errors": errors, "retry_after": retry_after}
        own = {**own, "request_id": request_id, **(facts or {})}
        self._fill(message, own, operation, attempts, elapsed, maybe_applied)
        self.code: Optional[str] = _text(self.errors, "code")
        self.title: Optional[str] = _text(self.errors, "title")
        self.detail: Optional[str] = _text(self.errors, "detail")
        self.pointer: Optional[str] = _text(self.errors, "source", "pointer")
        if not message:
            self._tell(self._summary())

    def _summary(self) -> str:
        said = ": ".join(text for text in (self.title, self.detail) if text) or self.code
        if not said:
            # A gateway before the service says these without a document too.
            passing = self.status == 429 or self.status >= 500
            doubt = "" if passing else "; is base_url right?"
            return f"got status {self.status} without an error document{doubt}"
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
    plain = isinstance(value, (str, int)) and not isinstance(value, bool)
    return str(value) if plain else None


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

"""A client for the callers API of virtualQ, a virtual waiting queue.

    from virtualq import Session, Channel, Source

    with Session("key") as vq:
        vq.line_up_caller(3042, "+17343305027", channel=Channel.CALL_IN, source=Source.PHONE)
        if vq.verify_caller(3042, "+17343305027"):
            vq.notify_caller_connected(3042, "+17343305027")

Names are loaded when they are first used: a script that only verifies never loads the models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from virtualq._http import logs
from virtualq._http.version import __version__

if TYPE_CHECKING:
    from virtualq.errors import (
        APIError,
        AuthenticationError,
        BadRequestError,
        ConfigurationError,
        ConflictError,
        ConnectError,
        ConnectionLostError,
        DeadlineExceededError,
        InvalidParameterError,
        NotFoundError,
        PermissionDeniedError,
        RateLimitedError,
        ServerError,
        TransportError,
        UnexpectedResponseError,
        UnprocessableEntityError,
        VirtualQError,
    )
    from virtualq.models import CallerResult, Channel, ServiceState, Source, VirtualQCallerState
    from virtualq.result import Attempt, Result
    from virtualq.session import Session

__all__ = [
    "APIError",
    "Attempt",
    "AuthenticationError",
    "BadRequestError",
    "CallerResult",
    "Channel",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "ConnectionLostError",
    "DeadlineExceededError",
    "InvalidParameterError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitedError",
    "Result",
    "ServerError",
    "ServiceState",
    "Session",
    "Source",
    "TransportError",
    "UnexpectedResponseError",
    "UnprocessableEntityError",
    "VirtualQCallerState",
    "VirtualQError",
    "__version__",
]

_HOMES = {"Session": "session", "Result": "result", "Attempt": "result"}

# A library stays silent unless its user sets up logging.
logs.stay_silent()


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'virtualq' has no attribute {name!r}")
    from virtualq._api import late

    home = _HOMES.get(name) or ("errors" if name.endswith("Error") else "models")
    value = globals()[name] = getattr(late.load(f"virtualq.{home}"), name)
    return value


def __dir__() -> List[str]:
    return sorted({*globals(), *__all__})

"""What an error of the Session means to a caller on the phone; used by calls and reports."""

from __future__ import annotations

from virtualq.errors import (
    APIError,
    AuthenticationError,
    ConfigurationError,
    DeadlineExceededError,
    InvalidParameterError,
    NotFoundError,
    ServerError,
    VirtualQError,
)
from virtualq.gateway import answer


def reason_for(error: VirtualQError) -> str:
    """Return the word for X-VirtualQ-Reason."""
    if isinstance(error, InvalidParameterError):
        return answer.PARAMETER
    if isinstance(error, (ConfigurationError, AuthenticationError)):
        return answer.SETTINGS
    if isinstance(error, DeadlineExceededError):
        return answer.DEADLINE
    if isinstance(error, NotFoundError) and error.errors:
        return answer.NOT_FOUND
    # A 404 without an error document comes from a proxy or a wrong address, not from the API.
    if isinstance(error, APIError) and not isinstance(error, (ServerError, NotFoundError)):
        return answer.REFUSED
    return answer.UNREACHABLE


def is_outage(reason: str) -> bool:
    """Say whether the service did not answer at all, so that others would wait in vain, too."""
    return reason in (answer.DEADLINE, answer.UNREACHABLE)

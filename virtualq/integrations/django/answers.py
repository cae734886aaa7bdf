"""What a visitor is told of an error: status, text, form field; used by middleware and views.

The texts name nobody and hold nothing of the error: who reads them is not who can mend it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Mapping, Optional, Tuple, Type

from attrs import frozen
from django.utils.translation import gettext_lazy as _

from virtualq import errors
from virtualq.webhooks import SignatureError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_OURS = _("Something is wrong on our side. We are looking into it; please call us meanwhile.")
_GATEWAY = _("Your request could not be handled right now. Please call us, or try again later.")
_LATER = _("The waiting line cannot be reached right now. Please try again in a moment.")
_INVALID = _("Please check what you have entered.")

_ANSWERS: Tuple[Tuple[Type[errors.VirtualQError], int, StrOrPromise], ...] = (
    (errors.InvalidParameterError, 400, _INVALID),
    (SignatureError, 401, _GATEWAY),
    (errors.NotFoundError, 404, _("You are not in the waiting line any more.")),
    (errors.ConflictError, 409, _("That is not possible any more: your place has changed.")),
    (errors.UnprocessableEntityError, 422, _INVALID),
    (errors.RateLimitedError, 429, _("Too many people ask right now. Please wait a moment.")),
    (errors.ConfigurationError, 500, _OURS),
    (errors.AuthenticationError, 500, _OURS),
    (errors.PermissionDeniedError, 500, _OURS),
    (errors.ServerError, 503, _LATER),
    (errors.TransportError, 503, _LATER),
)
"""The first class that fits counts; all else is 502."""
_PHONE = _("Please enter your phone number with its area code.")
_WRONG_PHONE = frozenset(("phone", "number"))


@frozen
class Said:
    """An error as the site's answer.

    `status` is HTTP. `text` is for a visitor, in the language that is active when it is shown.
    `retry_after` is in whole seconds, None when nobody knows. `field` is the parameter that is
    wrong, such as "phone", None when it is none of the visitor's.
    """

    status: int
    text: StrOrPromise
    retry_after: Optional[int]
    field: Optional[str]


def say(error: errors.VirtualQError) -> Said:
    """Return what a visitor is told of an error."""
    status = 502
    text: StrOrPromise = _GATEWAY
    for kind, its_status, its_text in _ANSWERS:
        if isinstance(error, kind):
            status, text = its_status, its_text
            break
    field = _field(error)
    if field in _WRONG_PHONE and text is _INVALID:
        text = _PHONE
    retry_after: Optional[float] = getattr(error, "retry_after", None)
    seconds = None if retry_after is None else math.ceil(retry_after)
    return Said(status=status, text=text, retry_after=seconds, field=field)


_FIELDS: Mapping[str, str] = {"number": "phone"}


def _field(error: errors.VirtualQError) -> Optional[str]:
    """Return the name of the parameter at fault; a pointer ends in its name on the wire."""
    if isinstance(error, errors.InvalidParameterError):
        name = error.parameter.partition(".")[0].partition("[")[0]
    elif isinstance(error, errors.UnprocessableEntityError) and error.pointer:
        name = _last(error.pointer).replace("-", "_")
    else:
        return None
    return _FIELDS.get(name, name) or None


def _last(pointer: str) -> str:
    """Return the attribute in a JSON pointer, such as `phone` in `/data/attributes/phone`."""
    _before, found, after = pointer.partition("/attributes/")
    return after.partition("/")[0] if found else pointer.rpartition("/")[2]

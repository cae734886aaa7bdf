"""A client for the API of virtualQ, a virtual waiting queue.

    from virtualq import Session, Channel, Source

    with Session("key") as vq:
        vq.line_up_caller(3042, "+17343305027", channel=Channel.CALL_IN, source=Source.PHONE)
        if vq.verify_caller(3042, "+17343305027"):
            vq.notify_caller_connected(3042, "+17343305027")

Names are loaded when they are first used: a script that only verifies never loads the models.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, List

from virtualq._api import logs
from virtualq._http.version import __version__

if TYPE_CHECKING:
    from virtualq import errors, models
    from virtualq.errors import *
    from virtualq.models import *
    from virtualq.result import Attempt, Result
    from virtualq.session import Session

    __all__ = ["Attempt", "Result", "Session", "__version__"]
    __all__ += errors.__all__
    __all__ += models.__all__

_HOMES = {"Session": "session", "Result": "result", "Attempt": "result"}

# A library stays silent unless its user sets up logging.
logs.stay_silent()


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562); `__all__` takes loading all of them."""
    if name == "__all__":
        return [*_HOMES, *_names("errors"), *_names("models"), "__version__"]
    home = _HOMES.get(name) or ("errors" if name.endswith("Error") else "models")
    if not name[:1].isupper() or name not in _names(home):
        raise AttributeError(f"module 'virtualq' has no attribute {name!r}")
    value = globals()[name] = getattr(_load(home), name)
    return value


def _load(home: str) -> ModuleType:
    from virtualq._api import late

    return late.load(f"virtualq.{home}")


def _names(home: str) -> List[str]:
    if home == "models":  # known without loading them
        from virtualq._api.operations import CLASSES

        return list(CLASSES)
    return list(getattr(_load(home), "__all__", _HOMES))


def __dir__() -> List[str]:
    return sorted({*globals(), *_HOMES, *_names("errors"), *_names("models")})

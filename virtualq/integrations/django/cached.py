"""Look-ups answered from Django's cache, for pages that many people look at; below accounts.

    sessions["default"].cached.list_callers_waiting(24, fresh=3, stale=60)

What is younger than `fresh` seconds comes from the cache. What is older is asked anew by one
process at a time, while the others get the old answer; where there is none yet they wait for the
first, up to a second. When the service does not answer, that of up to `stale` seconds ago is given.
Secrets of the model, such as `token`, are None in all of them.
"""

from __future__ import annotations

import time
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    cast,
)

import attrs
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from virtualq.errors import (
    RateLimitedError,
    ServerError,
    TransportError,
    UnexpectedResponseError,
    VirtualQError,
)
from virtualq.result import Result

if TYPE_CHECKING:
    from virtualq.models import CallerResult, LineResult
    from virtualq.session import Session

_DOWN = (TransportError, ServerError, RateLimitedError, UnexpectedResponseError)
_REFRESH = 10.0
"""For how long one process may refresh before another tries, in seconds."""
_LOOKS, _PAUSE = 20, 0.05
"""How often, and after how many seconds each, who waits for the first answer looks for it."""


class _Kept(NamedTuple):
    at: float
    value: object
    status: int
    found: bool


class Cached:
    """The look-ups of one account, through the cache."""

    def __init__(self, session: Callable[[], Session], fingerprint: Callable[[], str]) -> None:
        self._session = session
        self._fingerprint = fingerprint

    def list_callers_waiting(
        self,
        call_center_id: int,
        *,
        line_id: Optional[int] = None,
        updated: Optional[bool] = None,
        fresh: float = 3,
        stale: float = 60,
    ) -> Result[List[CallerResult]]:
        """List those who wait, as Session.list_callers_waiting; `fresh`, `stale` in seconds."""
        given = (("call_center_id", call_center_id), ("line_id", line_id), ("updated", updated))
        found = self.ask("list_callers_waiting", given, fresh, stale)
        return cast("Result[List[CallerResult]]", found)

    def get_caller(
        self, line_id: int, phone: str, *, fresh: float = 3, stale: float = 60
    ) -> Result[Optional[CallerResult]]:
        """Look up a caller, as Session.get_caller; `fresh`, `stale` in seconds."""
        found = self.ask("get_caller", (("line_id", line_id), ("phone", phone)), fresh, stale)
        return cast("Result[Optional[CallerResult]]", found)

    def list_lines(
        self,
        call_center_id: Optional[int] = None,
        *,
        line_group_id: Optional[int] = None,
        query: Optional[str] = None,
        fresh: float = 60,
        stale: float = 3600,
    ) -> Result[List[LineResult]]:
        """List the lines, as Session.list_lines; `fresh`, `stale` in seconds."""
        given = (
            ("call_center_id", call_center_id),
            ("line_group_id", line_group_id),
            ("query", query),
        )
        return cast("Result[List[LineResult]]", self.ask("list_lines", given, fresh, stale))

    def ask(
        self, function: str, given: Tuple[Tuple[str, object], ...], fresh: float, stale: float
    ) -> Result[object]:
        """Return the answer to a look-up, new or kept."""
        key = self._key(function, given)
        longest = max(fresh, stale)
        kept = _look(key, longest)
        if kept and time.time() - kept.at < fresh:
            return _result(kept)
        if not cache.add(f"{key}.refresh", 1, _REFRESH):
            kept = kept or _first(key, longest)
            if kept:
                return _result(kept)
        try:
            new: Result[Any] = getattr(self._session(), function)(**dict(given))
        except VirtualQError as error:
            if not (kept and isinstance(error, _DOWN)):
                cache.delete(f"{key}.refresh")
                raise
            # The mark stays for a while: else each visitor would wait until the service times out.
            return _result(kept)
        kept = _Kept(time.time(), _without_secrets(new.value), new.status, new.found)
        cache.set(key, kept, longest)
        cache.delete(f"{key}.refresh")
        return _result(kept)

    def _key(self, function: str, given: Tuple[Tuple[str, object], ...]) -> str:
        """Return a key that tells nobody the phone number in it."""
        asked = f"{self._fingerprint()} {function} {given!r}"
        digest = salted_hmac("virtualq.cached", asked, algorithm="sha256").hexdigest()
        return f"virtualq.{digest}"


def _look(key: str, longest: float) -> Optional[_Kept]:
    """Return the answer that is kept, None when there is none of the last `longest` seconds."""
    kept: Optional[_Kept] = cache.get(key)
    return kept if kept and 0 <= time.time() - kept.at < longest else None


def _first(key: str, longest: float) -> Optional[_Kept]:
    """Wait for the first answer, which another asks for; None when this one is to ask after all.

    That is when the other has failed, is slow, or was none: a cache that is down adds nothing.
    """
    mark = f"{key}.refresh"
    for _ in range(_LOOKS):
        time.sleep(_PAUSE)
        kept = _look(key, longest)
        if kept or cache.add(mark, 1, _REFRESH) or not cache.get(mark):
            return kept
    return None


def _result(kept: _Kept) -> Result[object]:
    return Result(kept.value, status=kept.status, found=kept.found)


def _without_secrets(value: object) -> Any:
    """Return a value, or what is in it, without what the model marks as secret."""
    if isinstance(value, list):
        return [_without_secrets(each) for each in cast("Sequence[object]", value)]
    return _record(value) if attrs.has(type(value)) else value


def _record(record: Any) -> Any:
    kind: Any = record.__class__
    fields: Tuple[Any, ...] = attrs.fields(kind)
    secret = [each for each in fields if each.metadata.get("secret")]
    hidden = {name for each in secret for name in (each.name, each.metadata["wire"])}
    changes: Dict[str, Any] = {
        each.name: _without_secrets(getattr(record, each.name)) for each in fields
    }
    changes.update((each.name, None) for each in secret)
    # A secret that did not fit the type of its field is in `extra`.
    if "extra" in changes:
        extra: Dict[str, object] = changes["extra"]
        changes["extra"] = {name: held for name, held in extra.items() if name not in hidden}
    return attrs.evolve(record, **changes)

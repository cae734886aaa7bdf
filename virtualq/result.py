"""What a call returns; made by session from what _wire read."""

from __future__ import annotations

from typing import Callable, Generic, NoReturn, Tuple, TypeVar, Union, cast

T_co = TypeVar("T_co", covariant=True)


class Unread(Generic[T_co]):
    """A value that is made from the answer when it is first looked at.

    A script that only asks "is it their turn?" never loads the models: see docs/start-up.md.
    """

    __slots__ = ("read",)

    def __init__(self, read: Callable[[], T_co]) -> None:
        self.read = read


class Result(Generic[T_co]):
    """The outcome of a call that worked; immutable, and true when a caller was found.

    `value` is what was found: a CallerResult, None when there is none, or a list of them.
    `status` is the HTTP status. `found` says whether a caller was found (for a list: whether it
    has any), or, when the service answers a change without a document, that it was carried out.
    `attempts` counts the requests that were tried. `elapsed` is the time of the call in seconds.
    `reconciled` is true when the outcome of a line-up was unknown and a look-up found the caller.
    """

    __slots__ = ("_value", "attempts", "elapsed", "found", "reconciled", "status")
    _value: Union[T_co, Unread[T_co]]
    status: int
    found: bool
    attempts: int
    elapsed: float
    reconciled: bool

    def __init__(
        self,
        value: Union[T_co, Unread[T_co]],
        *,
        status: int = 200,
        found: bool = True,
        attempts: int = 1,
        elapsed: float = 0.0,
        reconciled: bool = False,
    ) -> None:
        put = object.__setattr__
        put(self, "_value", value)
        put(self, "status", status)
        put(self, "found", found)
        put(self, "attempts", attempts)
        put(self, "elapsed", elapsed)
        put(self, "reconciled", reconciled)

    @property
    def value(self) -> T_co:
        """What was found: a CallerResult, None when there is none, or a list of them."""
        value = self._value
        if isinstance(value, Unread):
            # Two threads may both read it here; they get equal values, and one of them stays.
            value = cast("Unread[T_co]", value).read()
            object.__setattr__(self, "_value", value)
        return value

    def reconciled_after(self, attempts: int) -> Result[T_co]:
        """Return this look-up as the outcome of a change that was tried so many times."""
        return Result(
            self._value,
            status=self.status,
            found=self.found,
            attempts=attempts,
            elapsed=self.elapsed,
            reconciled=True,
        )

    def __bool__(self) -> bool:
        return self.found

    def __repr__(self) -> str:
        return (
            f"Result(found={self.found}, status={self.status}, attempts={self.attempts}, "
            f"elapsed={self.elapsed:.3f}, reconciled={self.reconciled})"
        )

    def _state(self) -> Tuple[T_co, int, bool, int, float, bool]:
        return (
            self.value,
            self.status,
            self.found,
            self.attempts,
            self.elapsed,
            self.reconciled,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return self._state() == cast("Result[object]", other)._state()

    __hash__ = None  # type: ignore[assignment]  # the value may hold lists and dicts

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Result is immutable: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Result is immutable: {name} cannot be deleted")

    def __reduce__(self) -> Tuple[object, ...]:
        return _restore, self._state()


def _restore(
    value: object, status: int, found: bool, attempts: int, elapsed: float, reconciled: bool
) -> Result[object]:
    """Make a Result again from its state; pickle and copy call it."""
    return Result(
        value,
        status=status,
        found=found,
        attempts=attempts,
        elapsed=elapsed,
        reconciled=reconciled,
    )

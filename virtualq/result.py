"""What a call returns; made by attempts from what wire read."""

from __future__ import annotations

from typing import Callable, ClassVar, Generic, NoReturn, Tuple, TypeVar, Union, cast

T_co = TypeVar("T_co", covariant=True)


class Unread(Generic[T_co]):
    """A value that is made from the answer when it is first looked at.

    A script that only asks "is it their turn?" never loads the models: see docs/start-up.md.
    """

    __slots__: ClassVar[Tuple[str, ...]] = ("read",)

    def __init__(self, read: Callable[[], T_co]) -> None:
        self.read: Callable[[], T_co] = read


class Result(Generic[T_co]):
    """The outcome of a call that worked; immutable, and true when a caller was found."""

    __slots__: ClassVar[Tuple[str, ...]] = ("_about", "_value")
    _value: Union[T_co, Unread[T_co]]
    _about: Tuple[int, bool, int, float, bool]

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
        object.__setattr__(self, "_value", value)
        object.__setattr__(self, "_about", (status, found, attempts, elapsed, reconciled))

    @property
    def value(self) -> T_co:
        """What was found: a CallerResult, None when there is none, or a list of them."""
        value = self._value
        if isinstance(value, Unread):
            # Two threads may both read it here; they get equal values, and one of them stays.
            value = cast("Unread[T_co]", value).read()
            object.__setattr__(self, "_value", value)
        return value

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._about[0]

    @property
    def found(self) -> bool:
        """Whether a caller was found; for a list, whether it has any.

        True too when the service carried a change out and answered without a document.
        """
        return self._about[1]

    @property
    def attempts(self) -> int:
        """How often the request was tried."""
        return self._about[2]

    @property
    def elapsed(self) -> float:
        """The time the call took, in seconds."""
        return self._about[3]

    @property
    def reconciled(self) -> bool:
        """Whether the outcome of a line-up was unknown, and a look-up found the caller."""
        return self._about[4]

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

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        theirs = cast("Result[object]", other)
        return self._about == theirs._about and self.value == theirs.value

    def __hash__(self) -> int:
        return hash(self._about)  # the value may hold lists and dicts

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Result is immutable: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Result is immutable: {name} cannot be deleted")

    def __reduce__(self) -> Tuple[Callable[..., Result[object]], Tuple[object, ...]]:
        return _restore, (self.value, *self._about)


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

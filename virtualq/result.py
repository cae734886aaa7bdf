"""What a call returns, and what is told of each attempt; made by attempts from what wire read."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Callable,
    ClassVar,
    Generic,
    Iterator,
    List,
    Literal,
    NamedTuple,
    NoReturn,
    Optional,
    Tuple,
    Type,
    TypeVar,
    Union,
    cast,
    overload,
)

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Attempt(NamedTuple):
    """One attempt of a call, as `on_attempt` is told of it: no URL, no key and no phone number."""

    operation: str
    """Name of the Session function; of a line-up that is looked up, that of the look-up."""
    method: str
    """HTTP method in upper case."""
    template: str
    """Path below the base path with its parameters open: `/waiters`, `/waiters/{id}`; an id that is
    always the same stands in it: `/waiters/0`.
    """
    number: int
    """The first attempt of a request is 1."""
    seconds: float
    """How long this attempt took, without the pause before it."""
    status: Optional[int]
    """The HTTP status, None when there was no answer."""
    error: Optional[str]
    """Name of the class of the error that the attempt ended with, None when it ended well."""
    found: bool
    """As in a Result: false for an error too."""


class Unread(Generic[T_co]):
    """A value that is made from the answer when it is first looked at.

    A script that only asks "is it their turn?" never loads the models: see docs/start-up.md.
    """

    __slots__: ClassVar[Tuple[str, ...]] = ("read",)

    def __init__(self, read: Callable[[], T_co]) -> None:
        self.read: Callable[[], T_co] = read


class Result(Generic[T_co]):
    """The outcome of a call that worked; immutable, and true when something was found.

    A list can be gone through without `.value`. Made directly, a Result is a FoundResult or a
    MissingResult: type checkers learn from `if result:` that the value of a look-up is there.
    """

    __slots__: ClassVar[Tuple[str, ...]] = ("_about", "_value")
    _value: Union[T_co, Unread[T_co]]
    _about: Tuple[int, bool, int, float, bool]

    def __new__(
        cls,
        value: Union[T_co, Unread[T_co]],
        *,
        status: int = 200,
        found: Optional[bool] = None,
        attempts: int = 1,
        elapsed: float = 0.0,
        reconciled: bool = False,
    ) -> Self:
        """Make the outcome of a call; `found` left out is true but for an empty list."""
        if found is None:
            found = value != []
        kind = FoundResult if found else MissingResult
        self = super().__new__(cast("Type[Self]", kind) if cls is Result else cls)
        object.__setattr__(self, "_value", value)
        object.__setattr__(self, "_about", (status, found, attempts, elapsed, reconciled))
        return self

    @property
    def value(self) -> T_co:
        """What was found: an object of the model, None when there is none, or a list of them."""
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
        """Whether what was asked for was found; for a list, whether there is anything in it.

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
        return type(self)(
            self._value,
            status=self.status,
            found=self.found,
            attempts=attempts,
            elapsed=self.elapsed,
            reconciled=True,
        )

    def __bool__(self) -> bool:
        return self.found

    def __iter__(self: Result[List[T]]) -> Iterator[T]:
        return iter(self.value)

    def __len__(self: Result[List[T]]) -> int:
        return len(self.value)

    @overload
    def __getitem__(self: Result[List[T]], index: int) -> T: ...
    @overload
    def __getitem__(self: Result[List[T]], index: slice) -> List[T]: ...
    def __getitem__(self: Result[List[T]], index: Union[int, slice]) -> Union[T, List[T]]:
        return self.value[index]

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


class FoundResult(Result[T_co]):
    """The outcome of a call that found what it asked for, or carried out a change; always true."""

    __slots__ = ()

    def __bool__(self) -> Literal[True]:
        return True


class MissingResult(Result[T_co]):
    """The outcome of a call that did not find what it asked for; always false."""

    __slots__ = ()

    def __bool__(self) -> Literal[False]:
        return False


LookUp = Union[FoundResult[T], MissingResult[None]]
"""What a look-up returns: its value is there when the Result is true, else None."""


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

"""Keeps what a user gives out of tracebacks; around every public function of session.

Crash reporters record the variables of every frame of a traceback: the key, a phone number, the
password in a proxy's address would be in some of them, at whatever point an error or a signal came.
"""

from __future__ import annotations

from functools import wraps
from types import FunctionType
from typing import Any, Callable, Type, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])
Class = TypeVar("Class")


def without_locals(kind: Type[Class]) -> Type[Class]:
    """Put `unseen` around every public function of a class, for a class statement."""
    for name, member in list(vars(kind).items()):
        if name.startswith("_") and name != "__init__":
            continue
        if isinstance(member, FunctionType):
            setattr(kind, name, wraps(member)(unseen(member)))
        elif isinstance(member, classmethod):
            function = cast("classmethod[Any, ..., Any]", member).__func__
            setattr(kind, name, classmethod(wraps(function)(unseen(function))))
    return kind


def unseen(function: Function) -> Function:
    """Return a function whose exceptions show where they came from, and no variable on the way.

    Nothing that was raised below is chained to them. What Python cannot give is the very start:
    a signal that raises before the first instruction finds the arguments, as in the caller's frame.
    """

    def call(*args: object, **kwargs: object) -> object:
        """Call the function, and empty the frames of what comes out of it."""
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            del args, kwargs
            fault = error
        try:
            raise _emptied(fault)  # outside of the handler: only what the caller handles is chained
        finally:
            del fault  # else the frame and the error would keep each other alive

    return cast(Function, call)


def _emptied(error: BaseException) -> BaseException:
    """Empty the frames of an exception that has left them, but for the one that caught it."""
    error.__cause__ = error.__context__ = None
    error.__suppress_context__ = False
    here = error.__traceback__
    below = here.tb_next if here else None
    trace = below
    while trace is not None:
        try:
            trace.tb_frame.clear()
        except RuntimeError:
            pass  # still runs, such as a generator of the user's own
        trace = trace.tb_next
    return error.with_traceback(below)

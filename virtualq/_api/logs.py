"""Gives the logger `virtualq` its silent handler, without loading logging for it.

A program that never loads logging reads no records, and does not pay 13 ms for them. In one that
does, Python would print warnings of a logger without a handler to stderr; a library must not.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from logging import Logger
    from types import ModuleType

_NAME = "virtualq"
_logger: Optional[Logger] = None


def logger() -> Optional[Logger]:
    """Return the logger, None in a program that has not loaded logging."""
    global _logger
    if _logger is None:
        logging = sys.modules.get("logging")
        # getLogger stands late in the module: another thread may be in the middle of loading it.
        _logger = logging.getLogger(_NAME) if hasattr(logging, "getLogger") else None  # type: ignore[union-attr]
    return _logger


def stay_silent() -> None:
    """Add the handler now if logging is loaded, else as soon as it is."""
    if "logging" in sys.modules:
        _add_handler()
    elif _Watch not in sys.meta_path:
        sys.meta_path.insert(0, _Watch)


def _add_handler() -> None:
    import logging

    logging.getLogger(_NAME).addHandler(logging.NullHandler())


class _Watch:
    """Waits on sys.meta_path for the import of logging, and then goes."""

    @classmethod
    def find_spec(cls, name: str, path: Any, target: Any = None) -> Optional[ModuleSpec]:
        """Return what the other finders have for logging, nothing for another module."""
        if name != "logging":
            return None
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not cls]
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                _Loader.put_before(spec)
                return spec
        return None


class _Loader:
    """Loads logging as its own loader does, and adds the handler."""

    def __init__(self, spec: ModuleSpec, loader: Any) -> None:
        self._spec = spec
        self._loader = loader

    @classmethod
    def put_before(cls, spec: Any) -> None:
        """Let a module be loaded so."""
        if hasattr(spec.loader, "exec_module"):
            spec.loader = cls(spec, spec.loader)

    def create_module(self, spec: ModuleSpec) -> Optional[ModuleType]:
        """Return what the loader makes."""
        made: Optional[ModuleType] = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        """Run the module."""
        self._spec.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        _add_handler()

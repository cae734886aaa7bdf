"""The command `virtualq examples DIR`: copies the examples out of the package; started by command.

setup.py puts them into the package as `_examples`; a checkout has them beside it.
"""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, List, Tuple

from virtualq.errors import ConfigurationError

if TYPE_CHECKING:
    if sys.version_info >= (3, 11):
        from importlib.resources.abc import Traversable
    else:
        from importlib.abc import Traversable

_LEFT_OUT = ("__pycache__", "collected")
_ENDINGS_LEFT_OUT = (".pyc", ".sqlite3")


def add_options(parser: argparse.ArgumentParser) -> List[argparse.Action]:
    """Give a parser the options of `virtualq examples`."""
    words = "the folder to make: it must not exist, or be empty"
    return [parser.add_argument("folder", metavar="DIR", help=words)]


def run(asked: argparse.Namespace) -> int:
    """Copy the examples and print each file; return the exit code 0.

    Raises ConfigurationError for a folder that has something in it or cannot be written.
    """
    folder = Path(asked.folder)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ConfigurationError("DIR is there already, and has something in it")
        written = [_write(folder / name, source) for name, source in _walk(_examples(), "")]
    except OSError as error:
        raise ConfigurationError(f"DIR cannot be written: {error.strerror}") from None
    sys.stdout.write("".join(f"{path}\n" for path in written))
    return 0


def _examples() -> Traversable:
    package = files("virtualq")
    packed = package.joinpath("_examples")
    if packed.is_dir():
        return packed
    beside = Path(str(package)).parent / "examples"
    if beside.is_dir():
        return beside
    raise ConfigurationError("this installation has no examples")


def _walk(folder: Traversable, name: str) -> Iterator[Tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        inside = f"{name}{entry.name}"
        if entry.name in _LEFT_OUT or entry.name.endswith(_ENDINGS_LEFT_OUT):
            continue
        if entry.is_dir():
            yield from _walk(entry, f"{inside}/")
        else:
            yield inside, entry


def _write(path: Path, source: Traversable) -> Path:
    content = source.read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if content.startswith(b"#!"):  # a package, and a zipapp more so, may forget which can be run
        path.chmod(0o755)
    return path

"""Generated texts -> files: all of them or none, and none that is the same already; the last
step of generate.py.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import tempfile
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Tuple


def compare(folder: Path, texts: Mapping[str, str]) -> List[str]:
    """Return the lines of a unified diff from the files to what they should be; writes nothing."""
    lines: List[str] = []
    for name, text in sorted(texts.items()):
        path = folder / name
        before = _read(path)
        if before == text.encode("utf-8"):
            continue
        old = (
            []
            if before is None
            else before.decode("utf-8", "backslashreplace").splitlines(keepends=True)
        )
        label = f"{name} (missing)" if before is None else f"{name} (as it is)"
        diff = difflib.unified_diff(
            old, text.splitlines(keepends=True), label, f"{name} (as it should be)"
        )
        lines += [line.rstrip("\n") for line in diff] or [
            f"--- {label}",
            f"+++ {name}: line ends differ",
        ]
    return lines


def write(folder: Path, texts: Mapping[str, str]) -> List[str]:
    """Write what differs and return its names; on any OSError the folder is as it was before."""
    stale = {
        name: text
        for name, text in sorted(texts.items())
        if _read(folder / name) != text.encode("utf-8")
    }
    new = [path for path in {(folder / name).parent for name in stale} if not path.exists()]
    ready: Dict[str, str] = {}
    done: List[Tuple[Path, Optional[bytes]]] = []
    try:
        for name, text in stale.items():
            ready[name] = _stage(folder, name, text.encode("utf-8"))
        for name in stale:
            path = folder / name
            before = _read(path)
            os.replace(ready[name], path)
            del ready[name]
            done.append((path, before))
    except BaseException:
        for path, before in reversed(done):
            _put_back(path, before)
        for left in ready.values():
            with contextlib.suppress(OSError):
                os.unlink(left)
        for path in new:
            with contextlib.suppress(OSError):
                path.rmdir()
        raise
    return list(stale)


def _read(path: Path) -> Optional[bytes]:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _stage(folder: Path, name: str, data: bytes) -> str:
    """Write a temporary file beside its target, complete and on disk before it takes the
    target's place.
    """
    target = folder / name
    target.parent.mkdir(exist_ok=True)
    number, path = tempfile.mkstemp(prefix="." + target.name, dir=str(target.parent))
    try:
        with open(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(path, 0o644)
    except BaseException:
        os.unlink(path)
        raise
    return path


def _put_back(path: Path, before: Optional[bytes]) -> None:
    with contextlib.suppress(OSError):
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)

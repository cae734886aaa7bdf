"""Generated texts -> files: all or none, and none that is the same already; after the emitters."""

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
        before = _read(folder / name)
        if before == text.encode("utf-8"):
            continue
        old = (before or b"").decode("utf-8", "backslashreplace").splitlines(keepends=True)
        new = text.splitlines(keepends=True)
        label = f"{name} (missing)" if before is None else f"{name} (as it is)"
        diff = list(difflib.unified_diff(old, new, label, f"{name} (as it should be)"))
        # It compares what splitlines makes of both, which may be the same.
        diff = diff or [f"--- {label}", f"+++ {name}: line ends differ"]
        lines += [line.rstrip("\n") for line in diff]
    return lines


def write(folder: Path, texts: Mapping[str, str]) -> List[str]:
    """Write what differs and return its names; on any OSError the folder is as it was before."""
    wanted = {name: text.encode("utf-8") for name, text in sorted(texts.items())}
    stale = {name: data for name, data in wanted.items() if _read(folder / name) != data}
    new = [path for path in {(folder / name).parent for name in stale} if not path.exists()]
    ready: Dict[str, str] = {}
    done: List[Tuple[Path, Optional[bytes]]] = []
    try:
        for name, data in stale.items():
            ready[name] = _stage(folder / name, data)
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


def _stage(target: Path, data: bytes) -> str:
    """Write a file beside its target, complete and on disk before it takes the target's place."""
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

"""What the tests of the generator share: small specs, a run of the command, a fresh Python."""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, NamedTuple, Optional, Sequence

ROOT = Path(__file__).resolve().parent.parent.parent
REAL_SPEC = ROOT / "openapi" / "virtualq.yaml"
GENERATED = ("_api/operations.py", "_api/tables.py", "models.py")
Document = Dict[str, Any]

sys.path.insert(0, str(ROOT / "openapi"))

import generate  # noqa: E402
import model  # noqa: E402
import reading  # noqa: E402

KINDS = frozenset(model.FITS)
"""The kinds of value that the generator gives what a function sends."""

_load = generate.load_document


@functools.cache
def _load_unchanged(path: Path, when: int) -> Any:
    return _load(path)


def _load_once(path: Path) -> Any:
    """Load a spec; the project's own takes two seconds, so that it is loaded once a process."""
    own = path.resolve() == REAL_SPEC
    return _load_unchanged(REAL_SPEC, path.stat().st_mtime_ns) if own else _load(path)


generate.load_document = _load_once
generate.load = lambda path: _load_once(path)[0]


class Run(NamedTuple):
    """How a run of the command ended."""

    code: int
    out: str
    err: str


def run(*arguments: object) -> Run:
    """Run the command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = generate.main([str(argument) for argument in arguments])
    return Run(code, out.getvalue(), err.getvalue())


@functools.cache
def _real() -> str:
    return json.dumps(reading.read(REAL_SPEC))


def real_spec() -> Document:
    """Return the project's own spec, to be changed at will."""
    document: Document = json.loads(_real())
    return document


def small_spec(**schemas: Any) -> Document:
    """Return the smallest spec with these schemas."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Small", "version": "1"},
        "paths": {},
        "components": {"schemas": copy.deepcopy(schemas)},
    }


def thing(**properties: Any) -> Document:
    """Return the smallest spec with one class, Thing, of these properties."""
    return small_spec(Thing={"type": "object", "properties": properties})


def save(folder: Path, document: object, name: Optional[str] = None) -> Path:
    """Write a spec, a text as YAML and anything else as JSON, which is read a hundred times faster.

    JSON is YAML too: a name that says so has it read as YAML.
    """
    path = folder / (name or ("spec.yaml" if isinstance(document, str) else "spec.json"))
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    # What YAML takes for the end of a line, or not at all, is escaped; JSON does not ask for it.
    text = re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda odd: f"\\u{ord(odd[0]):04x}", text)
    path.write_text(text, encoding="utf-8")
    return path


def make(folder: Path, document: object, name: str = "made") -> Path:
    """Generate a package from a spec that is good."""
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text("")
    ended = run("--spec", save(folder, document), "--out", package)
    assert (ended.code, ended.err) == (0, "")
    return package


def refusal(folder: Path, document: object, name: Optional[str] = None) -> str:
    """Return what the command says of a bad spec, without the name of the file; no file is left."""
    package = folder / "refused"
    package.mkdir(exist_ok=True)
    path = save(folder, document, name)
    ended = run("--spec", path, "--out", package)
    assert ended.code == 2, ended
    assert ended.out == ""
    assert ended.err.startswith(str(path))
    assert ended.err.endswith("\n")
    assert len(ended.err.splitlines()) == 1
    assert list(package.iterdir()) == []
    return ended.err[len(str(path)) : -1]


def python(folder: Path, code: str, arguments: Sequence[str] = (), **env: str) -> str:
    """Run a program in a fresh Python that finds what was generated, and return what it printed."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", *arguments, "-c", code],
        cwd=str(folder),
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)]), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def texts(package: Path) -> Dict[str, str]:
    """Return what was generated, by file."""
    return {name: (package / name).read_text(encoding="utf-8") for name in GENERATED}


def at(document: Document, pointer: str) -> Any:
    """Return what stands at a JSON pointer."""
    place: Any = document
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        place = place[int(part)] if isinstance(place, list) else place[part]
    return place


def changed(
    document: Document, pointer: str, value: Optional[object], remove: bool = False
) -> Document:
    """Return the document with one thing put in place, or removed."""
    parent, _, name = pointer.rpartition("/")
    holder = at(document, parent)
    name = name.replace("~1", "/").replace("~0", "~")
    if remove:
        del holder[int(name) if isinstance(holder, list) else name]
    elif isinstance(holder, list):
        holder.append(value)
    else:
        holder[name] = value
    return document

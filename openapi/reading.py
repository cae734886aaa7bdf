"""Text of a spec -> plain data, strictly: the first step; checking.py comes next.

YAML 1.2 without its surprises: duplicate keys are refused, ``yes``, ``on`` and dates are texts,
and what JSON could not say (a key that is no text, NaN, a value that contains itself) is
refused.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, Dict, List, Tuple, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import VersionedResolver

from document import Problem, child

_MOST_VALUES = 200_000
_MOST_LEVELS = 100


def read(path: Path) -> object:
    """Read a YAML or JSON file; Problem with line and column for a text that cannot be parsed."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise Problem("", f"cannot be read ({error.strerror}); name a file that can") from None
    except UnicodeDecodeError as error:
        raise Problem("", f"is not UTF-8 at byte {error.start}; save it as UTF-8") from None
    data = _parse_json(text) if path.suffix == ".json" else _parse_yaml(text)
    return _Plain().copy(data, "#", 0)


class _Resolver(VersionedResolver):
    """YAML 1.2's core schema: no timestamps, no merge keys."""

    def add_version_implicit_resolver(  # the signature is ruamel's
        self, version: Any, tag: Any, regexp: Any, first: Any
    ) -> None:
        """Leave out what would make something else of a text."""
        if not str(tag).endswith((":timestamp", ":merge")):
            parent: Any = super()
            parent.add_version_implicit_resolver(version, tag, regexp, first)


def _parse_yaml(text: str) -> object:
    if re.search("^%YAML +(?!1[.]2)", text, re.MULTILINE):
        raise Problem("", "asks for another YAML version than 1.2; take the %YAML line out")
    yaml = YAML(typ="safe", pure=True)
    yaml.Resolver = _Resolver
    yaml.version = (1, 2)
    try:
        return cast("object", yaml.load(text))  # pyright: ignore[reportUnknownMemberType] (untyped)
    except (YAMLError, ValueError, RecursionError) as error:
        raise _not_yaml(error) from None


def _not_yaml(error: Any) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    fault = getattr(error, "problem", None) or getattr(error, "context", None) or error
    where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
    return Problem(where, f"is not YAML: {_first_line(fault)}; correct it there")


def _first_line(text: object) -> str:
    return str(text).strip().split("\n")[0]


def _parse_json(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        where = f":{error.lineno}:{error.colno}"
        raise Problem(where, f"is not JSON: {error.msg}; correct it there") from None
    except (ValueError, RecursionError) as error:
        raise Problem("", f"is not JSON: {_first_line(str(error))}; correct it there") from None


def _object(pairs: List[Tuple[str, object]]) -> Dict[str, object]:
    members: Dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise Problem("", f'has the key "{name}" twice in one object; keep one')
        members[name] = value
    return members


class _Plain:
    """Copies parsed data, aliases too up to a size, and refuses what JSON could not say."""

    def __init__(self) -> None:
        self._count = 0

    def copy(self, data: object, pointer: str, level: int) -> object:
        """Return a value as plain lists and objects, each its own."""
        self._count += 1
        if self._count > _MOST_VALUES or level > _MOST_LEVELS:
            text = "is too large, too deep or contains itself through an alias"
            raise Problem("#", f"{text}; write it out without")
        if isinstance(data, dict):
            members: Dict[str, object] = {}
            for name, value in cast("Dict[object, object]", data).items():
                key = self._key(name, pointer)
                members[key] = self.copy(value, child(pointer, key), level + 1)
            return members
        if isinstance(data, list):
            items = enumerate(cast("List[object]", data))
            return [self.copy(value, child(pointer, index), level + 1) for index, value in items]
        if isinstance(data, str):
            return self._text(data, pointer)
        if data is None or isinstance(data, int):  # true and false are too
            return data
        if isinstance(data, float) and math.isfinite(data):
            return data
        text = f"is a {type(data).__name__}, which JSON does not have; write it as a text in quotes"
        raise Problem(pointer, text)

    def _key(self, name: object, pointer: str) -> str:
        if not isinstance(name, str):
            raise Problem(pointer, f"has the key {name!r}, which is no text; write it in quotes")
        return self._text(name, pointer)

    @staticmethod
    def _text(text: str, pointer: str) -> str:
        if any("\ud800" <= character <= "\udfff" for character in text):
            message = "is a text with half a surrogate pair, which is no character; correct it"
            raise Problem(pointer, message)
        return text

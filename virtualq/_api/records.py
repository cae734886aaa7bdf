"""What every generated class of models.py stands on: records that outlive a version, open texts."""

from __future__ import annotations

from enum import Enum
from typing import Any, Dict, List, cast


class TextEnum(str, Enum):
    """A text out of a known set; ``str()`` of a member is its value on every Python."""

    def __str__(self) -> str:
        """Return the value."""
        return str(self.value)

    @property
    def do_not_call_in_templates(self) -> bool:
        """Keep Django's templates from calling the class, which would fail without a value.

        Django asks the class, and finds this property, which is true.
        """
        return True


class Record:
    """An immutable attrs class that loads pickles of an older version."""

    # Here and not in each class: with it among their slots, two classes are never of one layout,
    # as resources.py needs them.
    __slots__ = ("__weakref__",)

    def __getstate__(self) -> Dict[str, object]:
        """Return the fields by name."""
        return {name: getattr(self, name) for name in _names(self)}

    def __setstate__(self, state: Dict[str, object]) -> None:
        """Take the fields that are known; one that the other version lacked has its default."""
        blank = type(self)()
        for name in _names(self):
            object.__setattr__(self, name, state.get(name, getattr(blank, name)))


def _names(record: Record) -> List[str]:
    import attrs

    return [field.name for field in attrs.fields(cast(Any, type(record)))]

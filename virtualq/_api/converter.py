"""The cattrs converter of the generated models, for users and sandbox.

Structuring goes by the generated tables; writing goes by each attrs field's metadata: ``wire`` is
its name on the wire, ``within`` the object it is lifted out of. What is written is read back as an
equal object.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Type, cast

from virtualq._api.fields import Misfit, read_object
from virtualq._api.resources import Table, Tables
from virtualq._api.tables import TABLES
from virtualq._api.times import format_time

if TYPE_CHECKING:
    from cattrs import Converter


def make_converter(tables: Tables = TABLES) -> Converter:
    """Return a new cattrs converter that reads and writes the classes of models.py.

    Structuring raises Misfit, a ValueError without the data in it, for what is no object at all.
    """
    from cattrs import Converter  # takes long to load

    converter = Converter()
    hooks = _Hooks(converter, {table.record: table for table in tables})
    converter.register_structure_hook_factory(hooks.apply_to, hooks.structure)
    converter.register_unstructure_hook_factory(hooks.apply_to, hooks.unstructure)
    return converter


class _Hooks:
    """What a converter asks for each class of ``tables``, once."""

    def __init__(self, converter: Converter, tables: Mapping[type, Table]) -> None:
        self._converter = converter
        self._tables = tables

    def apply_to(self, cls: object) -> bool:
        """Say whether a class is one of them."""
        return cls in self._tables

    def structure(self, cls: Type[object]) -> Callable[[object, object], object]:
        """Return what reads JSON into a class."""
        table = self._tables[cls]
        check = read_object if table.resource_type is None else _resource
        return lambda value, _: table.read(check(value))

    def unstructure(self, cls: Type[Any]) -> Callable[[Any], Dict[str, object]]:
        """Return what writes an instance of a class as JSON."""
        import attrs

        table = self._tables[cls]
        resource_type = table.resource_type
        apart = {"extra"} if resource_type is None else {"extra", "id"}
        fields = [
            (field.name, field.metadata) for field in attrs.fields(cls) if field.name not in apart
        ]

        def unstructure(instance: Any) -> Dict[str, object]:
            members: Dict[str, object] = dict(instance.extra)
            for name, metadata in fields:
                _put(members, metadata, self._write(getattr(instance, name)))
            for spelling in instance.extra:
                right = table.right_name(spelling)
                if right is not None:  # was there as well, else the field would have the value
                    members.setdefault(right, None)
            if resource_type is None:
                return members
            return _as_resource(members, instance.id, resource_type)

        return unstructure

    def _write(self, value: object) -> object:
        if isinstance(value, list):
            return [self._write(item) for item in cast("List[object]", value)]
        if isinstance(value, dict):
            members = cast("Dict[str, object]", value)
            return {name: self._write(item) for name, item in members.items()}
        if isinstance(value, datetime):
            return format_time(value)
        if isinstance(value, Enum):
            return value.value
        return self._converter.unstructure(value) if self.apply_to(type(value)) else value


def _resource(value: object) -> Mapping[str, object]:
    resource = read_object(value)
    if not isinstance(resource.get("attributes"), dict):
        raise Misfit("a resource without an attributes object")
    return resource


def _put(members: Dict[str, object], metadata: Mapping[str, str], value: Optional[object]) -> None:
    if value is None:
        return
    within = metadata.get("within")
    if within is None:
        members[metadata["wire"]] = value
        return
    # A new object: the one in `extra` is the instance's own.
    around = members.get(within)
    inner = cast("Dict[str, object]", around) if isinstance(around, dict) else {}
    members[within] = {**inner, metadata["wire"][len(within) + 1 :]: value}


def _as_resource(
    members: Dict[str, object], identifier: Optional[int], resource_type: str
) -> Dict[str, object]:
    resource: Dict[str, object] = {"type": resource_type, "attributes": members}
    if identifier is not None:
        resource["id"] = str(identifier)
    return resource

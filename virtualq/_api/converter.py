"""The cattrs converter of the generated models: what make_converter() of tables.py calls,
for users and sandbox.

Structuring goes through the generated functions; writing goes by each attrs field's metadata:
``wire`` is its name on the wire, ``within`` the object it is lifted out of. What is written is
read back as an equal object.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Type, cast

from virtualq._api.fields import Misfit, read_object
from virtualq._api.times import format_time

if TYPE_CHECKING:
    from cattrs import Converter

Structure = Callable[[Mapping[str, object]], object]


def build_converter(
    structures: Mapping[type, Structure], resource_types: Mapping[type, str]
) -> Converter:
    """Return a new cattrs converter for the classes of ``structures``.

    ``resource_types`` maps those that are JSON:API resources to their ``type``. Structuring
    raises Misfit, a ValueError without the data in it, for what is no object at all.
    """
    import attrs
    from cattrs import Converter

    converter = Converter()

    def structure_hook(cls: Type[object]) -> Callable[[object, object], object]:
        structure = structures[cls]
        is_resource = cls in resource_types
        return lambda value, _: structure(_resource(value) if is_resource else read_object(value))

    def unstructure_hook(cls: Type[Any]) -> Callable[[Any], Dict[str, object]]:
        resource_type = resource_types.get(cls)
        apart = {"extra"} if resource_type is None else {"extra", "id"}
        fields = [
            (field.name, field.metadata) for field in attrs.fields(cls) if field.name not in apart
        ]

        def unstructure(instance: Any) -> Dict[str, object]:
            members: Dict[str, object] = dict(instance.extra)
            for name, metadata in fields:
                _put(members, metadata, write(getattr(instance, name)))
            if resource_type is None:
                return members
            return _as_resource(members, instance.id, resource_type)

        return unstructure

    def write(value: object) -> object:
        if isinstance(value, list):
            return [write(item) for item in cast("List[object]", value)]
        if isinstance(value, dict):
            members = cast("Dict[str, object]", value)
            return {name: write(item) for name, item in members.items()}
        if isinstance(value, datetime):
            return format_time(value)
        if isinstance(value, Enum):
            return value.value
        return converter.unstructure(value) if type(value) in structures else value

    converter.register_structure_hook_factory(lambda cls: cls in structures, structure_hook)
    converter.register_unstructure_hook_factory(lambda cls: cls in structures, unstructure_hook)
    return converter


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

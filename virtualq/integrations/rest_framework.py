"""A serializer of Django REST framework for each Result class; made from models, for reading.

What the model marks as secret, such as `token`, and what it does not know (`extra`) is left out.
Needs the extra `drf`.
"""

from __future__ import annotations

import datetime
from enum import Enum
from typing import Any, Dict, List, Type, Union, get_args, get_origin, get_type_hints

import attrs
from rest_framework import serializers

from virtualq import models

__all__: List[str] = []


def _field(hint: Any) -> serializers.Field[Any, Any, Any, Any]:
    """Return the field for an annotation of the model, always with None allowed."""
    options: Dict[str, Any] = {"allow_null": True, "read_only": True}
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    kind = kinds[0] if get_origin(hint) is Union and kinds else hint
    if any(isinstance(each, type) and issubclass(each, Enum) for each in kinds):
        kind = str  # open: a value that the model does not know is one, too
    if get_origin(kind) is list:
        return serializers.ListField(child=_field(get_args(kind)[0]), **options)
    if isinstance(kind, type) and attrs.has(kind):
        return serializer_for(kind)(**options)
    made: serializers.Field[Any, Any, Any, Any] = _FIELDS.get(kind, serializers.JSONField)(
        **options
    )
    return made


_FIELDS: Dict[Any, Any] = {
    str: serializers.CharField,
    int: serializers.IntegerField,
    bool: serializers.BooleanField,
    float: serializers.FloatField,
    datetime.datetime: serializers.DateTimeField,
}


def serializer_for(model: Type[Any]) -> Type[serializers.Serializer[Any]]:
    """Return a serializer class for a class of the model, with every field but the secret ones."""
    hints = get_type_hints(model)
    fields = {
        each.name: _field(hints[each.name])
        for each in attrs.fields(model)
        if each.name != "extra" and not each.metadata.get("secret")
    }
    name = f"{model.__name__}Serializer"
    body = {**fields, "__doc__": model.__doc__, "__module__": __name__}
    return type(name, (serializers.Serializer,), body)


for _name in models.__all__:
    if _name.endswith("Result"):
        _made = serializer_for(getattr(models, _name))
        globals()[_made.__name__] = _made
        __all__ += [_made.__name__]


def __getattr__(name: str) -> Type[serializers.Serializer[Any]]:
    """Tell type checkers what the names made above are; reached by wrong names only."""
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

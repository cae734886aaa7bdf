"""Schemas of the document -> classes, enumerations and types of model.py; after checking.py,
before the emitters.

A schema that is supported has one meaning here; everything else is refused with its pointer,
nothing is skipped.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Optional, Tuple

import composition
import model
import names
from composition import Parts, description, merge_object, split_type
from document import Place, components
from model import ClassType, EnumType, Field, Model, Scalar, Value
from names import Taken

_SCALARS = {"integer": "integer", "number": "number", "boolean": "boolean", "string": "text"}
_IDS = [Scalar("identifier"), Scalar("integer"), Scalar("text"), Scalar("any")]


class Schemas:
    """Reads schemas; keeps the classes and enumerations that come up."""

    def __init__(self) -> None:
        self.registry = names.Registry()
        self._open: List[str] = []

    def read_components(self, root: Place) -> None:
        """Read every schema under components, but those that say ``x-python-class: false``."""
        for place in components(root, "schemas"):
            # What is sent is read with the operation that sends it.
            is_sent = place.keyword("x-jsonapi-update") is not None
            given = place.keyword("x-python-class")
            if not is_sent and (given is None or given.data is True):
                self.value(place, place.key)

    def value(self, place: Place, hint: str) -> Value:
        """Return the type of a schema; ``hint`` names the class or enumeration it may be."""
        if place.data is True or place.data == {}:
            return model.ANY
        if "$ref" in place.object():
            target = place.follow()
            return self.value(target, target.key)
        if place.pointer in self._open and self.registry.known(place) is None:
            raise place.problem("contains itself with no object in between; put an object there")
        self._open.append(place.pointer)
        try:
            return self._value(place, hint)
        finally:
            self._open.pop()

    def _value(self, place: Place, hint: str) -> Value:
        value = self._read(place, hint)
        return Value(value.type, value.nullable or place.flag("nullable"))

    def _read(self, place: Place, hint: str) -> Value:
        data = place.object()
        if "x-jsonapi-resource" in data:
            return Value(ClassType(self._resource(place)))
        if composition.is_identifier(place):
            return Value(Scalar("identifier"), composition.allows_null(place))
        if "allOf" in data:
            return self._all_of(place, hint)
        for keyword in ("anyOf", "oneOf"):
            if keyword in data:
                return self._any_of(place, keyword, hint)
        kind, nullable = split_type(place)
        if "enum" in data:
            return self._enumeration(place, nullable, hint)
        if "const" in data:
            return Value(names.read_constant(place), nullable)
        has_members = "properties" in data or "additionalProperties" in data
        if kind == "object" or (kind is None and has_members):
            return self._object(place, merge_object(place), nullable, hint)
        if kind == "array":
            return Value(model.ListType(self.value(place.need("items"), hint + "Item")), nullable)
        if kind in _SCALARS:
            is_time = kind == "string" and data.get("format") == "date-time"
            return Value(Scalar("time" if is_time else _SCALARS[kind]), nullable)
        raise place.problem("names no type; add one, or write {} for any value")

    def _all_of(self, place: Place, hint: str) -> Value:
        member = composition.only_member(place)
        if member is not None:
            return self.value(member, hint)
        if composition.describes_object(place):
            parts = merge_object(place)
            return self._object(place, parts, parts.is_nullable, hint)
        return self._value(composition.merge_scalar(place), hint)

    def _any_of(self, place: Place, keyword: str, hint: str) -> Value:
        members = place.need(keyword).items()
        others = [member for member in members if not composition.is_null(member.follow())]
        nullable = len(others) < len(members)
        if "discriminator" in place.object():
            return Value(self._choice(place, others), nullable)
        values = [self.value(member, hint) for member in others]
        nullable = nullable or any(value.nullable for value in values)
        types = [value.type for value in values]
        if len(types) == 1:
            return Value(types[0], nullable)
        enums = [kind for kind in types if isinstance(kind, EnumType)]
        is_open = keyword == "anyOf" and len(types) == 2 and Scalar("text") in types
        if is_open and len(enums) == 1:
            return Value(EnumType(enums[0].name, is_open=True), nullable)
        raise place.problem(
            "is no supported choice; supported are one schema and null, an enumeration and "
            "string (anyOf), or classes with a discriminator",
            keyword,
        )

    def _choice(self, place: Place, members: List[Place]) -> model.ChoiceType:
        discriminator = place.need("discriminator")
        tag = discriminator.need("propertyName").text()
        classes: Dict[str, str] = {}
        for member in members:
            target = member.follow()
            kind = self.value(member, target.key).type
            if (
                not isinstance(kind, ClassType)
                or "$ref" not in member.object()
                or tag not in merge_object(target).properties
            ):
                text = f'must be a $ref to a class with the property "{tag}", for the discriminator'
                raise member.problem(text)
            classes[target.pointer] = kind.name
        return model.ChoiceType(tag, composition.choice_tags(discriminator, classes))

    def _enumeration(self, place: Place, nullable: bool, hint: str) -> Value:
        name = self.registry.name(place, hint)
        self.registry.enumerations[name] = names.read_enumeration(place, name)
        nullable = nullable or None in [item.data for item in place.need("enum").items()]
        return Value(EnumType(name, is_open=False), nullable)

    def _object(self, place: Place, parts: Parts, nullable: bool, hint: str) -> Value:
        if not parts.properties:
            inner = self.value(parts.additional, hint + "Value") if parts.additional else model.ANY
            return Value(model.MapType(inner), nullable)
        if parts.additional:
            text = "is not supported beside properties; write true or take it out"
            raise parts.additional.problem(text)
        known = self.registry.known(place)
        if known is not None:
            return Value(ClassType(known), nullable)
        name = self.registry.name(place, hint)
        required = parts.required_names("property")
        taken = Taken(names.WAY_OUT)
        fields = [
            replace(self._field(prop, name, taken), required=prop.key in required)
            for prop in parts.properties.values()
        ]
        made = Model(name, description(place), _in_order(fields), place.pointer)
        self.registry.models[name] = made
        return Value(ClassType(name), nullable)

    def _field(
        self, place: Place, owner: str, taken: Taken, spelled: Optional[Taken] = None
    ) -> Field:
        wire = place.key
        name = taken.take(names.python_name(place), place.pointer)
        value = self.value(place, owner + names.class_name(wire, place.pointer))
        is_secret = place.flag("x-secret")
        is_hidden = is_secret or place.flag("x-personal")
        doc, also = description(place), names.other_spellings(place, spelled)
        field = Field(name, wire, value, doc, place.pointer, also=also)
        return replace(field, is_hidden=is_hidden, is_secret=is_secret)

    def _resource(self, place: Place) -> str:
        known = self.registry.known(place)
        if known is not None:
            return known
        name = self.registry.name(place, place.key)
        parts = merge_object(place)
        identifier, attributes, kind = (
            parts.need(member, place.pointer) for member in ("id", "attributes", "type")
        )
        resource_type = composition.only_value(composition.settle(kind))
        taken = Taken(names.WAY_OUT)
        taken.take("id", identifier.pointer)
        self._check_identifier(identifier)
        fields = _in_order(self._resource_fields(attributes, name, taken))
        value, doc = Value(Scalar("identifier"), nullable=True), description(identifier)
        first = Field("id", "id", value, doc, identifier.pointer)
        made = Model(name, description(place), (first, *fields), place.pointer, resource_type)
        self.registry.models[name] = made
        return name

    def _check_identifier(self, place: Place) -> None:
        """Refuse an id that is no whole number: it would be read as None for ever."""
        kind = self.value(place, "Id").type
        schema = place.follow()
        named = schema.keyword("format")
        if kind == Scalar("text") and named is not None:
            raise named.problem(f'is "{named.data}"; an id is a whole number, also as a string')
        if kind not in _IDS:
            raise schema.problem("is no whole number, nor one as a string; correct it")

    def _resource_fields(self, attributes: Place, name: str, taken: Taken) -> List[Field]:
        fields: List[Field] = []
        properties = merge_object(attributes).properties
        spelled = Taken("take it out of x-also", "name on the wire")
        for prop in properties.values():
            spelled.take(prop.key, prop.pointer)
        for _, prop in sorted(properties.items()):
            if not prop.flag("x-python-flatten"):
                fields.append(self._field(prop, name, taken, spelled))
                continue
            for part in merge_object(prop).properties.values():
                fields.append(replace(self._field(part, name, taken), within=prop.key))
        return fields


def _in_order(fields: List[Field]) -> Tuple[Field, ...]:
    """Sort by name: the order of keys in the spec changes nothing."""
    return tuple(sorted(fields, key=lambda field: field.name))

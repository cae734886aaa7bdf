"""Schemas of the document -> classes, enumerations and types of model.py; after checking.py,
before the emitters.

A schema that is supported has one meaning here; everything else is refused with its pointer,
nothing is skipped.
"""

from __future__ import annotations

from typing import Dict, List, Optional, Tuple

from composition import (
    Parts,
    allows_null,
    choice_tags,
    describes_object,
    description,
    is_identifier,
    is_null,
    merge_object,
    merge_scalar,
    only_member,
    only_value,
    settle,
    split_type,
)
from document import Document, Place, is_object
from model import (
    ChoiceType,
    ClassType,
    EnumType,
    Field,
    ListType,
    MapType,
    Model,
    Scalar,
    Value,
)
from names import (
    WAY_OUT,
    Registry,
    Taken,
    class_name,
    other_spellings,
    python_name,
    read_constant,
    read_enumeration,
)

_SCALARS = {"integer": "integer", "number": "number", "boolean": "boolean", "string": "text"}
_ANY = Value(Scalar("any"), nullable=True)


class Schemas:
    """Reads schemas; keeps the classes and enumerations that come up."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.registry = Registry()
        self._open: List[str] = []

    def read_components(self) -> None:
        """Read every schema under components, but those that say ``x-python-class: false``."""
        for place in self._document.components("schemas"):
            members = place.data if is_object(place.data) else {}
            has_class = "x-python-class" not in members or place.flag("x-python-class")
            # What is sent is read with the operation that sends it.
            if has_class and "x-jsonapi-update" not in members:
                self.value(place, place.key)

    def value(self, place: Place, hint: str) -> Value:
        """Return the type of a schema; ``hint`` names the class or enumeration it may turn out
        to be.
        """
        if place.data is True or place.data == {}:
            return _ANY
        if "$ref" in place.object():
            target = self._document.follow(place)
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
        if is_identifier(self._document, place):
            return Value(Scalar("identifier"), allows_null(self._document, place))
        if "allOf" in data:
            return self._all_of(place, hint)
        for keyword in ("anyOf", "oneOf"):
            if keyword in data:
                return self._any_of(place, keyword, hint)
        kind, nullable = split_type(place)
        if "enum" in data:
            return self._enumeration(place, nullable, hint)
        if "const" in data:
            return Value(read_constant(place), nullable)
        if kind == "object" or (
            kind is None and ("properties" in data or "additionalProperties" in data)
        ):
            return self._object(place, merge_object(self._document, place), nullable, hint)
        if kind == "array":
            return Value(ListType(self.value(place.need("items"), hint + "Item")), nullable)
        if kind in _SCALARS:
            is_time = kind == "string" and data.get("format") == "date-time"
            return Value(Scalar("time" if is_time else _SCALARS[kind]), nullable)
        raise place.problem("names no type; add one, or write {} for any value")

    def _all_of(self, place: Place, hint: str) -> Value:
        member = only_member(place, "allOf")
        if member is not None:
            return self.value(member, hint)
        if describes_object(self._document, place):
            parts = merge_object(self._document, place)
            return self._object(place, parts, parts.is_nullable, hint)
        return self._value(merge_scalar(self._document, place), hint)

    def _any_of(self, place: Place, keyword: str, hint: str) -> Value:
        members = place.need(keyword).items()
        others = [member for member in members if not is_null(self._document.follow(member))]
        nullable = len(others) < len(members)
        if "discriminator" in place.object():
            return Value(self._choice(place, others), nullable)
        values = [self.value(member, hint) for member in others]
        nullable = nullable or any(value.nullable for value in values)
        if len(values) == 1:
            return Value(values[0].type, nullable)
        enums = [value.type for value in values if isinstance(value.type, EnumType)]
        if (
            keyword == "anyOf"
            and len(values) == 2
            and len(enums) == 1
            and Scalar("text") in [v.type for v in values]
        ):
            return Value(EnumType(enums[0].name, is_open=True), nullable)
        raise place.problem(
            "is no supported choice; supported are one schema and null, an enumeration and "
            "string (anyOf), or classes with a discriminator",
            keyword,
        )

    def _choice(self, place: Place, members: List[Place]) -> ChoiceType:
        discriminator = place.need("discriminator")
        tag = discriminator.need("propertyName").text()
        names: Dict[str, str] = {}
        for member in members:
            target = self._document.follow(member)
            kind = self.value(member, target.key).type
            if (
                not isinstance(kind, ClassType)
                or "$ref" not in member.object()
                or tag not in merge_object(self._document, target).properties
            ):
                raise member.problem(
                    f'must be a $ref to a class with the property "{tag}", for the discriminator'
                )
            names[target.pointer] = kind.name
        return ChoiceType(tag, choice_tags(discriminator, names))

    def _enumeration(self, place: Place, nullable: bool, hint: str) -> Value:
        name = self.registry.name(place, hint)
        self.registry.add_enumeration(read_enumeration(place, name))
        nullable = nullable or None in [item.data for item in place.need("enum").items()]
        return Value(EnumType(name, is_open=False), nullable)

    def _object(self, place: Place, parts: Parts, nullable: bool, hint: str) -> Value:
        if not parts.properties:
            inner = self.value(parts.additional, hint + "Value") if parts.additional else _ANY
            return Value(MapType(inner), nullable)
        if parts.additional:
            raise parts.additional.problem(
                "is not supported beside properties; write true or take it out"
            )
        known = self.registry.known(place)
        if known is not None:
            return Value(ClassType(known), nullable)
        name = self.registry.name(place, hint)
        names = [required.text() for required in parts.required]
        for required in parts.required:
            if required.text() not in parts.properties:
                text = f'is "{required.text()}", which is no property; correct it'
                raise required.problem(text)
        taken = Taken(WAY_OUT)
        fields = [
            self._field(prop, name, taken, prop.key in names) for prop in parts.properties.values()
        ]
        self.registry.add_model(
            Model(name, description(self._document, place), _in_order(fields), None, place.pointer)
        )
        return Value(ClassType(name), nullable)

    def _field(
        self,
        place: Place,
        owner: str,
        taken: Taken,
        required: bool = False,
        within: Optional[str] = None,
        spelled: Optional[Taken] = None,
    ) -> Field:
        wire = place.key
        name = taken.take(python_name(place), place.pointer)
        value = self.value(place, owner + class_name(wire, place.pointer))
        secret = is_object(place.data) and place.flag("x-secret")
        hidden = secret or (is_object(place.data) and place.flag("x-personal"))
        return Field(
            name,
            wire,
            value,
            description(self._document, place),
            required,
            hidden,
            secret,
            place.pointer,
            within,
            other_spellings(place, spelled),
        )

    def _resource(self, place: Place) -> str:
        known = self.registry.known(place)
        if known is not None:
            return known
        name = self.registry.name(place, place.key)
        parts = merge_object(self._document, place)
        identifier, attributes, kind = (
            parts.need(member, place.pointer) for member in ("id", "attributes", "type")
        )
        resource_type = only_value(settle(self._document, kind))
        taken = Taken(WAY_OUT)
        taken.take("id", identifier.pointer)
        self._check_identifier(identifier)
        fields = self._resource_fields(attributes, name, taken)
        first = Field(
            "id",
            "id",
            Value(Scalar("identifier"), True),
            description(self._document, identifier),
            False,
            False,
            False,
            identifier.pointer,
        )
        self.registry.add_model(
            Model(
                name,
                description(self._document, place),
                (first, *_in_order(fields)),
                resource_type,
                place.pointer,
            )
        )
        return name

    def _check_identifier(self, place: Place) -> None:
        """Refuse an id that is no whole number: it would be read as None for ever."""
        kind = self.value(place, "Id").type
        schema = self._document.follow(place)
        named = schema.get("format") if is_object(schema.data) else None
        if kind == Scalar("text") and named is not None:
            raise named.problem(f'is "{named.data}"; an id is a whole number, also as a string')
        if kind not in (Scalar("identifier"), Scalar("integer"), Scalar("text"), Scalar("any")):
            raise schema.problem("is no whole number, nor one as a string; correct it")

    def _resource_fields(self, attributes: Place, name: str, taken: Taken) -> List[Field]:
        fields: List[Field] = []
        properties = merge_object(self._document, attributes).properties
        spelled = Taken("take it out of x-also", "name on the wire")
        for prop in properties.values():
            spelled.take(prop.key, prop.pointer)
        for prop in sorted(properties.values(), key=lambda place: place.key):
            if not (is_object(prop.data) and prop.flag("x-python-flatten")):
                fields.append(self._field(prop, name, taken, spelled=spelled))
                continue
            inner = merge_object(self._document, prop)
            fields += [
                self._field(part, name, taken, within=prop.key)
                for part in inner.properties.values()
            ]
        return fields


def _in_order(fields: List[Field]) -> Tuple[Field, ...]:
    """Sort by name: the order of keys in the spec changes nothing."""
    return tuple(sorted(fields, key=lambda field: field.name))

"""The classes and enumerations that come up while schemas.py reads, each under its own name."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

from document import Place
from model import Enumeration, Model
from names import Taken, class_name, function_name, given_class_name

WAY_OUT = "give one of them an x-python-name (openapi/README.md)"


class Registry:
    """Names by the pointer of what has them; two that would be equal are refused."""

    def __init__(self) -> None:
        self._names: Dict[str, str] = {}
        self._models: Dict[str, Model] = {}
        self._enumerations: Dict[str, Enumeration] = {}
        self._classes = Taken(WAY_OUT)
        self._functions = Taken(WAY_OUT)

    def known(self, place: Place) -> Optional[str]:
        """Return the name something has already, None when it has none yet."""
        return self._names.get(place.pointer)

    def name(self, place: Place, hint: str) -> str:
        """Give a class or an enumeration its name, once: its own, or one made of a hint."""
        known = self.known(place)
        if known is not None:
            return known
        given = place.get("x-jsonapi-resource") or place.get("x-jsonapi-update")
        if given is None and place.pointer == "#/components/schemas/" + place.key:
            given = place.get("x-python-name")
        if given is not None:
            name = given_class_name(given.text(), given.pointer)
        else:
            name = class_name(hint, place.pointer)
        self._functions.take(function_name(name), place.pointer)
        self._names[place.pointer] = self._classes.take(name, place.pointer)
        return name

    def model(self, name: str) -> Model:
        """Return the class of a name."""
        return self._models[name]

    def enumeration(self, name: str) -> Enumeration:
        """Return the enumeration of a name."""
        return self._enumerations[name]

    def add_model(self, model: Model) -> None:
        """Keep a class."""
        self._models[model.name] = model

    def add_enumeration(self, enumeration: Enumeration) -> None:
        """Keep an enumeration."""
        self._enumerations[enumeration.name] = enumeration

    @property
    def models(self) -> Tuple[Model, ...]:
        """Every class so far, by name."""
        return tuple(self._models[name] for name in sorted(self._models))

    @property
    def enumerations(self) -> Tuple[Enumeration, ...]:
        """Every enumeration so far, by name."""
        return tuple(self._enumerations[name] for name in sorted(self._enumerations))

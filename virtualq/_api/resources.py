"""Resources and objects of an answer -> the classes of models.py, by the tables of tables.py.

One reader serves every class. It is lenient where fields.py is strict: a value that does not fit
goes to ``extra``, so that one odd attribute never costs an answer.
"""

from __future__ import annotations

from contextlib import suppress
from typing import (
    Any,
    Callable,
    Dict,
    FrozenSet,
    Iterator,
    List,
    Mapping,
    Optional,
    Tuple,
    cast,
)

from virtualq._api.fields import AS_IT_IS, Misfit, Reader, read_identifier, read_object
from virtualq._api.logs import logger

Members = Mapping[str, object]
_Step = Tuple[str, str, Optional[type], Reader]
"""How one field is read: its name, its name on the wire, the type of values that need no reader,
and the reader. A plain tuple: a loop takes it apart faster than one with names.
"""
_Group = Tuple[Optional[str], FrozenSet[str], List[_Step]]
"""How the members of one object are read: its name on the wire, None for the one that the record
is made of, else its members become fields of the class around it; their names, and their steps.
"""
_MISFITS = (Misfit, TypeError)
"""What a reader raises for a value that does not fit."""


class Table:
    """How one class of models.py is read, field by field; see Tables.add."""

    def __init__(
        self,
        record: type,
        readers: Mapping[str, Reader],
        resource_type: Optional[str],
        also: Mapping[str, str],
    ) -> None:
        import attrs

        self.record = record
        self.resource_type = resource_type
        # A record is frozen. Its fields are put into a draft, which has the same slots and takes
        # on the record's class at the end: that is half the work of object.__setattr__.
        self._draft: Callable[[], Any] = type(
            record.__name__, record.__bases__, {"__slots__": vars(record)["__slots__"]}
        )
        groups: Dict[Optional[str], List[_Step]] = {None: []}
        fields = attrs.fields_dict(cast(Any, record))
        for name, reader in readers.items():
            metadata = fields[name].metadata
            within, wire = metadata.get("within"), metadata["wire"]
            if within is not None:
                wire = wire[len(within) + 1 :]
            groups.setdefault(within, []).append((name, wire, AS_IT_IS.get(reader), reader))
        self._groups: List[_Group] = [
            (within, frozenset(step[1] for step in steps), steps)
            for within, steps in groups.items()
        ]
        self._known = self._groups[0][1].union(filter(None, groups))
        self._spellings = dict(_spellings(self._known, also)) if resource_type else {}

    def right_name(self, spelling: str) -> Optional[str]:
        """Return the name on the wire that this is another spelling of, None when it is of none."""
        return self._spellings.get(spelling)

    def read(self, given: Mapping[str, Any]) -> Any:
        """Read one JSON:API resource, whose attributes are an object, or one object; what does
        not fit goes to ``extra``.

        In a long list this is most of the work, and a call of a function half of reading a value:
        the loops stand here in one piece.
        """
        extra: Dict[str, object] = {}
        record = self._draft()
        known: Members = given if self.resource_type is None else given["attributes"]
        if not self._known.issuperset(known):
            known = _sort_names(known, self._known, self._spellings, extra)
        if self.resource_type is not None:  # the id stands outside of the attributes
            try:
                record.id = read_identifier(given["id"])
            except (KeyError, Misfit):
                record.id = _other_identifier(given.get("id"), extra)
        for within, names, steps in self._groups:
            members = known
            if within is not None:
                members = _lift(within, names, known.get(within), extra)
            given_as = members.get
            for name, wire, as_it_is, reader in steps:
                value = given_as(wire)
                if type(value) is not as_it_is and value is not None:
                    try:
                        value = reader(value)
                    except _MISFITS:
                        _set_aside(within, wire, value, members, extra)
                        value = None
                setattr(record, name, value)
        record.extra = extra
        record.__class__ = self.record
        return record


class Tables:
    """The tables of all classes of models.py."""

    def __init__(self) -> None:
        self._tables: Dict[str, Table] = {}

    def add(
        self,
        record: type,
        readers: Mapping[str, Reader],
        *,
        resource_type: Optional[str] = None,
        also: Optional[Mapping[str, str]] = None,
    ) -> None:
        """Add the table of one more class.

        ``readers`` has the reader of each field by the field's name. ``resource_type`` is the
        JSON:API type of a resource, whose attributes become the fields, beside its id; None for a
        plain object.
        ``also`` maps spellings of names on the wire to the right ones, beside those spellings
        that differ in ``-`` and ``_`` alone.
        """
        self._tables[record.__name__] = Table(record, readers, resource_type, also or {})

    def __getitem__(self, name: str) -> Table:
        """Return the table of a class, by its name."""
        return self._tables[name]

    def __iter__(self) -> Iterator[Table]:
        """Go through all of them."""
        return iter(self._tables.values())

    def object_of(self, name: str) -> Reader:
        """Return what reads an object into a class, whose table may be added later."""
        return lambda value: self[name].read(read_object(value))

    def choice_by(self, tag: str, names: Mapping[str, str]) -> Reader:
        """Return what reads an object into one of several classes, which the text under ``tag``
        tells.
        """

        def read(value: object) -> object:
            """Return a record of the class that the tag names."""
            members = read_object(value)
            told = members.get(tag)
            if isinstance(told, str) and told in names:
                return self[names[told]].read(members)
            raise Misfit("none of the kinds known")

        return read


def _spellings(names: FrozenSet[str], also: Mapping[str, str]) -> Iterator[Tuple[str, str]]:
    """Yield each other spelling of a name on the wire, and the right one."""
    for name in names:
        if "-" in name:
            yield name.replace("-", "_"), name
    for other, name in also.items():
        yield other, name
        yield other.replace("-", "_"), name


def _lift(name: str, names: FrozenSet[str], value: object, extra: Dict[str, object]) -> Members:
    """Return the members of an object that become fields of the class around it.

    An object with members that are no fields is kept in ``extra`` as well, whole.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        _keep(name, name, value, extra)
        return {}
    members = cast("Dict[str, object]", value)
    if not names.issuperset(members):
        extra[name] = members
    return members


def _other_identifier(own: object, extra: Dict[str, object]) -> Optional[int]:
    """Return the id of a resource whose own one is missing or does not fit: one among its
    attributes stands in. Of two that do not fit ``extra`` keeps the attribute's.
    """
    other = extra.pop("id", None)
    found = None
    if other is not None:
        with suppress(Misfit):
            found = read_identifier(other)
    odd = own if other is None or found is not None else other
    if odd is not None:
        _keep("id", "id", odd, extra)
    return found


def _sort_names(
    attributes: Members,
    names: FrozenSet[str],
    spellings: Mapping[str, str],
    extra: Dict[str, object],
) -> Members:
    """Return the known attributes under their names in the spec, and put the others into
    ``extra``.

    ``spellings`` maps other spellings of a name to the one in the spec. Where several are given
    the name itself counts, then the one that differs in ``-`` and ``_`` alone.
    """
    known: Dict[str, object] = {}
    given_as: Dict[str, str] = {}
    for name, value in attributes.items():
        right = name if name in names else spellings.get(name)
        other = None if right is None else given_as.get(right)
        if right is None or (other is not None and not _is_nearer(name, other, right)):
            extra[name] = value
            continue
        if other is not None:
            extra[other] = known[right]
        given_as[right] = name
        known[right] = value
    return known


def _is_nearer(name: str, other: str, right: str) -> bool:
    return name == right or (other != right and name.replace("_", "-") == right)


def _set_aside(
    within: Optional[str], wire: str, value: object, members: Members, extra: Dict[str, object]
) -> None:
    """Keep a value that does not fit; where it is lifted out of an object, the whole object."""
    if within is None:
        _keep(wire, wire, value, extra)
    else:
        _keep(f"{within}.{wire}", within, members, extra)


def _keep(field: str, name: str, value: object, extra: Dict[str, object]) -> None:
    """Keep a value that does not fit; the warning names its field and never the value, which may
    be personal.
    """
    extra.setdefault(name, value)
    log = logger()
    if log:
        log.warning("The answer's %r does not fit its type, see extra.", field)

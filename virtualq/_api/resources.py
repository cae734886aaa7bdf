"""Resources and objects of an answer -> the classes of models.py, by the tables of tables.py.

One reader serves every class. It is lenient where fields.py is strict: a value that does not fit
goes to ``extra``, so that one odd attribute never costs an answer.
"""

from __future__ import annotations

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
_Lifted = Tuple[str, FrozenSet[str], List[_Step]]
"""How an object is read whose members are fields of the class around it: its name on the wire,
the names of its members, and their steps.
"""


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
        self._plain: List[_Step] = []
        lifted: Dict[str, List[_Step]] = {}
        fields = attrs.fields_dict(cast(Any, record))
        for name, reader in readers.items():
            metadata = fields[name].metadata
            within, wire = metadata.get("within"), metadata["wire"]
            steps = self._plain
            if within is not None:
                steps, wire = lifted.setdefault(within, []), wire[len(within) + 1 :]
            steps.append((name, wire, AS_IT_IS.get(reader), reader))
        self._lifted: List[_Lifted] = [
            (within, _names(steps), steps) for within, steps in lifted.items()
        ]
        self._known = _names(self._plain) | lifted.keys()
        self._spellings = dict(_spellings(self._known, also)) if resource_type else {}

    def right_name(self, spelling: str) -> Optional[str]:
        """Return the name on the wire that this is another spelling of, None when it is of none."""
        return self._spellings.get(spelling)

    def read(self, given: Members) -> Any:
        """Read one JSON:API resource, or one object; what does not fit goes to ``extra``."""
        extra: Dict[str, object] = {}
        record = self._draft()
        known = given if self.resource_type is None else read_object(given["attributes"])
        if not self._known.issuperset(known):
            known = _sort_names(known, self._known, self._spellings, extra)
        if self.resource_type is not None:  # the id stands outside of the attributes
            record.id = _identify(given, extra)
        _fill(record, self._plain, known, extra)
        for within, names, steps in self._lifted:
            members = _lift(within, names, known.get(within), extra)
            _fill(record, steps, members, extra, within)
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


def _names(steps: List[_Step]) -> FrozenSet[str]:
    return frozenset(wire for _name, wire, _type, _reader in steps)


def _spellings(names: FrozenSet[str], also: Mapping[str, str]) -> Iterator[Tuple[str, str]]:
    """Yield each other spelling of a name on the wire, and the right one."""
    for name in names:
        if "-" in name:
            yield name.replace("-", "_"), name
    for other, name in also.items():
        yield other, name
        yield other.replace("-", "_"), name


def _fill(
    record: object,
    steps: List[_Step],
    members: Members,
    extra: Dict[str, object],
    around: Optional[str] = None,
) -> None:
    """Put members of an object into the fields of a record; those that do not fit into ``extra``.

    ``around`` is the name of an object inside of the one that the record is made of.
    """
    given = members.get
    for name, wire, as_it_is, reader in steps:
        value = given(wire)
        if value is not None and type(value) is not as_it_is:
            try:
                value = reader(value)
            except Misfit:
                if around is None:
                    _set_aside(wire, wire, value, extra)
                else:
                    _set_aside(f"{around}.{wire}", around, members, extra)
                value = None
        setattr(record, name, value)


def _lift(name: str, names: FrozenSet[str], value: object, extra: Dict[str, object]) -> Members:
    """Return the members of an object that become fields of the class around it.

    An object with members that are no fields is kept in ``extra`` as well, whole.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        _set_aside(name, name, value, extra)
        return {}
    members = cast("Dict[str, object]", value)
    if not names.issuperset(members):
        extra[name] = members
    return members


def _identify(resource: Members, extra: Dict[str, object]) -> Optional[int]:
    """Return the id of a resource; one among its attributes stands in for one that is missing or
    does not fit. Of two that do not fit ``extra`` keeps the attribute's.
    """
    own = resource.get("id")
    found = _as_identifier(own)
    if found is None and (own is not None or extra):
        other = extra.pop("id", None)
        found = _as_identifier(other)
        odd = own if other is None or found is not None else other
        if odd is not None:
            _set_aside("id", "id", odd, extra)
    return found


def _as_identifier(value: object) -> Optional[int]:
    try:
        return None if value is None else read_identifier(value)
    except Misfit:
        return None


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


def _set_aside(field: str, name: str, value: object, extra: Dict[str, object]) -> None:
    """Keep a value that does not fit; the warning names its field and never the value, which may
    be personal.
    """
    extra.setdefault(name, value)
    log = logger()
    if log:
        log.warning("The answer's %r does not fit its type, see extra.", field)

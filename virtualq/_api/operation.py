"""What one function of the Session sends: the types that operations.py is made of, and that
wire.py reads.
"""

# Without annotations of the future: NamedTuple would compile each one, a text then, when this is
# loaded, and every process that makes a call would pay for it.
from typing import Dict, NamedTuple, Optional, Tuple


class Item(NamedTuple):
    """One thing an operation sends: a part of the path, a query parameter or an attribute of the
    body.
    """

    name: Optional[str]
    """Keyword of the Session function, None when the value is fixed."""
    wire: str
    """Name on the wire."""
    place: str
    """``path``, ``query``, ``body``, or ``id`` for that of each of several resources."""
    kind: str
    """What it is, by its name in kinds; ``resources`` is a keyword's alone."""
    required: bool
    """Whether a caller of the function must give it."""
    not_blank: bool
    """Whether a text of blanks alone is refused."""
    fixed: object = None
    """The value that is always sent: JSON in a body, the text itself in a query, None when not
    fixed.
    """
    of: Optional[str] = None
    """Name of the class that each of ``resources`` must be of."""


class Operation(NamedTuple):
    """One function of the Session, as a request."""

    name: str
    """Name of the Session function."""
    command: str
    """Name of the command that calls it."""
    method: str
    """HTTP method in upper case."""
    path: str
    """Path below the base path, fixed parts filled in: ``/waiters/0``, ``/waiters/{id}``."""
    items: Tuple[Item, ...]
    """What it sends, in order; parts of the path that are fixed are in ``path`` already."""
    resource_type: Optional[str]
    """Type of the JSON:API resource in the body, None for a request without a body."""
    answer: str
    """``one`` resource, the ``first`` of a list, ``many``, or ``nothing`` that is looked at."""
    resource: Optional[str]
    """Name of the class that answers are read into, None where ``answer`` is ``nothing``."""
    not_found_is_none: bool
    """Whether an answer "not found" is the value None instead of an error."""
    found_when: Optional[Tuple[str, str]] = None
    """The attribute of the answer, by its name on the wire, and the text it must have in any case
    of letters, for the Result to be true; None where any resource makes it true.
    """
    several: Optional[str] = None
    """Keyword of the Session function that takes the resources of the body, None when the items
    make one resource.
    """
    several_of: Optional[str] = None
    """Name of the class that each of several resources must be of."""

    @property
    def keywords(self) -> Tuple[Item, ...]:
        """What the Session function is given, each keyword once."""
        if self.several is not None:
            name, of = self.several, self.several_of
            return (Item(name, name, "body", "resources", True, False, of=of),)
        named: Dict[str, Item] = {}
        for item in self.items:
            if item.name is not None:
                named.setdefault(item.name, item)
        return tuple(named.values())

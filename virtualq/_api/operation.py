"""What one function of the Session sends: the types that operations.py is made of, and that
wire.py reads.
"""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple


class Item(NamedTuple):
    """One thing an operation sends: a part of the path, a query parameter or an attribute of the
    body.
    """

    name: Optional[str]
    """Keyword of the Session function, None when the value is fixed."""
    wire: str
    """Name on the wire."""
    place: str
    """``path``, ``query`` or ``body``."""
    kind: str
    """``integer``, ``number``, ``text``, ``boolean``, ``texts``, ``object`` or ``time``."""
    required: bool
    """Whether a caller of the function must give it."""
    not_blank: bool
    """Whether a text of blanks alone is refused."""
    fixed: object = None
    """The value that is always sent: JSON in a body, the text itself in a query, None when not
    fixed.
    """


class Operation(NamedTuple):
    """One function of the Session, as a request."""

    name: str
    """Name of the Session function."""
    method: str
    """HTTP method in upper case."""
    path: str
    """Path below the base path, fixed parts filled in: ``/waiters/0``, ``/waiters/{id}``."""
    items: Tuple[Item, ...]
    """What it sends, in order; parts of the path that are fixed are in ``path`` already."""
    resource_type: Optional[str]
    """Type of the JSON:API resource in the body, None for a request without a body."""
    answer: str
    """``one`` resource, the ``first`` of a list, or ``many``."""
    not_found_is_none: bool
    """Whether an answer "not found" is the value None instead of an error."""

"""What a sandbox knows from the start, its key, call centers and lines; store reads it."""

from __future__ import annotations

from typing import Tuple

from attrs import frozen

API_KEY = "sandbox-key"


@frozen
class Line:
    """A line of a call center; `seconds_per_caller` is how far apart its callers become up."""

    id: int
    call_center_id: int
    name: str
    seconds_per_caller: int


# The ids are those of the examples in the vendor's documentation and client, so that code written
# after them runs against the sandbox as it is.
LINES: Tuple[Line, ...] = (
    Line(3042, 24, "Sales", 120),
    Line(3384, 24, "Service", 60),
    Line(2600, 25, "Support", 180),
    Line(3534, 25, "Orders", 90),
)

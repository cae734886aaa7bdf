"""What a sandbox knows from the start: key, call centers, line groups, lines; store keeps it."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from attrs import field, frozen

API_KEY = "sandbox-key"


def _nothing() -> Dict[str, object]:
    return {}


def _at_least(least: int) -> Callable[[Any, Any, int], None]:
    def check(thing: object, attribute: Any, value: int) -> None:
        """Raise ValueError for less; attrs calls it with what is made."""
        if value < least:
            raise ValueError(f"{attribute.name} must be at least {least}")

    return check


@frozen(kw_only=True)
class CallCenter:
    """A call center; `told` is what its connector reported, by name on the wire."""

    id: int
    name: str
    timezone: str = "Europe/Berlin"
    told: Mapping[str, object] = field(factory=_nothing)


@frozen(kw_only=True)
class LineGroup:
    """Lines that share agents; `told` is what the call center reported, by name on the wire.

    `timeout` is how many seconds a notified caller has to turn up. `told_at` is when the figures
    came, in seconds since 1970. Raises ValueError for less than no agent or one second.
    """

    id: int
    call_center_id: int
    name: str
    agents: int = field(default=2, validator=_at_least(0))
    timeout: int = field(default=600, validator=_at_least(1))
    told: Mapping[str, object] = field(factory=_nothing)
    told_at: float = 0.0


@frozen(kw_only=True)
class Line:
    """A line; `talk_time` is how many seconds an agent talks to one of its callers.

    `offered` counts the calls that were offered, `asked` how often it was asked whether the line is
    active. `last_up` is when a caller left the line for an agent, in seconds since 1970. Raises
    ValueError for a talk time of less than one second.
    """

    id: int
    line_group_id: int
    name: str
    talk_time: int = field(default=240, validator=_at_least(1))
    is_open: bool = True
    offered: int = 0
    asked: int = 0
    last_up: Optional[float] = None


@frozen(kw_only=True)
class Seed:
    """All of it; `callers` are line-ups by the Session's parameter names, `state` with them."""

    call_centers: Tuple[CallCenter, ...] = ()
    line_groups: Tuple[LineGroup, ...] = ()
    lines: Tuple[Line, ...] = ()
    callers: Tuple[Mapping[str, object], ...] = ()


# The ids are those of the examples in the vendor's documentation and client, so that code written
# after them runs against the sandbox as it is.
SEED = Seed(
    call_centers=(CallCenter(id=24, name="Demo Berlin"), CallCenter(id=25, name="Demo Munich")),
    line_groups=(
        LineGroup(id=7, call_center_id=24, name="Front office"),
        LineGroup(id=8, call_center_id=25, name="Back office"),
    ),
    lines=(
        Line(id=3042, line_group_id=7, name="Sales", talk_time=240),
        Line(id=3384, line_group_id=7, name="Service", talk_time=120),
        Line(id=2600, line_group_id=8, name="Support", talk_time=360),
        Line(id=3534, line_group_id=8, name="Orders", talk_time=180),
    ),
)

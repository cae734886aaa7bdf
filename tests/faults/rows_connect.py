"""Rows: the service cannot be reached: connect and names."""

from __future__ import annotations

import socket

from .modes import dropped_at_once, good, reset_at_once
from .row import (
    DEAD_HOST,
    DEAF_HOST,
    LOST,
    LOST_CHANGE,
    SHORT,
    STALLED,
    UNREACHED_TWICE,
    either,
    fails,
    gives,
    row,
)

HERE = "127.0.0.1"
UNREACHED = fails("ConnectError", maybe_applied=False)
OUT_OF_TIME = fails("DeadlineExceededError", maybe_applied=False)
NO_SUCH_NAME = socket.gaierror(socket.EAI_NONAME, "Name or service not known")

CONNECT = (
    row("refused", (), "get_caller", UNREACHED_TWICE, requests=0, refused=True),
    row("refused", (), "line_up_caller", UNREACHED_TWICE, requests=0, refused=True, created=0),
    row("refused", (), "notify_caller_connected", UNREACHED_TWICE, requests=0, refused=True),
    row(
        "refused_no_retry",
        (),
        "get_caller",
        fails("ConnectError", attempts=1),
        requests=0,
        refused=True,
        options={"retries": 0},
    ),
    row(
        "refused_three_retries",
        (),
        "line_up_caller",
        fails("ConnectError", attempts=4),
        requests=0,
        refused=True,
        options={"retries": 3},
    ),
    row("unroutable", (), "get_caller", OUT_OF_TIME, requests=0, deaf=True, **SHORT),
    row("unroutable", (), "line_up_caller", OUT_OF_TIME, requests=0, deaf=True, created=0, **SHORT),
    row(
        "unroutable_tls",
        (),
        "notify_caller_transferred",
        OUT_OF_TIME,
        requests=0,
        deaf=True,
        certificate="good",
        **SHORT,
    ),
    row(
        "first_address_refuses",
        (),
        "get_caller",
        gives(attempts=1),
        names=((DEAD_HOST, HERE),),
    ),
    row("first_address_hangs", (), "get_caller", gives(), names=((DEAF_HOST, HERE),), within=1.0),
    row(
        "first_address_hangs",
        (),
        "line_up_caller",
        gives(),
        names=((DEAF_HOST, HERE),),
        within=1.0,
        created=1,
    ),
    row(
        "two_addresses_hang",
        (),
        "get_caller",
        gives(),
        names=((DEAF_HOST, DEAF_HOST, HERE),),
        within=1.0,
    ),
    row("ipv6_address_refuses", (), "get_caller", gives(attempts=1), names=(("::1", HERE),)),
    row(
        "every_address_refuses",
        (),
        "get_caller",
        UNREACHED_TWICE,
        names=((DEAD_HOST, "127.0.0.4", "::1"),),
        requests=0,
    ),
    row(
        "every_address_hangs",
        (),
        "get_caller",
        OUT_OF_TIME,
        names=((DEAF_HOST, DEAF_HOST),),
        requests=0,
        **SHORT,
    ),
    row("dropped_once", (dropped_at_once, good), "get_caller", gives(attempts=2)),
    row("reset_once", (reset_at_once, good), "get_caller", gives(attempts=2)),
    row("dropped_always", dropped_at_once, "get_caller", LOST, requests=0),
    # The reset may come before the first byte: then it was provably not sent.
    row(
        "reset_always",
        reset_at_once,
        "line_up_caller",
        either(LOST_CHANGE, UNREACHED),
        requests=0,
        created=0,
    ),
    row(
        "reset_always",
        reset_at_once,
        "notify_caller_connected",
        either(LOST_CHANGE, UNREACHED),
        requests=0,
    ),
)

DNS = (
    row("name_stalled", (), "get_caller", OUT_OF_TIME, names=(STALLED,), requests=0, **SHORT),
    row(
        "name_stalled",
        (),
        "line_up_caller",
        OUT_OF_TIME,
        names=(STALLED,),
        requests=0,
        created=0,
        **SHORT,
    ),
    row("name_unknown", (), "get_caller", UNREACHED_TWICE, names=(NO_SUCH_NAME,), requests=0),
    row(
        "name_unknown",
        (),
        "line_up_caller",
        UNREACHED_TWICE,
        names=(NO_SUCH_NAME,),
        requests=0,
        created=0,
    ),
    row("name_unknown_once", (), "get_caller", gives(attempts=2), names=(NO_SUCH_NAME, (HERE,))),
    row(
        "name_unknown_once",
        (),
        "line_up_caller",
        gives(attempts=2),
        names=(NO_SUCH_NAME, (HERE,)),
        created=1,
    ),
    row("name_without_address", (), "get_caller", UNREACHED, names=((),), requests=0),
    row(
        "name_not_encodable",
        (),
        "get_caller",
        UNREACHED,
        names=(UnicodeError("label too long"),),
        requests=0,
    ),
    row(
        "resolver_out_of_memory",
        (),
        "get_caller",
        UNREACHED,
        names=(OSError(12, "Cannot allocate memory"),),
        requests=0,
    ),
)

ROWS = CONNECT + DNS

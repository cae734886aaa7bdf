"""Rows: the body of the answer is broken: cut, dripped, without end or too large."""

from __future__ import annotations

import gzip
import json
import zlib

from .modes import (
    CLOSE,
    DRIP,
    MEBIBYTE,
    STALL,
    answers,
    bomb,
    chunk,
    chunked,
    chunked_head,
    cut,
    endless,
    first_then_drip,
    says,
    with_length,
)
from .row import (
    LOST,
    LOST_CHANGE,
    OVERDUE,
    SHORT,
    UNEXPECTED,
    UNREADABLE,
    Expected,
    Row,
    fails,
    gives,
    overdue,
    row,
)
from .service import LINE, PHONE, caller, message

UNEXPECTED_CHANGE = fails("UnexpectedResponseError", status=200, maybe_applied=True)
GZIPPED = "Content-Encoding: gzip"
ENDLESS_HEAD = message(body=b"", length=False)
GOOD = json.dumps({"data": [caller(LINE, PHONE)]}).encode()

body_dripped = says("body_dripped", first_then_drip(b"\r\n\r\n"), pause=DRIP)
body_stopped = says("body_stopped", cut(b"\r\n\r\n{"), STALL)
body_cut = says("body_cut", cut(b'"attributes"'), CLOSE)

CUT = (
    overdue("body_dripped", body_dripped, "get_caller"),
    overdue("body_dripped", body_dripped, "list_callers_waiting"),
    overdue("body_dripped", body_dripped, "line_up_caller", created=1),
    overdue("body_dripped_tls", body_dripped, "update_caller_information", certificate="good"),
    overdue("body_stopped", body_stopped, "get_caller"),
    overdue("body_stopped", body_stopped, "notify_caller_transferred"),
    overdue(
        "error_body_dripped",
        says(
            "error_body_dripped",
            first_then_drip(b"\r\n\r\n", lambda peer: message(500, {"errors": []})),
            pause=DRIP,
        ),
        "get_caller",
    ),
    overdue(
        "chunks_dripped",
        says("chunks_dripped", first_then_drip(b"\r\n\r\n", chunked()), pause=DRIP),
        "get_caller",
    ),
    overdue(
        "trailers_dripped",
        says(
            "trailers_dripped",
            first_then_drip(b"0\r\n", chunked(b"0\r\nX-Trailer: and so on\r\n\r\n")),
            pause=DRIP,
        ),
        "get_caller",
    ),
    overdue("last_line_missing", says("last_line_missing", chunked(b"0\r\n"), STALL), "get_caller"),
    row("body_cut", body_cut, "get_caller", LOST, requests=2),
    row("body_cut", body_cut, "list_callers_waiting", LOST, requests=2),
    row("body_cut", body_cut, "notify_caller_transferred", LOST_CHANGE, requests=2),
    row("body_cut_tls", body_cut, "get_caller", LOST, requests=2, certificate="good"),
    row(
        "body_missing",
        says("body_missing", cut(b"\r\n\r\n"), CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    row(
        "body_cut_by_one_byte",
        says("body_cut_by_one_byte", lambda peer: peer.good[:-1], CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    row(
        "error_body_cut",
        says("error_body_cut", message(422, {"errors": []})[:-3], CLOSE),
        "notify_caller_connected",
        fails("ConnectionLostError"),
        requests=2,
    ),
    row(
        "chunk_cut",
        says("chunk_cut", cut(b'"attributes"', chunked()), CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    row(
        "chunk_size_cut",
        says("chunk_size_cut", cut(b"\r\n\r\n1", chunked()), CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    row(
        "last_chunk_cut",
        says("last_chunk_cut", chunked(b""), CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    row(
        "last_line_cut",
        says("last_line_cut", chunked(b"0\r\n"), CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    row(
        "last_line_cut",
        says("last_line_cut", chunked(b"0\r\n"), CLOSE),
        "notify_caller_connected",
        LOST_CHANGE,
        requests=2,
    ),
    row(
        "trailers_cut",
        says("trailers_cut", chunked(b"0\r\nX-Trailer: and"), CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    # Without a length nothing tells a cut from the end: what is no JSON counts as cut.
    row(
        "body_cut_without_length",
        says("body_cut_without_length", cut(b'"attributes"', with_length()), CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    row("body_until_close", says("body_until_close", with_length(), CLOSE), "get_caller", gives()),
)


def ill_chunked(name: str, body: bytes) -> Row:
    """Make the row of a chunked body that breaks the rules of chunks."""
    return row(
        name,
        says(name, chunked_head() + body, STALL),
        "get_caller",
        UNREADABLE,
        **SHORT,
    )


def unending(
    name: str,
    head: bytes,
    block: bytes,
    expected: Expected = UNREADABLE,
    call: str = "get_caller",
    **fields: object,
) -> Row:
    """Make the row of an answer that goes on for ever in this place."""
    return row(name, says(name, endless(head, block)), call, expected, memory=True, **fields)


def too_large(name: str, said: bytes, call: str = "get_caller", **fields: object) -> Row:
    """Make the row of a whole answer over what a Session takes in."""
    expected = UNEXPECTED if call == "get_caller" else UNEXPECTED_CHANGE
    return row(name, says(name, said), call, expected, **{"memory": True, **fields})


SIZE = (
    ill_chunked("chunk_size_of_letters", b"zz\r\n" + GOOD + b"\r\n0\r\n\r\n"),
    ill_chunked("chunk_size_negative", b"-5\r\n" + GOOD + b"\r\n0\r\n\r\n"),
    ill_chunked("chunk_size_empty", b"\r\n" + GOOD + b"\r\n0\r\n\r\n"),
    ill_chunked("chunk_size_with_underscore", b"0_%x\r\n" % len(GOOD) + GOOD + b"\r\n0\r\n\r\n"),
    ill_chunked("chunk_longer_than_said", b"5\r\n" + GOOD + b"\r\n0\r\n\r\n"),
    row(
        "chunk_size_huge",
        says("chunk_size_huge", chunked_head() + b"f" * 15 + b"\r\n" + GOOD, STALL),
        "get_caller",
        UNEXPECTED,
        memory=True,
    ),
    unending("chunk_extension_endless", chunked_head() + b"5;note=", b"x"),
    unending("chunk_size_endless", chunked_head(), b"0"),
    unending(
        "trailers_endless", chunked_head() + chunk(GOOD) + b"0\r\n", b"X-Again: and again\r\n"
    ),
    unending("trailer_endless", chunked_head() + chunk(GOOD) + b"0\r\nX-Again: ", b"x"),
    unending("chunks_endless", chunked_head(), chunk(b" " * 4000), UNEXPECTED),
    unending("chunks_of_one_byte_endless", chunked_head(), chunk(b" "), OVERDUE, **SHORT),
    unending("body_endless", ENDLESS_HEAD, b" ", UNEXPECTED),
    unending("body_endless", ENDLESS_HEAD, b" ", UNEXPECTED_CHANGE, "notify_caller_connected"),
    unending(
        "error_body_endless",
        message(500, body=b"", length=False),
        b" ",
        fails("ServerError", status=500),
        requests=2,
    ),
    row(
        "length_huge",
        says("length_huge", with_length("99999999999"), STALL),
        "get_caller",
        UNEXPECTED,
        memory=True,
    ),
    row(
        "at_the_limit",
        answers("at_the_limit", body=GOOD.ljust(2000)),
        "get_caller",
        gives(),
        options={"max_answer_bytes": 2000},
    ),
    row(
        "at_the_limit_unpacked",
        answers("at_the_limit_unpacked", body=gzip.compress(GOOD.ljust(2000)), headers=(GZIPPED,)),
        "get_caller",
        gives(),
        options={"max_answer_bytes": 2000},
    ),
    too_large("over_the_limit", message(body=GOOD.ljust(2001)), options={"max_answer_bytes": 2000}),
    too_large(
        "over_the_limit",
        message(body=GOOD.ljust(2001)),
        "notify_caller_connected",
        options={"max_answer_bytes": 2000},
    ),
    too_large("over_the_usual_limit", message(body=GOOD.ljust(8 * MEBIBYTE + 1))),
    too_large(
        "over_the_limit_unpacked",
        message(body=gzip.compress(GOOD.ljust(2001)), headers=(GZIPPED,)),
        options={"max_answer_bytes": 2000},
    ),
    too_large("gzip_bomb", message(body=bomb(), headers=(GZIPPED,))),
    too_large("gzip_bomb_in_chunks", chunked_head(GZIPPED) + chunk(bomb()) + b"0\r\n\r\n"),
    too_large(
        "gzip_bomb_twice", message(body=bomb(times=2), headers=("Content-Encoding: gzip, gzip",))
    ),
    too_large(
        "deflate_bomb",
        message(body=zlib.compress(bytes(64 * MEBIBYTE)), headers=("Content-Encoding: deflate",)),
    ),
    row(
        "error_bomb",
        answers("error_bomb", 422, body=bomb(), headers=(GZIPPED,)),
        "notify_caller_connected",
        fails("UnprocessableEntityError", status=422, maybe_applied=False),
        memory=True,
    ),
)

ROWS = CUT + SIZE

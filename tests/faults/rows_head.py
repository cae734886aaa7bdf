"""Rows: the head of the answer is broken: status line and headers."""

from __future__ import annotations

from .modes import (
    CLOSE,
    DRIP,
    KEEP,
    STALL,
    answers,
    chunked,
    cut,
    endless,
    first_then_drip,
    good,
    lost_after,
    lost_before,
    says,
    silent,
    with_headers,
    with_length,
)
from .row import (
    LOST,
    LOST_CHANGE,
    SHORT,
    UNREADABLE,
    Row,
    gives,
    gives_nothing,
    overdue,
    row,
)
from .service import message


def noise(name: str, said: bytes, call: str = "get_caller", **fields: object) -> Row:
    """Make the row of an answer that is no HTTP at all, after which the server closes."""
    return row(name, says(name, said, CLOSE, carries_out=False), call, UNREADABLE, **fields)


dripped_from_start = says("dripped_from_start", lambda peer: peer.good, pause=DRIP)

STATUS_LINE = (
    overdue("silent", silent, "get_caller"),
    overdue("silent", silent, "line_up_caller", created=1),
    overdue("silent", silent, "notify_caller_transferred"),
    overdue("silent_tls", silent, "list_callers_waiting", certificate="good"),
    overdue("status_line_dripped", dripped_from_start, "get_caller"),
    overdue("status_line_dripped", dripped_from_start, "line_up_caller", created=1),
    overdue(
        "status_line_dripped_tls", dripped_from_start, "notify_caller_connected", certificate="good"
    ),
    row("closed_without_answer", lost_after, "get_caller", LOST, requests=2),
    row("closed_without_answer", lost_after, "notify_caller_connected", LOST_CHANGE, requests=2),
    row(
        "status_line_cut",
        says("status_line_cut", b"HTTP/1.1 20", CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    row(
        "status_line_cut_after_code",
        says("status_line_cut_after_code", b"HTTP/1.1 204", CLOSE),
        "notify_caller_connected",
        LOST_CHANGE,
        requests=2,
    ),
    row(
        "status_line_alone",
        says("status_line_alone", b"HTTP/1.1 204 No Content\r\n", CLOSE),
        "notify_caller_connected",
        LOST_CHANGE,
        requests=2,
    ),
    noise("status_line_of_ssh", b"SSH-2.0-OpenSSH_9.2p1\r\n"),
    noise(
        "status_line_of_smtp",
        b"220 mail.example ESMTP\r\n220 at your service\r\n",
        "notify_caller_connected",
    ),
    noise("http_0_9", b"<html><body>Welcome</body></html>"),
    noise("http_0_9_json", b'{"data": []}'),
    noise("http_9_9", message(document={"data": []}).replace(b"HTTP/1.1", b"HTTP/9.9")),
    noise(
        "status_of_letters",
        b"HTTP/1.1 2OO OK\r\nContent-Length: 0\r\n\r\n",
        "notify_caller_connected",
    ),
    noise(
        "status_of_two_digits",
        b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
        "notify_caller_connected",
    ),
    noise("status_of_five_digits", b"HTTP/1.1 20000 OK\r\nContent-Length: 0\r\n\r\n"),
    noise("status_negative", b"HTTP/1.1 -200 OK\r\nContent-Length: 0\r\n\r\n"),
    noise("null_bytes", bytes(300)),
    noise("blank_lines", b"\r\n" * 300),
    noise("status_line_of_a_megabyte", b"HTTP/1.1 200 " + b"x" * 1_000_000 + b"\r\n\r\n"),
    row(
        "status_line_endless",
        says("status_line_endless", endless(b"HTTP/1.1 200 ", b"x")),
        "get_caller",
        UNREADABLE,
        memory=True,
    ),
    row(
        "without_reason",
        says("without_reason", lambda peer: peer.good.replace(b" Some Reason", b"", 1)),
        "get_caller",
        gives(),
    ),
    row(
        "http_1_0",
        says("http_1_0", lambda peer: peer.good.replace(b"HTTP/1.1", b"HTTP/1.0"), CLOSE),
        "get_caller",
        gives(),
    ),
)


def badly_headed(name: str, *lines: str, call: str = "get_caller") -> Row:
    """Make the row of an otherwise right answer with header lines that no one may send."""
    return row(name, says(name, with_headers(*lines)), call, UNREADABLE, **SHORT)


def with_lengths(name: str, *values: str, call: str = "get_caller") -> Row:
    """Make the row of an otherwise right answer, then silence, with these lengths for its own."""
    return row(name, says(name, with_length(*values), STALL), call, UNREADABLE, **SHORT)


def cut_at(name: str, said: bytes, call: str = "notify_caller_connected") -> Row:
    """Make the row of a head that breaks off: whatever was read so far, it is no answer."""
    return row(
        name,
        says(name, said, CLOSE),
        call,
        LOST if call == "get_caller" else LOST_CHANGE,
        requests=2,
    )


headers_dripped = says("headers_dripped", first_then_drip(b"Reason\r\n"), pause=DRIP)

HEADERS = (
    overdue("headers_dripped", headers_dripped, "get_caller"),
    overdue("headers_dripped", headers_dripped, "line_up_caller", created=1),
    overdue("headers_dripped_tls", headers_dripped, "verify_caller", certificate="good"),
    overdue(
        "headers_then_silent", says("headers_then_silent", cut(b"Reason\r\n"), STALL), "get_caller"
    ),
    row(
        "headers_cut",
        says("headers_cut", cut(b"Content-Len"), CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    row(
        "headers_cut_after_length",
        says("headers_cut_after_length", cut(b"\r\n\r"), CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    row(
        "headers_cut_at_line_end",
        says("headers_cut_at_line_end", cut(b"+json\r\n"), CLOSE),
        "get_caller",
        LOST,
        requests=2,
    ),
    cut_at("200_of_nothing_cut", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"),
    cut_at("204_cut", b"HTTP/1.1 204 No Content\r\nServer: x\r\n"),
    cut_at("204_cut", b"HTTP/1.1 204 No Content\r\nServer: x\r\n", "get_caller"),
    cut_at(
        "404_cut",
        b"HTTP/1.1 404 Not Found\r\nContent-Type: application/vnd.api+json\r\n",
        "get_caller",
    ),
    cut_at("422_cut", b"HTTP/1.1 422 Unprocessable Entity\r\nContent-Length: 0\r\n"),
    row(
        "headers_99",
        says("headers_99", with_headers(*(f"X-{i}: {i}" for i in range(90)))),
        "get_caller",
        gives(),
    ),
    row(
        "headers_10000",
        says("headers_10000", with_headers(*(f"X-{i}: {i}" for i in range(10_000)))),
        "get_caller",
        UNREADABLE,
        memory=True,
    ),
    row(
        "headers_endless",
        says("headers_endless", endless(b"HTTP/1.1 200 OK\r\n", b"X-Again: and again\r\n")),
        "get_caller",
        UNREADABLE,
        memory=True,
    ),
    row(
        "header_of_a_megabyte",
        says("header_of_a_megabyte", with_headers("X-Big: " + "x" * 1_000_000)),
        "get_caller",
        UNREADABLE,
        memory=True,
    ),
    row(
        "header_endless",
        says("header_endless", endless(b"HTTP/1.1 200 OK\r\nX-Big: ", b"x")),
        "get_caller",
        UNREADABLE,
        memory=True,
    ),
    badly_headed("header_without_colon", "this is no header"),
    badly_headed("header_without_colon", "this is no header", call="notify_caller_connected"),
    badly_headed("header_without_name", ": nothing"),
    badly_headed("header_blank_before_colon", "Content-Length : 3"),
    badly_headed("header_first_is_folded", " folded: onto nothing"),
    row(
        "header_not_ascii",
        says("header_not_ascii", with_headers("X-Name: Gr\xfc\xdfe")),
        "get_caller",
        gives(),
    ),
    with_lengths("two_lengths", "10", "9999"),
    with_lengths("two_lengths", "0", "9999", call="notify_caller_connected"),
    with_lengths("two_lengths_in_one", "10, 9999"),
    with_lengths("length_negative", "-1"),
    with_lengths("length_signed", "+10"),
    with_lengths("length_of_letters", "ten", call="notify_caller_connected"),
    with_lengths("length_hexadecimal", "0x10"),
    with_lengths("length_with_underscore", "1_0"),
    with_lengths("length_empty", ""),
    # RFC 9112 6.3 lets a client take the chunks, if it then closes, or refuse it, as ours does.
    row(
        "length_and_chunks",
        says("length_and_chunks", chunked(b"0\r\n\r\n", "Content-Length: 3")),
        "get_caller",
        UNREADABLE,
    ),
    row(
        "nothing_under_204",
        answers("nothing_under_204", 204, length=False, body=b""),
        "get_caller",
        gives_nothing(status=204, found=False),
    ),
    row("closed_then_good", (lost_before, good), "get_caller", gives(attempts=2), requests=2),
    row(
        "connection_close",
        says("connection_close", with_headers("Connection: close"), CLOSE),
        "get_caller",
        gives(attempts=1),
    ),
    row(
        "connection_close_left_open",
        says("connection_close_left_open", with_headers("Connection: close"), KEEP),
        "get_caller",
        gives(attempts=1),
    ),
)

ROWS = STATUS_LINE + HEADERS

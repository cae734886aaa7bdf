"""The HTTP server, waitress; what it refuses by itself is one word, too; between main and app."""

from __future__ import annotations

import logging
import re
import socket
from typing import TYPE_CHECKING, Dict, cast

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, TcpWSGIServer, UnixWSGIServer
from waitress.task import ErrorTask
from waitress.utilities import InternalServerError

from virtualq.gateway import answer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = logging.getLogger("virtualq.gateway")
# From so many connections on a newcomer gets the place of one on which nothing happens. At the
# second number newcomers wait: with those to the service it stays below the usual 1,024 files.
_OPEN, _CONNECTIONS = 500, 800
# A body is read to its end before it is refused: who is cut off while sending hears no word.
_MOST_READ = 16 * 1024 * 1024
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class _Parser(HTTPRequestParser):
    """Reads a request; curl sends a URL as it was typed, and waitress takes ASCII alone."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers."""
        line, end, headers = header_plus.partition(b"\r\n")
        line = _NOT_ASCII.sub(lambda byte: b"%%%02X" % ord(byte[0]), line)
        super().parse_header(line + end + headers)


class _Refusal(ErrorTask):
    """Answers what is no HTTP, or too large, and what the application has no answer to."""

    def execute(self) -> None:
        """Say `queue`, with status 200: a dialplan looks at the word alone."""
        request = cast(HTTPRequestParser, cast(object, self.request))  # the stubs are wrong
        error = request.error or InternalServerError("")
        ours = isinstance(error, InternalServerError)
        reason = answer.UNREACHABLE if ours else answer.PARAMETER
        _log.warning("queue (%s): the request: %s", reason, error.reason)
        body = answer.queue(reason).render(answer.TEXT).encode()
        self.status = "200 OK"
        self.response_headers = [
            ("Content-Type", f"{answer.TEXT}; charset=utf-8"),
            ("X-VirtualQ-Reason", reason),
            ("Cache-Control", "no-store"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):
    parser_class = _Parser
    error_task_class = _Refusal


class _Server(BaseWSGIServer):
    channel_class = _Channel

    def handle_accept(self) -> None:
        """Let somebody in, in the place of who has been silent for longest where it is full."""
        channels = cast("Dict[int, HTTPChannel]", self.active_channels)  # the stubs are wrong
        if len(channels) >= _OPEN:
            silent = [
                channel
                for channel in channels.values()
                if not (channel.requests or channel.total_outbufs_len or channel.will_close)
            ]
            if silent:
                min(silent, key=lambda channel: channel.last_activity).will_close = True
        super().handle_accept()

    def handle_close(self) -> None:
        """Listen no more, while answers are finished.

        The server's own close() closes its pipe too. Each answer writes a byte into that, or into
        the file that has got its number since.
        """
        wasyncore.dispatcher.close(self)


class _AddressServer(_Server, TcpWSGIServer):
    pass


class _FileServer(_Server, UnixWSGIServer):
    pass


def make_server(application: WSGIApplication, bound: socket.socket, threads: int) -> BaseWSGIServer:
    """Return a server for a socket that listens, not yet running."""
    kind = _FileServer if bound.family == socket.AF_UNIX else _AddressServer
    return kind(
        application,
        {},
        _sock=bound,
        bind_socket=False,
        sockinfo=(bound.family, bound.type, bound.proto, bound.getsockname()),
        threads=threads,
        connection_limit=_CONNECTIONS,
        max_request_body_size=_MOST_READ,
        asyncore_use_poll=True,
        ident=None,
    )

"""Reads one HTTP/1.1 answer (RFC 9112): bytes in; status, headers and body out. No I/O.

Fed by connection with what the socket gives; transport makes its answer of it. Strict: of an answer
that could be read in two ways nothing is taken. What h11 takes and this does not is listed in
tests/_http/test_reply_h11.py.
"""

from __future__ import annotations

from typing import Callable, Dict, List, Optional, Tuple

_LONGEST_HEAD = 64 * 1024
_MOST_FIELDS = 100
_MOST_INTERIM_ANSWERS = 20
_LONGEST_CHUNK_LINE = 4 * 1024

# Sets of bytes for bytes.translate, which needs no compiling: an IVR's script starts for each call.
_CONTROLS = bytes(code for code in (*range(0x20), 0x7F) if code != 0x09)
_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = b"0123456789"
_HEX = _DIGITS + b"abcdefABCDEF"
_TOKEN = b"!#$%&'*+-.^_`|~" + _DIGITS + _LETTERS  # RFC 9110, 5.6.2
_LONGEST_NUMBER = 15


class NotHTTP(Exception):
    """What came back breaks the rules of HTTP."""


class BrokenOff(Exception):
    """The answer ended before it was complete."""


class TooLarge(Exception):
    """The body is longer than what may be read."""


class Reply:
    """The answer to one request of `method`, of whose body at most `limit` bytes are taken.

    `feed` it until it is `complete`. `status` is 0 until the head is there; then `headers` holds
    the fields by lower-case name, repeated ones joined by a comma. `framed` is false when only the
    end of the connection says where the body ends.
    """

    def __init__(self, method: str, limit: int) -> None:
        self.status = 0
        self.headers: Dict[str, str] = {}
        self.body = bytearray()
        self.framed = True
        self.complete = False
        self._method = method
        self._limit = limit
        self._buffer = bytearray()
        self._looked = 0  # how far the buffer has been searched for the end of a line or a head
        self._interim = 0
        self._left = 0  # of a body with a length, or of a chunk
        self._persistent = False
        self._read: Callable[[], bool] = self._read_head

    def feed(self, data: bytes) -> bool:
        """Take what came, nothing for the end of the connection; return whether it is complete.

        Raises NotHTTP, BrokenOff or TooLarge, after which it is of no more use.
        """
        if not data:
            self._end()
        self._buffer += data
        while not self.complete and self._read():
            pass
        return self.complete

    @property
    def reusable(self) -> bool:
        """Whether the connection may carry another request: nothing is left of this answer."""
        return self.complete and self._persistent and not self._buffer

    @property
    def surplus(self) -> bool:
        """Whether more came than the answer."""
        return bool(self._buffer)

    def _end(self) -> None:
        if not self.status:
            raise BrokenOff("the answer ended inside its headers")
        if self.framed and not self.complete:
            raise BrokenOff("the answer ended inside its body")
        self.complete, self._persistent = True, False

    def _read_head(self) -> bool:
        """Read a status line and fields; return whether to go on with what is in the buffer."""
        if not b"HTTP/1.".startswith(self._buffer[:7]):
            raise NotHTTP("no status line")  # at once: a mail server would wait for a command
        head = self._take_head()
        if head is None:
            return False
        line, _, fields = head.partition(b"\n")
        version, status = _read_status_line(_without_return(line))
        headers = _read_fields(fields)
        if status < 200 and status != 101:  # 101 is final: what follows it is another protocol
            self._interim += 1
            if self._interim > _MOST_INTERIM_ANSWERS:
                raise NotHTTP("more interim answers than anyone needs")
            return True
        self.status, self.headers = status, headers
        self._frame(version == b"HTTP/1.1")
        return True

    def _take_head(self) -> Optional[bytes]:
        """Return the lines up to a blank one, without it; None when they are not all there."""
        end, after = _find_blank_line(self._buffer, max(0, self._looked - 2))
        if (len(self._buffer) if end < 0 else end) > _LONGEST_HEAD:
            raise NotHTTP("headers that are too long")
        if end < 0:
            self._looked = len(self._buffer)
            return None
        head = bytes(self._buffer[:end])
        del self._buffer[:after]
        self._looked = 0
        return head

    def _frame(self, current: bool) -> None:
        """Find out where the body ends (RFC 9112, 6.3), and whether to keep the connection."""
        headers = self.headers
        options = headers.get("connection", "").lower()
        coding, length = headers.get("transfer-encoding"), headers.get("content-length")
        self._persistent = current and "close" not in options
        if length is not None and not _is_number(length.encode("latin-1"), _DIGITS):
            raise NotHTTP("a length that is no number")
        if coding is not None and (length is not None or coding.lower() != "chunked"):
            raise NotHTTP("two lengths" if length is not None else "an unknown transfer coding")
        if self._ends_at_headers():
            # Some senders describe a body here, and a few send it after all (RFC 9110, 15.3.5).
            said = coding is not None or (length or "0").strip("0")
            self._persistent = self._persistent and not said
            self.complete = True
        elif coding is not None:
            self._read = self._read_chunk_size
        elif length is not None:
            self._left = int(length)
            self._check_size(self._left)
            self._read = self._read_body
        else:
            self.framed = self._persistent = False
            self._left = self._limit + 1  # the end of the connection comes first, or too much
            self._read = self._read_body

    def _ends_at_headers(self) -> bool:
        status = self.status
        if self._method == "CONNECT":
            return 200 <= status < 300  # what follows belongs to the tunnel
        if status == 101:
            self._persistent = False
        return status in (101, 204, 304) or self._method == "HEAD"

    def take_body(self) -> bytes:
        """Return the body and hold it no longer: what is parsed next may be long."""
        body = bytes(self.body)
        self.body.clear()
        return body

    def _check_size(self, more: int) -> None:
        if len(self.body) + more > self._limit:
            raise TooLarge

    def _take(self, count: int) -> None:
        """Move so many bytes, if they are there, from the buffer to the body."""
        part = self._buffer[:count]
        self._check_size(len(part))
        self.body += part
        del self._buffer[:count]

    def _take_left(self) -> bool:
        """Take what is there of the bytes that are left; return whether those were all."""
        before = len(self.body)
        self._take(self._left)
        self._left -= len(self.body) - before
        return not self._left

    def _read_body(self) -> bool:
        self.complete = self._take_left()
        return False

    def _read_chunk_size(self) -> bool:
        line = self._take_line()
        if line is None:
            return False
        size = line.partition(b";")[0].rstrip(b" \t")
        if not _is_number(size, _HEX) or not _is_text(line):
            raise NotHTTP("a malformed chunk")
        self._left = int(size, 16)
        self._check_size(self._left)
        self._read = self._read_chunk if self._left else self._read_trailers
        return True

    def _take_line(self) -> Optional[bytes]:
        end = self._buffer.find(b"\r\n", max(0, self._looked - 1))
        if (end if end >= 0 else len(self._buffer)) > _LONGEST_CHUNK_LINE:
            raise NotHTTP("a malformed chunk")
        if end < 0:
            self._looked = len(self._buffer)
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        self._looked = 0
        return line

    def _read_chunk(self) -> bool:
        done = self._take_left()
        if done:
            self._read = self._read_end_of_chunk
        return done

    def _read_end_of_chunk(self) -> bool:
        end = bytes(self._buffer[:2])
        if end != b"\r\n"[: len(end)]:
            raise NotHTTP("a malformed chunk")
        if len(end) < 2:
            return False
        del self._buffer[:2]
        self._read = self._read_chunk_size
        return True

    def _read_trailers(self) -> bool:
        """Read the fields after the last chunk, of which nothing is needed."""
        if self._buffer.startswith(b"\r\n"):
            del self._buffer[:2]
            self.complete = True
        elif len(self._buffer) > 1:
            trailers = self._take_head()
            if trailers is not None:
                _read_fields(trailers)
                self.complete = True
        return False


def _find_blank_line(buffer: bytearray, start: int) -> Tuple[int, int]:
    """Return where the line before the first blank one ends, and what follows begins; else -1."""
    end = buffer.find(b"\n\r\n", start)
    # RFC 9112, 2.2: a line feed alone is taken too.
    alone = buffer.find(b"\n\n", start, len(buffer) if end < 0 else end + 1)
    return (alone, alone + 2) if alone >= 0 else (end, end + 3)


def _read_status_line(line: bytes) -> Tuple[bytes, int]:
    """Return version and status (RFC 9112, 4); many servers leave out the reason and its blank."""
    version, code, reason = line[:8], line[9:12], line[12:]
    if (
        version not in (b"HTTP/1.0", b"HTTP/1.1")
        or line[8:9] != b" "
        or not (_is_number(code, _DIGITS) and len(code) == 3 and code[:1] != b"0")
        or not (_is_text(reason) and reason[:1] in (b"", b" "))
    ):
        raise NotHTTP("a malformed status line")
    return version, int(code)


def _read_fields(text: bytes) -> Dict[str, str]:
    """Return the fields of a head or trailer; raise NotHTTP for one that is none."""
    found: Dict[str, str] = {}
    if b"\n " in text or b"\n\t" in text:
        text = _unfold(text)
    lines = text.split(b"\n") if text else []
    if len(lines) > _MOST_FIELDS:
        raise NotHTTP("headers that are too many")
    for line in lines:
        name, colon, value = _without_return(line).partition(b":")
        # RFC 9110, 5.1 and 5.5: a token, no blank before the colon, no control characters.
        if not name or not colon or name.translate(None, _TOKEN) or not _is_text(value):
            raise NotHTTP("malformed headers")
        key, text_of = name.decode("ascii").lower(), value.strip(b" \t").decode("latin-1")
        if key not in found:
            found[key] = text_of
        elif key != "content-length" or found[key] != text_of:
            found[key] = f"{found[key]}, {text_of}"
    return found


def _unfold(text: bytes) -> bytes:
    """Return fields with those on one line that were folded (RFC 9112, 5.2)."""
    lines: List[bytes] = []
    for line in text.split(b"\n"):
        if lines and line[:1] in (b" ", b"\t"):
            lines[-1] = _without_return(lines[-1]) + b" " + line.lstrip(b" \t")
        else:
            lines.append(line)
    return b"\n".join(lines)


def _without_return(line: bytes) -> bytes:
    return line[:-1] if line.endswith(b"\r") else line


def _is_text(text: bytes) -> bool:
    return len(text.translate(None, _CONTROLS)) == len(text)


def _is_number(text: bytes, digits: bytes) -> bool:
    return 0 < len(text) <= _LONGEST_NUMBER and not text.translate(None, digits)

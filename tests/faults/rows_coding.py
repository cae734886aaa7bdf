"""Rows: the body of the answer is packed: rightly, wrongly, or into a bomb."""

from __future__ import annotations

import gzip
import json
import zlib

from .modes import answers, encoded, raw_deflate, says
from .row import UNEXPECTED, Row, gives, row
from .service import LINE, PHONE, caller

GZIPPED = "Content-Encoding: gzip"
GOOD = json.dumps({"data": [caller(LINE, PHONE)]}).encode()


def miscoded(name: str, body: bytes, coding: str = "gzip") -> Row:
    """Make the row of a body that is not what its Content-Encoding says."""
    return row(
        name,
        answers(name, body=body, headers=(f"Content-Encoding: {coding}",)),
        "get_caller",
        UNEXPECTED,
    )


CODING = (
    row("gzip", says("gzip", encoded("gzip", gzip.compress)), "get_caller", gives()),
    row(
        "deflate",
        says("deflate", encoded("deflate", zlib.compress)),
        "get_caller",
        UNEXPECTED,
    ),
    row(
        "deflate_raw",
        says("deflate_raw", encoded("deflate", raw_deflate)),
        "get_caller",
        UNEXPECTED,
    ),
    miscoded("gzip_of_nothing_gzipped", GOOD),
    miscoded("gzip_cut", gzip.compress(GOOD)[:-12]),
    miscoded("gzip_without_checksum", gzip.compress(GOOD)[:-8]),
    miscoded("gzip_wrong_checksum", gzip.compress(GOOD)[:-8] + bytes(8)),
    miscoded("gzip_damaged", gzip.compress(GOOD)[:20] + b"\xff" * 10 + gzip.compress(GOOD)[30:]),
    miscoded("gzip_and_more", gzip.compress(GOOD) + b"x"),
    miscoded("deflate_damaged", b"\x78\x9c" + b"\xff" * 50, "deflate"),
    miscoded("coding_not_asked_for", b"\x8b\x03\x80" + GOOD, "br"),
    miscoded("coding_unknown", bytes(range(256)), "rot13"),
)

ROWS = CODING

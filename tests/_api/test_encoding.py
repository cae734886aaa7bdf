"""How values are written into a URL and a body."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any, Optional
from urllib.parse import parse_qsl

import pytest
import responses

from virtualq import Session

from ..calls import (
    BASE,
    KEY,
    LINE,
    OTHER_PHONE,
    PHONE,
    answer,
    call,
)

PHONES = (
    PHONE,
    OTHER_PHONE,
    "+49171&active=false",
    "#31#+491711112233",
    "%41BC",
    "a=b;c/d?e",
    "Grüße ☎ 键",
    "anonymous",
    "'\"<>\\{}|^`",
    "~-._!*()",
)


@pytest.mark.parametrize("name", ["verify_caller", "get_caller"])
@pytest.mark.parametrize("phone", PHONES)
def test_query_is_encoded_so_that_every_decoder_reads_the_same(
    phone: str, name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """RFC 3986 alone: no parameter is added or cut off, plus is %2B, a blank is %20."""
    service.get(f"{BASE}/waiters", json={"data": []})
    getattr(vq, name)(LINE, phone)
    url = service.calls[0].request.url or ""
    query = url.partition("?")[2]
    flag = "currently_up" if name == "verify_caller" else "active"
    assert parse_qsl(query) == [(flag, "true"), ("phone", phone), ("line_id", "3042")]
    assert not {"+", " "} & set(query)
    assert re.fullmatch(r"(?:[A-Za-z0-9._~&=-]|%[0-9A-F]{2})+", query)


@pytest.mark.parametrize(
    ("updated", "sent"), [(True, "&updated=true"), (False, "&updated=false"), (None, "")]
)
def test_flags_are_written_in_lower_case(
    updated: Optional[bool], sent: str, service: responses.RequestsMock, vq: Session
) -> None:
    """A flag is true or false on the wire, whatever Python calls it."""
    service.get(f"{BASE}/waiters", json={"data": []})
    vq.list_callers_waiting(24, updated=updated)
    assert service.calls[0].request.url == f"{BASE}/waiters?call_center_id=24{sent}&active=true"


def test_text_in_a_body_is_utf_8(service: responses.RequestsMock, vq: Session) -> None:
    """Unicode goes as it is, so that no reader has to undo escapes."""
    service.put(f"{BASE}/waiters/0", status=204)
    vq.update_caller_information(LINE, PHONE, properties={"naïve": "Grüße 📞"})
    assert '"naïve":"Grüße 📞"' in (service.calls[0].request.body or b"").decode("utf-8")


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2021, 3, 4, 5, 6, 7), "2021-03-04T05:06:07"),
        (datetime(2021, 3, 4, 5, 6, 7, tzinfo=timezone.utc), "2021-03-04T05:06:07+00:00"),
        (
            datetime(2021, 3, 4, 5, 6, 7, tzinfo=timezone(timedelta(hours=-5))),
            "2021-03-04T05:06:07-05:00",
        ),
        (datetime(2021, 3, 4).date(), "2021-03-04"),
    ],
)
def test_times_keep_the_offset_they_have(
    moment: Any,
    text: str,
    service: responses.RequestsMock,
    vq: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A naive time goes without an offset; the machine's time zone changes nothing."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    service.put(f"{BASE}/waiters/0", status=204)
    vq.update_caller_information(LINE, PHONE, properties={"when": moment})
    assert json.loads(service.calls[0].request.body or b"")["data"]["attributes"]["properties"] == {
        "when": text
    }


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("https://api.virtualq.tech", "https://api.virtualq.tech/api/v2/waiters"),
        ("https://api.virtualq.tech/", "https://api.virtualq.tech/api/v2/waiters"),
        ("https://example.test/other/v3", "https://example.test/other/v3/waiters"),
        ("https://example.test/other/v3/", "https://example.test/other/v3/waiters"),
        ("https://example.test:8443", "https://example.test:8443/api/v2/waiters"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/api/v2/waiters"),
        ("http://localhost", "http://localhost/api/v2/waiters"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x/waiters"),
    ],
)
def test_base_url_without_a_path_gets_one(
    base_url: str, url: str, service: responses.RequestsMock
) -> None:
    """`/api/v2` stands for no path; another path is used as it is."""
    service.post(url, json=answer("line_up_caller"))
    with Session(KEY, base_url=base_url) as vq:
        assert call(vq, "line_up_caller")

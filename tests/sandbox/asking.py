"""Asks the rule book without a network, on a clock turned by hand; conftest hands both out."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any, Mapping, NamedTuple, Optional

from virtualq._api import wire
from virtualq._api.operation import Operation
from virtualq._api.operations import BASE_PATH, KEY_HEADER, REQUEST_MEDIA_TYPE
from virtualq.sandbox.exchange import Request
from virtualq.sandbox.rules import Service

LINE, OTHER_LINE, CENTER, OTHER_CENTER = 3042, 3384, 24, 25
PHONE, OTHER_PHONE = "+17343305027", "+49 171 1111 22 33"


class HandClock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2021, 3, 4, 5, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, seconds: float) -> None:
        """Let some seconds pass."""
        self.now += timedelta(seconds=seconds)


class Reply(NamedTuple):
    """An answer with its body parsed."""

    status: int
    headers: Mapping[str, str]
    document: Any

    @property
    def attributes(self) -> Any:
        """The attributes of the one caller in it."""
        return self.document["data"]["attributes"]

    @property
    def callers(self) -> Any:
        """The ids of the callers in its list."""
        return [resource["id"] for resource in self.document["data"]]


class Asker:
    """Asks a service what the Session would ask it, or anything else."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def call(self, operation: Operation, **given: object) -> Reply:
        """Send the request of a Session function."""
        request = wire.build(operation, given)
        return self.send(request.method, BASE_PATH + request.target, request.body or b"")

    def send(
        self,
        method: str,
        target: str,
        body: object = b"",
        headers: Optional[Mapping[str, str]] = None,
    ) -> Reply:
        """Send a request as it stands, with the key unless `headers` say otherwise."""
        standard = {KEY_HEADER.lower(): self.service.api_key, "content-type": REQUEST_MEDIA_TYPE}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.service.answer(
            Request(method, target, {**standard, **(headers or {})}, content)
        )
        is_json = "json" in answer.headers.get("Content-Type", "")
        document = json.loads(answer.body) if is_json else answer.body
        return Reply(answer.status, answer.headers, document)

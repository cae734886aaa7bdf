"""A Django site's day: settings, errors as answers, fields, cache, webhooks, its own tests."""

from __future__ import annotations

import io
import os
from typing import Any, List
from urllib.request import urlopen

import pytest
import responses

pytest.importorskip("django")

from . import site  # needs django

site.set_up()

from django import forms  # noqa: E402  # a form needs settings
from django.core.cache import cache  # noqa: E402
from django.core.checks import Error, run_checks  # noqa: E402
from django.core.checks import Warning as Advice  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import LiveServerTestCase, SimpleTestCase, TestCase, override_settings  # noqa: E402
from django.utils.translation import override  # noqa: E402

from virtualq import errors  # noqa: E402
from virtualq.integrations.django import (  # noqa: E402
    LineField,
    PhoneField,
    say,
    sessions,
    webhook_received,
)
from virtualq.integrations.django.testing import VirtualQTestMixin  # noqa: E402
from virtualq.testing.webhooks import WebhookSigner  # noqa: E402
from virtualq.webhooks import SignatureError  # noqa: E402

from ..leaks import last_digits  # noqa: E402

PHONE = "+17343305027"
STATUSES = [
    (errors.InvalidParameterError("x"), 400),
    (errors.NotFoundError(status=404), 404),
    (errors.ConflictError(status=409), 409),
    (errors.UnprocessableEntityError(status=422), 422),
    (errors.RateLimitedError(status=429, retry_after=1.2), 429),
    (errors.ConfigurationError("x"), 500),
    (errors.AuthenticationError(status=401), 500),
    (errors.PermissionDeniedError(status=403), 500),
    (errors.BadRequestError(status=400), 502),
    (errors.UnexpectedResponseError("x"), 502),
    (errors.APIError(status=418), 502),
    (errors.ServerError(status=500), 503),
    (errors.DeadlineExceededError("x"), 503),
    (SignatureError("x"), 401),
]


@pytest.mark.parametrize(("error", "status"), STATUSES, ids=lambda each: str(each)[:20])
def test_say(error: errors.VirtualQError, status: int) -> None:
    """Each error has its status and a text in two languages."""
    said = say(error)
    assert said.status == status
    with override("de"):
        german = str(said.text)
    with override("en"):
        assert german != str(said.text)
    assert said.retry_after == (2 if status == 429 else None)


def test_say_names_the_field() -> None:
    """A parameter and a pointer both name the form's field."""
    assert say(errors.InvalidParameterError("x", parameter="properties.a[1]")).field == "properties"
    pointed = [{"source": {"pointer": "/data/attributes/service-phone"}}]
    assert say(errors.UnprocessableEntityError(status=422, errors=pointed)).field == "service_phone"


class Pages(VirtualQTestMixin, SimpleTestCase):
    """What a visitor gets."""

    def test_two_accounts(self) -> None:
        """Each account has its sandbox; what was sent is there by its name on the wire."""
        self.virtualqs["eu"].add_line(7, "EU", call_center_id=24)
        for alias, line in (("default", 3042), ("eu", 7)):
            sessions[alias].line_up_caller(line, PHONE, channel="CallBack", source="Phone")
        assert self.virtualq.requests[-1].attributes["phone"] == PHONE
        assert len(self.virtualq.requests) == len(self.virtualqs["eu"].requests) == 1

    def test_outage_as_page_and_json(self) -> None:
        """An outage is 503 in the visitor's language, and as JSON for a script."""
        self.virtualq.fail("get_caller", status=503, times=4)
        url = f"/place?phone={PHONE.replace('+', '%2B')}"
        page = self.client.get(url, headers={"Accept-Language": "de", "Accept": "text/html"})
        assert page.status_code == 503
        assert "Warteschlange" in page.content.decode()
        script = self.client.get(url, headers={"Accept": "application/json"})
        assert script.json()["status"] == script.status_code == 503
        assert last_digits(page.content.decode() + script.content.decode()) == []

    def test_what_is_accepted_best(self) -> None:
        """JSON for who prefers it, by quality and then by name; a page for all others."""
        self.virtualq.fail("get_caller", status=400)
        for accept, is_json in (
            ("application/json, text/html;q=0.5", True),
            ("application/json, text/plain, */*", True),
            ("application/vnd.api+json", True),
            ("application/json;q=0.5, text/html;q=0.9", False),
            ("application/json;q=0, */*", False),
            ("text/html, application/json", False),
            ("*/*", False),
            ("text/plain", False),
        ):
            answer = self.client.get("/place?phone=%2B17343305027", headers={"Accept": accept})
            assert answer.status_code == 502
            assert answer.headers["Content-Type"].endswith("json") == is_json, accept

    def test_health(self) -> None:
        """Healthy is 200, an outage 503."""
        assert self.client.get("/health").status_code == 200
        self.virtualq.fail("list_call_centers", status=500)
        assert self.client.get("/health").status_code == 503

    def test_cached(self) -> None:
        """One call for many looks; the old answer in an outage."""
        sessions["default"].line_up_caller(3042, PHONE, channel="CallBack", source="Phone")
        cached = sessions["default"].cached
        before = len(self.virtualq.requests)
        first = cached.list_callers_waiting(24, fresh=30, stale=60)
        assert cached.list_callers_waiting(24, fresh=30, stale=60).value == first.value
        assert len(self.virtualq.requests) == before + 1
        assert first[0].phone == PHONE
        self.virtualq.fail("list_callers_waiting", status=503, times=9)
        assert cached.list_callers_waiting(24, fresh=0, stale=60).value == first.value
        with pytest.raises(errors.ServerError):
            cached.list_callers_waiting(25, fresh=0, stale=60)

    def test_command(self) -> None:
        """`manage.py virtualq` asks with the site's settings and exits as `virtualq` does."""
        with pytest.raises(SystemExit) as end:
            call_command("virtualq", "verify", "--line-id", "3042", "--phone", PHONE)
        assert end.value.code == 1
        assert self.virtualq.requests[-1].function == "verify_caller"
        out = io.StringIO()
        call_command("virtualq", "--account", "eu", "list", "--call-center-id", "24", stdout=out)
        assert len(self.virtualqs["eu"].requests) == 1

    def test_webhooks(self) -> None:
        """Signed is told once; unsigned 401, nonsense 400; a receiver's failure frees it."""
        signer, seen = WebhookSigner(), []  # type: ignore[var-annotated]
        fail = [True]

        def receive(event: Any, **_: Any) -> None:
            if fail.pop() if fail else False:
                raise KeyError("receiver")
            seen.append(event.data)

        def post(body: bytes, signature: str) -> int:
            header = {"X-Body-Signature": signature}
            return self.client.post(
                "/hook", body, content_type="application/json", headers=header
            ).status_code

        keys = [WebhookSigner().public_key, signer.public_key]
        webhook_received.connect(receive)
        try:
            with override_settings(VIRTUALQ={"WEBHOOK_KEYS": keys}):
                with pytest.raises(KeyError, match="receiver"):
                    post(b'{"a": 1}', signer.sign(b'{"a": 1}'))
                for _ in range(2):
                    assert post(b'{"a": 1}', signer.sign(b'{"a": 1}')) == 200
                assert post(b"{}", "") == post(b"{}", WebhookSigner().sign(b"{}")) == 401
                assert post(b"nonsense", signer.sign(b"nonsense")) == 400
        finally:
            webhook_received.disconnect(receive)
            cache.clear()
        assert seen == [{"a": 1}]


class Early(VirtualQTestMixin, TestCase):
    """What is asked before the first test."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.early = len(sessions["default"].list_lines(24))

    def test_data(self) -> None:
        """It is answered without a key, and seen by no test."""
        assert self.early == 2
        assert len(self.virtualq.requests) == 0


class Live(VirtualQTestMixin, LiveServerTestCase):
    """The site in another thread, asked over a socket."""

    def test_same_sandbox(self) -> None:
        """What the test lines up, the live site finds."""
        sessions["default"].line_up_caller(3042, PHONE, channel="CallBack", source="Phone")
        url = f"{self.live_server_url}/place?phone=%2B{PHONE[1:]}"
        with urlopen(url, timeout=30) as page:
            assert page.read() == b"True"


def _ids(setting: object, deploy: bool = False) -> List[Any]:
    with override_settings(VIRTUALQ=setting):
        found = run_checks(include_deployment_checks=deploy)
    return [(each.id, type(each)) for each in found if str(each.id).startswith("virtualq")]


def test_checks() -> None:
    """No key warns, and is an error in deployment; what cannot work is an error."""
    assert _ids({"API_KEY": "key"}, deploy=True) == []
    assert _ids({}) == [("virtualq.W001", Advice)]
    assert ("virtualq.W001", Error) in _ids({}, deploy=True)
    assert _ids(3) == [("virtualq.E001", Error)]
    assert _ids({"default": {"API_KEY": "key", "DEADLIN": 2}}) == [("virtualq.E002", Error)]
    for wrong in ({"BASE_URL": "http://api.example.com"}, {"ON_ATTEMPT": "no.such"}):
        assert _ids({"API_KEY": lambda: "key", **wrong}) == [("virtualq.E003", Error)]
    assert _ids({"API_KEY": "key", "DEADLINE": 60}) == [("virtualq.W002", Advice)]


def test_settings_are_read_when_used() -> None:
    """Lazy without a key, anew after a change, and anew in a forked child."""
    vq = sessions["default"]
    with override_settings(VIRTUALQ={"API_KEY": "key", "BASE_URL": "http://127.0.0.1:9"}):
        assert "127.0.0.1" in str(vq._title)
        mine = vq._common.transport
        child = os.fork()
        if not child:
            os._exit(0 if vq._common.transport is not mine else 1)
        assert os.waitpid(child, 0)[1] == 0
    with override_settings(VIRTUALQ={"API_KEY": "key"}):
        assert "api.virtualq.io" in str(vq._title)
    with override_settings(VIRTUALQ={}), pytest.raises(errors.ConfigurationError, match="API_KEY"):
        vq.verify_caller(3042, PHONE)


def test_no_secret_in_the_cache() -> None:
    """A token is neither in what is given nor in what is kept, of whatever type it came."""
    attributes = {"ewt": 9, "token": "TOKEN"}, {"ewt": 8, "token": ["TOKEN"]}
    data = [{"id": "1", "type": "waiters", "attributes": each} for each in attributes]
    with override_settings(VIRTUALQ={"API_KEY": "key"}), responses.RequestsMock() as service:
        service.get("https://api.virtualq.io/api/v2/waiters", json={"data": data})
        cached = sessions["default"].cached
        first = cached.list_callers_waiting(24, fresh=30)
        again = cached.list_callers_waiting(24, fresh=30)
    assert [each.ewt for each in first] == [each.ewt for each in again] == [9, 8]
    kept = repr(cache._cache)  # type: ignore[attr-defined]  # that of locmem
    cache.clear()
    assert "ewt" in kept
    assert "TOKEN" not in kept + repr([(each.token, each.extra) for each in [*first, *again]])


def test_fields() -> None:
    """A number is E.164 or a friendly error; a line is its id."""

    class Callback(forms.Form):
        phone = PhoneField(country="DE")
        line = LineField(lines={3042: "Sales"})

    good = Callback({"phone": "0171 1111 22 33", "line": "3042"})
    assert good.is_valid(), good.errors
    assert good.cleaned_data == {"phone": "+4917111112233", "line": 3042}
    bad = Callback({"phone": "12", "line": "1"})
    assert sorted(bad.errors) == ["line", "phone"]
    assert 'type="tel"' in str(bad["phone"])

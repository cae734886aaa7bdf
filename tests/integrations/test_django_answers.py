"""What a Django site says to others: answers of the middleware and the views, logs, settings."""

from __future__ import annotations

import io
import logging
import os
import time
from pathlib import Path
from typing import Any, Iterator, List

import pytest
import responses

pytest.importorskip("django")

from . import site  # needs django

site.set_up()

from django.conf import settings  # noqa: E402  # after the set-up
from django.core.checks import run_checks  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import (  # noqa: E402
    Client,
    RequestFactory,
    SimpleTestCase,
    override_settings,
)
from django.utils.translation import override  # noqa: E402

from virtualq import Attempt, errors  # noqa: E402
from virtualq.integrations.django import (  # noqa: E402
    WebhookView,
    say,
    sessions,
    webhook_received,
)
from virtualq.integrations.django.testing import (  # noqa: E402
    Sandboxes,
    VirtualQTestMixin,
    sandboxes,
)
from virtualq.testing.webhooks import WebhookSigner  # noqa: E402

from .programs import until  # noqa: E402

PHONE = "+17343305027"
PLACE = "/place?phone=%2B17343305027"
LOCMEM = "django.template.loaders.locmem.Loader"
OWN_PAGE = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "OPTIONS": {"loaders": [(LOCMEM, {"virtualq/error.html": "own {{ status }}: {{ text }}"})]},
}
ATTEMPTS: List[Attempt] = []


def on_attempt(attempt: Attempt) -> None:
    """What ON_ATTEMPT names below."""
    ATTEMPTS.append(attempt)


class Answers(VirtualQTestMixin, SimpleTestCase):
    """What the middleware answers."""

    def test_when_to_come_again(self) -> None:
        """A whole number of seconds, never too early; the answer is nobody's to keep."""
        self.virtualq.fail("get_caller", status=429, retry_after=9.2)
        answer = self.client.get(PLACE)
        assert (answer.status_code, answer["Retry-After"]) == (429, "10")
        assert answer["Cache-Control"] == "no-store"

    def test_a_page_of_the_site(self) -> None:
        """The site's own template is shown, to a browser that would take JSON, too."""
        self.virtualq.fail("get_caller", status=503)
        with override_settings(TEMPLATES=[OWN_PAGE]):
            answer = self.client.get(PLACE, headers={"Accept": "text/html, application/json"})
        assert answer.content.decode().startswith("own 503: The waiting line")

    def test_logged(self) -> None:
        """What we must mend is an error, what passes a warning; nobody is named."""
        for status, level in ((401, logging.ERROR), (503, logging.WARNING)):
            self.virtualq.heal()
            self.virtualq.fail("get_caller", status=status)
            with self.assertLogs("virtualq.django", logging.DEBUG) as logged:
                self.client.get(PLACE)
            (record,) = logged.records
            assert record.levelno == level
            assert "get_caller" in record.getMessage()
            assert PHONE[1:] not in record.getMessage()

    def test_health_is_of_now(self) -> None:
        """Nobody between keeps it."""
        assert "no-cache" in self.client.get("/health")["Cache-Control"]

    def test_the_command_prints_where_it_is_told(self) -> None:
        """`call_command(stdout=..)` gets the answer; an account of the site is asked."""
        self.virtualqs["eu"].add_line(7, "Of the EU", call_center_id=24)
        out = io.StringIO()
        call_command("virtualq", "--account", "eu", "lines", "--call-center-id", "24", stdout=out)
        assert "Of the EU" in out.getvalue()


def _post(body: bytes, signature: str) -> int:
    client = Client(enforce_csrf_checks=True, headers={"X-Body-Signature": signature})
    status: int = client.post("/hook", body, content_type="application/json").status_code
    return status


def test_a_webhook_needs_no_form(caplog: pytest.LogCaptureFixture) -> None:
    """Django's protection of forms lets it through; the log says why one is refused."""
    signer = WebhookSigner()
    seen: List[Any] = []

    def receive(event: Any, account: str, **_: Any) -> None:
        seen.append((event.data, account))

    webhook_received.connect(receive)
    more = ["django.middleware.csrf.CsrfViewMiddleware", *settings.MIDDLEWARE]
    # One key may stand alone, and be a function.
    with override_settings(MIDDLEWARE=more, VIRTUALQ={"WEBHOOK_KEYS": lambda: signer.public_key}):
        assert _post(b"[1]", signer.sign(b"[1]")) == 200
        assert _post(b"[2]", "") == 401
        assert _post(b"[2]", "nonsense") == 401
        assert _post(b"[2]", signer.sign(b"[3]")) == 401
    with override_settings(VIRTUALQ={}):
        assert _post(b"[1]", signer.sign(b"[1]")) == 500
    webhook_received.disconnect(receive)
    assert seen == [([1], "default")]
    ours = [each.getMessage() for each in caplog.records if each.name == "virtualq.django"]
    for said, reason in zip(ours, ("is missing", "is malformed", "is wrong", "at least one")):
        assert reason in said
    assert len(ours) == 4


def test_a_killed_receiver(tmp_path: Path) -> None:
    """A webhook whose process is killed in the middle counts when it comes again, once."""
    signer = WebhookSigner()
    body = b'{"a": "webhook"}'
    header = {"X-Body-Signature": signer.sign(body)}
    view = WebhookView.as_view(patience=0.3)
    parent, heard = os.getpid(), []

    def receive(**_: Any) -> None:
        if os.getpid() != parent:
            os._exit(0)
        heard.append(True)

    def deliver() -> int:
        request = RequestFactory().post("/", body, "application/json", headers=header)
        return view(request).status_code

    shared = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache"}
    webhook_received.connect(receive)
    with override_settings(
        VIRTUALQ={"WEBHOOK_KEYS": [signer.public_key]},
        CACHES={"default": {**shared, "LOCATION": str(tmp_path)}},
    ):
        child = os.fork()
        if not child:
            deliver()
            os._exit(1)
        assert os.waitpid(child, 0)[1] == 0
        until(lambda: deliver() == 200 and bool(heard))
        time.sleep(0.4)  # longer than the patience
        assert deliver() == 200
    webhook_received.disconnect(receive)
    assert heard == [True]


def test_a_wrong_phone() -> None:
    """Who typed a number is told of the number, who typed something else is not."""
    with override("en"):
        assert "area code" in str(say(errors.InvalidParameterError("x", parameter="phone")).text)
        assert "area code" not in str(say(errors.InvalidParameterError("x", parameter="a")).text)


def test_settings_reach_the_session() -> None:
    """A key from a function, a function by its dotted path; what is not there is told."""
    vq = sessions["default"]
    given = {"API_KEY": lambda: "from-a-vault", "ON_ATTEMPT": f"{__name__}.on_attempt"}
    with override_settings(VIRTUALQ=given), responses.RequestsMock() as service:
        service.get("https://api.virtualq.io/api/v2/waiters", json={"data": []})
        assert not vq.get_caller(3042, PHONE)
        assert service.calls[0].request.headers["X-Api-Key"] == "from-a-vault"
    assert [each.operation for each in ATTEMPTS] == ["get_caller"]
    with override_settings(VIRTUALQ={"API_KEY": "key", "DEADLIN": 2}):
        with pytest.raises(errors.ConfigurationError, match="DEADLIN"):
            vq.get_caller(3042, PHONE)
        with pytest.raises(errors.ConfigurationError, match="no account 'us'"):
            sessions["us"].get_caller(3042, PHONE)


@pytest.fixture
def virtualqs() -> Iterator[Sandboxes]:
    """As the page on Django has it."""
    with sandboxes() as every:
        yield every


def test_with_a_fixture(virtualqs: Sandboxes) -> None:
    """A test of pytest's has a sandbox for each account, without a key, and no longer than it."""
    with pytest.raises(errors.ConfigurationError), override_settings(VIRTUALQ={"default": {}}):
        virtualqs["us"].reset()
    virtualqs["eu"].fail("get_caller", status=401)
    assert not sessions["default"].get_caller(3042, PHONE)
    with pytest.raises(errors.AuthenticationError):
        sessions["eu"].get_caller(3042, PHONE)
    assert len(virtualqs["eu"].requests) == 1


def test_after_the_fixture() -> None:
    """What the test before had is gone."""
    with sandboxes():
        pass
    with pytest.raises(errors.ConfigurationError, match="API_KEY"):
        sessions["default"].get_caller(3042, PHONE)


def test_hints() -> None:
    """Each check says what is to be done."""
    wrong = {"API_KEY": "key", "BASE_URL": "http://api.example.com"}
    for setting, hint in (({}, "environment"), (wrong, "this machine"), ({"A": 1}, "WEBHOOK_KEYS")):
        with override_settings(VIRTUALQ={"default": setting}):
            found = [each for each in run_checks() if str(each.id).startswith("virtualq")]
        assert hint in str(found[0].hint)

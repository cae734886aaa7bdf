"""What visitors and staff get, on good days and bad: `python manage.py test`. No key is needed."""

from __future__ import annotations

import gettext
import re
import time
from pathlib import Path
from typing import Dict, Optional
from unittest import mock

from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import TestCase

from callback.waiting import vq
from virtualq import Channel, Source
from virtualq.integrations.django.testing import VirtualQTestMixin

PHONE = "+4917111112233"
TYPED: Dict[str, str] = {"line_id": "3042", "phone": "0171 1111 22 33"}
PART = {"X-Part": "1"}
SALES, SERVICE = 3042, 3384


class Site(VirtualQTestMixin, TestCase):
    """A test with a service of its own."""

    def setUp(self) -> None:
        """Forget what the test before has cached."""
        cache.clear()

    def others_line_up(self, line_id: int, phone: str) -> None:
        """Let somebody else wait."""
        vq.line_up_caller(line_id, phone, channel=Channel.CALL_BACK, source=Source.PHONE)

    def get(self, path: str, status: int = 200, headers: Optional[Dict[str, str]] = None) -> str:
        """Return the text of a page."""
        answer = self.client.get(path, headers=headers or {}, secure=True)
        assert answer.status_code == status
        return answer.content.decode()

    def ask(self, status: int = 302, **typed: str) -> str:
        """Ask for a callback; return the page."""
        answer = self.client.post("/", {**TYPED, **typed}, secure=True)
        assert answer.status_code == status, answer.content.decode()
        return answer.content.decode()

    def place(self) -> str:
        """Return the changing part of the visitor's page, by now."""
        cache.clear()
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.get("/place", headers=PART)))


class Visitor(Site):
    """A visitor's journey."""

    def test_from_the_form_to_the_call(self) -> None:
        """They see their place move up, until it is their turn."""
        self.others_line_up(SALES, "+17343305027")
        self.ask()
        sent = self.virtualq.requests[-1]
        assert sent.function == "line_up_caller"
        assert (sent.attributes["phone"], sent.attributes["lang"]) == (PHONE, "en")
        assert re.search(r"Your place 2 We call you in 4 min", self.place())
        self.virtualq.step(150)
        assert re.search(r"Your place 1 We call you in 2 min", self.place())
        self.virtualq.step(150)
        assert "We are calling you now" in self.place()

    def test_leaving_the_line(self) -> None:
        """Who cancels is not called; once more changes nothing."""
        self.ask()
        answer = self.client.post("/cancel", follow=True, secure=True)
        assert "We will not call you" in answer.content.decode()
        assert not vq.get_caller(SALES, PHONE)
        self.assertRedirects(self.client.post("/cancel", secure=True), "/")

    def test_a_number_of_somebody_else(self) -> None:
        """Who types a number that waits already does not get its place, and cannot cancel it."""
        self.ask()
        self.client.logout()
        self.client.cookies.clear()
        assert "in the line already" in self.ask(status=409)
        assert self.client.get("/place", secure=True).status_code == 302

    def test_what_is_typed_wrong(self) -> None:
        """It is told beside the field, what was typed is still there, and nothing is sent."""
        page = self.ask(status=422, phone="12")
        assert "with its area code" in page
        assert 'value="12"' in page
        assert "line_up_caller" not in [each.function for each in self.virtualq.requests]

    def test_in_german(self) -> None:
        """Every text is German for who reads German."""
        german = {"Accept-Language": "de"}
        assert "Wir rufen Sie zurück" in self.get("/", headers=german)
        self.ask()
        assert "Mein Platz" in self.get("/place", headers=german)


class BadDays(Site):
    """What a visitor gets when the service does not answer."""

    def test_while_asking(self) -> None:
        """The form says so, keeps what was typed, and is good for another try."""
        self.get("/")
        self.virtualq.fail("get_caller", status=503, times=9)
        page = self.ask(status=503)
        assert "cannot be reached right now" in page
        assert TYPED["phone"] in page

    def test_nobody_knows_whether_they_are_in_the_line(self) -> None:
        """The answer was lost: their page finds the place, and they are not lined up twice."""
        self.get("/")
        self.virtualq.fail("line_up_caller", lost=True, applied=True, times=1)
        self.ask()
        assert "Your place 1" in self.place()
        sent = [each.function for each in self.virtualq.requests]
        assert sent.count("line_up_caller") == 1

    def test_they_are_not_in_the_line(self) -> None:
        """The service failed while they asked: their page says that they are to ask again."""
        self.get("/")
        self.virtualq.fail("line_up_caller", status=503, times=9)
        self.ask()
        assert "did not arrive" in self.place()

    def test_while_waiting(self) -> None:
        """The last place that is known, then a friendly text; the page asks on."""
        self.ask()
        known = self.place()
        self.virtualq.fail("list_callers_waiting", status=503, times=99)
        assert known == re.sub(r"\s+", " ", self._text("/place"))
        cache.clear()
        page = self.get("/place", 503, headers=PART)
        assert "goes on by itself" in page
        assert PHONE[1:] not in page

    def _text(self, path: str) -> str:
        """Return the text of a page when the cache is 20 seconds old."""
        with mock.patch("time.time", return_value=time.time() + 20):
            return re.sub(r"<[^>]+>", " ", self.get(path, headers=PART))


class Staff(Site):
    """What staff see."""

    def setUp(self) -> None:
        """Let two people wait, and log in."""
        super().setUp()
        self.others_line_up(SALES, PHONE)
        self.others_line_up(SERVICE, "+17343305027")
        self.virtualq.step(70)
        staff = User(username="s", is_staff=True)
        staff.save()
        self.client.force_login(staff)

    def test_who_waits(self) -> None:
        """Rows with state, and a chart that says the same in words."""
        page = self.get("/staff/")
        assert '<span class="state waiting">waiting' in page
        assert '<span class="state notified">their turn' in page
        assert "under 2: 1" in page

    def test_filters(self) -> None:
        """Line, state and channel; a filter that is nonsense is none."""
        for query, there in (
            (f"line_id={SALES}", [PHONE]),
            ("state=Notified", ["+17343305027"]),
            ("channel=CallIn", []),
            ("state=Waiting&line_id=99", [PHONE]),
        ):
            assert re.findall(r'"phone">(\S+?)<', self.get(f"/staff/?{query}")) == there

    def test_for_staff_only(self) -> None:
        """Nobody else sees a number."""
        self.client.logout()
        assert self.client.get("/staff/", secure=True).status_code == 302


class Texts(TestCase):
    """The translation of the site."""

    def test_every_text_is_german_too(self) -> None:
        """No text of a template or of the code is missing in the catalogue."""
        here = Path(__file__).parent
        with (here / "locale/de/LC_MESSAGES/django.mo").open("rb") as file:
            german = gettext.GNUTranslations(file)
        pattern = re.compile(r"""(?:translate |\b_\()"([^"]+)\"""")
        files = [*here.glob("templates/*/*.html"), *here.glob("[!t]*.py")]
        texts = {text for file in files for text in pattern.findall(file.read_text())}
        assert len(texts) > 40
        assert {text for text in texts if german.gettext(text) == text} == set()

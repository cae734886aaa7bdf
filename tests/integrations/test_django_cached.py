"""Look-ups through Django's cache: what is asked once, by whom, and what becomes of a Session."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Iterator, List

import pytest

pytest.importorskip("django")

from . import site  # needs django

site.set_up()

from django import forms  # noqa: E402  # a form needs settings
from django.core.cache import cache  # noqa: E402
from django.test import SimpleTestCase, override_settings  # noqa: E402

from virtualq import errors  # noqa: E402
from virtualq.integrations.django import LineField, sessions  # noqa: E402
from virtualq.integrations.django.testing import VirtualQTestMixin  # noqa: E402
from virtualq.sandbox.server import Sandbox  # noqa: E402

from ..cli.command import environment  # noqa: E402
from .programs import needs_redis, redis_server, until  # noqa: E402

PHONE = "+17343305027"
ROOT = Path(__file__).parents[2]
# A process of a site: its settings, then what it does when it is told to, a line each.
PROGRAM = """
import atexit
import gc
import socket
import sys
import django
from django.conf import settings

def last():  # after all that is registered later
    sockets = [each for each in gc.get_objects() if isinstance(each, socket.socket)]
    print("open:", sum(each.fileno() != -1 for each in sockets))

atexit.register(last)
settings.configure(SECRET_KEY="one for all", CACHES={"default": CACHE},
                   VIRTUALQ={"API_KEY": "sandbox-key", "BASE_URL": sys.argv[1], "DEADLINE": 60})
django.setup()
from virtualq.integrations.django import sessions

vq = sessions["default"]
print("ready", flush=True)
for line in sys.stdin:
    print(eval(line), flush=True)
"""


class Cached(VirtualQTestMixin, SimpleTestCase):
    """What the site asks the service."""

    def setUp(self) -> None:
        cache.clear()

    def test_each_function(self) -> None:
        """A caller and the lines are asked once, each with what was asked for."""
        cached = sessions["default"].cached
        sessions["default"].line_up_caller(3042, PHONE, channel="CallBack", source="Phone")
        before = len(self.virtualq.requests)
        for _ in range(3):
            found = cached.get_caller(3042, PHONE)
            assert found
            assert found.value.phone == PHONE
            assert not cached.get_caller(3384, PHONE)
            assert [line.name for line in cached.list_lines(24)] == ["Sales", "Service"]
            assert len(cached.list_lines(query="Ord")) == 1
        kept = list(cache._cache)  # type: ignore[attr-defined]  # that of locmem
        assert kept
        assert PHONE[1:] not in "".join(kept)
        asked = [each.function for each in self.virtualq.requests[before:]]
        assert asked == ["get_caller", "get_caller", "list_lines", "list_lines"]

    def test_an_error_that_is_no_outage(self) -> None:
        """A refusal is told, though there is an old answer; a wrong parameter, too."""
        cached = sessions["default"].cached
        cached.list_lines(24)
        self.virtualq.fail("list_lines", status=401, times=1)
        with pytest.raises(errors.AuthenticationError):
            cached.list_lines(24, fresh=0)
        cached.list_lines(24, fresh=0)
        assert len(self.virtualq.requests) == 3  # nobody is kept from trying again
        with pytest.raises(errors.InvalidParameterError):
            cached.get_caller(3042, "")

    def test_an_old_answer_is_not_given_for_ever(self) -> None:
        """Beyond `stale` an outage is an outage."""
        cached = sessions["default"].cached
        cached.list_lines(24, fresh=0, stale=60)
        self.virtualq.fail("list_lines", status=503)
        assert len(cached.list_lines(24, fresh=0, stale=60)) == 2
        with pytest.raises(errors.ServerError):
            cached.list_lines(24, fresh=0, stale=0)

    def test_lines_of_a_call_center(self) -> None:
        """The choices are the lines of now, asked once; none while the service is down."""

        class Choose(forms.Form):
            line = LineField(call_center_id=24)
            other = LineField(call_center_id=24, account="eu", required=False, empty_label="any")

        self.virtualq.fail("list_lines", status=503)
        assert list(Choose()["line"].field.choices) == []
        self.virtualq.heal()
        self.virtualqs["eu"].add_line(7, "EU", call_center_id=24)
        good = Choose({"line": "3384", "other": ""})
        assert good.is_valid(), good.errors
        assert good.cleaned_data == {"line": 3384, "other": None}
        names = [name for _id, name in Choose()["other"].field.choices]
        assert (names[0], sorted(names[1:])) == ("any", ["EU", "Sales", "Service"])
        assert not Choose({"line": "2600"}).is_valid()  # of another call center
        asked = [each.function for each in self.virtualq.requests]
        assert asked.count("list_lines") - 2 == 1  # the outage was asked twice


def test_the_first_visitors_ask_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing is known one asks, and the others get what it is told; nobody gets nothing."""
    # A busy machine's time: to look, to refresh, and for the call itself.
    monkeypatch.setattr("virtualq.integrations.django.cached._LOOKS", 1200)
    monkeypatch.setattr("virtualq.integrations.django.cached._REFRESH", 60.0)
    cache.clear()
    with Sandbox() as box, ThreadPoolExecutor(8) as pool:
        box.fail("list_lines", latency=0.3)
        account = {"API_KEY": box.api_key, "BASE_URL": box.url, "DEADLINE": 60}
        with override_settings(VIRTUALQ=account):
            every = list(pool.map(sessions["default"].cached.list_lines, [24] * 8))
            sessions.close()
        assert [len(each) for each in every] == [2] * 8
        assert len(box.requests) == 1
    cache.clear()


def test_two_accounts_share_a_cache() -> None:
    """Who has another key or address gets an answer of their own."""
    with ExitStack() as stack:
        boxes = [stack.enter_context(Sandbox(api_key=f"key-{number}")) for number in range(2)]
        boxes[1].add_line(7, "Another's", call_center_id=24)
        counts: List[int] = []
        for box in boxes:
            with override_settings(VIRTUALQ={"API_KEY": box.api_key, "BASE_URL": box.url}):
                counts.append(len(sessions["default"].cached.list_lines(24)))
    cache.clear()
    assert counts == [2, 3]


@contextmanager
def process(cache_settings: object, url: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process of a site, which tells of what it leaves open."""
    program = f"CACHE = {cache_settings!r}\n{PROGRAM}"
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-W", "always::ResourceWarning", "-c", program, url],
        env=environment(PYTHONPATH=str(ROOT)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        yield started


@pytest.mark.once
@needs_redis
def test_one_process_asks_anew(tmp_path: Path) -> None:
    """What is old is asked anew by one process; the others do not wait for it."""
    redis = pytest.importorskip("redis")
    ask = "len(vq.cached.list_lines(24, fresh=0, stale=600).value)"
    with ExitStack() as stack:
        port = stack.enter_context(redis_server(tmp_path))
        seen = stack.enter_context(closing(redis.Redis(port=port)))
        shared = {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{port}",
        }
        box = stack.enter_context(Sandbox())
        every = [stack.enter_context(process(shared, box.url)) for _ in range(3)]
        tell(every[0], ask)
        assert heard(every[0]) == "2\n"
        box.fail("list_lines", timeout=True)
        tell(every[0], ask)
        stack.callback(every[0].kill)  # it waits for an answer that never comes
        until(lambda: any(b"refresh" in key for key in seen.scan_iter()))
        for other in every[1:]:
            tell(other, ask)
        assert [heard(other) for other in every[1:]] == ["2\n", "2\n"]
        assert len(box.requests) == 2  # the first one, and that which waits


def tell(site_process: subprocess.Popen[str], line: str) -> None:
    assert site_process.stdin is not None
    site_process.stdin.write(f"{line}\n")
    site_process.stdin.flush()


def heard(site_process: subprocess.Popen[str]) -> str:
    assert site_process.stdout is not None
    return site_process.stdout.readline()


def test_closed_at_exit() -> None:
    """A process that ends has closed its Session, and leaves nothing that Python would warn of."""
    # Of its cache there is no socket, so that each is the Session's.
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    with Sandbox() as box, process(local, box.url) as site_process:
        said = site_process.communicate("bool(vq.get_caller(3042, '+17343305027'))\n", timeout=120)
        assert said == ("False\nopen: 0\n", "")
        assert site_process.returncode == 0

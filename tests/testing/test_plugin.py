"""The pytest plugin as a project that tests its own code would use it, in a run of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SUITE = '''
import unittest, pytest, responses
import virtualq, virtualq.testing

WHO = (3042, "+17343305027")

def test_the_caller_is_up(virtualq_session, virtualq_sandbox):
    """Both fixtures belong together, and the service moves when told."""
    virtualq_session.line_up_caller(*WHO, channel="CallIn", source="Phone")
    virtualq_sandbox.notify(*WHO)
    assert virtualq_session.verify_caller(*WHO)
    virtualq_sandbox.time_out(*WHO)
    assert not virtualq_session.verify_caller(*WHO)

def test_each_test_starts_empty(virtualq_session):
    """Nothing is left of the test before."""
    assert virtualq_session.list_callers_waiting(24).value == []

class TestWithMixin(virtualq.testing.VirtualQTestMixin, unittest.TestCase):
    def setUp(self):
        self.vq = virtualq.Session(self.virtualq.api_key)

    def test_one(self):
        self.vq.line_up_caller(*WHO, channel="CallIn", source="Phone")
        self.assertEqual(self.virtualq.requests[-1].attributes["line_id"], 3042)

    def test_two(self):
        self.assertEqual(len(self.virtualq.requests), 0)
        self.assertFalse(self.vq.get_caller(*WHO))

def call():
    with virtualq.Session("key", base_url="https://vq.example", deadline=5) as vq:
        return vq.line_up_caller(*WHO, channel="CallIn", source="Phone")

def test_no_real_call():
    """It is refused before the name is looked up, past every handler of our own errors."""
    with pytest.raises(virtualq.testing.RealCallRefused) as caught:
        try:
            call()
        except virtualq.VirtualQError:
            pytest.fail("swallowed")
    assert isinstance(caught.value, RuntimeError)
    assert "virtualq_sandbox" in str(caught.value) and "virtualq_live" in str(caught.value)
    assert "7343305027" not in str(caught.value)

def test_a_mock_answers():
    """Where something stands in for the network nothing is refused."""
    with responses.RequestsMock() as mock:
        mock.post("https://vq.example/api/v2/waiters", json={"data": {"id": 1, "attributes": {}}})
        assert call()

@pytest.mark.virtualq_live
def test_live():
    """The mark lets the call out, to a name that is not there."""
    with pytest.raises(virtualq.TransportError):
        call()

def test_this_machine(httpserver=None):
    """A server of the test's own is no real service."""
    with virtualq.Session("key", base_url="http://127.0.0.1:9") as vq:
        with pytest.raises(virtualq.ConnectError):
            vq.verify_caller(*WHO)
'''

KEPT = '''
import socket, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import pytest, virtualq
from virtualq.testing import RealCallRefused

class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "11")
        self.end_headers()
        self.wfile.write(b\'{"data":[]}\')
    def log_message(self, *args): ...

@pytest.fixture(scope="module")
def session():
    """A Session whose proxy is a host beyond this machine, by its name."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    real, port = socket.getaddrinfo, server.server_address[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lambda host, *a, **k: real("127.0.0.1", *a, **k))
        proxies = {"http": f"http://proxy.example:{port}"}
        with virtualq.Session("key", base_url="http://127.0.0.1:9", proxies=proxies) as session:
            yield session
    server.shutdown()
    server.server_close()

@pytest.mark.virtualq_live
def test_live(session):
    assert session.list_call_centers().value == []

def test_not_live(session):
    with pytest.raises(RealCallRefused, match="proxy.example"):
        session.list_call_centers()
'''


def run_pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on a folder, with our plugin and no other but those named."""
    # The plugin is named here because it may or may not be installed as an entry point.
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "virtualq.testing.plugin"]
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", "--strict-markers", *options, str(folder)],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": root},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_what_a_project_s_tests_see(tmp_path: Path) -> None:
    """Fixtures, mixin and guard, in one process and on two workers of xdist."""
    (tmp_path / "test_theirs.py").write_text(SUITE)
    run = run_pytest(tmp_path)
    assert "8 passed" in run.stdout, run.stdout + run.stderr
    run = run_pytest(tmp_path, "-p", "xdist", "-n", "2")
    assert "8 passed" in run.stdout, run.stdout + run.stderr


def test_a_kept_connection(tmp_path: Path) -> None:
    """What a live test leaves open carries no call of the next one."""
    (tmp_path / "test_theirs.py").write_text(KEPT)
    run = run_pytest(tmp_path)
    assert "2 passed" in run.stdout, run.stdout + run.stderr


def test_a_call_of_a_conftest(tmp_path: Path) -> None:
    """One that a conftest makes when it is imported is refused too."""
    call = 'virtualq.Session("key", base_url="https://vq.example").list_call_centers()'
    (tmp_path / "conftest.py").write_text(f"import virtualq\n\n{call}\n")
    run = run_pytest(tmp_path)
    assert "RealCallRefused: a test was about to call vq.example" in run.stderr, run.stdout


def test_the_option_lets_all_out(tmp_path: Path) -> None:
    """A project whose tests are to call out says so once."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nvirtualq_live = true\n")
    (tmp_path / "test_theirs.py").write_text(SUITE)
    run = run_pytest(tmp_path, "-k", "no_real_call")
    assert "1 failed" in run.stdout, run.stdout + run.stderr
    assert "ConnectError" in run.stdout or "swallowed" in run.stdout


OURS = {
    *("virtualq", "virtualq._api", "virtualq._api.logs"),
    *("virtualq._http", "virtualq._http.seam", "virtualq._http.version"),
    *("virtualq.testing", "virtualq.testing.plugin"),
}


def test_other_people_s_runs_pay_nothing(tmp_path: Path) -> None:
    """Who tests something else gets no more than our few lines, and no warning."""
    (tmp_path / "test_theirs.py").write_text(
        "import sys\n\ndef test_it():\n"
        "    assert not {'requests', 'attr', 'cattrs', 'sqlite3', 'ssl'} & set(sys.modules)\n"
        f"    ours = {OURS!r}\n"
        "    assert ours == {name for name in sys.modules if name.startswith('virtualq')}\n"
    )
    run = run_pytest(tmp_path, "-W", "error")
    assert "1 passed" in run.stdout, run.stdout + run.stderr
    assert "warning" not in run.stdout

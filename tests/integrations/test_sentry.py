"""What Sentry sends of our calls: breadcrumbs from the log records, no phone and no key."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from virtualq.sandbox.server import Sandbox

from ..cli.command import environment
from ..leaks import last_digits, leaks

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        importlib.util.find_spec("sentry_sdk") is None, reason="sentry-sdk is not installed"
    ),
]

PHONE, KEY = "+17343305027", "a-key-for-this-test"
# In a process of its own: Sentry changes much of the one that it is in. It may keep all it can.
PROGRAM = """
import json, logging, os
import requests  # calls pass through it, which Sentry watches
import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.transport import Transport

from virtualq import Session, VirtualQError

sent = []

class Kept(Transport):
    def capture_envelope(self, envelope):
        sent.append(envelope.serialize().decode())

logging.getLogger("virtualq").setLevel(logging.DEBUG)
sentry_sdk.init(
    "https://public@sentry.example/1", transport=Kept, traces_sample_rate=1.0,
    send_default_pii=True, include_local_variables=True, auto_enabling_integrations=False,
    integrations=[LoggingIntegration(level=logging.DEBUG, event_level=logging.ERROR)],
)
with Session.from_env() as vq, sentry_sdk.start_transaction(name="request"):
    try:
        vq.line_up_caller(3042, os.environ["PHONE"], channel="CallBack", source="Phone")
    except VirtualQError as error:
        sentry_sdk.capture_exception(error)
sentry_sdk.flush()
print(json.dumps(sent))
"""


def test_everything_that_is_sent() -> None:
    """The attempts are breadcrumbs of the error; its frames and spans name nobody."""
    with Sandbox(api_key=KEY) as sandbox:
        sandbox.fail("line_up_caller", status=429, retry_after=0.01, times=1)
        sandbox.fail("line_up_caller", status=503)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PROGRAM],
            env=environment(
                PYTHONPATH=str(Path(__file__).parents[2]),
                PHONE=PHONE,
                VIRTUALQ_API_KEY=KEY,
                VIRTUALQ_BASE_URL=sandbox.url,
            ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    sent = json.loads(done.stdout)
    event = next(each for each in sent if '"exception"' in each)
    assert '"type":"ServerError"' in event
    _header, _item, body = event.split("\n")[:3]
    crumbs = [each["message"] for each in json.loads(body)["breadcrumbs"]["values"]]
    assert any("attempt 1: 429" in each and "again" not in each for each in crumbs), crumbs
    assert any("attempt 2: 503" in each for each in crumbs), crumbs
    everything = "".join(sent)
    assert any('"type":"transaction"' in each for each in sent)
    assert (leaks(everything, KEY), last_digits(everything)) == ([], [])

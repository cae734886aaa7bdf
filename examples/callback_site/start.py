"""Starts the site with a sandbox beside it in which people call; `make site`. Above website.

    python start.py [PORT]

Prints the addresses once they answer. Nothing else is needed, and nothing is left behind.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from typing import List, NoReturn

import django

from virtualq.sandbox.server import Sandbox

STAFF = "demo"
"""Name and password of the one who may see the staff's page: on this machine only."""
SPEED = 20.0
"""How many seconds pass for the people of the sandbox in one of ours."""
HEAD_START = 900
"""How many seconds people have called before the site is there."""


def main(arguments: List[str]) -> None:
    """Run until SIGINT or SIGTERM, or until the terminal is closed."""
    asked = arguments[0] if arguments else "8000"
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= 5 and int(asked) < 65_536):
        raise SystemExit(f"port {asked!r}: must be a number up to 65535, as in make site PORT=8001")
    port = int(asked)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:  # under nohup it goes on
        signal.signal(signal.SIGHUP, _stop)
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(speed=SPEED, demo=1))
        sandbox.step(HEAD_START)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="callback-site-"))
        os.environ.update(
            SITE_DEBUG="1",
            SITE_DATABASE=os.path.join(folder, "site.sqlite3"),
            VIRTUALQ_API_KEY=sandbox.api_key,
            VIRTUALQ_BASE_URL=sandbox.url,
            DJANGO_SETTINGS_MODULE="website.settings",
        )
        serve(port, sandbox.url)


def _stop(number: int, frame: object) -> NoReturn:
    raise SystemExit(0)


def serve(port: int, sandbox_url: str) -> None:
    """Serve the site on this machine; the settings are read from the environment."""
    django.setup()
    from django.contrib.auth.models import User  # Django must be set up before all of these
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    user = User(username=STAFF, is_staff=True)
    user.set_password(STAFF)
    user.save()
    try:
        listening = ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler)
    except OSError as error:
        raise SystemExit(
            f"port {port}: {error.strerror}; make site PORT=8001 takes another"
        ) from None
    with listening as server:
        server.set_app(StaticFilesHandler(get_wsgi_application()))
        logging.getLogger("django.server").disabled = True  # a line for each request
        site = f"http://127.0.0.1:{server.server_port}/"
        print(f"visitors  {site}")
        print(f"staff     {site}staff/  (name and password: {STAFF})")
        print(f"sandbox   {sandbox_url}/", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])

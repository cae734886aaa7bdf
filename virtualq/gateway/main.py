"""`virtualq gateway`: sets a gateway up and runs it until SIGTERM; between cli and app."""

from __future__ import annotations

import gc
import logging
import math
import os
import sys
import threading
from contextlib import suppress
from typing import Callable, NamedTuple, Optional
from urllib.parse import urlsplit

from virtualq import phones
from virtualq._api import operations
from virtualq._http import settings
from virtualq.cli.stopping import until_stopped
from virtualq.errors import ConfigurationError, InvalidParameterError
from virtualq.gateway.access import Access, read_token
from virtualq.gateway.app import App
from virtualq.gateway.breaker import Breaker
from virtualq.gateway.calls import Calls
from virtualq.gateway.listen import Listener, listen
from virtualq.gateway.outbox import Limits, Outbox
from virtualq.gateway.reports import Courier, Probe
from virtualq.gateway.server import make_server
from virtualq.gateway.store import Store, StoreError
from virtualq.session import Session

# One thread for each request under way; some are kept for reports, and for `queue` at once.
_THREADS, _SPARE = 160, 32
# From the vendor's documentation; nobody has this number.
_EXAMPLE = "+17343305027"
# For a report that is under way at the end; it is safe, and sent again after the next start.
_LAST_REPORT = 2.0


class Settings(NamedTuple):
    """What was asked for on the command line; None is for what the environment says."""

    listen: str = "127.0.0.1:0"
    state: Optional[str] = None
    deadline: Optional[float] = None
    country: Optional[str] = None
    token_file: Optional[str] = None
    limits: Limits = Limits()


def serve(asked: Settings, key: Optional[str] = None) -> int:
    """Run a gateway until SIGTERM, SIGINT or SIGHUP; return the exit code, 0.

    `key` stands in for that of the environment. Raises ConfigurationError for settings that cannot
    work.
    """
    gc.enable()  # the command line, which lives for one call, has switched it off
    with until_stopped() as wait:
        return _open_and_serve(wait, asked, key)


def _open_and_serve(wait: Callable[[], object], asked: Settings, key: Optional[str]) -> int:
    deadline = settings.deadline_from_env() if asked.deadline is None else asked.deadline
    token = read_token(asked.token_file)
    _check_country(asked.country)
    with Session.from_env(api_key=key, deadline=deadline) as session:
        _log_to_stderr()
        store = Store(asked.state or default_state(), exclusive=True)
        try:
            listener = listen(asked.listen, has_token=token is not None)
            access = Access(any_host=not listener.is_loopback, token=token)
            return _serve(asked, session, store, listener, access, deadline, wait)
        except StoreError as error:
            fault = str(error)
        finally:
            store.close()
    raise ConfigurationError(f"--state cannot be used: {fault}")


def _serve(
    asked: Settings,
    session: Session,
    store: Store,
    listener: Listener,
    access: Access,
    deadline: float,
    wait: Callable[[], object],
) -> int:
    probe = Probe(session, deadline)
    breaker = Breaker(probe, lambda: outbox.wake())
    courier = Courier(session, breaker)
    outbox = Outbox(store, courier.deliver, resting=lambda: breaker.resting, limits=asked.limits)
    outbox.start()
    calls = Calls(session, breaker, outbox, probe, deadline, _THREADS - _SPARE)
    app = App(calls, breaker, outbox, access, asked.country)
    server = make_server(app, listener.socket, _THREADS)
    threading.Thread(target=server.run, name="virtualq-server", daemon=True).start()
    _say(listener.title)
    wait()
    server.accepting = False
    listener.stop()
    server.task_dispatcher.shutdown(timeout=math.ceil(deadline) + 1)
    outbox.close(_LAST_REPORT)
    breaker.close()
    return 0


def _say(line: str) -> None:
    """Write a line to stdout; whoever started us may have closed it."""
    with suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def default_state() -> str:
    """Return the state file for the service of the environment; its directory is made.

    That is in STATE_DIRECTORY (systemd), else where the XDG base directories have it. Reports for
    one service never go to another.
    """
    base_url = os.environ.get("VIRTUALQ_BASE_URL") or operations.SERVERS[0]
    service = urlsplit(base_url).netloc.rpartition("@")[2].replace(":", "_") or "service"
    directory = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if not directory:
        home = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
        directory = os.path.join(home, "virtualq")
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
    except OSError as error:
        fault = error.strerror
    else:
        return os.path.join(directory, f"gateway-{service}.sqlite")
    raise ConfigurationError(f"the directory for --state cannot be made: {fault}")


def _check_country(country: Optional[str]) -> None:
    """Find out now whether numbers can be read; it also loads the plans before the first call."""
    if country is None:
        return
    try:
        phones.normalise(_EXAMPLE, country)
    except InvalidParameterError as error:
        fault = str(error)
    else:
        return
    raise ConfigurationError(f"--{fault}")


def _log_to_stderr() -> None:
    """Write a line for each thing of note; the queue depth that waitress tells of is not one."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger("virtualq.gateway").setLevel(logging.INFO)
    for name in ("virtualq.gateway", "waitress"):
        logging.getLogger(name).addHandler(handler)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)

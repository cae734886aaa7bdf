"""`virtualq sandbox`: runs one, or tells a running one what is to happen; leads to sandbox.server.

    virtualq sandbox --speed 60 --demo 1
    virtualq sandbox notify --line-id 3042 --phone +17343305027

A running one is found through `--state FILE`, else VIRTUALQ_BASE_URL and VIRTUALQ_API_KEY (or
its _FILE).
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
from contextlib import closing
from typing import Any, Dict, List, Mapping, NamedTuple, Optional
from urllib.parse import quote, urlencode, urlsplit

from virtualq._api.operation import Item
from virtualq._api.operations import KEY_HEADER
from virtualq._http.endpoint import read_key
from virtualq._http.settings import key_from_env, read_key_file
from virtualq.cli.options import read_as
from virtualq.cli.stopping import until_stopped
from virtualq.errors import ConfigurationError, ConnectError, InvalidParameterError
from virtualq.sandbox.seeds import API_KEY

DONE, NOT_FOUND, REFUSED = 0, 1, 3
_SECONDS = 10.0


_HELP = {
    "port": "port to listen on (default: a free one)",
    "host": "address to listen on (default: 127.0.0.1); beyond it a key of your own is needed",
    "state": "file that keeps everything (default: memory)",
    "seed": "YAML or JSON with the call centers, lines and callers of a new state",
    "speed": "seconds that pass in one, and time moves callers; 0: only when stepped",
    "demo": "people call by themselves, drawn from this seed (default: 1)",
    "key_file": "file with a key of your own",
    "verbose": "one line a request on stderr",
}

_WHERE = {
    "state": "the file that the running one keeps (default: the one at VIRTUALQ_BASE_URL)",
    "key_file": "file with its key (default: what state file or environment say, else sandbox-key)",
}


def add_options(parser: argparse.ArgumentParser) -> List[argparse.Action]:
    """Give a parser the options of `virtualq sandbox`, and a parser for each of its commands."""
    from virtualq.sandbox.commands import COMMANDS, MEANINGS

    add = parser.add_argument
    actions = [
        add("--port", default=0, **read_as("integer")),
        add("--host", default="127.0.0.1", metavar="ADDRESS"),
        add("--state", metavar="FILE"),
        add("--seed", metavar="FILE"),
        add("--speed", **read_as("number")),
        add("--demo", nargs="?", const=1, **read_as("integer", "SEED")),
        add("--api-key-file", dest="key_file", metavar="FILE"),
        add("--verbose", action="store_true"),
    ]
    for action in actions:
        action.help = _HELP[action.dest]
    orders = parser.add_subparsers(dest="order", metavar="COMMAND", title="told to a running one")
    for name, command in COMMANDS.items():
        order = orders.add_parser(name, help=command.help, allow_abbrev=False)
        # Where they are not given, what stands before the command counts.
        for option, dest in (("--state", "state"), ("--api-key-file", "key_file")):
            order.add_argument(
                option, dest=dest, metavar="FILE", default=argparse.SUPPRESS, help=_WHERE[dest]
            )
        for item in command.words:
            option, meaning = "--" + item.wire.replace("_", "-"), MEANINGS[item.wire]
            order.add_argument(option, help=meaning, **_reading(item))
    return actions


def _reading(item: Item) -> Dict[str, Any]:
    told: Dict[str, Any] = {"dest": f"told_{item.wire}", "required": item.required}
    if item.kind == "boolean":
        return {**told, "action": "store_true", "default": None}
    return {**told, **read_as(item.kind)}


def run(asked: object) -> int:
    """Do what was asked, as add_options has read it; return the exit code.

    Raises ConfigurationError for what cannot work, ConnectError when no sandbox answers.
    """
    typed: Dict[str, Any] = vars(asked)
    state: Optional[str] = typed["state"]
    key = _read_key(typed["key_file"])
    if typed["order"] is not None:
        told = {
            name[5:]: value
            for name, value in typed.items()
            if name.startswith("told_") and value is not None
        }
        return tell(typed["order"], told, _find(state, key))
    return _serve(typed, state, key)


def _serve(typed: Mapping[str, Any], state: Optional[str], key: Optional[str]) -> int:
    """Run a sandbox until a signal; print its URL and its key, a line each."""
    from virtualq.sandbox.seed_file import read_seed
    from virtualq.sandbox.server import Sandbox

    with (
        until_stopped() as wait,
        Sandbox(
            api_key=key or API_KEY,
            host=typed["host"],
            port=typed["port"],
            state=state,
            seed=None if typed["seed"] is None else read_seed(typed["seed"]),
            verbose=typed["verbose"],
            speed=typed["speed"],
            demo=typed["demo"],
        ) as sandbox,
    ):
        sys.stdout.write(f"{sandbox.url}\n{sandbox.api_key}\n")
        sys.stdout.flush()
        wait()
    return DONE


class Where(NamedTuple):
    """Where a running sandbox is."""

    url: str
    key: str


def tell(order: str, told: Mapping[str, object], where: Where) -> int:
    """Tell a running sandbox what is to happen, print its answer, and return the exit code."""
    from http.client import HTTPConnection, HTTPException

    from virtualq.sandbox.commands import COMMANDS, PATH
    from virtualq.sandbox.words import check

    method = COMMANDS[order].method
    check(COMMANDS[order].words, told)  # JSON has no NaN
    query = f"?{urlencode(told, quote_via=quote)}" if method == "GET" and told else ""
    body = None if method == "GET" else json.dumps(told)
    address = urlsplit(where.url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=_SECONDS)
    with closing(connection):
        try:
            headers = {KEY_HEADER: where.key, "Content-Type": "application/json"}
            connection.request(method, f"{PATH}/{order}{query}", body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            raise ConnectError(f"no sandbox answers at {where.url}") from None
    return _report(order, answer.status, content)


def _report(order: str, status: int, content: bytes) -> int:
    try:
        said = _said(status, content)
    except (ValueError, LookupError, TypeError):
        raise ConnectError("what answers there is no sandbox") from None
    if status < 400:
        sys.stdout.write(said)
        return DONE
    if status == 422 or status == 400:
        raise InvalidParameterError(said, parameter=order)
    sys.stderr.write(f"virtualq sandbox {order}: {said}\n")
    return NOT_FOUND if status == 404 else REFUSED


def _said(status: int, content: bytes) -> str:
    """Return what an answer is about: the fault, the state of a caller, or all of it."""
    if not content:
        return ""
    document: Dict[str, Any] = json.loads(content)
    if status >= 400:
        return str(document["errors"][0]["detail"])
    if "data" in document:
        return f"{document['data']['attributes']['virtualq-waiter-state']}\n"
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _find(state: Optional[str], key: Optional[str]) -> Where:
    if state is not None:
        found = _look_into(state)
        return found._replace(key=key or found.key or _key_of_environment())
    url = os.environ.get("VIRTUALQ_BASE_URL", "").strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "http" and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, brackets that do not close
        usable = False
    if not usable or len(url.split()) > 1:
        raise ConfigurationError("which sandbox? give --state FILE, or set VIRTUALQ_BASE_URL")
    return Where(url, key or _key_of_environment())


def _key_of_environment() -> str:
    given = key_from_env().strip()
    return _checked(given) if given else API_KEY


def _look_into(state: str) -> Where:
    """Read where the sandbox that keeps this file is, without ever making a file."""
    try:
        with closing(sqlite3.connect(f"file:{quote(state)}?mode=ro", uri=True)) as connection:
            noted = dict(connection.execute("SELECT name, value FROM meta").fetchall())
        return Where(noted["url"], noted["key"])
    except (sqlite3.Error, KeyError):
        raise ConfigurationError(f"state file {state}: no sandbox has it") from None


def _read_key(path: Optional[str]) -> Optional[str]:
    return None if path is None else _checked(read_key_file("--api-key-file", path))


def _checked(text: str) -> str:
    key, fault = read_key(text)
    if fault is not None:
        raise ConfigurationError(fault)
    return key

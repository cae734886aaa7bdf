"""`virtualq sandbox`: runs one, or tells one that runs what is to happen; after cli, before server.

    virtualq sandbox --speed 60 --demo 1
    virtualq sandbox notify --line-id 3042 --phone +17343305027

A running one is found through `--state FILE`, else VIRTUALQ_BASE_URL and VIRTUALQ_API_KEY.
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
from virtualq.cli.options import read_as
from virtualq.errors import ConfigurationError, ConnectError, InvalidParameterError

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
    "key_file": "file with its key (default: what the state file says, else VIRTUALQ_API_KEY)",
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
        words = {name[5:]: value for name, value in typed.items() if name.startswith("told_")}
        return tell(typed["order"], words, _find(state, key))
    from virtualq.sandbox.seed_file import read_seed
    from virtualq.sandbox.seeds import API_KEY
    from virtualq.sandbox.server import main

    return main(
        api_key=key or API_KEY,
        host=typed["host"],
        port=typed["port"],
        state=state,
        seed=None if typed["seed"] is None else read_seed(typed["seed"]),
        verbose=typed["verbose"],
        speed=typed["speed"],
        demo=typed["demo"],
    )


class Where(NamedTuple):
    """Where a running sandbox is."""

    url: str
    key: str


def tell(order: str, words: Mapping[str, object], where: Where) -> int:
    """Tell a running sandbox what is to happen, print its answer, and return the exit code."""
    from http.client import HTTPConnection, HTTPException

    from virtualq.sandbox.commands import COMMANDS, PATH

    method = COMMANDS[order].method
    told = {name: value for name, value in words.items() if value is not None}
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
        document: Dict[str, Any] = json.loads(content) if content else {}
    except ValueError:
        raise ConnectError("what answers there is no sandbox") from None
    if status < 400:
        if "data" in document:
            sys.stdout.write(f"{document['data']['attributes']['virtualq-waiter-state']}\n")
        elif content:
            sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        return DONE
    said = str(document["errors"][0]["detail"])
    if status == 422 or status == 400:
        raise InvalidParameterError(said, parameter=order)
    sys.stderr.write(f"virtualq sandbox {order}: {said}\n")
    return NOT_FOUND if status == 404 else REFUSED


def _find(state: Optional[str], key: Optional[str]) -> Where:
    if state is not None:
        found = _look_into(state)
        return found._replace(key=key or found.key or os.environ.get("VIRTUALQ_API_KEY", ""))
    url = os.environ.get("VIRTUALQ_BASE_URL", "")
    if not url.startswith("http://"):
        raise ConfigurationError("which sandbox? give --state FILE, or set VIRTUALQ_BASE_URL")
    return Where(url, key or os.environ.get("VIRTUALQ_API_KEY", ""))


def _look_into(state: str) -> Where:
    """Read where the sandbox that keeps this file is, without ever making a file."""
    try:
        with closing(sqlite3.connect(f"file:{quote(state)}?mode=ro", uri=True)) as connection:
            noted = dict(connection.execute("SELECT name, value FROM meta").fetchall())
        return Where(noted["url"], noted["key"])
    except (sqlite3.Error, KeyError):
        raise ConfigurationError(f"state file {state}: no sandbox has it") from None


def _read_key(path: Optional[str]) -> Optional[str]:
    if path is None:
        return None
    try:
        with open(path, encoding="ascii") as file:
            key = file.read(4096).strip()
    except (OSError, ValueError):
        key = ""
    if not key or " " in key or not key.isprintable():
        raise ConfigurationError("--api-key-file has no key that can be read")
    return key

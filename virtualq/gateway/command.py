"""The options of `virtualq gateway`, and what they start; between cli and main."""

from __future__ import annotations

import argparse
import math
import sys
from contextlib import suppress
from typing import List

from virtualq._http.settings import key_for_command
from virtualq.errors import ConfigurationError

_NEEDS = 'the gateway needs: pip install "virtualq[gateway]"'
_HELP = {
    "words": "list, export or send-again (with ids or all): reports that were given up",
    "listen": "HOST:PORT or unix:PATH (default: 127.0.0.1 and a free port)",
    "state": "file that keeps the reports (default: one for the service, in the state directory)",
    "deadline": "hard limit of a request in seconds (default: VIRTUALQ_DEADLINE, else 3)",
    "country": "where numbers without a country code come from, such as DE (default: as given)",
    "key_file": "a file that holds the API key (default: the key of the environment)",
    "token_file": "a file that holds the token asked for as Authorization: Bearer",
    "give_up": "give reports up after so many hours (default: 24)",
    "forget": "forget reports that were given up after so many days (default: 7)",
}


def add_options(parser: argparse.ArgumentParser) -> List[argparse.Action]:
    """Give a parser the options of `virtualq gateway`."""
    add = parser.add_argument
    return [
        add("words", nargs="*", metavar="outbox", help=_HELP["words"]),
        add("--listen", default="127.0.0.1:0", metavar="ADDRESS", help=_HELP["listen"]),
        add("--state", metavar="FILE", help=_HELP["state"]),
        add("--deadline", type=float, metavar="S", help=_HELP["deadline"]),
        add("--country", metavar="DE", help=_HELP["country"]),
        add("--api-key-file", dest="key_file", metavar="FILE", help=_HELP["key_file"]),
        add("--token-file", metavar="FILE", help=_HELP["token_file"]),
        add("--give-up-after", type=_age, default=24.0, metavar="H", help=_HELP["give_up"]),
        add("--forget-after", type=_age, default=7.0, metavar="D", help=_HELP["forget"]),
    ]


def _age(text: str) -> float:
    with suppress(ValueError):
        number = float(text)
        if 0 <= number < math.inf:  # NaN is neither
            return number
    raise argparse.ArgumentTypeError("must be a number, 0 or more")


def run(asked: argparse.Namespace) -> int:
    """Run the gateway that was asked for; return its exit code.

    Raises ConfigurationError for what cannot work.
    """
    try:
        from virtualq.gateway import main, outbox_command
        from virtualq.gateway.outbox import Limits
    except ImportError:
        raise ConfigurationError(_NEEDS) from None
    if asked.words:
        state = asked.state or main.default_state()
        return outbox_command.look(asked.words, state, sys.stdout.write)
    limits = Limits(give_up=3600.0 * asked.give_up_after, forget=86400.0 * asked.forget_after)
    settings = main.Settings(
        listen=asked.listen,
        state=asked.state,
        deadline=asked.deadline,
        country=asked.country,
        token_file=asked.token_file,
        limits=limits,
    )
    return main.serve(settings, key_for_command(asked.key_file))

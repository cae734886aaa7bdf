"""The sandbox: the service on your own machine, over real HTTP, with nothing but Python.

    server, handler (HTTP) or virtualq.testing (in process) -> rules -> api, commands
        -> reading, queue, center -> life, estimate, store
    beside them: faults (bad days), clock and progress (what time does), demo, log, history, page

Use it from Python with `virtualq.sandbox.server.Sandbox`, from a shell with `virtualq sandbox`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List

if TYPE_CHECKING:
    import argparse


def add_options(parser: argparse.ArgumentParser) -> List[argparse.Action]:
    """Give a parser the options of `virtualq sandbox`."""
    from virtualq.sandbox import command

    return command.add_options(parser)


def run(asked: object) -> int:
    """Do what was asked with those options; return the exit code."""
    from virtualq.sandbox import command

    return command.run(asked)

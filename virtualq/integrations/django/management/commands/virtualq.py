"""`manage.py virtualq verify ...`: the command line with the site's settings; above cli."""

from __future__ import annotations

import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandParser

from virtualq.cli.command import run
from virtualq.integrations.django.accounts import sessions


class Command(BaseCommand):
    """The `virtualq` command with the key, address and deadline of an account of the site."""

    help = "One call to virtualQ with this site's settings: manage.py virtualq verify --line-id .."
    requires_system_checks = []  # noqa: RUF012  # as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        """Take everything after the options for the command."""
        from argparse import REMAINDER

        parser.add_argument("--account", default="default", help="an account of VIRTUALQ")
        parser.add_argument("arguments", nargs=REMAINDER, help="as for `virtualq`")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command; exit with its code unless that is 0."""
        # One that came through call_command may be any object with write().
        out, err = cast("TextIO", self.stdout), cast("TextIO", self.stderr)
        # The lines have their ends: Django would add another to each print().
        self.stdout.ending = self.stderr.ending = ""
        with redirect_stdout(out), redirect_stderr(err):
            code = run(options["arguments"], sessions[options["account"]])
        if code:
            sys.exit(code)

# PYTHON_ARGCOMPLETE_OK
"""The `virtualq` command: main() is the program's entry point, run() the same for Python."""

from virtualq.cli.command import main, run

__all__ = ["main", "run"]

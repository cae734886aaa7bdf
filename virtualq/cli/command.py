# PYTHON_ARGCOMPLETE_OK
"""The `virtualq` command: one call, the answer on stdout, the outcome as exit code; before session.

    0  done, or found               3  the service refused
    1  not found, not up            4  no usable answer
    2  wrong usage or settings      130  interrupted by Ctrl-C

What is typed is read by options, what is printed is made by output. A dialplan starts
this once a call, so that nothing is imported before it is needed.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import TYPE_CHECKING, List, Optional, Sequence

if TYPE_CHECKING:
    from virtualq.cli.options import Asked
    from virtualq.errors import VirtualQError

DONE, NOT_FOUND, USAGE, REFUSED, NO_ANSWER, INTERRUPTED = 0, 1, 2, 3, 4, 130


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command that this process was started for; return its exit code.

    `arguments` stand in for those of the process when given. The entry point of the `virtualq`
    program. From Python use a Session, or run().
    """
    # A process that lives for one call has nothing worth collecting: its memory goes back at once
    # when it ends. Looking through every object meanwhile, and once more at the exit, is a fifth
    # of its whole time.
    gc.disable()
    stdout: object = sys.stdout  # None when it is closed
    if isinstance(stdout, io.TextIOWrapper):
        stdout.reconfigure(errors="backslashreplace")  # for a name that the locale cannot print
    code = run(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()
    return code


def run(arguments: Sequence[str]) -> int:
    """Run one command, such as `["verify", "--line-id", "3042", ...]`; return its exit code.

    Nothing is raised. The key and the other settings come from the environment, see
    Session.from_env.
    """
    try:
        return _run(list(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as wish:  # argparse has printed its help
        _write("")
        return int(wish.code or DONE)
    except Exception as fault:
        return _report(fault, arguments)


def _run(arguments: List[str]) -> int:
    from virtualq.cli import options

    if "_ARGCOMPLETE" in os.environ:
        from virtualq.cli.help import complete

        complete()
    asked = options.read(arguments)
    if asked.sandbox is not None:
        gc.enable()  # lives long
        from virtualq import sandbox

        return sandbox.run(asked.sandbox)
    if asked.gateway is not None:
        from virtualq import gateway

        return gateway.run(asked.gateway, asked.read_key)
    if asked.command == "doctor":
        from virtualq.cli.doctor import examine

        return examine(asked, _write)
    return _call(asked)


def _call(asked: Asked) -> int:
    from virtualq.cli import output
    from virtualq.session import Session

    operation = asked.operation
    assert operation is not None
    with Session.from_env(api_key=asked.read_key(), deadline=asked.deadline) as session:
        result = getattr(session, operation.name)(**asked.given)
    _write(output.show(operation, result, as_json=asked.as_json))
    return DONE if result else NOT_FOUND


def _write(text: str) -> None:
    """Write to stdout, where a reader who had enough, such as `head -1`, is no fault."""
    if sys.stdout is None:  # started with stdout closed, as by `>&-`
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer must go somewhere when the interpreter flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


def _report(fault: Exception, arguments: Sequence[str]) -> int:
    """Say on one line of stderr what went wrong; return the exit code for it."""
    from virtualq.errors import VirtualQError

    if isinstance(fault, VirtualQError):
        line, code = str(fault), exit_code(fault)
        if fault.maybe_applied:
            line += "; the change may have been carried out all the same"
    elif isinstance(fault, OSError):
        line, code = f"cannot write the answer: {fault.strerror}", NO_ANSWER
    elif sys.flags.dev_mode:
        raise fault
    else:
        # Never 1, with which Python ends on a traceback: it would read as "not up".
        line = f"a fault of this program: {type(fault).__name__}; python -X dev shows where"
        code = NO_ANSWER
    if sys.stderr is not None:  # print() takes None for stdout
        print(f"{_name(arguments)}: {line}", file=sys.stderr)
    return code


def exit_code(error: VirtualQError) -> int:
    """Return the exit code that stands for an error."""
    from virtualq.errors import APIError, ConfigurationError, InvalidParameterError

    if isinstance(error, (ConfigurationError, InvalidParameterError)):
        return USAGE
    return REFUSED if isinstance(error, APIError) else NO_ANSWER


def _name(arguments: Sequence[str]) -> str:
    from virtualq.cli.options import COMMANDS

    command: Optional[str] = arguments[0] if arguments else None
    return f"virtualq {command}" if command in COMMANDS else "virtualq"

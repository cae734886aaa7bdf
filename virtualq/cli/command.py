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
from importlib import import_module
from typing import TYPE_CHECKING, List, NoReturn, Optional, Sequence

if TYPE_CHECKING:
    from virtualq.cli.options import Asked
    from virtualq.errors import VirtualQError
    from virtualq.session import Session

DONE, NOT_FOUND, USAGE, REFUSED, NO_ANSWER, INTERRUPTED = 0, 1, 2, 3, 4, 130


def main(arguments: Optional[Sequence[str]] = None) -> NoReturn:
    """Run the command that this process was started for, and end the process with its exit code.

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
    sys.exit(code)  # not returned: a zipapp would end with 0, which reads as "up"


def run(arguments: Sequence[str], session: Optional[Session] = None) -> int:
    """Run one command, such as `["verify", "--line-id", "3042", ...]`; return its exit code.

    Nothing is raised. The key and the other settings come from the environment, see
    Session.from_env, or are those of `session`, which stays open.
    """
    try:
        return _run(list(arguments), session)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as wish:  # argparse has printed its help
        _write("")
        return int(wish.code or DONE)
    except Exception as fault:
        return _report(fault, arguments)


def _run(arguments: List[str], session: Optional[Session]) -> int:
    from virtualq.cli import options

    if "_ARGCOMPLETE" in os.environ:
        from virtualq.cli.help import complete

        complete()
    asked = _read(arguments)
    if asked.command in options.PACKAGES:
        gc.enable()  # may live long
        code: int = import_module(options.PACKAGES[asked.command]).run(asked.options)
        return code
    if asked.command == "doctor":
        from virtualq.cli.doctor import examine

        return examine(asked, _write)
    return _call(asked, session)


def _read(arguments: List[str]) -> Asked:
    """Return what was typed; raise ConfigurationError when it cannot be understood."""
    from virtualq.cli import options

    command = arguments[0] if arguments else ""
    if command not in options.COMMANDS:
        from virtualq.cli.help import overview

        overview().parse_args(arguments[:1])  # ends here for --help, --version and anything else
        return options.Asked(command)
    parser = options.Parser(prog=f"virtualq {command}", allow_abbrev=False)
    actions = options.add_options(parser, command)
    if "-h" in arguments or "--help" in arguments:
        from virtualq.cli.help import document

        document(parser, command, actions)
    if command not in options.PACKAGES:
        options.check_names(parser, actions, arguments[1:])
    known, unknown = parser.parse_known_args(arguments[1:])
    if unknown:
        parser.error(options.say_unknown(unknown))
    return options.understand(command, known)


def _call(asked: Asked, given: Optional[Session]) -> int:
    from virtualq.cli import output
    from virtualq.session import Session

    operation = asked.operation
    assert operation is not None
    if asked.field is not None:
        output.check_field(operation, asked.field)
    if given is not None:
        result = getattr(given, operation.name)(**asked.given, deadline=asked.deadline)
    else:
        with Session.from_env(api_key=asked.read_key(), deadline=asked.deadline) as session:
            result = getattr(session, operation.name)(**asked.given)
    _write(output.show(operation, result, as_json=asked.as_json, field=asked.field))
    return DONE if result or operation.answer == "many" else NOT_FOUND


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
    elif isinstance(fault, OSError):
        line, code = f"cannot write the answer: {fault.strerror}", NO_ANSWER
    elif sys.flags.dev_mode:
        raise fault
    else:
        # Never 1, with which Python ends on a traceback: it would read as "not up".
        line = f"a fault of this program: {type(fault).__name__}; python -X dev shows where"
        code = NO_ANSWER
    if sys.stderr is None:  # print() takes None for stdout
        return code
    if "--json" in arguments:
        from virtualq.cli import output

        print(output.show_error(fault, line), file=sys.stderr)
        return code
    if isinstance(fault, VirtualQError) and fault.maybe_applied:
        line += "; the change may have been carried out all the same"
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

"""What can be typed after `virtualq`: read for cli, made from operations so that the spec decides.

A function or an attribute that the spec gets has its command and its option with it. Only two
things cannot come from there: the words of the help, and the example values in it.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib import import_module
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, NoReturn, Optional, cast

from virtualq._api.kinds import KINDS
from virtualq._api.operation import Item, Operation
from virtualq._api.operations import OPERATIONS
from virtualq.errors import ConfigurationError

_LARGEST_FILE = 8 * 1024 * 1024
FROM_FILE = ("object", "resources")
"""Kinds that may stand in a file instead."""
# Digits enough to be a phone number, written as people do.
_NUMBER_OF_A_PERSON = re.compile(
    r"(?<!\d)\+?\d(?:[\s().\-/]{0,2}\d){5,}(?![\s().\-/]{0,2}\d)(?!T\d\d:)"  # but no time
)


class Asked(NamedTuple):
    """What was typed: the command, and what it was given."""

    command: str
    operation: Optional[Operation] = None
    """None for a command that is no function of the Session."""
    given: Mapping[str, object] = {}
    """The keywords of the Session function."""
    options: argparse.Namespace = argparse.Namespace()
    """All that was typed, for the packages that have a command of their own."""
    deadline: Optional[float] = None
    """Seconds, None for what the environment says."""
    key_file: Optional[str] = None
    as_json: bool = False
    field: Optional[str] = None
    """The one field of the answer that is wanted, None for all."""
    line_id: int = 0
    """The line in which `doctor` looks."""

    def read_key(self) -> Optional[str]:
        """Return the key in --api-key-file, None for the environment; raise ConfigurationError."""
        from virtualq._http import settings

        return settings.key_for_command(self.key_file)


CALLS: Dict[str, Operation] = {operation.command: operation for operation in OPERATIONS.values()}
PACKAGES = {
    "sandbox": "virtualq.cli.sandbox",
    "gateway": "virtualq.gateway",
    "examples": "virtualq.cli.examples",
}
"""Each has add_options(parser) and run(namespace), loaded when typed."""
COMMANDS = (*CALLS, "doctor", *PACKAGES)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that raises, and repeats no value: it may be a phone number or a key."""

    def error(self, message: str) -> NoReturn:
        """Raise ConfigurationError, one line that says where the help is."""
        said = _NUMBER_OF_A_PERSON.sub("***", message)
        raise ConfigurationError(f"{said}; see {self.prog} --help")


class _Switch(argparse.BooleanOptionalAction):
    """`--updated` and `--no-updated`, and what people type as well: `--updated false`."""

    def __init__(self, option_strings: List[str], dest: str, **how: Any) -> None:
        super().__init__(option_strings, dest, **how)
        self.nargs = "?"
        self.type = read_as("boolean")["type"]
        self.metavar = KINDS["boolean"].metavar

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: Optional[str] = None,
    ) -> None:
        """Keep what was typed."""
        if values is None:
            super().__call__(parser, namespace, values, option_string)
        elif option_string in self.option_strings[1:]:
            parser.error(f"{option_string} takes no value")
        else:
            setattr(namespace, self.dest, values)


def say_unknown(arguments: List[str]) -> str:
    """Return what is wrong with arguments that no option takes, without what they say."""
    name = arguments[0].partition("=")[0]
    if not re.fullmatch(r"-{1,2}[a-z][a-z-]{0,30}", name):
        return "there is an argument too many"
    if name == "--api-key":
        return "the key comes from VIRTUALQ_API_KEY or --api-key-file, never from an argument"
    return f"there is no option {name}"


def add_options(parser: argparse.ArgumentParser, command: str) -> List[argparse.Action]:
    """Give a parser the options of a command, named as the Session function's keywords."""
    if command in PACKAGES:
        return list(import_module(PACKAGES[command]).add_options(parser))
    add = parser.add_argument
    operation = CALLS.get(command)
    keywords = operation.keywords if operation else ()
    actions = [
        add(*_names(item), dest=item.name, required=item.required, **_reading(item))
        for item in keywords
    ]
    if any(item.name == "phone" for item in keywords):
        actions.append(add("--country", metavar="CC"))
    if command == "doctor":
        actions.append(add("--line-id", default=0, **read_as("integer")))
    elif operation and operation.resource:
        actions.append(add("--field", metavar="NAME"))
    return [
        *actions,
        add("--deadline", **read_as("number", "S")),
        add("--api-key-file", dest="key_file", metavar="FILE"),
        add("--json", action="store_true", dest="as_json"),
    ]


def understand(command: str, typed: argparse.Namespace) -> Asked:
    """Return what a parser has read; raise ConfigurationError for what cannot be meant."""
    given = vars(typed)
    if command in PACKAGES:
        return Asked(command, options=typed)
    operation = CALLS.get(command)
    if operation is None:
        return Asked(command, **given)
    country = given.pop("country", None)
    names = [item.name or "" for item in operation.keywords]
    parameters = {name: given.pop(name) for name in names}
    wanted = {name: value for name, value in parameters.items() if value is not None}
    if country is not None:
        wanted["phone"] = _normalised(str(wanted["phone"]), country)
    if operation.several_of is not None:
        name = names[0]
        wanted[name] = _records(name, operation, cast("List[object]", wanted[name]))
    if given["as_json"] and given.get("field") is not None:
        raise ConfigurationError("give --json or --field, not both")
    return Asked(command, operation, wanted, **given)


def _normalised(phone: str, country: str) -> str:
    from virtualq.errors import InvalidParameterError
    from virtualq.phones import normalise

    try:
        return normalise(phone, country)
    except InvalidParameterError as error:
        parameter, _, reason = str(error).partition(": ")
    option = "--phone" if parameter == "number" else f"--{parameter}"
    raise InvalidParameterError(f"{option}: {reason}", parameter=option[2:])


def _records(name: str, operation: Operation, objects: List[object]) -> List[object]:
    """Make the records of a body of several from JSON objects, each member by its keyword."""
    from virtualq import models

    kind: Callable[..., object] = vars(models)[operation.several_of or ""]
    known = {item.name for item in operation.items}
    option = "--" + name.replace("_", "-")
    records: List[object] = []
    for place, members in enumerate(objects):
        if not isinstance(members, dict):
            raise ConfigurationError(f"{option}[{place}] must be a JSON object")
        given = cast("Dict[str, object]", members)
        for member in given:
            if member not in known:
                shown = member if re.fullmatch(r"[a-z_]{1,40}", member) else "a member"
                raise ConfigurationError(f"{option}[{place}] has {shown}, which is not known")
        records.append(kind(**given))
    return records


def _names(item: Item) -> List[str]:
    """Return the names of an option: that of the keyword, for records its last word too."""
    name = "--" + (item.name or "").replace("_", "-")
    return [name, "--" + name.rpartition("-")[2]] if item.kind == "resources" else [name]


def check_names(
    parser: argparse.ArgumentParser, actions: List[argparse.Action], words: List[str]
) -> None:
    """Refuse an option that does not exist before argparse asks for one that is missing."""
    known = {name for action in actions for name in action.option_strings}
    for word in words:
        name = word.partition("=")[0]
        if re.fullmatch(r"--[a-z][a-z-]*", name) and name not in known | {"--help"}:
            parser.error(say_unknown([word]))


def read_as(kind: str, metavar: Optional[str] = None) -> Dict[str, Any]:
    """Return how argparse reads a single value of a kind; also for the sandbox's own commands.

    `metavar` stands for the value in the usage, None for that of the kind.
    """
    known = KINDS[kind]
    from_file = kind in FROM_FILE

    def read(text: str) -> object:
        """Return the value, or say what it must be."""
        given = _contents(text[1:]) if from_file and text.startswith("@") else text
        try:
            return known.parse(given)
        except (ValueError, RecursionError):
            pass
        # Not argparse's own words, which repeat what was typed.
        told = f"must be {known.said}{', or @FILE with it' if from_file else ''}"
        raise argparse.ArgumentTypeError(told)

    return {"type": read, "metavar": metavar or known.metavar}


def _contents(path: str) -> str:
    """Return what is in a file; - stands for stdin."""
    try:
        with sys.stdin if path == "-" else open(path, encoding="utf-8") as file:
            return file.read(_LARGEST_FILE)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"the file cannot be read: {error.strerror}") from None


def _reading(item: Item) -> Dict[str, Any]:
    """Return how argparse reads an item; whether the value is right is for the Session to say."""
    if item.kind == "boolean":
        return {"action": _Switch}
    if item.kind == "texts":
        # A skill may hold any character, so none can part them; alone, the option means "none".
        return {"nargs": "*", "action": "extend", "metavar": KINDS[item.kind].metavar}
    return read_as(item.kind)

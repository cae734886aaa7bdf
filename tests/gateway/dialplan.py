"""Runs a dialplan of Asterisk as far as the page about CURL() needs it."""

from __future__ import annotations

import re
import urllib.request
from typing import Callable, Dict, List, Tuple
from urllib.parse import quote

_SUBSTITUTION = re.compile(r"\$\{([^${}]*)\}|\$\[([^$\[\]]*)\]")
_STEP = re.compile(r"\s*(?:exten => (\w+),1|same => n)(?:\((\w+)\))?,(.*)$")
_STEPS = 200


class Dialplan:
    """The contexts of a file; `done` lists what a caller or a queue would notice."""

    def __init__(self, text: str, **variables: str) -> None:
        self.steps: Dict[Tuple[str, str], List[Tuple[str, str, str]]] = {}
        self.variables = dict(variables)
        self.done: List[str] = []
        self.key = ""
        context, extension = "", ""
        for line in text.splitlines():
            if line.startswith("["):
                context = line.strip("[]")
            elif context == "globals" and "=" in line:
                name, _, value = line.partition("=")
                self.variables.setdefault(name, value)
            found = _STEP.match(line)
            if found:
                extension = found[1] or extension
                application, _, arguments = found[3].partition("(")
                step = (found[2] or "", application, arguments[:-1])
                self.steps.setdefault((context, extension), []).append(step)

    def run(self, context: str, extension: str = "s") -> None:
        """Run an extension from its first priority to its end."""
        steps, at = self.steps[(context, extension)], 0
        for _ in range(_STEPS):
            if at >= len(steps):
                return
            _, application, arguments = steps[at]
            at += 1
            value = self.expand(arguments)
            if application in ("Hangup", "Return"):
                return
            if application == "GotoIf":
                condition, _, label = value.rpartition("?")
                value = label if condition == "1" else ""
            if application in ("Goto", "GotoIf"):
                at = self._labelled(steps, value) if value else at
            else:
                self._do(application, value)
        raise AssertionError("it goes on for ever")

    def _labelled(self, steps: List[Tuple[str, str, str]], label: str) -> int:
        return [step[0] for step in steps].index(label)

    def _do(self, application: str, value: str) -> None:
        if application == "Set":
            name, _, text = value.partition("=")
            self.variables[name.lstrip("_")] = text
        elif application == "Read":
            self.variables[value.partition(",")[0]] = self.key
        elif application in ("Playback", "Queue"):
            self.done.append(f"{application} {value.partition(',')[0]}")
        else:
            assert application in ("Answer", "NoOp"), application

    def expand(self, text: str) -> str:
        """Put values in, from the inside out."""
        while True:
            found = _SUBSTITUTION.search(text)
            if found is None:
                return text
            value = self._value(found[1]) if found[1] is not None else self._truth(found[2])
            text = text[: found.start()] + value + text[found.end() :]

    def _truth(self, expression: str) -> str:
        left, sign, right = expression.partition(" != " if " != " in expression else " = ")
        return str(int((left == right) == (sign == " = ")))

    def _value(self, name: str) -> str:
        name, _, length = name.partition(":0:")
        function = re.fullmatch(r"(\w+)\((.*)\)", name, re.DOTALL)
        if function and function[1] in _FUNCTIONS:
            return _FUNCTIONS[function[1]](function[2])
        value = self.variables.get(name, "")
        return value[: int(length)] if length else value


def _curl(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return str(answer.read().decode().rstrip())
    except OSError:
        return ""


def _if(text: str) -> str:
    condition, _, choices = text.partition("?")
    return choices.split(":", 1)[condition != "1"]


_FUNCTIONS: Dict[str, Callable[[str], str]] = {
    "CURL": _curl,
    "IF": _if,
    "URIENCODE": lambda text: quote(text, safe=""),
}

"""The pages of the reference, made of code, spec and help texts; gather.py asks for them."""

from __future__ import annotations

import argparse
import ast
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Dict, Iterable, Iterator, List, Sequence, Tuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

# What the reference takes from the docstrings of which modules.
MODULES = {
    "Session": ["session"],
    "Result": ["result"],
    "Errors": ["errors"],
    "Models": ["models"],
    "Phone numbers": ["phones"],
    "Webhooks": ["webhooks"],
    "Testing": ["testing", "testing.in_process", "testing.webhooks"],
    "Sandbox": ["sandbox.server"],
    "Django": ["integrations.django", "integrations.django.testing"],
    "Django REST framework": ["integrations.rest_framework"],
    "Celery": ["integrations.celery"],
    "OpenTelemetry": ["integrations.opentelemetry"],
}
# Classes of these have members that users call and that stand in a class above; what Python or
# another library gives every class is left out.
INHERITING = {
    "session": "object",
    "testing.in_process": "object",
    "sandbox.server": "object",
}
MARKS = re.compile(r"\s*\[((?=[SVA?])[SVA?, a-z;0-9]*)\]")
"""The evidence in openapi/virtualq.yaml, such as [S, V; unit ?]."""


def pages() -> Iterator[Tuple[str, str]]:
    """Yield name and text of each page."""
    for title, modules in MODULES.items():
        name = title.lower().replace(" ", "-")
        yield f"reference/{name}.md", "".join(_module_page(title, modules))
    yield "reference/settings.md", "".join(_settings_page())
    yield "reference/gateway.md", "".join(_gateway_page())
    yield "reference/sandbox-commands.md", "".join(_sandbox_page())
    yield "reference/command-line.md", "".join(_command_page())


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}\n"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |\n"
    yield "\n"


def _code(value: object) -> str:
    return f"`{value}`"


def _text(of: Any) -> str:
    """Return a docstring as Markdown has it: what is indented there is a drawing."""
    text = (inspect.getdoc(of) or "") + "\n"
    drawing = re.compile(r"\n\n((?: {4}.*\n+)+)")
    return drawing.sub(lambda found: f"\n\n```text\n{found[1].rstrip()}\n```\n\n", text) + "\n"


def _module_page(title: str, modules: List[str]) -> Iterator[str]:
    yield f"# {title}\n"
    for module in modules:
        inherited = INHERITING.get(module)
        option = f"\n   :inherited-members: {inherited}" if inherited else ""
        yield f"\n```{{eval-rst}}\n.. automodule:: virtualq.{module}{option}\n```\n"
    if title == "Models":
        yield from _evidence()


def _evidence() -> Iterator[str]:
    """Tell from where each attribute is known, as the spec says it."""
    yield "\n## How it is known\n\nS: the vendor's wiki (May 2022). V: requests and answers "
    yield "recorded from the vendor's client. A: another product's connector. ?: assumed.\n"
    tree = ast.parse((ROOT / "virtualq" / "models.py").read_text(encoding="utf-8"))
    yield from _table(
        ("class", "attribute", "known from"),
        (
            (_code(each.name), _code(name), marks)
            for each in tree.body
            if isinstance(each, ast.ClassDef)
            for name, text in _documented(each)
            for marks in MARKS.findall(text)[:1]
        ),
    )


def _documented(of: ast.ClassDef) -> Iterator[Tuple[str, str]]:
    for one, following in zip(of.body, of.body[1:]):
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            target = one.targets[0] if isinstance(one, ast.Assign) else getattr(one, "target", None)
            if isinstance(target, ast.Name):
                yield target.id, str(following.value.value)


def _settings_page() -> Iterator[str]:
    """Tell every setting: of a Session, of Django, of the environment, of the commands."""
    from virtualq import Session
    from virtualq.integrations.django import options

    django = {to: name for name, to in options.SESSION_OPTIONS.items()}
    yield f"# Settings\n\n## A Session\n\n{_text(Session)}"
    yield from _table(
        ("parameter", "type", "default", "in Django's `VIRTUALQ`"),
        (
            (_code(p.name), _code(p.annotation), _default(p.default), _code(django[p.name]))
            for p in inspect.signature(Session).parameters.values()
        ),
    )
    yield f"In Django there is `{options.WEBHOOK_KEYS}` too.\n\n{_text(options)}"
    yield f"## The environment\n\n`Session.from_env()`: {_text(Session.from_env)}"
    yield from _table(("variable", "read by"), sorted(_variables().items()))
    for name in ("gateway", "sandbox"):
        yield f"## `virtualq {name}`\n"
        yield from _table(("option", "default", ""), _options(name))


def _default(value: object) -> str:
    return "" if value is inspect.Parameter.empty else _code(value)


def _variables() -> Dict[str, str]:
    """Return each variable that the code names, and the modules that do."""
    found: Dict[str, List[str]] = {}
    for path in sorted((ROOT / "virtualq").rglob("*.py")):
        named = set(re.findall(r'environ(?:\.get)?[(\[]"(\w+)"', path.read_text(encoding="utf-8")))
        named |= set(re.findall(r'_variable\("(\w+)"\)', path.read_text(encoding="utf-8")))
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).replace(".__init__", "")
        for name in {variable.upper() for variable in named}:
            found.setdefault(name, []).append(_code(module))
    return {_code(name): ", ".join(modules) for name, modules in found.items()}


def _options(command: str) -> Iterator[Sequence[object]]:
    from virtualq.cli.options import add_options

    for action in add_options(argparse.ArgumentParser(), command):
        if action.option_strings:
            default = "" if action.default in (None, False) else _code(action.default)
            metavar = f" {action.metavar}" if action.metavar else ""
            yield _code(action.option_strings[0] + metavar), default, action.help or ""


def _gateway_page() -> Iterator[str]:
    """Tell the paths of the gateway, their parameters, its reasons and its metrics."""
    from virtualq.gateway import answer, asking, calls

    yield f"# The gateway over HTTP\n\n{_text(calls)}"
    for path, question in asking.QUESTIONS.items():
        yield f"## `/v1/{path}`\n"
        named = [
            item for item in question.operation.items if item.name not in (None, *question.fixed)
        ]
        rows = [
            (item.name, item.kind, item.required and item.name not in question.optional)
            for item in named
        ]
        rows += [(name, kind, False) for name, kind in question.others.items()]
        yield from _table(
            ("parameter", "kind", "required"),
            ((_code(name), kind, "yes" if required else "") for name, kind, required in rows),
        )
        if question.fixed:
            yield f"Reports `{dict(question.fixed)}`.\n\n"
    yield f"## The answer\n\n{_text(answer.Answer)}"
    yield f"As XML or JSON it has the members {', '.join(map(_code, answer.Answer._fields))}.\n\n"
    constants = [value for name, value in vars(answer).items() if name.isupper() and name[0] != "_"]
    reasons = [one for one in constants if "/" not in one and one != answer.QUEUE]
    yield "`X-VirtualQ-Reason`: " + ", ".join(map(_code, reasons)) + ".\n\n"
    yield "## `/metrics`\n"
    yield from _table(("name", "kind", ""), _metrics())


def _metrics() -> Iterator[Sequence[object]]:
    from virtualq.gateway.metrics import Metrics

    counts = SimpleNamespace(pending=0, dead=0, delivered=0)
    outbox: Any = SimpleNamespace(counts=lambda: counts, oldest_seconds=lambda _: 0)
    breaker: Any = SimpleNamespace(resting=False)
    text = Metrics(breaker, outbox).text().decode()
    for name, what in re.findall(r"^# HELP (\w+) (.*)$", text, re.MULTILINE):
        (kind,) = re.findall(rf"^# TYPE {name} (\w+)$", text, re.MULTILINE)
        yield _code(name), kind, what


def _sandbox_page() -> Iterator[str]:
    """Tell the sandbox's own commands: over HTTP, in the shell and in Python."""
    from virtualq.sandbox.commands import COMMANDS, MEANINGS, PATH
    from virtualq.sandbox.face import Face

    yield "# The sandbox's own commands\n\nOver HTTP each wants the key in `X-Api-Key`; members of "
    yield "a POST are those of a JSON object, those of a GET stand in the query. In the shell they "
    yield "are options of `virtualq sandbox COMMAND`, in Python parameters of the function.\n\n"
    for name, command in COMMANDS.items():
        function = getattr(Face, name.replace("-", "_"))
        yield f"## `{command.method} {PATH}/{name}`\n\n{_text(function)}"
        if command.words:
            yield from _table(
                ("name", "kind", "required", ""),
                (
                    (_code(w.wire), w.kind, "yes" if w.required else "", MEANINGS[w.wire])
                    for w in command.words
                ),
            )


def _command_page() -> Iterator[str]:
    """Show what `virtualq --help` prints, and the help of each command it lists."""
    general = _help()
    yield f"# The command `virtualq`\n\n```text\n{general}```\n"
    for command in re.findall(r"^    ([a-z][a-z-]+)(?=\s)", general, re.MULTILINE):
        yield f"\n## `virtualq {command}`\n\n```text\n{_help(command)}```\n"


def _help(*command: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "virtualq", *command, "--help"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "90"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

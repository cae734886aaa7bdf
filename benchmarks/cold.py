"""Cold start: the whole CPU time of a process that asks once, from its start to its exit."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Dict, List, Mapping, Optional

from benchmarks.measure import (
    Section,
    child_cpu,
    compare,
    instructions,
    take_turns,
)
from benchmarks.place import Place

SCRIPTS = Path(__file__).resolve().parent / "scripts"
_ASKED = ["--line-id", "3042", "--phone", "+17343305027"]
_LABELS = {
    "plain": "requests and json, by hand",
    "virtualq": "virtualq",
    "virtualq_gc": "virtualq, collector off",
    "stdlib": "http.client, by hand",
    "httpx": "httpx, by hand",
    "generated": "openapi-python-client",
    "command": "virtualq verify",
    "bare": "Python alone",
    "requests_alone": "requests, only loaded",
}
_JOBS = {
    "verify_caller, cold": (
        "verify",
        ["plain", "virtualq", "virtualq_gc", "stdlib"],
        {"virtualq": 0.65},
    ),
    "get_caller with its fields read, cold": (
        "get",
        ["plain", "virtualq", "stdlib"],
        {"virtualq": 0.95},
    ),
}


def measure(place: Place, url: str, rounds: int, *, count: bool) -> List[Section]:
    """Return the sections of the cold start; `count` asks for instructions too."""
    sections: List[Section] = []
    for title, (job, names, goals) in _JOBS.items():
        commands = {
            name: [place.python, str(SCRIPTS / f"{job}_{name}.py"), url]
            for name in [*names, *place.rivals]
        }
        sections.append(_contest(title, commands, place.environ, goals, rounds, count=count))
    return [
        *sections,
        _command_section(place, url, rounds, count=count),
        _floor_section(place, rounds, count=count),
    ]


def _command_section(place: Place, url: str, rounds: int, *, count: bool) -> Section:
    by_hand = [place.python, str(SCRIPTS / "command_plain.py"), _ASKED[1], _ASKED[3]]
    commands = {"plain": by_hand, "command": [*place.command, "verify", *_ASKED]}
    environ = {**place.environ, "VIRTUALQ_BASE_URL": url, "VIRTUALQ_API_KEY": "key"}
    title = "the command `virtualq verify`, cold"
    return _contest(title, commands, environ, {"command": 0.65}, rounds, count=count)


def _floor_section(place: Place, rounds: int, *, count: bool) -> Section:
    """What nobody can avoid: the interpreter, and requests."""
    names = ["bare", "requests_alone"]
    commands = {name: [place.python, str(SCRIPTS / f"{name}.py")] for name in names}
    title = "what there is no way around, cold"
    return _contest(title, commands, place.environ, {}, rounds, count=count)


def _contest(
    title: str,
    commands: Mapping[str, List[str]],
    environ: Mapping[str, str],
    goals: Mapping[str, float],
    rounds: int,
    *,
    count: bool,
) -> Section:
    contest = {
        _LABELS[name]: functools.partial(child_cpu, command, environ)
        for name, command in commands.items()
    }
    counts: Dict[str, Optional[float]] = {}
    if count:
        counts = {
            _LABELS[name]: instructions(command, environ) for name, command in commands.items()
        }
    named_goals = {_LABELS[name]: goal for name, goal in goals.items()}
    return Section(title, "ms", compare(take_turns(contest, rounds), named_goals, counts))

"""`python -m benchmarks`: measures everything and prints one table; README.md says how."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence

from benchmarks import bulk, cold, place, table, warm
from benchmarks.measure import Section, can_count
from benchmarks.peer import running

PARTS = ("cold", "warm", "bulk")


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the benchmark and print its table; return 0, goals missed or not."""
    asked = _read(arguments)
    # Bytecode is on disk for everyone, whatever this machine's settings are.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    with tempfile.TemporaryDirectory(prefix="virtualq-bench-") as directory, running() as url:
        where = place.here() if asked.here else place.fresh(Path(directory))
        count = can_count() and not asked.no_instructions
        sections = _measure(asked, where, url, count=count)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {asked.rounds} rounds")
    print(table.show(sections), end="\n\n")
    notes = list(where.notes)
    if not can_count():
        notes.append("no instruction counts: valgrind is not installed")
    missed = table.verdicts(sections)
    for line in [f"Note: {note}." for note in notes] + [f"Missed: {line}" for line in missed]:
        print(line)
    return 0


def _read(arguments: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help="cold, warm, bulk; all of them")
    parser.add_argument("--rounds", type=int, default=25, help="turns that everyone gets")
    parser.add_argument("--many", type=int, default=bulk.MANY, help="callers in a bulk listing")
    parser.add_argument("--here", action="store_true", help="use this interpreter, install nothing")
    parser.add_argument("--no-instructions", action="store_true", help="do without valgrind")
    asked = parser.parse_args(arguments)
    unknown = set(asked.parts) - set(PARTS)
    if unknown or asked.rounds < 1 or asked.many < 10:
        parser.error("parts are cold, warm and bulk; --rounds is 1 or more, --many 10 or more")
    return asked


def _measure(
    asked: argparse.Namespace, where: place.Place, url: str, *, count: bool
) -> List[Section]:
    rounds: int = asked.rounds
    parts: Dict[str, Callable[[], List[Section]]] = {
        "cold": lambda: cold.measure(where, url, rounds, count=count),
        "warm": lambda: warm.measure(where, url, rounds, count=count),
        "bulk": lambda: bulk.measure(where, url, rounds, many=asked.many, count=count),
    }
    return [section for part in asked.parts or PARTS for section in parts[part]()]


if __name__ == "__main__":
    sys.exit(main())

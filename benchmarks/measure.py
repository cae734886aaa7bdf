"""How anything is measured here: in turns, so that a slow minute of the machine hits everyone.

A round lets every contestant run once. The ratio to the first contestant is taken within each
round and the median of these ratios is shown, not the ratio of medians.
"""

from __future__ import annotations

import re
import resource
import shutil
import statistics
import subprocess
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence

_COLLECTED = re.compile(r"Collected : (\d+)")
Contest = Mapping[str, Callable[[], float]]
Times = Dict[str, List[float]]


class Spread(NamedTuple):
    """The middle of some figures: the median, and the quartiles on both sides of it."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        """Return the spread of one figure or more."""
        if len(figures) == 1:
            return cls(figures[0], figures[0], figures[0])
        low, median, high = statistics.quantiles(figures, n=4, method="inclusive")
        return cls(low, median, high)


class Row(NamedTuple):
    """One line of the table; `ratio` and `over` are against the section's first contestant."""

    name: str
    time: Spread
    """CPU seconds."""
    ratio: Optional[Spread] = None
    goal: Optional[float] = None
    """The most that the ratio may be, None where nothing is asked for."""
    instructions: Optional[float] = None
    """As counted under valgrind, None when it was not."""
    instruction_ratio: Optional[float] = None
    over: Optional[float] = None
    """CPU seconds more than the first contestant, the median of the rounds' differences."""


class Section(NamedTuple):
    """A table of contestants who do the same job."""

    title: str
    unit: str
    """`ms` or `us`."""
    rows: List[Row]


def take_turns(contest: Contest, rounds: int, *, warm_up: bool = True) -> Times:
    """Return what each contestant reports in each round; every other round goes backwards."""
    times: Times = {name: [] for name in contest}
    names = list(contest)
    if warm_up:
        for name in names:
            contest[name]()
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            times[name].append(contest[name]())
    return times


def compare(
    times: Times, goals: Mapping[str, float], counts: Mapping[str, Optional[float]]
) -> List[Row]:
    """Return a row for each contestant, compared with the first one."""
    rows: List[Row] = []
    first = next(iter(times))
    for name, figures in times.items():
        pairs = list(zip(figures, times[first]))
        own, base = counts.get(name), counts.get(first)
        rows.append(
            Row(
                name,
                Spread.of(figures),
                None if name == first else Spread.of([mine / other for mine, other in pairs]),
                goals.get(name),
                own,
                own / base if own and base and name != first else None,
                None if name == first else statistics.median(a - b for a, b in pairs),
            )
        )
    return rows


def child_cpu(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """Run a process to its end; return its CPU seconds, user and system, start to exit."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def can_count() -> bool:
    """Say whether valgrind is installed."""
    return shutil.which("valgrind") is not None


def instructions(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """Run a process under valgrind; return how many instructions it took in user space."""
    counted = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    # A fixed seed: dictionaries collide the same way each time.
    fixed = {**environ, "PYTHONHASHSEED": "0"}
    # Once uncounted: whatever had no bytecode yet has it now.
    subprocess.run(command, env=fixed, check=True, stdout=subprocess.DEVNULL, timeout=60)
    done = subprocess.run(
        counted, env=fixed, check=True, capture_output=True, text=True, timeout=300
    )
    found = _COLLECTED.search(done.stderr)
    if found is None:
        raise RuntimeError("valgrind did not say how many instructions it counted")
    return float(found.group(1))

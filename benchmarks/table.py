"""Prints what was measured as one table, for people and for a README."""

from __future__ import annotations

from typing import List, Optional, Sequence

from benchmarks.measure import Row, Section, Spread

_FACTORS = {"ms": 1e3, "us": 1e6, "": 1.0}
_HEAD = ["", "CPU", "quartiles", "over", "ratio", "quartiles", "goal", "instr.", "ratio"]


def show(sections: Sequence[Section]) -> str:
    """Return the table, in Markdown."""
    lines = [_HEAD, [":--", *["--:"] * (len(_HEAD) - 1)]]
    for section in sections:
        lines.append([f"**{section.title}**", *[""] * (len(_HEAD) - 1)])
        lines += [_cells(row, section.unit) for row in section.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    return "\n".join(_line(line, widths) for line in lines)


def verdicts(sections: Sequence[Section]) -> List[str]:
    """Return what was asked for and not reached, one line each."""
    return [
        f"{section.title}: {row.name}: {reached:.3f}, asked for at most {row.goal}"
        for section in sections
        for row in section.rows
        if row.goal is not None
        for reached in [row.ratio.median if row.ratio else row.time.median]
        if reached > row.goal
    ]


def _cells(row: Row, unit: str) -> List[str]:
    factor = _FACTORS[unit]
    digits = 1 if unit else 2
    time = Spread(*(figure * factor for figure in row.time))
    return [
        row.name,
        f"{time.median:.{digits}f} {unit}".strip(),
        _range(time, digits) if time.low != time.high else "",
        "" if row.over is None else f"{row.over * factor:+.1f}",
        "" if row.ratio is None else f"{row.ratio.median:.2f}",
        "" if row.ratio is None else _range(row.ratio, 2),
        "" if row.goal is None else f"{row.goal:.2f}",
        _count(row.instructions),
        "" if row.instruction_ratio is None else f"{row.instruction_ratio:.3f}",
    ]


def _range(spread: Spread, digits: int) -> str:
    return f"{spread.low:.{digits}f} to {spread.high:.{digits}f}"


def _count(count: Optional[float]) -> str:
    if count is None:
        return ""
    return f"{count / 1e6:.1f}M" if count >= 1e7 else f"{count / 1e3:.1f}k"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.ljust(width) if column == 0 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths))
    )
    return "| " + " | ".join([first, *others]) + " |"

"""What docs/sandbox.md says is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict

from virtualq.sandbox import estimate
from virtualq.sandbox.seeds import SEED

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def test_the_lines_it_lists_are_the_seeds() -> None:
    """The table has every line there is, with its call center, name and pace."""
    rows = re.findall(r"^\| (\d+) \| (\d+) \| (\d+) \| (\w+) \| (\d+) s \|$", PAGE, re.MULTILINE)
    groups = {group.id: group for group in SEED.line_groups}
    seeds = [
        (groups[ln.line_group_id].call_center_id, ln.line_group_id, ln.id, ln.name, pace)
        for ln in SEED.lines
        for pace in [f"{estimate.pace(ln, groups[ln.line_group_id]):g}"]
    ]
    assert rows == [tuple(map(str, seed)) for seed in seeds]


def test_the_example_runs() -> None:
    """The program in it runs as it stands."""
    example = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
    names: Dict[str, object] = {}
    exec(compile(example, "docs/sandbox.md", "exec"), names)
    assert names["vq"] is not None

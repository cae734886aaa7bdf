"""Files for --seed: what they bring, and bad ones, which are one line with the place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from virtualq._api.operations import BASE_PATH
from virtualq.errors import ConfigurationError
from virtualq.sandbox import seed_file
from virtualq.sandbox.rules import Service

from .asking import Asker

GOOD = """
call_centers:
  - id: 1
    name: North
    line_groups:
      - id: 2
        name: Day
        agents: 4
        lines:
          - {id: 3, name: Sales, talk_time: 80, is_open: false}
          - {id: 4, name: Service}
callers:
  - {line_id: 4, phone: "+17343305027", state: Notified}
  - {line_id: 4, phone: "+49 171 1111 22 33", properties: {vip: true}}
"""


def test_it_is_what_the_sandbox_knows(tmp_path: Path) -> None:
    """Lines, their groups and the callers in their states, and nothing of what we would bring."""
    path = tmp_path / "seed.yaml"
    path.write_text(GOOD)
    service = Service(seed=seed_file.read_seed(str(path)))
    ask = Asker(service)
    lines = ask.send("GET", f"{BASE_PATH}/lines").document["data"]
    assert [(line["id"], line["attributes"]["virtualq-line-state"]) for line in lines] == [
        ("3", "Inactive"),
        ("4", "Active"),
    ]
    callers = ask.send("GET", f"{BASE_PATH}/waiters").document["data"]
    shown = [(c["attributes"]["virtualq-waiter-state"], c["attributes"]["ewt"]) for c in callers]
    assert shown == [("Notified", 0), ("Waiting", 60)]
    service.close()
    as_json = tmp_path / "seed.json"
    as_json.write_text(json.dumps({"call_centers": [{"id": 1, "name": "North"}]}))
    assert seed_file.read_seed(str(as_json)).call_centers[0].name == "North"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("id: 1", "id: one"), "call_centers[0].id is not an integer"),
        (("agents", "agent"), "call_centers[0].line_groups[0].agent is not known"),
        (("id: 4", "id: 3"), "line 3 is there twice"),
        (("name: North", "timezone: UTC"), "call_centers[0] has no name"),
        (("agents: ", "agents: -"), "call_centers[0].line_groups[0] is wrong: agents must be at"),
        (("Notified", "Ready"), "callers[0].state is no state of a caller"),
        (("line_id: 4", "line_id: 9"), "callers[0].line_id is no line of the file"),
        (("vip: true", "vip: ["), "line 14, column 66 is not YAML"),
        (("    name: North", "    id: 1"), "line 4, column 5 is not YAML: found duplicate key"),
        (("name: Service", "- x: ["), "is not YAML"),
        ((GOOD, "{"), "line 1, column 2 is not JSON"),
        ((GOOD, ""), "the file is not an object"),
        ((GOOD, "callers: 1"), "callers is not a list"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    """Each fault is told with its place, in one line, and with the name of the file."""
    path = tmp_path / "seed.yaml"
    path.write_text(GOOD.replace(*change))
    with pytest.raises(ConfigurationError, match=re.escape(said)) as caught:
        seed_file.read_seed(str(path))
    assert str(caught.value).startswith(f"seed file {path}: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """So is what cannot be read at all."""
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(ConfigurationError, match="seed file"):
            seed_file.read_seed(str(path))

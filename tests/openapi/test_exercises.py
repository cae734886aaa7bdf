"""The exercises of openapi/README.md, "How to add", each in a copy of the project: what follows by
itself, and every line that is written by hand.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from .generator import ROOT

pytestmark = pytest.mark.once

ANSWER = """\
            place-in-queue:
              type: [integer, 'null']
              description: How many callers are before this one. [?]
"""
REQUEST = """\
                        colour:
                          type: string
                          description: The colour of the caller's ticket. [?]
"""
AGENT = """\
    AgentResource:
      type: object
      description: An agent of a call center.
      x-jsonapi-resource: AgentResult
      properties:
        id:
          description: The agent's id. [?]
          anyOf: [{type: integer}, {type: string, pattern: '^-?[0-9]+$'}, {type: 'null'}]
        type: {const: agents}
        attributes:
          type: object
          properties:
            name: {type: [string, 'null'], description: The agent's name.}
            is-idle: {type: [boolean, 'null'], description: Whether the agent is free.}
"""
ONE_AGENT = """\
  /agents/{id}:
    parameters:
      - {name: id, in: path, required: true, x-python-name: agent_id, schema: {type: integer}}
    get:
      responses:
        '200':
          description: The agent. [?]
          content:
            application/vnd.api+json:
              schema: {properties: {data: {$ref: '#/components/schemas/AgentResource'}}}
      x-functions:
        get_agent: {command: agent, not-found: none}
"""
WRITE = """\
    put:
      requestBody:
        content:
          application/vnd.api+json; charset=utf-8:
            schema:
              properties:
                data:
                  properties:
                    type: {const: agents}
                    attributes:
                      properties:
                        is_idle: {type: boolean, description: Whether the agent is free.}
      responses:
        '204': {$ref: '#/components/responses/Done'}
      x-functions:
        update_agent: {not-found: error}
"""
LIST = """\
  /agents:
    get:
      responses:
        '200':
          description: All agents. [?]
          content:
            application/vnd.api+json:
              schema:
                properties:
                  data: {type: array, items: {$ref: '#/components/schemas/AgentResource'}}
      x-functions:
        list_agents: {command: agents, not-found: error}
"""

GET_AGENT = """\
    def get_agent(
        self, agent_id: int, *, deadline: Optional[float] = None
    ) -> LookUp[AgentResult]:
        \"\"\"Look up an agent; the value is None when there is none.\"\"\"
        return cast("LookUp[AgentResult]", self._call(operations.GET_AGENT, locals()))

"""
UPDATE_AGENT = """\
    def update_agent(
        self, agent_id: int, *, is_idle: Optional[bool] = None, deadline: Optional[float] = None
    ) -> Result[None]:
        \"\"\"Report what an agent does. Raises NotFoundError for one that does not exist.\"\"\"
        return cast("Result[None]", self._call(operations.UPDATE_AGENT, locals()))

"""
LIST_AGENTS = """\
    def list_agents(self, *, deadline: Optional[float] = None) -> Result[List[AgentResult]]:
        \"\"\"List the agents of the account.\"\"\"
        return cast("Result[List[AgentResult]]", self._call(operations.LIST_AGENTS, locals()))

"""
IMPORT = "        AgentResult,\n"

GENERATE = """
import contextlib, io
from tests.openapi.generator import REAL_SPEC, generate
with contextlib.redirect_stdout(io.StringIO()) as out:
    assert generate.main([]) == 0
written = [line.split()[0] for line in out.getvalue().splitlines()]
from tests.openapi.test_drift import unoffered
missing = unoffered(REAL_SPEC)
"""
CHECK = """
import json, responses, virtualq
from tests.openapi.test_drift import missing_keywords, superfluous_keywords
from virtualq._api import wire
from virtualq._api.operations import OPERATIONS
from virtualq.cli import output
from virtualq.cli.options import CALLS
missing += missing_keywords(OPERATIONS, virtualq.Session)
missing = missing or superfluous_keywords(OPERATIONS, virtualq.Session)
"""


_PRINT = "\nprint(json.dumps([written, missing, said]))"


class Copy:
    """A copy of the project, and how many lines somebody has written into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.by_hand = 0
        for name in ("virtualq", "openapi"):
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        (folder / "tests" / "openapi").mkdir(parents=True)
        for name in (
            "__init__.py",
            "openapi/__init__.py",
            "openapi/generator.py",
            "openapi/test_drift.py",
        ):
            shutil.copy(ROOT / "tests" / name, folder / "tests" / name)

    def spec(self, before: str, text: str, *, instead: bool = False) -> None:
        """Write something into the spec, before the line that is given or instead of it."""
        self._insert("openapi/virtualq.yaml", before, text, instead)

    def session(self, text: str, before: str) -> None:
        """Write something into session.py by hand."""
        self.by_hand += len(text.strip().splitlines())
        self._insert("virtualq/session.py", before, text, False)

    def _insert(self, name: str, before: str, text: str, instead: bool) -> None:
        path = self.folder / name
        content = path.read_text(encoding="utf-8")
        assert content.count(before) == 1, f"{name} has changed: {before!r}"
        path.write_text(content.replace(before, text if instead else text + before), "utf-8")

    def generate(self, code: str = "said = None") -> Tuple[List[str], List[str], Any]:
        """Generate; return the files that were written, what the drift tests say is to be written
        by hand, and what a program with the virtualq of the copy says.
        """
        said = self._run("-c", GENERATE + CHECK + code + _PRINT)
        written, missing, answer = json.loads(said)
        return written, missing, answer

    def use(self, code: str) -> Tuple[List[str], Any]:
        """Return the same of what has been generated already."""
        _, missing, answer = json.loads(
            self._run("-c", "written = missing = []" + CHECK + code + _PRINT)
        )
        return missing, answer

    def _run(self, *arguments: str) -> str:
        env = {**os.environ, "PYTHONPATH": str(self.folder)}
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


GENERATED = ["_api/operations.py", "_api/tables.py", "models.py"]
BEFORE_PATHS = "  /call_centers:\n"
BEFORE_SCHEMAS = "    CallerResource:\n"
BEFORE_METHODS = "    def list_call_centers(\n"
BEFORE_IMPORT = "        CallCenterResult,\n        CallerResult,\n"


READ = """
from virtualq._api.tables import TABLES
caller = TABLES["CallerResult"].read({"id": 1, "attributes": {ATTRIBUTES}})
"""


def test_attribute_of_an_answer(copy: Copy) -> None:
    """No line by hand: it is a field, and the command prints it."""
    copy.spec("            wait-time:\n", ANSWER)
    written, missing, said = copy.generate(
        READ.replace("ATTRIBUTES", "'place-in-queue': 3")
        + "output.check_field(CALLS['verify'], 'place_in_queue')\n"
        + "said = [caller.place_in_queue, caller.extra]"
    )
    assert (written, missing) == (GENERATED, [])
    assert (said, copy.by_hand) == ([3, {}], 0)


def test_attribute_of_a_request(copy: Copy) -> None:
    """One line by hand, which the drift test names; the option of the command follows."""
    copy.spec("                        channel:\n", REQUEST)
    keyword = "colour: Optional[str] = None,"
    _, missing, _ = copy.generate()
    assert missing == [f'virtualq/session.py: add "{keyword}" to line_up_caller']
    copy.session(f"        {keyword}\n", "        appointment: Optional[bool] = None,\n")
    missing, said = copy.use("""
given = dict(line_id=1, phone="1", channel="CallIn", source="Phone", colour="red")
body = json.loads(wire.build(CALLS["line-up"], given).body)
options = [item.name for item in CALLS["line-up"].keywords]
said = [body["data"]["attributes"]["colour"], "colour" in options]
""")
    assert (missing, said, copy.by_hand) == ([], ["red", True], 1)


def test_value_of_an_enumeration(copy: Copy) -> None:
    """No line by hand: it is a member, with the words of the spec."""
    values = "      enum: [CallBack, CallIn]\n"
    copy.spec(values, values.replace("]", ", Video]"), instead=True)
    copy.spec("        CallIn: The caller gets", "        Video: A call with a picture.\n")
    _, missing, said = copy.generate("said = virtualq.Channel.VIDEO")
    assert (missing, said, copy.by_hand) == ([], "Video", 0)


RUN = """
answers = responses.RequestsMock()
answers.start()
answers.add({method!r}, "https://api.virtualq.io/api/v2{path}", {answer})
result = virtualq.Session("key").{call}
request = answers.calls[0].request
sent = json.loads(request.body)["data"]["attributes"] if request.body else None
answers.stop()
"""
RESOURCE: Dict[str, Any] = {
    "id": "7",
    "type": "agents",
    "attributes": {"name": "A", "is-idle": True},
}


def test_endpoint_with_a_new_resource(copy: Copy) -> None:
    """The import of its class and one function; class, reading, command and output follow."""
    copy.spec(BEFORE_SCHEMAS, AGENT)
    copy.spec(BEFORE_PATHS, ONE_AGENT)
    written, missing, _ = copy.generate()
    assert written == GENERATED
    assert missing == ["virtualq/session.py: add the function get_agent(...) to Session"]
    copy.session(IMPORT, BEFORE_IMPORT)
    copy.session(GET_AGENT, BEFORE_METHODS)
    answer = f"json={ ({'data': RESOURCE})!r}"
    missing, said = copy.use(
        RUN.format(method="GET", path="/agents/7", answer=answer, call="get_agent(7)")
        + "shown = output.show(CALLS['agent'], result, as_json=False, field='name')\n"
        + "known = type(result.value) is virtualq.AgentResult\n"
        + "said = [result.value.id, result.value.is_idle, shown, known]"
    )
    assert (missing, said, copy.by_hand) == ([], [7, True, "A\n", True], 6)


def test_write_and_list(copy: Copy) -> None:
    """One function each, and nothing else."""
    copy.spec(BEFORE_SCHEMAS, AGENT)
    copy.spec(BEFORE_PATHS, ONE_AGENT + WRITE + LIST)
    for text, before in ((IMPORT, BEFORE_IMPORT), (GET_AGENT, BEFORE_METHODS)):
        copy.session(text, before)
    of_the_resource = copy.by_hand
    copy.session(UPDATE_AGENT, BEFORE_METHODS)
    copy.session(LIST_AGENTS, BEFORE_METHODS)
    write = RUN.format(
        method="PUT", path="/agents/7", answer="status=204", call="update_agent(7, is_idle=False)"
    )
    answer = f"json={ ({'data': [RESOURCE]})!r}"
    listed = RUN.format(method="GET", path="/agents", answer=answer, call="list_agents()")
    _, missing, said = copy.generate(
        f"{write}\nsaid = [sent, bool(result), CALLS['update-agent'].name]\n"
        f"{listed}\nsaid += [[agent.name for agent in result], CALLS['agents'].name]"
    )
    assert missing == []
    assert said == [{"is_idle": False}, True, "update_agent", ["A"], "list_agents"]
    assert copy.by_hand - of_the_resource == 5 + 3


def test_rename(copy: Copy) -> None:
    """No line by hand while the name in Python stays; what --diff says of it is in changes.yaml."""
    before = "            wait-time:\n"
    copy.spec(before, "            waited:\n              x-python-name: wait_time\n", instead=True)
    _, missing, said = copy.generate(
        READ.replace("ATTRIBUTES", "'waited': 5") + "said = caller.wait_time"
    )
    assert (missing, said, copy.by_hand) == ([], 5, 0)

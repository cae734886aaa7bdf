"""Each extra alone: its modules load with what it asks for, and with nothing else installed.

In place of a new environment for each, every distribution is hidden that is not among the
requirements of virtualq with that extra, or among theirs.
"""

from __future__ import annotations

import importlib.metadata as installed
import json
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Dict, List, Set

import pytest
from packaging.requirements import Requirement

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(sys.version_info < (3, 10), reason="SKIPPED: needs Python 3.10"),
]

ROOT = Path(__file__).parents[1]
SETTINGS = "import django.conf; django.conf.settings.configure(); import django; django.setup();"
TRIED = {
    "sandbox": "import virtualq.sandbox.seed_file as s; s.read_seed(sys.argv[1])",
    "phone": "import virtualq.phones as p; assert p.normalise('0171 1234567', 'DE')[0] == '+'",
    "webhooks": "import virtualq.webhooks, virtualq.testing.webhooks as w; w.WebhookSigner()",
    "gateway": "import virtualq.gateway.main, virtualq.gateway.app, virtualq.gateway.metrics",
    "django": SETTINGS
    + "import virtualq.integrations.django as d; d.PhoneField(country='DE').clean('0171 123456')",
    "drf": SETTINGS + "import virtualq.integrations.rest_framework",
    "celery": "import virtualq.integrations.celery",
    "opentelemetry": "import virtualq.integrations.opentelemetry as o; o.VirtualQInstrumentor()",
    "completion": "import argcomplete, virtualq.cli.help as h; h.overview()",
    "test": "import responses, virtualq.testing.plugin",
}
"""What shows that an extra works; a new one is to be tried here too."""
HIDE = """
import json, sys
hidden = set(json.loads(sys.argv.pop()))
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"{name} is not installed", name=name)
sys.meta_path.insert(0, Hidden())
"""


def declared() -> Dict[str, List[str]]:
    """Return the requirements of each extra, and of none under the empty name."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    extras = dict(config["options.extras_require"])
    every = {"": config["options"]["install_requires"], **extras}
    return {name: text.split("\n")[1:] for name, text in every.items()}


def closure(wanted: List[str]) -> Set[str]:
    """Return the names of all distributions that these requirements bring, as pip reads them."""
    found: Set[str] = set()
    left = [Requirement(text.replace(" >=", ">=")) for text in wanted]
    while left:
        one = left.pop()
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        marker = one.marker
        if marker and not any(marker.evaluate({"extra": e}) for e in one.extras or {""}):
            continue
        if name in found and not one.extras:
            continue
        found.add(name)
        try:
            theirs = [Requirement(text) for text in installed.requires(name) or []]
        except installed.PackageNotFoundError:
            continue
        for each in theirs:
            if each.marker is None or any(
                each.marker.evaluate({"extra": extra}) for extra in one.extras or {""}
            ):
                each.marker = None
                left.append(each)
    return found


def test_each_is_tried() -> None:
    """An extra that setup.cfg gains is tried here, or this fails."""
    assert set(declared()) - {""} == set(TRIED)


@pytest.mark.parametrize("extra", TRIED)
def test_alone(extra: str, tmp_path: Path) -> None:
    """What it is for works."""
    requirements = declared()
    there = closure([*requirements[""], *requirements[extra]])
    hidden = [
        module
        for module, owners in installed.packages_distributions().items()
        if module != "virtualq"
        and not any(re.sub(r"[-_.]+", "-", owner).lower() in there for owner in owners)
    ]
    seed = tmp_path / "seed.yaml"
    seed.write_text("call_centers: []\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", HIDE + TRIED[extra], str(seed), json.dumps(hidden)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), hidden

"""The single file: it runs on a bare Python of each version, with the exit codes of the program."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from virtualq.sandbox.server import Sandbox

FILE = os.environ.get("ZIPAPP", "")
pytestmark = pytest.mark.skipif(not FILE, reason="SKIPPED: `make zipapp` builds it and runs this")
PHONE = "+17343305027"


def pythons() -> List[str]:
    """Return every Python on this machine that is new enough."""
    names = [f"python3.{minor}" for minor in range(9, 14)]
    found = [path for path in map(shutil.which, names) if path]
    found += glob.glob(str(Path.home() / ".pyenv" / "versions" / "*" / "bin" / "python3"))
    new_enough = [
        path for path in found if re.search(r"3\.(9|1[0-3])\b", Path(path).resolve().name)
    ]
    starts = [path for path in new_enough if _starts(path)]
    return sorted({os.path.realpath(path) for path in [*starts, sys.executable]})


def _starts(path: str) -> bool:
    """Say whether this is a Python, and not a stand-in for one that is not installed."""
    return subprocess.run([path, "-c", ""], stderr=subprocess.DEVNULL, check=False).returncode == 0


@pytest.mark.parametrize("python", pythons() if FILE else [sys.executable])
def test_zipapp(python: str) -> None:
    """Not up is 1, up is 0, a closed port is 4: a dialplan serves nobody first by mistake."""

    def run(*words: str, url: str, key: str) -> int:
        # -I: nothing of this environment, -S: nothing that is installed.
        command = [python, "-I", "-S", FILE, *words]
        env = {"PATH": os.environ["PATH"], "VIRTUALQ_BASE_URL": url, "VIRTUALQ_API_KEY": key}
        return subprocess.run(command, env=env, check=False, stdout=subprocess.DEVNULL).returncode

    who = ["--line-id", "3042", "--phone", PHONE]
    with Sandbox() as sandbox:
        there = {"url": sandbox.url, "key": sandbox.api_key}
        assert run("verify", *who, **there) == 1
        line_up = ["line-up", *who, "--channel", "CallIn", "--source", "Phone"]
        assert run(*line_up, **there) == 0
        sandbox.notify(3042, PHONE)
        assert run("verify", *who, **there) == 0
        assert run("verify", *who, url=sandbox.url, key="wrong") == 3
    assert run("verify", *who, **there) == 4
    assert run("verify", **there) == 2


def test_certificates_and_numbering_plans_come_along() -> None:
    """What is data, and not code, is in the file too."""
    code = "import certifi, os; assert os.path.getsize(certifi.where()) > 100_000\n"
    code += "from virtualq.phones import normalise\n"
    code += "assert normalise('0171 1111 22 33', 'DE') == '+49171' + '11112233'\n"
    code = f"import sys; sys.path.insert(0, {FILE!r})\n{code}"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)

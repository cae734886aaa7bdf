"""Puts README and examples into what is built; all else stands in setup.cfg."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.py[cod]", "*.sqlite3", "collected")


class BuildWithExamples(build_py):
    """Builds with a copy of `examples`; a checkout has them as they are."""

    def run(self) -> None:
        """Build."""
        super().run()
        if not self.editable_mode:
            to = Path(self.build_lib, "virtualq", "_examples")
            shutil.copytree("examples", to, ignore=LEFT_OUT, dirs_exist_ok=True)


def readme() -> str:
    """Return README.md as a package index can show it: without pictures and links of a checkout."""
    text = Path("README.md").read_text(encoding="utf-8")
    text = re.sub(r"<picture>.*?</picture>\n+", "", text, flags=re.DOTALL)
    return re.sub(r"\[([^\]\n]*)\]\((?!\w+:)[^)\n]*\)", r"\1", text)


setup(long_description=readme(), cmdclass={"build_py": BuildWithExamples})

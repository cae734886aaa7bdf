"""Puts the examples into what is built, for `virtualq examples`; all else stands in setup.cfg."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.py[cod]", "*.sqlite3", "collected")


class BuildWithExamples(build_py):
    """Builds with a copy of `examples`; an editable install finds them where they are."""

    def run(self) -> None:
        """Build."""
        super().run()
        if not self.editable_mode:
            to = Path(self.build_lib, "virtualq", "_examples")
            shutil.copytree("examples", to, ignore=LEFT_OUT, dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithExamples})

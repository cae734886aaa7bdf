"""How Sphinx makes the site of what gather.py has gathered; `make docs` runs both."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, List

import django
from django.conf import settings
from sphinx.application import Sphinx
from sphinx.util import logging

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from reference import MARKS  # noqa: E402  # found through the path above

from virtualq import __version__  # noqa: E402  # as above

# Its texts are translated when they are shown, which takes settings.
settings.configure(USE_TZ=True)
django.setup()

_log = logging.getLogger(__name__)

project = "virtualq"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"virtualq {__version__}"
html_show_copyright = html_show_sphinx = html_copy_source = False
copybutton_exclude = ".linenos, .gp, .go"
default_role = "code"  # docstrings write `name` as Markdown does
autodoc_default_options = {
    "members": True,
    "undoc-members": True,
    "member-order": "bysource",
    "exclude-members": "dispatch",  # what a decorator of Django leaves in a view
}
autodoc_typehints_format = "short"
# Shown as text in full, a console shows prompts and answers that no lexer knows.
suppress_warnings = ["misc.highlighting_failure"]


def _prepare(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: List[str]) -> None:
    """Take the marks of evidence out, which have a table of their own, and miss no docstring."""
    text = MARKS.sub("", "\n".join(lines))
    # What is indented in a docstring is code or a drawing.
    lines[:] = re.sub(r"(?m)^(\S.*[^:\n]|\S.*[^:]:)\n\n(?= {4})", r"\1\n\n::\n\n", text).split("\n")
    if what in ("module", "class", "function", "method", "property") and not any(lines):
        _log.warning("%s has no docstring", name)


def setup(app: Sphinx) -> None:
    """Tell Sphinx what is to be done with each docstring."""
    app.connect("autodoc-process-docstring", _prepare)

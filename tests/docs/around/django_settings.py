"""Around the settings of docs/django.md: Django has nothing to say of them, and our log is seen."""

from __future__ import annotations

import io
import logging
import os
import runpy
import sys

import django
from django.conf import settings
from django.core.checks import run_checks

names = runpy.run_path(sys.argv[1], init_globals={"os": os})
lists = {
    name: [one for one in names[name] if one is not ...]
    for name in ("INSTALLED_APPS", "MIDDLEWARE")
}
settings.configure(VIRTUALQ=names["VIRTUALQ"], LOGGING=names["LOGGING"], **lists)
django.setup()
assert run_checks() == []
(shown,) = (
    each
    for each in logging.getLogger("virtualq").handlers
    if isinstance(each, logging.StreamHandler)
)
shown.setStream(io.StringIO())
logging.getLogger("virtualq.django").warning("webhook refused")
assert "webhook refused" in shown.stream.getvalue()

"""Around the settings of docs/django.md: Django is set up with them, and has nothing to say."""

from __future__ import annotations

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
settings.configure(VIRTUALQ=names["VIRTUALQ"], **lists)
django.setup()
assert run_checks() == []

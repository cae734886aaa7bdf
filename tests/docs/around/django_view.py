"""Around the view of docs/django.md: a site with its template; then somebody looks."""

from __future__ import annotations

import os
import runpy
import sys

import django
from django.conf import settings
from django.shortcuts import render
from django.test import RequestFactory

templates = {
    "place.html": "{% for caller in waiting %}{{ caller.channel }}{% empty %}nobody{% endfor %}"
}
settings.configure(
    SECRET_KEY="of a test",
    INSTALLED_APPS=["virtualq.integrations.django"],
    VIRTUALQ={
        "API_KEY": os.environ["VIRTUALQ_API_KEY"],
        "BASE_URL": os.environ["VIRTUALQ_BASE_URL"],
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", templates)]},
        }
    ],
)
django.setup()
place = runpy.run_path(sys.argv[1], init_globals={"render": render})["place"]
assert place(RequestFactory().get("/")).content == b"nobody"

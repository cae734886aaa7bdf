"""Around the test of docs/django.md: a site with the view it asks; then the test is run."""

from __future__ import annotations

import runpy
import sys
import unittest
from types import ModuleType

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import SimpleTestCase
from django.test.utils import setup_test_environment
from django.urls import path

from virtualq.integrations.django import sessions


def callback(request: HttpRequest) -> HttpResponse:
    """Line up who asks for it."""
    phone = request.POST["phone"]
    sessions["default"].line_up_caller(3042, phone, channel="CallBack", source="Web")
    return HttpResponse("soon")


urls = ModuleType("urls")
urls.__dict__["urlpatterns"] = [path("callback", callback)]
settings.configure(
    SECRET_KEY="of a test",
    INSTALLED_APPS=["virtualq.integrations.django"],
    MIDDLEWARE=["virtualq.integrations.django.ErrorMiddleware"],
    ROOT_URLCONF=urls,
    USE_TZ=True,
)
django.setup()
setup_test_environment()
theirs = runpy.run_path(sys.argv[1], init_globals={"TestCase": SimpleTestCase})["Callback"]
outcome = unittest.TextTestRunner(stream=sys.stdout).run(theirs("test_outage"))
assert outcome.wasSuccessful()

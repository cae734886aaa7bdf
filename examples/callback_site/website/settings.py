"""Settings of the site, what differs between machines from the environment; before urls.

VIRTUALQ_API_KEY and VIRTUALQ_BASE_URL are the account, VIRTUALQ_WEBHOOK_KEYS the public keys of its
webhooks (separated by blanks). SITE_DEBUG=1 is for your own machine; without it SITE_SECRET_KEY and
SITE_HOSTS (separated by commas) must be set.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, List

from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = os.environ.get("SITE_DEBUG") == "1"

# Django itself refuses to start with an empty one.
SECRET_KEY = os.environ.get("SITE_SECRET_KEY", get_random_secret_key() if DEBUG else "")
ALLOWED_HOSTS: List[str] = [host for host in os.environ.get("SITE_HOSTS", "").split(",") if host]

VIRTUALQ: Dict[str, Any] = {
    "API_KEY": os.environ.get("VIRTUALQ_API_KEY"),
    "BASE_URL": os.environ.get("VIRTUALQ_BASE_URL"),
    # How long a visitor waits for a page at most when the service does not answer, in seconds.
    "DEADLINE": 2.0,
    "WEBHOOK_KEYS": os.environ.get("VIRTUALQ_WEBHOOK_KEYS", "").split(),
}
CALL_CENTER_ID = int(os.environ.get("SITE_CALL_CENTER_ID", "24"))
"""The call center whose lines are offered and whose callers the staff see."""
STALE = 30.0
"""For how long the last that is known is shown while the service is down, in seconds."""
COUNTRY = "DE"
"""Where people are who write their number without a country."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "virtualq.integrations.django",
    "callback",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "virtualq.integrations.django.ErrorMiddleware",
]
TEMPLATES: List[Dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "website.urls"

# Staff and sessions. A visitor's number is in the session, so it stays on this side.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SITE_DATABASE", BASE_DIR / "site.sqlite3"),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# With several processes, one that they share: all visitors are then answered by one look-up.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Why a webhook was refused, and which setting is wrong, is told in the log of virtualq alone.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"virtualq": {"handlers": ["console"], "level": "WARNING"}},
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "staff"
LOGOUT_REDIRECT_URL = "ask"

if not DEBUG:
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

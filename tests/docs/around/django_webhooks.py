"""Around the addresses of docs/django.md: a site with them; then a webhook comes, and a probe."""

from __future__ import annotations

import os
import runpy
import sys
from types import ModuleType

import django
from django.conf import settings
from django.test import Client

from virtualq.testing.webhooks import WebhookSigner

signer = WebhookSigner()
urls = ModuleType("urls")
settings.configure(
    ALLOWED_HOSTS=["testserver"],
    SECRET_KEY="of a test",
    INSTALLED_APPS=["virtualq.integrations.django"],
    ROOT_URLCONF=urls,
    VIRTUALQ={
        "API_KEY": os.environ["VIRTUALQ_API_KEY"],
        "BASE_URL": os.environ["VIRTUALQ_BASE_URL"],
        "WEBHOOK_KEYS": [signer.public_key],
    },
)
django.setup()
told = []
names = runpy.run_path(sys.argv[1], init_globals={"remember": told.append})
urls.__dict__["urlpatterns"] = names["urlpatterns"]
client = Client()
assert client.get("/health").status_code == 200
body = b'{"a": 1}'
for signature, status in ((signer.sign(body), 200), ("", 401)):
    answer = client.post(
        "/virtualq-webhook",
        body,
        content_type="application/json",
        HTTP_X_BODY_SIGNATURE=signature,
    )
    assert answer.status_code == status
assert told == [{"a": 1}]

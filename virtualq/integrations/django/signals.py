"""The signal of a webhook; sent by views, received by the site."""

from __future__ import annotations

from django.dispatch import Signal

webhook_received = Signal()
"""Sent once for each webhook, with `event` (a WebhookEvent) and `account` (its alias)."""

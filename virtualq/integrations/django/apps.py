"""The Django app: registers the system checks; Django loads it from INSTALLED_APPS."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class VirtualQConfig(AppConfig):
    """virtualQ in a Django site."""

    name = "virtualq.integrations.django"
    label = "virtualq"
    verbose_name = "virtualQ"

    def ready(self) -> None:
        """Register the checks."""
        from virtualq.integrations.django.checks import check_deployed, check_settings

        checks.register(check_settings, "virtualq")
        checks.register(check_deployed, "virtualq", deploy=True)

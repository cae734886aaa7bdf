"""The addresses of the site; after settings, before callback."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.urls import include, path

from callback import staff, views
from virtualq.integrations.django import HealthView, WebhookView

urlpatterns = [
    path("", views.ask, name="ask"),
    path("place", views.place, name="place"),
    path("cancel", views.cancel, name="cancel"),
    path("staff/", staff.board, name="staff"),
    path("login", auth.LoginView.as_view(template_name="callback/login.html"), name="login"),
    path("logout", auth.LogoutView.as_view(), name="logout"),
    path("health", HealthView.as_view(), name="health"),
    path("virtualq-webhook", WebhookView.as_view(), name="webhook"),
    path("language/", include("django.conf.urls.i18n")),
]

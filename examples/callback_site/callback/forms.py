"""What is asked of a visitor, and what staff filter by; used by views and staff."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from virtualq import Channel, VirtualQCallerState
from virtualq.integrations.django import LineField, PhoneField


class AskForm(forms.Form):
    """A line and a number to call."""

    line_id = LineField(
        label=_("What is it about?"),
        call_center_id=settings.CALL_CENTER_ID,
        widget=forms.RadioSelect,
    )
    phone = PhoneField(
        label=_("Your phone number"),
        country=settings.COUNTRY,
        help_text=_("With its area code; from abroad with the country's, such as +1."),
    )


_ALL = ("", _("all"))


class FilterForm(forms.Form):
    """Which callers staff look at; an empty field is all."""

    line_id = LineField(
        label=_("Line"),
        call_center_id=settings.CALL_CENTER_ID,
        required=False,
        empty_label=_("all"),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            _ALL,
            (VirtualQCallerState.WAITING.value, _("waiting")),
            (VirtualQCallerState.NOTIFIED.value, _("their turn")),
            (VirtualQCallerState.CONNECTED.value, _("connected")),
        ],
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        choices=[
            _ALL,
            (Channel.CALL_BACK.value, _("callback")),
            (Channel.CALL_IN.value, _("calls in")),
        ],
    )

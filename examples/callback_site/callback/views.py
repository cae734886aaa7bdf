"""A visitor's pages: ask for a callback, see the place, cancel; after website.urls."""

from __future__ import annotations

from typing import Any, Dict, Optional

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from callback.forms import AskForm
from callback.waiting import Asked, place_of, vq
from virtualq import Channel, NotFoundError, Source, VirtualQError
from virtualq.integrations.django import say


def asked_by(request: HttpRequest) -> Optional[Asked]:
    """Return what this visitor has asked for, None for nothing."""
    kept = request.session.get("asked")
    return Asked(*kept) if kept else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form; what cannot be stands beside the field, and nothing typed is lost."""
    if request.method != "POST":
        return render(request, "callback/ask.html", {"form": AskForm(), "asked": asked_by(request)})
    form = AskForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            asked = _line_up(form.cleaned_data["line_id"], form.cleaned_data["phone"])
        except VirtualQError as error:
            said = say(error)
            form.add_error(said.field if said.field in form.fields else None, str(said.text))
            status = said.status
        else:
            if asked:
                request.session["asked"] = asked
                return redirect("place")
            form.add_error("phone", _("This number is in the line already: we will call it."))
            status = 409
    return render(request, "callback/ask.html", {"form": form}, status=status)


def _line_up(line_id: int, phone: str) -> Optional[Asked]:
    """Line a visitor up; None when the number waits already, perhaps for somebody else."""
    if vq.get_caller(line_id, phone):
        return None
    try:
        lined_up = vq.line_up_caller(
            line_id,
            phone,
            channel=Channel.CALL_BACK,
            source=Source.WIDGET,
            language=get_language(),
        )
    except VirtualQError as error:
        if not error.maybe_applied:
            raise
        # They may be in the line. Their page finds out as soon as the service answers again.
        return Asked(line_id, phone, None)
    return Asked(line_id, phone, lined_up.value.id if lined_up.value else None)


@never_cache
def place(request: HttpRequest) -> HttpResponse:
    """The place in the line; a script asks for the changing part alone."""
    asked = asked_by(request)
    if asked is None:
        return redirect("ask")
    shown: Dict[str, Any] = {}
    status = 200
    try:
        shown["place"] = found = place_of(asked)
        request.session["asked"] = asked._replace(caller_id=found.caller_id)
    except VirtualQError as error:
        shown["said"] = said = say(error)
        status = said.status
    return render(request, _template(request, "place"), shown, status=status)


def _template(request: HttpRequest, name: str) -> str:
    return f"callback/{'part_' if 'X-Part' in request.headers else ''}{name}.html"


@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Leave the line. An error is answered by the middleware, and nothing is forgotten."""
    asked = asked_by(request)
    if asked is None:
        return redirect("ask")
    caller_id = asked.caller_id
    if caller_id is None:
        found = vq.get_caller(asked.line_id, asked.phone)
        caller_id = found.value.id if found.value else None
    try:
        if caller_id is not None:
            vq.cancel_caller(caller_id)
    except NotFoundError:
        pass  # out of the line already, which is what was asked for
    del request.session["asked"]
    messages.success(request, _("You are out of the line. We will not call you."))
    return redirect("ask")

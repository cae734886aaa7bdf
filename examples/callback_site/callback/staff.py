"""What staff see: who waits, for how long, in which state; after website.urls."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from django.contrib.auth.decorators import user_passes_test
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from callback.forms import FilterForm
from callback.waiting import State, chart, everyone, seconds_waited
from virtualq import CallerResult, VirtualQError
from virtualq.integrations.django import say

MOST_ROWS = 200


class Row(NamedTuple):
    """A caller as a row of the table; times in whole minutes, `left` None for who does not wait."""

    caller: CallerResult
    waited: int
    left: Optional[int]


def _is_staff(user: object) -> bool:
    return getattr(user, "is_staff", False)


@never_cache
@user_passes_test(_is_staff)
def board(request: HttpRequest) -> HttpResponse:
    """Show who waits. A script asks for the changing part alone."""
    form = FilterForm(request.GET)
    shown: Dict[str, Any] = {"form": form, "query": request.GET.urlencode()}
    status = 200
    try:
        callers = everyone()
    except VirtualQError as error:
        shown["said"] = said = say(error)
        status = said.status
    else:
        shown.update(_figures(_chosen(callers, form)))
    part = "part_" if "X-Part" in request.headers else ""
    return render(request, f"callback/{part}staff.html", shown, status=status)


def _chosen(callers: Sequence[CallerResult], form: FilterForm) -> List[CallerResult]:
    """Return those whom the filters leave; a filter that is wrong is none."""
    form.is_valid()
    wanted = form.cleaned_data
    return [
        caller
        for caller in callers
        if wanted.get("line_id") in (None, caller.line_id)
        and wanted.get("state") in (None, "", caller.virtualq_caller_state)
        and wanted.get("channel") in (None, "", caller.channel)
    ]


def _figures(callers: List[CallerResult]) -> Dict[str, Any]:
    waiting = [each for each in callers if each.virtualq_caller_state == State.WAITING]
    called = sum(each.virtualq_caller_state == State.NOTIFIED for each in callers)
    rows = [
        Row(each, seconds_waited(each) // 60, (each.ewt or 0) // 60 if each in waiting else None)
        for each in callers[:MOST_ROWS]
    ]
    return {
        "waiting": len(waiting),
        "called": called,
        "longest": max(map(seconds_waited, waiting), default=0) // 60,
        "bars": chart(waiting),
        "rows": rows,
        "more": max(0, len(callers) - MOST_ROWS),
    }

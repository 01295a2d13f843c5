"""The commission's pages: declare conflicts, read, score; the chair sees who has finished.

Whatever is not assigned to the person is not there (404), for every address alike.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from documents import downloads, uploads
from language.bilingual import ordered_by_name
from municipalities.models import Municipality

from .. import deadlines, panel, permissions, scorecard, scoring
from ..forms import desk as desks
from ..forms.scoring import NEXT, SUBMIT, Answer, ConflictsForm, ReasonForm, send
from ..models import ApplicationFile, Contest, Seat, Sheet
from ..refusals import Closed, Invalid, Stale

PAGE_SIZE = 100


@never_cache
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """What is the member's to score, what is left first."""
    now = timezone.now()
    seat = _seat(request, now)
    if seat.conflicts_declared_at is None:
        return redirect(_with_contest("contest:conflicts", request))
    page = Paginator(desks.queue(seat, now), PAGE_SIZE).get_page(request.GET.get("page"))
    left = desks.following(seat, "", now)[1] if seat.is_voting else 0
    context = {
        "seat": seat,
        "contest": seat.contest,
        "seats": panel.seats_of(request.user, now),
        "page": page,
        "rows": [desks.queue_row(application) for application in page],
        "total": page.paginator.count,
        "done": page.paginator.count - left,
        "left": left,
        "takes_scores": deadlines.takes_scores(seat.contest, now),
        "is_over": deadlines.is_scoring_over(seat.contest, now),
        "time_left": deadlines.time_left(seat.contest.scoring_closes_at, now),
        "chairs": seat.role == Seat.Role.CHAIR,
    }
    return render(request, "contest/commission/queue.html", context)


@never_cache
def conflicts(request: SignedInRequest) -> HttpResponse:
    """Declare conflicts of interest, before any code is shown; later, add to them.

    What is declared stays, so the municipalities are named once more before it is.
    """
    now = timezone.now()
    seat = _seat(request, now)
    declared = list(seat.conflicts.select_related("municipality__district"))
    is_first = seat.conflicts_declared_at is None
    listed = _to_declare(seat, {conflict.municipality_id for conflict in declared})
    form = ConflictsForm(listed, _data(request), is_first=is_first)
    context = {"form": form, "seat": seat, "declared": declared, "is_first": is_first}
    status, asked = 200, request.POST.get("do", "")
    if request.method == "POST" and asked != "change":
        if form.is_valid() and form.chosen and asked != "confirm":
            return render(request, "contest/commission/conflicts_confirm.html", context)
        status = _attempt(form, lambda data: _declare(seat, data, request, now))
        if status == 302:
            messages.success(request, _("Your declaration is recorded."))
            return redirect(_with_contest("contest:commission", request))
    return render(request, "contest/commission/conflicts.html", context, status=status)


def _to_declare(seat: Seat, known: set[int]) -> list[Municipality]:
    """Return the municipalities that the member has not declared yet, by district and name."""
    order = (f"district__{ordered_by_name()}", ordered_by_name(), "pk")
    everyone = panel.municipalities_to_declare(seat.contest).order_by(*order)
    return [municipality for municipality in everyone if municipality.pk not in known]


def _declare(seat: Seat, data: dict[str, Any], request: SignedInRequest, now: datetime) -> None:
    chosen: list[Municipality] = list(data["municipalities"])
    reasons = {municipality.pk: data["reason"] for municipality in chosen}
    panel.declare_conflicts(seat, chosen, by=request.user, now=now, reasons=reasons)


@never_cache
def sheet(request: SignedInRequest, code: str) -> HttpResponse:
    """The scoring page: the application beside the criteria."""
    now = timezone.now()
    data = _data(request)
    desk = desks.find(request.user, code, now, data)
    if desk is None:
        raise Http404
    answer = Answer(200)
    if data is not None:
        action = data.get("action", "")
        answer = send(
            desk.form, desk.application, desk.seat, action=action, by=request.user, now=now
        )
        desk.message = answer.message
        if answer.status == 302:
            return _after(request, desk, action, now)
    context = _desk_context(request, desks.fill(desk, now), now)
    return render(request, "contest/commission/sheet.html", context, status=answer.status)


def _after(request: SignedInRequest, desk: desks.Desk, action: str, now: datetime) -> HttpResponse:
    """Say what was done and go on: to the next application, or stay."""
    code = desk.application.code or ""
    if action == SUBMIT:
        messages.success(request, _("The sheet for %(code)s is submitted.") % {"code": code})
    else:
        messages.success(request, _("The draft for %(code)s is saved.") % {"code": code})
    if action not in (NEXT, SUBMIT):
        return redirect("contest:sheet", code)
    following, _left = desks.following(desk.seat, code, now)
    return redirect("contest:sheet", following) if following else redirect("contest:commission")


def _desk_context(request: SignedInRequest, desk: desks.Desk, now: datetime) -> dict[str, Any]:
    return {
        "desk": desk,
        "form": desk.form,
        "why_closed": desk.why_closed(now),
        "others": _others(request, desk, now),
        "back_url": reverse("contest:commission"),
        "back_label": _("All applications"),
        "page_has_errors": bool(desk.message),
    }


def _others(
    request: SignedInRequest, desk: desks.Desk, now: datetime
) -> list[tuple[Sheet, Any, Any]]:
    """Return the colleagues' sheets with their lines and points, once they may be seen."""
    if not deadlines.is_discussion_open(desk.contest, now):
        return []
    sheets = scorecard.visible_sheets(request.user, desk.application, now)
    rows = sheets.exclude(seat=desk.seat).select_related("seat__user").prefetch_related("scores")
    return [
        (row, desks.sheet_lines(desk.criteria, row), scoring.points(row.weighted_levels or 0))
        for row in rows
    ]


@never_cache
def abstain(request: SignedInRequest, code: str) -> HttpResponse:
    """Abstain from a whole sheet, with a reason."""
    now = timezone.now()
    desk = desks.find(request.user, code, now)
    if desk is None:
        raise Http404
    help_text = _("A conflict of interest is declared on a page of its own, not here.")
    form = ReasonForm(_data(request), help_text=help_text)
    status = 200
    if request.method == "POST":
        write = partial(scorecard.abstain, desk.application, desk.seat, by=request.user, now=now)
        status = _attempt(form, lambda data: write(reason=data["reason"]))
        if status == 302:
            messages.success(request, _("You abstained from scoring %(code)s.") % {"code": code})
            return redirect("contest:commission")
    context = {"form": form, "desk": desk, "back_url": reverse("contest:sheet", args=[code])}
    return render(request, "contest/commission/abstain.html", context, status=status)


@never_cache
@require_safe
def sheet_file(request: SignedInRequest, code: str, key: UUID) -> FileResponse:
    """A file of an application: in a blind contest its redacted copy, else it is withheld (404)."""
    applications = panel.assigned_to_person(request.user, timezone.now()).filter(code=code)
    file = get_object_or_404(
        ApplicationFile.objects.select_related("application__contest"),
        application__in=applications,
        key=key,
    )
    is_blind = file.application.contest.is_blind
    if is_blind and not file.redacted:
        raise Http404
    content_type = file.redacted_content_type if is_blind else file.content_type
    ending = {value: kind.value for kind, value in uploads.CONTENT_TYPES.items()}.get(content_type)
    name = f"{code} {file.get_kind_display()}.{ending or 'bin'}"
    stored = file.redacted if is_blind else file.file
    return downloads.serve(stored, name=name, content_type=content_type)


@never_cache
@require_safe
def progress(request: SignedInRequest) -> HttpResponse:
    """Who has finished what: done and not done, never a score. For the chair and project staff."""
    now = timezone.now()
    contest = _contest_to_watch(request, now)
    rows = panel.progress(contest, by=request.user, now=now)
    longest = range(max((len(row.applications) for row in rows), default=0))
    page = Paginator(longest, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = slice(max(page.start_index() - 1, 0), page.end_index())
    context = {
        "contest": contest,
        "page": page,
        "rows": [(row, row.marks[shown]) for row in rows],
        "may_reopen": permissions.chairs(request.user, contest, now)
        and deadlines.takes_scores(contest, now),
    }
    return render(request, "contest/commission/progress.html", context)


@never_cache
def reopen(request: SignedInRequest, code: str, seat: int) -> HttpResponse:
    """The chair reopens a member's sheet, with a reason. What is in it is not shown."""
    now = timezone.now()
    applications = panel.assigned_to_person(request.user, now).filter(code=code)
    sheet = get_object_or_404(
        Sheet.objects.select_related("seat__user", "application__contest"),
        application__in=applications,
        seat_id=seat,
        state__in=Sheet.DONE,
    )
    contest = sheet.application.contest
    if not permissions.chairs(request.user, contest, now):
        raise Http404
    form = ReasonForm(_data(request), help_text=_("It stays in the history of the sheet."))
    status = 200
    if request.method == "POST":
        write = partial(scorecard.reopen, sheet, by=request.user, now=now)
        status = _attempt(form, lambda data: write(reason=data["reason"]))
        if status == 302:
            names = {"code": code, "member": sheet.seat.user}
            messages.success(
                request, _("The sheet for %(code)s is open again: %(member)s.") % names
            )
            return redirect(_with_contest("contest:progress", request))
    context = {"form": form, "sheet": sheet, "back_url": reverse("contest:progress")}
    return render(request, "contest/commission/reopen.html", context, status=status)


# --- inside


def _data(request: SignedInRequest) -> QueryDict | None:
    """Return what was sent, None where the page was only asked for; sent and empty is sent."""
    return request.POST if request.method == "POST" else None


def _attempt(form: Form, act: Callable[[dict[str, Any]], object]) -> int:
    """Return 302 when the door did it; 409 or 422 with its sentence among the form's errors."""
    if not form.is_valid():
        return 422
    try:
        act(form.cleaned_data)
    except (Closed, Invalid, Stale) as refusal:
        form.add_error(None, str(refusal.message))
        return refusal.status_code
    return 302


def _seat(request: SignedInRequest, now: datetime) -> Seat:
    """Return the seat by which the person works here; 404 without one."""
    seat = panel.seat_at(request.user, now, request.GET.get("contest", ""))
    if seat is None:
        raise Http404
    return seat


def _contest_to_watch(request: SignedInRequest, now: datetime) -> Contest:
    """Return the contest whose progress the person may watch; 404 for everybody else."""
    code = request.GET.get("contest", "")
    seat = panel.seat_at(request.user, now, code)
    if seat is not None and seat.role == Seat.Role.CHAIR:
        return seat.contest
    if seat is not None or not permissions.may_read_staff_pages(request.user):
        raise Http404
    found = Contest.objects.filter(code=code).first() if code else Contest.objects.current(now)
    if found is None:
        raise Http404
    return found


def _with_contest(name: str, request: SignedInRequest) -> str:
    """Return the address with the contest that this page was asked for."""
    code = request.GET.get("contest", "")
    return reverse(name) + (f"?{urlencode({'contest': code})}" if code else "")

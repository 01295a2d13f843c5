"""Pages of the project's staff: the board, an application, its moves, codes, who has scored."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from contest import completeness, deadlines, hints, notices, panel, permissions, reading, workflow
from contest.forms.admission import FORMS, BoardFilter, RedactedCopyForm
from contest.models import Application, ApplicationEvent, ApplicationFile, Contest
from contest.refusals import Invalid, NotAllowed, Refusal
from language.templatetags.words import moment

from . import board
from .choosing import choose, require_staff


@require_safe
def staff(request: SignedInRequest) -> HttpResponse:
    """The board: how many, what to do next, and the list of applications."""
    require_staff(request.user)
    now = timezone.now()
    contests = list(Contest.objects.all())
    contest = choose(contests, request.GET.get("contest", ""), now)
    if contest is None:
        return render(request, "contest/staff/no_contest.html")
    counted = board.counts(contest)
    form = BoardFilter(request.GET or None, contests=contests, districts=counted.districts)
    filters = form.chosen()
    page = board.page_of(board.listed(contest, filters), request.GET.get("page"))
    context = {
        "contest": contest,
        "todos": board.todos(contest, counted, now),
        "tiles": board.tiles(contest, counted.by_state),
        "form": form,
        "active": bool(filters.keys() - {"contest"}),
        "is_ranked": deadlines.is_scoring_over(contest, now),
        "page": page,
        "rows": [_row(application) for application in page],
    }
    return render(request, "contest/staff/board.html", context)


def _row(application: Application) -> dict[str, Any]:
    is_draft = application.state == Application.State.DRAFT
    return {
        "application": application,
        "tone": board.TONES[Application.State(application.state)],
        "progress": board.progress_of(application) if is_draft else None,
    }


@require_safe
def application(request: SignedInRequest, pk: int) -> HttpResponse:
    """One application with its whole text, files, history, and what can be done with it."""
    now = timezone.now()
    found = _found(request, pk)
    may_read = permissions.may_read_text(request.user, found, now)
    context = {
        "application": found,
        "tone": board.TONES[Application.State(found.state)],
        "parts": reading.parts(found) if may_read else [],
        "progress": board.progress_of(found),
        "hints": hints.hints(found) if found.state == Application.State.SUBMITTED else [],
        "actions": [
            action for action in workflow.allowed(found, request.user, now) if action in FORMS
        ],
        "events": [
            (Application.State(event.to_state).label, event, _until(event))
            for event in found.events.all()
        ],
        "files": [
            (file, RedactedCopyForm(auto_id=f"id_{file.key.hex}_%s")) for file in found.files.all()
        ],
        "may_redact": _may_redact(request, found),
    }
    return render(request, "contest/staff/application.html", context)


def _until(event: ApplicationEvent) -> str:
    """Return until when a returned application may be corrected, "" for other events."""
    until = event.details.get("correction_until")
    return moment(datetime.fromisoformat(until), "zone") if until else ""


def move(request: SignedInRequest, pk: int, action: str) -> HttpResponse:
    """Admit, return or decline: a form with the note, then the door."""
    if action not in FORMS:
        raise Http404
    found = _found(request, pk)
    if not permissions.runs_contest(request.user):
        raise NotAllowed(_("Applications are admitted, returned and declined by project staff."))
    form = FORMS[action](request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = _perform(request, found, action, form)
        if status == 302:
            return redirect("contest:staff-application", pk=pk)
    notes = _to_know_before(found, workflow.Action(action))
    context = {
        "application": found,
        "action": workflow.Action(action),
        "form": form,
        "notes": notes,
    }
    return render(request, "contest/staff/move.html", context, status=status)


def _to_know_before(found: Application, action: workflow.Action) -> list[str]:
    """Return what staff should know before a move; it is no bar."""
    if action == workflow.Action.RETURN:
        opens = moment(found.contest.scoring_opens_at, "zone")
        return [_("Scoring opens on %s. What is admitted later, members score later.") % opens]
    bare = sum(not file.redacted for file in found.files.all())
    if action != workflow.Action.ADMIT or not found.contest.is_blind or not bare:
        return []
    text = ngettext(
        "%(count)s file has no redacted copy: the commission will not be able to open it.",
        "%(count)s files have no redacted copy: the commission will not be able to open them.",
        bare,
    )
    return [text % {"count": bare}]


def _perform(request: SignedInRequest, found: Application, action: str, form: Any) -> int:
    """Call the door; what it refuses stands above the typed text. Return the status."""
    if not form.is_valid():
        return 422
    note = form.cleaned_data["note"]
    try:
        workflow.perform(
            found, action, by=request.user, now=timezone.now(), note=note, **form.details()
        )
    except Refusal as refusal:
        for problem in refusal.problems if isinstance(refusal, Invalid) else [refusal.message]:
            form.add_error(None, problem)
        return refusal.status_code
    found.refresh_from_db(fields=["state"])
    messages.success(request, _done(found))
    return 302


def _done(found: Application) -> str:
    """Say what the application is now, and whether anybody gets a letter about it."""
    done = _("%(municipality)s: the application is “%(state)s” now.") % {
        "municipality": found.municipality,
        "state": found.get_state_display(),
    }
    submitter = found.submitted_by
    addresses = [to for to, _in in notices.recipients(found, submitter)] if submitter else []
    if not addresses:
        return f"{done} " + _("No e-mail is known: tell the municipality yourself.")
    return f"{done} " + _("A letter to %s waits to be sent.") % ", ".join(addresses)


@require_POST
def redact(request: SignedInRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """Put a copy for the commission beside a file."""
    found = _found(request, pk)
    file = get_object_or_404(ApplicationFile, application=found, key=key)
    form = RedactedCopyForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Invalid(_("Choose the file with the redacted copy."))
    panel.redact_file(file, form.cleaned_data["file"], by=request.user, now=timezone.now())
    messages.success(request, _("The commission now opens the redacted copy."))
    return redirect("contest:staff-application", pk=pk)


@require_POST
def code(request: SignedInRequest, contest: str) -> HttpResponse:
    """Give codes to the admitted applications that have none."""
    require_staff(request.user)
    found = get_object_or_404(Contest, code=contest)
    number = panel.code_applications(found, by=request.user, now=timezone.now())
    text = ngettext("%(count)s code was given.", "%(count)s codes were given.", number)
    messages.success(request, text % {"count": number})
    return redirect(reverse("contest:staff") + f"?contest={found.code}")


def _found(request: SignedInRequest, pk: int) -> Application:
    """Return the application with everything its page shows. Raises 404."""
    require_staff(request.user)
    events = ApplicationEvent.objects.select_related("by")
    rows = (
        Application.objects.visible_to(request.user, timezone.now())
        .select_related("contest", "municipality__district__oblast", "submitted_by")
        .prefetch_related(*completeness.PARTS, Prefetch("events", events))
    )
    return get_object_or_404(rows, pk=pk)


def _may_redact(request: SignedInRequest, found: Application) -> bool:
    return found.contest.is_blind and permissions.runs_contest(request.user)

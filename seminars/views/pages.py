"""Seminars, their lists, and who was there: pages of project staff; what others see of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest

from .. import attendance, listing
from ..forms import (
    Choices,
    EntryForm,
    EntryRows,
    ParticipantForm,
    SeminarFilter,
    SeminarForm,
    read_ticks,
)
from ..models import Registration, Seminar
from ..permissions import keeps_seminars, own_people, reads_figures, speaks_for_a_municipality
from ..refusals import Invalid, Refusal
from .access import for_keepers

SEMINARS_A_PAGE = 25
LINES_A_PAGE = 50
"""With ten days this stays under the thousand fields that a form may send."""

UNPROCESSABLE = 422


@require_GET
def seminars(request: SignedInRequest) -> HttpResponse:
    """Show all seminars to staff, figures to observers, their own people to a municipality."""
    user: Any = request.user
    if not (keeps_seminars(user) or reads_figures(user)):
        if speaks_for_a_municipality(user, timezone.now()):
            return _own(request)
        raise PermissionDenied
    form = SeminarFilter(request.GET)
    found = (
        listing.filtered(form.cleaned_data, with_people=keeps_seminars(user))
        if form.is_valid()
        else Seminar.objects.none()
    )
    page = Paginator(found, SEMINARS_A_PAGE).get_page(request.GET.get("page"))
    figures = listing.figures_of(page)
    context = {
        "form": form,
        "page": page,
        "rows": [(one, figures.get(one.pk, listing.Figures())) for one in page],
        "together": listing.figures_together(found),
        "keeps": keeps_seminars(user),
    }
    status = 200 if form.is_valid() else UNPROCESSABLE
    return render(request, "seminars/list.html", context, status=status)


def _own(request: SignedInRequest) -> HttpResponse:
    lines = listing.shown_to_municipality(own_people(request.user, timezone.now()))  # type: ignore[arg-type]
    page = Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "seminars/own.html", {"page": page})


@for_keepers
def new(request: SignedInRequest) -> HttpResponse:
    """Create a seminar."""
    form = SeminarForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        made = attendance.create_seminar(by=request.user, now=timezone.now(), **form.values())
        messages.success(request, _("The seminar is created. Enter its people."))
        return redirect("seminars:seminar", made.pk)
    context = {"form": form, "back_url": reverse("seminars:list")}
    return render(request, "seminars/change.html", context, status=_status(form))


@for_keepers
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change where, when and of what kind a seminar is."""
    known = get_object_or_404(Seminar.objects.select_related("district"), pk=pk)
    form = SeminarForm(_posted(request), instance=known)
    status, refused = _status(form), None
    if request.method == "POST" and form.is_valid():
        try:
            attendance.change_seminar(
                known,
                form.values(),
                by=request.user,
                now=timezone.now(),
                seen=form.cleaned_data["seen"],
            )
            return redirect("seminars:seminar", pk)
        except Refusal as refusal:
            refused, status = refusal, refusal.status_code
            form = _typed_again(form, SeminarForm(instance=Seminar.objects.get(pk=pk)))
    context = {
        "form": form,
        "errors": _sentences(refused),
        "seminar": known,
        "back_url": reverse("seminars:seminar", args=[pk]),
    }
    return render(request, "seminars/change.html", context, status=status)


@for_keepers
@require_GET
def seminar(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one seminar: the row to enter people, and the list with its days."""
    return _seminar_page(
        request, get_object_or_404(Seminar.objects.select_related("district"), pk=pk)
    )


@for_keepers
def enter(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter one person and come back to an empty row that keeps municipality and days."""
    if request.method != "POST":  # the language was switched, or the page loaded again
        return redirect("seminars:seminar", pk)
    chosen = get_object_or_404(Seminar.objects.select_related("district"), pk=pk)
    form = EntryForm(
        request.POST, seminar=chosen, choices=Choices(chosen), today=timezone.localdate()
    )
    if not form.is_valid():
        return _seminar_page(request, chosen, form=form, status=UNPROCESSABLE)
    days = form.cleaned_data["days"]
    try:
        line = attendance.enrol(chosen, form.person(), days, by=request.user, now=timezone.now())
    except Refusal as refusal:
        return _seminar_page(request, chosen, form=form, refused=refusal)
    messages.success(request, _("Entered: %(line)s") % {"line": line})
    kept = {
        "entered": line.pk,
        "municipality": line.participant.municipality_id,
        "days": [day.isoformat() for day in days],
        "consent": "on" if form.cleaned_data["consent"] else "",
    }
    return redirect(f"{reverse('seminars:seminar', args=[pk])}?{urlencode(kept, doseq=True)}")


@for_keepers
def rows(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter several people at once: all of them, or none where one row is wrong."""
    chosen = get_object_or_404(Seminar.objects.select_related("district"), pk=pk)
    given = {"seminar": chosen, "choices": Choices(chosen), "today": timezone.localdate()}
    formset = EntryRows(_posted(request), form_kwargs=given, prefix="rows")
    refused = None
    if request.method == "POST" and formset.is_valid():
        try:
            lines = formset.lines()  # type: ignore[attr-defined]
            attendance.enrol_all(chosen, lines, by=request.user, now=timezone.now())
            text = ngettext("%(count)s person entered.", "%(count)s people entered.", len(lines))
            messages.success(request, text % {"count": len(lines)})
            return redirect("seminars:seminar", pk)
        except Refusal as refusal:
            refused = refusal
    context = {
        "formset": formset,
        "errors": _sentences(refused),
        "seminar": chosen,
        "back_url": reverse("seminars:seminar", args=[pk]),
    }
    status = refused.status_code if refused else _status(formset)
    return render(request, "seminars/rows.html", context, status=status)


@for_keepers
def tick(request: SignedInRequest, pk: int) -> HttpResponse:
    """Save the boxes of the page that was shown; boxes that others ticked since stay."""
    if request.method != "POST":
        return redirect("seminars:seminar", pk)
    chosen = get_object_or_404(Seminar.objects.select_related("district"), pk=pk)
    ticks = None
    try:
        ticks, shown = read_ticks(request.POST)
        changed = attendance.tick(chosen, ticks, shown=shown, by=request.user, now=timezone.now())
    except Refusal as refusal:
        return _seminar_page(request, chosen, kept=ticks, refused=refusal)
    text = ngettext("Saved: %(count)s box changed.", "Saved: %(count)s boxes changed.", changed)
    messages.success(request, text % {"count": changed})
    page = request.POST.get("page", "")
    query = f"?page={page}" if page.isdecimal() else ""
    return redirect(f"{reverse('seminars:seminar', args=[pk])}{query}")


@for_keepers
def line(request: SignedInRequest, pk: int, line_pk: int) -> HttpResponse:
    """Correct what is kept of a person."""
    found = _line(pk, line_pk)
    given: Any = {
        "seminar": found.seminar,
        "choices": Choices(found.seminar, keep=found.participant.municipality_id),
    }
    form = ParticipantForm(_posted(request), participant=found.participant, **given)
    status, refused = _status(form), None
    if request.method == "POST" and form.is_valid():
        try:
            attendance.change_participant(
                found.participant,
                form.person(),
                by=request.user,
                now=timezone.now(),
                seen=form.cleaned_data["seen"],
            )
            return redirect("seminars:seminar", pk)
        except Refusal as refusal:
            refused, status = refusal, refusal.status_code
            found.participant.refresh_from_db()
            form = _typed_again(form, ParticipantForm(participant=found.participant, **given))
    back = reverse("seminars:seminar", args=[pk])
    context = {"form": form, "errors": _sentences(refused), "line": found, "back_url": back}
    return render(request, "seminars/line.html", context, status=status)


@for_keepers
def remove(request: SignedInRequest, pk: int, line_pk: int) -> HttpResponse:
    """Ask, then take a line out of the list."""
    found = _line(pk, line_pk)
    if request.method == "POST":
        attendance.remove(found, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("Removed from the list: %(line)s") % {"line": found})
        return redirect("seminars:seminar", pk)
    back = reverse("seminars:line", args=[pk, line_pk])
    return render(request, "seminars/remove.html", {"line": found, "back_url": back})


# --- inside


def _seminar_page(
    request: SignedInRequest,
    chosen: Seminar,
    *,
    form: EntryForm | None = None,
    kept: set[attendance.Tick] | None = None,
    refused: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the seminar. ``form`` and ``kept`` are what was typed, ``refused`` is why it stays."""
    page = Paginator(listing.lines_of(chosen), LINES_A_PAGE).get_page(
        request.POST.get("page") or request.GET.get("page")
    )
    context = {
        "seminar": chosen,
        "form": form or _empty_row(request, chosen),
        "errors": _sentences(refused),
        "page": page,
        "rows": listing.tick_rows(chosen, page, kept),
        "figures": listing.figures_of([chosen]).get(chosen.pk, listing.Figures()),
        "back_url": reverse("seminars:list"),
    }
    return render(
        request,
        "seminars/seminar.html",
        context,
        status=refused.status_code if refused else status,
    )


def _empty_row(request: SignedInRequest, chosen: Seminar) -> EntryForm:
    """Return the row for the next person; after one was entered it takes the focus.

    (A browser ignores ``autofocus`` where the address has a fragment, so there is none.)
    """
    today = timezone.localdate()
    form = EntryForm(
        seminar=chosen,
        choices=Choices(chosen),
        today=today,
        initial={
            "municipality": request.GET.get("municipality"),
            "days": request.GET.getlist("days") or [today.isoformat()],
            "consent": request.GET.get("consent") == "on",
        },
    )
    if "entered" in request.GET:
        form.fields["full_name"].widget.attrs["autofocus"] = True
    return form


def _line(pk: int, line_pk: int) -> Registration:
    lines = Registration.objects.select_related(
        "seminar__district", "participant__municipality", "participant__position"
    )
    return get_object_or_404(lines, pk=line_pk, seminar=pk)


def _posted(request: SignedInRequest) -> Any:
    """Return what was sent, None on a page that was only opened."""
    return request.POST if request.method == "POST" else None


def _status(form: Any) -> int:
    return UNPROCESSABLE if form.is_bound and not form.is_valid() else 200


def _sentences(refused: Refusal | None) -> list[Any]:
    if refused is None:
        return []
    return refused.problems if isinstance(refused, Invalid) else [refused.message]


def _typed_again(typed: Any, fresh: Any) -> Any:
    """Return the form with what was typed and the mark of what stands now: saving again works."""
    data = typed.data.copy()
    data["seen"] = fresh.initial["seen"]
    typed.data = data
    return typed

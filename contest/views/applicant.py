"""The municipality's own application: task list, sections, check, receipt."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from contest import completeness, deadlines, drafting, permissions, reading, workflow
from contest.completeness import SectionState
from contest.forms.application import SectionForm
from contest.forms.files import FilesForm
from contest.forms.rows import RowSet
from contest.models import Application, ApplicationFile, Contest, Section
from contest.models.application import on_day
from contest.notices import moment as to_the_second
from contest.refusals import Closed, Invalid, NotAllowed, Stale
from documents.downloads import serve
from language.templatetags.words import moment
from municipalities.models import municipalities_of

from . import applicant_pages as pages

COMPETING = (
    Application.State.SUBMITTED,
    Application.State.ADMITTED,
    Application.State.AWARDED,
    Application.State.NOT_AWARDED,
)
"""States in which the receipt proves that the application takes part."""


@require_GET
def application(request: SignedInRequest) -> HttpResponse:
    """The application of the person's municipality to the current contest, or the way to one."""
    now = timezone.now()
    units = list(_units(request, now).select_related("district"))
    if not units:
        raise Http404
    contest = Contest.objects.current(now)
    all_ = Application.objects.filter(municipality__in=units).select_related(
        "contest", "municipality"
    )
    current = {each.municipality_id: each for each in all_ if each.contest == contest}
    if len(units) == 1 and current:
        return tasks(request, next(iter(current.values())).pk)
    eligible = permissions.eligible(contest) if contest else set()
    page = {
        "contest": contest,
        "cards": [pages.card(unit, current.get(unit.pk), unit.pk in eligible) for unit in units],
        "is_open": contest is not None and deadlines.takes_drafts(contest, now),
        "phase": contest and deadlines.phase(contest, now),
        "opens": contest and moment(contest.opens_at),
        "closes": contest and moment(contest.closes_at, "zone"),
        "sections": [section.label for section in Section],
        "earlier": [pages.earlier(each) for each in all_ if each.contest != contest],
    }
    return render(request, "contest/applicant/begin.html", page)


@require_POST
def begin(request: SignedInRequest) -> HttpResponse:
    """Begin the application of one of the person's municipalities to the current contest."""
    now = timezone.now()
    contest = Contest.objects.current(now)
    wanted = request.POST.get("municipality", "")
    unit = next((one for one in _units(request, now) if str(one.pk) == wanted), None)
    if contest is None or unit is None:
        raise Http404
    made = drafting.begin(contest, unit, by=request.user, now=now)
    return redirect("contest:tasks", made.pk)


@require_GET
def tasks(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sections with the state of each, the days left, and what comes next."""
    now = timezone.now()
    own = _own(request, pk, now)
    states = completeness.states(own)
    page = pages.about(request, own, now) | {
        "tasks": [pages.task(own, section, state) for section, state in states.items()],
        "done": sum(state == SectionState.COMPLETE for state in states.values()),
        "total": len(states),
        "server_time": moment(now),
    }
    return render(request, "contest/applicant/tasks.html", page)


@require_http_methods(["GET", "POST"])
def section(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """One section as a form; what is typed is kept on every refusal."""
    now = timezone.now()
    own = _own(request, pk, now)
    part = _section(own, name)
    if request.method == "GET" and not pages.is_writable(own, now):
        return redirect("contest:check", own.pk)
    if part == Section.FILES:
        return _files(request, own, now)
    table = reading.TABLE_NAMES.get(part)
    if request.method == "GET":
        form = SectionForm(own, part)
        return pages.form_page(request, own, part, form, RowSet(own, table) if table else None)
    form = SectionForm(own, part, request.POST)
    rows = RowSet(own, table, request.POST) if table else None
    asked, _colon, key = request.POST.get("do", "save").partition(":")
    if rows and asked in ("add", "remove"):
        rows.add() if asked == "add" else rows.remove(key)
        form.is_valid()
        form._errors = {}  # type: ignore[attr-defined]  # nothing was sent to be saved: no reproach yet
        return pages.form_page(request, own, part, form, rows)
    return _save(request, own, part, form, rows, now)


def _save(
    request: SignedInRequest,
    own: Application,
    part: Section,
    form: SectionForm,
    rows: RowSet | None,
    now: datetime,
) -> HttpResponse:
    """Save what was typed, or show it again with what stands in the way."""
    valid = [form.is_valid(), rows is None or rows.is_valid()]
    if not all(valid):
        return pages.form_page(request, own, part, form, rows, status=422)
    tables = {rows.name: rows.rows} if rows else {}
    try:
        saved = drafting.save_section(
            own,
            form.changes,
            tables,
            by=request.user,
            now=now,
            based_on=pages.mark(request),
            resolved=pages.resolved(request),
        )
    except drafting.Overtaken as overtaken:
        pages.show_theirs(form, rows, overtaken.theirs)
        return pages.form_page(request, own, part, form, rows, status=409, shown=overtaken.theirs)
    except Invalid as refused:
        problems = refused.problems
        return pages.form_page(request, own, part, form, rows, status=422, problems=problems)
    except (Closed, Stale) as refused:
        late = [refused.message]
        return pages.form_page(request, own, part, form, rows, status=409, problems=late, late=True)
    return _saved(request, saved, part, now)


def _saved(
    request: SignedInRequest, saved: Application, part: Section, now: datetime
) -> HttpResponse:
    """Say that it is saved and what does not agree yet; go on or stay, as the button said."""
    messages.success(request, _("Saved, %s.") % timezone.localtime(now).strftime("%H:%M"))
    if request.POST.get("do") != "continue":
        return redirect("contest:section", saved.pk, part)
    if remarks := pages.remarks(_read(saved.pk), part):
        messages.warning(request, remarks, extra_tags="block")
    names = completeness.sections(saved)
    following = names[names.index(part) + 1 :]
    if not following:
        return redirect("contest:check", saved.pk)
    return redirect("contest:section", saved.pk, following[0])


def _files(request: SignedInRequest, own: Application, now: datetime) -> HttpResponse:
    """The section of files: what is good is kept where something else is refused."""
    if request.method == "GET":
        return pages.files_page(request, own, FilesForm(own))
    asked, _colon, key = request.POST.get("do", "save").partition(":")
    sent = FilesForm(own, request.POST, request.FILES)
    sent.is_valid()
    before = {file.kind: file for file in own.files.all() if ApplicationFile.MOST[file.kind] == 1}
    try:
        uploads = list(sent.uploads())
        gone = _uuid(key) if asked == "remove" else None
        done = drafting.add_files(own, uploads, by=request.user, now=now, remove=gone)
        for (kind, upload), (file, refused) in zip(uploads, done, strict=True):
            if refused:
                sent.add_error(f"file:{kind}", f"{str(upload.name)[:80]}: {refused.message}")
            elif file and kind in before and before[kind] != file:
                names = {"new": file.name, "old": before[kind].name}
                messages.info(request, _("“%(new)s” has replaced “%(old)s”.") % names)
    except (Closed, Stale) as refused:
        return pages.files_page(
            request, own, sent, status=409, problems=[refused.message], late=True
        )
    if sent.errors:
        fresh = FilesForm(_read(own.pk), request.POST)
        fresh._errors = sent.errors  # type: ignore[attr-defined]
        return pages.files_page(request, own, fresh, status=422)
    return _saved(request, own, Section.FILES, now)


@require_http_methods(["GET", "POST"])
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything by section with what is missing; POST submits the application."""
    now = timezone.now()
    own = _own(request, pk, now)
    if request.method == "GET":
        return pages.check_page(request, own, now)
    try:
        workflow.perform(own, workflow.Action.SUBMIT, by=request.user, now=now)
    except Invalid:
        return pages.check_page(request, own, now, status=422)
    except (Closed, Stale) as refused:
        return pages.check_page(request, own, now, status=409, problems=[refused.message])
    return redirect("contest:receipt", own.pk)


@require_GET
def receipt(request: SignedInRequest, pk: int) -> HttpResponse:
    """The receipt of a submitted application, to be printed."""
    now = timezone.now()
    own = _own(request, pk, now)
    if own.submitted_at is None:
        raise Http404
    page = pages.about(request, own, now) | {
        "submitted": to_the_second(own.submitted_at),
        "competes": own.state in COMPETING,
        "is_decided": own.state in (Application.State.AWARDED, Application.State.NOT_AWARDED),
    }
    return render(request, "contest/applicant/receipt.html", page)


@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask once more, then withdraw the application."""
    now = timezone.now()
    own = _own(request, pk, now)
    if request.method == "POST":
        workflow.perform(own, workflow.Action.WITHDRAW, by=request.user, now=now)
        messages.success(request, _("The application is withdrawn."))
        return redirect("contest:tasks", own.pk)
    if workflow.Action.WITHDRAW not in workflow.allowed(own, request.user, now):
        raise NotAllowed(_("The application cannot be withdrawn now, or not by you."))
    return render(request, "contest/applicant/withdraw.html", pages.about(request, own, now))


@require_POST
def revive(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a withdrawn application up again."""
    now = timezone.now()
    own = _own(request, pk, now)
    workflow.perform(own, workflow.Action.REVIVE, by=request.user, now=now)
    messages.success(request, _("The application is a draft again."))
    return redirect("contest:tasks", own.pk)


@require_GET
def file(request: SignedInRequest, key: uuid.UUID) -> HttpResponseBase:
    """A file of an application, for whoever may read it under the municipality's name."""
    now = timezone.now()
    visible = Application.objects.visible_to(request.user, now)
    found = get_object_or_404(
        ApplicationFile.objects.select_related("application"), key=key, application__in=visible
    )
    if not permissions.may_read_text(request.user, found.application, now):
        raise NotAllowed(_("A draft is read by its own municipality only."))
    return serve(found.file, name=found.name, content_type=found.content_type)


def _units(request: SignedInRequest, now: datetime) -> Any:
    return municipalities_of(request.user, on_day(now)).distinct()


def _own(request: SignedInRequest, pk: int, now: datetime) -> Application:
    """Return the application: 404 where it is not visible, 403 where it is not theirs."""
    visible = Application.objects.visible_to(request.user, now)
    own = get_object_or_404(visible.select_related("contest", "municipality__district"), pk=pk)
    if not permissions.is_of_municipality(request.user, own, now):
        raise NotAllowed(_("Only the municipality's own people write its application."))
    prefetch_related_objects([own], *completeness.PARTS)
    return own


def _read(pk: int) -> Application:
    """Return the application as it stands now, with everything in it."""
    fresh = Application.objects.select_related("contest", "municipality").get(pk=pk)
    prefetch_related_objects([fresh], *completeness.PARTS)
    return fresh


def _section(own: Application, name: str) -> Section:
    for part in completeness.sections(own):
        if part.value == name:
            return part
    raise Http404


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error

"""What the pages of the applicant show: each function makes one page, or a part of its context."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.requests import SignedInRequest
from contest import completeness, deadlines, drafting, reading, workflow
from contest.completeness import Missing, SectionState
from contest.forms.application import SectionForm
from contest.forms.files import FilesForm
from contest.forms.rows import RowSet
from contest.models import Application, Section
from contest.refusals import Text
from language.templatetags.words import moment, som
from municipalities.models import Municipality

TONES = {
    SectionState.NOT_STARTED: "neutral",
    SectionState.IN_PROGRESS: "info",
    SectionState.COMPLETE: "success",
}
STATE_TONES = {
    "draft": "neutral",
    "submitted": "info",
    "returned": "warning",
    "admitted": "progress",
    "declined": "danger",
    "withdrawn": "neutral",
    "awarded": "success",
    "not_awarded": "neutral",
}


_MEANINGS: Mapping[str, tuple[str, Text]] = {
    "draft": (
        "warning",
        _(
            "Applications have closed and this one was not submitted. "
            "What you wrote is kept; you can read it."
        ),
    ),
    "returned": (
        "warning",
        _(
            "The time for the correction is over. "
            "The organisers decide what becomes of the application."
        ),
    ),
    "submitted": (
        "success",
        _("The application has been received. The organisers check it now."),
    ),
    "admitted": (
        "success",
        _(
            "The application has been admitted. The commission scores it; "
            "the results will be announced on the portal."
        ),
    ),
    "withdrawn": (
        "info",
        _("The application is withdrawn. While applications are open it can be taken up again."),
    ),
}
"""Tone and words of each state; for a draft and a returned one, once the time is over."""


def mark(request: SignedInRequest) -> int:
    """Return which revisions the form had read; 0, all of them unread, where it does not say."""
    return _number(request.POST.get("read", ""))


def resolved(request: SignedInRequest) -> dict[str, int]:
    """Return the fields of which the form has shown a colleague's text, each with its mark."""
    pairs = (text.rpartition("=") for text in request.POST.getlist("resolved"))
    return {field: _number(mark) for field, _sign, mark in pairs}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def is_writable(own: Application, now: datetime) -> bool:
    return own.state in drafting.WRITABLE and deadlines.takes_writing(own, now)


def _address(own: Application, part: Section, field: str = "") -> str:
    """Return the address of a section, at the field."""
    address = reverse("contest:section", args=[own.pk, part.value])
    return f"{address}#id_{field}" if field else address


def card(unit: Municipality, own: Application | None, is_eligible: bool) -> dict[str, Any]:
    return {
        "unit": unit,
        "url": own and reverse("contest:tasks", args=[own.pk]),
        "state": own and workflow.public_label(own),
        "tone": own and STATE_TONES[own.state],
        "is_eligible": is_eligible,
    }


def earlier(own: Application) -> dict[str, Any]:
    return {
        "label": f"{own.contest} – {own.municipality}",
        "url": reverse("contest:tasks", args=[own.pk]),
        "status": workflow.public_label(own),
        "tone": STATE_TONES[own.state],
    }


def task(own: Application, part: Section, state: SectionState) -> dict[str, Any]:
    return {
        "label": part.label,
        "url": _address(own, part),
        "status": state.label,
        "tone": TONES[state],
    }


def about(request: SignedInRequest, own: Application, now: datetime) -> dict[str, Any]:
    """Return what every page of an application says about it."""
    ends = deadlines.announced_end(own)
    left = deadlines.time_left(ends, now)
    event = own.events.filter(to_state=own.state).last() if own.number else None
    note, is_open = event.note if event else "", is_writable(own, now)
    return {
        "application": own,
        "state": workflow.public_label(own),
        "state_tone": STATE_TONES[own.state],
        "is_writable": is_open,
        "actions": workflow.allowed(own, request.user, now),
        "days": left.days if left else -1,
        "ends": moment(ends, "zone"),
        "next": _next(own, is_open, moment(ends, "zone"), note)
        or _grace(own, left is None and is_open),
    }


def _next(own: Application, is_open: bool, ends: str, note: str) -> dict[str, Any] | None:
    """Return the notice that says what the state means for the municipality."""
    if own.state == Application.State.RETURNED and is_open:
        correct = _("Correct these points and submit again before %s") % ends
        return {"title": correct, "text": note, "tone": "warning"}
    if own.state == Application.State.DECLINED:
        title = _("The application was not admitted. The reason:")
        return {"title": title, "text": note, "tone": "danger"}
    if own.state == Application.State.DRAFT and is_open:
        return None
    if own.state not in _MEANINGS:
        return None
    tone, meaning = _MEANINGS[own.state]
    return {"text": meaning, "tone": tone}


def _grace(own: Application, is_grace: bool) -> dict[str, Any] | None:
    if not is_grace:
        return None
    until = moment(deadlines.writing_ends_at(own), "zone")
    text = _("Applications have closed. What is open can still be submitted before %s.") % until
    return {"text": text, "tone": "danger"}


def form_page(
    request: SignedInRequest,
    own: Application,
    part: Section,
    form: SectionForm,
    rows: RowSet | None,
    *,
    status: int = 200,
    problems: Sequence[Text] = (),
    late: bool = False,
    shown: Iterable[str] = (),
) -> HttpResponse:
    """Show the form. ``shown``: fields whose newer text the page tells the person now."""
    latest = drafting.read_mark(own)
    page = _steps(own, part) | {
        "application": own,
        "form": form,
        "rows": rows,
        "errors": [*problems, form, *(rows.forms if rows else ()), *_of_table(rows)],
        "read": mark(request) if request.method == "POST" else latest,
        "resolved": resolved(request) | dict.fromkeys(shown, latest),
        "warnings": _warnings(own, part) if request.method == "GET" else [],
        "totals": rows and _totals(rows),
        "late": late,
    }
    return render(request, "contest/applicant/section.html", page, status=status)


def files_page(
    request: SignedInRequest,
    own: Application,
    form: FilesForm,
    *,
    status: int = 200,
    problems: Sequence[Text] = (),
    late: bool = False,
) -> HttpResponse:
    page = _steps(own, Section.FILES) | {
        "application": own,
        "form": form,
        "errors": [*problems, form],
        "late": late,
    }
    return render(request, "contest/applicant/files.html", page, status=status)


def check_page(
    request: SignedInRequest,
    own: Application,
    now: datetime,
    *,
    status: int = 200,
    problems: Sequence[Text] = (),
) -> HttpResponse:
    facts = about(request, own, now)
    missing = completeness.missing(own) if facts["is_writable"] else []
    page = facts | {
        "parts": [_part(own, part, facts["is_writable"]) for part in reading.parts(own)],
        "missing": [_lack(own, item) for item in missing],
        "errors": problems,
        "refused": status == 422,
        "page_has_errors": status != 200,
        "may_submit": workflow.Action.SUBMIT in facts["actions"],
    }
    return render(request, "contest/applicant/check.html", page, status=status)


def _part(own: Application, part: reading.Part, is_writable: bool) -> dict[str, Any]:
    section = part.section
    return {
        "part": part,
        "url": _address(own, section) if is_writable else "",
        "lines": [
            {
                "term": line.term,
                "value": line.value,
                "url": _address(own, section, line.field) if is_writable else "",
            }
            for line in part.lines
        ],
    }


def _lack(own: Application, item: Missing) -> dict[str, Any]:
    return {"url": _address(own, item.section, item.field), "text": item.message}


def _steps(own: Application, part: Section) -> dict[str, Any]:
    """Return where the section stands among the others."""
    names = completeness.sections(own)
    return {
        "section": part,
        "number": names.index(part) + 1,
        "total": len(names),
        "is_last": part == names[-1],
        "back_url": reverse("contest:tasks", args=[own.pk]),
        "back_label": _("All sections"),
    }


def _warnings(own: Application, part: Section) -> list[dict[str, Any]]:
    return [
        {"target": f"id_{item.field}", "text": item.message}
        for item in completeness.contradictions(own)
        if item.section == part
    ]


def remarks(own: Application, part: Section) -> str:
    """Return what does not agree in a section, for the page after it: its name and links back."""
    found = [item for item in completeness.contradictions(own) if item.section == part]
    if not found:
        return ""
    page = {"section": part, "items": [_lack(own, item) for item in found]}
    return render_to_string("contest/applicant/remarks.html", page)


def _totals(rows: RowSet) -> list[dict[str, Any]]:
    totals = rows.totals()
    if totals is None:
        return []
    labels = _("All measures together"), _("Of this from the local budget")
    return [
        {"term": label, "value": som(amount)} for label, amount in zip(labels, totals, strict=True)
    ]


def _of_table(rows: RowSet | None) -> list[dict[str, Any]]:
    return [{"text": rows.error, "target": f"id_{rows.name}"}] if rows and rows.error else []


def show_theirs(form: SectionForm, rows: RowSet | None, theirs: dict[str, str]) -> None:
    """Put what a colleague wrote beside what this person typed."""
    for field, text in theirs.items():
        sentence = (
            _("A colleague wrote here meanwhile: “%s”. Save again to put yours in its place.")
            % text
            if text
            else _("A colleague emptied this meanwhile. Save again to put yours in its place.")
        )
        if field in form.fields:
            form.add_error(field, sentence)
        for row in rows.forms if rows else ():
            prefix, _colon, column = field.rpartition(":")
            if row.prefix == prefix:
                row.add_error(column, sentence)

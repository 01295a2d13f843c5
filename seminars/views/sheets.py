"""Excel out and in: pages of project staff."""

from __future__ import annotations

from typing import IO, Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from documents import excel
from documents.downloads import serve

from .. import exports, importing, listing, pending
from ..forms import Choices, ExportForm, LineFilter, UploadForm
from ..models import Seminar
from ..refusals import Invalid, Refusal
from .access import for_keepers

UNPROCESSABLE = 422
CONFLICT = 409


@for_keepers
def export(request: SignedInRequest) -> HttpResponseBase:
    """Choose lines and columns, then take the file."""
    now = timezone.now()
    if request.method == "POST":
        form = ExportForm(request.POST)
        if form.is_valid():
            file = exports.attendance_file(
                listing.lines_filtered(form.cleaned_data),
                form.wanted(),
                filtered_by=form.filled(),
                by=request.user,  # type: ignore[arg-type]
                now=now,
            )
            return _download(file, exports.filename(now))
        return render(request, "seminars/export.html", {"form": form}, status=UNPROCESSABLE)
    chosen = LineFilter(request.GET)
    context = {
        "form": ExportForm(initial={"language": get_language(), **request.GET.dict()}),
        "count": listing.lines_filtered(chosen.cleaned_data).count() if chosen.is_valid() else 0,
    }
    return render(request, "seminars/export.html", context)


@for_keepers
@require_GET
def template(request: SignedInRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001
    """Give an empty sheet for this seminar."""
    seminar = _seminar(pk)
    choices = Choices(seminar)
    file = exports.template_file(
        seminar, list(choices.municipalities.values()), list(choices.positions.values())
    )
    return _download(file, f"seminar-{pk}.xlsx")


@for_keepers
def upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose a filled sheet, and see what would become of each row."""
    seminar = _seminar(pk)
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if not form.is_valid():
        status = UNPROCESSABLE if sent else 200
        return _import_page(request, seminar, form=form, status=status)
    content = form.cleaned_data["file"].read()
    try:
        found = importing.preview(_rows(content), seminar)
    except (Invalid, excel.UnreadableSheet) as refusal:
        form.add_error("file", [str(text) for text in _problems(refusal)])
        return _import_page(request, seminar, form=form, status=UNPROCESSABLE)
    return _preview_page(request, seminar, found, content)


@for_keepers
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write what was previewed; show a new preview where the list changed meanwhile."""
    if request.method != "POST":
        return redirect("seminars:import", pk)
    seminar = _seminar(pk)
    user: Any = request.user
    try:
        kept = pending.take(request.POST.get("token", ""), seminar, by=user)
        changed = importing.take(
            _rows(kept.content), seminar, digest=kept.digest, by=user, now=timezone.now()
        )
    except Refusal as refusal:
        errors = _problems(refusal)
        return _import_page(request, seminar, errors=errors, status=refusal.status_code)
    if changed is not None:
        return _preview_page(request, seminar, changed, kept.content, status=CONFLICT)
    messages.success(request, _written(request.POST.get("rows", "")))
    return redirect("seminars:seminar", pk)


# --- inside


def _seminar(pk: int) -> Seminar:
    return get_object_or_404(Seminar.objects.select_related("district"), pk=pk)


def _download(file: IO[bytes], name: str) -> HttpResponseBase:
    return serve(file, name=name, content_type=excel.CONTENT_TYPE)


def _rows(content: bytes) -> list[list[Any]]:
    return excel.read(content, max_rows=importing.MOST_ROWS, max_columns=importing.MOST_COLUMNS)


def _problems(refusal: Exception) -> list[Any]:
    return getattr(refusal, "problems", None) or [getattr(refusal, "message", refusal)]


def _written(rows: str) -> str:
    count = int(rows) if rows.isdecimal() and len(rows) < 6 else 0
    text = ngettext("%(count)s row is written.", "%(count)s rows are written.", count)
    return text % {"count": count}


def _import_page(
    request: SignedInRequest,
    seminar: Seminar,
    *,
    form: UploadForm | None = None,
    errors: list[Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "seminar": seminar,
        "form": form or UploadForm(),
        "errors": errors or [],
        "most_rows": importing.MOST_ROWS - 1,
        "back_url": reverse("seminars:seminar", args=[seminar.pk]),
    }
    return render(request, "seminars/import.html", context, status=status)


def _preview_page(
    request: SignedInRequest,
    seminar: Seminar,
    found: importing.Preview,
    content: bytes,
    *,
    status: int = 0,
) -> HttpResponse:
    """Show each row's fate; the sheet waits only where it can be confirmed."""
    user: Any = request.user
    counts = found.counts
    token = pending.keep(content, found.digest, seminar, by=user) if found.writes else ""
    context = {
        "seminar": seminar,
        "preview": found,
        "counts": counts,
        "writes": counts["new"] + counts["changed"],
        "token": token,
        "conflict": status == CONFLICT,
        "errors": importing.sentences(found),
        "back_url": reverse("seminars:import", args=[seminar.pk]),
    }
    status = status or (UNPROCESSABLE if counts["wrong"] else 200)
    return render(request, "seminars/preview.html", context, status=status)

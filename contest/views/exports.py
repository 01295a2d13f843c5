"""Files of the staff: each one that leaves is in the trail."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from audit import trail
from contest import deadlines, exports
from contest.models import Contest
from contest.refusals import NotAllowed
from documents.downloads import serve
from documents.excel import CONTENT_TYPE

from .choosing import require_staff

KINDS = ("applications", "sheets", "ranking")


@require_safe
def export(request: SignedInRequest, contest: str, kind: str) -> FileResponse:
    """Return the Excel file; sheets and ranking are refused until the scoring closes."""
    require_staff(request.user)
    found = get_object_or_404(Contest, code=contest)
    if kind not in KINDS:
        raise Http404
    now = timezone.now()
    if kind != "applications" and not deadlines.is_scoring_over(found, now):
        raise NotAllowed(_("The ranking opens when the scoring closes."))
    if kind == "applications":
        file = exports.applications_workbook(found)
    elif kind == "sheets":
        file = exports.sheets_workbook(found, now=now)
    else:
        file = exports.ranking_workbook(found, now=now)
    trail.record("contest.export", by=request.user, now=now, subject=found, after={"kind": kind})
    name = f"{kind}-{found.code}.xlsx"
    return serve(file, name=name, content_type=CONTENT_TYPE)

"""Reports that join apps."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts import roles
from accounts.requests import SignedInRequest
from contest.models import Application, Contest

from .coverage import DistrictLine, coverage

STATES = dict(Application.State.choices)


@require_safe
def coverage_page(request: SignedInRequest) -> HttpResponse:
    """Show how far the districts came; project staff also see each municipality."""
    sees_units = roles.runs_portal(request.user)
    if not sees_units and not roles.is_observer(request.user):
        raise PermissionDenied
    now = timezone.now()
    contest = Contest.objects.current(now)
    districts = coverage(contest, now)
    tables = [_by_district(districts)]
    if sees_units:
        tables += [_by_municipality(line) for line in districts]
    return render(request, "reports/coverage.html", {"contest": contest, "tables": tables})


def _by_district(districts: list[DistrictLine]) -> dict[str, Any]:
    """The table of sums, as the component ``table`` shows it."""
    columns = {
        "municipalities": _("Municipalities"),
        "with_training": _("Trained"),
        "trained": _("People trained"),
        "began": _("Began"),
        "submitted": pgettext("municipalities", "Submitted"),
        "admitted": _("Admitted"),
        "awarded": _("Awarded"),
    }
    headings: list[dict[str, Any]] = [{"label": _("District")}]
    headings += [{"label": label, "numeric": True} for label in columns.values()]
    rows = [
        [{"text": line.district.name}, *({"text": getattr(line, name)} for name in columns)]
        for line in districts
    ]
    return {"caption": _("By district"), "headings": headings, "rows": rows}


def _by_municipality(district: DistrictLine) -> dict[str, Any]:
    """The table of one district's municipalities."""
    headings = [
        {"label": _("Municipality")},
        {"label": _("People trained"), "numeric": True},
        {"label": _("Application")},
    ]
    none = pgettext("application", "none")
    rows = [
        [
            {"text": line.municipality.name},
            {"text": line.trained},
            {"text": STATES[line.state] if line.state else none},
        ]
        for line in district.lines
    ]
    return {"caption": district.district.name, "headings": headings, "rows": rows}

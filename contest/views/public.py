"""What everybody may read: the contest, its timetable and criteria, and the results."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contest import deadlines, permissions
from contest.models import Contest, Decision
from contest.standings import frozen_points, key_of

PHASES = {
    deadlines.Phase.ANNOUNCED: (_("Applications are not open yet"), "neutral"),
    deadlines.Phase.OPEN: (_("Applications are open"), "success"),
    deadlines.Phase.ADMISSION: (_("Applications are being checked"), "info"),
    deadlines.Phase.SCORING: (_("The commission scores"), "progress"),
    deadlines.Phase.DECIDING: (_("The commission decides"), "progress"),
}
"""The phase in words for everybody, and the colour that repeats it."""


@login_not_required
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """The page of the current contest."""
    now = timezone.now()
    contest = Contest.objects.current(now)
    if contest is None:
        return render(request, "contest/public/no_contest.html")
    phase = deadlines.phase(contest, now)
    decision = _announced().filter(contest=contest).first()
    label, tone = (_("Results are announced"), "success") if decision else PHASES[phase]
    left = deadlines.time_left(contest.closes_at, now)
    context = {
        "contest": contest,
        "label": label,
        "tone": tone,
        "is_open": phase == deadlines.Phase.OPEN,
        "days_left": left.days if left else -1,
        "criteria": contest.criteria.prefetch_related("descriptors"),
        "prizes": contest.prizes.all(),
        "decision": decision,
        "eligible": len(permissions.eligible(contest)),
    }
    return render(request, "contest/public/contest.html", context)


@login_not_required
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The contests whose results are announced, the latest first."""
    announced = _announced().order_by("-announced_at", "-pk")
    return render(request, "contest/public/results.html", {"announced": announced})


@login_not_required
@require_safe
def contest_results(request: HttpRequest, contest: str) -> HttpResponse:
    """The winners of one contest. Until they are announced it is as if they were not there."""
    decision = _announced().defer(None).filter(contest__code=contest).first()
    if decision is None:
        raise Http404
    points = frozen_points(decision)
    awards = decision.awards.select_related("prize", "application__municipality__district__oblast")
    rows = [(award, points.get(key_of(award.application), "")) for award in awards]
    context = {"contest": decision.contest, "decision": decision, "rows": rows}
    context["total"] = sum(award.value_som for award in awards)
    return render(request, "contest/public/contest_results.html", context)


def _announced() -> QuerySet[Decision]:
    """Return the announced decisions, without the frozen rankings: they can be megabytes."""
    announced = Decision.objects.filter(state=Decision.State.ANNOUNCED)
    return announced.select_related("contest").defer("ranking")

"""What waits for a person, for their home page: each role's next steps, the most urgent first."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import roles
from accounts.models import User
from contest import deadlines, panel, workflow
from contest.models import Application, Contest, Decision, Seat, Sheet
from contest.views.applicant_pages import STATE_TONES
from municipalities.models import municipalities_of

State = Application.State


@dataclass(frozen=True)
class Task:
    """One line of the home page, as the component ``task_list`` shows it."""

    label: str | Promise
    url: str
    status: str | Promise
    tone: str
    hint: str = ""


def tasks_of(user: User, now: datetime) -> list[Task]:
    """Return what waits for the person in all their roles."""
    contest = Contest.objects.current(now)
    tasks = [] if contest is None else _of_municipality(user, contest, now)
    tasks += _of_commission(user, now)
    if roles.runs_portal(user) and contest is not None:
        tasks += _of_staff(contest, now)
    if roles.is_observer(user):
        tasks.append(Task(_("Coverage"), reverse("reports:coverage"), _("report"), "neutral"))
    return tasks


def _of_municipality(user: User, contest: Contest, now: datetime) -> list[Task]:
    units = list(municipalities_of(user, timezone.localdate(now)))
    found = Application.objects.filter(contest=contest, municipality__in=units)
    by_unit = {one.municipality_id: one for one in found.select_related("contest")}
    return [
        _application_task(unit.name, contest, by_unit.get(unit.pk), now)
        for unit in units
        if unit.pk in by_unit or deadlines.takes_drafts(contest, now)
    ]


def _application_task(
    unit_name: str, contest: Contest, application: Application | None, now: datetime
) -> Task:
    label = _("Application: %(municipality)s") % {"municipality": unit_name}
    url = reverse("contest:application")
    if application is None:
        return Task(label, url, _("Not begun"), "neutral", _until(contest.closes_at, now))
    hint = ""
    if application.state in (State.DRAFT, State.RETURNED):
        hint = _until(deadlines.announced_end(application), now)
    return Task(
        label, url, workflow.public_label(application), STATE_TONES[application.state], hint
    )


def _until(deadline: datetime, now: datetime) -> str:
    """Return how long is left, in words, with the moment itself."""
    left = deadlines.time_left(deadline, now)
    if left is None:
        return _("The time is over.")
    moment = date_format(timezone.localtime(deadline), "DATETIME_FORMAT")
    if left.days == 0:
        return _("Until %(moment)s: less than a day left.") % {"moment": moment}
    return ngettext(
        "Until %(moment)s: %(days)s day left.", "Until %(moment)s: %(days)s days left.", left.days
    ) % {"moment": moment, "days": left.days}


def _of_commission(user: User, now: datetime) -> list[Task]:
    tasks = []
    for seat in panel.seats_of(user, now):
        if deadlines.takes_scores(seat.contest, now):
            tasks.append(_scoring_task(seat, now))
        if seat.role == Seat.Role.CHAIR and deadlines.is_scoring_over(seat.contest, now):
            tasks += _chair_task(seat.contest)
    return tasks


def _scoring_task(seat: Seat, now: datetime) -> Task:
    label = _("Scoring: %(contest)s") % {"contest": seat.contest.name}
    url = f"{reverse('contest:commission')}?contest={seat.contest.code}"
    hint = _until(seat.contest.scoring_closes_at, now)
    if seat.conflicts_declared_at is None:
        status = _("Declare conflicts of interest first")
        return Task(label, reverse("contest:conflicts"), status, "warning", hint)
    assigned = panel.assigned_to(seat, now)
    closed = (Sheet.State.SUBMITTED, Sheet.State.ABSTAINED)
    left = assigned.exclude(sheets__in=Sheet.objects.filter(seat=seat, state__in=closed)).count()
    if not left:
        return Task(label, url, _("All done"), "success", hint)
    status = ngettext("%(count)s to score", "%(count)s to score", left) % {"count": left}
    return Task(label, url, status, "progress", hint)


def _chair_task(contest: Contest) -> list[Task]:
    state = Decision.objects.filter(contest=contest).values_list("state", flat=True).first()
    label = _("Decision: %(contest)s") % {"contest": contest.name}
    url = f"{reverse('contest:chair')}?contest={contest.code}"
    if state == Decision.State.DRAFT:
        return [Task(label, url, _("Waits for you to confirm"), "warning")]
    if state == Decision.State.CONFIRMED:
        return [Task(label, url, _("Confirmed, not announced"), "warning")]
    return []


def _of_staff(contest: Contest, now: datetime) -> list[Task]:
    states = Counter(contest.applications.values_list("state", flat=True))
    board = reverse("contest:staff")
    tasks = []
    if waiting := states[State.SUBMITTED]:
        status = ngettext(
            "%(count)s waits for admission", "%(count)s wait for admission", waiting
        ) % {"count": waiting}
        tasks.append(Task(_("Check the submitted applications"), board, status, "warning"))
    status = ngettext("%(count)s draft", "%(count)s drafts", states[State.DRAFT]) % {
        "count": states[State.DRAFT]
    }
    hint = _until(contest.closes_at, now) if deadlines.takes_drafts(contest, now) else ""
    label = _("Applications: %(contest)s") % {"contest": contest.name}
    tasks.append(Task(label, board, status, "info", hint))
    tasks.append(
        Task(
            _("Who was trained and who applies"),
            reverse("reports:coverage"),
            _("report"),
            "neutral",
        )
    )
    return tasks

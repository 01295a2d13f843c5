"""When: the phases of a contest follow from its dates and ``now``. Nothing here asks a clock.

Intervals are half-open: opens ≤ now < closes. Instants are aware datetimes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .models import Application, Contest


class Phase(StrEnum):
    """Where a contest stands by its dates alone."""

    ANNOUNCED = "announced"
    OPEN = "open"
    ADMISSION = "admission"
    SCORING = "scoring"
    DECIDING = "deciding"


def phase(contest: Contest, now: datetime) -> Phase:
    """Return the phase of the contest at ``now``."""
    if now < contest.opens_at:
        return Phase.ANNOUNCED
    if now < contest.closes_at:
        return Phase.OPEN
    if now < contest.scoring_opens_at:
        return Phase.ADMISSION
    if now < contest.scoring_closes_at:
        return Phase.SCORING
    return Phase.DECIDING


def takes_drafts(contest: Contest, now: datetime) -> bool:
    """Return whether a new application may be begun."""
    return contest.opens_at <= now < contest.closes_at


def takes_writing(application: Application, now: datetime) -> bool:
    """Return whether the application may be written and submitted, by the clock alone.

    Until the closing, plus the published grace.
    """
    return now < writing_ends_at(application) and now >= application.contest.opens_at


def writing_ends_at(application: Application) -> datetime:
    """Return the instant from which the application is closed for its municipality.

    A returned application has a date of its own; any other ends with the contest's grace.
    """
    contest = application.contest
    announced = announced_end(application)
    return contest.grace_ends_at if announced == contest.closes_at else announced


def announced_end(application: Application) -> datetime:
    """Return the deadline that its people read: without the grace, no time to plan with."""
    if application.state == Application.State.RETURNED and application.correction_until:
        return application.correction_until
    return application.contest.closes_at


def takes_scores(contest: Contest, now: datetime) -> bool:
    """Return whether sheets may be written."""
    return contest.scoring_opens_at <= now < contest.scoring_closes_at


def is_scoring_over(contest: Contest, now: datetime) -> bool:
    """Return whether the window for scoring has closed; the ranking may be seen from then."""
    return now >= contest.scoring_closes_at


def is_discussion_open(contest: Contest, now: datetime) -> bool:
    """Return whether members who submitted their sheet may see the others'."""
    return contest.discussion_opens_at is not None and now >= contest.discussion_opens_at


def questions_are_frozen(contest: Contest, now: datetime) -> bool:
    """Return whether questions and target groups bind: from the opening of applications."""
    return now >= contest.opens_at


def criteria_are_frozen(contest: Contest, now: datetime) -> bool:
    """Return whether criteria, weights, quorum, threshold and ties bind: from scoring's opening."""
    return now >= contest.scoring_opens_at


@dataclass(frozen=True)
class TimeLeft:
    """What is left until a deadline, in whole days, then hours, then minutes."""

    deadline: datetime
    days: int
    hours: int
    minutes: int


def time_left(deadline: datetime, now: datetime) -> TimeLeft | None:
    """Return what is left until the deadline, None when it has passed."""
    left = deadline - now
    if left <= timedelta(0):
        return None
    minutes = left.seconds // 60
    return TimeLeft(deadline, left.days, minutes // 60, minutes % 60)

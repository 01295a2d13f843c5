"""How the invented commission scores: by the quality of the text, each member in their own way."""

from datetime import datetime, timedelta
from random import Random

from accounts.people import open_admin
from contest import panel, scorecard
from contest.models import Application, Contest, Seat

from . import texts
from .cast import COMMISSION, SINCE, Cast

SEVERITY = {"member1": -0.4, "member2": 0.2, "member3": 0.0, "member4": 0.5, "chair": -0.1}


def seat_commission(contest: Contest, cast: Cast) -> dict[str, Seat]:
    """Give the four members and the chair their seats."""
    seats = {}
    for word in COMMISSION:
        role = Seat.Role.CHAIR if word == "chair" else Seat.Role.MEMBER
        seats[word] = Seat.objects.create(contest=contest, user=cast[word], role=role, since=SINCE)
        open_admin(cast[word])
    return seats


def declare(seats: dict[str, Seat], conflicts: dict[str, list[Application]], now: datetime) -> None:
    """Let each member declare conflicts of interest: with the municipalities given, or none."""
    for word, seat in seats.items():
        with_whom = [application.municipality for application in conflicts.get(word, [])]
        panel.declare_conflicts(seat, with_whom, reasons={}, by=seat.user, now=now)


def score(
    application: Application, seat: Seat, quality: float, random: Random, now: datetime
) -> None:
    """Let a member submit a sheet: levels around the quality, comments where they are asked."""
    severity = SEVERITY[str(seat.user.email).split("@")[0]]
    levels, comments = judge(application.contest, quality, severity, random)
    scorecard.submit(
        application, seat, levels=levels, comments=comments, based_on=0, by=seat.user, now=now
    )


def begin_scoring(
    application: Application, seat: Seat, quality: float, random: Random, now: datetime
) -> None:
    """Let a member save a sheet that is not finished."""
    levels, comments = judge(application.contest, quality, 0.0, random)
    half = dict(list(levels.items())[:4])
    kept = {code: text for code, text in comments.items() if code in half}
    scorecard.record(
        application, seat, levels=half, comments=kept, based_on=0, by=seat.user, now=now
    )


def judge(
    contest: Contest, quality: float, severity: float, random: Random
) -> tuple[dict[str, int], dict[str, str]]:
    """Return levels and comments, as ``scorecard`` takes them."""
    levels, comments = {}, {}
    for criterion in contest.criteria.all():
        level = round(1 + 3.6 * quality + severity + random.gauss(0, 0.55))
        level = min(5, max(0, level))
        levels[criterion.code] = level
        if level in (0, 1, 5) or random.random() < 0.25:
            comments[criterion.code] = random.choice(texts.COMMENTS[level])
    return levels, comments


def hours_after(start: datetime, random: Random, days: int) -> datetime:
    """Return a moment within the days after ``start``."""
    return start + timedelta(minutes=random.randrange(60, days * 24 * 60))

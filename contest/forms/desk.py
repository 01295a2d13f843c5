"""What lies before a member who scores: the text, the criteria, their own sheet, what comes next.

The commission's page and the admin both show a desk, so both show the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    prefetch_related_objects,
)
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User

from .. import blind, deadlines, panel, scorecard, scoring
from ..models import Application, Contest, Criterion, Score, Seat, Sheet
from ..refusals import Text
from .scoring import SheetForm


@dataclass(frozen=True)
class QueueRow:
    """An application in a member's queue with the state of their own sheet."""

    application: Application
    sheet: Sheet | None
    state: Text
    tone: str
    points: Fraction | None

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do for the member."""
        return self.sheet is not None and self.sheet.state in Sheet.DONE


def queue(seat: Seat, now: datetime) -> QuerySet[Application]:
    """Return the applications of a seat, those still to do first; ``queue_row`` reads one."""
    own = Sheet.objects.filter(seat=seat)
    marked = Count("scores", filter=Q(scores__level__isnull=False))
    done = own.filter(application=OuterRef("pk"), state__in=Sheet.DONE)
    return (
        panel.assigned_to(seat, now)
        .annotate(is_done=Exists(done))
        .order_by("is_done", "code")
        .prefetch_related(Prefetch("sheets", own.annotate(marked=marked), to_attr="own_sheets"))
    )


def queue_row(application: Application) -> QueueRow:
    """Return the line of an application that ``queue`` gave."""
    sheet: Sheet | None = next(iter(application.own_sheets), None)  # type: ignore[attr-defined]
    if sheet is None:
        return QueueRow(application, None, pgettext_lazy("sheet", "Not begun"), "neutral", None)
    if sheet.state == Sheet.State.DRAFT:
        label = _("Draft, levels chosen: %(marked)s") % {"marked": sheet.marked}  # type: ignore[attr-defined]
        return QueueRow(application, sheet, label, "progress", None)
    if sheet.weighted_levels is None:
        return QueueRow(application, sheet, sheet.get_state_display(), "neutral", None)
    points = scoring.points(sheet.weighted_levels)
    return QueueRow(application, sheet, sheet.get_state_display(), "success", points)


@dataclass(frozen=True)
class SheetLine:
    """A criterion of a written sheet: the level, its descriptor, the points it brings."""

    criterion: Criterion
    score: Score | None
    descriptor: str
    points: Fraction | None


@dataclass(frozen=True)
class Difference:
    """What was typed for a criterion and not saved, beside what is saved."""

    label: Text
    typed_level: Any
    typed_comment: str
    saved_level: int | None
    saved_comment: str


@dataclass
class Desk:
    """One application before one member."""

    application: Application
    seat: Seat
    criteria: list[Criterion]
    sheet: Sheet | None
    form: SheetForm
    chapters: list[blind.Chapter] = field(default_factory=list)
    message: Text = ""
    following: str = ""
    left: int = 0

    @property
    def contest(self) -> Contest:
        """The contest of the application."""
        return self.application.contest

    @property
    def is_locked(self) -> bool:
        """Whether the member's sheet takes nothing more."""
        return scorecard.is_locked(self.sheet)

    @property
    def lines(self) -> list[SheetLine]:
        """The member's sheet as it is saved."""
        return sheet_lines(self.criteria, self.sheet)

    @property
    def total(self) -> Fraction:
        """The points of the levels saved so far."""
        return sum((line.points or Fraction(0) for line in self.lines), Fraction(0))

    @property
    def marked(self) -> int:
        """How many criteria have a saved level."""
        return sum(line.points is not None for line in self.lines)

    @property
    def differences(self) -> list[Difference]:
        """What was typed in a refused form and differs from what is saved."""
        saved = SheetForm(self.criteria, self.sheet).initial
        found = []
        for line in self.form.lines():
            code = line.criterion.code
            typed = (line.level.value() or "", (line.comment.value() or "").strip())
            level, comment = saved.get(f"level_{code}"), saved.get(f"comment_{code}", "")
            if typed != ("" if level is None else str(level), comment):
                found.append(Difference(str(line.criterion), *typed, level, comment))
        typed_comment = (self.form["comment"].value() or "").strip()
        saved_comment = saved.get("comment", "")
        if typed_comment != saved_comment:
            label = self.form["comment"].label
            found.append(Difference(label, "", typed_comment, None, saved_comment))
        return found

    def why_closed(self, now: datetime) -> Text:
        """Return why the member cannot write, "" when they can."""
        if not self.seat.is_voting:
            return _("You read the applications of this contest without scoring them.")
        if self.is_locked:
            return _("Your sheet is closed. The chair can reopen it with a reason.")
        if deadlines.is_scoring_over(self.contest, now):
            return _("Scoring is over: sheets can no longer be changed.")
        if not deadlines.takes_scores(self.contest, now):
            return _("Scoring has not opened yet. You can read the application already.")
        return ""


def find(
    user: User, code: str, now: datetime, data: Mapping[str, Any] | None = None
) -> Desk | None:
    """Return the desk of the application with this code, None where it is not the person's to see.

    ``fill`` adds what only a page needs.
    """
    application = (
        panel.assigned_to_person(user, now)
        .filter(code=code)
        .select_related("contest", "municipality__district")
        .prefetch_related("contest__criteria__descriptors")
        .order_by("-contest__opens_at")
        .first()
    )
    if application is None:
        return None
    seat = panel.seats_of(user, now).get(contest=application.contest_id)
    criteria = list(application.contest.criteria.all())
    sheet = None if data is not None else _own_sheet(application, seat)
    return Desk(application, seat, criteria, sheet, SheetForm(criteria, sheet, data))


def fill(desk: Desk, now: datetime) -> Desk:
    """Return the desk with the text, the saved sheet and what comes next."""
    prefetch_related_objects([desk.application], *blind.PARTS)
    desk.chapters = blind.reading(desk.application)
    if desk.form.is_bound:
        desk.sheet = _own_sheet(desk.application, desk.seat)
    if desk.message and desk.sheet is not None:
        # The person sees what is saved by now: saving again is a choice, not an accident.
        desk.form.data = {**desk.form.data.dict(), "based_on": desk.sheet.version}
    desk.following, desk.left = following(desk.seat, desk.application.code or "", now)
    return desk


def following(seat: Seat, code: str, now: datetime) -> tuple[str, int]:
    """Return the code of the next application to score, "" when none is, and how many are left.

    The next one after ``code`` in the order of the codes, then from the start; never itself.
    """
    done = Sheet.objects.filter(seat=seat, state__in=Sheet.DONE).values("application")
    waiting = panel.assigned_to(seat, now).exclude(pk__in=done).values_list("code", flat=True)
    codes = sorted(one for one in waiting if one is not None)
    others = [one for one in codes if one != code]
    after = [one for one in others if one > code]
    return next(iter([*after, *others]), ""), len(codes)


def sheet_lines(criteria: list[Criterion], sheet: Sheet | None) -> list[SheetLine]:
    """Return the criteria with what the sheet says of each; scores come prefetched."""
    scores = {score.criterion_id: score for score in sheet.scores.all()} if sheet else {}
    return [_sheet_line(criterion, scores.get(criterion.pk)) for criterion in criteria]


def _sheet_line(criterion: Criterion, score: Score | None) -> SheetLine:
    if score is None or score.level is None:
        return SheetLine(criterion, score, "", None)
    texts = {descriptor.level: descriptor.text for descriptor in criterion.descriptors.all()}
    points = scoring.points(criterion.weight * score.level)
    return SheetLine(criterion, score, texts.get(score.level, ""), points)


def _own_sheet(application: Application, seat: Seat) -> Sheet | None:
    own = Sheet.objects.filter(application=application, seat=seat)
    return own.prefetch_related("scores").first()

"""A member's sheet: saved, submitted, abstained from, reopened. The only writer of sheets.

Page, admin and Excel hand the same things to the same functions, so the refusals
are the same everywhere. (``panel`` sets sheets aside when a conflict is declared.)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User

from . import deadlines, panel, permissions, scoring
from .models import Application, Contest, Criterion, Score, Seat, Sheet, SheetVersion
from .models.contest import HIGHEST_LEVEL
from .refusals import Closed, Invalid, NotAllowed, Stale, Text

COMMENTED_LEVELS = (0, 1, HIGHEST_LEVEL)
"""Levels that need a comment: the lowest two and the highest."""

MOST_COMMENT = 2000
"""Characters in one comment."""


@dataclass(frozen=True)
class Fault:
    """What a sheet lacks to be submitted: ``part`` is "level" or "comment" of a criterion."""

    criterion: str
    part: str
    message: Text


class Incomplete(Invalid):
    """The sheet cannot be submitted yet; ``faults`` says where."""

    def __init__(self, message: Text, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        problems = [format_lazy("{}: {}", one.criterion, one.message) for one in self.faults]
        super().__init__(message, problems)


@dataclass(frozen=True)
class Content:
    """What a member typed: a level or None, and a comment or "", for every criterion."""

    levels: Mapping[str, int | None]
    comments: Mapping[str, str]
    comment: str = ""


@transaction.atomic
def record(
    application: Application,
    seat: Seat,
    *,
    levels: Mapping[str, int | None],
    comments: Mapping[str, str],
    comment: str = "",
    based_on: int,
    by: User,
    now: datetime,
) -> Sheet:
    """Save the sheet as a draft and return it; what is not given counts as empty.

    ``based_on``: the version of the sheet that the person saw, 0 where there was none.
    Raises ``NotAllowed`` (not their seat, not theirs to score), ``Closed`` (outside the
    scoring), ``Stale`` (submitted already, or changed meanwhile) and ``Invalid``.
    """
    sheet = _open_sheet(application, seat, by=by, now=now)
    criteria = _criteria(application)
    content = _content(criteria, levels, comments, comment)
    if sheet.pk and _content_of(sheet, criteria) == content:
        return sheet
    _demand_version(sheet, based_on)
    return _write(sheet, criteria, content, action="saved", by=by, now=now)


@transaction.atomic
def submit(
    application: Application,
    seat: Seat,
    *,
    levels: Mapping[str, int | None],
    comments: Mapping[str, str],
    comment: str = "",
    based_on: int,
    by: User,
    now: datetime,
) -> Sheet:
    """Submit the sheet with this content, fix its total and return it.

    Raises what ``record`` raises, and ``Incomplete`` while a level is missing or a level
    of 0, 1 or 5 has no comment; then nothing is saved.
    """
    sheet = _open_sheet(application, seat, by=by, now=now)
    criteria = _criteria(application)
    content = _content(criteria, levels, comments, comment)
    _demand_version(sheet, based_on)
    lacking = faults(criteria, content.levels, content.comments)
    if lacking:
        raise Incomplete(_("The sheet is not complete."), lacking)
    weights = {criterion.code: criterion.weight for criterion in criteria}
    given = {code: level for code, level in content.levels.items() if level is not None}
    sheet.state, sheet.submitted_at = Sheet.State.SUBMITTED, now
    sheet.weighted_levels = scoring.weighted(given, weights)
    return _write(sheet, criteria, content, action="submitted", by=by, now=now)


@transaction.atomic
def abstain(application: Application, seat: Seat, *, reason: str, by: User, now: datetime) -> Sheet:
    """Abstain from the whole sheet and return it; its levels stay in it and do not count.

    Raises ``Invalid`` without a reason, and what ``record`` raises.
    """
    reason = _clean(reason)
    if not reason:
        raise Invalid(_("Say why you abstain."))
    sheet = _open_sheet(application, seat, by=by, now=now)
    sheet.state, sheet.version, sheet.updated_at = Sheet.State.ABSTAINED, sheet.version + 1, now
    sheet.save()
    _log(sheet, "abstained", reason=reason, by=by, now=now)
    return sheet


@transaction.atomic
def reopen(sheet: Sheet, *, reason: str, by: User, now: datetime) -> Sheet:
    """Turn a submitted or abstained sheet into a draft again; both versions stay.

    The chair's act alone (``NotAllowed``), with a reason (``Invalid``), while scoring is open
    (``Closed``). Raises ``Stale`` where the sheet is not closed any more.
    """
    Seat.objects.select_for_update().get(pk=sheet.seat_id)  # the key that the member's acts take
    sheet = Sheet.objects.select_for_update().get(pk=sheet.pk)
    contest = sheet.application.contest
    own = permissions.seat_of(by, contest, now)
    if own is None or own.role != Seat.Role.CHAIR or not _may_read(own, sheet.application, now):
        raise NotAllowed(_("Only the chair reopens a sheet."))
    _demand_open(contest, now)
    if sheet.state not in Sheet.DONE:
        raise Stale(_("This sheet is not submitted: there is nothing to reopen."))
    reason = _clean(reason)
    if not reason:
        raise Invalid(_("Say why the sheet is reopened."))
    sheet.state, sheet.weighted_levels, sheet.submitted_at = Sheet.State.DRAFT, None, None
    sheet.version, sheet.updated_at = sheet.version + 1, now
    sheet.save()
    _log(sheet, "reopened", reason=reason, by=by, now=now)
    return sheet


# --- what a sheet lacks, and who may read it


def faults(
    criteria: Iterable[Criterion], levels: Mapping[str, int | None], comments: Mapping[str, str]
) -> list[Fault]:
    """Return what is missing before the sheet may be submitted, in the order of the criteria."""
    found = []
    for criterion in criteria:
        level = levels.get(criterion.code)
        if level is None:
            found.append(Fault(criterion.code, "level", _("Choose a level.")))
        elif level in COMMENTED_LEVELS and not comments.get(criterion.code):
            message = _("Explain level %(level)s.") % {"level": level}
            found.append(Fault(criterion.code, "comment", message))
    return found


def visible_sheets(user: User, application: Application, now: datetime) -> QuerySet[Sheet]:
    """Return the sheets of an application whose scores the person may read.

    A member: their own; the others' once their own is submitted and the discussion is
    open. A chair who does not vote: the others' from the discussion on. Project staff
    and administrators: what was submitted, once scoring is over. Before that: nothing.
    """
    sheets = Sheet.objects.filter(application=application).order_by("seat_id")
    submitted = sheets.filter(state=Sheet.State.SUBMITTED)
    seat = permissions.seat_of(user, application.contest, now)
    if seat is None:
        over = deadlines.is_scoring_over(application.contest, now)
        allowed = permissions.may_read_staff_pages(user) and over
        return submitted if allowed else sheets.none()
    if not _may_read(seat, application, now):
        return sheets.none()
    own = sheets.filter(seat=seat)
    if not deadlines.is_discussion_open(application.contest, now):
        return own
    has_done = own.filter(state=Sheet.State.SUBMITTED).exists()
    leads = seat.role == Seat.Role.CHAIR and not seat.is_voting
    return own | submitted if has_done or leads else own


def is_locked(sheet: Sheet | None) -> bool:
    """Return whether the sheet takes nothing more from its member."""
    return sheet is not None and sheet.state != Sheet.State.DRAFT


# --- inside


def _open_sheet(application: Application, seat: Seat, *, by: User, now: datetime) -> Sheet:
    """Return the member's draft, locked, or a new one. The seat is the key that acts queue for."""
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    if seat.user_id != by.pk or not seat.is_voting:
        raise NotAllowed(_("This sheet is not yours to fill in."))
    readable = panel.assigned_to(seat, now).filter(pk=application.pk)
    found = Sheet.objects.filter(application__in=readable, seat=seat).prefetch_related("scores")
    sheet = found.first()
    if sheet is None and not readable.exists():
        raise NotAllowed(_("This sheet is not yours to fill in."))
    _demand_open(application.contest, now)
    if is_locked(sheet):
        raise Stale(
            _("This sheet is closed. The chair can reopen it with a reason, if it must change.")
        )
    return sheet or Sheet(application=application, seat=seat, updated_at=now)


def _may_read(seat: Seat, application: Application, now: datetime) -> bool:
    return panel.assigned_to(seat, now).filter(pk=application.pk).exists()


def _demand_open(contest: Contest, now: datetime) -> None:
    if deadlines.takes_scores(contest, now):
        return
    if deadlines.is_scoring_over(contest, now):
        raise Closed(_("Scoring is over: sheets can no longer be changed."))
    raise Closed(_("Scoring has not opened yet."))


def _demand_version(sheet: Sheet, based_on: int) -> None:
    if sheet.version != based_on:
        raise Stale(
            _(
                "This sheet was changed in another window after you opened it. What you typed"
                " here is not saved yet: compare it with the saved sheet and save again."
            )
        )


def _criteria(application: Application) -> list[Criterion]:
    return list(application.contest.criteria.all())


def _content(
    criteria: Iterable[Criterion],
    levels: Mapping[str, int | None],
    comments: Mapping[str, str],
    comment: str,
) -> Content:
    """Return what was given for exactly the contest's criteria. Raises ``Invalid``."""
    codes = [criterion.code for criterion in criteria]
    if not set(codes).issuperset([*levels, *comments]):
        raise Invalid(_("The sheet names a criterion that this contest does not have."))
    if any(level is not None and level not in scoring.LEVELS for level in levels.values()):
        raise Invalid(_("A level is a whole number from 0 to 5."))
    content = Content(
        levels={code: levels.get(code) for code in codes},
        comments={code: _clean(comments.get(code, "")) for code in codes},
        comment=_clean(comment),
    )
    if any(len(text) > MOST_COMMENT for text in (*content.comments.values(), content.comment)):
        raise Invalid(_("A comment may have %(most)s characters at most.") % {"most": MOST_COMMENT})
    return content


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _content_of(sheet: Sheet, criteria: Iterable[Criterion]) -> Content:
    scores = {score.criterion_id: score for score in sheet.scores.all()}
    empty = Score(level=None, comment="")
    found = {criterion.code: scores.get(criterion.pk, empty) for criterion in criteria}
    return Content(
        levels={code: score.level for code, score in found.items()},
        comments={code: score.comment for code, score in found.items()},
        comment=sheet.comment,
    )


def _write(
    sheet: Sheet,
    criteria: Iterable[Criterion],
    content: Content,
    *,
    action: str,
    by: User,
    now: datetime,
) -> Sheet:
    """Write the sheet, its scores and its version."""
    sheet.comment, sheet.version, sheet.updated_at = content.comment, sheet.version + 1, now
    sheet.save()
    scores = [
        Score(
            sheet=sheet,
            criterion=criterion,
            level=content.levels[criterion.code],
            comment=content.comments[criterion.code],
        )
        for criterion in criteria
    ]
    Score.objects.bulk_create(
        scores,
        update_conflicts=True,
        unique_fields=["sheet", "criterion"],
        update_fields=["level", "comment"],
    )
    SheetVersion.objects.log(sheet, scores, action, by=by, now=now)
    return sheet


def _log(sheet: Sheet, action: str, *, reason: str, by: User, now: datetime) -> None:
    scores = sheet.scores.select_related("criterion")
    SheetVersion.objects.log(sheet, scores, action, by=by, now=now, reason=reason)

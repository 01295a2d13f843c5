"""The commission and what is put before it: codes, conflicts of interest, assignment, redaction.

``assigned_to`` is the one check of every path by which a member reaches an
application: pages, admin, search, export, scoring.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import trail
from documents import uploads
from municipalities.models import Municipality

from . import deadlines, permissions
from .models import Application, ApplicationFile, Conflict, Contest, Seat, Sheet, SheetVersion
from .models.application import on_day
from .refusals import Closed, Invalid, NotAllowed

CODE_LETTER = "К"  # Cyrillic: «К-07»
ROOM = 3
"""A series of codes is used up to a third, so that a code tells nothing of how many there are."""

BEFORE_THE_COMMISSION = (
    Application.State.ADMITTED,
    Application.State.AWARDED,
    Application.State.NOT_AWARDED,
)

REDACTED_KINDS = frozenset(uploads.Kind) - {uploads.Kind.HEIC}
MOST_REDACTED_BYTES = 20 * 1024 * 1024

_chance = secrets.SystemRandom()


# --- who sees what


def seats_of(user: User, now: datetime) -> QuerySet[Seat]:
    """Return the seats the person holds today, of the contest that opened last first."""
    held = Seat.objects.active(on_day(now)).filter(user=user.pk, user__is_active=True)
    return held.select_related("contest").order_by("-contest__opens_at", "-contest_id")


def seat_at(user: User, now: datetime, contest_code: str = "") -> Seat | None:
    """Return the seat by which the person works: in the contest named, or where scoring is.

    Without a name: the contest whose scoring is open, else the one that opened last.
    """
    seats = list(seats_of(user, now))
    if contest_code:
        return next((seat for seat in seats if seat.contest.code == contest_code), None)
    return next(
        (seat for seat in seats if deadlines.takes_scores(seat.contest, now)), None
    ) or next(iter(seats), None)


def assigned_to(seat: Seat, now: datetime) -> QuerySet[Application]:
    """Return what the seat's holder may read: admitted, coded, and without their conflict.

    Nothing before they have declared their conflicts, or once the seat has ended.
    """
    return _assigned(Q(pk=seat.pk), now)


def assigned_to_person(user: User, now: datetime) -> QuerySet[Application]:
    """Return the same for all the seats a person holds."""
    return _assigned(Q(user=user.pk), now)


def _assigned(whose: Q, now: datetime) -> QuerySet[Application]:
    seats = Seat.objects.active(on_day(now)).filter(
        whose,
        user__is_active=True,
        conflicts_declared_at__isnull=False,
        contest=OuterRef("contest"),
    )
    conflicts = Conflict.objects.filter(
        seat__in=Seat.objects.filter(whose),
        seat__contest=OuterRef("contest"),
        municipality=OuterRef("municipality"),
    )
    return Application.objects.filter(
        Exists(seats), ~Exists(conflicts), state__in=BEFORE_THE_COMMISSION, code__isnull=False
    ).order_by("code")


def municipalities_to_declare(contest: Contest) -> QuerySet[Municipality]:
    """Return those among whom a member declares conflicts: the contest's list and its applicants.

    All of them, so that the list does not tell who applied.
    """
    listed = Q(pilots__contest=contest) | Q(applications__contest=contest)
    return Municipality.objects.filter(
        pk__in=Municipality.objects.filter(listed).values("pk")
    ).select_related("district")


# --- how far they are


@dataclass
class MemberProgress:
    """How far a member is: which applications are theirs to score, and which are done."""

    seat: Seat
    applications: list[Application] = field(default_factory=list)
    done: dict[int, Sheet] = field(default_factory=dict)  # by the application's pk

    @property
    def left(self) -> int:
        """How many sheets are not done yet."""
        return len(self.applications) - len(self.done)

    @property
    def key(self) -> str:
        """What the member's row is called in a page."""
        return str(self.seat.pk)

    @property
    def marks(self) -> list[tuple[Application, Sheet | None]]:
        """Each application with its sheet where that is done, those not done first."""
        pairs = [(one, self.done.get(one.pk)) for one in self.applications]
        return sorted(pairs, key=lambda pair: (pair[1] is not None, pair[0].code or ""))


def progress(contest: Contest, *, by: User, now: datetime) -> list[MemberProgress]:
    """Return done and not done by voting member: never a score. For chair, staff, administrator.

    The chair gets nothing of the applications with which they have a conflict. Raises
    ``NotAllowed`` for others. Five queries, whatever the number of sheets.
    """
    own = permissions.seat_of(by, contest, now)
    chairs = own is not None and own.role == Seat.Role.CHAIR
    if not chairs and not (own is None and permissions.may_read_staff_pages(by)):
        raise NotAllowed(_("Only the chair and project staff see who has finished."))
    if own is not None:
        applications = list(assigned_to(own, now))
    else:
        states = BEFORE_THE_COMMISSION
        applications = list(
            contest.applications.filter(state__in=states, code__isnull=False).order_by("code")
        )
    done = Sheet.objects.filter(state__in=Sheet.DONE, application__contest=contest).only(
        "seat", "application", "state"
    )
    seats = Seat.objects.active(on_day(now)).filter(contest=contest, is_voting=True)
    rows = seats.select_related("user").prefetch_related(
        "conflicts", Prefetch("sheets", done, to_attr="done_sheets")
    )
    return [_progress_of(seat, applications) for seat in rows.order_by("user__full_name_order")]


def _progress_of(seat: Seat, applications: list[Application]) -> MemberProgress:
    conflicted = {conflict.municipality_id for conflict in seat.conflicts.all()}
    own = [one for one in applications if one.municipality_id not in conflicted]
    ids = {application.pk for application in own}
    sheets: list[Sheet] = seat.done_sheets  # type: ignore[attr-defined]
    done = {sheet.application_id: sheet for sheet in sheets if sheet.application_id in ids}
    return MemberProgress(seat, own, done)


# --- codes


@transaction.atomic
def code_applications(contest: Contest, *, by: User, now: datetime) -> int:
    """Give each admitted application without a code a random one; return how many got one.

    Project staff only (``NotAllowed``). A code is used once in the whole portal, and
    follows neither the order of submission nor the district. The trail says how many
    were coded, never which is which: the chair reads the trail.
    """
    if not permissions.runs_contest(by):
        raise NotAllowed(_("Codes are given by project staff."))
    Contest.objects.select_for_update().get(pk=contest.pk)
    waiting = list(contest.applications.filter(state=Application.State.ADMITTED, code__isnull=True))
    if not waiting:
        return 0
    codes = _free_codes(len(waiting))
    for application, code in zip(waiting, codes, strict=True):
        application.code = code
    Application.objects.bulk_update(waiting, ["code"], batch_size=500)
    trail.record(
        "contest.code", by=by, now=now, subject=contest, after={"applications": len(waiting)}
    )
    return len(waiting)


def _free_codes(count: int) -> list[str]:
    """Return so many unused codes in random order, of two digits while there is room."""
    used = set(Application.objects.filter(code__isnull=False).values_list("code", flat=True))
    digits = 2
    while (len(used) + count) * ROOM > 10**digits and digits < 8:
        digits += 1
    series = (f"{CODE_LETTER}-{number:0{digits}d}" for number in range(1, 10**digits))
    return _chance.sample([code for code in series if code not in used], count)


# --- conflicts of interest


@transaction.atomic
def declare_conflicts(
    seat: Seat,
    municipalities: QuerySet[Municipality] | list[Municipality],
    *,
    by: User,
    now: datetime,
    reasons: Mapping[int, str] | None = None,
) -> Seat:
    """Record the conflicts a member declares (none is an answer too); return the seat.

    ``reasons`` by the municipality's pk. What was declared stays: a later call adds to it,
    and sets aside the sheets the member has written on what is added. Raises
    ``NotAllowed`` for another's seat, ``Invalid`` for a municipality that is not on the
    contest's list, ``Closed`` once the decision is confirmed.
    """
    seat = Seat.objects.select_for_update(of=("self",)).select_related("contest").get(pk=seat.pk)
    if seat.user_id != by.pk or not seats_of(by, now).filter(pk=seat.pk).exists():
        raise NotAllowed(_("Everybody declares their own conflicts of interest."))
    if _is_decided(seat.contest):
        raise Closed(_("The decision is confirmed: conflicts can no longer be declared here."))
    chosen = {municipality.pk for municipality in municipalities}
    if chosen - set(municipalities_to_declare(seat.contest).values_list("pk", flat=True)):
        raise Invalid(_("Choose municipalities from the list of the contest."))
    known = set(seat.conflicts.values_list("municipality_id", flat=True))
    added = sorted(chosen - known)
    if seat.conflicts_declared_at is None or added:
        _write_conflicts(seat, added, reasons or {}, by=by, now=now)
    return seat


def _is_decided(contest: Contest) -> bool:
    decision = getattr(contest, "decision", None)
    return decision is not None and decision.state != "draft"


def _write_conflicts(
    seat: Seat, added: list[int], reasons: Mapping[int, str], *, by: User, now: datetime
) -> None:
    Conflict.objects.bulk_create(
        Conflict(
            seat=seat, municipality_id=pk, reason=reasons.get(pk, "").strip()[:300], declared_at=now
        )
        for pk in added
    )
    if seat.conflicts_declared_at is None:
        seat.conflicts_declared_at = now
        seat.save(update_fields=["conflicts_declared_at"])
    trail.record("contest.declare_conflicts", by=by, now=now, subject=seat, after={"added": added})
    _set_aside(seat, added, by=by, now=now)


def _set_aside(seat: Seat, municipalities: list[int], *, by: User, now: datetime) -> None:
    """Take out of the count what the member wrote on an application now in conflict."""
    sheets = seat.sheets.filter(application__municipality__in=municipalities).exclude(
        state=Sheet.State.SET_ASIDE
    )
    for sheet in sheets.select_for_update(of=("self",)).prefetch_related("scores__criterion"):
        sheet.state, sheet.weighted_levels = Sheet.State.SET_ASIDE, None
        sheet.version, sheet.updated_at = sheet.version + 1, now
        sheet.save(update_fields=["state", "weighted_levels", "version", "updated_at"])
        reason = str(_("Conflict of interest declared."))
        SheetVersion.objects.log(
            sheet, sheet.scores.all(), "set_aside", by=by, now=now, reason=reason
        )


# --- redaction


@transaction.atomic
def redact_file(
    file: ApplicationFile, upload: UploadedFile, *, by: User, now: datetime
) -> ApplicationFile:
    """Put the copy that the commission opens in a blind contest; a later one replaces it.

    Project staff only (``NotAllowed``). Raises ``Invalid`` for what is no PDF, Office file
    or picture.
    """
    if not permissions.runs_contest(by):
        raise NotAllowed(_("Redacted copies are made by project staff."))
    file = ApplicationFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    try:
        judged = uploads.judge(
            upload, name=upload.name or "", allowed=REDACTED_KINDS, max_bytes=MOST_REDACTED_BYTES
        )
    except uploads.Refused as refusal:
        raise Invalid(refusal.message) from refusal
    before = file.redacted.name
    upload.seek(0)
    file.redacted.save(f"copy.{judged.kind}", upload, save=False)
    file.redacted_content_type = judged.content_type
    file.save(update_fields=["redacted", "redacted_content_type"])
    trail.record(
        "contest.redact",
        by=by,
        now=now,
        subject=file,
        before={"redacted": before},
        after={"redacted": file.redacted.name, "sha256": judged.sha256},
    )
    return file

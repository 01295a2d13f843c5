"""The only writers of seminars, of their lists and of who was there.

Each door is atomic, locks what it changes, checks the shape of what it is given, writes
and adds to the trail. They raise PermissionDenied, ``Invalid`` (422) or ``Stale`` (409),
and then nothing is written. The trail says that a phone or a disability changed, never
to what: a trail that only grows must not keep what a person may ask to erase.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import trail
from language.folding import fold
from municipalities.models import Municipality

from . import people
from .models import LONGEST_SEMINAR_DAYS, Attendance, Participant, Registration, Seminar
from .people import PersonFields
from .permissions import keeps_seminars
from .refusals import Invalid, Stale

Tick = tuple[int, date]
"""The id of a line and a day on which that person was there."""

Row = TypeVar("Row", bound=models.Model)

SEMINAR_FIELDS = ("kind", "district", "place", "starts_on", "ends_on", "language", "note")
PRIVATE = ("phone", "disability")


@dataclass(frozen=True)
class Line:
    """One of several lines. ``days`` maps a day to "was there", ``row`` is what people call it.

    ``number``: of the line in the list that it corrects; None where the person is told
    by name, municipality and year of birth.
    """

    person: PersonFields
    days: Mapping[date, bool]
    row: int = 0
    number: int | None = None


# --- seminars


@transaction.atomic
def create_seminar(*, by: User, now: datetime, **values: Any) -> Seminar:
    """Return a new seminar from the fields in SEMINAR_FIELDS. Raises Invalid on a wrong shape."""
    _must_keep(by)
    seminar = Seminar(**values)
    _check_shape(seminar)
    seminar.save()
    trail.record(
        "seminars.create", by=by, now=now, subject=seminar, after=_facts_of_seminar(seminar)
    )
    return seminar


@transaction.atomic
def change_seminar(
    seminar: Seminar, changes: Mapping[str, Any], *, by: User, now: datetime, seen: str = ""
) -> Seminar:
    """Return the seminar with the changes. ``seen`` is :func:`seminar_mark` of what was shown.

    Raises Stale where it changed since, Invalid where a ticked day would fall outside.
    """
    _must_keep(by)
    seminar = lock(seminar)
    if seen and seen != seminar_mark(seminar):
        raise Stale(_("Somebody changed this seminar while you were typing. Look at it again."))
    before = _facts_of_seminar(seminar)
    for name in SEMINAR_FIELDS:
        setattr(seminar, name, changes.get(name, getattr(seminar, name)))
    _check_shape(seminar)
    outside = Attendance.objects.filter(registration__seminar=seminar).exclude(
        day__range=(seminar.starts_on, seminar.ends_on)
    )
    if day := outside.order_by("day").values_list("day", flat=True).first():
        raise Invalid(
            _("People are ticked on %(day)s. Untick them before the seminar loses this day.")
            % {"day": f"{day:%d.%m.%Y}"}
        )
    after = _facts_of_seminar(seminar)
    if before != after:
        seminar.save()
        _record_change("seminars.change", seminar, before, after, by=by, now=now)
    return seminar


def shape_problems(seminar: Seminar) -> dict[str, Any]:
    """Return {field: sentence} for days that cannot be; the database knows only their order."""
    if not seminar.starts_on or not seminar.ends_on:
        return {}
    if seminar.ends_on < seminar.starts_on:
        return {"ends_on": _("The last day is before the first day.")}
    if (seminar.ends_on - seminar.starts_on).days >= LONGEST_SEMINAR_DAYS:
        return {
            "ends_on": _("A seminar lasts %(days)s days at most.") % {"days": LONGEST_SEMINAR_DAYS}
        }
    return {}


def seminar_mark(seminar: Seminar) -> str:
    """Return a short mark that changes whenever the seminar changes."""
    text = repr([str(value) for value in _facts_of_seminar(seminar).values()])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- the list of a seminar


@transaction.atomic
def enrol(
    seminar: Seminar,
    person: PersonFields,
    days: Iterable[date] = (),
    *,
    by: User,
    now: datetime,
) -> Registration:
    """Return the new line of the person in the seminar's list, ticked on the days.

    The person is recognised by the folded name, the municipality and the year of birth;
    what this line says of them is newer than what was known, what it leaves out stays.
    Raises Invalid where they are in the list already or a day is not of the seminar.
    """
    _must_keep(by)
    line = Line(person, dict.fromkeys(days, True))
    return _enrol(_locked(seminar, [line]), line, by=by, now=now)


@transaction.atomic
def enrol_all(seminar: Seminar, lines: Sequence[Line], *, by: User, now: datetime) -> None:
    """Enter several new people, all or none; see :func:`enrol`."""
    _must_keep(by)
    seminar = _locked(seminar, lines)
    for line in lines:
        with _named(line):
            _enrol(seminar, line, by=by, now=now)


@transaction.atomic
def take_lines(seminar: Seminar, lines: Sequence[Line], *, by: User, now: datetime) -> None:
    """Take the lines of a sheet, all or none: enter new people, change the lines of others.

    Of a known line the days that the sheet speaks of are set and the rest stays.
    """
    _must_keep(by)
    seminar = _locked(seminar, lines)
    for line in lines:
        known = _standing_line(seminar, line)
        with _named(line):
            if known is None:
                _enrol(seminar, line, by=by, now=now)
                continue
            kept = PersonFields.of(known.participant)
            _change(known.participant, line.person.over(kept), by=by, now=now)
            standing = set(known.attendances.values_list("day", flat=True))
            wanted = {day for day in _days_of(seminar, line.days) if line.days[day]}
            added = {(known.pk, day) for day in wanted - standing}
            removed = {(known.pk, day) for day in standing & set(line.days) - wanted}
            _write_ticks(seminar, added, removed, by=by, now=now)


@transaction.atomic
def change_participant(
    participant: Participant, person: PersonFields, *, by: User, now: datetime, seen: str = ""
) -> Participant:
    """Return the participant with these fields. ``seen`` is ``people.fingerprint`` as shown.

    Raises Stale where somebody changed them since, Invalid where they would become
    somebody who is known already.
    """
    _must_keep(by)
    _lock(Municipality.objects.all(), person.municipality.pk)
    participant = _lock(Participant.objects.all(), participant.pk)
    if seen and seen != people.fingerprint(participant):
        raise Stale(_("Somebody changed this person while you were typing. Look at them again."))
    other = same_person(person)
    if other is not None and other.pk != participant.pk:
        raise Invalid(
            _("A person with this name, municipality and year of birth is known already.")
        )
    _change(participant, person, by=by, now=now)
    return participant


@transaction.atomic
def tick(
    seminar: Seminar,
    ticks: Iterable[Tick],
    *,
    by: User,
    now: datetime,
    shown: Mapping[Tick, bool] | None = None,
) -> int:
    """Make the days stand as ticked and return how many cells changed.

    ``shown`` holds the cells that the person saw, with their state then: only what the
    person changed among them is written, so two desks do not undo one another. Without
    it ``ticks`` is the whole list. Raises Stale where a line is gone, Invalid where a
    line or a day is not of this seminar.
    """
    _must_keep(by)
    seminar = lock(seminar)
    wanted = set(ticks)
    standing = _standing(seminar)
    if shown is None:
        shown = dict.fromkeys(standing, True) | dict.fromkeys(wanted - standing, False)
    if not wanted <= set(shown):
        raise Invalid(_("A tick is not of this page."))
    _days_of(seminar, {day for _line, day in shown})
    lines = set(seminar.registrations.values_list("id", flat=True))
    changed = {cell for cell, was in shown.items() if (cell in wanted) != was}
    if not {line for line, _day in changed} <= lines:
        raise Stale(_("A line was removed from the list while you were ticking. Look again."))
    added, removed = (changed & wanted) - standing, (changed - wanted) & standing
    _write_ticks(seminar, added, removed, by=by, now=now)
    return len(added) + len(removed)


@transaction.atomic
def remove(registration: Registration, *, by: User, now: datetime) -> None:
    """Take the line out of its list with its days; a person in no other list goes with it."""
    _must_keep(by)
    seminar = _lock(Seminar.objects.all(), registration.seminar_id)
    people_too = ("participant__position", "participant__municipality")
    lines = seminar.registrations.select_related(*people_too)
    line = lines.filter(pk=registration.pk).first()
    if line is None:
        raise Stale(_("This line was removed already."))
    participant = line.participant
    days = sorted(line.attendances.values_list("day", flat=True))
    facts = _facts_of_line(line, days) | _facts_of_person(PersonFields.of(participant))
    trail.record("seminars.remove", by=by, now=now, subject=line, before=facts)
    line.delete()
    if not participant.registrations.exists():
        participant.delete()


def _standing_line(seminar: Seminar, line: Line) -> Registration | None:
    """Return the line of the list that a line of a sheet speaks of."""
    lines = seminar.registrations.select_related(
        "participant__municipality", "participant__position"
    )
    if line.number is not None:
        return lines.filter(number=line.number).first()
    participant = same_person(line.person)
    return lines.filter(participant=participant).first() if participant else None


def lock(seminar: Seminar) -> Seminar:
    """Return the seminar, locked: its list stands still until the transaction ends."""
    return _lock(Seminar.objects.all(), seminar.pk)


def same_person(person: PersonFields) -> Participant | None:
    """Return who has this folded name, municipality and year of birth, None if nobody."""
    return (
        Participant.objects.filter(
            municipality=person.municipality,
            birth_year=person.birth_year,
            search_key=fold(person.full_name),
        )
        .select_related("municipality", "position")
        .order_by("id")
        .first()
    )


# --- inside


def _must_keep(by: User) -> None:
    if not keeps_seminars(by):
        raise PermissionDenied


def _lock(rows: QuerySet[Row], pk: Any) -> Row:
    """Return the row, locked until the transaction ends. Raises Stale where it is gone."""
    row = rows.select_for_update(no_key=True).filter(pk=pk).first()
    if row is None:
        raise Stale(_("Somebody removed this meanwhile. Look again."))
    return row


def _locked(seminar: Seminar, lines: Sequence[Line]) -> Seminar:
    """Return the seminar, locked, with the municipalities of the lines.

    Two lists entered at once would make the same person twice: they queue here, in one order.
    """
    units = {line.person.municipality.pk for line in lines}
    locked = Municipality.objects.select_for_update(no_key=True).filter(pk__in=units)
    seminar = lock(seminar)
    list(locked.order_by("pk").values_list("pk"))
    return seminar


def _enrol(seminar: Seminar, line: Line, *, by: User, now: datetime) -> Registration:
    """Enter the line into the locked seminar."""
    days = _days_of(seminar, (day for day, there in line.days.items() if there))
    participant = same_person(line.person)
    if participant is None:
        participant = _save_participant(Participant(), line.person)
    else:
        if known := seminar.registrations.filter(participant=participant).first():
            raise Invalid(
                _("%(name)s is in the list already, under number %(number)s.")
                % {"name": participant.full_name, "number": known.number}
            )
        _change(participant, line.person.over(PersonFields.of(participant)), by=by, now=now)
    last = seminar.registrations.aggregate(last=Max("number"))["last"] or 0
    entered = Registration.objects.create(
        seminar=seminar,
        participant=participant,
        number=last + 1,
        registered_at=now,
        registered_by=by,
    )
    Attendance.objects.bulk_create(Attendance(registration=entered, day=day) for day in days)
    facts = _facts_of_line(entered, days) | _facts_of_person(PersonFields.of(participant))
    trail.record("seminars.enrol", by=by, now=now, subject=entered, after=facts)
    return entered


@contextmanager
def _named(line: Line) -> Iterator[None]:
    """Put the number of the line before what is wrong with it."""
    try:
        yield
    except Invalid as refusal:
        row = gettext("Row %(number)d. ") % {"number": line.row}
        raise Invalid(f"{row}{refusal.message}") from refusal


def _check_shape(seminar: Seminar) -> None:
    if problems := shape_problems(seminar):
        raise Invalid(next(iter(problems.values())), list(problems.values()))
    try:
        seminar.full_clean()
    except ValidationError as error:
        raise Invalid(error.messages[0], error.messages) from error


def _days_of(seminar: Seminar, days: Iterable[date]) -> list[date]:
    """Return the days in order. Raises Invalid where one is not a day of the seminar."""
    ordered = sorted(set(days))
    for day in ordered:
        if not seminar.starts_on <= day <= seminar.ends_on:
            raise Invalid(_("%(day)s is not a day of this seminar.") % {"day": f"{day:%d.%m.%Y}"})
    return ordered


def _save_participant(participant: Participant, person: PersonFields) -> Participant:
    """Write the fields; the consent keeps its version as long as it keeps its day."""
    renewed = person.consented_on != participant.consented_on
    for field in fields(person):
        setattr(participant, field.name, getattr(person, field.name))
    participant.phone = person.phone or None
    if person.consented_on is None:
        participant.consent_version = ""
    elif renewed or not participant.consent_version:
        participant.consent_version = people.CONSENT_VERSION
    try:
        participant.full_clean()
    except ValidationError as error:
        raise Invalid(error.messages[0], error.messages) from error
    participant.save()
    return participant


def _change(participant: Participant, person: PersonFields, *, by: User, now: datetime) -> None:
    """Write and log what differs; nothing where nothing does."""
    known = PersonFields.of(participant)
    person = replace(person, full_name=people.as_full_name(person.full_name))
    if person == known:
        return
    before, after = _facts_of_person(known), _facts_of_person(person)
    for name in PRIVATE:
        changed = getattr(known, name) != getattr(person, name)
        before[name], after[name] = "", "changed" if changed else ""
    _save_participant(participant, person)
    _record_change("seminars.change_participant", participant, before, after, by=by, now=now)


def _record_change(
    action: str,
    subject: Any,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    by: User,
    now: datetime,
) -> None:
    changed = [name for name in after if before[name] != after[name]]
    trail.record(
        action,
        by=by,
        now=now,
        subject=subject,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


def _standing(seminar: Seminar) -> set[Tick]:
    return set(
        Attendance.objects.filter(registration__seminar=seminar).values_list(
            "registration_id", "day"
        )
    )


def _write_ticks(
    seminar: Seminar, added: set[Tick], removed: set[Tick], *, by: User, now: datetime
) -> None:
    """Write and log the cells; nothing where none changed."""
    if not added and not removed:
        return
    Attendance.objects.bulk_create(
        Attendance(registration_id=line, day=day) for line, day in sorted(added)
    )
    by_day: dict[date, list[int]] = {}
    for line, day in removed:
        by_day.setdefault(day, []).append(line)
    for day, gone in by_day.items():
        Attendance.objects.filter(day=day, registration_id__in=gone).delete()
    facts = {"ticked": _readable(added), "unticked": _readable(removed)}
    trail.record("seminars.tick", by=by, now=now, subject=seminar, after=facts)


def _readable(cells: set[Tick]) -> list[list[Any]]:
    return [[line, day.isoformat()] for line, day in sorted(cells)]


def _facts_of_seminar(seminar: Seminar) -> dict[str, Any]:
    values = {name: getattr(seminar, name) for name in SEMINAR_FIELDS}
    return values | {"district": seminar.district_id}


def _facts_of_line(line: Registration, days: Iterable[date]) -> dict[str, Any]:
    return {
        "seminar": line.seminar_id,
        "number": line.number,
        "days": [day.isoformat() for day in days],
    }


def _facts_of_person(person: PersonFields) -> dict[str, Any]:
    return {
        "full_name": person.full_name,
        "sex": person.sex,
        "birth_year": person.birth_year,
        "position": person.position.code,
        "municipality": person.municipality.pk,
        "phone": "given" if person.phone else "",
        "disability": "" if person.disability == Participant.Disability.NOT_STATED else "stated",
        "consented_on": person.consented_on,
    }

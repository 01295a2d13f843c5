"""Many more of the same, for measuring: copies in bulk, past the doors.

Only the demo may do this: it copies rows that the doors made, and invents the
districts and municipalities that so many applications need.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from random import Random
from typing import Any, TypeVar

from django.db import models

from accounts.models import User
from contest import panel
from contest.models import Application, Contest, Pilot, Score, Sheet
from municipalities.models import District, Municipality, Oblast, Position
from seminars.models import Attendance, Participant, Registration, Seminar

from .lists import FIRST_DAY, at_noon
from .names import invent

BATCH = 2000
UNITS_A_DISTRICT = 10
LINES_EACH = 283
"""Lines of attendance a seminar: at 60 times 354 seminars more, 100,000 lines in all."""

Row = TypeVar("Row", bound=models.Model)


def more_applications(contest: Contest, times: int, random: Random) -> None:
    """Copy each application, with its sheets, to ``times - 1`` new municipalities."""
    originals = list(contest.applications.order_by("id"))
    units = list(_invent_units(len(originals) * (times - 1)))
    Pilot.objects.bulk_create(
        (Pilot(contest=contest, municipality=unit) for unit in units), batch_size=BATCH
    )
    copies: list[tuple[Application, Application]] = []
    for number, unit in enumerate(units):
        original = originals[number % len(originals)]
        copy = _copy(original, municipality=unit, code=None, contact_email="")
        copy.number = f"{contest.code}-{len(originals) + number + 1:03d}"
        copies.append((original, copy))
    Application.objects.bulk_create((copy for _original, copy in copies), batch_size=BATCH)
    _copy_parts(originals, copies)
    panel.code_applications(contest, by=_staff(), now=contest.scoring_opens_at)
    _copy_sheets(contest, originals, copies, random)


def _copy_parts(
    originals: list[Application], copies: list[tuple[Application, Application]]
) -> None:
    for name in ("answers", "participation_events", "measures", "files", "revisions", "events"):
        model = getattr(Application, name).rel.related_model
        parts = _by_application(model.objects.filter(application__in=originals))
        keyed = {"key"} & {field.name for field in model._meta.fields}
        model.objects.bulk_create(
            (
                _copy(part, application=copy, **({"key": uuid.uuid4()} if keyed else {}))
                for original, copy in copies
                for part in parts.get(original.pk, ())
            ),
            batch_size=BATCH,
        )


def _copy_sheets(
    contest: Contest,
    originals: list[Application],
    copies: list[tuple[Application, Application]],
    random: Random,
) -> None:
    """Copy sheets with some levels moved by one, so that copies do not all share a place."""
    sheets = _by_application(Sheet.objects.filter(application__in=originals))
    scores: dict[int, list[Score]] = {}
    for score in Score.objects.filter(sheet__application__in=originals):
        scores.setdefault(score.sheet_id, []).append(score)
    weights = dict(contest.criteria.values_list("pk", "weight"))
    made: list[Sheet] = []
    levels: list[list[Score]] = []
    for original, copy in copies:
        for sheet in sheets.get(original.pk, ()):
            given = [_copy(score, level=_moved(score.level, random)) for score in scores[sheet.pk]]
            total = sum(weights[score.criterion_id] * (score.level or 0) for score in given)
            made.append(_copy(sheet, application=copy, weighted_levels=total))
            levels.append(given)
    Sheet.objects.bulk_create(made, batch_size=BATCH)
    Score.objects.bulk_create(
        (
            _copy(score, sheet=sheet)
            for sheet, given in zip(made, levels, strict=True)
            for score in given
        ),
        batch_size=BATCH,
    )


def _moved(level: int | None, random: Random) -> int | None:
    """Return the level, in three cases of ten one higher or lower."""
    if level is None or random.random() > 0.3:
        return level
    return min(5, max(0, level + random.choice((-1, 1))))


def more_seminars(random: Random, times: int, *, by: User) -> None:
    """Invent ``6 * (times - 1)`` seminars with full lists, spread over the units of the country."""
    units = list(Municipality.objects.select_related("district").order_by("id"))
    positions = list(Position.objects.order_by("order"))
    for number in range(6 * (times - 1)):
        starts_on = FIRST_DAY + timedelta(days=7 + number % 300)
        unit = units[number % len(units)]
        seminar = Seminar.objects.create(
            kind=Seminar.Kind.OTHER,
            district=unit.district,
            place=f"Зал {number + 1}",
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=1),
        )
        people = Participant.objects.bulk_create(
            _people(random, units, positions, seminar), batch_size=BATCH
        )
        _register(seminar, people, by)


def _people(
    random: Random, units: list[Municipality], positions: list[Position], seminar: Seminar
) -> Iterator[Participant]:
    for _number in range(LINES_EACH):
        sex = random.choice(Participant.Sex.values)
        yield Participant(
            full_name=f"{invent(random, sex)} {random.randrange(10**6)}",
            sex=sex,
            birth_year=random.randint(1958, 2004),
            position=random.choice(positions),
            municipality=random.choice(units),
            disability=random.choice(Participant.Disability.values),
            consented_on=seminar.starts_on,
            consent_version="1",
        )


def _register(seminar: Seminar, people: Iterable[Participant], by: User) -> None:
    lines = Registration.objects.bulk_create(
        (
            Registration(
                seminar=seminar,
                participant=person,
                number=number,
                registered_at=at_noon(seminar.starts_on),
                registered_by=by,
            )
            for number, person in enumerate(people, start=1)
        ),
        batch_size=BATCH,
    )
    Attendance.objects.bulk_create(
        (Attendance(registration=line, day=day) for line in lines for day in seminar.days),
        batch_size=BATCH,
    )


def _invent_units(count: int) -> Iterator[Municipality]:
    oblast = Oblast.objects.create(name_ru="Придуманная область", name_ky="Ойдон чыккан облус")
    units: list[Municipality] = []
    for number in range(-(-count // UNITS_A_DISTRICT)):
        district = District.objects.create(
            oblast=oblast,
            name_ru=f"Придуманный район {number + 1}",
            name_ky=f"Ойдон чыккан район {number + 1}",
        )
        units += [
            Municipality(
                district=district,
                name_ru=f"Придуманный айылный аймак {number + 1}-{unit + 1}",
                name_ky=f"Ойдон чыккан айыл аймагы {number + 1}-{unit + 1}",
                register="demo",
                status=Municipality.Status.CURRENT,
            )
            for unit in range(min(UNITS_A_DISTRICT, count - len(units)))
        ]
    yield from Municipality.objects.bulk_create(units, batch_size=BATCH)


def _by_application(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.application_id, []).append(row)
    return found


def _copy(row: Row, **changes: Any) -> Row:
    """Return an unsaved copy of the row with some of its fields changed."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    copy = type(row)(**values)
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def _staff() -> User:
    return User.objects.get(email="staff@demo.local")

"""Six seminars of May 2025 with their lists and days."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from accounts.models import User
from municipalities.models import District, Municipality, Position
from seminars import attendance
from seminars.models import Participant, Seminar
from seminars.people import PersonFields

from .names import invent, invent_phone

FIRST_DAY = date(2025, 5, 12)
PEOPLE_EACH = 50
PLACES = ("зал айыл окмоту", "дом культуры", "школьный зал", "районная библиотека")
POSITION_WEIGHTS = {"deputy": 5, "social": 4, "deputy_head": 3, "secretary": 3}


def hold_seminars(random: Random, *, by: User) -> None:
    """Hold one seminar in each district that has a SOATE code, three days apart."""
    districts = District.objects.exclude(soate_code=None).order_by("soate_code")
    for number, district in enumerate(districts):
        starts_on = FIRST_DAY + timedelta(days=3 * number)
        seminar = attendance.create_seminar(
            kind=Seminar.Kind.INCLUSION if number % 3 else Seminar.Kind.DREAM,
            district=district,
            place=f"{district.name_ru}, {PLACES[number % len(PLACES)]}",
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=1),
            language=random.choice(Seminar.Language.values),
            by=by,
            now=at_noon(starts_on - timedelta(days=14)),
        )
        attendance.take_lines(
            seminar,
            [_line(random, seminar) for _person in range(PEOPLE_EACH)],
            by=by,
            now=at_noon(seminar.ends_on),
        )


def at_noon(day: date) -> datetime:
    """Return 12:00 in Bishkek of the day."""
    return datetime(day.year, day.month, day.day, 6, tzinfo=UTC)


def _line(random: Random, seminar: Seminar) -> attendance.Line:
    first, second = seminar.days[0], seminar.days[1]
    came_once = random.random() < 0.12
    missing = random.choice((first, second))
    days = {day: not (came_once and day == missing) for day in (first, second)}
    return attendance.Line(_person(random, seminar), days)


def _person(random: Random, seminar: Seminar) -> PersonFields:
    sex = random.choices(Participant.Sex.values, (58, 42))[0]
    positions = list(Position.objects.order_by("order"))
    weights = [POSITION_WEIGHTS.get(position.code, 1) for position in positions]
    units = Municipality.objects.valid_on(seminar.starts_on).filter(district=seminar.district)
    return PersonFields(
        full_name=invent(random, sex),
        sex=sex,
        birth_year=random.randint(1958, 2004),
        position=random.choices(positions, weights)[0],
        municipality=random.choice(list(units.order_by("id"))),
        disability=random.choices(Participant.Disability.values, (5, 55, 40))[0],
        phone=invent_phone(random) if random.random() < 0.7 else "",
        consented_on=seminar.starts_on,
    )

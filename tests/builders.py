"""What tests are made of: each builder makes one thing, with sensible defaults, by keyword.

Invented people only. A section for each app, in the order of the imports.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from accounts import roles
from accounts.models import User
from contest.models import Application, Contest, Seat
from contest.setup import create_contest
from municipalities.models import District, Membership, Municipality, Oblast, Position
from seminars import attendance
from seminars.models import Registration, Seminar
from seminars.people import PersonFields

NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
"""The default moment of tests: 10 March 2026, 12:00 in Bishkek."""

PASSWORD = "инклюзия-2026"

_numbers = count(1)


# --- accounts


def make_user(
    *, full_name: str = "Тестова Айгуль", groups: tuple[str, ...] = (), **fields: Any
) -> User:
    """Return a person who signs in with PASSWORD."""
    fields.setdefault("email", f"person{next(_numbers)}@example.test")
    user = User.objects.create_user(password=PASSWORD, full_name=full_name, **fields)
    user.groups.set(Group.objects.get_or_create(name=name)[0] for name in groups)
    return user


def make_staff(**fields: Any) -> User:
    """Return a person of the project's staff."""
    return make_user(groups=(roles.PROJECT_STAFF,), is_staff=True, **fields)


# --- municipalities


def make_district(*, name_ru: str = "Тестовый район", name_ky: str = "Сыноо району") -> District:
    """Return a district of an invented oblast."""
    oblast, _ = Oblast.objects.get_or_create(
        name_ru="Тестовая область", defaults={"name_ky": "Сыноо облусу"}
    )
    return District.objects.create(oblast=oblast, name_ru=name_ru, name_ky=name_ky)


def make_municipality(*, district: District | None = None, **fields: Any) -> Municipality:
    """Return an invented municipality, in an invented district where none is given."""
    number = next(_numbers)
    fields.setdefault("name_ru", f"Тестовский айылный аймак {number}")
    fields.setdefault("name_ky", f"Сыноо айыл аймагы {number}")
    fields.setdefault("status", Municipality.Status.CURRENT)
    return Municipality.objects.create(
        district=district or District.objects.first() or make_district(), register="test", **fields
    )


def make_member_of(
    municipality: Municipality, *, role: str = Membership.Role.HEAD, **fields: Any
) -> User:
    """Return a person who speaks for the municipality since 2020."""
    user = make_user(**fields)
    Membership.objects.create(
        user=user, municipality=municipality, role=role, since=date(2020, 1, 1)
    )
    return user


# --- contest


PHASES = {"announced": 5, "open": -10, "admission": -35, "scoring": -45, "deciding": -65}
"""Days from NOW to the opening of a contest, so that NOW falls within the phase."""


def make_contest(*, phase: str = "open", is_standard: bool = True, **fields: Any) -> Contest:
    """Return a contest in the phase at NOW, with the standard questions, criteria and prizes.

    Applications are taken for 30 days, scoring opens 10 days later for 20 days.
    Nobody may apply until a pilot is added. ``is_standard=False`` leaves it empty.
    """
    number = next(_numbers)
    fields.setdefault("code", f"test-{number}")
    fields.setdefault("name_ru", f"Тестовый конкурс {number}")
    fields.setdefault("name_ky", f"Сыноо сынагы {number}")
    fields.setdefault("opens_at", NOW + timedelta(days=PHASES[phase]))
    fields.setdefault("closes_at", fields["opens_at"] + timedelta(days=30))
    fields.setdefault("scoring_opens_at", fields["closes_at"] + timedelta(days=10))
    fields.setdefault("scoring_closes_at", fields["scoring_opens_at"] + timedelta(days=20))
    fields.setdefault("fund_som", 6_000_000)
    if not is_standard:
        return Contest.objects.create(**fields)
    return create_contest(municipalities=fields.pop("municipalities", ()), **fields)


def make_seat(*, contest: Contest, user: User | None = None, **fields: Any) -> Seat:
    """Return a seat on the commission since 2020, a voting member's by default."""
    fields.setdefault("since", date(2020, 1, 1))
    return Seat.objects.create(contest=contest, user=user or make_user(), **fields)


def make_application(
    *, contest: Contest, municipality: Municipality, created_by: User, **fields: Any
) -> Application:
    """Return a draft, empty but for what is given."""
    fields.setdefault("created_at", NOW - timedelta(days=5))
    fields.setdefault("updated_at", fields["created_at"])
    return Application.objects.create(
        contest=contest, municipality=municipality, created_by=created_by, **fields
    )


# --- seminars


def make_position(*, code: str = "social", **fields: Any) -> Position:
    """Return a position; the same one for the same code."""
    fields.setdefault("name_ru", "Специалист по социальным вопросам")
    fields.setdefault("name_ky", "Социалдык маселелер боюнча адис")
    return Position.objects.get_or_create(code=code, defaults=fields)[0]


def make_seminar(*, district: District | None = None, **fields: Any) -> Seminar:
    """Return a seminar of two days, 13 and 14 May 2025."""
    fields.setdefault("place", "Тестовый дом культуры")
    fields.setdefault("starts_on", date(2025, 5, 13))
    fields.setdefault("ends_on", fields["starts_on"] + timedelta(days=1))
    return Seminar.objects.create(
        district=district or District.objects.first() or make_district(), **fields
    )


def make_person_fields(**fields: Any) -> PersonFields:
    """Return what a line says of an invented woman of the first municipality."""
    fields.setdefault("full_name", f"Сынакова Айзада {next(_numbers)}")
    fields.setdefault("sex", "f")
    fields.setdefault("birth_year", 1985)
    if "position" not in fields:
        fields["position"] = make_position()
    if "municipality" not in fields:
        fields["municipality"] = Municipality.objects.order_by("id").first() or make_municipality()
    return PersonFields(**fields)


def make_registration(
    *,
    seminar: Seminar | None = None,
    days: tuple[date, ...] = (),
    by: User | None = None,
    **person: Any,
) -> Registration:
    """Return a line of a seminar's list, entered through the door."""
    return attendance.enrol(
        seminar or Seminar.objects.first() or make_seminar(),
        make_person_fields(**person),
        days,
        by=by or User.objects.filter(is_superuser=True).first() or make_staff(),
        now=NOW,
    )

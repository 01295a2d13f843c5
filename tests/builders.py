"""What tests are made of: each builder makes one thing, with sensible defaults, by keyword.

Invented people only. A section for each app, in the order of the imports.
"""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from accounts import roles
from accounts.models import User
from municipalities.models import District, Membership, Municipality, Oblast

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

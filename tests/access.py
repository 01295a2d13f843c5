"""The table of who gets what answer, as rows. Each app lists its own in tests/APP/access.py.

``tests/test_access.py`` collects every ``ROWS``, runs them, and fails for an
address without one. A row names the status for each persona of policy.md::

    ROWS = [
        Row("contest:board", own=404, neighbour=404, member=404, chair=404,
            staff=200, observer=404, admin=200),
        Row("contest:admit", "POST", path=lambda world: ..., data={"note": "…"}, ...),
        public("contest:public"),
        *admin_pages(Municipality, sees=(STAFF, ADMIN), adds=(STAFF,), changes=(STAFF,)),
    ]

Where an address has no row for POST, POST must be refused to everybody
(403, 404, 405, or the way to sign-in); the same for GET.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.urls import reverse

from accounts import roles
from accounts.models import User
from contest.models import Application, Contest, Seat
from municipalities.models import Municipality
from tests import builders

ANONYMOUS, OWN, NEIGHBOUR = "anonymous", "own", "neighbour"
MEMBER, CHAIR, STAFF = "member", "chair", "staff"
OBSERVER, ADMIN = "observer", "admin"
PERSONAS = (ANONYMOUS, OWN, NEIGHBOUR, MEMBER, CHAIR, STAFF, OBSERVER, ADMIN)
OF_THE_ADMIN = (MEMBER, CHAIR, STAFF, ADMIN)
"""Who may open /admin/ at all (``is_staff``); what they find there is another matter."""

Status = int | tuple[int, ...]


@dataclass
class World:
    """The people and things that rows talk of, at the moment ``builders.NOW``."""

    people: dict[str, User | None]
    contest: Contest
    municipality: Municipality
    neighbouring: Municipality
    application: Application
    """A draft of ``municipality`` in ``contest``."""


def make_world() -> World:
    """Return one contest, two municipalities and everybody of the policy's table."""
    contest = builders.make_contest()
    municipality, neighbouring = builders.make_municipality(), builders.make_municipality()
    own = builders.make_member_of(municipality, full_name="Айгуль Подаёт")
    member = builders.make_user(full_name="Бакыт Оценивает", is_staff=True)
    chair = builders.make_user(full_name="Председатель Решает", is_staff=True)
    builders.make_seat(contest=contest, user=member)
    builders.make_seat(contest=contest, user=chair, role=Seat.Role.CHAIR)
    people: dict[str, User | None] = {
        ANONYMOUS: None,
        OWN: own,
        NEIGHBOUR: builders.make_member_of(neighbouring, full_name="Сосед Чужой"),
        MEMBER: member,
        CHAIR: chair,
        STAFF: builders.make_staff(full_name="Чынара Ведёт"),
        OBSERVER: builders.make_user(full_name="Донор Смотрит", groups=(roles.OBSERVERS,)),
        ADMIN: builders.make_user(
            full_name="Админ Хранит", email="admin@example.test", is_staff=True, is_superuser=True
        ),
    }
    return World(
        people=people,
        contest=contest,
        municipality=municipality,
        neighbouring=neighbouring,
        application=builders.make_application(
            contest=contest, municipality=municipality, created_by=own
        ),
    )


@dataclass(frozen=True)
class Row:
    """One address and method: what each persona gets. ``path`` and ``data`` may ask the world.

    A status may be a tuple where two answers are both right.
    """

    url: str
    method: str = "GET"
    path: Callable[[World], str] | None = None
    data: Mapping[str, Any] | Callable[[World], Mapping[str, Any]] = field(default_factory=dict)
    own: Status = 404
    neighbour: Status = 404
    member: Status = 404
    chair: Status = 404
    staff: Status = 404
    observer: Status = 404
    admin: Status = 404
    anonymous: Status = 302
    """302 means the way to sign-in …"""
    stranger_goes_to: tuple[str, ...] = ("/accounts/login/", "/admin/login/")
    """… unless another way is named."""

    def path_in(self, world: World) -> str:
        """Return the address of this row in the world."""
        return self.path(world) if self.path else reverse(self.url)

    def data_in(self, world: World) -> Mapping[str, Any]:
        """Return what is sent."""
        return self.data(world) if callable(self.data) else self.data

    def expected(self, persona: str) -> tuple[int, ...]:
        """Return the answers that are right for the persona."""
        status = getattr(self, persona)
        return status if isinstance(status, tuple) else (status,)


def everybody(url: str, status: Status, method: str = "GET", **fields: Any) -> Row:
    """Return a row where all who are signed in get the same answer, strangers sign-in."""
    same = {persona: status for persona in PERSONAS if persona != ANONYMOUS}
    return Row(url, method, **(same | fields))


def public(url: str, status: Status = 200, method: str = "GET", **fields: Any) -> Row:
    """Return a row where everybody, signed in or not, gets the same answer."""
    return everybody(url, status, method, **({ANONYMOUS: status} | fields))


def only(url: str, *personas: str, method: str = "GET", refused: int = 404, **fields: Any) -> Row:
    """Return a row where the personas get 200 (GET) or 302 (POST), others are refused."""
    status = 200 if method == "GET" else 302
    named = {p: status if p in personas else refused for p in PERSONAS if p != ANONYMOUS}
    return Row(url, method, **(named | fields))


def admin_pages(
    model: type[Model],
    *,
    thing: Callable[[World], Model],
    sees: Iterable[str],
    adds: Iterable[str] = (),
    changes: Iterable[str] = (),
    deletes: Iterable[str] = (),
    **more: Iterable[str],
) -> list[Row]:
    """Return the rows of a model in the admin. ``thing`` makes or finds one to open.

    ``more`` lists who may open further pages by the end of their name, such as
    ``export=(STAFF, ADMIN)`` for ``admin:app_model_export``. A change page is
    readable by whoever ``sees``; forms with errors keep the admin's 200.
    """
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_"

    def to_thing(end: str) -> Callable[[World], str]:
        return lambda world: reverse(name + end, args=[thing(world).pk])

    rows = [
        _admin_row(name + "changelist", sees),
        _admin_row(name + "changelist", sees, "POST", status=(200, 302)),
        _admin_row(name + "add", adds),
        _admin_row(name + "add", adds, "POST"),
        _admin_row(name + "change", sees, path=to_thing("change")),
        _admin_row(name + "change", changes, "POST", path=to_thing("change"), status=(200, 302)),
        _admin_row(name + "delete", deletes, path=to_thing("delete")),
        _admin_row(name + "delete", deletes, "POST", path=to_thing("delete")),
        _admin_row(name + "history", sees, path=to_thing("history")),
        _admin_row(name + "history", sees, "POST", path=to_thing("history")),
    ]
    for end, personas in more.items():
        rows.append(_admin_row(name + end, personas))
        rows.append(_admin_row(name + end, personas, "POST", status=(200, 302)))
    return rows


def _admin_row(
    url: str,
    personas: Iterable[str],
    method: str = "GET",
    status: Status = 200,
    path: Callable[[World], str] | None = None,
) -> Row:
    """Return a row of the admin: 302 to its sign-in for outsiders, 403 for the rest."""
    allowed = set(personas)
    answers: dict[str, Status] = {
        persona: status if persona in allowed else 403 if persona in OF_THE_ADMIN else 302
        for persona in PERSONAS
    }
    return Row(url, method, path, **answers)  # type: ignore[arg-type]

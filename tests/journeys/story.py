"""The world of the journey: people, four municipalities, a contest with a small fund.

Айгуль applies, Бакыт and his colleagues score, Чынара runs the contest, the chair
decides; the neighbour applies too and must see nothing of Айгуль's.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts import roles
from accounts.models import User
from contest.models import Application, Contest, Seat
from contest.setup import PrizeOf
from municipalities.models import Municipality
from tests import builders
from tests.builders import NOW, PASSWORD
from tests.journeys.browsing import Visitor

FUND_SOM = 1_000_000
FIRST, NEXT = "Главный приз", "Второй приз"
PRIZES = (
    PrizeOf(FIRST, "Башкы байге", "First prize", 1, 1, 600_000),
    PrizeOf(NEXT, "Экинчи байге", "Second prize", 2, 3, 200_000),
)

OWN, NEIGHBOUR, THIRD, LAST = "own", "neighbour", "third", "last"
"""The four that compete. ``OWN`` is Айгуль's; she writes it over the pages."""

UNITS = {
    OWN: ("Сынак-Булутский", "Сынак-Булут"),
    NEIGHBOUR: ("Сынак-Өзөнский", "Сынак-Өзөн"),
    THIRD: ("Сынак-Тооский", "Сынак-Тоо"),
    LAST: ("Сынак-Кумский", "Сынак-Кум"),
}
"""Invented municipalities, in Russian and Kyrgyz."""

BAKYT, ERKIN, GULNARA, CHAIR = "bakyt", "erkin", "gulnara", "chair"
MEMBERS = {
    BAKYT: "Бакыт Оценивает",
    ERKIN: "Эркин Оценивает",
    GULNARA: "Гүлнара Оценивает",
    CHAIR: "Төрөкан Председатель",
}
"""Everybody with a sheet. Эркин works in the admin, Гүлнара comes from Айгуль's municipality."""


class Story:
    """Everybody and everything, and the clock. ``language`` is the one that Айгуль reads."""

    def __init__(
        self,
        *,
        clock: time_machine.Traveller,
        committing: Callable[..., AbstractContextManager[Any]],
        language: str = "ru",
    ) -> None:
        self.clock, self.language, self._committing = clock, language, committing
        builders.make_position()
        self.units = {
            key: builders.make_municipality(name_ru=name_ru, name_ky=name_ky)
            for key, (name_ru, name_ky) in UNITS.items()
        }
        self.contest = self._make_contest(self.units.values())
        self.staff = builders.make_staff(full_name="Чынара Ведёт")
        self.observer = builders.make_user(full_name="Донор", groups=(roles.OBSERVERS,))
        self.seats = {key: self._make_seat(key) for key in MEMBERS}
        self.heads = {
            key: builders.make_member_of(self.units[key], full_name=f"Глава {key}")
            for key in (NEIGHBOUR, THIRD, LAST)
        }
        self.applications = {key: self._submitted(key) for key in self.heads}
        self.aigul: User | None = None
        self.codes: dict[str, str] = {}
        self._browsers: dict[tuple[int, str], Visitor] = {}

    @staticmethod
    def _make_contest(units: Iterable[Municipality]) -> Contest:
        return builders.make_contest(
            code="2026-test",
            municipalities=units,
            prizes=PRIZES,
            fund_som=FUND_SOM,
            discussion_opens_at=NOW + timedelta(days=40),
        )

    def _make_seat(self, key: str) -> Seat:
        user = builders.make_user(full_name=MEMBERS[key], is_staff=True)
        role = Seat.Role.CHAIR if key == CHAIR else Seat.Role.MEMBER
        return builders.make_seat(contest=self.contest, user=user, role=role)

    def _submitted(self, key: str) -> Application:
        return builders.make_submitted_application(
            contest=self.contest,
            municipality=self.units[key],
            by=self.heads[key],
            contact_email=f"{key}@example.test",
        )

    # --- time, letters

    def days_later(self, days: float) -> None:
        """Set the clock to so many days after the story's first noon. Sessions end meanwhile."""
        self.clock.move_to(NOW + timedelta(days=days))
        self._browsers.clear()

    def posting(self) -> AbstractContextManager[Any]:
        """Within this block, what waits for the commit is done at its end: letters are queued."""
        return self._committing(execute=True)

    def letters_to(self, address: str) -> list[str]:
        """Return the subjects of the letters queued for the address, the oldest first."""
        queued = Email.objects.order_by("pk")
        return [letter.subject for letter in queued if letter.to == [address]]

    # --- people at their browsers

    def visitor(self, user: User, *, language: str = "ru") -> Visitor:
        """Return the person's browser; each day they sign in anew, on the portal's page."""
        if (user.pk, language) not in self._browsers:
            browser = Visitor(language=language).sign_in(user.email or user.phone, PASSWORD)
            self._browsers[user.pk, language] = browser
        return self._browsers[user.pk, language]

    def member(self, key: str) -> Visitor:
        """Return the browser of a member of the commission."""
        return self.visitor(self.seats[key].user)

    # --- what is looked at

    @property
    def own(self) -> Application:
        """Айгуль's application as it stands now."""
        return Application.objects.get(contest=self.contest, municipality=self.units[OWN])

    def name(self, key: str) -> str:
        """Return a municipality's name in Айгуль's language."""
        return UNITS[key][self.language == "ky"]

    def addresses(self) -> list[str]:
        """Return every address of Айгуль's application, its receipt and files."""
        own = self.own
        pages = ("tasks", "check", "receipt", "withdraw", "revive")
        parts = ("applicant", "measures", "files")
        return [
            *(reverse(f"contest:{page}", args=[own.pk]) for page in pages),
            *(reverse("contest:section", args=[own.pk, part]) for part in parts),
            *(reverse("contest:file", args=[file.key]) for file in own.files.all()),
            reverse("contest:staff-application", args=[own.pk]),
            reverse("contest:staff-move", args=[own.pk, "admit"]),
            *(reverse("contest:redact", args=[own.pk, file.key]) for file in own.files.all()),
        ]

    def nobody_else_sees_it(self) -> None:
        """Ask for Айгуль's addresses, to read and to write, as all to whom they are not there."""
        addresses = self.addresses()
        self._is_not_there_for(self.heads[NEIGHBOUR], addresses, ("get", "post"))
        for user in (self.observer, self.seats[BAKYT].user, self.seats[GULNARA].user):
            self._is_not_there_for(user, addresses[::2], ("get",))
        stranger = Client()
        for address in addresses:
            assert stranger.get(address)["Location"].startswith("/accounts/login/?next=/"), address

    def _is_not_there_for(self, user: User, addresses: list[str], methods: tuple[str, ...]) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        answers = {
            (method, address): getattr(client, method)(address).status_code
            for address in addresses
            for method in methods
        }
        seen = {asked: status for asked, status in answers.items() if status not in (404, 405)}
        assert seen == {}, user.full_name

"""What tests are made of: each builder makes one thing, with sensible defaults, by keyword.

Invented people only. A section for each app, in the order of the imports.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from accounts import roles
from accounts.models import User
from contest import decision, drafting, scorecard, workflow
from contest.models import Application, ApplicationFile, Contest, Decision, Pilot, Seat, Sheet
from contest.setup import create_contest
from contest.standings import proposal, standings
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


FIELDS: dict[str, Any] = {
    "head_name": "Тестов Эмил",
    "contact_name": "Тестова Айгуль",
    "contact_phone": "+996555123456",
    "contact_email": "office@example.test",
    "language": "ru",
    "population": 5200,
    "women": 2600,
    "girls": 800,
    "people_with_disabilities": 120,
    "children_with_disabilities": 30,
    "programme_title": "Программа социально-экономического развития на 2024–2026 годы",
    "year_from": 2024,
    "year_to": 2026,
    "resolution_number": "№5-13",
    "resolution_on": date(2024, 1, 15),
    "declares_truth": True,
    "consents": True,
}
"""The columns of a complete application."""

EVENT: dict[str, Any] = {
    "title": "Сход жителей",
    "held_on": date(2023, 11, 3),
    "women": 40,
    "men": 35,
    "people_with_disabilities": 6,
    "youth": 12,
}

MEASURE: dict[str, Any] = {
    "title": "Пандус и перила у фельдшерского пункта",
    "term": "2025",
    "responsible": "Социальный работник",
    "cost_som": 250_000,
    "local_som": 50_000,
    "indicator": "Пункт доступен: было 0, станет 1",
    "programme_page": "14",
}


def make_file(*, application: Application, kind: str, by: User, **fields: Any) -> ApplicationFile:
    """Return an attached file, its row only: there is nothing on the disk."""
    number = next(_numbers)
    fields.setdefault("name", f"{kind}.pdf")
    fields.setdefault("file", f"applications/{application.pk}/{number}.pdf")
    fields.setdefault("sha256", f"{number:064x}")
    return ApplicationFile.objects.create(
        application=application,
        kind=kind,
        content_type="application/pdf",
        size=1000,
        uploaded_at=NOW,
        uploaded_by=by,
        **fields,
    )


def make_complete_application(
    *,
    contest: Contest | None = None,
    municipality: Municipality | None = None,
    by: User | None = None,
    now: datetime = NOW,
    **changes: Any,
) -> Application:
    """Return a draft that may be submitted, written through the door; ``by`` heads the unit."""
    contest = contest or make_contest()
    municipality = municipality or make_municipality()
    by = by or make_member_of(municipality)
    Pilot.objects.get_or_create(contest=contest, municipality=municipality)
    application = drafting.begin(contest, municipality, by=by, now=now)
    texts = {f"answer:{q.code}": f"Ответ: {q.label_ru}" for q in contest.questions.all()}
    fields = {**FIELDS, "contact_position": make_position(), **texts, **changes}
    drafting.save(application, fields, by=by, now=now)
    group = contest.target_groups.first()
    measures = [{**MEASURE, "target_group": group}]
    drafting.save_rows(application, "participation_events", [EVENT], by=by, now=now)
    drafting.save_rows(application, "measures", measures, by=by, now=now)
    for kind in ApplicationFile.REQUIRED:
        make_file(application=application, kind=kind, by=by)
    return Application.objects.get(pk=application.pk)


def make_submitted_application(
    *, by: User | None = None, now: datetime = NOW, **fields: Any
) -> Application:
    """Return an application that its municipality has submitted."""
    application = make_complete_application(by=by, now=now, **fields)
    return workflow.perform(application, "submit", by=by or application.created_by, now=now)


def make_admitted_application(
    *, staff: User | None = None, now: datetime = NOW, **fields: Any
) -> Application:
    """Return an application that project staff have admitted; without a code yet."""
    application = make_submitted_application(now=now, **fields)
    return workflow.perform(application, "admit", by=staff or make_staff(), now=now)


# --- contest: the commission


def make_member(*, contest: Contest, **fields: Any) -> Seat:
    """Return the seat of a new voting member who has declared that they have no conflict."""
    fields.setdefault("conflicts_declared_at", NOW - timedelta(days=4))
    fields.setdefault("user", make_user(full_name="Бакыт Оценивает", is_staff=True))
    return make_seat(contest=contest, **fields)


def make_coded_application(*, contest: Contest, **fields: Any) -> Application:
    """Return an admitted application before the commission, under a code of its own."""
    number = next(_numbers)
    fields.setdefault("code", f"К-{number:03d}")
    fields.setdefault("number", f"{contest.code}-{number:03d}")
    fields.setdefault("state", Application.State.ADMITTED)
    fields.setdefault("submitted_at", contest.closes_at - timedelta(days=1))
    if "municipality" not in fields:
        fields["municipality"] = make_municipality()
    if "created_by" not in fields:
        fields["created_by"] = make_user()
    return make_application(contest=contest, **fields)


def sheet_content(
    *, contest: Contest, level: int | None = 3, comment: str = "", **levels: int | None
) -> dict[str, Any]:
    """Return ``levels`` and ``comments`` for every criterion, as ``scorecard`` takes them.

    ``level`` for all, ``C4=2`` for one; ``comment`` stands beside each.
    """
    codes = list(contest.criteria.values_list("code", flat=True))
    return {
        "levels": {code: levels.get(code, level) for code in codes},
        "comments": dict.fromkeys(codes, comment),
    }


def make_sheet(
    *,
    application: Application,
    seat: Seat,
    is_submitted: bool = True,
    now: datetime = NOW,
    **content: Any,
) -> Sheet:
    """Return a sheet written through its door: ``level=3``, ``C4=2``, ``comment="…"``."""
    write = scorecard.submit if is_submitted else scorecard.record
    return write(
        application,
        seat,
        **sheet_content(contest=application.contest, **content),
        based_on=0,
        by=seat.user,
        now=now,
    )


# --- contest: the outcome


def make_commission(*, contest: Contest, members: int = 2) -> list[Seat]:
    """Return the seat of the chair, who scores too, and those of the members."""
    chair = make_user(full_name="Председатель Решает", is_staff=True)
    seats = [make_member(contest=contest, user=chair, role=Seat.Role.CHAIR)]
    for _number in range(members):
        member = make_user(full_name="Бакыт Оценивает", is_staff=True)
        seats.append(make_member(contest=contest, user=member))
    return seats


def make_scored_contest(
    *, levels: Sequence[int | Mapping[str, int]] = (5, 4, 3), **fields: Any
) -> Contest:
    """Return a contest whose scoring has closed: three equal sheets for each of its applications.

    For each of ``levels`` there is an application, «К-01» and so on, with that level
    for every criterion; ``{"level": 4, "C4": 5}`` names exceptions.
    """
    contest = make_contest(phase="deciding", **fields)
    seats = make_commission(contest=contest)
    for number, level in enumerate(levels, start=1):
        application = make_coded_application(
            contest=contest,
            code=f"К-{number:02d}",
            number=f"{contest.code}-{number:03d}",
            contact_email=f"office{number}@example.test",
            language="ru",
        )
        content = {"level": level} if isinstance(level, int) else dict(level)
        for seat in seats:
            make_sheet(
                application=application,
                seat=seat,
                now=contest.scoring_closes_at - timedelta(days=1),
                comment="Так в программе.",
                **content,
            )
    return contest


def make_decision(*, contest: Contest, staff: User | None = None, state: str = "draft") -> Decision:
    """Return a decision by the places of the ranking: ``draft``, ``confirmed`` or ``announced``."""
    found = standings(contest)
    awards = {pk: prize.pk for pk, prize in proposal(found, contest.prizes.all()).items()}
    made = decision.draft(
        contest, awards, based_on=found.inputs_sha256, by=staff or make_staff(), now=NOW
    )
    chair = contest.seats.get(role=Seat.Role.CHAIR).user
    if state in ("confirmed", "announced"):
        made = decision.decide(contest, by=chair, now=NOW)
    if state == "announced":
        made = decision.announce(contest, by=chair, now=NOW)
    return made


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

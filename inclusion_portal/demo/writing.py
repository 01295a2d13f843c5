"""What invented municipalities write, through the doors that people use."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from accounts.models import User
from contest import drafting, workflow
from contest.models import Application, Contest
from municipalities.models import Municipality, Position

from . import files, texts
from .names import invent, invent_phone

WOMENS_MEETING = 1
"""Which of ``texts.EVENTS`` is the meeting with women."""


@dataclass
class Author:
    """An invented municipality at its desk. ``quality`` 0–1 decides how much it writes, and how."""

    random: Random
    municipality: Municipality
    head: User
    quality: float
    language: str

    def pick(self, variants: tuple[str, ...]) -> str:
        """Return a variant; the last one of a question is what a hurried clerk sends."""
        if self.quality < 0.35 and len(variants) > 2:
            return variants[-1]
        return self.random.choice(variants[:-1] if len(variants) > 2 else variants)

    def fill(self, text: str, year_to: int) -> str:
        """Return the text with invented numbers and an invented village in it."""
        return text.format(
            n=self.random.randint(24, 90),
            m=self.random.randint(6, 22),
            village=self.random.choice(texts.VILLAGES[self.language]),
            year_to=year_to,
        )


def begin(contest: Contest, author: Author, now: datetime) -> Application:
    """Begin the application and say who applies."""
    application = drafting.begin(contest, author.municipality, by=author.head, now=now)
    return drafting.save(application, _applicant(author), by=author.head, now=now)


def write_all(application: Application, author: Author, now: datetime) -> Application:
    """Fill in every section, over a few days that end at ``now``."""
    opens_on = application.contest.opens_at.date()
    year_to = opens_on.year + author.random.choice((2, 5))
    by = author.head
    for number, changes in enumerate(
        (
            _profile(author),
            _programme(author, opens_on, year_to),
            _answers(application, author, year_to),
        )
    ):
        drafting.save(application, changes, by=by, now=now - timedelta(hours=30 - 8 * number))
    measures = _measures(application, author)
    drafting.save_rows(application, "measures", measures, by=by, now=now - timedelta(hours=4))
    drafting.save_rows(
        application, "participation_events", _events(author, opens_on), by=by, now=now
    )
    _add_files(application, author, measures, now)
    declarations = {"declares_truth": True, "consents": True, "allows_publication": True}
    return drafting.save(application, declarations, by=by, now=now)


def write_half(application: Application, author: Author, now: datetime) -> Application:
    """Fill in the population, the programme and one answer: a draft that somebody is at."""
    opens_on = application.contest.opens_at.date()
    year_to = opens_on.year + 2
    by = author.head
    drafting.save(application, _profile(author), by=by, now=now - timedelta(hours=3))
    drafting.save(application, _programme(author, opens_on, year_to), by=by, now=now)
    vision = _answers(application, author, year_to)["answer:vision"]
    drafting.save_rows(application, "measures", _measures(application, author)[:2], by=by, now=now)
    return drafting.save(application, {"answer:vision": vision}, by=by, now=now)


def submit(application: Application, author: Author, now: datetime) -> Application:
    """Submit a written application."""
    return workflow.perform(application, workflow.Action.SUBMIT, by=author.head, now=now)


def _applicant(author: Author) -> dict[str, Any]:
    random = author.random
    return {
        "head_name": author.head.full_name,
        "contact_name": invent(random, random.choice("fm")),
        "contact_position": random.choice(list(Position.objects.order_by("order")[:4])),
        "contact_phone": invent_phone(random),
        "contact_email": f"ao{author.municipality.pk}@demo.local" if random.random() < 0.6 else "",
        "language": author.language,
    }


def _profile(author: Author) -> dict[str, Any]:
    random = author.random
    population = random.randrange(2400, 18000)
    people_with_disabilities = population // random.randint(24, 40)
    return {
        "population": population,
        "women": population * random.randint(495, 515) // 1000,
        "girls": population * random.randint(170, 190) // 1000,
        "boys": population * random.randint(175, 195) // 1000,
        "youth": population * random.randint(210, 240) // 1000,
        "people_with_disabilities": people_with_disabilities,
        "children_with_disabilities": people_with_disabilities // random.randint(5, 8),
        "low_income_families": population // random.randint(30, 60),
    }


def _programme(author: Author, opens_on: date, year_to: int) -> dict[str, Any]:
    number = author.random.randint(3, 40)
    return {
        "programme_title": texts.TITLES[author.language].format(
            year_from=opens_on.year, year_to=year_to
        ),
        "year_from": opens_on.year,
        "year_to": year_to,
        "resolution_number": author.random.choice((f"№ {number}", f"№5-{number}", f"IV/{number}")),
        "resolution_on": opens_on - timedelta(days=author.random.randint(5, 60)),
    }


def _answers(application: Application, author: Author, year_to: int) -> dict[str, str]:
    answers = {}
    for question in application.contest.questions.all():
        variants = texts.ANSWERS[question.code][author.language]
        answers[f"answer:{question.code}"] = author.fill(author.pick(variants), year_to)
    return answers


def _measures(application: Application, author: Author) -> list[dict[str, Any]]:
    random = author.random
    groups = {group.code: group for group in application.contest.target_groups.all()}
    kinds = texts.MEASURES[author.language]
    year = application.contest.closes_at.year
    rows = []
    for code, title, responsible, indicator in random.sample(kinds, 2 + round(author.quality * 4)):
        cost = random.randrange(80, 900) * 1000
        rows.append(
            {
                "title": author.fill(title, 0),
                "target_group": groups[code],
                "term": f"{year}–{year + 1}",
                "responsible": responsible,
                "cost_som": cost,
                "local_som": cost * random.choice((0, 10, 20, 30)) // 100,
                "indicator": indicator,
                "programme_page": str(random.randint(8, 60)),
            }
        )
    return rows


def _events(author: Author, opens_on: date) -> list[dict[str, Any]]:
    random = author.random
    names = texts.EVENTS[author.language][: 1 + round(author.quality * 3)]
    rows = []
    for number, title in enumerate(names):
        women, men = random.randint(12, 60), random.randint(10, 50)
        if number == WOMENS_MEETING:
            women, men = women + men, random.randint(0, 3)
        rows.append(
            {
                "title": title,
                "held_on": opens_on - timedelta(days=120 - 7 * number),
                "women": women,
                "men": men,
                "people_with_disabilities": random.randint(0, 6),
                "youth": random.randint(2, 14),
            }
        )
    return rows


def _add_files(
    application: Application, author: Author, measures: list[dict[str, Any]], now: datetime
) -> None:
    russian = author.language == "ru"
    rows = [(row["title"], row["cost_som"], row["local_som"]) for row in measures]
    sample = (
        "Образец, придуманный для показа портала."
        if russian
        else "Порталды көрсөтүү үчүн ойдон чыгарылган үлгү."
    )
    uploads = (
        (
            "programme",
            files.letter("ПСЭР.docx" if russian else "СЭӨП.docx", [sample, *(r[0] for r in rows)]),
        ),
        ("resolution", files.letter("Постановление.docx" if russian else "Токтом.docx", [sample])),
        (
            "minutes",
            files.letter(
                "Протокол слушаний.docx" if russian else "Угуунун протоколу.docx", [sample]
            ),
        ),
        ("budget", files.budget("Бюджет мер.xlsx" if russian else "Чаралардын бюджети.xlsx", rows)),
    )
    for kind, upload in uploads:
        drafting.add_file(application, kind, upload, by=author.head, now=now)

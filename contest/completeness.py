"""What: the content of an application by section, what is missing in it, and its fingerprint.

A book: asks no clock, changes nothing. It reads related rows through ``.all()``,
so that ``prefetch_related_objects(applications, *PARTS)`` makes it free of queries.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import (
    Application,
    ApplicationFile,
    Measure,
    ParticipationEvent,
    Question,
    Section,
)
from .refusals import Text

Row = ParticipationEvent | Measure

PARTS = (
    "contact_position",
    "contest__questions",
    "answers",
    "participation_events",
    "measures__target_group",
    "files",
)
"""What to prefetch before this book is asked about many applications."""

FIELDS: dict[Section, tuple[str, ...]] = {
    Section.APPLICANT: (
        "head_name",
        "contact_name",
        "contact_position",
        "contact_phone",
        "contact_email",
        "language",
    ),
    Section.PROFILE: (
        "population",
        "women",
        "girls",
        "boys",
        "youth",
        "people_with_disabilities",
        "children_with_disabilities",
        "low_income_families",
    ),
    Section.PROGRAMME: (
        "programme_title",
        "year_from",
        "year_to",
        "resolution_number",
        "resolution_on",
    ),
    Section.DECLARATIONS: ("declares_truth", "consents", "allows_publication"),
}
"""The columns of an application, by the section in which they are filled in."""

OPTIONAL = frozenset(
    {
        "contact_email",
        "girls",
        "boys",
        "youth",
        "low_income_families",
        "allows_publication",
    }
)


@dataclass(frozen=True)
class Table:
    """A table of an application: where its rows are, what they are called in revisions."""

    section: Section
    model: type[Row]
    prefix: str
    columns: tuple[str, ...]
    optional: frozenset[str] = frozenset()


TABLES: dict[str, Table] = {
    "participation_events": Table(
        Section.PARTICIPATION,
        ParticipationEvent,
        "event",
        ("title", "held_on", "women", "men", "people_with_disabilities", "youth"),
        frozenset({"people_with_disabilities", "youth"}),
    ),
    "measures": Table(
        Section.MEASURES,
        Measure,
        "measure",
        (
            "title",
            "target_group",
            "term",
            "responsible",
            "cost_som",
            "local_som",
            "indicator",
            "programme_page",
        ),
    ),
}


class SectionState(TextChoices):
    """How far a section is, as the task list says it."""

    NOT_STARTED = "not_started", pgettext_lazy("section", "Not started")
    IN_PROGRESS = "in_progress", pgettext_lazy("section", "In progress")
    COMPLETE = "complete", pgettext_lazy("section", "Complete")


@dataclass(frozen=True)
class Missing:
    """One thing that a submission still needs. ``field`` is the name the page jumps to."""

    section: Section
    field: str
    message: Text


def sections(application: Application) -> list[Section]:
    """Return the sections of this application: those in which there is something to fill in."""
    asked = {question.section for question in application.contest.questions.all()}
    fixed = {*FIELDS, *(table.section for table in TABLES.values()), Section.FILES}
    return [section for section in Section if section in fixed or section.value in asked]


def questions(application: Application, section: Section) -> list[Question]:
    """Return the narrative questions of a section, in their order."""
    return [q for q in application.contest.questions.all() if q.section == section]


def answers(application: Application) -> dict[str, str]:
    """Return the text of every answer by the question's code."""
    codes = {question.pk: question.code for question in application.contest.questions.all()}
    return {
        codes[answer.question_id]: answer.text
        for answer in application.answers.all()
        if answer.question_id in codes
    }


def states(application: Application) -> dict[Section, SectionState]:
    """Return the state of each section, in their order."""
    lacking = {item.section for item in missing(application)}
    return {
        section: SectionState.NOT_STARTED
        if not _is_begun(application, section)
        else SectionState.IN_PROGRESS
        if section in lacking
        else SectionState.COMPLETE
        for section in sections(application)
    }


def missing(application: Application) -> list[Missing]:
    """Return what a submission still needs, contradictions included, in the sections' order."""
    found = [
        *_missing_fields(application),
        *_missing_answers(application),
        *_missing_rows(application),
        *_missing_files(application),
        *contradictions(application),
    ]
    order = list(Section)
    return sorted(found, key=lambda item: order.index(item.section))


def contradictions(application: Application) -> list[Missing]:
    """Return what does not agree: a draft may hold it, a submitted application may not."""
    found = []
    for rule in _RULES:
        values = [getattr(application, name) for name in rule.columns]
        if None not in values and not rule.holds(*values):
            found.append(Missing(rule.section, rule.columns[0], rule.message))
    if application.resolution_on and application.resolution_on > _last_day(application):
        found.append(
            Missing(
                Section.PROGRAMME,
                "resolution_on",
                _("The resolution must be dated before the applications close."),
            )
        )
    found.extend(_contradicting_rows(application))
    return found


def totals(rows: list[Measure]) -> tuple[int, int]:
    """Return what the measures cost together and what of it is local, in whole som."""
    return sum(row.cost_som or 0 for row in rows), sum(row.local_som or 0 for row in rows)


def canonical(application: Application) -> dict[str, Any]:
    """Return the content of the application as plain data, the same on every database."""
    columns = [name for names in FIELDS.values() for name in names]
    return {
        "contest": application.contest.code,
        "municipality": application.municipality_id,
        "fields": {name: plain(getattr(application, name)) for name in columns},
        "consent": application.consent_version,
        "answers": answers(application),
        **{
            name: [
                {"key": str(row.key)} | {c: plain(getattr(row, c)) for c in table.columns}
                for row in getattr(application, name).all()
            ]
            for name, table in TABLES.items()
        },
        "files": sorted(
            [file.kind, file.name, file.size, file.sha256] for file in application.files.all()
        ),
    }


def fingerprint(application: Application) -> str:
    """Return the SHA-256, in hex, of the canonical content as JSON with sorted keys."""
    content = json.dumps(
        canonical(application), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(content.encode()).hexdigest()


def plain(value: Any) -> str | int | bool | None:
    """Return a value of a column as JSON has it: dates as ISO, choices of a table by their code."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, "code", value))


class _Rule(NamedTuple):
    """``holds`` is asked about the values of ``columns``, where all of them are given.

    The first column is the one to mend.
    """

    section: Section
    columns: tuple[str, ...]
    holds: Callable[..., bool]
    message: Text


_RULES: tuple[_Rule, ...] = (
    _Rule(
        Section.PROFILE,
        ("population",),
        lambda population: population > 0,
        _("The population must be more than 0."),
    ),
    _Rule(
        Section.PROFILE,
        ("women", "population"),
        lambda women, population: women <= population,
        _("There cannot be more women than people."),
    ),
    _Rule(
        Section.PROFILE,
        ("girls", "women"),
        lambda girls, women: girls <= women,
        _("There cannot be more girls than women and girls together."),
    ),
    _Rule(
        Section.PROFILE,
        ("boys", "population", "women"),
        # More women than people is a fault of the women's number; the boys are not blamed for it.
        lambda boys, population, women: women > population or boys <= population - women,
        _("There cannot be more boys than men and boys together."),
    ),
    _Rule(
        Section.PROFILE,
        ("youth", "population"),
        lambda youth, population: youth <= population,
        _("There cannot be more young people than people."),
    ),
    _Rule(
        Section.PROFILE,
        ("people_with_disabilities", "population"),
        lambda people, population: people <= population,
        _("There cannot be more people with disabilities than people."),
    ),
    _Rule(
        Section.PROFILE,
        ("children_with_disabilities", "people_with_disabilities"),
        lambda children, people: children <= people,
        _("There cannot be more children with disabilities than people with disabilities."),
    ),
    _Rule(
        Section.PROGRAMME,
        ("year_to", "year_from"),
        lambda ends, begins: ends >= begins,
        _("The programme cannot end before it begins."),
    ),
)

_NEEDED: dict[str, Text] = {
    "head_name": _("Enter the full name of the head."),
    "contact_name": _("Enter the full name of the contact person."),
    "contact_position": _("Choose the position of the contact person."),
    "contact_phone": _("Enter the phone of the contact person."),
    "language": _("Choose the language of the application."),
    "population": _("Enter the population."),
    "women": _("Enter the number of women."),
    "people_with_disabilities": _("Enter the number of people with disabilities."),
    "children_with_disabilities": _("Enter the number of children with disabilities."),
    "programme_title": _("Enter the title of the programme."),
    "year_from": _("Enter the first year of the programme."),
    "year_to": _("Enter the last year of the programme."),
    "resolution_number": _("Enter the number of the council's resolution."),
    "resolution_on": _("Enter the date of the council's resolution."),
    "declares_truth": _("Confirm that the information is true."),
    "consents": _("Give your consent to the processing of personal data."),
}

_NEEDED_FILES: dict[str, Text] = {
    "programme": _("Attach the programme."),
    "resolution": _("Attach the council's resolution."),
    "minutes": _("Attach the minutes or photos of hearings."),
    "budget": _("Attach the budget of the measures."),
}


def _missing_fields(application: Application) -> Iterator[Missing]:
    for section, names in FIELDS.items():
        for name in names:
            if name not in OPTIONAL and _is_empty(application, name):
                yield Missing(section, name, _NEEDED[name])


def _missing_answers(application: Application) -> Iterator[Missing]:
    given = answers(application)
    for question in application.contest.questions.all():
        section, field = Section(question.section), f"answer:{question.code}"
        text = given.get(question.code, "")
        if question.is_required and not text:
            yield Missing(section, field, _("Answer the question “%s”.") % question.label)
        elif len(text) > question.limit:
            yield Missing(section, field, _("The answer to “%s” is too long.") % question.label)


def _missing_rows(application: Application) -> Iterator[Missing]:
    none: dict[str, Text] = {
        "participation_events": _("Enter at least one participation event."),
        "measures": _("Enter at least one measure."),
    }
    for name, table in TABLES.items():
        rows = list(getattr(application, name).all())
        if not rows:
            yield Missing(table.section, name, none[name])
        for number, row in enumerate(rows, start=1):
            lacking = [c for c in table.columns if c not in table.optional and _is_empty(row, c)]
            if lacking:
                field = f"{table.prefix}:{row.key}:{lacking[0]}"
                yield Missing(table.section, field, _lacks(table, number, lacking))


def _contradicting_rows(application: Application) -> Iterator[Missing]:
    for number, event in enumerate(application.participation_events.all(), start=1):
        yield from _contradictions_of_event(application, number, event)
    for number, measure in enumerate(application.measures.all(), start=1):
        local, cost = measure.local_som, measure.cost_som
        if local is not None and cost is not None and local > cost:
            yield Missing(
                Section.MEASURES,
                f"measure:{measure.key}:local_som",
                _("Measure %s: the local share is larger than the cost.") % number,
            )


def _contradictions_of_event(
    application: Application, number: int, event: ParticipationEvent
) -> Iterator[Missing]:
    section, field = Section.PARTICIPATION, f"event:{event.key}:"
    if event.held_on and event.held_on > _last_day(application):
        held = _("Event %s: it must be held before the applications close.") % number
        yield Missing(section, field + "held_on", held)
    if event.women is None or event.men is None:
        return
    larger: dict[str, Text] = {
        "people_with_disabilities": _(
            "Event %s: there cannot be more people with disabilities than women and men together."
        ),
        "youth": _("Event %s: there cannot be more young people than women and men together."),
    }
    for column, message in larger.items():
        some = getattr(event, column)
        if some is not None and some > event.women + event.men:
            yield Missing(section, field + column, message % number)


def _missing_files(application: Application) -> Iterator[Missing]:
    kinds = {file.kind for file in application.files.all()}
    for kind in ApplicationFile.REQUIRED:
        if kind not in kinds:
            yield Missing(Section.FILES, f"file:{kind}", _NEEDED_FILES[kind])


def _is_begun(application: Application, section: Section) -> bool:
    if any(not _is_empty(application, name) for name in FIELDS.get(section, ())):
        return True
    given = answers(application)
    if any(given.get(question.code) for question in questions(application, section)):
        return True
    if section == Section.FILES:
        return bool(application.files.all())
    return any(
        bool(getattr(application, name).all())
        for name, table in TABLES.items()
        if table.section == section
    )


def _is_empty(instance: Application | Row, name: str) -> bool:
    """Return whether nothing stands in the column; 0 is something. A choice is not fetched."""
    value = getattr(instance, instance._meta.get_field(name).attname)  # type: ignore[union-attr]
    return value is None or value == "" or value is False


def _lacks(table: Table, number: int, columns: list[str]) -> Text:
    patterns: dict[str, Text] = {
        "event": _("Event %(number)s lacks: %(columns)s."),
        "measure": _("Measure %(number)s lacks: %(columns)s."),
    }
    names = [
        str(getattr(table.model._meta.get_field(column), "verbose_name", "")) for column in columns
    ]
    return patterns[table.prefix] % {"number": number, "columns": ", ".join(names)}


def _last_day(application: Application) -> date:
    return timezone.localdate(application.contest.closes_at)

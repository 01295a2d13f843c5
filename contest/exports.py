"""Excel of applications, sheets and the ranking: columns and rows, in the active language.

Phones and addresses of people are not in them. Who may have them, and when, is the
edge's to ask; sheets and ranking exist only once the scoring has closed.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from documents.excel import Column, Kind, write

from . import completeness, deadlines
from .models import Application, Contest, Question, Sheet
from .refusals import Closed
from .standings import standings

CHUNK = 500

NUMBERS = (
    "population",
    "women",
    "girls",
    "boys",
    "youth",
    "people_with_disabilities",
    "children_with_disabilities",
    "low_income_families",
)


def applications_workbook(contest: Contest) -> IO[bytes]:
    """Return every application; of a draft its state alone, as on the staff's board."""
    questions = list(contest.questions.all())
    columns = [
        Column(_("Number"), 14),
        Column(_("Municipality"), 34),
        Column(_("District"), 22),
        Column(_("Oblast"), 24),
        Column(_("State"), 22),
        Column(_("Submitted"), kind=Kind.MOMENT),
        Column(_("Head"), 28),
        Column(_("Contact person"), 28),
        *(Column(_heading(name), kind=Kind.WHOLE) for name in NUMBERS),
        Column(_heading("programme_title"), 40),
        Column(_heading("year_from"), kind=Kind.YEAR),
        Column(_heading("year_to"), kind=Kind.YEAR),
        Column(_heading("resolution_number"), 16),
        Column(_heading("resolution_on"), kind=Kind.DATE),
        *(Column(question.label, 40) for question in questions),
        Column(_("Measures"), kind=Kind.WHOLE),
        Column(_("Cost of the measures, som"), kind=Kind.WHOLE),
        Column(_("Of this from the local budget, som"), kind=Kind.WHOLE),
    ]
    return write(columns, _applications(contest, questions, len(columns)), title=_("Applications"))


def _applications(contest: Contest, questions: list[Question], width: int) -> Iterator[list[Any]]:
    rows = (
        contest.applications.select_related("municipality__district__oblast")
        .prefetch_related("answers", "measures")
        .order_by("municipality__district__name_ru_order", "municipality__name_ru_order", "pk")
    )
    for application in rows.iterator(chunk_size=CHUNK):
        unit = application.municipality
        known = [
            application.number or "",
            unit.name,
            unit.district.name,
            unit.district.oblast.name,
            application.get_state_display(),
        ]
        if application.state == Application.State.DRAFT:
            yield [*known, *[None] * (width - len(known))]
            continue
        texts = {answer.question_id: answer.text for answer in application.answers.all()}
        measures = list(application.measures.all())
        yield [
            *known,
            application.submitted_at,
            application.head_name,
            application.contact_name,
            *(getattr(application, name) for name in NUMBERS),
            application.programme_title,
            application.year_from,
            application.year_to,
            application.resolution_number,
            application.resolution_on,
            *(texts.get(question.pk, "") for question in questions),
            len(measures),
            *completeness.totals(measures),
        ]


def sheets_workbook(contest: Contest, *, now: datetime) -> IO[bytes]:
    """Return a line for each sheet and criterion, and one for each abstention.

    Raises Closed while the scoring goes on: nobody sees levels before.
    """
    _demand_scoring_over(contest, now)
    columns = [
        Column(_("Code"), 10),
        Column(_("Number"), 14),
        Column(_("Municipality"), 34),
        Column(_("Member"), 28),
        Column(_("State"), 16),
        Column(_("Submitted"), kind=Kind.MOMENT),
        Column(_("Criterion"), 44),
        Column(_("Weight"), kind=Kind.WHOLE),
        Column(_("Level"), kind=Kind.WHOLE),
        Column(_("Comment"), 60),
    ]
    return write(columns, _sheets(contest), title=_("Sheets"))


def _sheets(contest: Contest) -> Iterator[list[Any]]:
    sheets = (
        Sheet.objects.filter(application__contest=contest)
        .exclude(state=Sheet.State.DRAFT)
        .select_related("application__municipality", "seat__user")
        .prefetch_related("scores")
        .order_by("application__code", "seat__user__full_name_order", "pk")
    )
    criteria = {
        criterion.pk: (order, str(criterion), criterion.weight)
        for order, criterion in enumerate(contest.criteria.order_by("order", "pk"))
    }
    for sheet in sheets.iterator(chunk_size=CHUNK):
        known = [
            sheet.application.code or "",
            sheet.application.number or "",
            sheet.application.municipality.name,
            str(sheet.seat.user),
            sheet.get_state_display(),
            sheet.submitted_at,
        ]
        if sheet.state != Sheet.State.SUBMITTED:
            yield [*known, "", None, None, sheet.comment]
            continue
        for score in sorted(sheet.scores.all(), key=lambda one: criteria[one.criterion_id]):
            _order, name, weight = criteria[score.criterion_id]
            yield [*known, name, weight, score.level, score.comment]


def ranking_workbook(contest: Contest, *, now: datetime) -> IO[bytes]:
    """Return the ranking, with the exact mean level of each criterion.

    Raises Closed while the scoring goes on.
    """
    _demand_scoring_over(contest, now)
    criteria = list(contest.criteria.all())
    columns = [
        Column(_("Place"), kind=Kind.WHOLE),
        Column(_("Code"), 10),
        Column(_("Number"), 14),
        Column(_("Municipality"), 34),
        Column(_("District"), 22),
        Column(_("Points"), kind=Kind.NUMBER),
        Column(_("Sheets"), kind=Kind.WHOLE),
        *(Column(str(criterion), 16, Kind.NUMBER) for criterion in criteria),
    ]
    rows = (
        [
            one.place,
            one.key,
            one.application.number or "",
            one.application.municipality.name,
            one.application.municipality.district.name,
            one.row.points,
            one.row.sheets,
            *(one.row.levels.get(criterion.code) for criterion in criteria),
        ]
        for one in standings(contest).rows
    )
    return write(columns, rows, title=_("Ranking"))


def _heading(name: str) -> str:
    field: Any = Application._meta.get_field(name)
    return capfirst(str(field.verbose_name))


def _demand_scoring_over(contest: Contest, now: datetime) -> None:
    if not deadlines.is_scoring_over(contest, now):
        raise Closed(_("The ranking opens when the scoring closes."))

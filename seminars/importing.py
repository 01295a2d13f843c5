"""Taking the sheet of attendance back in: each row judged first, then all written or none.

The rows go through the dry run of django-import-export, in preview and before writing.
Two things it cannot do stand here: find a person by folded name, municipality and year
(it looks rows up by a column), and write: it saves models row by row, past the doors, and
afterwards resets the sequences of PostgreSQL under the feet of whoever enters a person at
that moment. So the same judged lines go through ``attendance.take_lines``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from language.folding import fold

from . import attendance, people
from .attendance import Line
from .models import Registration, Seminar
from .people import PersonFields
from .refusals import Invalid
from .sheet import DAY, AttendanceResource, day_heading
from .words import LANGUAGES, Words, as_day, as_disability, as_presence, as_sex, as_text

MOST_ROWS = 2_000
MOST_COLUMNS = 60
MOST_SENTENCES = 20
REQUIRED = ("full_name", "sex", "position", "municipality")
NEEDED = ("seminar", "full_name", "sex", "birth_year", "position", "district", "municipality")
READ = (*NEEDED, "soate_code", "consented_on", "phone", "disability")
ROW = "row of Excel"


class FateKind(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass
class Fate:
    """A row of the sheet by its number in Excel, what becomes of it, and the sentences about it."""

    row: int
    name: str = ""
    kind: FateKind = FateKind.WRONG
    sentences: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    """Every row's fate, and the columns that are not read."""

    fates: list[Fate]
    unread: list[str]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, same and wrong."""
        kinds = [fate.kind for fate in self.fates]
        return {kind.value: kinds.count(kind) for kind in FateKind}

    @property
    def digest(self) -> str:
        """A mark of what was shown: the same rows with the same fates."""
        facts = [(fate.row, fate.name, str(fate.kind), fate.sentences) for fate in self.fates]
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    @property
    def writes(self) -> bool:
        """Return whether there is anything to write and nothing wrong."""
        counts = self.counts
        return not counts["wrong"] and bool(counts["new"] + counts["changed"])


def preview(rows: Sequence[Sequence[Any]], seminar: Seminar) -> Preview:
    """Judge every row of the sheet and write nothing. Raises Invalid where it is no such sheet."""
    return _judged(rows, seminar)[0]


@transaction.atomic
def take(
    rows: Sequence[Sequence[Any]], seminar: Seminar, *, digest: str, by: User, now: datetime
) -> Preview | None:
    """Write what was previewed and return None; return a new preview where it would differ.

    Nothing is written in the second case, nor where a row is wrong.
    """
    attendance.lock(seminar)
    found, lines = _judged(rows, seminar)
    if found.digest != digest or not found.writes:
        return found
    attendance.take_lines(seminar, lines, by=by, now=now)
    return None


def _judged(rows: Sequence[Sequence[Any]], seminar: Seminar) -> tuple[Preview, list[Line]]:
    """Return the fate of each row, and the lines that would be written."""
    dataset, unread = as_dataset(rows, seminar)
    resource = AttendanceImport(seminar)
    result = resource.import_data(dataset, dry_run=True, use_transactions=False)
    for _number, errors in result.row_errors():
        raise errors[0].error  # a fault of ours: a wrong row is a validation error
    return Preview(resource.fates, unread), resource.lines_to_take


def sentences(found: Preview) -> list[str]:
    """Return one sentence a wrong row, with its number in Excel; at most MOST_SENTENCES."""
    wrong = [fate for fate in found.fates if fate.kind == FateKind.WRONG]
    return [
        _("Row %(row)s. %(what)s") % {"row": fate.row, "what": " ".join(fate.sentences)}
        for fate in wrong[:MOST_SENTENCES]
    ]


def as_dataset(rows: Sequence[Sequence[Any]], seminar: Seminar) -> tuple[tablib.Dataset, list[str]]:
    """Return the rows under our own names of columns, and the headings that are not read.

    Raises Invalid where a required column is missing or stands twice, or no row is filled.
    """
    known = _known_headings(seminar)
    headings = [str(cell or "") for cell in (rows[0] if rows else [])]
    names = [known.get(fold(heading), "") for heading in headings]
    problems = _problems_of_headings(names)
    filled = [
        (number, row)
        for number, row in enumerate(rows[1:], start=2)
        if any(cell not in (None, "") for cell in row)
    ]
    if not problems and not filled:
        problems = [_("There is no row under the headings.")]
    if problems:
        raise Invalid(problems[0], problems)
    places = [place for place, name in enumerate(names) if name]
    dataset = tablib.Dataset(headers=[ROW, *(names[place] for place in places)])
    for number, row in filled:
        dataset.append([number, *(row[place] for place in places)])
    every_name = known.values()
    unread = [
        heading
        for heading, name in zip(headings, names, strict=True)
        if heading and name not in every_name
    ]
    return dataset, unread


def _known_headings(seminar: Seminar) -> dict[str, str]:
    """Return {folded heading in any language: our name of the column}."""
    found = {}
    fields_ = AttendanceResource(phone=True, disability=True).fields
    for language in LANGUAGES:
        with translation.override(language):
            for name, heading in fields_.items():
                found[fold(str(heading.column_name))] = name
            for number, day in enumerate(seminar.days):
                for text in (day_heading(number, day), day_heading(number, None)):
                    found[fold(str(text))] = f"{DAY}{number}"
    return found


def _problems_of_headings(names: list[str]) -> list[str]:
    fields_ = AttendanceResource(phone=True, disability=True).fields
    read = [name for name in names if name]
    if not set(read) & set(REQUIRED):
        return [_("The first row has no headings of the attendance sheet. Take the template.")]
    problems = [
        _("The column “%(column)s” is missing.") % {"column": fields_[name].column_name}
        for name in REQUIRED
        if name not in read
    ]
    twice = sorted({name for name in read if read.count(name) > 1})
    for name in twice:
        column = fields_[name].column_name if name in fields_ else _("Day")
        problems.append(_("The column “%(column)s” stands twice.") % {"column": column})
    return problems


class AttendanceImport(AttendanceResource):
    """Takes the sheet into one seminar's list, through the doors."""

    class Meta:
        skip_unchanged = True
        report_skipped = True
        skip_diff = True

    def __init__(self, seminar: Seminar) -> None:
        super().__init__(seminar.days, phone=True, disability=True)
        self.seminar = seminar  # type: ignore[assignment]
        self.fates: list[Fate] = []
        self.lines_to_take: list[Line] = []

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        self.words = Words(self.seminar)
        lines = (
            self.seminar.registrations.select_related(
                "participant__municipality", "participant__position"
            )
            .prefetch_related("attendances")
            .order_by("number")
        )
        self.numbered = {line.number: line for line in lines}
        self.in_list = {_identity(PersonFields.of(line.participant)): line for line in lines}
        self.rows_seen: dict[Any, int] = {}

    def before_import_row(self, row: Mapping[str, Any], **kwargs: Any) -> None:
        name = as_text(row.get("full_name"))[: people.LONGEST_NAME]
        self.fates.append(Fate(row[ROW], name))

    def get_or_init_instance(
        self, instance_loader: Any, row: Mapping[str, Any]
    ) -> tuple[Registration, bool]:
        """Return the line of this person in the list, or a new one. Raises ValidationError."""
        self.line = self._line(row)
        identity = _identity(self.line.person)
        known = self.in_list.get(identity)
        if known is None and (known := self._corrected(row)):
            if attendance.same_person(self.line.person):
                raise ValidationError(
                    _("No. %(number)s in the list is %(name)s. Enter the other person without it.")
                    % {"number": known.number, "name": known.participant.full_name}
                )
            self.line = replace(self.line, number=known.number)
        before = self.rows_seen.setdefault(known.pk if known else identity, row[ROW])
        if before != row[ROW]:
            raise ValidationError(
                _("The same person stands in row %(row)s already.") % {"row": before}
            )
        return (known, False) if known else (Registration(seminar=self.seminar), True)

    def _corrected(self, row: Mapping[str, Any]) -> Registration | None:
        """Return the line whose name, unit or year the row corrects.

        Only an exported sheet tells: it carries the number of this seminar and of the line.
        """
        seminar, number = as_text(row.get("seminar")), as_text(row.get("number"))
        if seminar != str(self.seminar.pk) or not (number.isascii() and number.isdigit()):
            return None
        return self.numbered.get(int(number[:9]))

    def import_instance(self, instance: Registration, row: Any, **kwargs: Any) -> None:
        """Nothing: the door takes the whole line."""

    def skip_row(self, instance: Registration, original: Any, row: Any, *_errors: Any) -> bool:
        """Return whether the list says all that the row says; note the row's fate."""
        fate = self.fates[-1]
        if instance.pk is None:
            fate.kind = FateKind.NEW
            return False
        fate.sentences = _differences(self.line, instance)
        fate.kind = FateKind.CHANGED if fate.sentences else FateKind.SAME
        return not fate.sentences

    def validate_instance(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing: the row was judged when it was read, the door judges again."""

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Keep the line for the door: nothing is saved here, dry run or not."""
        self.lines_to_take.append(self.line)

    def save_m2m(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing: there is none."""

    def after_import(self, *_args: Any, **_kwargs: Any) -> None:
        """Leave the sequences alone."""

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        result = super().import_row(row, instance_loader, **kwargs)
        if result.validation_error:
            self.fates[-1].sentences = list(result.validation_error.messages)
        return result

    def _line(self, row: Mapping[str, Any]) -> Line:
        """Return what the row says. Raises ValidationError with every sentence about it."""
        read = _Reader()
        on = self.seminar.starts_on
        given = {name: row.get(name) for name in READ}
        read.take("seminar", self._same_seminar, given["seminar"])
        person = {
            "full_name": read.take("full_name", people.as_full_name, given["full_name"]),
            "sex": read.take("sex", as_sex, given["sex"]),
            "birth_year": read.take(
                "birth_year", lambda v: people.as_birth_year(v, on=on), given["birth_year"]
            ),
            "position": read.take("position", self.words.position, given["position"]),
            "municipality": read.take(
                "municipality",
                lambda name: self.words.municipality(
                    name,
                    given["soate_code"],
                    given["district"],
                    known=self._known_from(given["full_name"]),
                ),
                given["municipality"],
            ),
            "phone": read.take("phone", people.as_phone, given["phone"]),
            "disability": read.take("disability", as_disability, given["disability"]),
            "consented_on": read.take("consented_on", as_day, given["consented_on"]),
        }
        days = {
            day: read.take(f"{DAY}{number}", as_presence, row[f"{DAY}{number}"])
            for number, day in enumerate(self.seminar.days)
            if f"{DAY}{number}" in row
        }
        if read.problems:
            raise ValidationError(read.problems)
        return Line(PersonFields(**person), days, row[ROW])

    def _known_from(self, full_name: Any) -> set[int]:
        """Return the municipalities of the people of this name in the list."""
        folded = fold(as_text(full_name)[: people.LONGEST_NAME])
        return {unit for name, unit, _year in self.in_list if name == folded}

    def _same_seminar(self, value: Any) -> None:
        if as_text(value) and as_text(value) != str(self.seminar.pk):
            raise ValidationError(_("this row is of another seminar."))


class _Reader:
    """Reads cells one by one and gathers what is wrong with each."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.fields = AttendanceResource(phone=True, disability=True).fields

    def take(self, name: str, parse: Any, value: Any) -> Any:
        try:
            return parse(value)
        except ValidationError as error:
            heading = self.fields[name].column_name if name in self.fields else _("Day")
            self.problems += [f"{heading}: {sentence}" for sentence in error.messages]
            return None


def _identity(person: PersonFields) -> tuple[str, int, int | None]:
    return fold(person.full_name), person.municipality.pk, person.birth_year


def _differences(line: Line, known: Registration) -> list[str]:
    """Return the headings under which the row says something else than the list."""
    kept = PersonFields.of(known.participant)
    fields_ = AttendanceResource(known.seminar.days, phone=True, disability=True).fields
    wanted = line.person.over(kept)
    names = [
        name
        for name in READ
        if name in PersonFields.__dataclass_fields__
        and getattr(wanted, name) != getattr(kept, name)
    ]
    there = {attended.day for attended in known.attendances.all()}
    names += [
        f"{DAY}{number}"
        for number, day in enumerate(known.seminar.days)
        if day in line.days and line.days[day] != (day in there)
    ]
    return [
        f"{fields_[name].column_name}: {kept.full_name} → {wanted.full_name}"
        if name == "full_name"
        else str(fields_[name].column_name)
        for name in names
    ]

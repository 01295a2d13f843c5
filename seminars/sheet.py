"""The sheet of attendance: its columns and headings, one line a person and seminar.

One Resource for the admin, the staff pages and the import, so that a column has one home.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources, widgets

from documents.excel import Column, Kind

from .models import Registration

CHUNK = 2000
"""Lines read at once: the days of so many lines are held in memory, no more."""

DAY = "day_"


class AsItIs(widgets.Widget):
    """Leaves numbers and dates as they are: the Excel format gives them their cells."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:  # noqa: ARG002
        return value


class Heading(fields.Field):
    """A column: where its value stands, what is written above it and what kind it is."""

    def __init__(
        self,
        attribute: str,
        heading: str | Promise,
        kind: Kind = Kind.TEXT,
        width: int | None = None,
    ) -> None:
        super().__init__(attribute=attribute, column_name=heading, widget=AsItIs(), readonly=True)
        self.kind, self.width = kind, width


class DayHeading(Heading):
    """A column of one day: 1 where the person was there. Counted from the first day, 0."""

    def __init__(self, number: int, day: date | None) -> None:
        super().__init__("", day_heading(number, day), Kind.WHOLE, 16 if day else 9)
        self.number = number

    def get_value(self, instance: Registration) -> int | None:
        days = instance.seminar.days
        there = {attended.day for attended in instance.attendances.all()}
        return 1 if self.number < len(days) and days[self.number] in there else None


class DaysAttended(Heading):
    """How many days the person was there."""

    def get_value(self, instance: Registration) -> int:
        return len(instance.attendances.all())


def day_heading(number: int, day: date | None) -> Promise:
    """Return «Day 1 (13.05.2025)» for one seminar, «Day 1» for many. Counts from 0."""
    if day is None:
        return format_lazy("{word} {number}", word=_("Day"), number=number + 1)
    return format_lazy(
        "{word} {number} ({day})", word=_("Day"), number=number + 1, day=f"{day:%d.%m.%Y}"
    )


class AttendanceResource(resources.ModelResource):
    """The columns of the sheet. Phone and disability only where they are asked for by name."""

    seminar = Heading("seminar_id", _("Seminar number"), Kind.YEAR, 11)
    kind = Heading("seminar__get_kind_display", _("Kind of seminar"), width=28)
    seminar_district = Heading("seminar__district__name", _("District of the seminar"), width=22)
    place = Heading("seminar__place", _("Place of the seminar"), width=28)
    starts_on = Heading("seminar__starts_on", _("First day"), Kind.DATE)
    ends_on = Heading("seminar__ends_on", _("Last day"), Kind.DATE)
    number = Heading("number", _("No."), Kind.YEAR, 7)
    full_name = Heading("participant__full_name", _("Full name"), width=34)
    sex = Heading("participant__get_sex_display", _("Sex"), width=10)
    birth_year = Heading("participant__birth_year", _("Year of birth"), Kind.YEAR, 10)
    position = Heading("participant__position__name", _("Position"), width=36)
    oblast = Heading("participant__municipality__district__oblast__name", _("Oblast"), width=24)
    district = Heading("participant__municipality__district__name", _("District"), width=22)
    municipality = Heading("participant__municipality__name", _("Municipality"), width=34)
    soate_code = Heading("participant__municipality__soate_code", _("SOATE code"), width=17)
    days_attended = DaysAttended("", _("Days attended"), Kind.WHOLE, 12)
    consented_on = Heading("participant__consented_on", _("Consent given on"), Kind.DATE)
    phone = Heading("participant__phone", _("Phone"), width=17)
    disability = Heading("participant__get_disability_display", _("Disability"), width=15)

    class Meta:
        model = Registration
        fields = (
            *("seminar", "kind", "seminar_district", "place", "starts_on", "ends_on", "number"),
            *("full_name", "sex", "birth_year", "position", "oblast", "district"),
            *("municipality", "soate_code", "days_attended", "consented_on"),
            *("phone", "disability"),
        )
        name = _("attendance")

    def __init__(
        self,
        days: Sequence[date | None] = (),
        *,
        phone: bool = False,
        disability: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.fields = {name: self.fields[name] for name in self._meta.fields}  # type: ignore[has-type]
        after = {name: self.fields.pop(name) for name in ("days_attended", "consented_on")}
        asked = {"phone": phone, "disability": disability}
        private = {name: self.fields.pop(name) for name in asked}
        for number, day in enumerate(days):
            self.fields[f"{DAY}{number}"] = DayHeading(number, day)
        self.fields |= after | {name: field for name, field in private.items() if asked[name]}

    def get_export_order(self) -> list[str]:
        return list(self.fields)

    def export_resource(self, instance: Registration, **kwargs: Any) -> list[Any]:
        """Return the cells of a line; the library's own way looks each field up by search."""
        return [field.export(instance) for field in self.fields.values()]

    def columns(self) -> list[Column]:
        """Return the columns with headings in the active language."""
        return [
            Column(str(field.column_name), field.width, field.kind)
            for field in self.fields.values()
        ]

    def lines(self, registrations: QuerySet[Registration]) -> Iterator[list[Any]]:
        """Yield the cells of each line: 2 queries a chunk, one chunk in memory."""
        for registration in with_everything(registrations).iterator(chunk_size=CHUNK):
            yield self.export_resource(registration)


def with_everything(registrations: QuerySet[Registration]) -> QuerySet[Registration]:
    """Return the lines with all that the sheet reads, in the order that they have."""
    return registrations.select_related(
        "seminar__district",
        "participant__position",
        "participant__municipality__district__oblast",
    ).prefetch_related("attendances")


def days_of(registrations: QuerySet[Registration]) -> list[date | None]:
    """Return a date a day where all lines are of one seminar, else None a day of the longest."""
    seminars = list(
        registrations.order_by()
        .values_list("seminar_id", "seminar__starts_on", "seminar__ends_on")
        .distinct()
    )
    longest = max(((ends - starts).days + 1 for _pk, starts, ends in seminars), default=0)
    if len(seminars) == 1:
        first: date = seminars[0][1]
        return [date.fromordinal(first.toordinal() + number) for number in range(longest)]
    return [None] * longest

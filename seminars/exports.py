"""Attendance as an Excel file: exactly the lines that were filtered, and an entry in the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from documents import excel
from municipalities.models import Municipality, Position

from .models import Registration, Seminar
from .permissions import keeps_seminars
from .refusals import Invalid
from .sheet import AttendanceResource, days_of

OF_THE_SEMINAR = ("seminar", "kind", "seminar_district", "place", "starts_on", "ends_on")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the file shows: the language of its headings, and what leaves only with a reason."""

    language: str
    phone: bool = False
    disability: bool = False
    reason: str = ""


def filename(now: datetime) -> str:
    """Return the name under which the browser keeps the file."""
    return f"attendance-{timezone.localdate(now):%Y-%m-%d}.xlsx"


def attendance_file(
    lines: QuerySet[Registration],
    wanted: Wanted,
    *,
    filtered_by: Mapping[str, Any],
    by: User,
    now: datetime,
) -> IO[bytes]:
    """Return the xlsx of the lines, in their order, and log who took what and why.

    Raises PermissionDenied, and Invalid where phone or disability come without a reason.
    """
    if not keeps_seminars(by):
        raise PermissionDenied
    if (wanted.phone or wanted.disability) and not wanted.reason.strip():
        raise Invalid(_("Write why phones or disability leave the system."))
    counted = _Counted()
    with translation.override(wanted.language):
        resource = AttendanceResource(
            days_of(lines), phone=wanted.phone, disability=wanted.disability
        )
        file = excel.write(
            resource.columns(), counted(resource.lines(lines)), title=_("Attendance of seminars")
        )
    trail.record(
        "seminars.export",
        by=by,
        now=now,
        after={
            "filter": {name: str(value) for name, value in filtered_by.items()},
            "columns": list(resource.fields),
            "language": wanted.language,
            "lines": counted.lines,
        },
        reason=wanted.reason,
    )
    return file


class _Counted:
    """Counts the lines as they go by: the trail says how many left."""

    lines = 0

    def __call__(self, rows: Iterator[list[Any]]) -> Iterator[list[Any]]:
        for row in rows:
            self.lines += 1
            yield row


def template_file(
    seminar: Seminar, municipalities: Sequence[Municipality], positions: Sequence[Position]
) -> IO[bytes]:
    """Return an empty sheet for the seminar, with the words that its columns take beside it."""
    resource = AttendanceResource(seminar.days, phone=True, disability=True)
    for name in OF_THE_SEMINAR:
        del resource.fields[name]
    headings = [_("Municipality"), _("SOATE code"), _("District"), _("Position")]
    words = [
        [unit and unit.name, unit and unit.soate_code, unit and unit.district.name, name]
        for unit, name in zip_longest(municipalities, [position.name for position in positions])
    ]
    return excel.write_book(
        [
            excel.Sheet(_("Attendance"), resource.columns(), []),
            excel.Sheet(
                _("Words for the columns"), [excel.Column(text, 34) for text in headings], words
            ),
        ],
        title=_("Attendance of seminars"),
    )

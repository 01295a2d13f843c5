"""Excel files: written row by row in constant memory, read within limits.

Cells are typed: text stays text even when it looks like a formula or a number,
numbers are numbers, dates are dates in the local time of the portal.
"""

import io
import math
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .characters import legal
from .excel_reading import (
    BROKEN,
    OLD_EXCEL,
    TOO_BIG,
    UnreadableSheet,
    read,
    too_many_columns,
    too_many_rows,
)

__all__ = [
    "BROKEN",
    "CONTENT_TYPE",
    "Column",
    "Kind",
    "OLD_EXCEL",
    "Sheet",
    "TOO_BIG",
    "UnreadableSheet",
    "read",
    "too_many_columns",
    "too_many_rows",
    "write",
    "write_book",
]

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32767  # UTF-16 units in a cell
LONGEST_WHOLE = 10**15  # beyond it Excel rounds
MOST_ROWS = 1_048_576
KEPT_IN_MEMORY = 4 * 1024 * 1024
EARLIEST = date(1900, 3, 1)  # before it Excel's calendar has a day that never was
CUT_HERE = "…"


class Kind(StrEnum):
    """What a column holds; it decides the number format, and TEXT makes text of everything."""

    TEXT = "text"
    ANY = "any"
    WHOLE = "whole"
    NUMBER = "number"
    YEAR = "year"
    DATE = "date"
    MOMENT = "moment"


FORMATS = {
    Kind.WHOLE: "#,##0",
    Kind.NUMBER: "#,##0.00",
    Kind.YEAR: "0",
    Kind.DATE: "dd.mm.yyyy",
    Kind.MOMENT: "dd.mm.yyyy hh:mm",
}
WIDTHS = {Kind.TEXT: 24, Kind.ANY: 16, Kind.DATE: 12, Kind.MOMENT: 17, Kind.YEAR: 8}


@dataclass(frozen=True)
class Column:
    """A heading, its width in characters (None: by kind and heading) and what stands under it."""

    heading: str
    width: int | None = None
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file; ``rows`` may be a generator and is read once."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = field(repr=False)


def write(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    title: str,
    sheet: str = "",
    properties: Mapping[str, Any] | None = None,
) -> IO[bytes]:
    """An xlsx file with one sheet, ready to be read from its start; see ``write_book``."""
    return write_book([Sheet(sheet or title, columns, rows)], title=title, properties=properties)


def write_book(
    sheets: Sequence[Sheet], *, title: str, properties: Mapping[str, Any] | None = None
) -> IO[bytes]:
    """An xlsx file, in a temporary file that vanishes on closing when it is big.

    Headings are bold, frozen and filterable. Raises ValueError when a sheet
    has more rows than Excel can hold.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    book = Workbook(file, {"constant_memory": True})
    book.set_properties({"title": legal(title)[:255], **(properties or {})})
    try:
        _write_sheets(book, sheets)
    except BaseException:
        with suppress(Exception), file:
            book.close()  # removes what the writer keeps on the disk
        raise
    book.close()
    return _handed_over(file)


def _handed_over(file: IO[bytes]) -> IO[bytes]:
    """The file from its start; a small one in memory, where nobody need remember to close it."""
    if file.seek(0, io.SEEK_END) > KEPT_IN_MEMORY:
        file.seek(0)
        return file
    with file:
        file.seek(0)
        return io.BytesIO(file.read())


def _write_sheets(book: Workbook, sheets: Sequence[Sheet]) -> None:
    formats = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
    heading = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EEF4"}
    )
    taken: set[str] = set()
    for one in sheets:
        _write_sheet(book.add_worksheet(_sheet_name(one.name, taken)), one, heading, formats)


def _write_sheet(
    sheet: Worksheet, content: Sheet, heading: Format, formats: Mapping[Kind, Format]
) -> None:
    for place, column in enumerate(content.columns):
        text = str(column.heading)
        width = column.width or max(WIDTHS.get(column.kind, 12), min(len(text) + 4, 40))
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, _cut(text), heading)
    number = 0
    for number, row in enumerate(content.rows, start=1):
        if number >= MOST_ROWS:
            raise ValueError(_("The list is too long for one Excel sheet."))
        for place, (column, value) in enumerate(zip(content.columns, row, strict=True)):
            _write_cell(sheet, number, place, value, column.kind, formats)
    sheet.freeze_panes(1, 0)
    if content.columns:
        sheet.autofilter(0, 0, number, len(content.columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _write_cell(
    sheet: Worksheet,
    row: int,
    place: int,
    value: Any,
    kind: Kind,
    formats: Mapping[Kind, Format],
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        value = _("yes") if value else _("no")
    if kind is Kind.TEXT:
        value = _spelled(value)
    if isinstance(value, (date, datetime)) and _has_a_place_in_excel(value):
        natural = Kind.MOMENT if isinstance(value, datetime) else Kind.DATE
        shown = kind if kind in {Kind.DATE, Kind.MOMENT} else natural
        sheet.write_datetime(row, place, _local(value), formats[shown])
    elif isinstance(value, (int, float, Decimal, Fraction)) and _fits(value):
        whole = isinstance(value, int)
        natural = Kind.YEAR if whole else Kind.NUMBER
        shown = kind if kind in {Kind.WHOLE, Kind.NUMBER, Kind.YEAR} else natural
        sheet.write_number(row, place, int(value) if whole else float(value), formats[shown])
    else:
        sheet.write_string(row, place, _cut(_spelled(value)))


def _spelled(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{_local(value):%d.%m.%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value)


def _local(value: date) -> date:
    """A moment in the portal's own time without its zone, which Excel does not know."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None)
    return value


def _has_a_place_in_excel(value: date) -> bool:
    return (value.date() if isinstance(value, datetime) else value) >= EARLIEST


def _fits(value: float | Decimal | Fraction) -> bool:
    return math.isfinite(value) and -LONGEST_WHOLE < value < LONGEST_WHOLE


def _cut(text: str) -> str:
    """Text that fits a cell; Excel counts UTF-16 units and takes a longer one for damage."""
    text = legal(text)
    if len(text) * 2 <= LONGEST_TEXT or len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return text
    units = text.encode("utf-16-le")[: (LONGEST_TEXT - 1) * 2]
    return units.decode("utf-16-le", "ignore") + CUT_HERE


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes: at most 31 signs, none of ``[]:*?/\\``, not twice in a file."""
    clean = re.sub(r"[\[\]:*?/\\\n\t]", " ", legal(str(name))).strip().strip("'")[:31] or "1"
    number = 1
    chosen = clean
    while chosen.casefold() in taken or chosen.casefold() == "history":
        number += 1
        ending = f" {number}"
        chosen = clean[: 31 - len(ending)] + ending
    taken.add(chosen.casefold())
    return chosen

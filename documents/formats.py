"""The file formats of django-import-export in this portal: safe, typed, and read within limits."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any

import tablib
from django.utils.translation import gettext_lazy as _
from import_export.formats import base_formats

from . import excel
from .characters import legal, tidy

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CSV_BYTES = 30 * 1024 * 1024
LONGEST_FIELD = 100_000
ALIVE = ("=", "+", "-", "@", "\t", "\r")
NOT_UTF8 = _("The letters in this file cannot be read. Save it as .xlsx, or as CSV in UTF-8.")
NO_TABLE = _("The file has no rows.")
_SAMPLED = 200


class SafeXLSX(base_formats.Format):  # type: ignore[misc]
    """Excel through ``documents.excel``."""

    def get_title(self) -> str:
        return "xlsx"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return excel.CONTENT_TYPE

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """The first sheet; its first filled row gives the headings. Raises UnreadableSheet."""
        return dataset(excel.read(in_stream, max_rows=MOST_ROWS + 1, max_columns=MOST_COLUMNS))

    def export_data(self, dataset: tablib.Dataset, **_options: Any) -> bytes:
        """The rows as typed cells, with columns as wide as what stands in them."""
        headings = [str(heading) for heading in dataset.headers or ()]
        columns = list(_columns(headings, dataset))
        with excel.write(columns, iter(dataset), title=dataset.title or "1") as file:
            return file.read()


class SafeCSV(base_formats.Format):  # type: ignore[misc]
    """CSV that Excel opens with all its letters and without starting a formula.

    Written in UTF-8 with a mark and with semicolons, which Excel in Russian
    expects; read with commas, semicolons or tabs.
    """

    def get_title(self) -> str:
        return "csv"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv; charset=utf-8"

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """The rows of the file. Raises UnreadableSheet."""
        if len(in_stream) > MOST_CSV_BYTES:
            raise excel.UnreadableSheet(excel.TOO_BIG)
        try:
            text = in_stream.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise excel.UnreadableSheet(NOT_UTF8) from error
        return dataset(list(_csv_rows(text)))

    def export_data(self, dataset: tablib.Dataset, **_options: Any) -> bytes:
        """The rows with a ``'`` before whatever a spreadsheet would run."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow([disarmed(heading) for heading in dataset.headers or ()])
        writer.writerows([disarmed(value) for value in row] for row in dataset)
        return out.getvalue().encode("utf-8-sig")


FORMATS = [SafeXLSX, SafeCSV]
# The admin gives real numbers and dates only to the formats on this list of the library.
base_formats.BINARY_FORMATS.extend(FORMATS)


def disarmed(value: Any) -> str:
    """A value as CSV text; text that would be a formula gets a ``'`` before it."""
    match value:
        case None:
            return ""
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case str():
            text = legal(value)
            return f"'{text}" if value.startswith(ALIVE) or text.startswith(ALIVE) else text
        case _:
            return str(value)


def armed(text: str) -> str:
    """The text without the ``'`` that ``disarmed`` put before it."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(ALIVE) else text


def dataset(rows: Sequence[Sequence[Any]]) -> tablib.Dataset:
    """The rows under the headings of the first filled row. Raises UnreadableSheet when empty."""
    start = next((place for place, row in enumerate(rows) if any(row)), None)
    if start is None:
        raise excel.UnreadableSheet(NO_TABLE)
    headings = ["" if heading is None else str(heading) for heading in rows[start]]
    while headings and not headings[-1]:
        headings.pop()
    width = len(headings)
    filled = tablib.Dataset(headers=headings)
    for row in rows[start + 1 :]:
        cells = list(row[:width])
        filled.append(cells + [None] * (width - len(cells)))
    return filled


def _csv_rows(text: str) -> Iterator[list[Any]]:
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, start=1):
            if number > MOST_ROWS + 1:
                raise excel.UnreadableSheet(excel.too_many_rows(MOST_ROWS + 1))
            if len(row) > MOST_COLUMNS:
                raise excel.UnreadableSheet(excel.too_many_columns(MOST_COLUMNS))
            yield [tidy(armed(cell)) or None for cell in row]
    except csv.Error as error:
        raise excel.UnreadableSheet(excel.BROKEN) from error


def _columns(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[excel.Column]:
    sample = [row for row, _number in zip(rows, range(_SAMPLED), strict=False)]
    for place, heading in enumerate(headings):
        longest = max((len(str(row[place] or "")) for row in sample), default=0)
        width = max(8, min(longest + 2, 60), min(len(heading) + 4, 30))
        yield excel.Column(heading, width, excel.Kind.ANY)


def opened(stream: IO[bytes]) -> tablib.Dataset:
    """The rows of an uploaded xlsx or CSV file, told apart by content. Raises UnreadableSheet."""
    content = stream.read()
    is_zip = content.startswith((b"PK", excel.OLD_EXCEL))
    return (SafeXLSX() if is_zip else SafeCSV()).create_dataset(content)

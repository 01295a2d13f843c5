"""Reading Excel files that people upload, within limits of memory and time.

An xlsx of 1.5 kB can ask its reader for 20 GB: by one cell in the last row and
column, by zipped zeroes, by one long text that every cell repeats. So every
part is unpacked and walked here first, counting, and only a copy that holds
what was counted is handed to the parser.
"""

import io
import re
from collections import Counter
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZIP_STORED, ZipFile

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from python_calamine import CalamineWorkbook

from . import archives
from .characters import tidy

MEGABYTE = 1024 * 1024
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_DEEPEST = 64
_LONGEST_INDEX = 20


class UnreadableSheet(Exception):
    """The file is not a sheet that can be read; ``message`` says what to do about it."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


NOT_EXCEL = _("This is not an Excel file. Save the sheet as .xlsx and choose that file.")
OLD_OR_LOCKED = _(
    "This file is of an old Excel format or is protected by a password. "
    "Save it as .xlsx without a password."
)
BROKEN = _("The Excel file is damaged. Open it in Excel, save it again as .xlsx and choose it.")
TOO_BIG = _("The Excel file is too big. Leave only the sheet that is needed and try again.")


def too_many_rows(most: int) -> str:
    """The sentence for a sheet with more than ``most`` rows."""
    return ngettext(
        "The sheet has more than %(count)s row.", "The sheet has more than %(count)s rows.", most
    ) % {"count": most}


def too_many_columns(most: int) -> str:
    """The sentence for a sheet with more than ``most`` columns."""
    return ngettext(
        "The sheet has more than %(count)s column.",
        "The sheet has more than %(count)s columns.",
        most,
    ) % {"count": most}


def read(
    file: IO[bytes] | bytes,
    *,
    max_rows: int = 20_000,
    max_columns: int = 100,
    max_unpacked: int = 60 * MEGABYTE,
    sheet: int = 0,
) -> list[list[Any]]:
    """The rows of a sheet (the first by default), as wide as its widest row.

    Row numbers match Excel's: the first item is row 1. Text is trimmed and freed
    of invisible marks, whole numbers are ``int``, a date without time is a
    ``date``, an empty cell is None. Raises UnreadableSheet.
    """
    source = io.BytesIO(file) if isinstance(file, bytes) else file
    source.seek(0)
    start = source.read(8)
    if start == OLD_EXCEL:
        raise UnreadableSheet(OLD_OR_LOCKED)
    if start[:4] != b"PK\x03\x04":
        raise UnreadableSheet(NOT_EXCEL)
    copy, count = _counted_copy(source, max_unpacked=max_unpacked)
    count.check(max_rows=max_rows, max_columns=max_columns, max_text=max_unpacked)
    rows = [[_value(cell) for cell in row] for row in _parsed(copy, sheet)]
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    return rows


def _parsed(copy: IO[bytes], sheet: int) -> list[list[Any]]:
    try:
        with CalamineWorkbook.from_filelike(copy) as book:
            return book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the parser is not an Exception
        raise UnreadableSheet(BROKEN) from error


def _counted_copy(source: IO[bytes], *, max_unpacked: int) -> tuple[IO[bytes], "_Count"]:
    """The parts that matter, unpacked within the limit and counted, in an archive of their own."""
    count, left, copy = _Count(), max_unpacked, io.BytesIO()
    try:
        found = archives.parts(source)
        archives.check_size(found, max_unpacked=max_unpacked)
        names = {one.filename for one in found}
        if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
            raise UnreadableSheet(NOT_EXCEL)
        with ZipFile(copy, "w", ZIP_STORED) as clean:
            for part in found:
                if not part.filename.lower().endswith((".xml", ".rels")):
                    continue
                with clean.open(part.filename, "w") as target:
                    walk = _Walk(count)
                    for piece in archives.unpack(source, part, most=left):
                        left -= len(piece)
                        target.write(piece)
                        walk.feed(piece)
                    walk.close()
    except archives.TooBig as error:
        raise UnreadableSheet(TOO_BIG) from error
    except (archives.BadArchive, expat.ExpatError, ValueError) as error:
        raise UnreadableSheet(BROKEN) from error
    copy.seek(0)
    return copy, count


class _Count:
    """What the parts of a file ask of a reader."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self.shared: dict[int, int] = {}
        self.uses: Counter[int] = Counter()

    def check(self, *, max_rows: int, max_columns: int, max_text: int) -> None:
        """Raise UnreadableSheet when a cell lies too far out or the texts add up to too much."""
        if self.rows > max_rows:
            raise UnreadableSheet(too_many_rows(max_rows))
        if self.columns > max_columns:
            raise UnreadableSheet(too_many_columns(max_columns))
        if sum(self.shared.get(text, 0) * times for text, times in self.uses.items()) > max_text:
            raise UnreadableSheet(TOO_BIG)


class _Walk:
    """Walks the XML of one part: where filled cells lie, how long shared texts are."""

    def __init__(self, count: _Count) -> None:
        self.count = count
        self.row = self.column = self.depth = self.texts = self.length = 0
        self.shared_cell = self.in_value = False
        self.value = ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.refuse

    def feed(self, piece: bytes) -> None:
        self.parser.Parse(piece, False)

    def close(self) -> None:
        self.parser.Parse(b"", True)

    def refuse(self, *_declaration: Any) -> None:
        raise archives.BadArchive

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise archives.BadArchive
        match name.rpartition(":")[2]:
            case "row":
                number = attributes.get("r", "")
                self.row = int(number) if number.isdecimal() else self.row + 1
                self.column = 0
            case "c":
                self._place(attributes.get("r", ""))
                self.shared_cell = attributes.get("t") == "s"
            case "v" | "is" | "f":
                self.count.rows = max(self.count.rows, self.row)
                self.count.columns = max(self.count.columns, self.column)
                self.in_value, self.value = self.shared_cell, ""
            case "si":
                self.length = 0

    def _place(self, reference: str) -> None:
        """Rows and columns count from 1; a cell without a reference follows the one before."""
        found = _CELL.fullmatch(reference)
        if not found:
            self.column += 1
            return
        self.column = 0
        for letter in found[1].upper():
            self.column = self.column * 26 + ord(letter) - ord("A") + 1
        self.row = int(found[2])

    def end(self, name: str) -> None:
        self.depth -= 1
        match name.rpartition(":")[2]:
            case "v" if self.in_value:
                self.in_value = False
                if self.value.strip().isdecimal():
                    self.count.uses[int(self.value)] += 1
            case "si":
                longest = max(self.length, self.count.shared.get(self.texts, 0))
                self.count.shared[self.texts] = longest
                self.texts += 1

    def text(self, data: str) -> None:
        self.length += len(data)
        if self.in_value and len(self.value) < _LONGEST_INDEX:
            self.value += data


def _value(cell: Any) -> Any:
    match cell:
        case str():
            return tidy(cell) or None
        case bool():
            return cell
        case float():
            return int(cell) if cell.is_integer() else cell
        case datetime():
            return _moment(cell)
        case _:
            return cell


def _moment(cell: datetime) -> date:
    """Excel keeps fractions of a day: rounded to the second, and a date when that is midnight."""
    moment = cell
    if cell.microsecond and cell.year < MAXYEAR:
        moment = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
    return moment.date() if moment.time() == time.min else moment

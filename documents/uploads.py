"""Judging files that people attach: by what is in them, never by what they are called."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import archives
from .characters import tidy

CHUNK = 64 * 1024
LONGEST_NAME = 150
MOST_UNPACKED = 500 * 1024 * 1024
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")


class Kind(StrEnum):
    """What a file is; the value is its extension."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    JPG = "jpg"
    PNG = "png"
    HEIC = "heic"


CONTENT_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.JPG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.HEIC: "image/heic",
}
MAIN_PARTS = {"word/document.xml": Kind.DOCX, "xl/workbook.xml": Kind.XLSX}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Refused(Exception):
    """The file cannot be taken; ``message`` says why and what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


EMPTY = _("The file is empty. Choose it again.")
TOO_BIG = _("The file is bigger than {megabytes} MB. Make it smaller or send it in parts.")
OLD_FORMAT = _(
    "This file is of an old Office format or is protected by a password. "
    "Save it as PDF, .docx or .xlsx without a password."
)
UNKNOWN = _("A file of this kind cannot be taken. Taken are: {kinds}.")
NOT_ITS_NAME = _(
    "The file is called .{ending}, but what is in it is something else, or it is damaged. "
    "Open it, save it again as one of these and choose it: {kinds}."
)
DAMAGED = _("The file is damaged. Open it, save it again and choose it.")
MACROS = _("The file has macros in it. Save it as PDF, .docx or .xlsx.")


@dataclass(frozen=True)
class Judged:
    """A file that may be kept: what it is, how big in bytes, and a name that harms nobody."""

    kind: Kind
    content_type: str
    sha256: str
    size: int
    safe_name: str


def judge(file: IO[bytes], *, name: str, allowed: frozenset[Kind], max_bytes: int) -> Judged:
    """What the file is, read once from start to end and rewound. Raises Refused.

    ``name`` is what the sender's computer called it; only its letters are kept,
    and its extension becomes that of the content.
    """
    sha256, size = _read_through(file, max_bytes)
    file.seek(0)
    kind = _kind(file)
    if kind is None or kind not in allowed:
        raise _refusal(kind, name, allowed)
    file.seek(0)
    return Judged(kind, CONTENT_TYPES[kind], sha256, size, safe_name(name, kind))


def _refusal(kind: Kind | None, name: str, allowed: frozenset[Kind]) -> Refused:
    """What is said of a file that is none of the allowed kinds; its name may promise one."""
    kinds = ", ".join(sorted(one.value for one in allowed))
    ending = name.rpartition(".")[2].casefold()
    promised = {one.value for one in allowed} | ({"jpeg"} if Kind.JPG in allowed else set())
    if ending in promised and ending != kind:
        return Refused(format_lazy(NOT_ITS_NAME, ending=ending, kinds=kinds))
    return Refused(format_lazy(UNKNOWN, kinds=kinds))


def safe_name(name: str, kind: Kind) -> str:
    """The last part of a name without what misleads, at most 150 signs with the extension."""
    last = tidy(re.split(r"[/\\\\]", unicodedata.normalize("NFC", name))[-1])
    stem = last.rpartition(".")[0] or last.strip(".")
    stem = re.sub(r'[<>:"|?*\n%;]+', "_", stem)
    stem = re.sub(r"\s+", " ", stem).strip(" .")
    stem = stem[: LONGEST_NAME - len(kind.value) - 1].strip(" .")
    if not stem or RESERVED.fullmatch(stem):
        stem = "file"
    return f"{stem}.{kind.value}"


def _read_through(file: IO[bytes], max_bytes: int) -> tuple[str, int]:
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := file.read(CHUNK):
        size += len(piece)
        if size > max_bytes:
            raise Refused(format_lazy(TOO_BIG, megabytes=max(1, max_bytes // (1024 * 1024))))
        digest.update(piece)
    if not size:
        raise Refused(EMPTY)
    return digest.hexdigest(), size


def _kind(file: IO[bytes]) -> Kind | None:
    start = file.read(64)
    if start.startswith(b"%PDF-"):
        _demand_an_end(file, b"%%EOF")
        return Kind.PDF
    if start.startswith(b"\xff\xd8\xff"):
        return Kind.JPG  # phones append films and notes to photos: the end tells nothing
    if start.startswith(b"\x89PNG\r\n\x1a\n") and start[12:16] == b"IHDR":
        _demand_an_end(file, b"IEND")
        return Kind.PNG
    if start[4:8] == b"ftyp" and start[8:12] in HEIC_BRANDS:
        return Kind.HEIC
    if start.startswith(b"PK\x03\x04"):
        return _office(file)
    if start.startswith(OLD_OFFICE):
        raise Refused(OLD_FORMAT)
    return None


def _demand_an_end(file: IO[bytes], mark: bytes) -> None:
    """Refuse half an upload, without the mark in its last 64 kB, while it can be repeated."""
    size = file.seek(0, 2)
    file.seek(max(0, size - CHUNK))
    if mark not in file.read():
        raise Refused(DAMAGED)


def _office(file: IO[bytes]) -> Kind | None:
    """Word or Excel, told by its main part; other archives are None. Raises Refused."""
    try:
        found = archives.parts(file)
        archives.check_size(found, max_unpacked=MOST_UNPACKED)
        names = {part.filename for part in found}
        kinds = [kind for name, kind in MAIN_PARTS.items() if name in names]
        if "[Content_Types].xml" not in names or len(kinds) != 1:
            return None
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Refused(MACROS)
        left = MOST_UNPACKED
        for part in found:
            for piece in archives.unpack(file, part, most=left):
                left -= len(piece)
    except (archives.TooBig, archives.BadArchive) as error:
        raise Refused(DAMAGED) from error
    return kinds[0]

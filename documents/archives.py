"""Zip files from strangers: counted and unpacked within a limit, whatever their headers say."""

import struct
import zlib
from collections.abc import Iterator
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

CHUNK = 64 * 1024
MOST_PARTS = 2000
_LOCAL_HEADER = struct.Struct("<4s22xHH")


class BadArchive(Exception):
    """Not a zip file, or one that is broken or encrypted."""


class TooBig(Exception):
    """More parts or more bytes than anybody's document needs."""


def parts(file: IO[bytes], *, max_parts: int = MOST_PARTS) -> list[ZipInfo]:
    """The directory of the archive.

    Raises BadArchive for what is no zip, is encrypted, names a part twice or
    uses another compression; TooBig for too many parts.
    """
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            found = archive.infolist()
    except (BadZipFile, ValueError, OSError, struct.error, NotImplementedError) as error:
        raise BadArchive from error
    if len(found) > max_parts:
        raise TooBig
    if len({one.filename for one in found}) != len(found):
        raise BadArchive
    for one in found:
        if one.flag_bits & 0x1 or one.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise BadArchive
    return found


def check_size(found: list[ZipInfo], *, max_unpacked: int) -> None:
    """Raise TooBig when the directory itself admits to more than ``max_unpacked`` bytes."""
    if sum(one.file_size for one in found) > max_unpacked:
        raise TooBig


def unpack(file: IO[bytes], part: ZipInfo, *, most: int) -> Iterator[bytes]:
    """The content of a part, piece by piece, counted as it comes out.

    The sizes in the headers are not believed. Raises TooBig after ``most``
    bytes and BadArchive when the part is broken.
    """
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise BadArchive
    _signature, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    file.seek(name_length + extra_length, 1)
    counted = 0
    for piece in _inflated(file, part):
        counted += len(piece)
        if counted > most:
            raise TooBig
        yield piece


def _inflated(file: IO[bytes], part: ZipInfo) -> Iterator[bytes]:
    left = part.compress_size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == ZIP_DEFLATED else None
    while left > 0:
        packed = file.read(min(CHUNK, left))
        if not packed:
            raise BadArchive
        left -= len(packed)
        while packed:
            if inflater is None:
                yield packed
                break
            try:
                yield inflater.decompress(packed, CHUNK)
            except zlib.error as error:
                raise BadArchive from error
            packed = inflater.unconsumed_tail

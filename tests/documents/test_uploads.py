"""Attached files are judged by content and handed out so that nothing runs."""

import hashlib
import io
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from documents.downloads import serve
from documents.excel import Column, write
from documents.uploads import CONTENT_TYPES, Kind, Refused, judge, safe_name

ALL = frozenset(Kind)
MEGABYTE = 1024 * 1024
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe1" + b"\0" * 50 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 20 + b"\0\0\0\0IEND\xaeB`\x82"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40


def an_archive(*names, content=b"<a/>"):
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return out.getvalue()


DOCX = an_archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = write([Column("a")], [["x"]], title="t").read()


def judged(content, *, name="файл.bin", allowed=ALL, max_bytes=MEGABYTE):
    return judge(io.BytesIO(content), name=name, allowed=allowed, max_bytes=max_bytes)


def refusal(content, **options):
    with pytest.raises(Refused) as caught:
        judged(content, **options)
    with override("en"):
        return str(caught.value)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, Kind.PDF),
        (DOCX, Kind.DOCX),
        (XLSX, Kind.XLSX),
        (JPG, Kind.JPG),
        (JPG + b"film" * 50_000, Kind.JPG),
        (PNG, Kind.PNG),
        (HEIC, Kind.HEIC),
    ],
)
def test_a_file_is_what_it_contains_whatever_its_name(content, kind):
    file = io.BytesIO(content)
    found = judge(file, name="СЭӨП 2025.exe", allowed=ALL, max_bytes=MEGABYTE)
    assert (found.kind, found.content_type) == (kind, CONTENT_TYPES[kind])
    assert found.safe_name == f"СЭӨП 2025.{kind.value}"
    assert (found.size, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert file.tell() == 0


@pytest.mark.parametrize("name", ["ПСЭР.pdf", "скан.JPEG", "смета.xlsx"])
def test_a_name_that_promises_another_content_is_named(name):
    said = refusal(b"<html>", name=name)
    assert f"is called .{name.rpartition('.')[2].lower()}" in said


def test_a_true_name_of_a_kind_not_taken_here_is_not_called_a_lie():
    assert "Taken are: pdf." in refusal(XLSX, name="смета.xlsx", allowed=frozenset({Kind.PDF}))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"<html><script>", "Taken are: docx, heic, jpg, pdf, png, xlsx"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "Taken are"),
        (b"MZ\x90\0", "Taken are"),
        (b"GIF89a" + PDF, "Taken are"),
        (b"<script></script>" + PDF, "Taken are"),
        (PDF[:30], "damaged"),
        (PNG[:30], "damaged"),
        (DOCX[:-30], "damaged"),
        (an_archive("a.txt"), "Taken are"),
        (an_archive("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"), "Taken are"),
        (
            an_archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "macros",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old Office format"),
        (b"x" * (MEGABYTE + 1), "bigger than 1 MB"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(content, word):
    assert word in refusal(content)


def test_only_the_kinds_asked_for_are_taken():
    assert "Taken are: pdf." in refusal(JPG, allowed=frozenset({Kind.PDF}))


def test_a_bomb_in_a_docx_is_refused():
    content = an_archive(
        "[Content_Types].xml",
        "word/document.xml",
        *(f"word/{number}.xml" for number in range(30)),
        content=b"\0" * 20_000_000,
    )
    assert len(content) < MEGABYTE
    assert "damaged" in refusal(content)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Отчёт АӨ № 5.PDF", "Отчёт АӨ № 5.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        (r"C:\Users\Айгуль\ПСЭР.docx", "ПСЭР.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ("a\0b\n.pdf", "ab_.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("CON.pdf", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
        ('a"b<c>;d%.pdf', "a_b_c_d_.pdf"),
        ("архив.tar.gz", "архив.tar.pdf"),
        ("я" * 300 + ".pdf", "я" * 146 + ".pdf"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_misleads(name, safe):
    assert safe_name(name, Kind.PDF) == safe


@given(st.text(max_size=400))
def test_any_name_becomes_a_short_one_with_the_right_extension(name):
    safe = safe_name(name, Kind.JPG)
    assert len(safe) <= 150
    assert safe.endswith(".jpg")
    assert not set(safe) & set('/\\\0\n\r"')
    assert safe_name(safe, Kind.JPG) == safe


def test_a_file_is_handed_out_to_be_saved():
    response = serve(io.BytesIO(PDF), name="Отчёт АӨ.pdf", content_type="application/pdf")
    assert response["Content-Disposition"] == (
        f"attachment; filename*=utf-8''{quote('Отчёт АӨ.pdf')}"
    )
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response) == PDF


def test_a_file_that_is_gone_from_the_storage_is_not_found():
    field = type("Field", (), {"storage": default_storage, "name": "x", "attname": "x"})()
    lost = FieldFile(type("Row", (), {})(), field, "lost.pdf")
    with pytest.raises(Http404):
        serve(lost, name="x.pdf", content_type="application/pdf")

"""What people upload is read within limits, or refused with a sentence."""

import io
import os
import subprocess
import sys
import textwrap
from contextlib import suppress
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.excel import Column, Kind, UnreadableSheet, read, write

ROOT = Path(__file__).resolve().parents[2]


def a_book(**cells):
    """An xlsx made by somebody else's program, as bytes."""
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(content, changes, *, add=()):
    """The archive with some parts replaced or added."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, changes[name](data) if name in changes else data)
        for name, data in add:
            new.writestr(name, data)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def with_cells(xml):
    """A book whose first sheet has the given ``<sheetData>``."""
    text = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{xml}</worksheet>"
    )
    return changed(a_book(A1="x"), {SHEET: lambda _old: text.encode()})


def refusal(content, **limits):
    """The sentence with which the file is refused."""
    with pytest.raises(UnreadableSheet) as caught, override("en"):
        read(content, **limits)
    with override("en"):
        return str(caught.value)


def test_titles_above_the_headings_stay_rows_of_their_own():
    content = a_book(A1="Список участников", A3="ФИО", B3="Год", A4="Бакыт", B4=1980.0)
    assert read(content) == [
        ["Список участников", None],
        [None, None],
        ["ФИО", "Год"],
        ["Бакыт", 1980],
    ]


def test_values_come_as_python_has_them():
    content = a_book(
        A1=" Ак\u00a0Дөбө\u200b ",
        B1=12.0,
        C1=12.5,
        D1=date(2025, 6, 2),
        E1=True,
        F1="0555 12 34 56",
    )
    assert read(content) == [["Ак Дөбө", 12, 12.5, date(2025, 6, 2), True, "0555 12 34 56"]]


def test_empty_rows_at_the_end_are_left_out():
    content = a_book(A1="x", A2=" ", A3="\u200b")
    assert read(content) == [["x"]]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "not an Excel"),
        ("ФИО;Год\n".encode("cp1251"), "not an Excel"),
        (b"%PDF-1.7", "not an Excel"),
        (b"PK\x03\x04 and so on", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (a_book(A1="x")[:-40], "damaged"),
        (changed(a_book(A1="x"), {SHEET: lambda old: old[: len(old) // 2]}), "damaged"),
        (changed(a_book(A1="x"), {"xl/workbook.xml": lambda _old: b"<a/>"}), "damaged"),
        (
            changed(
                a_book(A1="x"), {SHEET: lambda old: b'<!DOCTYPE a [<!ENTITY b "c">]>' + old[55:]}
            ),
            "damaged",
        ),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(content, word):
    assert word in refusal(content)


def test_a_docx_is_refused_with_a_sentence():
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    assert "not an Excel" in refusal(out.getvalue())


def test_more_rows_or_columns_than_asked_for_are_refused():
    content = a_book(A1="x", A11="y", E2="z")
    assert len(read(content, max_rows=11, max_columns=5)) == 11
    assert refusal(content, max_rows=10) == "The sheet has more than 10 rows."
    assert refusal(content, max_columns=4) == "The sheet has more than 4 columns."


@pytest.mark.parametrize(
    "cells",
    [
        '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        '<sheetData><row r="1048576"><c><v>1</v></c></row></sheetData>',
        "<sheetData><row r='1'><c r='&#88;FD1'><v>1</v></c></row></sheetData>",
        '<x:sheetData xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:row r="1048576"><x:c r="A1048576"><x:v>1</x:v></x:c></x:row></x:sheetData>',
    ],
)
def test_a_cell_far_out_is_refused_however_it_is_spelled(cells):
    assert "more than" in refusal(with_cells(cells))


def test_a_styled_empty_cell_far_out_does_no_harm():
    cells = (
        '<sheetData><row r="1"><c r="A1"><v>7</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    )
    assert read(with_cells(cells)) == [[7]]


def test_a_lying_dimension_is_not_believed():
    cells = (
        '<dimension ref="A1:XFD1048576"/>'
        '<sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData>'
    )
    assert read(with_cells(cells)) == [[7]]


def test_one_long_text_repeated_in_every_cell_is_refused():
    rows = "".join(
        f'<row r="{row}">' + "<c t='s'><v>0</v></c>" * 50 + "</row>" for row in range(1, 200)
    )
    shared = f"<sst><si><t>{'x' * 32000}</t></si></sst>".encode()
    content = changed(
        with_cells(f"<sheetData>{rows}</sheetData>"), {}, add=[("xl/sharedStrings.xml", shared)]
    )
    assert "too big" in refusal(content)


def test_zipped_zeroes_are_refused():
    content = changed(a_book(A1="x"), {}, add=[("xl/a.xml", b"\0" * 70_000_000)])
    assert len(content) < 100_000
    assert "too big" in refusal(content)


def test_sizes_in_the_headers_are_not_believed():
    content = bytearray(changed(a_book(A1="x"), {}, add=[("xl/a.xml", b" " * 70_000_000)]))
    size = (70_000_000).to_bytes(4, "little")
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = (10).to_bytes(4, "little")
    assert "too big" in refusal(bytes(content))


def test_too_many_parts_are_refused():
    content = changed(a_book(A1="x"), {}, add=[(f"xl/{n}.xml", b"<a/>") for n in range(2100)])
    assert "too big" in refusal(content)


def test_a_part_named_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = changed(a_book(A1="x"), {}, add=[(SHEET, b"<worksheet/>")])
    assert "damaged" in refusal(content)


BASE = a_book(A1="Имя", B1=1.5, A2=date(2025, 6, 2))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(BASE) - 1), st.binary(min_size=1, max_size=8))
def test_damage_anywhere_gives_rows_or_a_sentence(place, noise):
    content = BASE[:place] + noise + BASE[place + len(noise) :]
    with suppress(UnreadableSheet):
        assert isinstance(read(content), list)


def test_a_big_honest_sheet_is_read():
    columns = [Column(f"c{number}", kind=Kind.ANY) for number in range(10)]
    with write(columns, ([n] * 10 for n in range(5000)), title="t") as file:
        rows = read(file)
    assert len(rows) == 5001
    assert rows[5000] == [4999] * 10


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD1"])
def test_reading_a_bomb_takes_little_memory(cell, tmp_path):
    file = tmp_path / "bomb.xlsx"
    row = "".join(one for one in cell if one.isdigit())
    file.write_bytes(
        with_cells(
            f'<dimension ref="A1:{cell}"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
            f'<row r="{row}"><c r="{cell}"><v>1</v></c></row></sheetData>'
        )
    )
    script = f"""
        import resource
        import django
        django.setup()
        resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
        from documents.excel_reading import UnreadableSheet, read
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            read(open({str(file)!r}, "rb"))
        except UnreadableSheet:
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    done = subprocess.run(  # noqa: S603 (our own interpreter and script)
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "inclusion_portal.settings"},
        text=True,
        check=True,
    )
    assert int(done.stdout) < 20_000  # kB

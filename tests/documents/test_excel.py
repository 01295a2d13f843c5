"""What is written to Excel is what was meant, and opens as such."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zipfile import ZipFile

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import example, given, settings
from hypothesis import strategies as st

from documents.characters import tidy
from documents.excel import Column, Kind, Sheet, read, write, write_book

ONE = [Column("Имя")]


def opened(file):
    return openpyxl.load_workbook(file)


def back(value, kind=Kind.ANY):
    """The value as it reads back from a written cell."""
    rows = read(write([Column("x", kind=kind)], [[value]], title="t"))
    return rows[1][0] if len(rows) > 1 else None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
@example("=1+1")
@example("_x0041_")
@example("1e5")
@example("0123")
@example("http://example.test/")
@example("\r\nа\rб\n")
@example("\ufeff\u202eevil\u200b")
@example("й й")
@example("TRUE")
def test_any_text_reads_back_as_it_was_meant(text):
    assert back(text, Kind.TEXT) == (tidy(text) or None)


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_any_whole_number_reads_back(number):
    assert back(number) == number


@settings(max_examples=60, deadline=None)
@given(st.dates(min_value=date(1900, 3, 1), max_value=date(9999, 12, 30)))
def test_any_date_reads_back_as_a_date(day):
    assert back(day) == day


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(min_value=datetime(1900, 3, 1, 0, 0, 1), max_value=datetime(2200, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    )
)
def test_any_moment_reads_back_to_the_second(moment):
    expected = moment.date() if moment.time() == datetime.min.time() else moment
    assert back(moment) == expected


def test_a_moment_is_written_in_the_time_of_the_portal_without_zone():
    assert back(datetime(2025, 6, 2, 20, 30, tzinfo=UTC)) == datetime(2025, 6, 3, 2, 30)


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}"])
def test_a_formula_in_a_name_is_text(text):
    cell = opened(write(ONE, [[text]], title="t")).active["A2"]
    assert (cell.data_type, cell.value) == ("s", text)


@pytest.mark.parametrize(
    ("value", "kind", "shown", "code"),
    [
        (1234567, Kind.WHOLE, 1234567, "#,##0"),
        (2025, Kind.YEAR, 2025, "0"),
        (2025, Kind.ANY, 2025, "0"),
        (Decimal("12.50"), Kind.NUMBER, 12.5, "#,##0.00"),
        (Fraction(1, 4), Kind.ANY, 0.25, "#,##0.00"),
        (date(2025, 6, 2), Kind.DATE, datetime(2025, 6, 2), "dd.mm.yyyy"),
        (datetime(2025, 6, 2, 9, 5), Kind.MOMENT, datetime(2025, 6, 2, 9, 5), "dd.mm.yyyy hh:mm"),
    ],
)
def test_numbers_and_dates_are_real(value, kind, shown, code):
    cell = opened(write([Column("x", kind=kind)], [[value]], title="t")).active["A2"]
    assert (cell.value, cell.number_format) == (shown, code)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (41708203000010, Kind.TEXT, "41708203000010"),
        (10**17, Kind.ANY, "100000000000000000"),
        (float("inf"), Kind.ANY, "inf"),
        (date(1890, 1, 2), Kind.DATE, "02.01.1890"),
        (date(2025, 6, 2), Kind.TEXT, "02.06.2025"),
    ],
)
def test_what_excel_would_spoil_is_text(value, kind, text):
    cell = opened(write([Column("x", kind=kind)], [[value]], title="t")).active["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_yes_and_no_are_words_of_the_reader():
    with override("en"):
        cells = opened(write([Column("a"), Column("b")], [[True, False]], title="t")).active[2]
    assert [cell.value for cell in cells] == ["yes", "no"]


@pytest.mark.parametrize("text", ["я" * 40_000, "𝄞" * 20_000, "a" + "𝄞" * 20_000])
def test_a_text_too_long_for_a_cell_is_cut(text):
    value = opened(write(ONE, [[text]], title="t")).active["A2"].value
    assert len(value.encode("utf-16-le")) // 2 <= 32767
    assert value.endswith("…")
    assert text.startswith(value[:-1])


def test_headings_are_bold_frozen_and_filterable():
    sheet = opened(
        write([Column("ФИО", 30), Column("Год", kind=Kind.YEAR)], [["Бакыт", 1980]], title="Явка")
    ).active
    assert sheet.title == "Явка"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B2")
    assert sheet["A1"].font.bold
    assert 29 < sheet.column_dimensions["A"].width < 32


def test_sheets_get_names_that_excel_takes():
    names = ["A/B:C*[1]?", "'" + "Д" * 40 + "'", "Д" * 40, "", "history"]
    book = opened(write_book([Sheet(name, ONE, []) for name in names], title="t"))
    assert book.sheetnames == ["A B C  1", "Д" * 31, "Д" * 29 + " 2", "1", "history 2"]


def test_rows_may_come_from_a_generator_and_are_not_kept():
    rows = ([f"{number}"] for number in range(1000))
    assert len(read(write(ONE, rows, title="t"))) == 1001


def test_a_row_of_another_width_is_a_mistake_of_ours():
    with pytest.raises(ValueError):
        write(ONE, [["a", "b"]], title="t")


def test_the_title_is_a_property_of_the_file():
    book = opened(write(ONE, [], title="Явка", properties={"author": "УУМУ"}))
    assert (book.properties.title, book.properties.creator) == ("Явка", "УУМУ")


def test_a_file_without_rows_is_still_a_file():
    assert read(write(ONE, [], title="t")) == [["Имя"]]


def test_nothing_in_the_file_is_a_formula_or_a_link():
    file = write(ONE, [["=1"], ["http://example.test"], ["mailto:a@example.test"]], title="t")
    with ZipFile(io.BytesIO(file.read())) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert not any("rels" in name and "sheet" in name for name in archive.namelist())

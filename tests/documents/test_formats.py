"""The formats of import and export keep values as they are and formulas asleep."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
import tablib
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.characters import tidy
from documents.excel import Column, UnreadableSheet, write
from documents.formats import SafeCSV, SafeXLSX, armed, disarmed, opened

LIVE = ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\x01=1"]


def table(*rows, headers=("ФИО", "Год")):
    return tablib.Dataset(*rows, headers=headers)


def test_excel_keeps_types_and_makes_columns_wide_enough():
    content = SafeXLSX().export_data(
        table(("Бакыт уулу Асан", 1980, date(2025, 6, 2)), headers=("ФИО", "Год", "День"))
    )
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[2]] == ["Бакыт уулу Асан", 1980, datetime(2025, 6, 2)]
    assert sheet.column_dimensions["A"].width > len("Бакыт уулу Асан")
    back = SafeXLSX().create_dataset(content)
    assert (back.headers, back[0]) == (
        ["ФИО", "Год", "День"],
        ("Бакыт уулу Асан", 1980, date(2025, 6, 2)),
    )


@pytest.mark.parametrize("text", LIVE)
def test_csv_puts_an_apostrophe_before_what_would_run(text):
    content = SafeCSV().export_data(table((text, -5)))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[1][0].startswith("'")
    assert rows[1][1] == "-5"


def test_csv_opens_in_excel_with_all_letters():
    content = SafeCSV().export_data(table(("Өзгөн ү ң", None)))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig") == "ФИО;Год\r\nӨзгөн ү ң;\r\n"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=5))
def test_csv_reads_back_what_it_wrote(rows):
    content = SafeCSV().export_data(table(*rows, headers=("a", "b")))
    expected = [tuple(tidy(armed(disarmed(cell))) or None for cell in row) for row in rows]
    back = SafeCSV().create_dataset(content)
    assert [row for row in back if any(row)] == [row for row in expected if any(row)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_whatever_stands_between(delimiter):
    content = f"ФИО{delimiter}Год\nАйгуль{delimiter}1980\n".encode()
    back = SafeCSV().create_dataset(content)
    assert (back.headers, back[0]) == (["ФИО", "Год"], ("Айгуль", "1980"))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("ФИО;Год\nӨ;1".encode("utf-16"), "letters"),
        ("ФИО;Год\n".encode("cp1251"), "letters"),
        (b"", "no rows"),
        (b"\n\n", "no rows"),
        (b"a" * 200_000, "damaged"),
        (b"a\n" * 20_100, "more than"),
        (b"a," * 200, "more than"),
    ],
)
def test_csv_that_cannot_be_read_is_refused_with_a_sentence(content, word):
    with override("en"), pytest.raises(UnreadableSheet) as caught:
        SafeCSV().create_dataset(content)
    with override("en"):
        assert word in str(caught.value)


def test_short_rows_are_filled_and_long_ones_cut_to_the_headings():
    back = SafeCSV().create_dataset(b"a;b\n1\n1;2;3\n")
    assert list(back) == [("1", None), ("1", "2")]


def test_numbers_stay_numbers_and_nothing_stays_empty():
    content = SafeXLSX().export_data(table((None, Decimal("1.5"))))
    assert SafeXLSX().create_dataset(content)[0] == (None, 1.5)


def test_an_upload_is_told_by_its_content():
    excel = write([Column("a")], [["x"]], title="t")
    assert opened(excel)[0] == ("x",)
    assert opened(io.BytesIO(b"a\nx"))[0] == ("x",)

"""Names, years of birth and phones as they stand in real lists."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from seminars import people

DAY = date(2025, 5, 13)


@pytest.mark.parametrize(
    "written",
    [
        "777123456",
        "0777123456",
        "0777 12-34-56",
        "+996777123456",
        "+996 (777) 123 456",
        "996777123456",
        "777123456.0",
        777123456,
        777123456.0,
    ],
)
def test_a_phone_is_kept_as_e164_however_it_is_written(written: object) -> None:
    assert people.as_phone(written) == "+996777123456"


@pytest.mark.parametrize(
    "written",
    [
        "0777123456, 0555123456",
        "0777123456/0555123456",
        "0777123456 0555123456",
        "0777 123 456 жана 0555 123 456",
        "0777123456\n0555123456",
    ],
)
def test_two_phones_in_a_cell_are_refused_by_name(written: str) -> None:
    with pytest.raises(ValidationError, match="two phones"):
        people.as_phone(written)


@pytest.mark.parametrize("written", ["12345", "нет", "7" * 1_000_000, "\0", "1e9"])
def test_what_is_no_phone_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        people.as_phone(written)


def test_no_phone_is_no_phone() -> None:
    assert [people.as_phone(nothing) for nothing in (None, "", "  ")] == ["", "", ""]


@pytest.mark.parametrize(
    "written",
    ["1985", 1985, 1985.0, "1985.0", "12.03.1985", "1985-03-12", "1985 г.", date(1985, 3, 1)],
)
def test_a_year_of_birth_is_found_in_a_year_or_a_date(written: object) -> None:
    assert people.as_birth_year(written, on=DAY) == 1985


@pytest.mark.parametrize("written", ["85", "12.03.85", "2025", "13.05.2025", "1899", "1985-1990"])
def test_what_is_no_year_of_birth_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        people.as_birth_year(written, on=DAY)


def test_a_name_keeps_its_letters_and_loses_its_double_spaces() -> None:
    assert people.as_full_name("  Асанов   Бакыт уулу\u00a0Өмүрбек ") == "Асанов Бакыт уулу Өмүрбек"


@pytest.mark.parametrize(
    "written", ["", None, "=1+1", "?????? ???", "Асан\0ов", "А" * 151, "А" * 1_000_000]
)
def test_what_is_no_name_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        people.as_full_name(written)

"""Money, points and moments read as people write them in each language."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.forms import DateField
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from language.templatetags.words import day, half_up, moment, points, size, som


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("ru", 1234567, "1\xa0234\xa0567\xa0сом"),
        ("ky", 0, "0\xa0сом"),
        ("en", 999, "999\xa0som"),
        ("ru", Decimal("1000.50"), "1\xa0001\xa0сом"),
        ("ru", -1000, "\u22121\xa0000\xa0сом"),
        ("ru", None, ""),
    ],
)
def test_som_are_whole_with_spaces(language, value, text):
    with override(language):
        assert som(value) == text


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("ru", Fraction(175, 2), "87,50"),
        ("ky", 100, "100,00"),
        ("en", Decimal("0.005"), "0.01"),
        ("ru", Fraction(1, 3), "0,33"),
        ("ru", Fraction(-1, 200), "\u22120,01"),
        ("ru", None, ""),
    ],
)
def test_points_have_two_decimals_rounded_half_up(language, value, text):
    with override(language):
        assert points(value) == text


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("ru", 303, "303\xa0байта"),
        ("ru", 1, "1\xa0байт"),
        ("ky", 844, "844\xa0байт"),
        ("en", 2, "2\xa0bytes"),
        ("ru", 1024, "1\xa0КБ"),
        ("ky", 1229, "1,2\xa0КБ"),
        ("en", 3_565_158, "3.4\xa0MB"),
        ("ru", 1024 * 1024 - 1, "1\xa0МБ"),
        ("ru", 2000 * 1024 * 1024, "2\xa0000\xa0МБ"),
        ("ru", None, ""),
    ],
)
def test_a_size_is_read_with_its_unit(language, value, text):
    with override(language):
        assert size(value) == text


@given(st.fractions(min_value=0, max_value=100))
def test_rounding_is_never_further_than_half_a_unit(value):
    assert abs(Fraction(half_up(value, 2), 100) - value) <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("language", "text"),
    [("ru", "2 июня 2025 г."), ("ky", "2025-ж., 2-июнь"), ("en", "2 June 2025")],
)
def test_a_day_has_its_month_in_words(language, text):
    with override(language):
        assert day(date(2025, 6, 2)) == text
        assert day(None) == ""


@pytest.mark.parametrize(
    ("language", "text", "with_zone"),
    [
        ("ru", "3 июня 2025 г., 02:30", "3 июня 2025 г., 02:30 по бишкекскому времени"),
        ("ky", "2025-ж., 3-июнь, 02:30", "2025-ж., 3-июнь, 02:30 (Бишкек убактысы)"),
        ("en", "3 June 2025, 02:30", "3 June 2025, 02:30 Bishkek time"),
    ],
)
def test_a_moment_is_told_in_the_time_of_bishkek(language, text, with_zone):
    value = datetime(2025, 6, 2, 20, 30, tzinfo=UTC)
    with override(language):
        assert moment(value) == text
        assert moment(value, "zone") == with_zone
        assert moment(None) == ""


@pytest.mark.parametrize("language", ["ru", "ky", "en"])
@pytest.mark.parametrize("text", ["02.06.2025", "2.6.25", "2025-06-02"])
def test_a_date_may_be_typed_with_points_or_as_iso(language, text):
    with override(language):
        assert DateField(localize=True).clean(text) == date(2025, 6, 2)

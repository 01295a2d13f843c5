"""Money, points, sizes and moments in the words of the reader."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext, ngettext

register = template.Library()

SPACE = "\xa0"
MINUS = "\u2212"
KILOBYTE = 1024

Number = int | Decimal | Fraction


@register.filter
def som(value: Number | None) -> str:
    """Whole som with no-break spaces: «1 234 567 сом»; empty for None."""
    if value is None or value == "":
        return ""
    return thousands(half_up(Fraction(value), 0)) + SPACE + gettext("som")


@register.filter
def points(value: Number | None) -> str:
    """Points with two decimals, half up: «87,50»; empty for None.

    Rounded here for the eye only; points are compared as exact fractions.
    """
    if value is None or value == "":
        return ""
    hundredths = half_up(Fraction(value), 2)
    sign = MINUS if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{sign}{thousands(whole)}{formats.get_format('DECIMAL_SEPARATOR')}{rest:02d}"


@register.filter
def size(value: int | None) -> str:
    """Bytes as people read the size of a file: «303 байт», «1,2 КБ», «3,4 МБ»; empty for None.

    A kilobyte is 1024 bytes, as in the limits.
    """
    if value is None:
        return ""
    if value < KILOBYTE:
        unit = ngettext("byte", "bytes", value)
        return f"{value}{SPACE}{unit}"
    # What would read «1024,0 КБ» is 1,0 MB.
    kilobytes = half_up(Fraction(value, KILOBYTE), 1) < KILOBYTE * 10
    tenths = half_up(Fraction(value, KILOBYTE if kilobytes else KILOBYTE**2), 1)
    whole, rest = divmod(tenths, 10)
    decimals = f"{formats.get_format('DECIMAL_SEPARATOR')}{rest}" if rest else ""
    return thousands(whole) + decimals + SPACE + (gettext("KB") if kilobytes else gettext("MB"))


@register.filter
def day(value: date | None) -> str:
    """A date with its month in words: «2 июня 2025 г.», «2025-ж., 2-июнь», "2 June 2025"."""
    if not value:
        return ""
    return formats.date_format(_local(value), "DATE_FORMAT")


@register.filter
def moment(value: datetime | None, zone: str = "") -> str:
    """A date and a time of Bishkek: «2 июня 2025 г., 18:00».

    With the argument ``zone`` the place is added where people in other zones read.
    """
    if not value:
        return ""
    text = formats.date_format(_local(value), "DATETIME_FORMAT")
    return gettext("%(moment)s Bishkek time") % {"moment": text} if zone else text


def half_up(value: Fraction, decimals: int) -> int:
    """The value in units of the last decimal, halves rounded away from zero."""
    scaled = abs(value) * 10**decimals
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return rounded if value >= 0 else -rounded


def thousands(whole: int) -> str:
    """Digits in threes with no-break spaces; numbers of four digits too, as in tables."""
    sign = MINUS if whole < 0 else ""
    return sign + f"{abs(whole):,}".replace(",", SPACE)


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value

"""What is known of a participant, and how people write it: names, years of birth, phones.

Changes nothing and asks no database; the forms, the Excel sheet and the doors all read here.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from municipalities.models import Municipality, Position

from .models import Participant

CONSENT_VERSION = "2025-05"
"""The wording of the consent to the processing of personal data that is signed now."""

EARLIEST_BIRTH_YEAR = 1900
YOUNGEST = 10
"""Nobody younger, in years, takes part: a later year is a slip, often the seminar's own date."""

LONGEST_NAME = 150
LONGEST_CELL = 300

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BETWEEN_PHONES = re.compile(r"[,;/|\n]|\s(?:и|или|жана|же|and|or)\s")
_TWO_PHONES_IN_DIGITS = 18


@dataclass(frozen=True, kw_only=True)
class PersonFields:
    """What a line says of a person. ``phone`` is E.164 or empty; empty means not said."""

    full_name: str
    sex: str
    position: Position
    municipality: Municipality
    birth_year: int | None = None
    disability: str = Participant.Disability.NOT_STATED
    phone: str = ""
    consented_on: date | None = None

    @classmethod
    def of(cls, participant: Participant) -> PersonFields:
        """Return what is kept of the participant."""
        values = {field.name: getattr(participant, field.name) for field in fields(cls)}
        return cls(**values | {"phone": str(participant.phone or "")})

    def over(self, known: PersonFields) -> PersonFields:
        """Return these fields, with what they do not say taken from what is known already."""
        return PersonFields(
            full_name=self.full_name,
            sex=self.sex,
            position=self.position,
            municipality=self.municipality,
            birth_year=self.birth_year,
            disability=known.disability
            if self.disability == Participant.Disability.NOT_STATED
            else self.disability,
            phone=self.phone or known.phone,
            consented_on=self.consented_on or known.consented_on,
        )


def fingerprint(participant: Participant) -> str:
    """Return a short mark that changes whenever anything that is kept of the person changes."""
    known = PersonFields.of(participant)
    text = repr([str(getattr(known, field.name)) for field in fields(known)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def as_full_name(value: Any) -> str:
    """Return the name with single spaces. Raises ValidationError where it is no name."""
    text = " ".join(unicodedata.normalize("NFC", str(value or "")).split())
    if not text:
        raise ValidationError(_("Enter the full name."))
    if len(text) > LONGEST_NAME:
        raise ValidationError(
            _("The name is longer than %(limit)s characters.") % {"limit": LONGEST_NAME}
        )
    if "?" in text or "\ufffd" in text:
        raise ValidationError(
            _("There is a question mark in the name: letters were lost on the way. Type it anew.")
        )
    if any(unicodedata.category(letter) == "Cc" for letter in text):
        raise ValidationError(_("There are characters in the name that cannot be shown."))
    if not any(letter.isalpha() for letter in text):
        raise ValidationError(_("A name is written with letters."))
    return text


def as_birth_year(value: Any, *, on: date) -> int | None:
    """Return the year from a year, a full date or Excel's `1985.0`; None from nothing.

    ``on`` is a day of the seminar. Raises ValidationError where no year is found.
    """
    if isinstance(value, date):
        return _year_in_bounds(value.year, on)
    text = str("" if value is None else value).strip()
    if not text:
        return None
    years = set(_YEAR.findall(text[:LONGEST_CELL])) or set(re.findall(r"^\d{4}(?:\.0)?$", text))
    if len(years) != 1:
        raise ValidationError(
            _("Write the year of birth with four digits, for example 1985, or the whole date.")
        )
    return _year_in_bounds(int(years.pop()[:4]), on)


def _year_in_bounds(year: int, on: date) -> int:
    latest = on.year - YOUNGEST
    if not EARLIEST_BIRTH_YEAR <= year <= latest:
        raise ValidationError(
            _("The year of birth %(year)s cannot be right: expected %(earliest)s to %(latest)s.")
            % {"year": str(year), "earliest": str(EARLIEST_BIRTH_YEAR), "latest": str(latest)}
        )
    return year


def as_phone(value: Any) -> str:
    """Return +996… from 9 digits, 0…, +996… or Excel's `777123456.0`; "" from nothing.

    Raises ValidationError for two phones in one cell and for what is no phone.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = re.sub(r"\.0$", "", str("" if value is None else value).strip())
    if not text:
        return ""
    parts = [part for part in _BETWEEN_PHONES.split(text[:LONGEST_CELL]) if _digits(part) >= 6]
    if len(parts) > 1 or _digits(text[:LONGEST_CELL]) >= _TWO_PHONES_IN_DIGITS:
        raise ValidationError(_("There are two phones here. Keep one."))
    number = _parsed(text) if len(text) <= LONGEST_CELL else None
    if number is None:
        raise ValidationError(
            _("This is not a phone number. Write for example 0555 123 456 or +996 555 123 456.")
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)

"""Phones as people write them in Kyrgyzstan, kept as E.164."""

import re

import phonenumbers
from django.conf import settings

_EXCEL_FLOAT = re.compile(r"\.0$")


def as_e164(text: str) -> str | None:
    """Return +996… for `0555 12-34-56`, `555123456`, `+996…` or Excel's `555123456.0`.

    None where the text is not one possible phone number.
    """
    try:
        number = phonenumbers.parse(
            _EXCEL_FLOAT.sub("", text.strip()), settings.PHONENUMBER_DEFAULT_REGION
        )
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

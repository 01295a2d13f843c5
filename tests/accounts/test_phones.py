"""Phones as people write them."""

import pytest

from accounts.phones import as_e164


@pytest.mark.parametrize(
    "text",
    [
        "0555 12-34-56",
        "555123456",
        "+996 555 123456",
        "996555123456",
        "555123456.0",
        " 0555123456 ",
    ],
)
def test_one_phone_written_in_many_ways_is_one_number(text: str) -> None:
    assert as_e164(text) == "+996555123456"


@pytest.mark.parametrize("text", ["", "нет", "123", "0555123456, 0700123456", "5551234567890123"])
def test_what_is_not_one_phone_is_refused(text: str) -> None:
    assert as_e164(text) is None

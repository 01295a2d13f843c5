"""What the tests of seminars share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _sentences_are_english() -> Iterator[None]:
    """The doors speak the language of the sources, whatever is translated by now."""
    with translation.override("en"):
        yield

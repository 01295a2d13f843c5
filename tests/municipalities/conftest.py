"""Fixtures of the register."""

import pytest

from municipalities.register import Loaded, load
from tests.builders import NOW


@pytest.fixture
def register(db: None) -> Loaded:
    """The real register, as it comes with the portal."""
    return load(by=None, now=NOW)

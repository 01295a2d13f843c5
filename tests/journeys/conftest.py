"""What the journeys share: their helpers' asserts explain themselves; the story's world."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import time_machine

CHAPTERS = ("applying", "admitting", "deciding", "scoring", "seminar", "story")
pytest.register_assert_rewrite(*(f"tests.journeys.{name}" for name in CHAPTERS))

from tests.journeys.story import Story  # noqa: E402 - after the asserts are prepared


@pytest.fixture
def tell(
    db: None,
    at_now: time_machine.Traveller,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> Callable[..., Story]:
    """Return a function that makes the story's people and contest: ``tell(language="ky")``."""

    def made(**wishes: Any) -> Story:
        return Story(clock=at_now, committing=django_capture_on_commit_callbacks, **wishes)

    return made

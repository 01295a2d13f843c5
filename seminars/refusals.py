"""What the doors of seminars answer when they do not do what they were asked.

A refusal writes nothing; the page keeps what was typed and shows the sentences.
"""

from collections.abc import Sequence
from typing import ClassVar

from django.utils.functional import Promise

Text = str | Promise


class Refusal(Exception):
    """A door refuses. ``message`` is for people, ``status_code`` is for the answer."""

    status_code: ClassVar[int] = 409

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message


class Stale(Refusal):
    """Somebody changed or removed what the person saw."""


class Invalid(Refusal):
    """What was typed cannot be taken. ``problems`` has one sentence a fault."""

    status_code = 422

    def __init__(self, message: Text, problems: Sequence[Text] = ()) -> None:
        super().__init__(message)
        self.problems = list(problems) or [message]

"""What a door answers when it does not do what it was asked: a sentence and an HTTP status.

A refusal writes nothing. The middleware shows ``message`` on the page of
``status_code``; a form that catches it keeps the typed text instead.
"""

from collections.abc import Sequence
from typing import ClassVar

from django.utils.functional import Promise

Text = str | Promise


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A door refuses. ``message`` is for people, in their language."""

    status_code: ClassVar[int] = 409

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(Refusal):
    """The action is not this person's."""

    status_code = 403


class Closed(Refusal):
    """Too early or too late."""


class Stale(Refusal):
    """Somebody did it already, or changed what the person saw."""


class Invalid(Refusal):
    """What was typed cannot be taken. ``problems`` lists one sentence a fault."""

    status_code = 422

    def __init__(self, message: Text, problems: Sequence[Text] = ()) -> None:
        super().__init__(message)
        self.problems = list(problems) or [message]

"""What project staff should know before they admit: warnings from outside the contest.

The contest knows nothing of seminars; the root registers a source that does. A hint
is a warning, never a bar.
"""

from collections.abc import Callable

from .models import Application
from .refusals import Text

Source = Callable[[Application], list[Text]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Let a source be asked about each application that staff open."""
    if source not in _sources:
        _sources.append(source)


def hints(application: Application) -> list[Text]:
    """Return the warnings about the application, of every source."""
    return [hint for source in _sources for hint in source(application)]

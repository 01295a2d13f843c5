"""What ``manage.py check`` and the start of an installation look at beyond Django's own."""

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from .models import is_demo

DEMO_IN_PRODUCTION = (
    "This database was filled by manage.py demo: its people are invented and their password "
    "is public. Name an empty database in DATABASE_URL, or start without SECRET_KEY to see it."
)
log = logging.getLogger(__name__)


@register(Tags.database)
def demo_is_not_served(databases: Sequence[str] | None, **kwargs: Any) -> list[CheckMessage]:
    """Return an error where an installation would serve the demo (``check --database default``)."""
    if not databases or not settings.PRODUCTION:
        return []
    try:
        return [Error(DEMO_IN_PRODUCTION, id="portal.E001")] if is_demo() else []
    except DatabaseError:  # no tables yet: migrate asks the checks before it makes them
        return []


def refuse_demo_in_production() -> None:
    """Raise ImproperlyConfigured where an installation would serve the demo.

    A database that does not answer yet is no reason to stay down: pages say 503
    until it does, and ``/readyz`` looks for the mark again.
    """
    if not settings.PRODUCTION:
        return
    try:
        marked = is_demo()
    except DatabaseError as error:
        log.warning("The database does not answer yet: %s", error)
        return
    if marked:
        raise ImproperlyConfigured(DEMO_IN_PRODUCTION)

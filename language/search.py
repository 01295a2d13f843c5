"""Searching a folded column: the same answer on every database, however people type."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models

from .folding import fold

LONGEST_QUERY = 200
MOST_WORDS = 10

Row = TypeVar("Row", bound=models.Model)


def search(
    queryset: models.QuerySet[Row], text: str, field: str = "search_key"
) -> models.QuerySet[Row]:
    """Return the rows whose folded ``field`` contains every word of the text, in any order.

    An empty text finds everything, a text without a letter or digit nothing. Words
    past the tenth, and letters past the two-hundredth, are not looked at.
    """
    words = fold(text[:LONGEST_QUERY]).split()[:MOST_WORDS]
    if text.strip() and not words:
        return queryset.none()
    for word in words:
        queryset = queryset.filter(**{f"{field}__contains": word})
    return queryset


def admin_search(field: str = "search_key") -> Callable[..., tuple[models.QuerySet[Any], bool]]:
    """Return a ``get_search_results`` for a ModelAdmin; its ``search_fields`` names the field."""

    def get_search_results(
        self: Any,  # noqa: ARG001
        request: Any,  # noqa: ARG001
        queryset: models.QuerySet[Any],
        search_term: str,
    ) -> tuple[models.QuerySet[Any], bool]:
        return search(queryset, search_term, field), False

    return get_search_results

"""Searching a folded column: the same answer on every database, however people type."""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q

from .folding import fold

LONGEST_QUERY = 200
MOST_WORDS = 10

Rows = TypeVar("Rows", bound="models.QuerySet[Any]")


def search(queryset: Rows, text: str, *fields: str) -> Rows:
    """Return the rows of which each word of the text stands in one of the folded fields.

    Without ``fields``, ``search_key`` is looked at. An empty text finds everything, a text
    without a letter or digit nothing. Words past the tenth, and letters past the
    two-hundredth, are not looked at.
    """
    words = fold(text[:LONGEST_QUERY]).split()[:MOST_WORDS]
    if text.strip() and not words:
        return queryset.none()
    for word in words:
        somewhere = (Q(**{f"{field}__contains": word}) for field in fields or ("search_key",))
        queryset = queryset.filter(reduce(or_, somewhere))
    return queryset


def admin_search(*fields: str) -> Callable[..., tuple[models.QuerySet[Any], bool]]:
    """Return a ``get_search_results`` for a ModelAdmin; its ``search_fields`` names the fields."""

    def get_search_results(
        self: Any,  # noqa: ARG001
        request: Any,  # noqa: ARG001
        queryset: models.QuerySet[Any],
        search_term: str,
    ) -> tuple[models.QuerySet[Any], bool]:
        return search(queryset, search_term, *fields), False

    return get_search_results

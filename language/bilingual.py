"""Data in two languages: required columns ``name_ru`` and ``name_ky``, an optional ``name_en``."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _


def active_language() -> str:
    """Return ``ru``, ``ky`` or ``en``: the language in which the person reads now."""
    return (translation.get_language() or "ru").split("-")[0]


class InTwoLanguages:
    """``name = InTwoLanguages("name")`` reads ``name_<language>`` and falls back to Russian."""

    def __init__(self, base: str) -> None:
        self.base = base
        if base == "name":
            self.short_description = _("name")  # the heading of a column in the admin

    def __get__(self, instance: Any, owner: type | None = None) -> str:
        if instance is None:
            return self  # type: ignore[return-value]
        return in_language(instance, self.base, active_language())


def in_language(instance: Any, base: str, language: str) -> str:
    """Return the text of ``base`` in the language, in Russian where it is missing."""
    return getattr(instance, f"{base}_{language}", "") or getattr(instance, f"{base}_ru")


def ordered_by_name(base: str = "name") -> str:
    """Return the column to order by in the active language, e.g. ``name_ky_order``."""
    language = active_language()
    return f"{base}_{'ky' if language == 'ky' else 'ru'}_order"

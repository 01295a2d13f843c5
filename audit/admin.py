"""The trail in the admin: to read and to search, never to change."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from .models import AuditEvent

LONGEST_SEARCH = 200
MOST_WORDS = 10


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Seen by whoever has ``audit.view_auditevent``; changed by nobody."""

    list_display = ("at", "by", "action", "subject_label", "reason")
    list_filter = ("action",)
    list_select_related = ("by",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("action", "subject_label", "subject_id", "reason")
    ordering = ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        """Every word must stand somewhere in the event or in the address of who acted.

        SQLite tells Cyrillic capitals from small letters, so each word is
        tried as typed, small, with capitals at its start or parts, and in capitals.
        """
        fields = [*self.search_fields, f"by__{get_user_model().USERNAME_FIELD}"]
        for word in search_term.replace("\0", "")[:LONGEST_SEARCH].split()[:MOST_WORDS]:
            found = Q()
            for spelling in {word, word.lower(), word.capitalize(), word.title(), word.upper()}:
                for field in fields:
                    found |= Q(**{f"{field}__icontains": spelling})
            queryset = queryset.filter(found)
        return queryset, False

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

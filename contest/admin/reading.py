"""Who sees the contest in the admin: project staff and administrators, nobody else."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from contest import permissions


def moment_of(request: HttpRequest) -> datetime:
    """Return the moment of the request, the same however often it is asked."""
    if not hasattr(request, "moment"):
        request.moment = timezone.now()  # type: ignore[attr-defined]
    moment: datetime = request.moment  # type: ignore[attr-defined]
    return moment


class SeenByStaff:
    """Rights of an admin page or inline that staff read and nobody changes.

    Django's own permission codes are not asked: roles are (``accounts.roles``).
    """

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permissions.may_read_staff_pages(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.may_read_staff_pages(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(SeenByStaff, admin.ModelAdmin):  # type: ignore[type-arg]
    """A page of the admin to read, fifty rows at a time, without a second count."""

    list_per_page = 50
    show_full_result_count = False

"""Who may keep the register, and who sees what of it."""

from datetime import date
from typing import TYPE_CHECKING

from accounts.roles import is_administrator, is_project_staff

from .models import Municipality, municipalities_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from accounts.models import User


def keeps_register(user: "User | AnonymousUser") -> bool:
    """Return whether the person adds, corrects, merges, imports and exports units."""
    return is_project_staff(user) or is_administrator(user)


def speaks_for_any(user: "User | AnonymousUser", on: date) -> bool:
    """Return whether the person speaks for some municipality on the day."""
    return user.is_authenticated and municipalities_of(user, on).exists()


def visible_to(user: "User | AnonymousUser", on: date) -> "QuerySet[Municipality]":
    """Return the units whose page the person may open: all, their own, or none."""
    if keeps_register(user):
        return Municipality.objects.all()
    if not user.is_authenticated:
        return Municipality.objects.none()
    return Municipality.objects.filter(pk__in=municipalities_of(user, on).values("pk"))

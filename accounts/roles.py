"""The roles that a group gives, as predicates. A role taken away counts from the next request.

Municipal staff have a membership (``municipalities``), the commission has seats (``contest``).
"""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

if TYPE_CHECKING:
    from .models import User

PROJECT_STAFF = "project staff"
OBSERVERS = "observers"


def is_project_staff(user: "User | AnonymousUser") -> bool:
    """Return whether the person runs the contest and the seminars (the secretary)."""
    return user.is_active and PROJECT_STAFF in _groups(user)


def is_observer(user: "User | AnonymousUser") -> bool:
    """Return whether the person reads aggregated reports only (the donor)."""
    return user.is_active and OBSERVERS in _groups(user)


def is_administrator(user: "User | AnonymousUser") -> bool:
    """Return whether the person keeps the portal: everything but a score or a decision."""
    return user.is_active and user.is_superuser


def _groups(user: "User | AnonymousUser") -> frozenset[str]:
    """Return the names of the person's groups, read once a request (once an instance)."""
    if not user.is_authenticated:
        return frozenset()
    if not hasattr(user, "_group_names"):
        user._group_names = frozenset(user.groups.values_list("name", flat=True))
    return user._group_names

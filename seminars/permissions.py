"""Who may see and keep seminars: predicates ``(user) -> bool`` and what a municipality sees."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts import roles
from accounts.models import User
from municipalities.models import municipalities_of

from .models import Registration


def keeps_seminars(user: User) -> bool:
    """Return whether the person creates seminars, enters people, ticks days, imports, exports."""
    return roles.is_project_staff(user) or roles.is_administrator(user)


def reads_figures(user: User) -> bool:
    """Return whether the person reads counts without names (the donor's observer)."""
    return roles.is_observer(user)


def speaks_for_a_municipality(user: User, now: datetime) -> bool:
    """Return whether the person has a membership today."""
    return user.is_active and municipalities_of(user, timezone.localdate(now)).exists()


def own_people(user: User, now: datetime) -> QuerySet[Registration]:
    """Return the lines of people from the municipalities for which the person speaks today."""
    if not user.is_active:
        return Registration.objects.none()
    return Registration.objects.filter(
        participant__municipality__in=municipalities_of(user, timezone.localdate(now))
    )

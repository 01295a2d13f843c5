"""Who may keep the register, who sees what of it, and who invites to a municipality."""

from datetime import date
from typing import TYPE_CHECKING

from accounts.roles import is_administrator, is_project_staff

from .models import Membership, Municipality, MunicipalityQuerySet, municipalities_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def keeps_register(user: "User | AnonymousUser") -> bool:
    """Return whether the person adds, corrects, merges, imports and exports units."""
    return is_project_staff(user) or is_administrator(user)


def speaks_for_any(user: "User | AnonymousUser", on: date) -> bool:
    """Return whether the person speaks for some municipality on the day."""
    return municipalities_of(user, on).exists()


def visible_to(user: "User | AnonymousUser", on: date) -> MunicipalityQuerySet:
    """Return the units whose page the person may open: all, their own, or none."""
    if keeps_register(user):
        return Municipality.objects.all()
    return Municipality.objects.filter(pk__in=municipalities_of(user, on).values("pk"))


def invites_to(user: "User | AnonymousUser", on: date) -> MunicipalityQuerySet:
    """Return the units to which the person may invite people.

    Project staff and administrators: every unit that is not closed. Whoever may submit for a
    municipality (its head, a delegate): that municipality, and editors only.
    """
    units = Municipality.objects.filter(valid_to=None)
    if keeps_register(user):
        return units
    if not user.is_authenticated:
        return units.none()
    speaking = Membership.objects.active(on).filter(user=user, role__in=Membership.MAY_SUBMIT)
    return units.filter(pk__in=speaking.values("municipality"))


def may_invite(user: "User", municipality: int, role: str, on: date) -> bool:
    """Return whether the person may invite somebody to this role in this municipality."""
    if role not in roles_to_give(user):
        return False
    return invites_to(user, on).filter(pk=municipality).exists()


def roles_to_give(user: "User | AnonymousUser") -> list[str]:
    """Return the roles to which the person may invite."""
    return list(Membership.Role.values) if keeps_register(user) else [Membership.Role.EDITOR]

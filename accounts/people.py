"""Giving roles: the door behind the invitations. The administrator changes them in the admin."""

from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction

from audit.trail import record

from .models import User


@transaction.atomic
def give_role(user: User, role: str, *, by: User, now: datetime, opens_admin: bool) -> None:
    """Add the person to the group of the role; ``opens_admin`` lets them into ``/admin/``."""
    group, _made = Group.objects.get_or_create(name=role)
    user.groups.add(group)
    user.forget_roles()
    if opens_admin:
        open_admin(user)
    record("accounts.give_role", by=by, now=now, subject=user, after={"role": role})


def open_admin(user: User) -> None:
    """Let the person into the admin; what they find there follows from their role."""
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])

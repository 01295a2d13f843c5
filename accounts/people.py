"""Giving and taking roles, closing an account: the door behind the admin and the invitations."""

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


@transaction.atomic
def take_role(user: User, role: str, *, by: User, now: datetime) -> None:
    """Take the role away; it no longer counts from the next request."""
    user.groups.remove(*Group.objects.filter(name=role))
    user.forget_roles()
    record("accounts.take_role", by=by, now=now, subject=user, before={"role": role})


def open_admin(user: User) -> None:
    """Let the person into the admin; what they find there follows from their role."""
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])

"""Invitations to a role in the project: project staff and observers. Administrators make them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import invitations, people, roles
from .forms import RoleInvitationForm
from .models import User


def register() -> None:
    """Let invitations lead to a role."""
    invitations.register_target(
        "role",
        invitations.Target(
            label=_("Project staff or observer"),
            form=RoleInvitationForm,
            redeem=_redeem,
            describe=_describe,
            may_invite=lambda user, target: roles.is_administrator(user),  # noqa: ARG005
        ),
    )


def _describe(target: Mapping[str, Any]) -> str:
    return str(roles.LABELS[target["role"]])


def _redeem(user: User, target: Mapping[str, Any], *, by: User, now: datetime) -> None:
    role = target["role"]
    people.give_role(user, role, by=by, now=now, opens_admin=role == roles.PROJECT_STAFF)

"""Fits memberships to the invitations and roles of ``accounts``, which knows no municipality."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.invitations import Target, register_target
from accounts.roles import register_source

from . import membership
from .permissions import invites_to, may_invite

if TYPE_CHECKING:
    from accounts.models import User

    from .forms import MembershipInvitationForm

KIND = "membership"


def register() -> None:
    """Let invitations lead to a membership: ``{"municipality": id, "role": role}``."""
    register_target(
        KIND,
        Target(
            label=_("Person of a municipality"),
            form=_form,  # type: ignore[arg-type]
            redeem=membership.join,
            describe=membership.describe,
            may_invite=_may_invite,
        ),
    )
    register_source(membership.in_words)


def _form(*args: Any, **kwargs: Any) -> "MembershipInvitationForm":
    from .forms import MembershipInvitationForm  # forms wait until every app is there

    return MembershipInvitationForm(*args, on=timezone.localdate(), **kwargs)


def _may_invite(user: "User", target: Mapping[str, Any] | None) -> bool:
    today = timezone.localdate()
    if target is None:
        return invites_to(user, today).exists()
    return may_invite(user, target["municipality"], target["role"], today)

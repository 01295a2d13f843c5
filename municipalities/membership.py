"""The door by which people come to speak for a municipality."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.invitations import LinkRefused
from audit import trail

from .models import Membership, Municipality
from .permissions import may_invite

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def join(user: "User", target: Mapping[str, Any], *, by: "User", now: datetime) -> None:
    """Let the person speak for the municipality of the target from today on.

    Who speaks for it already gets the role of the target. Raises LinkRefused where
    the unit has been closed, or where the one who invited may no longer invite there.
    """
    unit = Municipality.objects.select_for_update().filter(pk=target["municipality"]).first()
    today = timezone.localdate(now)
    if unit is None or unit.valid_to is not None:
        raise LinkRefused(
            _("The municipality of this invitation is closed. Ask the project's staff.")
        )
    if not may_invite(by, unit.pk, target["role"], today):
        raise LinkRefused(_("Who invited you may no longer do so. Ask the project's staff."))
    membership = Membership.objects.filter(user=user, municipality=unit, until=None).first()
    before = facts(membership) if membership else None
    if membership is None:
        membership = Membership(user=user, municipality=unit, since=today)
    membership.role = target["role"]
    membership.save()
    trail.record(
        "municipalities.join",
        by=by,
        now=now,
        subject=membership,
        before=before,
        after=facts(membership),
    )


def describe(target: Mapping[str, Any]) -> str:
    """Return the municipality and the role of a target in words."""
    unit = Municipality.objects.filter(pk=target["municipality"]).first()
    role = Membership.Role(target["role"]).label
    return _("%(municipality)s: %(role)s") % {"municipality": unit or "–", "role": role}


def facts(membership: Membership) -> dict[str, Any]:
    """Return what the trail keeps of a membership."""
    fields = ("user_id", "municipality_id", "role", "since", "until")
    return {name: getattr(membership, name) for name in fields}


def in_words(people: Sequence[int], now: datetime) -> Iterator[tuple[int, str]]:
    """Yield (person's id, «глава: Кочкор-Ата») for each membership that holds today."""
    held = Membership.objects.active(timezone.localdate(now)).filter(user__in=people)
    for one in held.select_related("municipality"):
        yield one.user_id, f"{one.get_role_display()}: {one.municipality.name}"

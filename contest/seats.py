"""Seats on the commission: how an invitation leads to one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import invitations, roles
from accounts.forms import InvitationForm
from accounts.models import User
from accounts.people import open_admin
from accounts.roles import register_source
from audit import trail

from . import permissions
from .models import Contest, Seat
from .models.application import on_day
from .refusals import Text


class SeatInvitationForm(InvitationForm):
    """Invite to the commission of a contest."""

    contest = forms.ModelChoiceField(label=_("Contest"), queryset=Contest.objects.all())
    role = forms.ChoiceField(label=_("Role"), choices=Seat.Role.choices)
    is_voting = forms.BooleanField(label=_("Scores applications"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_roles(self.fields["role"], self.inviter)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("role") == Seat.Role.CHAIR and has_chair(cleaned.get("contest")):
            self.add_error("role", _("The contest has a chair already: end that seat first."))
        return cleaned

    def target(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "contest": data["contest"].pk,
            "role": data["role"],
            "is_voting": data["is_voting"],
        }


def register() -> None:
    """Let invitations lead to a seat."""
    invitations.register_target(
        "seat",
        invitations.Target(
            label=_("Member of the commission"),
            form=SeatInvitationForm,
            redeem=_redeem,
            describe=_describe,
            may_invite=_may_invite,
        ),
    )
    register_source(_in_words)


def roles_to_give(user: User) -> list[str]:
    """Return the roles on a commission that the person gives, and takes away.

    Whoever presides confirms what project staff draft: two keys stay two only where
    project staff cannot choose who holds the second one.
    """
    if roles.is_administrator(user):
        return list(Seat.Role.values)
    return [Seat.Role.MEMBER] if permissions.may_read_staff_pages(user) else []


def offer_roles(field: Any, user: User | None) -> None:
    """Leave in a form's choice of roles those that the person gives, and say why."""
    given = roles_to_give(user) if user else []
    if Seat.Role.CHAIR not in given:
        field.choices = [pair for pair in Seat.Role.choices if pair[0] in given]
        field.help_text = _("Only an administrator seats the chair and deputies.")


def _may_invite(user: User, target: Mapping[str, Any] | None) -> bool:
    given = roles_to_give(user)
    return bool(given) if target is None else target["role"] in given


def has_chair(contest: Contest | None) -> bool:
    """Return whether the contest has a chair whose seat has not ended."""
    return contest is not None and contest.seats.filter(role=Seat.Role.CHAIR, until=None).exists()


def why_no_seat(user: User) -> Text | None:
    """Return why the person cannot sit on a commission, None where they can.

    Whoever runs the contest knows which code is whose and drafts the decision that
    the chair confirms.
    """
    if permissions.may_read_staff_pages(user):
        return _("Who runs the contest cannot sit on its commission.")
    return None


@transaction.atomic
def _redeem(user: User, target: Mapping[str, Any], *, by: User, now: datetime) -> None:
    contest = Contest.objects.select_for_update().get(pk=target["contest"])
    if why := why_no_seat(user):
        raise invitations.LinkRefused(why)
    if contest.seats.filter(user=user).exists():
        raise invitations.LinkRefused(_("You have a seat on this commission already."))
    if target["role"] not in roles_to_give(by):
        raise invitations.LinkRefused(
            _("Who invited you may not give this seat. Ask an administrator.")
        )
    if target["role"] == Seat.Role.CHAIR and has_chair(contest):
        raise invitations.LinkRefused(_("The contest has a chair already."))
    seat = Seat.objects.create(
        contest=contest,
        user=user,
        role=target["role"],
        is_voting=target["is_voting"],
        since=on_day(now),
    )
    open_admin(user)
    given = {"user": user.pk, "role": seat.role, "is_voting": seat.is_voting}
    trail.record("contest.seat", by=by, now=now, subject=contest, after=given)


def _describe(target: Mapping[str, Any]) -> str:
    contest = Contest.objects.filter(pk=target["contest"]).first()
    return _("%(contest)s: commission, %(role)s") % {
        "contest": contest or "–",
        "role": Seat.Role(target["role"]).label,
    }


def _in_words(people: Sequence[int], now: datetime) -> Iterator[tuple[int, str]]:
    """Yield (person's id, «член комиссии: 2025») for each seat that is held today."""
    held = Seat.objects.active(on_day(now)).filter(user__in=people).select_related("contest")
    for seat in held.order_by("contest__opens_at", "pk"):
        yield seat.user_id, f"{seat.get_role_display()}: {seat.contest.code}"

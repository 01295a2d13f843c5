"""Links that let people in: one use, seven days, revocable. The only writer of ``Invitation``.

A link carries an opaque target. The app that owns the kind of target registers
how to describe and redeem it in its ``AppConfig.ready`` (:func:`register_target`), so
``accounts`` knows nothing of municipalities or seats. Opening a link changes
nothing (messengers open links to preview them); sending the form does.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.trail import record

from .models import Invitation, User

if TYPE_CHECKING:
    from .forms import InvitationForm

VALID_FOR = timedelta(days=7)


class LinkRefused(Exception):  # noqa: N818 - an answer, not an error
    """The link cannot be used any more, or not this way."""

    status_code: ClassVar[int] = 409

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


class UnknownLink(LinkRefused):
    """There is no such link."""

    status_code = 404


@dataclass(frozen=True)
class Target:
    """What a kind of invitation leads to.

    ``form``: a form whose ``target()`` gives the JSON kept in the invitation;
    ``redeem(user, target, by=, now=)`` gives the person their place;
    ``describe(target)`` says it in words; ``may_invite(user, target)``: who may make
    such a link (``target`` None: any at all).
    """

    label: str | Promise
    form: "type[InvitationForm]"
    redeem: Callable[..., None]
    describe: Callable[[Mapping[str, Any]], str]
    may_invite: Callable[[User, Mapping[str, Any] | None], bool]


_targets: dict[str, Target] = {}


def register_target(kind: str, target: Target) -> None:
    """Let invitations lead to this kind of target."""
    _targets[kind] = target


def targets_for(user: User) -> dict[str, Target]:
    """Return the kinds of target to which the person may invite."""
    return {kind: target for kind, target in _targets.items() if target.may_invite(user, None)}


def target_named(kind: str) -> Target | None:
    """Return the kind of target, None where there is no such kind."""
    return _targets.get(kind)


def target_of(invitation: Invitation) -> Target | None:
    """Return how the invitation's target is described and redeemed."""
    return _targets.get(invitation.target_kind)


def describe(invitation: Invitation) -> str:
    """Return what the invitation leads to, in words; empty for a new password."""
    target = target_of(invitation)
    return target.describe(invitation.target) if target else ""


@transaction.atomic
def invite(
    *,
    full_name: str,
    email: str = "",
    phone: str = "",
    language: str = User.Language.RUSSIAN,
    target_kind: str,
    target: Mapping[str, Any],
    by: User,
    now: datetime,
) -> tuple[Invitation, str]:
    """Make an invitation. Return it and the token of its link, which is not kept."""
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        purpose=Invitation.Purpose.JOIN,
        token_hash=_hash(token),
        full_name=full_name,
        email=email.lower(),
        phone=phone,
        language=language,
        target_kind=target_kind,
        target=dict(target),
        created_at=now,
        created_by=by,
        expires_at=now + VALID_FOR,
    )
    record("accounts.invite", by=by, now=now, subject=invitation, after=_facts(invitation))
    return invitation, token


@transaction.atomic
def reset(user: User, *, by: User, now: datetime) -> tuple[Invitation, str]:
    """Make a link that sets a new password; earlier ones of this person stop working."""
    for earlier in Invitation.objects.open(now).filter(user=user, purpose="reset"):
        revoke(earlier, by=by, now=now)
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        purpose=Invitation.Purpose.RESET,
        token_hash=_hash(token),
        full_name=user.full_name,
        language=user.language,
        user=user,
        created_at=now,
        created_by=by,
        expires_at=now + VALID_FOR,
    )
    record("accounts.reset", by=by, now=now, subject=invitation, after=_facts(invitation))
    return invitation, token


@transaction.atomic
def revoke(invitation: Invitation, *, by: User, now: datetime) -> None:
    """Stop a link. Raises LinkRefused where it was used already."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.used_at:
        raise LinkRefused(_("This link was used already; it cannot be revoked."))
    if not locked.revoked_at:
        locked.revoked_at = now
        locked.save(update_fields=["revoked_at"])
        record("accounts.revoke", by=by, now=now, subject=locked)


def find(token: str, *, now: datetime) -> Invitation:
    """Return the invitation of a link. Raises UnknownLink or LinkRefused with the reason."""
    invitation = Invitation.objects.filter(token_hash=_hash(token)).select_related("user").first()
    if invitation is None:
        raise UnknownLink(_("There is no such link. Check that it was copied whole."))
    _require_open(invitation, now)
    return invitation


@transaction.atomic
def redeem(
    token: str,
    *,
    now: datetime,
    password: str = "",
    email: str = "",
    phone: str = "",
    user: User | None = None,
) -> User:
    """Use a link once. Return the person who joined, or whose password was set.

    ``user``: somebody signed in who accepts the invitation for their own account.
    Raises LinkRefused where the link is used, revoked or out of date.
    """
    found = find(token, now=now)
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    _require_open(invitation, now)
    if invitation.purpose == Invitation.Purpose.RESET:
        person = _set_password(invitation, password)
    else:
        person = user or _join(invitation, password, email, phone)
        target = target_of(invitation)
        if target is None:
            raise LinkRefused(_("What this link led to is no longer there."))
        target.redeem(person, invitation.target, by=invitation.created_by, now=now)
    invitation.used_at = now
    invitation.user = person
    invitation.save(update_fields=["used_at", "user"])
    record("accounts.redeem", by=person, now=now, subject=invitation, after=_facts(invitation))
    return person


def _set_password(invitation: Invitation, password: str) -> User:
    assert invitation.user_id is not None, "a link for a new password has its person"
    person = User.objects.select_for_update().get(pk=invitation.user_id)
    if not person.is_active:
        raise LinkRefused(_("This account is closed. Ask the project's staff."))
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def _join(invitation: Invitation, password: str, email: str, phone: str) -> User:
    return User.objects.create_user(
        email=email or None,
        password=password,
        phone=phone or None,
        full_name=invitation.full_name,
        language=invitation.language,
    )


def _require_open(invitation: Invitation, now: datetime) -> None:
    if invitation.used_at:
        raise LinkRefused(_("This link was used already. Sign in, or ask for a new link."))
    if invitation.revoked_at:
        raise LinkRefused(_("This link was revoked. Ask the project's staff for a new one."))
    if now >= invitation.expires_at:
        raise LinkRefused(_("This link is out of date. Ask the project's staff for a new one."))


def _facts(invitation: Invitation) -> dict[str, Any]:
    return {
        "purpose": invitation.purpose,
        "full_name": invitation.full_name,
        "target_kind": invitation.target_kind,
        "target": invitation.target,
        "user": invitation.user_id,
        "expires_at": invitation.expires_at.isoformat(),
    }


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

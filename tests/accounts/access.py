"""Who gets what at sign-in, and at the pages about people."""

from datetime import timedelta

from django.urls import reverse

from accounts import invitations
from accounts.models import Invitation, User
from tests import builders
from tests.access import ADMIN, OWN, STAFF, Row, World, admin_pages, everybody, only, public

KEEPERS = (STAFF, ADMIN)
NOTHING_TYPED = {"csrfmiddlewaretoken": "as every form sends"}


def link_of(world: World) -> str:
    """Return the address of a link that sets a new password."""
    _, token = invitations.reset(person(world), by=keeper(world), now=builders.NOW)
    return reverse("accounts:link", args=[token])


def keeper(world: World) -> User:
    found = world.people[STAFF]
    assert found is not None
    return found


def person(world: World) -> User:
    found = world.people[OWN]
    assert found is not None
    return found


def invitation(world: World) -> Invitation:
    return Invitation.objects.create(
        purpose=Invitation.Purpose.JOIN,
        token_hash="0" * 64,
        full_name="Гость Приглашён",
        created_at=builders.NOW,
        created_by=keeper(world),
        expires_at=builders.NOW + timedelta(days=7),
    )


def address(name: str, world: World) -> str:
    """Return the address of a page about one thing of the world."""
    thing = invitation(world) if name == "revoke" else person(world)
    return reverse(f"accounts:{name}", args=[thing.pk])


ROWS: list[Row] = [
    public("account_login", 302, anonymous=200),
    public("account_login", 302, "POST", anonymous=200),
    everybody("account_logout", 200, stranger_goes_to=("/",)),
    everybody("account_logout", 302, "POST", stranger_goes_to=("/",)),
    public("account_inactive"),
    public("account_inactive", 405, "POST"),
    everybody("account_change_password", 200),
    everybody("account_change_password", 200, "POST"),
    everybody("account_reauthenticate", 200),
    everybody("account_reauthenticate", 200, "POST"),
    public("account_signup"),
    public("account_signup", 405, "POST"),
    public("account_reset_password"),
    public("account_reset_password", 405, "POST"),
    public("accounts:link", path=link_of),
    public("accounts:link", 422, "POST", path=link_of, data=NOTHING_TYPED),
    only("accounts:people", *KEEPERS, refused=403),
    only("accounts:invitations", *KEEPERS, refused=403),
    only(
        "accounts:new-password",
        *KEEPERS,
        method="POST",
        refused=403,
        path=lambda world: address("new-password", world),
        staff=200,
        admin=200,
    ),
    only(
        "accounts:revoke",
        *KEEPERS,
        method="POST",
        refused=403,
        path=lambda world: address("revoke", world),
    ),
    *(
        only(
            "accounts:invite",
            ADMIN,
            method=method,
            refused=403,
            path=lambda _: reverse("accounts:invite", args=["role"]),
            admin=status,
            data=NOTHING_TYPED,
        )
        for method, status in (("GET", 200), ("POST", 422))
    ),
    *admin_pages(User, thing=person, sees=KEEPERS, changes=(ADMIN,)),
    *admin_pages(Invitation, thing=invitation, sees=KEEPERS),
]

"""Two keys stay two: who drafts the decision cannot make themselves the one who confirms it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts import invitations
from accounts.models import Invitation, User
from contest.models import Contest, Seat
from tests import access, builders
from tests.contest.test_admin_contests import save

ClientOf = Callable[[User], Client]
PRESIDING = [Seat.Role.CHAIR, Seat.Role.DEPUTY]


def invitation_to(role: str, contest: Contest) -> dict[str, str]:
    """Return what the form of an invitation to the commission sends."""
    who = {"full_name": "Подставной Друг", "language": "ru", "phone": "", "email": ""}
    return {**who, "contest": str(contest.pk), "role": role, "is_voting": "on"}


@pytest.mark.parametrize("role", PRESIDING)
def test_project_staff_invite_nobody_to_preside(
    role: str, world: access.World, client_of: ClientOf
) -> None:
    contest = builders.make_contest(phase="deciding")
    client = client_of(world.people[access.STAFF])
    address = reverse("accounts:invite", args=["seat"])
    assert client.post(address, invitation_to(role, contest)).status_code == 422
    assert not Invitation.objects.exists()


def test_project_staff_invite_members_and_administrators_the_chair(
    world: access.World, client_of: ClientOf
) -> None:
    contest = builders.make_contest(phase="announced")
    address = reverse("accounts:invite", args=["seat"])
    for persona, role in ((access.STAFF, "member"), (access.ADMIN, "chair")):
        client = client_of(world.people[persona])
        assert client.post(address, invitation_to(role, contest)).status_code == 200
    assert Invitation.objects.count() == 2


def test_a_link_of_project_staff_gives_no_chair_even_where_one_was_made(
    world: access.World, client_of: ClientOf
) -> None:
    contest = builders.make_contest(phase="deciding")
    staff = world.people[access.STAFF]
    _made, token = invitations.invite(
        full_name="Подставной Друг",
        target_kind="seat",
        target={"contest": contest.pk, "role": "chair", "is_voting": False},
        by=staff,
        now=builders.NOW,
    )
    response = client_of(builders.make_user()).post(reverse("accounts:link", args=[token]))
    assert response.status_code == 409
    assert not contest.seats.exists()


def seat_row(number: int, **values: str) -> dict[str, str]:
    """Return what a row of the commission sends, for ``save``."""
    return {f"seats__{number}__{name}": value for name, value in values.items()}


@pytest.mark.parametrize("persona", [access.STAFF, access.ADMIN])
@pytest.mark.parametrize("role", PRESIDING)
def test_only_an_administrator_seats_who_presides_in_the_admin(
    role: str, persona: str, world: access.World, client_of: ClientOf
) -> None:
    contest = builders.make_contest(phase="deciding")
    friend = builders.make_user(full_name="Подставной Друг")
    client = client_of(world.people[persona])
    new = seat_row(0, contest=contest.pk, user=friend.pk, role=role, since="2026-03-01")
    save(client, contest, seats__TOTAL_FORMS="1", **new)
    assert contest.seats.filter(role=role).exists() == (persona == access.ADMIN)


@pytest.mark.parametrize("persona", [access.STAFF, access.ADMIN])
@pytest.mark.parametrize("role", PRESIDING)
def test_only_an_administrator_ends_the_seat_of_who_presides(
    role: str, persona: str, world: access.World, client_of: ClientOf
) -> None:
    contest = builders.make_contest(phase="deciding")
    seat = builders.make_member(contest=contest, role=role)
    client = client_of(world.people[persona])
    save(client, contest, **seat_row(0, until="2026-03-09", role="member"))
    seat.refresh_from_db()
    assert (seat.until is not None, seat.role == role) == (
        (True, False) if persona == access.ADMIN else (False, True)
    )


def test_project_staff_raise_no_member_to_the_chair(
    world: access.World, client_of: ClientOf
) -> None:
    contest = builders.make_contest(phase="deciding")
    member = builders.make_member(contest=contest)
    client = client_of(world.people[access.STAFF])
    save(client, contest, **seat_row(0, role="chair"))
    member.refresh_from_db()
    assert member.role == Seat.Role.MEMBER


def test_project_staff_still_end_the_seat_of_a_member(
    world: access.World, client_of: ClientOf
) -> None:
    contest = builders.make_contest(phase="scoring")
    builders.make_member(contest=contest, role=Seat.Role.CHAIR)
    member = builders.make_member(contest=contest)
    client = client_of(world.people[access.STAFF])
    response = save(client, contest, **seat_row(1, until="2026-03-09"))
    assert response.status_code == 302
    member.refresh_from_db()
    assert member.until is not None

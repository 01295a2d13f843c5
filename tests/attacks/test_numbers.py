"""Numbers that no database holds, and characters that only look like digits."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import access, builders

TOO_BIG_FOR_A_KEY = 2**70
TOO_LONG_TO_READ = "9" * 5_000
"""Python refuses to read a number of more than 4,300 digits."""

ClientOf = Callable[[User], Client]


def test_an_address_with_a_number_beyond_64_bits_is_not_there(
    world: access.World, client_of: ClientOf
) -> None:
    contest = builders.make_contest(phase="scoring")
    seat = builders.make_member(contest=contest, user=world.people[access.MEMBER])
    coded = builders.make_coded_application(contest=contest)
    client = client_of(seat.user)
    address = reverse("contest:reopen", args=[coded.code, TOO_BIG_FOR_A_KEY])
    assert client.get(address).status_code == 404


def test_a_stranger_is_led_to_sign_in_whatever_the_number(client: Client) -> None:
    response = client.get(reverse("contest:reopen", args=["К-01", TOO_BIG_FOR_A_KEY]))
    assert response.status_code == 302


@pytest.mark.parametrize("prize", ["²", "٣", TOO_LONG_TO_READ])
def test_a_prize_that_is_no_number_is_a_fault_of_the_form(
    prize: str, client_of: ClientOf, db: None, at_now: object
) -> None:
    contest = builders.make_scored_contest()
    application = contest.applications.first()
    client = client_of(builders.make_staff())
    response = client.post(
        reverse("contest:decision") + f"?contest={contest.code}", {f"prize_{application.pk}": prize}
    )
    assert response.status_code == 422


@pytest.mark.parametrize("municipality", [TOO_LONG_TO_READ, str(TOO_BIG_FOR_A_KEY), "²"])
def test_nothing_is_begun_for_a_municipality_that_is_no_number(
    municipality: str, world: access.World, client_of: ClientOf
) -> None:
    client = client_of(world.people[access.OWN])
    response = client.post(reverse("contest:begin"), {"municipality": municipality})
    assert response.status_code == 404


@pytest.mark.parametrize("line", [str(TOO_BIG_FOR_A_KEY), TOO_LONG_TO_READ, "-1", "²"])
@pytest.mark.parametrize("field", ["shown", "tick"])
def test_a_box_of_no_line_is_refused(
    field: str, line: str, client_of: ClientOf, db: None, at_now: object
) -> None:
    seminar = builders.make_seminar()
    day = seminar.starts_on.isoformat()
    sent = {"day": [day], field: [f"{line}:0"]}
    response = client_of(builders.make_staff()).post(
        reverse("seminars:tick", args=[seminar.pk]), sent
    )
    assert response.status_code in (302, 409, 422)

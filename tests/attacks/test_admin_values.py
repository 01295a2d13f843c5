"""Values that no page of the admin sends: each is refused, none is a fault of the portal."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contest.models import Seat
from municipalities.models import Membership
from tests import access, builders

ClientOf = Callable[[User], Client]
NO_KEYS = ("last", "²", str(2**70), str(-(2**70)), "1.5", "9" * 5_000)


@pytest.fixture
def staff(world: access.World, client_of: ClientOf) -> Client:
    client = client_of(world.people[access.STAFF])
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_person_who_is_no_number_is_refused_beside_a_membership(key: str, staff: Client) -> None:
    before = Membership.objects.count()
    sent = {"user": key, "municipality": key, "role": "head", "since": "2026-01-01"}
    response = staff.post(reverse("admin:municipalities_membership_add"), sent)
    assert response.status_code == 400
    assert Membership.objects.count() == before


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_person_who_is_no_number_is_refused_in_a_row_of_a_contest(
    key: str, staff: Client, world: access.World
) -> None:
    before = Seat.objects.count()
    address = reverse("admin:contest_contest_change", args=[world.contest.pk])
    response = staff.post(address, {"seats-TOTAL_FORMS": "1", "seats-0-user": key})
    assert response.status_code == 400
    assert Seat.objects.count() == before


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_selection_of_what_is_no_row_is_refused(key: str, staff: Client) -> None:
    sent = {"action": "admit_applications", "_selected_action": key}
    response = staff.post(reverse("admin:contest_application_changelist"), sent)
    assert response.status_code == 400


@pytest.mark.parametrize("name", ["municipalities_municipality", "seminars_registration"])
@pytest.mark.parametrize("query", ["nonsense=1", "pk=x", "participant__sex=a&participant__sex=b"])
def test_an_export_by_a_filter_that_is_not_there_is_refused(
    query: str, name: str, staff: Client
) -> None:
    response = staff.get(f"{reverse(f'admin:{name}_export')}?{query}")
    assert response.status_code in (200, 302, 400)


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_conflict_with_what_is_no_municipality_is_a_fault_of_the_form(
    key: str, client_of: ClientOf, db: None, at_now: object
) -> None:
    seat = builders.make_seat(contest=builders.make_contest(phase="scoring"))
    client = client_of(seat.user)
    response = client.post(reverse("contest:conflicts"), {"municipalities": [key]})
    assert response.status_code == 422
    assert not seat.conflicts.exists()

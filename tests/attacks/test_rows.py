"""Rows of a list with choices that the page does not offer."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from seminars.models import Registration
from tests import builders

ClientOf = Callable[[User], Client]


@pytest.mark.parametrize("key", ["1000", "²", "-1", "1.5", "last", str(2**70), "9" * 5_000])
@pytest.mark.parametrize("field", ["municipality", "position", "days", "sex"])
def test_a_choice_that_is_not_offered_is_a_fault_of_the_row(
    field: str, key: str, client_of: ClientOf, db: None, at_now: object
) -> None:
    seminar = builders.make_seminar()
    sent = {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0", f"rows-0-{field}": key}
    client = client_of(builders.make_staff())
    response = client.post(reverse("seminars:rows", args=[seminar.pk]), sent)
    assert response.status_code == 422
    assert not Registration.objects.exists()

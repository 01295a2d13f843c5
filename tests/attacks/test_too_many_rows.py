"""A form of the admin that says it has thousands of rows is not built row by row."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from accounts.models import User
from tests import access, builders

ClientOf = Callable[[User], Client]
MOST = 150
"""More rows than any part of a contest has, few enough to be built at once."""


@pytest.mark.parametrize("part", ["questions", "target_groups", "criteria", "prizes", "seats"])
def test_rows_beyond_what_a_contest_can_have_are_not_built(
    part: str, world: access.World, client_of: ClientOf
) -> None:
    contest = builders.make_contest(phase="announced")
    client = client_of(world.people[access.STAFF])
    address = reverse("admin:contest_contest_change", args=[contest.pk])
    with zeal_ignore():
        response = client.post(address, {f"{part}-TOTAL_FORMS": "2000"})
    built = [len(one.formset.forms) for one in response.context["inline_admin_formsets"]]
    assert max(built) <= MOST


def test_levels_beyond_the_six_are_not_built(world: access.World, client_of: ClientOf) -> None:
    contest = builders.make_contest(phase="announced")
    client = client_of(world.people[access.STAFF])
    address = reverse("admin:contest_criterion_change", args=[contest.criteria.first().pk])
    with zeal_ignore():
        response = client.post(address, {"descriptors-TOTAL_FORMS": "2000"})
    built = [len(one.formset.forms) for one in response.context["inline_admin_formsets"]]
    assert max(built) <= MOST

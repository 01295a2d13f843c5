"""One computer for a whole office: nothing of a person stays in it after they sign out."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import access

ClientOf = Callable[[User], Client]


def directives(response: object) -> set[str]:
    """Return what the answer says to caches."""
    return {one.strip() for one in response.get("Cache-Control", "").split(",")}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("persona", "name"),
    [
        (access.OWN, "home"),
        (access.OWN, "municipalities:own"),
        (access.STAFF, "contest:staff"),
        (access.STAFF, "accounts:people"),
        (access.STAFF, "seminars:list"),
        (access.OBSERVER, "reports:coverage"),
    ],
)
def test_no_cache_between_keeps_a_page_of_somebody_signed_in(
    persona: str, name: str, world: access.World, client_of: ClientOf
) -> None:
    response = client_of(world.people[persona]).get(reverse(name))
    assert response.status_code == 200
    assert {"private", "no-cache"} <= directives(response)


def test_a_refusal_is_kept_as_little(world: access.World, client_of: ClientOf) -> None:
    response = client_of(world.people[access.OWN]).get(reverse("contest:staff"))
    assert response.status_code == 404
    assert {"private", "no-cache"} <= directives(response)


def test_what_has_nothing_of_a_person_keeps_its_own_header(client: Client) -> None:
    response = client.get("/static/css/portal.css")
    list(response.streaming_content)  # read to its end, the file is closed
    assert response.status_code == 200
    assert "no-cache" not in directives(response)


@pytest.mark.parametrize("kind", ["applications"])
def test_an_export_is_stored_nowhere(kind: str, world: access.World, client_of: ClientOf) -> None:
    address = reverse("contest:export", args=[world.contest.code, kind])
    response = client_of(world.people[access.STAFF]).get(address)
    list(response.streaming_content)
    assert "no-store" in directives(response)
    assert "sandbox" in response["Content-Security-Policy"]


def test_signing_out_empties_the_browsers_memory_of_pages(
    world: access.World, client_of: ClientOf
) -> None:
    client = client_of(world.people[access.OWN])
    response = client.post(reverse("account_logout"))
    assert response.status_code == 302
    assert response["Clear-Site-Data"] == '"cache"'
    assert client.get(reverse("municipalities:own")).status_code == 302

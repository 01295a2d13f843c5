"""The chair's page: coded, and the only place of the second key."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from zeal import zeal_ignore

from accounts.models import User
from contest.models import Contest, Decision, Seat
from contest.standings import standings
from tests.builders import (
    NOW,
    make_coded_application,
    make_contest,
    make_decision,
    make_member,
    make_scored_contest,
    make_seat,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

CHAIR = "/contest/chair/"


@pytest.fixture(autouse=True)
def _at_noon(time_machine: Any, client: Client) -> None:
    time_machine.move_to(NOW, tick=False)
    client.cookies["django_language"] = "en"


def chair_of(contest: Contest) -> User:
    return contest.seats.get(role=Seat.Role.CHAIR).user


def post(client: Client, name: str, contest: Contest, *more: str, **data: Any) -> Any:
    with zeal_ignore():  # the doors lock each application by itself
        return client.post(reverse(f"contest:{name}", args=[contest.code, *more]), data)


def test_the_chair_reads_codes_until_the_result_is_announced(client: Client) -> None:
    contest = make_scored_contest()
    unit = contest.applications.get(code="К-01").municipality
    make_decision(contest=contest, state="confirmed")
    client.force_login(chair_of(contest))

    coded = client.get(CHAIR).content.decode()
    post(client, "announce", contest)
    decoded = client.get(CHAIR).content.decode()

    assert "К-01" in coded
    assert unit.name_ru not in coded
    assert unit.name_ru in decoded


def test_there_is_no_ranking_while_scoring_goes_on(client: Client) -> None:
    contest = make_contest(phase="scoring")
    chair = make_member(contest=contest, role=Seat.Role.CHAIR).user
    make_coded_application(contest=contest, code="К-07")
    client.force_login(chair)

    page = client.get(CHAIR)

    assert "opens when the scoring closes" in page.content.decode()
    assert "К-07" not in page.content.decode()
    assert post(client, "confirm", contest).status_code == 403


def test_the_chair_confirms_and_announces_after_a_preview(client: Client) -> None:
    contest = make_scored_contest(levels=(5, 2))
    make_decision(contest=contest)
    client.force_login(chair_of(contest))

    assert post(client, "confirm", contest).status_code == 302
    page = client.get(CHAIR)
    assert [code for code, _letter in page.context["letters"]] == ["К-01", "К-02"]
    assert "Поздравляем" in page.content.decode() or "Congratulations" in page.content.decode()
    assert post(client, "announce", contest).status_code == 302

    assert Decision.objects.get().state == "announced"


@pytest.mark.django_db(transaction=True)
def test_a_second_announcement_is_told_and_sends_nothing(client: Client) -> None:
    contest = make_scored_contest(levels=(5,))
    make_decision(contest=contest, state="announced")
    sent = Email.objects.count()
    client.force_login(chair_of(contest))

    response = post(client, "announce", contest)

    assert response.status_code == 409
    assert "announced already" in response.content.decode()
    assert Email.objects.count() == sent == 1


def test_confirming_without_a_draft_is_told(client: Client) -> None:
    contest = make_scored_contest()
    client.force_login(chair_of(contest))

    response = post(client, "confirm", contest)

    assert response.status_code == 409
    assert "There is no draft of the decision yet" in response.content.decode()


def test_the_chair_breaks_a_tie_on_the_page(client: Client) -> None:
    contest = make_scored_contest(levels=(4, 4))
    client.force_login(chair_of(contest))
    assert "A tie at place 1" in client.get(CHAIR).content.decode()

    response = post(
        client,
        "break-tie",
        contest,
        "К-01",
        **{"К-01-rank_0": "2", "К-01-rank_1": "1", "К-01-reason": "Больше мер"},
    )

    assert response.status_code == 302
    assert [one.key for one in standings(contest).rows] == ["К-02", "К-01"]


def test_a_tie_without_a_reason_keeps_the_typed_order(client: Client) -> None:
    contest = make_scored_contest(levels=(4, 4))
    client.force_login(chair_of(contest))

    response = post(
        client, "break-tie", contest, "К-01", **{"К-01-rank_0": "2", "К-01-rank_1": "2"}
    )

    assert response.status_code == 422
    text = response.content.decode()
    assert "<title>Error:" in text
    assert "Give each of them another place" in text


def test_the_chair_waives_the_quorum_on_the_page(client: Client) -> None:
    contest = make_scored_contest(levels=(5,))
    make_coded_application(contest=contest, code="К-99")
    client.force_login(chair_of(contest))
    assert "К-99: below the quorum" in client.get(CHAIR).content.decode()

    refused = post(client, "waive-quorum", contest, "К-99", **{"К-99-reason": ""})
    response = post(client, "waive-quorum", contest, "К-99", **{"К-99-reason": "Все в конфликте"})

    assert (refused.status_code, response.status_code) == (422, 302)
    assert not standings(contest).blocking


@pytest.mark.parametrize(
    ("who", "status"), [("member", 403), ("staff", 403), ("admin", 403), ("stranger", 404)]
)
def test_the_second_key_is_nobody_elses(client: Client, who: str, status: int) -> None:
    contest = make_scored_contest()
    make_decision(contest=contest)
    people = {
        "member": contest.seats.filter(role="member").first().user,
        "staff": make_staff(),
        "admin": make_user(is_staff=True, is_superuser=True),
        "stranger": make_user(),
    }
    client.force_login(people[who])

    assert client.get(CHAIR).status_code == status
    assert post(client, "confirm", contest).status_code == status
    assert post(client, "announce", contest).status_code == status
    assert Decision.objects.get().state == "draft"


def test_the_chairs_page_takes_the_same_queries_however_many_rows(
    client: Client, django_assert_num_queries: Any
) -> None:
    for levels in ((5,), (5, 4, 3)):
        contest = make_scored_contest(levels=levels)
        make_decision(contest=contest)
        client.force_login(chair_of(contest))
        with django_assert_num_queries(13):
            client.get(CHAIR)


def test_the_chair_finds_the_decisions_of_other_contests(client: Client) -> None:
    contest, earlier = make_contest(phase="open"), make_contest(phase="deciding")
    seat = make_seat(contest=contest, role="chair")
    make_seat(contest=earlier, user=seat.user, role="chair")
    client.force_login(seat.user)
    page = client.get(reverse("contest:chair"), {"contest": contest.code}).content.decode()
    body = page.partition("<main")[2].partition("</main>")[0]
    assert f'href="{CHAIR}?contest={earlier.code}"' in body
    assert f'href="{CHAIR}?contest={contest.code}"' not in body

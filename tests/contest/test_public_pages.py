"""What everybody may read, and when."""

from typing import Any

import pytest
from django.test import Client

from contest.standings import frozen_points
from tests.builders import NOW, make_contest, make_decision, make_municipality, make_scored_contest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon(time_machine: Any, client: Client) -> None:
    time_machine.move_to(NOW, tick=False)
    client.cookies["django_language"] = "en"


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_without_a_contest_the_page_says_so(client: Client) -> None:
    assert "No contest is announced" in text_of(client, "/contest/")


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        ("announced", "Applications are not open yet"),
        ("open", "Applications are open"),
        ("admission", "Applications are being checked"),
        ("scoring", "The commission scores"),
        ("deciding", "The commission decides"),
    ],
)
def test_the_page_of_the_contest_says_where_it_stands(
    client: Client, phase: str, said: str
) -> None:
    contest = make_contest(phase=phase, municipalities=[make_municipality()])

    text = text_of(client, "/contest/")

    assert said in text
    assert contest.name_ru in text
    assert "1 municipality of the pilot districts" in text
    assert "There are no measures" in text  # the lowest level of C4


def test_nothing_of_a_decision_is_public_before_it_is_announced(client: Client) -> None:
    contest = make_scored_contest(code="2025")
    make_decision(contest=contest, state="confirmed")

    assert client.get("/contest/results/2025/").status_code == 404
    assert "No results are announced yet" in text_of(client, "/contest/results/")
    assert "Results are announced" not in text_of(client, "/contest/")


def test_the_winners_are_public_once_announced(client: Client) -> None:
    contest = make_scored_contest(levels=(5, 4, 2), code="2025")
    winner = contest.applications.get(code="К-01").municipality
    loser = contest.applications.get(code="К-03").municipality
    make_decision(contest=contest, state="announced")

    text = text_of(client, "/contest/results/2025/")

    assert winner.name_ru in text
    assert "100.00" in text
    assert loser.name_ru not in text
    assert "К-01" not in text
    assert "/contest/results/2025/" in text_of(client, "/contest/results/")
    assert "/contest/results/2025/" in text_of(client, "/contest/")


def test_the_results_take_the_same_queries_however_many_winners(
    client: Client, django_assert_num_queries: Any
) -> None:
    for code, levels in (("one", (5,)), ("three", (5, 4, 3))):
        make_decision(contest=make_scored_contest(levels=levels, code=code), state="announced")

    for code in ("one", "three"):
        with django_assert_num_queries(2):
            client.get(f"/contest/results/{code}/")


def test_the_results_show_the_points_as_they_were_frozen(client: Client) -> None:
    contest = make_scored_contest(levels=(5, 4), code="2025")
    made = make_decision(contest=contest, state="announced")
    made.refresh_from_db()

    (first, second) = client.get("/contest/results/2025/").context["rows"]

    assert frozen_points(made) == {"К-01": "100.00", "К-02": "80.00"}
    assert [points for _award, points in (first, second)] == ["100.00", "80.00"]


def test_the_page_of_the_contest_takes_few_queries(
    client: Client, django_assert_num_queries: Any
) -> None:
    make_contest()

    with django_assert_num_queries(7):
        client.get("/contest/")

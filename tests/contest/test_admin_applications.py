"""Applications and decisions in the admin: read-only, found by folded names, moved by the door."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from zeal import zeal_ignore

from contest.models import Application
from tests.builders import (
    NOW,
    make_application,
    make_complete_application,
    make_contest,
    make_decision,
    make_municipality,
    make_scored_contest,
    make_staff,
    make_submitted_application,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/contest/application/"


@pytest.fixture(autouse=True)
def _at_noon(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def chynara(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    client.force_login(make_staff(full_name="Чынара Ведёт"))
    return client


def act(client: Client, action: str, *applications: Application, **data: Any) -> Any:
    chosen = [application.pk for application in applications]
    with zeal_ignore():  # the door locks each application by itself
        return client.post(
            LIST, {"action": f"{action}_applications", "_selected_action": chosen, **data}
        )


def test_staff_read_an_application_and_change_nothing(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest())
    address = f"{LIST}{application.pk}/change/"

    page = chynara.get(address)
    forged = chynara.post(address, {"population": "1"})

    assert application.programme_title in page.content.decode()
    assert 'name="population"' not in page.content.decode()
    assert forged.status_code == 403
    assert chynara.get(f"{LIST}{application.pk}/delete/").status_code == 403
    assert chynara.get(f"{LIST}add/").status_code == 403


def test_the_text_of_a_draft_is_not_in_the_admin(chynara: Client) -> None:
    draft = make_complete_application(contest=make_contest())

    page = chynara.get(f"{LIST}{draft.pk}/change/").content.decode()

    assert draft.municipality.name_ru in page
    assert draft.programme_title not in page
    assert "Ответ:" not in page


def test_an_application_is_found_by_folded_name(chynara: Client) -> None:
    contest = make_contest()
    unit = make_municipality(name_ru="Ысык-Көльский айылный аймак")
    found = make_application(contest=contest, municipality=unit, created_by=make_user())
    make_application(contest=contest, municipality=make_municipality(), created_by=make_user())

    page = chynara.get(LIST, {"q": "ысык кол"})

    assert list(page.context["cl"].result_list) == [found]


def test_staff_admit_from_the_list_after_a_page_of_its_own(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest())

    asked = act(chynara, "admit", application)
    application.refresh_from_db()
    assert application.state == "submitted"
    done = act(chynara, "admit", application, apply="1", note="Всё на месте")

    assert "This concerns" in asked.content.decode()
    assert done.status_code == 302
    application.refresh_from_db()
    assert application.state == "admitted"
    assert application.events.latest("id").note == "Всё на месте"


def test_declining_from_the_list_needs_a_reason(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest())

    response = act(chynara, "decline", application, apply="1", note="")

    assert 'href="#id_note"' in response.content.decode()
    application.refresh_from_db()
    assert application.state == "submitted"


def test_what_the_door_refuses_is_told_and_the_rest_is_done(chynara: Client) -> None:
    contest = make_contest()
    ready = make_submitted_application(contest=contest)
    draft = make_application(
        contest=contest, municipality=make_municipality(), created_by=make_user()
    )

    act(chynara, "admit", ready, draft, apply="1")
    page = chynara.get(LIST).content.decode()

    assert "so this cannot be done" in page
    assert "1 done" in page
    assert set(contest.applications.values_list("state", flat=True)) == {"admitted", "draft"}


def test_an_administrator_does_not_admit(client: Client) -> None:
    application = make_submitted_application(contest=make_contest())
    client.force_login(make_user(is_staff=True, is_superuser=True))

    act(client, "admit", application, apply="1")

    application.refresh_from_db()
    assert application.state == "submitted"


def test_a_decision_is_read_and_not_changed(chynara: Client) -> None:
    contest = make_scored_contest()
    made = make_decision(contest=contest, state="confirmed")
    award = made.awards.first()
    assert award is not None
    pages = [
        reverse("admin:contest_decision_change", args=[made.pk]),
        reverse("admin:contest_award_change", args=[award.pk]),
    ]

    for address in pages:
        assert chynara.get(address).status_code == 200
        assert chynara.post(address, {}).status_code == 403


@pytest.mark.parametrize("name", ["decision", "award"])
def test_no_list_reads_the_frozen_ranking(chynara: Client, name: str) -> None:
    make_decision(contest=make_scored_contest(levels=(5, 4)), state="announced")

    with CaptureQueriesContext(connection) as queries:
        chynara.get(reverse(f"admin:contest_{name}_changelist"))

    told = [query["sql"] for query in queries if '"contest_decision"."state"' in query["sql"]]
    assert told
    assert not [sql for sql in told if '"contest_decision"."ranking"' in sql]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("application", 10), ("applicationevent", 9), ("decision", 8), ("award", 9)],
)
def test_the_lists_take_the_same_queries_however_many_rows(
    chynara: Client, django_assert_num_queries: Any, name: str, expected: int
) -> None:
    address = reverse(f"admin:contest_{name}_changelist")
    make_decision(contest=make_scored_contest(levels=(5,)), state="announced")
    chynara.get(address)
    with django_assert_num_queries(expected):
        chynara.get(address)
    make_decision(contest=make_scored_contest(levels=(5, 4)), state="announced")

    with django_assert_num_queries(expected):
        chynara.get(address)

"""The first page shows each person what waits for them, and the header only their places."""

from datetime import timedelta

import pytest
from django.urls import reverse

from contest.models import Application, Pilot, Seat
from tests import builders
from tests.builders import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
HOME = reverse("home")


def tasks_for(client_of, user):
    page = client_of(user).get(HOME)
    assert page.status_code == 200
    return [(str(task.label), str(task.status), task.hint) for task in page.context["tasks"]]


def test_a_stranger_comes_to_the_page_of_the_contest(client):
    assert client.get(HOME)["Location"] == reverse("contest:public")


def test_a_head_sees_the_application_and_the_days_left(client_of):
    contest = builders.make_contest(closes_at=NOW + timedelta(days=3, hours=2))
    municipality = builders.make_municipality(name_ru="Тестовский")
    Pilot.objects.create(contest=contest, municipality=municipality)
    head = builders.make_member_of(municipality)

    before = tasks_for(client_of, head)
    builders.make_application(contest=contest, municipality=municipality, created_by=head)
    after = tasks_for(client_of, head)

    assert [status for _label, status, _hint in before + after] == ["Не начата", "Черновик"]
    assert "осталось 3 дня" in before[0][2]
    assert "13 марта 2026 г., 14:00" in after[0][2]  # the closing, not the end of the grace


def test_a_member_sees_how_many_sheets_are_left(client_of):
    contest = builders.make_contest(phase="scoring")
    seat = builders.make_member(contest=contest)
    applications = [builders.make_coded_application(contest=contest) for _number in range(3)]
    builders.make_sheet(application=applications[0], seat=seat)

    assert [status for _label, status, _hint in tasks_for(client_of, seat.user)] == [
        "осталось оценить: 2"
    ]


def test_a_member_declares_conflicts_first(client_of):
    contest = builders.make_contest(phase="scoring")
    seat = builders.make_member(contest=contest, conflicts_declared_at=None)
    builders.make_coded_application(contest=contest)

    [(_label, status, _hint)] = tasks_for(client_of, seat.user)

    assert status == "Сначала заявите о конфликтах интересов"


def test_staff_see_what_waits_for_admission(client_of):
    application = builders.make_submitted_application()

    statuses = [status for _label, status, _hint in tasks_for(client_of, builders.make_staff())]

    assert application.state == Application.State.SUBMITTED
    assert "1 ждёт допуска" in statuses


@pytest.mark.parametrize(
    ("make", "places"),
    [
        (
            lambda: builders.make_member_of(builders.make_municipality()),
            ["home", "contest:application", "municipalities:own", "seminars:list"],
        ),
        (
            lambda: builders.make_member(contest=builders.make_contest()).user,
            ["home", "contest:commission", "admin:index"],
        ),
        (
            lambda: (
                builders.make_member(contest=builders.make_contest(), role=Seat.Role.CHAIR).user
            ),
            ["home", "contest:commission", "contest:chair", "admin:index"],
        ),
        (
            builders.make_staff,
            [
                "home",
                "contest:staff",
                "seminars:list",
                "municipalities:list",
                "accounts:people",
                "reports:coverage",
                "admin:index",
            ],
        ),
        (
            lambda: builders.make_user(groups=("observers",)),
            ["home", "seminars:list", "reports:coverage"],
        ),
    ],
)
def test_the_header_has_the_places_of_the_role_and_each_opens(client_of, make, places):
    builders.make_contest()
    client = client_of(make())

    found = [place.url for place in client.get(HOME).context["navigation"]]

    assert found == [reverse(name) for name in places]
    assert [client.get(url).status_code for url in found] == [200] * len(found)


def test_the_header_marks_the_place_that_is_shown(client_of):
    page = client_of(builders.make_staff()).get(reverse("accounts:invitations"))

    assert [place.url for place in page.context["navigation"] if place.current] == []

    page = client_of(builders.make_staff()).get(reverse("accounts:people"))

    assert [place.url for place in page.context["navigation"] if place.current] == [
        reverse("accounts:people")
    ]

"""The sheet in the admin: the page's twin through the same door, and nothing of anybody else."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from audit.models import AuditEvent
from contest import panel
from contest.models import Application, Contest, Score, Seat, Sheet, SheetVersion
from tests import builders
from tests.builders import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

ClientOf = Callable[[User], Client]
LIST = "/admin/contest/sheet/"


@pytest.fixture
def contest() -> Contest:
    return builders.make_contest(phase="scoring")


@pytest.fixture
def seat(contest: Contest) -> Seat:
    return builders.make_member(contest=contest)


@pytest.fixture
def colleague(contest: Contest) -> Seat:
    user = builders.make_user(full_name="Тайная Коллега", is_staff=True)
    return builders.make_member(contest=contest, user=user)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def content_of(response: HttpResponse) -> str:
    """Return the part of an admin page that its query may change, without the query itself."""
    page = text_of(response).partition('id="content"')[2].partition("</main>")[0]
    return "\n".join(line for line in page.splitlines() if 'name="csrf' not in line)


def add_url(code: str) -> str:
    return f"{reverse('admin:contest_sheet_add')}?{urlencode({'application': code})}"


def change_url(pk: int) -> str:
    return reverse("admin:contest_sheet_change", args=[pk])


# --- the same sheet through the page and through the admin


def on_page(application: Application, seat: Seat) -> str:
    return reverse("contest:sheet", args=[application.code])


def in_admin(application: Application, seat: Seat) -> str:
    sheet = Sheet.objects.filter(application=application, seat=seat).first()
    return change_url(sheet.pk) if sheet else add_url(application.code or "")


LEVELS = {f"level_C{number}": "3" for number in range(1, 9)}
STEPS: list[dict[str, str]] = [
    {"based_on": "0", "action": "submit"},  # 422: nothing is chosen
    {"based_on": "0", "action": "save", "level_C1": "9"},  # 422: no such level
    {"based_on": "0", "action": "save", "level_C1": "4", "comment_C1": " Стр. 12 "},
    {"based_on": "0", "action": "save", "level_C1": "2"},  # 409: another window
    {**LEVELS, "based_on": "1", "action": "submit", "level_C3": "5"},  # 422: no comment at 5
    {**LEVELS, "based_on": "1", "action": "next", "comment": "Общий\r\nвывод"},
    {**LEVELS, "based_on": "2", "action": "submit", "level_C3": "5", "comment_C3": "Стр. 7"},
    {**LEVELS, "based_on": "3", "action": "save"},  # 409: submitted already
    {**LEVELS, "based_on": "3", "action": "submit"},  # 409 again
]


def written(sheet: Sheet | None) -> dict[str, Any] | None:
    """Return everything that a sheet left in the database, without its numbers."""
    if sheet is None:
        return None
    return {
        "sheet": (sheet.state, sheet.version, sheet.weighted_levels, sheet.comment,
                  sheet.submitted_at, sheet.updated_at),
        "scores": list(sheet.scores.values_list("criterion__code", "level", "comment")),
        "versions": list(sheet.versions.values_list("number", "action", "at", "by", "reason",
                                                    "content")),
    }  # fmt: skip


def walk(
    application: Application, seat: Seat, client: Client, where: Callable[[Application, Seat], str]
) -> list[Any]:
    """Send every step; return the status, the refusals in words and what is written after each."""
    found = []
    for step in STEPS:
        response = client.post(where(application, seat), step)
        sheet = Sheet.objects.filter(application=application, seat=seat).first()
        context = response.context or {}
        errors = dict(context["form"].errors) if "form" in context else {}
        message = str(context["desk"].message) if "desk" in context else ""
        found.append((response.status_code, errors, message, written(sheet)))
    return found


def test_page_and_admin_leave_the_same_rows_events_and_refusals(
    contest: Contest, seat: Seat, client_of: ClientOf
) -> None:
    client = client_of(seat.user)
    one, other = (builders.make_coded_application(contest=contest) for _ in range(2))
    events = AuditEvent.objects.count()

    through_page = walk(one, seat, client, on_page)
    through_admin = walk(other, seat, client, in_admin)

    assert [step[0] for step in through_page] == [422, 422, 302, 409, 422, 302, 302, 409, 409]
    assert through_admin == through_page
    last = through_page[-1][-1]
    assert last["sheet"][:3] == ("submitted", 3, 3 * 100 + 2 * 10)
    assert last["scores"][2] == ("C3", 5, "Стр. 7")
    assert [version[:2] for version in last["versions"]] == [
        (1, "saved"), (2, "saved"), (3, "submitted"),
    ]  # fmt: skip
    assert AuditEvent.objects.count() == events


def test_a_closed_scoring_and_a_conflict_stop_both_alike(
    contest: Contest, seat: Seat, client_of: ClientOf
) -> None:
    application = builders.make_coded_application(contest=contest)
    client = client_of(seat.user)
    step = {**LEVELS, "based_on": "0", "action": "save"}

    Contest.objects.filter(pk=contest.pk).update(scoring_closes_at=NOW)
    closed = [client.post(url(application, seat), step) for url in (on_page, in_admin)]
    panel.declare_conflicts(seat, [application.municipality], by=seat.user, now=NOW)
    hidden = [client.post(url(application, seat), step) for url in (on_page, in_admin)]

    assert [response.status_code for response in closed] == [409, 409]
    assert [response.status_code for response in hidden] == [404, 404]
    assert str(closed[0].context["desk"].message) == str(closed[1].context["desk"].message)
    assert not Sheet.objects.exists()
    assert not Score.objects.exists()


# --- the list


def test_the_list_shows_ones_own_sheets_and_what_is_not_begun(
    contest: Contest, seat: Seat, colleague: Seat, client_of: ClientOf
) -> None:
    first, second, third = (
        builders.make_coded_application(contest=contest, code=f"К-0{n}") for n in (1, 2, 3)
    )
    builders.make_sheet(application=first, seat=seat, level=4)
    builders.make_sheet(application=second, seat=colleague, level=5, comment="Секрет")
    panel.declare_conflicts(seat, [third.municipality], by=seat.user, now=NOW)

    page = text_of(client_of(seat.user).get(LIST))

    assert "80,00" in page
    assert add_url("К-02") in page
    for hidden in ("К-03", "100,00", "Тайная", "Секрет", third.municipality.name_ru):
        assert hidden not in page


def test_who_has_not_declared_is_led_to_do_it(contest: Contest, client_of: ClientOf) -> None:
    seat = builders.make_member(contest=contest, conflicts_declared_at=None)
    builders.make_coded_application(contest=contest, code="К-07")

    page = text_of(client_of(seat.user).get(LIST))

    assert reverse("contest:conflicts") in page
    assert "К-07" not in page


def test_there_are_no_bulk_actions_and_nothing_to_delete(
    contest: Contest, seat: Seat, client_of: ClientOf
) -> None:
    sheet = builders.make_sheet(
        application=builders.make_coded_application(contest=contest), seat=seat
    )
    client = client_of(seat.user)

    page = text_of(client.get(LIST))
    assert 'name="action"' not in page
    assert "_selected_action" not in page
    sent = {"action": "delete_selected", "_selected_action": str(sheet.pk), "post": "yes"}
    client.post(LIST, sent)
    assert client.post(reverse("admin:contest_sheet_delete", args=[sheet.pk])).status_code == 403
    assert Sheet.objects.filter(pk=sheet.pk).exists()


@pytest.mark.parametrize("who", ["staff", "administrator", "applicant", "former"])
def test_without_a_seat_is_staff_opens_nothing(
    who: str, contest: Contest, seat: Seat, client_of: ClientOf
) -> None:
    sheet = builders.make_sheet(
        application=builders.make_coded_application(contest=contest), seat=seat
    )
    user = {
        "staff": builders.make_staff,
        "administrator": lambda: builders.make_user(is_staff=True, is_superuser=True),
        "applicant": lambda: builders.make_user(is_staff=True),
        "former": lambda: (
            builders.make_seat(
                contest=contest, user=builders.make_user(is_staff=True), until=NOW.date()
            ).user
        ),
    }[who]()
    client = client_of(user)

    history = reverse("admin:contest_sheet_history", args=[sheet.pk])
    code = sheet.application.code or ""
    urls = [LIST, add_url(code), change_url(sheet.pk), history, change_url(999999)]
    assert [client.get(url).status_code for url in urls] == [403] * 5
    assert [client.post(url, {}).status_code for url in urls] == [403] * 5


# --- nothing can be asked about what is hidden


@pytest.fixture
def hidden(contest: Contest, seat: Seat, colleague: Seat) -> Sheet:
    """A colleague's sheet on an application with which the member has a conflict."""
    application = builders.make_coded_application(contest=contest, code="К-66")
    sheet = builders.make_sheet(
        application=application, seat=colleague, level=5, comment="Секретная пометка"
    )
    for number in (1, 2):
        own = builders.make_coded_application(contest=contest, code=f"К-0{number}")
        builders.make_sheet(application=own, seat=seat, level=3)
        builders.make_sheet(application=own, seat=colleague, level=number + 1)
    panel.declare_conflicts(seat, [application.municipality], by=seat.user, now=NOW)
    return sheet


@pytest.mark.parametrize(
    ("there", "nowhere"),
    [
        ("q=К-66", "q=К-99"),
        ("q=Тайная", "q=Небывалая"),
        ("q=Секретная", "q=Небывалая"),
        ("state__exact=draft", "state__exact=abstained"),
    ],
)
def test_a_search_for_what_is_hidden_finds_as_much_as_one_for_nothing(
    there: str, nowhere: str, seat: Seat, hidden: Sheet, client_of: ClientOf
) -> None:
    client = client_of(seat.user)
    named, other = client.get(f"{LIST}?{there}"), client.get(f"{LIST}?{nowhere}")

    assert (named.status_code, other.status_code) == (200, 200)
    assert list(named.context["cl"].result_list) == list(other.context["cl"].result_list) == []
    assert named.context["cl"].result_count == other.context["cl"].result_count == 0


@pytest.mark.parametrize(
    "lookup",
    [
        "seat__user", "seat__user__exact", "seat", "seat__id__exact", "seat__user__full_name",
        "application__municipality", "application__municipality__exact",
        "application__municipality__name_ru__startswith", "application__number",
        "application__sheets__weighted_levels__gte", "application__sheets__seat",
        "weighted_levels__gte", "comment__icontains", "scores__level", "versions__reason",
        "id__exact", "state__in", "application__code__startswith",
    ],
)  # fmt: skip
def test_no_filter_but_the_state_can_be_asked(
    lookup: str, seat: Seat, hidden: Sheet, client_of: ClientOf
) -> None:
    client = client_of(seat.user)
    answers = []
    for value in (hidden.seat.user_id, hidden.application.municipality_id, 999999, "Т"):
        response = client.get(LIST, {lookup: value})
        answers.append((response.status_code, response.get("Location")))

    assert len(set(answers)) == 1
    assert answers[0][0] in (302, 400)


def test_sorting_follows_ones_own_sheets_alone(
    seat: Seat, hidden: Sheet, client_of: ClientOf
) -> None:
    """The colleague's points rise with the code; the own ones are equal."""
    client = client_of(seat.user)
    for order in ("1", "-1", "2", "-2", "3", "-3", "4", "-4", "99", "x", "3.1", "1.2.3.4.5.6"):
        response = client.get(LIST, {"o": order})
        assert response.status_code == 200
        shown = [sheet.application.code for sheet in response.context["cl"].result_list]
        assert sorted(shown) == ["К-01", "К-02"]
        assert {sheet.seat_id for sheet in response.context["cl"].result_list} == {seat.pk}
        assert "Тайная" not in text_of(response)


def test_a_hidden_sheet_and_one_that_does_not_exist_answer_alike(
    seat: Seat, hidden: Sheet, client_of: ClientOf
) -> None:
    client = client_of(seat.user)
    colleagues = Sheet.objects.get(seat=hidden.seat, application__code="К-01")
    for name in ("change", "history"):
        urls = [
            reverse(f"admin:contest_sheet_{name}", args=[pk])
            for pk in (hidden.pk, colleagues.pk, 999999)
        ]
        pages = [client.get(url) for url in urls]
        assert [page.status_code for page in pages] == [404, 404, 404]
        assert len({content_of(page) for page in pages}) == 1
    assert [client.post(change_url(pk), LEVELS).status_code for pk in (hidden.pk, 999999)] == [
        404, 404,
    ]  # fmt: skip
    assert client.get(add_url("К-66")).status_code == client.get(add_url("К-99")).status_code == 404
    deleted = [
        client.get(reverse("admin:contest_sheet_delete", args=[pk])).status_code
        for pk in (hidden.pk, 999999)
    ]
    assert deleted == [403, 403]


def test_what_could_be_hidden_can_be_seen_by_its_own_member(
    hidden: Sheet, client_of: ClientOf
) -> None:
    client = client_of(hidden.seat.user)

    assert client.get(LIST, {"q": "К-66"}).context["cl"].result_count == 1
    assert "Секретная пометка" in text_of(client.get(change_url(hidden.pk)))


def test_other_doors_of_the_admin_tell_nothing(
    seat: Seat, hidden: Sheet, client_of: ClientOf
) -> None:
    client = client_of(seat.user)
    asked = {"app_label": "contest", "model_name": "score", "field_name": "sheet", "term": "К"}

    offered = client.get("/admin/autocomplete/", asked).json()["results"]
    assert {one["text"].split(" – ")[0] for one in offered} == {"К-01", "К-02"}
    assert "Тайная" not in str(offered)
    assert client.get("/admin/autocomplete/", asked | {"term": "К-66"}).json()["results"] == []
    assert client.get(f"/admin/r/99/{hidden.pk}/").status_code == 404
    for model in ("application", "score", "sheetversion", "conflict"):
        assert client.get(f"/admin/contest/{model}/").status_code in (403, 404)
    assert "Тайная" not in text_of(client.get("/admin/"))


# --- the sheet


def test_the_history_shows_each_version_with_its_reason(
    contest: Contest, seat: Seat, client_of: ClientOf
) -> None:
    sheet = builders.make_sheet(
        application=builders.make_coded_application(contest=contest), seat=seat
    )

    page = text_of(
        client_of(seat.user).get(reverse("admin:contest_sheet_history", args=[sheet.pk]))
    )

    assert "C1: 3" in page
    assert seat.user.full_name in page


def test_a_submitted_sheet_is_read_only(contest: Contest, seat: Seat, client_of: ClientOf) -> None:
    sheet = builders.make_sheet(
        application=builders.make_coded_application(contest=contest), seat=seat, level=4
    )
    client = client_of(seat.user)

    page = text_of(client.get(change_url(sheet.pk)))
    assert "80,00" in page
    assert "data-scoring" not in page
    sent = client.post(change_url(sheet.pk), {**LEVELS, "based_on": "1", "action": "submit"})
    assert sent.status_code == 409
    assert SheetVersion.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    count: int,
    contest: Contest,
    seat: Seat,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        builders.make_coded_application(contest=contest)
        application = builders.make_coded_application(contest=contest, code=f"К-{number}")
        builders.make_sheet(application=application, seat=seat)
    client = client_of(seat.user)
    client.get(LIST)

    with django_assert_num_queries(10):
        client.get(LIST)

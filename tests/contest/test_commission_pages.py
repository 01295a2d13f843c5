"""The commission's pages: the queue, conflicts, the desk, what the chair sees."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from contest import panel
from contest.models import Application, Contest, Seat, Sheet, SheetVersion
from tests import builders
from tests.builders import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

ClientOf = Callable[[Any], Client]


@pytest.fixture
def contest() -> Contest:
    return builders.make_contest(phase="scoring")


@pytest.fixture
def seat(contest: Contest) -> Seat:
    return builders.make_member(contest=contest)


@pytest.fixture
def application(contest: Contest) -> Application:
    return builders.make_coded_application(contest=contest, code="К-07")


def sheet_url(code: str = "К-07") -> str:
    return reverse("contest:sheet", args=[code])


def posted(level: int | str = 3, based_on: int = 0, action: str = "save", **more: Any) -> dict:
    levels = {f"level_C{number}": str(level) for number in range(1, 9)}
    return {**levels, "comment": "", "based_on": str(based_on), "action": action, **more}


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def main_of(response: HttpResponse) -> str:
    return text_of(response).partition("<main")[2].partition("</main>")[0]


# --- conflicts come first


def test_conflicts_are_declared_before_any_code_is_shown(
    contest: Contest, application: Application, client_of: ClientOf
) -> None:
    seat = builders.make_member(contest=contest, conflicts_declared_at=None)
    client = client_of(seat.user)

    first = client.get(reverse("contest:commission"))
    assert (first.status_code, first["Location"]) == (302, reverse("contest:conflicts"))
    assert "К-07" not in text_of(client.get(reverse("contest:conflicts")))
    assert client.get(sheet_url()).status_code == 404

    sent = client.post(reverse("contest:conflicts"), {"none": "on"})

    assert (sent.status_code, sent["Location"]) == (302, reverse("contest:commission"))
    assert "К-07" in text_of(client.get(reverse("contest:commission")))


@pytest.mark.parametrize("data", [{}, {"municipalities": "x"}, {"municipalities": "999999"}])
def test_a_declaration_says_something_and_something_of_the_list(
    data: dict, contest: Contest, application: Application, client_of: ClientOf
) -> None:
    seat = builders.make_member(contest=contest, conflicts_declared_at=None)

    response = client_of(seat.user).post(reverse("contest:conflicts"), data)

    assert response.status_code == 422
    assert "error-summary" in text_of(response)
    seat.refresh_from_db()
    assert seat.conflicts_declared_at is None


def test_none_and_some_at_once_is_refused(
    contest: Contest, application: Application, client_of: ClientOf
) -> None:
    seat = builders.make_member(contest=contest, conflicts_declared_at=None)
    both = {"none": "on", "municipalities": str(application.municipality_id)}

    assert client_of(seat.user).post(reverse("contest:conflicts"), both).status_code == 422


def test_a_conflict_takes_the_application_out_of_every_page(
    contest: Contest, seat: Seat, application: Application, client_of: ClientOf
) -> None:
    file = builders.make_file(application=application, kind="budget", by=application.created_by)
    file.redacted.save("copy.pdf", ContentFile(b"%PDF-"), save=True)
    client = client_of(seat.user)
    pages = [sheet_url(), reverse("contest:abstain", args=["К-07"]),
             reverse("contest:sheet_file", args=["К-07", file.key])]  # fmt: skip
    before = [client.get(page) for page in pages]
    assert [page.status_code for page in before] == [200, 200, 200]
    assert b"".join(before[-1].streaming_content) == b"%PDF-"
    assert "К-07" in text_of(client.get(reverse("contest:commission")))

    sent = {"municipalities": str(application.municipality_id), "reason": "работаю там"}
    asked = client.post(reverse("contest:conflicts"), sent)
    assert (asked.status_code, seat.conflicts.count()) == (200, 0)
    assert str(application.municipality) in main_of(asked)
    confirmed = client.post(reverse("contest:conflicts"), sent | {"do": "confirm"})
    assert confirmed.status_code == 302

    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    assert [client.post(page, posted()).status_code for page in pages[:2]] == [404, 404]
    assert "К-07" not in text_of(client.get(reverse("contest:commission")))
    assert main_of(client.get(sheet_url())) == main_of(client.get(sheet_url("К-99")))
    assert not Sheet.objects.exists()


def test_a_declaration_is_changed_before_it_is_confirmed(
    seat: Seat, application: Application, client_of: ClientOf
) -> None:
    sent = {"municipalities": str(application.municipality_id), "reason": "работаю там"}
    page = client_of(seat.user).post(reverse("contest:conflicts"), sent | {"do": "change"})
    assert page.status_code == 200
    assert "checked" in main_of(page)
    assert "работаю там" in main_of(page)
    assert not seat.conflicts.exists()


# --- the desk


def test_a_blind_desk_shows_the_text_without_whose_it_is(
    contest: Contest, seat: Seat, client_of: ClientOf
) -> None:
    municipality = builders.make_municipality(name_ru="Сынакский айылный аймак")
    application = builders.make_admitted_application(
        contest=contest,
        municipality=municipality,
        now=contest.opens_at + timedelta(days=1),
        **{"answer:vision": "Сынакский айыл окмоту без барьеров"},
    )
    application.files.update(name="Сынак ПСЭР.pdf")
    panel.code_applications(contest, by=builders.make_staff(), now=NOW)
    application.refresh_from_db()

    page = text_of(client_of(seat.user).get(sheet_url(application.code or "")))

    assert "▒▒▒ айыл окмоту без барьеров" in page
    assert "Пандус и перила" in page
    assert "250 000" in page.replace("\xa0", " ")
    for hidden in ("Сынак", "Тестов Эмил", "555", "office@example.test", application.number):
        assert str(hidden) not in page


def test_an_open_contest_shows_whose_application_it_is(client_of: ClientOf) -> None:
    contest = builders.make_contest(phase="scoring", is_blind=False)
    seat = builders.make_member(contest=contest)
    application = builders.make_coded_application(contest=contest, code="К-07")
    client = client_of(seat.user)

    assert application.municipality.name_ru in text_of(client.get(sheet_url()))
    assert application.municipality.name_ru in text_of(client.get(reverse("contest:commission")))


def test_a_blind_contest_serves_only_the_redacted_copy(
    application: Application, seat: Seat, client_of: ClientOf
) -> None:
    file = builders.make_file(
        application=application, kind="programme", by=application.created_by, name="Сынак.pdf"
    )
    client, url = client_of(seat.user), reverse("contest:sheet_file", args=["К-07", file.key])
    assert client.get(url).status_code == 404
    assert url not in text_of(client.get(sheet_url()))

    file.redacted_content_type = "application/pdf"
    file.redacted.save("copy.pdf", ContentFile(b"%PDF-redacted"), save=True)

    assert url in text_of(client.get(sheet_url()))
    response = client.get(url)
    assert b"".join(response.streaming_content) == b"%PDF-redacted"
    assert "attachment" in response["Content-Disposition"]
    assert "%D0%A1%D1%8B%D0%BD" not in response["Content-Disposition"]  # «Сын…»


def test_a_draft_is_saved_and_found_again(
    application: Application, seat: Seat, client_of: ClientOf
) -> None:
    client = client_of(seat.user)

    sent = client.post(sheet_url(), posted(level="", level_C1="4", comment_C1="Стр. 12"))

    assert (sent.status_code, sent["Location"]) == (302, sheet_url())
    page = text_of(client.get(sheet_url()))
    assert 'value="4" ' in page
    assert "Стр. 12" in page
    assert 'name="based_on" value="1"' in page
    assert ">12,00<" in page  # 15 × 4 / 5


def test_saving_leads_on_to_the_next_that_is_not_done(
    contest: Contest, seat: Seat, application: Application, client_of: ClientOf
) -> None:
    for code in ("К-03", "К-05", "К-09"):
        builders.make_coded_application(contest=contest, code=code)
    client = client_of(seat.user)

    def goes_to(code: str, action: str) -> str:
        return client.post(sheet_url(code), posted(action=action))["Location"]

    assert goes_to("К-07", "next") == sheet_url("К-09")
    assert goes_to("К-09", "submit") == sheet_url("К-03")
    assert goes_to("К-05", "save") == sheet_url("К-05")
    assert [client.post(sheet_url(c), posted(action="submit", based_on=b)).status_code
            for c, b in (("К-03", 0), ("К-05", 1))] == [302, 302]  # fmt: skip
    last = client.post(sheet_url("К-07"), posted(action="submit", based_on=1))
    assert last["Location"] == reverse("contest:commission")


def test_an_incomplete_sheet_is_422_with_links_and_keeps_the_text(
    application: Application, seat: Seat, client_of: ClientOf
) -> None:
    data = posted(level_C2="", level_C5="5", comment_C1="Стр. 3", action="submit")

    response = client_of(seat.user).post(sheet_url(), data)

    page = text_of(response)
    assert response.status_code == 422
    assert 'href="#id_level_C2_0"' in page
    assert 'href="#id_comment_C5"' in page
    assert "Стр. 3" in page
    assert page.split("<title>")[1].startswith(("Ошибка:", "Error:"))
    assert not Sheet.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"level_C1": "6"}, {"level_C1": "-1"}, {"level_C1": "три"}, {"level_C1": "3.5"},
        {"comment_C1": "а" * 2001}, {"based_on": "x"}, {"based_on": ""}, {"based_on": "-1"},
        {"level_C1": "3" * 5000},
    ],
)  # fmt: skip
def test_what_is_malformed_is_422_even_as_a_draft(
    wrong: dict, application: Application, seat: Seat, client_of: ClientOf
) -> None:
    response = client_of(seat.user).post(sheet_url(), posted() | wrong)

    assert response.status_code == 422
    assert not Sheet.objects.exists()


def test_a_sheet_changed_in_another_window_is_409_and_shows_both(
    application: Application, seat: Seat, client_of: ClientOf
) -> None:
    client = client_of(seat.user)
    client.post(sheet_url(), posted(level=3))

    response = client.post(sheet_url(), posted(level=4, comment_C1="Моё второе окно"))

    page = text_of(response)
    assert response.status_code == 409
    assert "Моё второе окно" in page
    assert "error-summary" in page
    assert 'name="based_on" value="1"' in page  # saving again is a choice now
    assert set(Sheet.objects.get().scores.values_list("level", flat=True)) == {3}

    again = client.post(sheet_url(), posted(level=4, based_on=1))
    assert again.status_code == 302
    assert set(Sheet.objects.get().scores.values_list("level", flat=True)) == {4}


def test_a_submitted_sheet_is_read_only_and_a_late_change_is_409(
    application: Application, seat: Seat, client_of: ClientOf
) -> None:
    client = client_of(seat.user)
    client.post(sheet_url(), posted(level=3, action="submit"))
    assert "data-scoring" not in text_of(client.get(sheet_url()))

    late = client.post(sheet_url(), posted(level=4, based_on=1, comment_C1="Напечатано зря"))

    assert late.status_code == 409
    assert "Напечатано зря" in text_of(late)
    assert SheetVersion.objects.count() == 1


def test_outside_the_window_the_text_is_readable_and_the_sheet_closed(
    application: Application, seat: Seat, client_of: ClientOf, at_now: time_machine.Traveller
) -> None:
    for moment in (
        seat.contest.scoring_opens_at - timedelta(seconds=1),
        seat.contest.scoring_closes_at,
    ):
        at_now.move_to(moment, tick=False)
        client = client_of(seat.user)
        page = client.get(sheet_url())
        assert page.status_code == 200
        assert "data-scoring" not in text_of(page)
        late = client.post(sheet_url(), posted(comment_C1="Не успел"))
        assert late.status_code == 409
        assert "Не успел" in text_of(late)
    assert not Sheet.objects.exists()


def test_abstaining_asks_for_a_reason(
    application: Application, seat: Seat, client_of: ClientOf
) -> None:
    client, url = client_of(seat.user), reverse("contest:abstain", args=["К-07"])

    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "Болел"}).status_code == 302
    assert Sheet.objects.get().state == Sheet.State.ABSTAINED
    assert client.post(url, {"reason": "Ещё раз"}).status_code == 409


def test_a_seat_without_a_vote_reads_and_writes_nothing(
    contest: Contest, application: Application, client_of: ClientOf
) -> None:
    seat = builders.make_member(contest=contest, is_voting=False)
    client = client_of(seat.user)

    assert client.get(reverse("contest:commission")).status_code == 200
    assert "data-scoring" not in text_of(client.get(sheet_url()))
    assert client.post(sheet_url(), posted()).status_code == 403
    assert not Sheet.objects.exists()


# --- other people's sheets


def test_nothing_of_a_colleagues_sheet_shows_before_the_discussion(
    contest: Contest, seat: Seat, application: Application, client_of: ClientOf
) -> None:
    user = builders.make_user(full_name="Тайная Коллега")
    colleague = builders.make_member(contest=contest, user=user)
    builders.make_sheet(
        application=application, seat=colleague, level=4, comment="Секретная пометка"
    )
    builders.make_sheet(application=application, seat=seat, level=3)
    client = client_of(seat.user)

    def shown() -> str:
        urls = (
            reverse("contest:commission"),
            sheet_url(),
            reverse("contest:abstain", args=["К-07"]),
        )
        return "".join(text_of(client.get(url)) for url in urls)

    assert "Секретная" not in shown()
    assert "Тайная" not in shown()

    Contest.objects.filter(pk=contest.pk).update(discussion_opens_at=NOW)
    assert "Секретная пометка" in shown()
    assert "Тайная Коллега" in shown()
    assert "80,00" in shown()


def test_the_chair_sees_done_and_not_done_and_reopens(
    contest: Contest, seat: Seat, application: Application, client_of: ClientOf
) -> None:
    chair = builders.make_member(contest=contest, role=Seat.Role.CHAIR)
    builders.make_sheet(application=application, seat=seat, level=4, comment="Секретная пометка")
    client = client_of(chair.user)
    url = reverse("contest:reopen", args=["К-07", seat.pk])

    page = text_of(client.get(reverse("contest:progress")))
    assert url in page
    assert seat.user.full_name in page
    for hidden in ("Секретная", "80,00", "level"):
        assert hidden not in page
    assert "Секретная" not in text_of(client.get(url))
    assert client.post(url, {"reason": ""}).status_code == 422

    assert client.post(url, {"reason": "Опечатка"})["Location"] == reverse("contest:progress")
    assert Sheet.objects.get().state == Sheet.State.DRAFT
    assert client.get(url).status_code == 404


def test_who_has_finished_shows_a_hundred_applications_a_page(
    contest: Contest, seat: Seat, client_of: ClientOf
) -> None:
    for number in range(101):
        builders.make_coded_application(contest=contest, code=f"К-{number + 100}")
    first_of_all = contest.applications.order_by("code").first()
    builders.make_sheet(application=first_of_all, seat=seat)
    client = client_of(builders.make_staff())
    url = f"{reverse('contest:progress')}?contest={contest.code}"

    pages = [client.get(f"{url}&page={number}").context["rows"] for number in (1, 2)]

    ((row, first),), ((_row, second),) = pages
    assert (len(row.applications), len(first), len(second)) == (101, 100, 1)
    assert [application.code for application, _sheet in second] == [first_of_all.code]


def test_a_sheet_that_is_not_there_cannot_be_told_from_a_hidden_one(
    contest: Contest, seat: Seat, application: Application, client_of: ClientOf
) -> None:
    """A member asks about a colleague; the chair about an application in conflict."""
    colleague = builders.make_member(contest=contest)
    chair = builders.make_member(contest=contest, role=Seat.Role.CHAIR)
    builders.make_sheet(application=application, seat=colleague)
    panel.declare_conflicts(chair, [application.municipality], by=chair.user, now=NOW)

    for reader in (seat.user, chair.user):
        client = client_of(reader)
        there = client.get(reverse("contest:reopen", args=["К-07", colleague.pk]))
        nowhere = client.get(reverse("contest:reopen", args=["К-99", 999]))
        assert (there.status_code, nowhere.status_code) == (404, 404)
        assert main_of(there) == main_of(nowhere)
    assert "К-07" not in text_of(client_of(chair.user).get(reverse("contest:progress")))


def test_a_seat_that_has_ended_opens_nothing(
    application: Application, seat: Seat, client_of: ClientOf
) -> None:
    client = client_of(seat.user)
    assert client.get(sheet_url()).status_code == 200

    Seat.objects.filter(pk=seat.pk).update(until=NOW.date())

    for url in (sheet_url(), reverse("contest:commission"), reverse("contest:conflicts")):
        assert client.get(url).status_code == 404


# --- the queue


def test_the_queue_shows_what_is_left_first(
    contest: Contest, seat: Seat, application: Application, client_of: ClientOf
) -> None:
    draft = builders.make_coded_application(contest=contest, code="К-09")
    builders.make_coded_application(contest=contest, code="К-11")
    builders.make_sheet(application=application, seat=seat, level=4)
    builders.make_sheet(application=draft, seat=seat, level=None, C1=3, is_submitted=False)

    page = text_of(client_of(seat.user).get(reverse("contest:commission")))

    assert page.index("К-09") < page.index("К-11") < page.index("К-07")
    assert "80,00" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_takes_the_same_queries_for_any_number(
    count: int,
    contest: Contest,
    seat: Seat,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        application = builders.make_coded_application(contest=contest)
        builders.make_sheet(application=application, seat=seat)
    client = client_of(seat.user)
    client.get(reverse("contest:commission"))

    with django_assert_num_queries(QUEUE_QUERIES):
        client.get(reverse("contest:commission"))


NAVIGATION_QUERIES = 3  # memberships, seats, groups
QUEUE_QUERIES = 8 + NAVIGATION_QUERIES
DESK_QUERIES = 13 + NAVIGATION_QUERIES
SAVE_QUERIES = 14


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_takes_the_same_queries_for_any_number_of_rows(
    count: int,
    contest: Contest,
    seat: Seat,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    by = builders.make_user()
    for code in ("К-07", "К-08", "К-09")[:count]:
        application = builders.make_coded_application(contest=contest, code=code)
        builders.make_sheet(application=application, seat=seat, is_submitted=False)
    application = Application.objects.get(code="К-07")
    group = contest.target_groups.first()
    for question in list(contest.questions.all())[:count]:
        application.answers.create(question=question, text="Ответ")
    for number in range(count):
        application.measures.create(title=f"Мера {number}", target_group=group, cost_som=10)
        application.participation_events.create(title=f"Сход {number}", women=3)
        builders.make_file(application=application, kind="minutes", by=by)
    client = client_of(seat.user)
    client.get(sheet_url())

    with django_assert_num_queries(DESK_QUERIES):
        client.get(sheet_url())
    with django_assert_num_queries(SAVE_QUERIES):
        assert client.post(sheet_url(), posted(level=4, based_on=1)).status_code == 302


def test_enter_on_a_level_presses_save_never_submit(
    application: Application, seat: Seat, client_of: ClientOf
) -> None:
    """A browser presses the first button of a form when Enter is struck in it."""
    page = main_of(client_of(seat.user).get(sheet_url()))
    buttons = [part for part in page.split("<button")[1:] if 'name="action"' in part]
    assert 'value="save"' in buttons[0].partition(">")[0]

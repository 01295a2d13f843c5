"""The staff's pages: the board, an application, its moves, the draft of the decision, Excel."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from accounts.models import User
from audit.models import AuditEvent
from contest.models import Application, Contest, Decision
from documents import excel
from tests.builders import (
    NOW,
    make_application,
    make_complete_application,
    make_contest,
    make_decision,
    make_district,
    make_file,
    make_municipality,
    make_scored_contest,
    make_staff,
    make_submitted_application,
    make_user,
)

pytestmark = pytest.mark.django_db

BOARD = "/contest/staff/"


@pytest.fixture(autouse=True)
def _at_noon(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def chynara(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    client.force_login(make_staff(full_name="Чынара Ведёт"))
    return client


def names(response: Any) -> list[str]:
    return [row["application"].municipality.name_ru for row in response.context["rows"]]


# --- the board


def test_the_board_lists_applications_and_what_waits(chynara: Client) -> None:
    contest = make_contest()
    make_submitted_application(contest=contest)

    page = chynara.get(BOARD)

    assert [todo.text for todo in page.context["todos"]] == ["1 application waits for admission."]
    assert len(page.context["rows"]) == 1


def test_a_draft_shows_progress_and_no_text(chynara: Client) -> None:
    contest = make_contest()
    draft = make_complete_application(contest=contest)

    page = chynara.get(BOARD)
    own = chynara.get(reverse("contest:staff-application", args=[draft.pk]))

    assert page.context["rows"][0]["progress"] == (11, 11)
    assert draft.programme_title
    assert draft.programme_title not in own.content.decode()
    assert "11 of 11 sections" in own.content.decode()


def test_the_board_finds_by_folded_name_and_by_number(chynara: Client) -> None:
    contest = make_contest()
    unit = make_municipality(name_ru="Ысык-Көльский айылный аймак")
    make_application(contest=contest, municipality=unit, created_by=make_user())
    numbered = make_submitted_application(contest=contest)

    by_name = chynara.get(BOARD, {"q": "ысык кол"})
    by_number = chynara.get(BOARD, {"q": numbered.number})

    assert names(by_name) == [unit.name_ru]
    assert names(by_number) == [numbered.municipality.name_ru]


def test_the_board_filters_by_state_and_district(chynara: Client) -> None:
    contest = make_contest()
    here, there = make_district(name_ru="Ближний"), make_district(name_ru="Дальний")
    near = make_municipality(district=here)
    make_application(contest=contest, municipality=near, created_by=make_user())
    make_submitted_application(contest=contest, municipality=make_municipality(district=there))

    assert names(chynara.get(BOARD, {"district": here.pk})) == [near.name_ru]
    assert names(chynara.get(BOARD, {"state": "draft"})) == [near.name_ru]


@pytest.mark.parametrize("query", ["state=nothing", "district=x", "page=99", "q=%22%25_", "page=x"])
def test_a_filter_that_makes_no_sense_is_left_out(chynara: Client, query: str) -> None:
    make_contest()

    assert chynara.get(f"{BOARD}?{query}").status_code == 200


def test_the_board_of_an_unknown_contest_is_not_there(chynara: Client) -> None:
    make_contest()

    assert chynara.get(BOARD, {"contest": "1999"}).status_code == 404


def test_without_a_contest_the_board_says_so(chynara: Client) -> None:
    assert "There is no contest yet" in chynara.get(BOARD).content.decode()


def test_the_board_takes_the_same_queries_however_many_rows(
    chynara: Client, django_assert_num_queries: Any
) -> None:
    contest = make_contest()
    make_complete_application(contest=contest)
    chynara.get(BOARD)
    with django_assert_num_queries(16):
        chynara.get(BOARD)
    for _ in range(2):
        make_complete_application(contest=contest)
        make_submitted_application(contest=contest)

    with django_assert_num_queries(16):
        assert len(names(chynara.get(BOARD))) == 5


# --- an application


def test_staff_read_a_submitted_application_whole(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest())

    page = chynara.get(reverse("contest:staff-application", args=[application.pk]))

    text = page.content.decode()
    assert application.programme_title in text
    assert "Ответ: Видение" in text
    assert [action.value for action in page.context["actions"]] == ["admit", "return", "decline"]


def test_the_page_of_an_application_takes_the_same_queries_however_many_rows(
    chynara: Client, django_assert_num_queries: Any
) -> None:
    application = make_submitted_application(contest=make_contest())
    address = reverse("contest:staff-application", args=[application.pk])
    with django_assert_num_queries(17):
        chynara.get(address)
    for _ in range(2):
        make_file(application=application, kind="minutes", by=application.created_by)

    with django_assert_num_queries(17):
        chynara.get(address)


def move(client: Client, application: Application, action: str, **data: str) -> Any:
    address = reverse("contest:staff-move", args=[application.pk, action])
    with zeal_ignore():
        return client.post(address, data)


def test_staff_admit(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest())

    response = move(chynara, application, "admit")

    assert response.status_code == 302
    application.refresh_from_db()
    assert application.state == "admitted"
    page = chynara.get(response["Location"]).content.decode()
    assert application.submitted_by is not None
    assert str(application.submitted_by.email) in page


def test_before_admitting_staff_read_what_the_commission_cannot_open(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest(is_blind=True))
    count = application.files.count()
    address = reverse("contest:staff-move", args=[application.pk, "admit"])
    assert str(count) in chynara.get(address).context["notes"][0]
    application.files.update(redacted="copy.pdf")
    assert chynara.get(address).context["notes"] == []


def test_a_decision_about_who_has_no_address_says_so(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest())
    Application.objects.filter(pk=application.pk).update(contact_email="")
    User.objects.filter(pk=application.submitted_by_id).update(email=None, phone="+996555999888")
    response = move(chynara, application, "admit")
    (message,) = chynara.get(response["Location"]).context["messages"]
    assert "@" not in str(message)


def test_staff_return_with_points_and_a_date(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest())

    response = move(
        chynara, application, "return", note="Нет протокола", correction_until="2026-03-20T18:00"
    )

    assert response.status_code == 302
    application.refresh_from_db()
    assert application.state == "returned"
    assert application.correction_until is not None
    assert application.correction_until.isoformat() == "2026-03-20T12:00:00+00:00"
    assert application.events.latest("id").note == "Нет протокола"
    page = chynara.get(response["Location"])
    assert "20 March 2026, 18:00" in page.content.decode()


def test_a_reason_is_asked_and_the_page_says_where(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest())

    response = move(chynara, application, "decline", note=" ")

    assert response.status_code == 422
    assert "<title>Error:" in response.content.decode()
    assert 'href="#id_note"' in response.content.decode()
    application.refresh_from_db()
    assert application.state == "submitted"


def test_what_the_door_refuses_keeps_the_typed_text(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest())
    move(chynara, application, "admit")

    response = move(chynara, application, "decline", note="Слишком поздно")

    assert response.status_code == 409
    assert "Слишком поздно" in response.content.decode()


def test_a_date_in_the_past_is_refused(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest())

    response = move(chynara, application, "return", note="Нет", correction_until="2026-03-01T18:00")

    assert response.status_code == 422


def test_an_unknown_action_is_not_there(chynara: Client) -> None:
    application = make_submitted_application(contest=make_contest())

    assert move(chynara, application, "award").status_code == 404
    assert move(chynara, application, "submit").status_code == 404


def test_codes_are_given_from_the_board(chynara: Client) -> None:
    contest = make_contest(phase="open")
    application = make_submitted_application(contest=contest)
    move(chynara, application, "admit")
    assert "has no code" in chynara.get(BOARD).content.decode()

    response = chynara.post(reverse("contest:code", args=[contest.code]))

    assert response.status_code == 302
    application.refresh_from_db()
    assert application.code


# --- the draft


DRAFT = "/contest/staff/decision/"


def prizes_typed(page: Any) -> dict[str, Any]:
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_the_draft_begins_with_prizes_by_places(chynara: Client) -> None:
    contest = make_scored_contest(levels=(5, 4, 2))

    page = chynara.get(DRAFT)

    given = [field.value() for _one, _flags, field in page.context["rows"]]
    winner = contest.prizes.first()
    assert winner is not None
    assert given == [winner.pk, winner.pk, ""]
    assert page.context["left"] == 6_000_000 - 2 * winner.value_som
    assert not Decision.objects.exists()


def test_the_draft_is_saved_as_typed(chynara: Client) -> None:
    contest = make_scored_contest(levels=(5, 4))
    typed = prizes_typed(chynara.get(DRAFT))
    last = contest.applications.get(code="К-02")
    typed |= {f"prize_{last.pk}": "", "protocol_number": "№ 3"}

    response = chynara.post(DRAFT, typed)

    assert response.status_code == 302
    made = Decision.objects.get()
    assert made.protocol_number == "№ 3"
    assert [award.application.code for award in made.awards.all()] == ["К-01"]


def test_a_draft_above_the_fund_keeps_what_was_typed(chynara: Client) -> None:
    contest = make_scored_contest(levels=(5, 4), fund_som=1_000_000)
    contest.prizes.update(value_som=600_000)
    winner = contest.prizes.first()
    assert winner is not None
    typed = prizes_typed(chynara.get(DRAFT))
    typed |= {name: winner.pk for name in typed if name.startswith("prize_")}

    response = chynara.post(DRAFT, typed | {"note": "Оба достойны"})

    assert response.status_code == 422
    text = response.content.decode()
    assert "Оба достойны" in text
    assert "1200000" in text
    assert response.context["left"] == -200_000
    assert not Decision.objects.exists()


def test_a_draft_on_an_old_ranking_keeps_what_was_typed(chynara: Client) -> None:
    make_scored_contest(levels=(5, 4))
    typed = prizes_typed(chynara.get(DRAFT))

    response = chynara.post(DRAFT, typed | {"based_on": "0" * 64, "note": "Мой текст"})

    assert response.status_code == 409
    assert "Мой текст" in response.content.decode()


def test_the_ranking_is_not_shown_while_scoring_goes_on(chynara: Client) -> None:
    make_contest(phase="scoring")

    assert chynara.get(DRAFT).status_code == 403


def test_a_confirmed_decision_cannot_be_typed_over(chynara: Client) -> None:
    contest = make_scored_contest(levels=(5, 4))
    typed = prizes_typed(chynara.get(DRAFT))
    make_decision(contest=contest, state="confirmed")

    assert "Save the draft" not in chynara.get(DRAFT).content.decode()
    assert chynara.post(DRAFT, typed).status_code == 409


def test_an_administrator_reads_the_ranking_and_drafts_nothing(client: Client) -> None:
    make_scored_contest(levels=(5,))
    client.force_login(make_user(is_staff=True, is_superuser=True))

    page = client.get(DRAFT)

    assert page.status_code == 200
    assert not page.context["may_draft"]
    assert client.post(DRAFT, prizes_typed(page)).status_code == 403


def test_the_ranking_page_takes_the_same_queries_however_many_rows(
    chynara: Client, django_assert_num_queries: Any
) -> None:
    make_scored_contest(levels=(5,), code="first")
    make_scored_contest(levels=(5, 4, 3), code="second")

    with django_assert_num_queries(13):
        chynara.get(DRAFT, {"contest": "first"})
    with django_assert_num_queries(13):
        chynara.get(DRAFT, {"contest": "second"})


# --- Excel


def exported(client: Client, contest: Contest, kind: str) -> list[Any]:
    response = client.get(reverse("contest:export", args=[contest.code, kind]))
    assert response.status_code == 200
    import io

    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    assert response["Content-Type"] == excel.CONTENT_TYPE
    return book.get_sheet_by_index(0).to_python()


def test_the_ranking_as_excel(chynara: Client) -> None:
    contest = make_scored_contest(levels=(3, 5))

    head, *rows = exported(chynara, contest, "ranking")

    assert head[:7] == ["Place", "Code", "Number", "Municipality", "District", "Points", "Sheets"]
    assert [(row[0], row[1], row[5], row[6]) for row in rows] == [
        (1, "К-02", 100, 3),
        (2, "К-01", 60, 3),
    ]
    assert AuditEvent.objects.get(action="contest.export").after == {"kind": "ranking"}


def test_the_sheets_as_excel(chynara: Client) -> None:
    contest = make_scored_contest(levels=(3,))

    _head, *rows = exported(chynara, contest, "sheets")

    assert len(rows) == 3 * 8
    assert {row[8] for row in rows} == {3}


def test_the_applications_as_excel_without_the_text_of_drafts(chynara: Client) -> None:
    contest = make_contest()
    draft = make_complete_application(contest=contest)
    submitted = make_submitted_application(contest=contest)

    _head, *rows = exported(chynara, contest, "applications")

    by_name = {row[1]: row for row in rows}
    assert by_name[submitted.municipality.name_ru][8] == submitted.population
    assert "".join(map(str, by_name[draft.municipality.name_ru][5:])) == ""


@pytest.mark.parametrize("kind", ["sheets", "ranking"])
def test_nothing_of_the_scoring_leaves_before_it_closes(chynara: Client, kind: str) -> None:
    contest = make_contest(phase="scoring")

    response = chynara.get(reverse("contest:export", args=[contest.code, kind]))

    assert response.status_code == 403
    assert not AuditEvent.objects.filter(action="contest.export").exists()


@pytest.mark.parametrize("kind", ["applications", "sheets", "ranking"])
def test_an_export_takes_the_same_queries_however_many_rows(
    chynara: Client, django_assert_num_queries: Any, kind: str
) -> None:
    one = make_scored_contest(levels=(5,))
    three = make_scored_contest(levels=(5, 4, 3))
    expected = {"applications": 11, "sheets": 10, "ranking": 12}[kind]

    chynara.get(reverse("contest:export", args=[one.code, kind]))  # the trail begins
    for contest in (one, three):
        with django_assert_num_queries(expected):
            chynara.get(reverse("contest:export", args=[contest.code, kind]))

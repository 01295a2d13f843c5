"""The applicant's pages: from the first visit to the receipt, with and without mistakes."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from contest import drafting, workflow
from contest.models import Application, Contest, Pilot, Section
from municipalities.models import Membership
from tests import builders
from tests.builders import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture
def contest() -> Contest:
    return builders.make_contest()


@pytest.fixture
def complete(contest: Contest) -> Application:
    return builders.make_complete_application(contest=contest)


@pytest.fixture
def draft(contest: Contest) -> Application:
    municipality = builders.make_municipality()
    Pilot.objects.create(contest=contest, municipality=municipality)
    by = builders.make_member_of(municipality)
    return drafting.begin(contest, municipality, by=by, now=NOW)


@pytest.fixture
def client(client_of: Callable[[User], Client], draft: Application) -> Client:
    return client_of(draft.created_by)


def address(name: str, application: Application, *rest: str) -> str:
    return reverse(f"contest:{name}", args=[application.pk, *rest])


def send(client: Client, application: Application, section: str, **data: Any) -> Any:
    fields = {"read": drafting.read_mark(application), "do": "save"} | data
    return client.post(address("section", application, section), fields)


def text_of(response: Any) -> str:
    return str(response.content.decode())


# --- the first page


def test_a_head_begins_the_application_with_one_button(
    contest: Contest, client_of: Callable[[User], Client]
) -> None:
    unit = builders.make_municipality()
    Pilot.objects.create(contest=contest, municipality=unit)
    client = client_of(builders.make_member_of(unit))
    first = client.get(reverse("contest:application"))
    assert reverse("contest:begin") in text_of(first)
    begun = client.post(reverse("contest:begin"), {"municipality": unit.pk})
    own = Application.objects.get()
    assert (begun.status_code, begun["Location"]) == (302, address("tasks", own))
    assert address("section", own, "profile") in text_of(client.get(begun["Location"]))


@pytest.mark.parametrize(
    ("phase", "is_pilot"), [("announced", True), ("admission", True), ("open", False)]
)
def test_nobody_begins_too_early_too_late_or_from_outside(
    client_of: Callable[[User], Client], phase: str, is_pilot: bool
) -> None:
    contest, unit = builders.make_contest(phase=phase), builders.make_municipality()
    if is_pilot:
        Pilot.objects.create(contest=contest, municipality=unit)
    client = client_of(builders.make_member_of(unit))
    page = client.get(reverse("contest:application"))
    assert page.status_code == 200
    assert reverse("contest:begin") not in text_of(page)
    refused = client.post(reverse("contest:begin"), {"municipality": unit.pk})
    assert refused.status_code == (409 if is_pilot else 403)
    assert not Application.objects.exists()


@pytest.mark.parametrize("unit", ["", "x", "99999999", "9" * 40, "²"])
def test_a_municipality_that_is_not_ones_own_is_not_found(client: Client, unit: str) -> None:
    answer = client.post(reverse("contest:begin"), {"municipality": unit})
    assert answer.status_code == 404


def test_whoever_speaks_for_two_chooses(
    draft: Application, contest: Contest, client: Client
) -> None:
    second = builders.make_municipality(name_ru="Второй аймак")
    Membership.objects.create(
        user=draft.created_by, municipality=second, role="editor", since=NOW.date()
    )
    page = text_of(client.get(reverse("contest:application")))
    assert address("tasks", draft) in page
    assert "Второй аймак" in page


def test_without_a_contest_the_page_says_so(client_of: Callable[[User], Client]) -> None:
    client = client_of(builders.make_member_of(builders.make_municipality()))
    assert client.get(reverse("contest:application")).status_code == 200


# --- writing


def test_the_task_list_shows_the_state_of_each_section(draft: Application, client: Client) -> None:
    def statuses() -> list[str]:
        page = client.get(address("tasks", draft))
        return [str(task["status"]) for task in page.context["tasks"]]

    before = statuses()
    assert len(set(before)) == 1
    send(client, draft, "profile", population="5200")
    after = statuses()
    assert [a != b for a, b in zip(before, after, strict=True)] == [False, True] + [False] * 9


def test_what_was_saved_is_there_on_coming_back(draft: Application, client: Client) -> None:
    sent = {"population": "5 200", "women": "2\u00a0600", "girls": ""}
    answer = send(client, draft, "profile", **sent)
    assert (answer.status_code, answer["Location"]) == (302, address("section", draft, "profile"))
    draft.refresh_from_db()
    assert (draft.population, draft.women, draft.girls) == (5200, 2600, None)
    assert 'value="5200"' in text_of(client.get(address("section", draft, "profile")))


def test_save_and_continue_goes_through_all_sections_to_the_check(
    complete: Application, client_of: Callable[[User], Client]
) -> None:
    client, at = client_of(complete.created_by), address("section", complete, "applicant")
    seen = []
    while at != address("check", complete):
        seen.append(at)
        page = client.get(at)
        data = {"do": "continue", "read": drafting.read_mark(complete)} | typed(page)
        answer = client.post(at, data)
        assert answer.status_code == 302
        at = answer["Location"]
    assert len(seen) == 11
    before = Application.objects.values().get(pk=complete.pk)
    assert before["version"] == complete.version


def typed(page: Any) -> dict[str, Any]:
    """Return what a browser would send back of the page's forms."""
    data: dict[str, Any] = {}
    rows = page.context.get("rows")
    for form in [page.context["form"], *(rows.forms if rows else ())]:
        for bound in form:
            value = bound.value()
            if value not in (None, False, "") and not bound.html_name.startswith("file:"):
                data[bound.html_name] = "on" if value is True else str(value)
    return data | ({rows.table.prefix: [form.key for form in rows.forms]} if rows else {})


def test_figures_that_do_not_agree_are_saved_with_a_warning(
    draft: Application, client: Client
) -> None:
    send(client, draft, "profile", population="5", women="9")
    page = client.get(address("section", draft, "profile"))
    assert [item["target"] for item in page.context["warnings"]] == ["id_women"]
    draft.refresh_from_db()
    assert draft.women == 9


def test_going_on_names_the_section_whose_figures_do_not_agree_and_leads_back(
    draft: Application, client: Client
) -> None:
    sent = send(client, draft, "profile", population="5", women="9", youth="7", do="continue")
    page = text_of(client.get(sent["Location"]))
    notice = page.partition("tone-warning")[2].partition("</div>")[0]
    assert page.count("tone-warning") == 1
    assert str(Section.PROFILE.label) in notice
    for field in ("women", "youth"):
        assert f'href="{address("section", draft, "profile")}#id_{field}"' in notice


def test_answers_are_counted_as_the_server_counts(draft: Application, client: Client) -> None:
    lines = "ө\r\n" * 750
    assert send(client, draft, "inclusion", **{"answer:vision": lines}).status_code == 302
    assert draft.answers.get().text == ("ө\n" * 750).strip()
    long = send(client, draft, "inclusion", **{"answer:vision": "ө" * 1501})
    assert long.status_code == 422
    assert "ө" * 1501 in text_of(long)
    assert "1501" in text_of(long)


# --- what cannot be read


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("profile", "population", "1 234,5"),
        ("profile", "population", "1\u00a0234.5"),
        ("profile", "population", "9" * 40),
        ("profile", "population", "-5"),
        ("profile", "population", "пять"),
        ("profile", "population", "١٢٣"),
        ("profile", "population", "1e5"),
        ("programme", "year_from", "24"),
        ("programme", "resolution_on", "32.13.2024"),
        ("programme", "resolution_on", "вчера"),
        ("programme", "programme_title", "а" * 201),
        ("applicant", "contact_phone", "12"),
        ("applicant", "contact_email", "айгуль@"),
        ("applicant", "contact_position", "999999"),
        ("applicant", "contact_position", "9" * 40),
        ("applicant", "language", "en"),
        ("inclusion", "answer:vision", "а" * 200_000),
    ],
)
def test_what_cannot_be_read_is_refused_and_kept_on_the_page(
    draft: Application, client: Client, section: str, field: str, value: str
) -> None:
    answer = send(client, draft, section, **{field: value})
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'class="error-summary"' in page
    assert f'href="#id_{field}' in page
    if field not in ("contact_position", "language"):
        assert value in page
    assert not draft.revisions.exists()


@pytest.mark.parametrize("value", ["100000000", "9" * 20, "9" * 5000])
def test_a_number_too_large_is_called_so(draft: Application, client: Client, value: str) -> None:
    page = text_of(send(client, draft, "profile", youth=value))
    assert "99\xa0999\xa0999" in page


def test_an_answer_too_long_says_by_how_much(draft: Application, client: Client) -> None:
    limit = draft.contest.questions.get(code="vision").limit
    answer = send(client, draft, "inclusion", **{"answer:vision": "а" * (limit + 7)})
    assert answer.status_code == 422
    (error,) = answer.context["form"].errors["answer:vision"]
    assert [int(number) for number in re.findall(r"[0-9]+", error)] == [7, limit, limit + 7]


@pytest.mark.parametrize(
    "value", ["Аса\u200bнов", "\u202eАсанов\u202c", "\ufeffАсанов ", "А\u00adса\u2060нов"]
)
def test_what_nobody_sees_is_dropped(draft: Application, client: Client, value: str) -> None:
    assert send(client, draft, "applicant", head_name=value).status_code == 302
    draft.refresh_from_db()
    assert draft.head_name == "Асанов"


def test_invisible_signs_alone_are_nothing(draft: Application, client: Client) -> None:
    assert send(client, draft, "applicant", head_name="\u200b\u2060").status_code == 302
    assert not draft.revisions.exists()


def test_a_nul_is_refused(draft: Application, client: Client) -> None:
    assert send(client, draft, "applicant", head_name="а\x00б").status_code == 400


def test_a_body_of_millions_of_characters_is_refused(draft: Application, client: Client) -> None:
    body = urlencode({"read": 0, "answer:vision": "а" * 1_000_000})
    form = "application/x-www-form-urlencoded"
    answer = client.post(address("section", draft, "inclusion"), body, content_type=form)
    assert answer.status_code == 413


@pytest.mark.parametrize("text", ["01.02.2024", "2024-02-01", "01.02.24", "1/2/2024"])
def test_dates_are_taken_as_people_write_them(
    draft: Application, client: Client, text: str
) -> None:
    send(client, draft, "programme", resolution_on=text)
    draft.refresh_from_db()
    assert str(draft.resolution_on) == "2024-02-01"


@pytest.mark.parametrize("mark", ["", "x", "9" * 40, "-1"])
def test_a_forged_mark_of_reading_breaks_nothing(
    draft: Application, client: Client, mark: str
) -> None:
    assert send(client, draft, "profile", women="5", read=mark).status_code == 302


@pytest.mark.parametrize("name", ["no-such", "profile2", "check2"])
def test_there_are_no_other_sections(draft: Application, client: Client, name: str) -> None:
    assert client.get(address("section", draft, name)).status_code == 404


def test_an_id_beyond_every_database_is_not_found(client: Client) -> None:
    assert client.get(f"/contest/application/{10**30}/").status_code == 404


# --- rows


def row(prefix: str, key: str, **cells: str) -> dict[str, str]:
    return {f"{prefix}:{key}:{name}": value for name, value in cells.items()}


def keys(count: int) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(count)]


def test_a_row_is_added_without_a_script_and_what_was_typed_stays(
    draft: Application, client: Client
) -> None:
    (key,) = keys(1)
    cells = row("measure", key, title="Пандус", cost_som="сто")
    answer = send(client, draft, "measures", do="add", measure=[key], **cells)
    page = text_of(answer)
    assert answer.status_code == 200
    assert [form.key == key for form in answer.context["rows"].forms] == [True, False]
    assert 'value="Пандус"' in page
    assert 'value="сто"' in page
    assert not draft.measures.exists()


def test_a_row_is_removed_without_a_script_and_the_others_stay(
    draft: Application, client: Client
) -> None:
    first, second = keys(2)
    cells = row("measure", first, title="Пандус") | row("measure", second, title="Кружок")
    answer = send(client, draft, "measures", do=f"remove:{first}", measure=[first, second], **cells)
    page = text_of(answer)
    assert "Кружок" in page
    assert "Пандус" not in page
    saved = send(client, draft, "measures", measure=[second], **row("measure", second, title="б"))
    assert saved.status_code == 302
    assert [str(each.key) for each in draft.measures.all()] == [second]


def test_the_budget_is_added_up(draft: Application, client: Client) -> None:
    first, second = keys(2)
    cells = row("measure", first, cost_som="250 000", local_som="50000")
    cells |= row("measure", second, cost_som="100000")
    send(client, draft, "measures", measure=[first, second], **cells)
    page = client.get(address("section", draft, "measures"))
    shown = [re.sub(r"\D", "", total["value"]) for total in page.context["totals"]]
    assert shown == ["350000", "50000"]


def test_too_many_rows_are_refused_and_all_kept_on_the_page(
    draft: Application, client: Client
) -> None:
    many = keys(16)
    cells: dict[str, str] = {}
    for number, key in enumerate(many):
        cells |= row("measure", key, title=f"Мера-{number}")
    answer = send(client, draft, "measures", measure=many, **cells)
    assert answer.status_code == 422
    assert all(f"Мера-{number}" in text_of(answer) for number in range(16))
    assert not draft.measures.exists()


def test_the_key_of_anothers_row_does_not_touch_it(
    draft: Application, complete: Application, client: Client
) -> None:
    theirs = complete.measures.get()
    key = str(theirs.key)
    send(client, draft, "measures", measure=[key], **row("measure", key, title="Чужое"))
    theirs.refresh_from_db()
    assert theirs.title == builders.MEASURE["title"]
    assert draft.measures.get().key != theirs.key


@pytest.mark.parametrize("key", ["x", "1", "' or 1=1", "\u202e", "9" * 500])
def test_a_forged_key_is_no_row(draft: Application, client: Client, key: str) -> None:
    answer = send(client, draft, "measures", measure=[key], **row("measure", key, title="а"))
    assert answer.status_code == 302
    assert not draft.measures.exists()


def test_an_error_in_a_row_is_linked_from_the_summary(draft: Application, client: Client) -> None:
    (key,) = keys(1)
    cells = row("event", key, title="Сход", women="много", held_on="99.99.9999")
    answer = send(client, draft, "participation", event=[key], **cells)
    assert answer.status_code == 422
    assert f'href="#id_event:{key}:women"' in text_of(answer)
    assert 'value="99.99.9999"' in text_of(answer)


# --- two people, and the clock


def test_the_summary_names_the_row_of_an_error(draft: Application, client: Client) -> None:
    first, second = keys(2)
    cells = row("measure", first, cost_som="10") | row("measure", second, cost_som="сто")
    page = send(client, draft, "measures", measure=[first, second], **cells)
    summary = text_of(page).partition('class="error-summary"')[2].partition("</ul>")[0]
    assert "Мера 2. Стоимость, сом: " in summary
    assert "Мера 1" not in summary
    assert "<legend>Мера 2</legend>" in text_of(page)


def test_two_texts_stand_side_by_side_until_one_is_chosen(
    draft: Application, client: Client
) -> None:
    mark = drafting.read_mark(draft)
    drafting.save(draft, {"women": 6, "girls": 2, "boys": 3}, by=draft.created_by, now=NOW)
    mine = {"women": "7", "girls": "", "boys": "4"}
    conflict = send(client, draft, "profile", read=mark, **mine)
    assert conflict.status_code == 409
    assert 'value="7"' in text_of(conflict)
    assert "«6»" in text_of(conflict) or "“6”" in text_of(conflict)
    again = {"read": conflict.context["read"], "resolved": resolved(conflict)}
    assert send(client, draft, "profile", **mine, **again).status_code == 302
    draft.refresh_from_db()
    assert (draft.women, draft.girls, draft.boys) == (7, 2, 4)


def resolved(page: Any) -> list[str]:
    return [f"{field}={mark}" for field, mark in page.context["resolved"].items()]


def test_a_third_text_meanwhile_is_shown_again(draft: Application, client: Client) -> None:
    mark = drafting.read_mark(draft)
    drafting.save(draft, {"women": 6}, by=draft.created_by, now=NOW)
    conflict = send(client, draft, "profile", read=mark, women="7")
    drafting.save(draft, {"women": 8}, by=draft.created_by, now=NOW)
    again = {"read": conflict.context["read"], "resolved": resolved(conflict)}
    assert send(client, draft, "profile", women="7", **again).status_code == 409


def test_after_the_deadline_the_typed_text_is_still_on_the_page(
    draft: Application, client: Client, at_now: time_machine.Traveller
) -> None:
    long_text = "Село, где каждому есть место."
    at_now.move_to(draft.contest.grace_ends_at)
    client.force_login(draft.created_by)
    answer = send(client, draft, "inclusion", **{"answer:vision": long_text})
    assert answer.status_code == 409
    assert long_text in text_of(answer)
    assert 'value="continue"' not in text_of(answer)
    assert not draft.answers.exists()


def test_a_submitted_application_is_read_and_not_written(
    complete: Application, client_of: Callable[[User], Client]
) -> None:
    client = client_of(complete.created_by)
    workflow.perform(complete, "submit", by=complete.created_by, now=NOW)
    page = client.get(address("section", complete, "profile"))
    assert (page.status_code, page["Location"]) == (302, address("check", complete))
    assert "section/profile" not in text_of(client.get(address("check", complete)))
    answer = send(client, complete, "profile", women="5")
    assert answer.status_code == 409
    assert 'value="5"' in text_of(answer)


# --- files


def attach(client: Client, application: Application, **files: Any) -> Any:
    data = {f"file:{kind}": upload for kind, upload in files.items()}
    return client.post(address("section", application, "files"), {"do": "save"} | data)


def upload(name: str = "ПСЭР.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_is_attached_handed_out_and_removed(draft: Application, client: Client) -> None:
    assert attach(client, draft, programme=upload()).status_code == 302
    file = draft.files.get()
    answer = client.get(reverse("contest:file", args=[file.key]))
    assert b"".join(answer.streaming_content) == PDF
    assert "attachment" in answer["Content-Disposition"]
    do = {"do": f"remove:{file.key}"}
    assert client.post(address("section", draft, "files"), do).status_code == 302
    assert not draft.files.exists()


def test_a_file_that_takes_anothers_place_says_so(draft: Application, client: Client) -> None:
    attach(client, draft, programme=upload("старая.pdf"))
    attach(client, draft, programme=upload("новая.pdf", PDF.replace(b"1.7", b"1.6")))
    page = text_of(client.get(address("section", draft, "files")))
    assert "«новая.pdf»" in page
    assert "«старая.pdf»" in page
    assert [file.name for file in draft.files.all()] == ["новая.pdf"]


def test_a_photo_is_no_programme(draft: Application, client: Client) -> None:
    photo = b"\xff\xd8\xff\xe1" + b"\0" * 50 + b"\xff\xd9"
    assert attach(client, draft, programme=upload("ПСЭР.jpg", photo)).status_code == 422
    assert attach(client, draft, resolution=upload("скан.jpg", photo)).status_code == 302


@pytest.mark.parametrize(
    "bad", [upload("пусто.pdf", b""), upload("вирус.pdf", b"MZ" * 99), upload("x.zip", b"PK")]
)
def test_good_files_are_kept_where_another_is_wrong(
    draft: Application, client: Client, bad: SimpleUploadedFile
) -> None:
    answer = attach(client, draft, programme=upload(), budget=bad)
    assert answer.status_code == 422
    assert bad.name in text_of(answer)
    assert [file.kind for file in draft.files.all()] == ["programme"]
    assert "ПСЭР.pdf" in text_of(answer)


def test_several_minutes_are_taken_at_once(draft: Application, client: Client) -> None:
    many = [upload(f"{n}.pdf", PDF + str(n).encode()) for n in range(6)]
    answer = attach(client, draft, minutes=many)
    assert answer.status_code == 422
    assert draft.files.count() == 5


@pytest.mark.parametrize("key", ["", "x", "6a1e2f0c-7f6e-4c3e-9d6c-0a4b5c6d7e8f"])
def test_removing_a_file_that_is_not_there_breaks_nothing(
    draft: Application, client: Client, key: str
) -> None:
    answer = client.post(address("section", draft, "files"), {"do": f"remove:{key}"})
    assert answer.status_code in (302, 404)


def test_a_file_is_for_its_municipality_and_once_submitted_for_the_staff(
    draft: Application, client: Client, client_of: Callable[[User], Client]
) -> None:
    attach(client, draft, programme=upload())
    at = reverse("contest:file", args=[draft.files.get().key])
    neighbour = client_of(builders.make_member_of(builders.make_municipality()))
    staff = client_of(builders.make_staff())
    assert neighbour.get(at).status_code == 404
    assert staff.get(at).status_code == 403
    Application.objects.filter(pk=draft.pk).update(state="submitted", number="1", submitted_at=NOW)
    assert b"".join(staff.get(at).streaming_content) == PDF
    assert neighbour.get(at).status_code == 404


# --- submitting


def test_the_check_page_lists_what_is_missing_with_links(
    draft: Application, client: Client
) -> None:
    page = client.get(address("check", draft))
    assert len(page.context["missing"]) == 29
    assert f"{address('section', draft, 'profile')}#id_population" in text_of(page)
    refused = client.post(address("check", draft))
    assert refused.status_code == 422
    assert text_of(refused).count("<title>Error") + text_of(refused).count("<title>Ошибка") == 1


def test_every_link_of_the_check_page_leads_to_its_field(
    draft: Application, client: Client
) -> None:
    drafting.save_rows(draft, "measures", [{"title": "а"}], by=draft.created_by, now=NOW)
    for item in client.get(address("check", draft)).context["missing"]:
        at, _hash, target = item["url"].partition("#")
        page = text_of(client.get(at))
        assert f'id="{target}"' in page or f'id="{target}_0"' in page, target


def test_submission_leads_to_the_receipt_and_again_to_the_same(
    complete: Application, client_of: Callable[[User], Client]
) -> None:
    client = client_of(complete.created_by)
    for _time in range(2):
        answer = client.post(address("check", complete))
        assert (answer.status_code, answer["Location"]) == (302, address("receipt", complete))
    complete.refresh_from_db()
    page = text_of(client.get(address("receipt", complete)))
    assert str(complete.number) in page
    assert complete.fingerprint in page
    assert "12:00:00" in page
    assert complete.events.count() == 1


def test_an_editor_sees_who_submits(
    complete: Application, client_of: Callable[[User], Client]
) -> None:
    client = client_of(builders.make_member_of(complete.municipality, role="editor"))
    page = client.get(address("check", complete))
    assert page.context["may_submit"] is False
    assert client.post(address("check", complete)).status_code == 403


def test_too_late_the_check_page_says_so(
    complete: Application,
    client_of: Callable[[User], Client],
    at_now: time_machine.Traveller,
) -> None:
    at_now.move_to(complete.contest.grace_ends_at)
    answer = client_of(complete.created_by).post(address("check", complete))
    assert answer.status_code == 409
    complete.refresh_from_db()
    assert complete.state == "draft"


def test_there_is_no_receipt_of_a_draft(draft: Application, client: Client) -> None:
    assert client.get(address("receipt", draft)).status_code == 404


def test_withdrawing_is_asked_once_more_and_can_be_taken_back(
    complete: Application, client_of: Callable[[User], Client]
) -> None:
    client = client_of(complete.created_by)
    assert client.get(address("withdraw", complete)).status_code == 403
    client.post(address("check", complete))
    assert client.get(address("withdraw", complete)).status_code == 200
    assert 'class="panel"' in text_of(client.get(address("receipt", complete)))
    assert client.post(address("withdraw", complete)).status_code == 302
    receipt = text_of(client.get(address("receipt", complete))).partition("<main")[2]
    assert 'class="panel"' not in receipt
    assert "tone-warning" in receipt
    assert "<ol>" not in receipt
    assert client.post(address("withdraw", complete)).status_code == 409
    assert client.post(address("revive", complete)).status_code == 302
    assert client.post(address("revive", complete)).status_code == 409


@pytest.mark.parametrize(
    ("action", "note"), [("return", "1. Приложите протокол."), ("decline", "Нет постановления.")]
)
def test_the_points_and_the_reason_stand_on_top(
    complete: Application, client_of: Callable[[User], Client], action: str, note: str
) -> None:
    workflow.perform(complete, "submit", by=complete.created_by, now=NOW)
    until = {"correction_until": NOW + timedelta(days=5)} if action == "return" else {}
    workflow.perform(complete, action, by=builders.make_staff(), now=NOW, note=note, **until)
    client = client_of(complete.created_by)
    for name in ("tasks", "check"):
        assert note in text_of(client.get(address(name, complete)))


# --- queries


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "rest", "queries"),
    [
        ("tasks", (), 14),
        ("check", (), 14),
        ("section", ("measures",), 16),
        ("section", ("applicant",), 16),
        ("section", ("files",), 14),
    ],
)
def test_pages_ask_as_often_for_three_rows_as_for_one(
    complete: Application,
    client_of: Callable[[User], Client],
    django_assert_num_queries: DjangoAssertNumQueries,
    rows: int,
    name: str,
    rest: tuple[str, ...],
    queries: int,
) -> None:
    group = complete.contest.target_groups.first()
    measures = [{**builders.MEASURE, "target_group": group}] * rows
    drafting.save_rows(complete, "measures", measures, by=complete.created_by, now=NOW)
    for number in range(rows - 1):
        builders.make_file(
            application=complete, kind="minutes", by=complete.created_by, name=f"{number}.pdf"
        )
    Application.objects.filter(pk=complete.pk).update(version=F("version") + 1)
    client = client_of(complete.created_by)
    with django_assert_num_queries(queries):
        assert client.get(address(name, complete, *rest)).status_code == 200

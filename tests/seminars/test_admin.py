"""Seminars in the admin: who finds what, what is written and what leaves."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from seminars.models import Participant, Registration, Seminar
from tests.builders import (
    make_contest,
    make_district,
    make_municipality,
    make_position,
    make_registration,
    make_seat,
    make_seminar,
    make_staff,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ClientOf = Callable[[User], Client]
FIRST = date(2025, 5, 13)
LIST = "admin:seminars_registration_changelist"
EXPORT = "admin:seminars_registration_export"
OPTIONS = {"language": "en", "format": "0", "resource": "0"}


@pytest.fixture
def desk(client_of: ClientOf) -> Client:
    client = client_of(make_staff())
    client.cookies["django_language"] = "en"
    return client


def names_in(response: Any) -> list[str]:
    content = b"".join(response)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [row[rows[0].index("Full name")] for row in rows[1:]]


def test_the_export_is_the_filtered_list_and_is_logged(desk: Client) -> None:
    near, far = make_district(), make_district(name_ru="Дальний район")
    first = make_seminar(district=near)
    make_registration(seminar=first, full_name="Сынакова Айзада")
    make_registration(seminar=first, full_name="Сынаков Бакыт", sex="m")
    make_registration(seminar=make_seminar(district=far), full_name="Жээнбекова Үмүт")
    for query in (
        {},
        {"district": far.pk},
        {"seminar": first.pk, "participant__sex__exact": "m"},
        {"q": "умут"},
    ):
        shown = desk.get(reverse(LIST), query).context["cl"].result_list
        url = desk.get(reverse(EXPORT), query)
        assert url.status_code == 200
        response = desk.post(f"{reverse(EXPORT)}?{url.request['QUERY_STRING']}", OPTIONS)
        assert names_in(response) == [line.participant.full_name for line in shown]
        event = AuditEvent.objects.order_by("-id")[0]
        assert (event.action, event.after["lines"]) == ("seminars.export", len(shown))


def test_phones_leave_the_admin_only_with_a_reason(desk: Client) -> None:
    make_registration(phone="+996777123456")
    refused = desk.post(reverse(EXPORT), OPTIONS | {"with_phone": "on"})
    assert "reason" in refused.context["form"].errors
    taken = desk.post(reverse(EXPORT), OPTIONS | {"with_phone": "on", "reason": "Обзвон"})
    assert b"".join(taken).startswith(b"PK")
    assert AuditEvent.objects.order_by("-id")[0].reason == "Обзвон"


def test_a_member_of_the_commission_exports_nothing(client_of: ClientOf) -> None:
    make_registration(phone="+996777123456")
    member = make_user(is_staff=True)
    make_seat(contest=make_contest(), user=member)
    client = client_of(member)
    assert client.get("/admin/").status_code == 200
    for url in (EXPORT, LIST):
        assert client.get(reverse(url)).status_code == 403
        assert client.post(reverse(url), OPTIONS).status_code == 403
    assert not AuditEvent.objects.filter(action="seminars.export").exists()


def test_a_seminar_is_written_by_the_door(desk: Client) -> None:
    data = {
        "kind": "dream",
        "district": make_district().pk,
        "place": "Клуб",
        "starts_on": "2025-05-13",
        "ends_on": "2025-05-14",
        "language": "ky",
    }
    assert desk.post(reverse("admin:seminars_seminar_add"), data).status_code == 302
    seminar = Seminar.objects.get()
    make_registration(seminar=seminar, days=(date(2025, 5, 14),))
    url = reverse("admin:seminars_seminar_change", args=[seminar.pk])
    seen = desk.get(url).context["adminform"].form.initial["seen"]
    late = desk.post(url, data | {"ends_on": "2025-05-13", "seen": seen})
    assert "14.05.2025" in late.content.decode()
    stale = desk.post(url, data | {"place": "Школа", "seen": "old"})
    assert stale.status_code == 200
    assert desk.post(url, data | {"place": "Школа", "seen": seen}).status_code == 302
    seminar.refresh_from_db()
    assert seminar.place == "Школа"
    actions = AuditEvent.objects.filter(subject_type="seminars.seminar").order_by("id")
    assert [event.action for event in actions] == ["seminars.create", "seminars.change"]


def test_a_person_is_corrected_by_the_door(desk: Client) -> None:
    make_registration(full_name="Сынакова Айсулуу")
    person = make_registration(full_name="Сынакова Айзада").participant
    url = reverse("admin:seminars_participant_change", args=[person.pk])
    data = {
        "full_name": "Сынакова Анара",
        "sex": "f",
        "birth_year": "12.03.1985",
        "position": person.position_id,
        "municipality": person.municipality_id,
        "disability": "not_stated",
        "phone": "0777 123 456",
        "consented_on": "2025-05-13",
        "seen": desk.get(url).context["adminform"].form.initial["seen"],
    }
    twice = desk.post(url, data | {"phone": "0777123456, 0555123456"})
    assert "two phones" in twice.content.decode()
    known = desk.post(url, data | {"full_name": "Сынакова Айсулуу"})
    assert "known already" in known.content.decode()
    assert desk.post(url, data).status_code == 302
    person.refresh_from_db()
    assert (person.full_name, str(person.phone)) == ("Сынакова Анара", "+996777123456")
    assert AuditEvent.objects.order_by("-id")[0].action == "seminars.change_participant"


def test_lines_are_removed_by_the_door_one_or_many(desk: Client) -> None:
    lines = [make_registration(days=(FIRST,)) for _ in range(3)]
    url = reverse("admin:seminars_registration_delete", args=[lines[0].pk])
    assert desk.post(url, {"post": "yes"}).status_code == 302
    chosen = [line.pk for line in lines[1:]]
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    desk.post(reverse(LIST), data)
    assert not Registration.objects.exists()
    assert not Participant.objects.exists()
    assert AuditEvent.objects.filter(action="seminars.remove").count() == 3


def test_lines_are_found_by_the_month_in_which_their_seminar_began(desk: Client) -> None:
    for first in (date(2025, 11, 30), date(2025, 12, 1), date(2025, 12, 31), date(2026, 1, 1)):
        make_registration(seminar=make_seminar(starts_on=first))

    page = desk.get(reverse(LIST), {"month": "2025-12"})

    began = [line.seminar.starts_on for line in page.context["cl"].result_list]
    assert began == [date(2025, 12, 31), date(2025, 12, 1)]
    assert "?month=2026-01" in page.content.decode()


@pytest.mark.parametrize("key", ["abc", "-1", "9" * 40, "\ud83d"])
def test_a_filter_by_no_key_finds_nothing(desk: Client, key: str) -> None:
    make_registration()
    for name in ("district", "seminar", "municipality", "month"):
        response = desk.get(reverse(LIST), {name: key.encode("utf-8", "replace").decode()})
        assert response.status_code in {200, 302}


def test_the_lists_ask_as_often_for_three_as_for_one(
    desk: Client, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        district = make_district(name_ru=f"Район {number}")
        make_registration(
            seminar=make_seminar(district=district),
            municipality=make_municipality(district=district),
            position=make_position(code=f"p{number}"),
            days=(FIRST,),
        )
        if number in (0, 2):
            for model, queries in (("registration", 13), ("participant", 10), ("seminar", 9)):
                with django_assert_num_queries(queries, info=model):
                    desk.get(reverse(f"admin:seminars_{model}_changelist"))


def test_a_municipality_is_offered_in_its_district_and_filters_without_it(desk: Client) -> None:
    line, other = make_registration(), make_registration(municipality=make_municipality())
    unit = other.participant.municipality
    page = desk.get(reverse(LIST))
    assert "?municipality=" not in page.content.decode()
    page = desk.get(reverse(LIST), {"district": line.seminar.district_id})
    assert f"municipality={unit.pk}" in page.content.decode()
    page = desk.get(reverse(LIST), {"municipality": unit.pk})
    assert list(page.context["cl"].result_list) == [other]

"""The pages of seminars, as project staff, a municipality and an observer meet them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.models import User
from seminars.models import Attendance, Participant, Registration, Seminar
from tests.builders import (
    make_district,
    make_member_of,
    make_municipality,
    make_position,
    make_registration,
    make_seminar,
    make_staff,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ClientOf = Callable[[User], Client]
FIRST, SECOND = date(2025, 5, 13), date(2025, 5, 14)
HUGE = "А" * 1_000_000


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def desk(client_of: ClientOf, staff: User) -> Client:
    client = client_of(staff)
    client.cookies["django_language"] = "en"
    return client


def typed(**fields: Any) -> dict[str, Any]:
    """Return what the quick row sends for a woman of the first municipality."""
    unit = fields.pop("unit", None) or make_municipality()
    return {
        "full_name": "Сынакова Айзада",
        "sex": "f",
        "birth_year": "12.03.1985",
        "municipality": unit.pk,
        "position": make_position().pk,
        "phone": "0777 123 456",
        "disability": "not_stated",
        "days": ["2025-05-13"],
        "consent": "on",
        **fields,
    }


def text_of(response: Any) -> str:
    return response.content.decode()


def test_a_seminar_is_created_and_corrected(desk: Client) -> None:
    data = {
        "kind": "inclusion",
        "district": make_district().pk,
        "place": "Клуб",
        "starts_on": "2025-05-13",
        "ends_on": "2025-05-14",
        "language": "ky",
    }
    response = desk.post(reverse("seminars:new"), data)
    seminar = Seminar.objects.get()
    assert response.url == reverse("seminars:seminar", args=[seminar.pk])
    page = desk.get(reverse("seminars:change", args=[seminar.pk]))
    seen = page.context["form"].initial["seen"]
    desk.post(
        reverse("seminars:change", args=[seminar.pk]), data | {"place": "Школа", "seen": seen}
    )
    seminar.refresh_from_db()
    assert seminar.place == "Школа"


def test_a_stale_change_of_a_seminar_is_refused_and_keeps_the_text(desk: Client) -> None:
    seminar = make_seminar(place="Клуб")
    data = {
        "kind": "dream",
        "district": seminar.district_id,
        "place": "Школа",
        "starts_on": "2025-05-13",
        "ends_on": "2025-05-14",
        "language": "ky",
        "seen": "old",
    }
    url = reverse("seminars:change", args=[seminar.pk])
    response = desk.post(url, data)
    assert response.status_code == 409
    assert "Школа" in text_of(response)
    seen = re.search(r'name="seen" value="(\w+)"', text_of(response))
    assert seen
    assert desk.post(url, data | {"seen": seen[1]}).status_code == 302


def test_a_person_is_entered_and_the_row_keeps_municipality_days_and_consent(desk: Client) -> None:
    seminar, unit = make_seminar(), make_municipality()
    response = desk.post(reverse("seminars:enter", args=[seminar.pk]), typed(unit=unit))
    assert response.status_code == 302
    person = Participant.objects.get()
    assert (person.birth_year, str(person.phone)) == (1985, "+996777123456")
    assert person.consented_on == FIRST
    assert Attendance.objects.get().day == FIRST
    assert "#" not in response.url  # with a fragment the browser would ignore autofocus
    page = desk.get(response.url)
    form = page.context["form"]
    assert form.initial["municipality"] == str(unit.pk)
    assert (form.initial["days"], form.initial["consent"]) == (["2025-05-13"], True)
    assert "autofocus" in str(form["full_name"])
    first_visit = desk.get(reverse("seminars:seminar", args=[seminar.pk]))
    assert "autofocus" not in str(first_visit.context["form"]["full_name"])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("phone", "0777123456, 0555123456", "two phones"),
        ("birth_year", "85", "four digits"),
        ("full_name", "????? ???", "question mark"),
        ("full_name", HUGE, "longer than"),
        ("sex", "x", ""),
        ("municipality", "99999999", ""),
        ("municipality", "9" * 40, ""),
        ("position", "abc", ""),
        ("days", "2025-06-01", ""),
    ],
)
def test_a_wrong_row_is_refused_with_a_sentence_and_keeps_what_was_typed(
    desk: Client, field: str, value: str, sentence: str
) -> None:
    seminar = make_seminar()
    data = typed()
    response = desk.post(reverse("seminars:enter", args=[seminar.pk]), data | {field: value})
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert "<title>Error:" in text_of(response)
    assert response.context["form"]["phone"].value()
    assert not Registration.objects.exists()


def test_somebody_in_the_list_already_is_told_so(desk: Client) -> None:
    seminar, data = make_seminar(), typed()
    url = reverse("seminars:enter", args=[seminar.pk])
    desk.post(url, data)
    response = desk.post(url, data)
    assert response.status_code == 422
    assert "Сынакова Айзада" in response.context["form"]["full_name"].value()
    assert Registration.objects.count() == 1


def formset(*rows: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {"rows-TOTAL_FORMS": "5", "rows-INITIAL_FORMS": "0"}
    empty = {"disability": "not_stated"}
    for number in range(5):
        row = rows[number] if number < len(rows) else empty
        data |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return data


def test_several_rows_are_entered_together_and_empty_ones_left_out(desk: Client) -> None:
    seminar = make_seminar()
    data = formset(typed(), typed(full_name="Сынаков Бакыт", sex="m"))
    response = desk.post(reverse("seminars:rows", args=[seminar.pk]), data)
    assert response.status_code == 302
    assert list(seminar.registrations.values_list("number", flat=True)) == [1, 2]


def test_one_wrong_row_of_several_keeps_all_out(desk: Client) -> None:
    seminar, unit = make_seminar(), make_municipality()
    url = reverse("seminars:rows", args=[seminar.pk])
    wrong = desk.post(url, formset(typed(unit=unit), typed(unit=unit, sex="")))
    twice = desk.post(url, formset(typed(unit=unit), typed(unit=unit)))
    assert (wrong.status_code, twice.status_code) == (422, 422)
    assert not Registration.objects.exists()
    assert not Participant.objects.exists()


@pytest.mark.parametrize("total", ["", "abc", "-1", "0", "1000000"])
def test_a_damaged_formset_is_refused(desk: Client, total: str) -> None:
    url = reverse("seminars:rows", args=[make_seminar().pk])
    response = desk.post(url, {"rows-TOTAL_FORMS": total, "rows-INITIAL_FORMS": "0"})
    assert response.status_code == 422


def tick_data(page: Any, ticks: list[str]) -> dict[str, Any]:
    """Return what the browser sends back from the table that it was shown."""
    html = text_of(page)
    return {
        "day": re.findall(r'name="day" value="([^"]+)"', html),
        "shown": re.findall(r'name="shown" value="([^"]+)"', html),
        "tick": ticks,
    }


def test_two_desks_save_their_ticks_beside_one_another(desk: Client) -> None:
    seminar = make_seminar()
    one, two = make_registration(seminar=seminar), make_registration(seminar=seminar)
    page = desk.get(reverse("seminars:seminar", args=[seminar.pk]))
    url = reverse("seminars:tick", args=[seminar.pk])
    assert desk.post(url, tick_data(page, [f"{one.pk}:0"])).status_code == 302
    assert desk.post(url, tick_data(page, [f"{two.pk}:1"])).status_code == 302
    found = set(Attendance.objects.values_list("registration_id", "day"))
    assert found == {(one.pk, FIRST), (two.pk, SECOND)}


def test_ticks_for_a_line_that_is_gone_are_a_conflict_that_keeps_the_boxes(desk: Client) -> None:
    seminar = make_seminar()
    one, two = make_registration(seminar=seminar), make_registration(seminar=seminar)
    page = desk.get(reverse("seminars:seminar", args=[seminar.pk]))
    desk.post(reverse("seminars:remove", args=[seminar.pk, two.pk]))
    data = tick_data(page, [f"{one.pk}:0", f"{two.pk}:0"])
    response = desk.post(reverse("seminars:tick", args=[seminar.pk]), data)
    assert response.status_code == 409
    assert response.context["rows"][0].boxes[0].ticked
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"tick": "1:0"},
        {"day": "2025-05-13", "shown": "x"},
        {"day": "2025-05-13", "shown": "1:0", "tick": "1:-1"},
        {"day": "31.12", "shown": "1:0"},
        {"day": "2025-05-20", "shown": "1:0", "tick": "1:0"},
        {"day": "2025-05-13", "shown": "99999999999999999999:0", "tick": "99999999999999999999:0"},
        {"day": "2025-05-13", "shown": "1:0", "tick": HUGE},
    ],
)
def test_damaged_ticks_are_refused(desk: Client, data: dict[str, str]) -> None:
    url = reverse("seminars:tick", args=[make_seminar().pk])
    assert desk.post(url, data).status_code in {409, 422}


def test_a_person_is_corrected(desk: Client) -> None:
    line = make_registration(phone="+996777123456")
    url = reverse("seminars:line", args=[line.seminar_id, line.pk])
    seen = desk.get(url).context["form"].initial["seen"]
    data = typed(unit=line.participant.municipality, seen=seen, phone="", consented_on_day="")
    assert desk.post(url, data | {"full_name": "Сынакова Айсулуу"}).status_code == 302
    person = Participant.objects.get()
    assert (person.full_name, person.phone) == ("Сынакова Айсулуу", None)
    again = desk.post(url, data | {"full_name": "Сынакова Анара"})
    assert again.status_code == 409
    assert "Сынакова Анара" in text_of(again)


def test_a_line_of_another_seminar_is_not_found(desk: Client) -> None:
    line, other = make_registration(), make_seminar(place="Другой")
    for name in ("line", "remove"):
        url = reverse(f"seminars:{name}", args=[other.pk, line.pk])
        assert desk.get(url).status_code == 404


def test_the_list_is_filtered_by_district_kind_days_and_folded_words(desk: Client) -> None:
    here, far = make_district(), make_district(name_ru="Дальний район", name_ky="Алыскы район")
    near = make_seminar(district=here, place="Ысык-Көл", kind="dream")
    other = make_seminar(district=far, place="Талас", starts_on=date(2026, 1, 5))
    make_registration(seminar=other, full_name="Жээнбекова Үмүт")
    url = reverse("seminars:list")

    def found(**query: Any) -> list[Seminar]:
        return [seminar for seminar, _figures in desk.get(url, query).context["rows"]]

    assert found() == [other, near]
    assert found(district=far.pk) == [other]
    assert found(kind="dream") == [near]
    assert found(since="2025-05-14", until="2025-12-31") == [near]
    assert found(since="2025-05-15") == [other]
    assert found(q="ысык кол") == [near]
    assert found(q="умут жээнбекова") == [other]
    assert found(q="никого") == []
    assert desk.get(url, {"district": "abc", "since": "x"}).status_code == 422
    assert desk.get(url, {"since": "1", "page": "x"}).status_code == 422


def test_the_list_counts_women_and_men(desk: Client) -> None:
    seminar = make_seminar()
    for sex in ("f", "f", "m"):
        make_registration(seminar=seminar, sex=sex)
    page = desk.get(reverse("seminars:list"))
    ((_seminar, figures),) = page.context["rows"]
    assert (figures.women, figures.men, figures.people) == (2, 1, 3)
    assert (page.context["together"].women, page.context["together"].men) == (2, 1)


def test_the_lists_ask_as_often_for_three_as_for_one(
    desk: Client, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        seminar = make_seminar(district=make_district(name_ru=f"Район {number}"))
        unit = make_municipality(district=seminar.district)
        make_registration(
            seminar=seminar,
            days=(FIRST,),
            municipality=unit,
            position=make_position(code=f"p{number}"),
        )
        if number in (0, 2):
            with django_assert_num_queries(10):
                desk.get(reverse("seminars:list"))
    first = Seminar.objects.order_by("id")[0]
    for number in range(3):
        if number in (0, 2):
            with django_assert_num_queries(12):
                desk.get(reverse("seminars:seminar", args=[first.pk]))
        make_registration(seminar=first, days=(FIRST,), municipality=make_municipality())


def test_a_municipality_sees_its_own_people_and_no_others(client_of: ClientOf) -> None:
    unit, other = make_municipality(), make_municipality()
    make_registration(full_name="Своя Айзада", municipality=unit, phone="+996777123456")
    make_registration(full_name="Чужой Бакыт", municipality=other)
    page = text_of(client_of(make_member_of(unit)).get(reverse("seminars:list")))
    assert "Своя Айзада" in page
    assert "Чужой Бакыт" not in page
    assert "777123456" not in page
    assert "Чужой Бакыт" in text_of(client_of(make_member_of(other)).get(reverse("seminars:list")))


def test_an_observer_sees_counts_and_no_names(client_of: ClientOf) -> None:
    seminar = make_seminar(place="Клуб")
    for number in range(6):
        make_registration(
            seminar=seminar,
            full_name=f"Тайная Айзада {number}",
            disability="yes" if number < 4 else "no",
        )
    observer = client_of(make_user(groups=(roles.OBSERVERS,)))
    page = observer.get(reverse("seminars:list"))
    assert "Тайная" not in text_of(page)
    ((_seminar, figures),) = page.context["rows"]
    assert (figures.people, figures.disabled_shown) == (6, "< 5")
    assert not observer.get(reverse("seminars:list"), {"q": "Тайная"}).context["rows"]
    assert observer.get(reverse("seminars:list"), {"q": "клуб"}).context["rows"]

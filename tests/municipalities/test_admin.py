"""The register in the admin: found as people type, ordered in Kyrgyz, merged by the door."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEvent
from municipalities.models import District, Membership, Municipality
from tests.builders import NOW, make_district, make_member_of, make_municipality, make_staff

pytestmark = pytest.mark.django_db

LIST = reverse("admin:municipalities_municipality_changelist")
MERGE = reverse("admin:municipalities_municipality_merge")


@pytest.fixture
def staff():
    return make_staff()


@pytest.fixture
def client(client_of, staff):
    client = client_of(staff)
    client.cookies["django_language"] = "en"
    return client


def listed(response):
    return [row.name_ru for row in response.context["cl"].result_list]


def change_url(row):
    return reverse(f"admin:municipalities_{row._meta.model_name}_change", args=[row.pk])


def posted(row, **changes):
    """What the change form of a unit sends."""
    fields = ("kind", "name_ru", "name_ky", "name_en", "aliases", "register", "status", "note")
    sent = {name: getattr(row, name) or "" for name in (*fields, "soate_code", "valid_from")}
    return sent | {"district": row.district_id, "valid_to": row.valid_to or ""} | changes


@pytest.mark.parametrize("typed", ["ысык кол", "ЫСЫК-КӨЛ", "Ысык Көл", "ысык-кол"])
def test_the_lake_is_found_however_it_is_typed(client, typed):
    make_municipality(name_ru="Иссык-Кульский айылный аймак", name_ky="Ысык-Көл айыл аймагы")
    make_municipality(name_ru="Другой", name_ky="Башка")
    assert listed(client.get(LIST, {"q": typed})) == ["Иссык-Кульский айылный аймак"]


@pytest.mark.parametrize("typed", ["ак-сууйский", "Ак-Суйский", "ак суу району", "41702205000000"])
def test_a_district_is_found_by_its_spellings(client, register, typed):
    url = reverse("admin:municipalities_district_changelist")
    assert listed(client.get(url, {"q": typed})) == ["Ак-Суйский район"]


@pytest.mark.parametrize("typed", ["джети огуз", "джеты-огузский", "Жети-Өгүз", "жети-огузский"])
def test_the_units_of_a_district_are_found_by_its_spellings(client, register, typed):
    found = client.get(LIST, {"q": f"{typed} барскоон"})
    assert listed(found) == ["Барскоонский айылный аймак"] * 2


def test_the_list_follows_the_alphabet_of_the_language(client):
    district = make_district()
    for ru, ky in [("Б", "Үч"), ("А", "Орто"), ("В", "Өзөн"), ("Г", "Пахта")]:
        make_municipality(district=district, name_ru=ru, name_ky=ky)
    client.cookies["django_language"] = "ky"
    assert listed(client.get(LIST)) == ["А", "В", "Г", "Б"]
    client.cookies["django_language"] = "ru"
    assert listed(client.get(LIST)) == ["А", "Б", "В", "Г"]
    by_kyrgyz_name = {"o": "2"}
    assert listed(client.get(LIST, by_kyrgyz_name)) == ["А", "В", "Г", "Б"]


@pytest.mark.parametrize("count", [1, 3])
def test_each_list_takes_the_same_queries_for_one_row_and_three(client, count):
    for number in range(count):
        unit = make_municipality(district=make_district(name_ru=f"Район {number}"))
        make_member_of(unit)
    for model, queries in (("municipality", 4), ("district", 3), ("membership", 3)):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(f"admin:municipalities_{model}_changelist"))
        # The menu beside the list asks other apps; what the list itself asks is pinned here.
        own = [query["sql"] for query in asked if 'FROM "municipalities_' in query["sql"]]
        assert len(own) == queries, own


def test_vintage_and_status_stand_in_the_list_and_filter_it(client, register):
    page = client.get(LIST, {"status__exact": "unconfirmed", "register": "2021"})
    assert page.context["cl"].result_count == 52
    assert "unconfirmed" in page.content.decode()


def test_the_page_of_a_unit_links_to_what_it_was_made_of(client, register):
    new = Municipality.objects.get(name_ru="Оргочорский айылный аймак", register="2024")
    page = client.get(change_url(new)).content.decode()
    assert all(change_url(old) in page for old in new.predecessors.all())
    old = new.predecessors.first()
    assert change_url(new) in client.get(change_url(old)).content.decode()


def test_a_correction_is_kept_in_the_trail(client, staff):
    unit = make_municipality(name_ru="Тестовский", name_ky="")
    answer = client.post(change_url(unit), posted(unit, name_ky="Сыноо"))
    assert answer.status_code == 302
    event = AuditEvent.objects.get(action="municipalities.municipality.change")
    assert (event.by, event.before, event.after) == (
        staff,
        {"name_ky": ""},
        {"name_ky": "Сыноо"},
    )
    unit.refresh_from_db()
    assert unit.search_key.endswith("сыноо")


def test_a_name_that_lost_its_letters_is_refused(client):
    unit = make_municipality()
    page = client.post(change_url(unit), posted(unit, name_ky="Ж?ти-?г?з"))
    assert page.status_code == 200
    assert "question mark" in page.content.decode()


def test_nobody_marks_a_unit_as_merged_by_hand(client):
    unit = make_municipality()
    page = client.post(change_url(unit), posted(unit, status="merged"))
    assert "status" in page.context["adminform"].form.errors
    unit.refresh_from_db()
    assert unit.status == "current"


def test_a_closed_unit_keeps_its_end_and_its_district(client, register):
    old = Municipality.objects.filter(status="merged").first()
    sent = posted(old, note="Проверено", valid_to="", district=District.objects.first().pk)
    assert client.post(change_url(old), sent | {"status": "current"}).status_code == 302
    before = (old.status, old.valid_to, old.district_id)
    old.refresh_from_db()
    assert (old.note, (old.status, old.valid_to, old.district_id)) == ("Проверено", before)


def test_a_unit_is_deleted_only_where_nothing_refers_to_it(client):
    alone, joined = make_municipality(), make_municipality()
    make_member_of(joined)
    for unit, answer in ((alone, 302), (joined, 403)):
        url = reverse("admin:municipalities_municipality_delete", args=[unit.pk])
        assert client.post(url, {"post": "yes"}).status_code == answer
    assert list(Municipality.objects.all()) == [joined]
    event = AuditEvent.objects.get(action="municipalities.municipality.delete")
    assert event.before["name_ru"] == alone.name_ru


@pytest.mark.parametrize("units", [1, 3])
def test_what_refers_to_a_row_is_not_read_to_know_that_it_does(client, units):
    district = make_district()
    for _number in range(units):
        make_municipality(district=district)

    with CaptureQueriesContext(connection) as queries:
        page = client.get(change_url(district))

    assert "deletelink" not in page.content.decode()
    read = [query["sql"] for query in queries if '"municipalities_municipality"."' in query["sql"]]
    assert len(read) == 1
    assert "LIMIT 1" in read[0]


def test_many_units_are_never_deleted_at_once(client):
    unit = make_municipality()
    sent = {"action": "delete_selected", "_selected_action": [unit.pk], "post": "yes"}
    client.post(LIST, sent)
    assert Municipality.objects.filter(pk=unit.pk).exists()


def test_a_membership_is_added_and_logged_but_never_deleted(client, staff):
    unit, person = make_municipality(), make_member_of(make_municipality())
    url = reverse("admin:municipalities_membership_add")
    sent = {"user": person.pk, "municipality": unit.pk, "role": "editor", "since": "2026-03-01"}
    assert client.post(url, sent).status_code == 302
    made = Membership.objects.get(user=person, municipality=unit)
    assert AuditEvent.objects.get(action="municipalities.membership.add").by == staff
    delete = reverse("admin:municipalities_membership_delete", args=[made.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


# --- merge


def chosen(*units):
    return f"{MERGE}?units={','.join(str(unit.pk) for unit in units)}"


FORM = {
    "successor": "",
    "name_ru": "Новый айылный аймак",
    "name_ky": "Жаңы айыл аймагы",
    "kind": "aiyl_aimak",
    "register": "2026",
    "soate_code": "",
    "note": "",
    "on": "2026-01-01",
    "confirmed": "on",
}


def test_the_action_leads_to_the_page_of_the_merger(client):
    one, two = make_municipality(), make_municipality()
    sent = {"action": "merge_units", "_selected_action": [one.pk, two.pk]}
    answer = client.post(LIST, sent)
    assert answer.status_code == 302
    assert set(answer["Location"].partition("units=")[2].split(",")) == {str(one.pk), str(two.pk)}


def test_the_page_says_what_will_be_closed_and_what_stays(client):
    one, two = make_municipality(name_ru="Первый"), make_municipality(name_ru="Второй")
    make_member_of(one)
    make_member_of(two)
    page = client.get(chosen(one, two))
    text = page.content.decode()
    assert "Первый" in text
    assert "Второй" in text
    assert page.context["stays"] == [("memberships", 2)]
    assert page.context["form"].initial["register"] == str(date.today().year)  # noqa: DTZ011


def test_a_confirmed_merger_goes_through_the_door(client, staff):
    one, two = make_municipality(), make_municipality()
    answer = client.post(chosen(one, two), FORM)
    new = Municipality.objects.get(name_ru="Новый айылный аймак")
    assert answer["Location"] == change_url(new)
    assert set(new.predecessors.all()) == {one, two}
    assert AuditEvent.objects.get(action="municipalities.merge").by == staff


def test_units_may_join_an_existing_one(client):
    small, large = make_municipality(), make_municipality()
    sent = FORM | {"successor": large.pk, "name_ru": "", "name_ky": "", "register": ""}
    assert client.post(chosen(small), sent).status_code == 302
    small.refresh_from_db()
    assert small.successor == large


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"confirmed": ""}, "This field is required."),
        ({"name_ru": ""}, "This field is required."),
        ({"name_ky": ""}, "This field is required."),
        ({"on": "32.13.2026"}, "Enter a valid date."),
        ({"on": "2999-01-01"}, "lies ahead"),
        ({"soate_code": "12"}, "14 digits"),
        ({"name_ru": "Ж?ти"}, "question mark"),
    ],
)
def test_a_merger_that_is_not_right_is_shown_again_with_what_was_typed(client, changes, sentence):
    one, two = make_municipality(), make_municipality()
    page = client.post(chosen(one, two), FORM | {"note": "Постановление № 7"} | changes)
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    assert "Постановление № 7" in text
    assert "<title>Error:" in text
    assert not Municipality.objects.filter(status="merged").exists()


def test_a_merger_sent_twice_happens_once(client):
    one, two = make_municipality(), make_municipality()
    client.post(chosen(one, two), FORM)
    again = client.post(chosen(one, two), FORM)
    assert again.status_code == 422
    assert "closed already" in again.content.decode()
    assert Municipality.objects.count() == 3


@pytest.mark.parametrize("query", ["", "?units=", "?units=x,-1,1.5,99999999999999999999"])
def test_a_merger_of_nothing_leads_back_to_the_list(client, query):
    assert client.get(MERGE + query)["Location"] == LIST


def test_the_clock_of_the_page_decides_whether_a_day_lies_ahead(client, at_now):
    one, two = make_municipality(), make_municipality()
    assert client.post(chosen(one, two), FORM | {"on": "2026-03-11"}).status_code == 422
    assert client.post(chosen(one, two), FORM | {"on": str(NOW.date())}).status_code == 302


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("typed", ["ысык кол", "Ысык-Көл", "иссык"])
@pytest.mark.parametrize("model", ["oblast", "district", "municipality"])
def test_an_oblast_is_found_by_its_name_and_what_lies_in_it_too(client, model, typed):
    page = client.get(reverse(f"admin:municipalities_{model}_changelist"), {"q": typed})
    found = list(page.context["cl"].result_list)
    assert found
    assert {str(oblast_of(row)) for row in found} == {"Иссык-Кульская область"}


def oblast_of(row):
    district = getattr(row, "district", row)
    return getattr(district, "oblast", district).name_ru

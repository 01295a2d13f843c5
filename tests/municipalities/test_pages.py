"""The pages of the register: figures for all, the list for staff, their own for municipalities."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from language.folding import sort_key
from municipalities.models import District, Membership, Municipality
from tests.builders import make_district, make_member_of, make_municipality, make_staff, make_user

pytestmark = pytest.mark.django_db

LIST = reverse("municipalities:list")


def in_english(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def staff(client_of):
    return in_english(client_of(make_staff()))


def shown(response):
    return [unit.name_ru for unit, _tone in response.context["rows"]]


def test_a_stranger_sees_figures_and_no_unit(client, register):
    page = in_english(client).get(LIST)
    district = District.objects.get(name_ru="Джети-Огузский район")
    row = next(row for row in page.context["rows"] if row.district == district)
    assert (row.total, row.current, row.unconfirmed, row.closed) == (5, 5, 0, 13)
    assert page.context["sums"] == {"total": 68, "current": 16, "unconfirmed": 52, "closed": 13}
    assert b"Jeti-Oguz district" in page.content
    assert "Барскоонский" not in page.content.decode()


def test_the_figures_take_one_query_for_one_district_and_three(client, django_assert_num_queries):
    make_municipality(district=make_district())
    with django_assert_num_queries(1):
        client.get(LIST)
    for number in (2, 3):
        make_municipality(district=make_district(name_ru=f"Район {number}"))
    with django_assert_num_queries(1):
        client.get(LIST)


def test_staff_see_the_list_fifty_at_a_time(staff, register):
    first, second = staff.get(LIST), staff.get(LIST, {"page": 2})
    assert (len(shown(first)), len(shown(second))) == (50, 31)
    assert "81 municipalities" in first.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_row_and_three(
    staff, django_assert_num_queries, count
):
    for _ in range(count):
        make_municipality()
    with django_assert_num_queries(9):
        staff.get(LIST)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("озгерюш", ["Озгерюшский айылный аймак"]),
        ("ОЗГОРУШ", ["Озгерюшский айылный аймак"]),
        ("41707220835000", ["Озгерюшский айылный аймак"]),
        ("жети огуз барскоон", ["Барскоонский айылный аймак", "Барскоонский айылный аймак"]),
        ("джеты-огуз тамга", ["Тамгинский айылный аймак"]),
        ("масы", ["Массынский айылный аймак", "Масынский айылный аймак"]),
        ("???", []),
        ("нигде такого нет", []),
    ],
)
def test_the_list_is_searched_as_people_type(staff, register, typed, found):
    assert sorted(shown(staff.get(LIST, {"q": typed}))) == found


@pytest.mark.parametrize("typed", ["ысык кол", "Ысык-Көл", "иссык"])
def test_a_unit_is_found_by_its_oblast(staff, register, typed):
    found = staff.get(LIST, {"q": typed}).context["page"].object_list
    assert {str(unit.district.oblast.name_ru) for unit in found} == {"Иссык-Кульская область"}


def test_a_unit_is_listed_under_its_own_name_not_under_what_it_is(register):
    aksy = District.objects.get(name_ru="Аксыйский район")
    with override("ru"):
        names = [unit.name_ru for unit in aksy.municipalities.in_order()]
    own = [name.removeprefix("город ").removeprefix("айылный аймак ") for name in names]
    assert own == sorted(own, key=sort_key)
    assert names.index("город Кербен") > names.index("айылный аймак Ак-Жол")


def test_the_list_is_filtered_by_district_status_and_register(staff, register):
    district = District.objects.get(name_ru="Аксыйский район")
    page = staff.get(LIST, {"district": district.pk, "status": "current", "register": "2024"})
    assert len(shown(page)) == 5
    assert page.context["active"]


def test_a_filter_that_means_nothing_is_left_out(staff, register):
    page = staff.get(LIST, {"district": "99999", "status": "x", "register": "-", "page": "x"})
    assert page.status_code == 200
    assert page.context["page"].paginator.count == 81


def test_the_list_follows_the_alphabet_of_the_language(client_of):
    client = client_of(make_staff())
    district = make_district()
    for ru, ky in [("Б", "Үч"), ("А", "Орто"), ("В", "Өзөн"), ("Г", "Пахта")]:
        make_municipality(district=district, name_ru=ru, name_ky=ky)
    client.cookies["django_language"] = "ky"
    assert shown(client.get(LIST)) == ["А", "В", "Г", "Б"]
    client.cookies["django_language"] = "ru"
    assert shown(client.get(LIST)) == ["А", "Б", "В", "Г"]


def test_an_empty_register_says_what_to_do(staff):
    assert "manage.py load_register" in staff.get(LIST).content.decode()


def test_the_page_of_a_unit_shows_its_history_and_people(staff, register):
    new = Municipality.objects.get(name_ru="Оргочорский айылный аймак", register="2024")
    person = make_member_of(new, full_name="Асанов Бакыт уулу Тест")
    text = staff.get(reverse("municipalities:detail", args=[new.pk])).content.decode()
    for part in ("Оргочор айыл аймагы", "Ак-Шыйракский айылный аймак", "2024", person.full_name):
        assert part in text
    old = new.predecessors.first()
    page = staff.get(reverse("municipalities:detail", args=[old.pk])).content.decode()
    assert reverse("municipalities:detail", args=[new.pk]) in page


def test_a_closed_unit_takes_no_invitations(staff, register):
    invite = reverse("accounts:invite", args=["membership"])
    new = Municipality.objects.get(name_ru="Оргочорский айылный аймак", register="2024")
    old = new.predecessors.first()
    page = staff.get(reverse("municipalities:detail", args=[new.pk])).content.decode()
    assert f"{invite}?municipality={new.pk}" in page
    assert invite not in staff.get(reverse("municipalities:detail", args=[old.pk])).content.decode()


def test_people_see_those_of_their_own_municipality_only(client_of):
    unit, other = make_municipality(), make_municipality()
    head = make_member_of(unit, full_name="Тестова Айгуль Своя")
    make_member_of(unit, full_name="Тестов Эрмек Свой", role=Membership.Role.EDITOR)
    make_member_of(other, full_name="Чужой Сосед")
    text = client_of(head).get(reverse("municipalities:own")).content.decode()
    assert "Тестова Айгуль Своя" in text
    assert "Тестов Эрмек Свой" in text
    assert "Чужой Сосед" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_their_own_page_takes_the_same_queries_for_one_and_three(
    client_of, django_assert_num_queries, count
):
    unit = make_municipality()
    head = make_member_of(unit)
    for _ in range(count - 1):
        make_member_of(unit)
    client = client_of(head)
    with django_assert_num_queries(8):
        client.get(reverse("municipalities:own"))


def test_only_those_who_may_submit_are_offered_to_invite(client_of):
    unit = make_municipality()
    head, editor = make_member_of(unit), make_member_of(unit, role=Membership.Role.EDITOR)
    invite = reverse("accounts:invite", args=["membership"])
    own = reverse("municipalities:own")
    assert f"{invite}?municipality={unit.pk}" in client_of(head).get(own).content.decode()
    assert invite not in client_of(editor).get(own).content.decode()


def test_a_person_without_a_municipality_has_no_own_page(client_of):
    assert client_of(make_user()).get(reverse("municipalities:own")).status_code == 404

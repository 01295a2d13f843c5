"""The register loads as often as one likes, and a merger closes units without touching history."""

from datetime import date

import pytest
from django.core.management import call_command
from django.utils.translation import override

from audit.models import AuditEvent
from municipalities.models import District, Membership, Municipality, Oblast, Position
from municipalities.register import Loaded, MergeRefused, load, merge
from tests.builders import NOW, make_district, make_member_of, make_municipality, make_staff

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 1)


def test_the_register_comes_whole(register):
    assert register == Loaded(oblasts=4, districts=6, municipalities=81, positions=12, mergers=5)
    assert (Oblast.objects.count(), District.objects.count()) == (4, 6)
    assert (Municipality.objects.count(), Position.objects.count()) == (81, 12)
    assert Municipality.objects.filter(soate_code=None).count() == 14
    assert {unit.register for unit in Municipality.objects.all()} == {"2021", "2024"}


def test_a_second_loading_adds_nothing_and_writes_nothing(register):
    before = list(Municipality.objects.order_by("pk").values())
    events = AuditEvent.objects.count()
    assert load(by=None, now=NOW) == Loaded()
    assert list(Municipality.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.count() == events


def test_the_command_loads_the_register(capsys):
    call_command("load_register")
    assert "81 municipalities (5 by a merger)" in capsys.readouterr().out


def test_loading_leaves_corrections_alone(register):
    unit = Municipality.objects.get(name_ru="айылный аймак Кош-Добо")
    unit.name_ru, unit.aliases = "Кош-Добонский айылный аймак", "айылный аймак Кош-Добо"
    unit.name_ky, unit.soate_code = "Кош-Дөбө айыл аймагы", "41703211999000"
    unit.save()
    assert load(by=None, now=NOW) == Loaded()
    unit.refresh_from_db()
    assert unit.name_ky == "Кош-Дөбө айыл аймагы"


def test_loading_respects_a_merger_that_people_recorded_otherwise(register):
    shipped = Municipality.objects.get(name_ru="Барскоонский айылный аймак", register="2024")
    shipped.name_ru = "Барскаунский айылный аймак"
    shipped.save()
    assert load(by=None, now=NOW) == Loaded()


def test_thirteen_units_became_five(register):
    district = District.objects.get(name_ru="Джети-Огузский район")
    old = district.municipalities.filter(status="merged")
    new = district.municipalities.exclude(status="merged")
    assert (old.count(), new.count()) == (13, 5)
    assert all(unit.valid_to == date(2024, 12, 31) for unit in old)
    assert all(unit.valid_from == date(2024, 12, 31) and unit.predecessors.count() for unit in new)
    assert set(district.municipalities.valid_on(date(2025, 5, 20))) == set(new)
    assert set(district.municipalities.valid_on(date(2024, 5, 20))) == set(old)
    assert AuditEvent.objects.filter(action="municipalities.merge").count() == 5


def test_two_units_of_one_name_stand_in_two_districts(register):
    units = Municipality.objects.filter(name_ru="Ак-Дебенский айылный аймак")
    assert {unit.district.name_ru for unit in units} == {
        "Бакай-Атинский район",
        "Джети-Огузский район",
    }


def test_a_unit_without_a_kyrgyz_name_shows_the_russian_one(register):
    unit = Municipality.objects.get(name_ru="айылный аймак Хан-Тенири")
    with override("ky"):
        assert (unit.name_ky, unit.name) == ("", "айылный аймак Хан-Тенири")


def test_kyrgyz_letters_stand_in_their_place_on_every_database(register):
    district = District.objects.get(name_ru="Ноокенский район")
    units = district.municipalities.exclude(name_ky="").order_by("name_ky_order")
    assert [unit.name_ky.removesuffix(" айыл аймагы") for unit in units] == [
        "Арал",
        "Бүргөндү",
        "Достук",
        "Кочкор-Ата шаары",
        "Масы",
        "Момбеков",
        "Ноокат",
        "Сакалды",
        "Шайдан",
        "Шамалды-Сай шаары",
    ]
    names = ["Орто", "Өзөн", "Нур", "Ңур", "Узун", "Үч", "Пахта", "Өмүр", "Фрунзе"]
    district = make_district()
    for name in names:
        make_municipality(district=district, name_ky=name)
    ordered = district.municipalities.order_by("name_ky_order").values_list("name_ky", flat=True)
    assert list(ordered) == [
        *("Нур", "Ңур", "Орто", "Өзөн", "Өмүр", "Пахта", "Узун", "Үч", "Фрунзе")
    ]


# --- merge


@pytest.fixture
def district():
    return make_district()


def merged(units, district, **changes):
    return merge(
        units,
        **{
            "district": district,
            "name_ru": "Новый айылный аймак",
            "name_ky": "Жаңы айыл аймагы",
            "on": DAY,
            "by": None,
            "now": NOW,
            "register": "2026",
        }
        | changes,
    )


def test_a_merger_makes_the_successor_and_closes_the_old_units(district):
    one, two = make_municipality(district=district), make_municipality(district=district)
    new = merged([one, two], district, soate_code="41702210000001", kind="town")
    assert (new.name_ru, new.name_ky, new.kind) == (
        "Новый айылный аймак",
        "Жаңы айыл аймагы",
        "town",
    )
    assert (new.status, new.valid_from, new.valid_to) == ("current", DAY, None)
    assert (new.soate_code, new.register) == ("41702210000001", "2026")
    for unit in (one, two):
        unit.refresh_from_db()
        assert (unit.status, unit.valid_to, unit.successor) == ("merged", DAY, new)


def test_a_merger_moves_nothing_that_belongs_to_the_old_units(district):
    one, two = make_municipality(district=district), make_municipality(district=district)
    person = make_member_of(one)
    before = list(Membership.objects.values())
    names = (one.name_ru, one.name_ky, one.soate_code, one.valid_from)
    new = merged([one, two], district)
    one.refresh_from_db()
    assert list(Membership.objects.values()) == before
    assert person.memberships.get().municipality == one
    assert new.memberships.count() == 0
    assert (one.name_ru, one.name_ky, one.soate_code, one.valid_from) == names


def test_a_merger_is_kept_in_the_trail_with_before_and_after(district):
    staff = make_staff()
    one, two = make_municipality(district=district), make_municipality(district=district)
    new = merged([one, two], district, by=staff)
    event = AuditEvent.objects.get(action="municipalities.merge")
    assert (event.by, event.at, event.subject_id) == (staff, NOW, str(new.pk))
    assert [(u["id"], u["status"], u["valid_to"]) for u in event.before["units"]] == [
        (one.pk, "current", None),
        (two.pk, "current", None),
    ]
    assert [(u["id"], u["status"], u["successor"]) for u in event.after["units"]] == [
        (one.pk, "merged", new.pk),
        (two.pk, "merged", new.pk),
    ]


def test_a_unit_may_join_one_that_exists(district):
    small, large = make_municipality(district=district), make_municipality(district=district)
    name = large.name_ru
    assert merged([small], district, successor=large) == large
    small.refresh_from_db()
    large.refresh_from_db()
    assert (small.successor, small.valid_to) == (large, DAY)
    assert (large.name_ru, large.status, large.valid_from) == (name, "current", None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name_ru": "  "}, "Enter the name in Russian."),
        ({"register": ""}, "Enter the register"),
        ({"name_ky": "Ж?ти-?г?з"}, "question mark"),
        ({"soate_code": "123"}, "14 digits"),
        ({"soate_code": "４１７０２２１００００００１"}, "14 digits"),
        ({"soate_code": "41700000000000"}, "Another unit has this SOATE code."),
        ({"name_ru": "Занято", "register": "test"}, "of this name and register already"),
        ({"on": date(2026, 3, 11)}, "lies ahead"),
        ({"on": date(2019, 1, 1)}, "began on that day or later"),
    ],
)
def test_a_merger_that_contradicts_the_register_is_refused(district, changes, sentence):
    make_municipality(district=district, name_ru="Занято", soate_code="41700000000000")
    one = make_municipality(district=district, valid_from=date(2019, 1, 1))
    two = make_municipality(district=district)
    before = list(Municipality.objects.order_by("pk").values())
    with override("en"), pytest.raises(MergeRefused, match=sentence) as refusal:
        merged([one, two], district, **changes)
    assert len(refusal.value.problems) == 1
    assert list(Municipality.objects.order_by("pk").values()) == before
    assert not AuditEvent.objects.exists()


def test_units_that_cannot_come_together_are_refused(district):
    one, two = make_municipality(district=district), make_municipality(district=district)
    elsewhere = make_municipality(district=make_district(name_ru="Другой район"))
    with override("en"):
        with pytest.raises(MergeRefused, match="at least two"):
            merged([one], district)
        with pytest.raises(MergeRefused, match="at least two"):
            merged([one, one], district)
        with pytest.raises(MergeRefused, match="in another district"):
            merged([one, elsewhere], district)
        with pytest.raises(MergeRefused, match="into itself"):
            merged([one, two], district, successor=one)
        merged([one, two], district)
        with pytest.raises(MergeRefused, match="closed already"):
            merged([one, two], district, name_ru="Ещё один")
        with pytest.raises(MergeRefused, match="closed already"):
            merged([make_municipality(district=district)], district, successor=one)

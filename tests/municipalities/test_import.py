"""The register goes out to Excel and comes back, in three languages, all rows or none."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import AuditEvent
from documents import excel
from municipalities.models import District, Municipality
from tests.builders import make_member_of, make_municipality, make_staff, make_user

pytestmark = pytest.mark.django_db

EXPORT = reverse("admin:municipalities_municipality_export")
IMPORT = reverse("admin:municipalities_municipality_import")
CONFIRM = reverse("admin:municipalities_municipality_process_import")

HEADINGS = ["SOATE code", "District", "Name in Russian", "Name in Kyrgyz", "Register"]


@pytest.fixture
def staff():
    return make_staff()


@pytest.fixture
def client(client_of, staff):
    client = client_of(staff)
    client.cookies["django_language"] = "en"
    return client


def exported(client, query=""):
    answer = client.post(EXPORT + query, {"format": "0", "resource": "0"})
    assert answer.status_code == 200
    return answer.content


def sheet(rows, headings=HEADINGS):
    columns = [excel.Column(heading, kind=excel.Kind.ANY) for heading in headings]
    return excel.write(columns, rows, title="Лист").read()


def preview(client, content):
    file = SimpleUploadedFile("register.xlsx", content)
    return client.post(IMPORT, {"import_file": file, "format": "0", "resource": "0"})


def confirmed(client, page):
    return client.post(CONFIRM, page.context["confirm_form"].initial)


def kinds(page):
    return {kind: number for kind, number in page.context["result"].totals.items() if number}


def problems(page):
    """Return {number of the row in Excel: sentences}."""
    result = page.context["result"]
    return {row.number: str(row.error_dict) for row in result.invalid_rows} | {
        row.number: str(row.errors) for row in result.error_rows
    }


@pytest.mark.parametrize("language", ["ru", "ky", "en"])
def test_an_export_has_the_headings_of_the_language_and_every_unit(client, register, language):
    client.cookies["django_language"] = language
    rows = excel.read(exported(client))
    assert len(rows) == 82
    if language == "en":
        assert rows[0][:4] == ["SOATE code", "District", "Kind", "Name in Russian"]
        unit = next(row for row in rows if row[0] == "41702210805000")
        assert unit[1:5] == [
            "Jeti-Oguz district",
            "aiyl aimak",
            "Ак-Дебенский айылный аймак",
            "Ак-Дөбө айыл аймагы",
        ]
        assert unit[7:12] == [
            "2021",
            "merged",
            None,
            date(2024, 12, 31),
            "Оргочорский айылный аймак",
        ]


def test_an_export_is_the_filtered_list(client, register):
    rows = excel.read(exported(client, "?status__exact=current&register=2024&q=аксы"))
    assert len(rows) == 1 + 5


@pytest.mark.parametrize("count", [1, 3])
def test_an_export_takes_the_same_queries_for_one_row_and_three(
    client, django_assert_num_queries, count
):
    for _ in range(count):
        make_municipality()
    with django_assert_num_queries(5):
        exported(client)


@pytest.mark.parametrize("format_", ["0", "1"])
@pytest.mark.parametrize("language", ["ru", "ky", "en"])
def test_an_export_comes_back_unchanged_in_whatever_language(client, register, language, format_):
    before = list(Municipality.objects.order_by("pk").values())
    client.cookies["django_language"] = language
    content = client.post(EXPORT, {"format": format_, "resource": "0"}).content
    client.cookies["django_language"] = "en"
    file = SimpleUploadedFile("register", content)
    page = client.post(IMPORT, {"import_file": file, "format": format_, "resource": "0"})
    assert not problems(page)
    assert kinds(page) == {"skip": 81}
    assert confirmed(client, page).status_code == 302
    assert list(Municipality.objects.order_by("pk").values()) == before
    assert not AuditEvent.objects.filter(action="municipalities.import").exists()


def test_a_preview_writes_nothing_and_a_confirmation_writes_all(client, register, staff):
    page = preview(
        client,
        sheet(
            [
                [
                    41702210805000,
                    "Джеты-Огузский район",
                    "Ак-Дебенский айылный аймак",
                    "Дөбө",
                    2021,
                ],
                [None, "Ак-Сууйский район", "айылный аймак Хан-Тенири", "Хан-Теңири", 2024],
                ["41702205 999 000", "Ак-Суу району", "Новый айылный аймак", "Жаңы", "2026"],
            ]
        ),
    )
    assert kinds(page) == {"new": 1, "update": 2}
    assert not Municipality.objects.filter(register="2026").exists()
    assert confirmed(client, page).status_code == 302
    new = Municipality.objects.get(register="2026")
    assert (new.soate_code, new.district.name_ru) == ("41702205999000", "Ак-Суйский район")
    assert (new.status, new.kind) == ("unconfirmed", "aiyl_aimak")
    assert Municipality.objects.get(soate_code="41702210805000").name_ky == "Дөбө"
    assert Municipality.objects.get(name_ru="айылный аймак Хан-Тенири").name_ky == "Хан-Теңири"
    event = AuditEvent.objects.get(action="municipalities.import")
    corrected = Municipality.objects.get(soate_code="41702210805000")
    assert event.by == staff
    assert event.before[str(corrected.pk)] == {"name_ky": "Ак-Дөбө айыл аймагы"}
    assert event.after[str(corrected.pk)] == {"name_ky": "Дөбө"}
    assert event.before[str(new.pk)] is None
    assert event.after[str(new.pk)]["name_ru"] == "Новый айылный аймак"


def test_a_code_is_given_to_a_unit_that_had_none(client, register):
    row = ["41702205888000", "Ак-Суйский район", "айылный аймак Хан-Тенири", "", "2024"]
    page = preview(client, sheet([row]))
    assert kinds(page) == {"update": 1}
    confirmed(client, page)
    unit = Municipality.objects.get(name_ru="айылный аймак Хан-Тенири")
    assert unit.soate_code == "41702205888000"


GOOD = ["41702205999000", "Ак-Суйский район", "Новый айылный аймак", "Жаңы", "2026"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ([None, "Ак-Суйский район", "Ж?ти", "", "2026"], "question mark"),
        ([None, "Ак-Суйский район", "Жети", "Ж?ти-?г?з", "2026"], "question mark"),
        ([None, "Нигде район", "Жети", "", "2026"], "no district “Нигде район”"),
        ([None, "Ак-Суйский район", "", "", "2026"], "Name in Russian"),
        ([None, "Ак-Суйский район", "Жети", "", ""], "Register"),
        (["4170220599900", "Ак-Суйский район", "Жети", "", "2026"], "14 digits"),
        (
            ["41702210000009", "Джети-Огузский район", "Тамгинский айылный аймак", "", "2021"],
            "another SOATE code",
        ),
        (GOOD, "of this name and register already"),
    ],
)
def test_one_wrong_row_stops_them_all_and_is_named_by_its_number(client, register, row, sentence):
    page = preview(client, sheet([GOOD, row]))
    assert list(problems(page)) == [3]
    assert sentence in problems(page)[3]
    assert "confirm_form" not in page.context
    assert not Municipality.objects.filter(register="2026").exists()


def test_a_day_and_a_choice_are_read_as_people_write_them(client, register):
    headings = [*HEADINGS, "Kind", "Exists from", "exists  UNTIL", "Status"]
    row = [*GOOD, "Town", "31.12.2024", date(2026, 1, 1), "Current"]
    confirmed(client, preview(client, sheet([row], headings)))
    unit = Municipality.objects.get(register="2026")
    assert (unit.kind, unit.status) == ("town", "current")
    assert (unit.valid_from, unit.valid_to) == (date(2024, 12, 31), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("heading", "value", "sentence"),
    [
        ("Status", "merged", "Only the merger"),
        ("Status", "maybe", "none of these"),
        ("Exists from", "вчера", "is no day"),
    ],
)
def test_a_cell_that_cannot_be_is_explained(client, register, heading, value, sentence):
    page = preview(client, sheet([[*GOOD, value]], [*HEADINGS, heading]))
    assert sentence in problems(page)[2]


def test_a_column_that_nobody_knows_is_named(client, register):
    page = preview(client, sheet([[*GOOD, 1]], [*HEADINGS, "Население"]))
    assert "Население" in page.content.decode()
    assert "confirm_form" not in page.context


def test_a_sheet_without_its_keys_is_refused(client, register):
    page = preview(client, sheet([["Жети"]], ["Name in Russian"]))
    assert "District, Register" in page.content.decode()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", "Кыргызча".encode("cp1251")])
def test_a_file_that_is_no_sheet_is_refused_with_a_sentence(client, content):
    page = preview(client, content)
    assert page.status_code == 200
    assert page.context["form"].errors["import_file"]


def test_rows_that_became_wrong_after_the_preview_write_nothing(client, register):
    page = preview(client, sheet([GOOD]))
    district = District.objects.get(name_ru="Ак-Суйский район")
    district.name_ru = "Переименованный район"
    district.save()
    assert confirmed(client, page)["Location"] == IMPORT
    assert not Municipality.objects.filter(register="2026").exists()


@pytest.mark.parametrize("url", [IMPORT, EXPORT, CONFIRM])
def test_others_neither_import_nor_export(client_of, url):
    member = make_user(is_staff=True)
    of_municipality = make_member_of(make_municipality(), is_staff=True)
    for user in (member, of_municipality):
        client = client_of(user)
        assert client.post(url, {"format": "0"}).status_code == 403
    assert client_of(make_user(is_staff=True, is_superuser=True)).get(EXPORT).status_code == 200

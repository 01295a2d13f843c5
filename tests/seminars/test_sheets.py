"""Attendance out to Excel and back: exactly what was filtered, and nothing that was wrong."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from documents import excel
from documents.models import PendingImport
from municipalities.models import District, Municipality
from seminars import exports, importing
from seminars.exports import Wanted
from seminars.importing import FateKind
from seminars.models import Attendance, Participant, Registration, Seminar
from seminars.refusals import Invalid
from tests.builders import (
    NOW,
    make_district,
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
HEADINGS = ["Full name", "Sex", "Year of birth", "Position", "Municipality", "Day 1", "Day 2"]


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def desk(client_of: ClientOf, staff: User) -> Client:
    client = client_of(staff)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def seminar() -> Seminar:
    return make_seminar()


def cells(content: bytes | Any) -> list[list[Any]]:
    """Return the values of the first sheet as openpyxl reads them."""
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    sheet = openpyxl.load_workbook(source).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def exported(by: User, language: str = "en", **options: Any) -> list[list[Any]]:
    lines = Registration.objects.order_by("seminar_id", "number")
    wanted = Wanted(language=language, **options)
    return cells(exports.attendance_file(lines, wanted, filtered_by={}, by=by, now=NOW))


def test_the_file_is_the_list_cell_by_cell(staff: User, seminar: Seminar) -> None:
    unit = make_municipality(name_ru="Тестовский", soate_code="41708223804000")
    make_registration(
        seminar=seminar,
        full_name="=1+1 @SUM",
        municipality=unit,
        days=(SECOND,),
        consented_on=FIRST,
        phone="+996777123456",
        disability="yes",
    )
    make_registration(seminar=seminar, full_name="Сынаков Бакыт", sex="m", birth_year=None)
    day = [datetime(2025, 5, 13), datetime(2025, 5, 14)]  # noqa: DTZ001 (Excel knows no zones)
    start = [
        seminar.pk,
        str(seminar.get_kind_display()),
        "Тестовый район",
        "Тестовый дом культуры",
        *day,
    ]
    where = ["Специалист по социальным вопросам", "Тестовая область", "Тестовый район"]
    assert exported(staff) == [
        ["Seminar number", "Kind of seminar", "District of the seminar", "Place of the seminar"]
        + ["First day", "Last day", "No.", "Full name", "Sex", "Year of birth", "Position"]
        + ["Oblast", "District", "Municipality", "SOATE code"]
        + ["Day 1 (13.05.2025)", "Day 2 (14.05.2025)", "Days attended", "Consent given on"],
        [*start, 1, "=1+1 @SUM", "female", 1985, *where, "Тестовский", "41708223804000"]
        + [None, 1, 1, day[0]],
        [*start, 2, "Сынаков Бакыт", "male", None, *where, "Тестовский", "41708223804000"]
        + [None, None, 0, None],
    ]


def test_many_seminars_share_columns_by_the_number_of_the_day(staff: User) -> None:
    make_registration(seminar=make_seminar(place="Первый"), days=(SECOND,))
    longer = make_seminar(place="Второй", ends_on=date(2025, 5, 15))
    make_registration(seminar=longer, days=(date(2025, 5, 15),))
    headings, *rows = exported(staff)
    place = headings.index("Day 1")
    assert headings[place : place + 3] == ["Day 1", "Day 2", "Day 3"]
    assert [row[place : place + 4] for row in rows] == [[None, 1, None, 1], [None, None, 1, 1]]


def test_the_sheet_is_frozen_sized_and_holds_no_formula(staff: User, seminar: Seminar) -> None:
    make_registration(seminar=seminar, full_name="=HYPERLINK(1) А")
    file = exports.attendance_file(
        Registration.objects.all(), Wanted(language="ru"), filtered_by={}, by=staff, now=NOW
    )
    sheet = openpyxl.load_workbook(file).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["H"].width > 30
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_phone_and_disability_leave_only_with_a_reason_and_the_trail_says_so(
    staff: User, seminar: Seminar
) -> None:
    make_registration(seminar=seminar, phone="+996777123456", disability="yes")
    assert "Phone" not in exported(staff)[0]
    with pytest.raises(Invalid):
        exported(staff, phone=True, reason=" ")
    headings, row = exported(staff, phone=True, disability=True, reason="Обзвон")
    assert (headings[-2:], row[-2:]) == (["Phone", "Disability"], ["+996777123456", "yes"])
    event = AuditEvent.objects.order_by("-id")[0]
    assert (event.action, event.by, event.reason) == ("seminars.export", staff, "Обзвон")
    assert event.after["lines"] == 1
    assert event.after["columns"][-2:] == ["phone", "disability"]


def test_who_keeps_no_seminars_exports_nothing(seminar: Seminar) -> None:
    make_registration(seminar=seminar)
    with pytest.raises(PermissionDenied):
        exported(make_user(is_staff=True))


def test_the_page_exports_the_filtered_view_and_logs_the_filter(desk: Client) -> None:
    near, far = make_district(), make_district(name_ru="Дальний район")
    first = make_seminar(district=near, place="Первый")
    make_registration(seminar=first, full_name="Сынакова Айзада")
    make_registration(seminar=make_seminar(district=far), full_name="Сынаков Бакыт", sex="m")
    url = reverse("seminars:export")
    assert desk.get(url, {"district": far.pk}).context["count"] == 1
    for query in ({"district": far.pk}, {"sex": "m"}, {"q": "бакыт"}):
        response = desk.post(url, {"language": "en", **query})
        assert [row[7] for row in cells(b"".join(response))[1:]] == ["Сынаков Бакыт"]
        assert set(AuditEvent.objects.order_by("-id")[0].after["filter"]) == set(query)
    refused = desk.post(url, {"language": "en", "with_phone": "on"})
    assert refused.status_code == 422


def test_the_export_asks_as_often_for_three_lines_as_for_one(
    staff: User, seminar: Seminar, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        make_registration(
            seminar=seminar,
            by=staff,
            municipality=make_municipality(),
            position=make_position(code=f"p{number}"),
        )
        if number in (0, 2):
            with django_assert_num_queries(6):
                exported(staff)


# --- import


def sheet_of(*rows: list[Any], headings: list[str] | None = None) -> bytes:
    columns = [excel.Column(text, kind=excel.Kind.ANY) for text in headings or HEADINGS]
    return excel.write(columns, rows, title="x").read()


def previewed(content: bytes, seminar: Seminar) -> importing.Preview:
    return importing.preview(excel.read(content), seminar)


def upload(desk: Client, seminar: Seminar, content: bytes) -> Any:
    file = SimpleUploadedFile("list.xlsx", content)
    return desk.post(reverse("seminars:import", args=[seminar.pk]), {"file": file})


def confirm(desk: Client, seminar: Seminar, page: Any) -> Any:
    data = {"token": page.context["token"], "rows": page.context["writes"]}
    return desk.post(reverse("seminars:import_confirm", args=[seminar.pk]), data)


def row(name: str = "Сынакова Айзада", **changes: Any) -> list[Any]:
    values = {
        "name": name,
        "sex": "ж",
        "year": 1985,
        "position": "Специалист по социальным вопросам",
        "municipality": "Тестовский",
        "day1": 1,
        "day2": None,
    }
    return list((values | changes).values())


@pytest.fixture
def unit() -> Municipality:
    make_position()
    return make_municipality(
        name_ru="Тестовский айылный аймак", name_ky="Сыноо айыл аймагы", aliases="Тестовка"
    )


@pytest.mark.parametrize("language", ["ru", "ky", "en"])
def test_what_was_exported_comes_back_unchanged(
    staff: User, seminar: Seminar, language: str
) -> None:
    for number in range(3):
        make_registration(
            seminar=seminar,
            days=(FIRST,) if number else (),
            consented_on=FIRST if number else None,
            phone="+996777123456" if number else "",
            disability="no" if number else "not_stated",
            birth_year=1980 if number else None,
        )
    lines, wanted = (
        Registration.objects.all(),
        Wanted(language=language, phone=True, disability=True, reason="Проверка"),
    )
    file = exports.attendance_file(lines, wanted, filtered_by={}, by=staff, now=NOW)
    found = previewed(file.read(), seminar)
    assert (found.counts, found.unread) == ({"new": 0, "changed": 0, "same": 3, "wrong": 0}, [])
    assert not found.writes


def test_a_sheet_is_previewed_and_confirmed(
    desk: Client, seminar: Seminar, unit: Municipality
) -> None:
    known = make_registration(seminar=seminar, full_name="Сынакова Айзада", municipality=unit)
    content = sheet_of(row(), row("Сынаков Бакыт", sex="муж.", day2="да"))
    before = AuditEvent.objects.count()
    page = upload(desk, seminar, content)
    fates = page.context["preview"].fates
    assert [(fate.row, fate.kind, fate.sentences) for fate in fates] == [
        (2, FateKind.CHANGED, ["Day 1 (13.05.2025)"]),
        (3, FateKind.NEW, []),
    ]
    assert Registration.objects.count() == 1
    assert AuditEvent.objects.count() == before
    assert confirm(desk, seminar, page).status_code == 302
    new = seminar.registrations.get(number=2)
    assert new.participant.sex == "m"
    found = set(Attendance.objects.values_list("registration_id", "day"))
    assert found == {(known.pk, FIRST), (new.pk, FIRST), (new.pk, SECOND)}
    assert upload(desk, seminar, content).context["preview"].counts["same"] == 2


def test_a_wrong_row_is_named_by_its_number_in_excel_and_nothing_can_be_written(
    desk: Client, seminar: Seminar, unit: Municipality
) -> None:
    content = sheet_of(
        row(),
        [None] * 7,
        row("Сынаков Бакыт", sex="q", year="85", position="Спициалист по социальным вапросам"),
        row("Сынаков Чынгыз", municipality="Тестовскй", day1="может"),
        row("СЫНАКОВА  айзада"),
    )
    page = upload(desk, seminar, content)
    assert page.status_code == 422
    wrong = [fate for fate in page.context["preview"].fates if fate.kind == FateKind.WRONG]
    assert [fate.row for fate in wrong] == [4, 5, 6]
    assert len(wrong[0].sentences) == 3
    assert "Did you mean “Специалист по социальным вопросам”?" in wrong[0].sentences[2]
    assert "Did you mean “Тестовский айылный аймак”?" in wrong[1].sentences[0]
    assert wrong[2].sentences == ["The same person stands in row 2 already."]
    assert not page.context["token"]
    assert not Participant.objects.exists()


def test_a_municipality_is_found_by_code_alias_district_and_nearness(
    staff: User, seminar: Seminar, unit: Municipality
) -> None:
    far = make_municipality(
        district=make_district(name_ru="Дальний район"),
        name_ru="Тестовский айылный аймак",
        soate_code="41708223804000",
    )
    headings = ["Full name", "Sex", "Position", "Municipality", "District", "SOATE code"]
    what = ["ж", "Специалист по социальным вопросам"]
    rows = [
        ["Сынакова А", *what, "тестовка", None, None],
        ["Сынакова Б", *what, "Тестовский", None, None],
        ["Сынакова В", *what, "Тестовский айыл аймагы", "Дальний район", None],
        ["Сынакова Г", *what, "что угодно", None, 41708223804000],
    ]
    dataset, _unread = importing.as_dataset(excel.read(sheet_of(*rows, headings=headings)), seminar)
    resource = importing.AttendanceImport(seminar)
    resource.before_import(dataset)
    found = [resource._line(one).person.municipality for one in dataset.dict]
    assert found == [unit, unit, far, far]


@pytest.mark.parametrize(
    ("headings", "rows"),
    [
        (["A", "B"], [["1", "2"]]),
        (HEADINGS[:3], [["Сынакова", "ж", 1985]]),
        ([*HEADINGS, "Full name"], [[*row(), "Сынакова"]]),
        (HEADINGS, []),
    ],
)
def test_what_is_no_sheet_of_attendance_is_refused(
    desk: Client, seminar: Seminar, headings: list[str], rows: list[list[Any]]
) -> None:
    page = upload(desk, seminar, sheet_of(*rows, headings=headings))
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, b" " * 80_000_000 if "sheet1" in name else b"<x/>")
    return file.getvalue()


@pytest.mark.parametrize(
    "make",
    [lambda: b"", lambda: b"\0" * 100, lambda: "ФИО;Пол".encode(), zip_bomb, lambda: b"PK\3\4"],
    ids=["empty", "zeroes", "csv", "bomb", "broken"],
)
def test_a_file_that_is_no_excel_is_refused_with_a_sentence(
    desk: Client, seminar: Seminar, make: Callable[[], bytes]
) -> None:
    page = upload(desk, seminar, make())
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def test_a_preview_is_confirmed_once_by_its_owner_for_its_seminar(
    desk: Client, client_of: ClientOf, seminar: Seminar, unit: Municipality
) -> None:
    page = upload(desk, seminar, sheet_of(row()))
    other = make_seminar(place="Другой")
    assert confirm(client_of(make_staff()), seminar, page).status_code == 409
    assert confirm(desk, other, page).status_code == 409
    assert not Registration.objects.exists()
    assert confirm(desk, seminar, page).status_code == 302
    assert confirm(desk, seminar, page).status_code == 409
    assert Registration.objects.count() == 1
    assert not PendingImport.objects.exists()


def test_a_list_that_changed_after_the_preview_is_previewed_again(
    desk: Client, seminar: Seminar, unit: Municipality
) -> None:
    page = upload(desk, seminar, sheet_of(row(), row("Сынаков Бакыт")))
    make_registration(seminar=seminar, full_name="Сынакова Айзада", municipality=unit)
    again = confirm(desk, seminar, page)
    assert again.status_code == 409
    assert Registration.objects.count() == 1
    assert confirm(desk, seminar, again).status_code == 302
    assert Registration.objects.count() == 2


def test_a_row_of_another_seminar_is_wrong(staff: User, seminar: Seminar, unit: Any) -> None:
    content = sheet_of([seminar.pk + 1, *row()], headings=["Seminar number", *HEADINGS])
    (fate,) = previewed(content, seminar).fates
    assert fate.sentences == ["Seminar number: this row is of another seminar."]


def test_columns_that_are_not_read_are_named(staff: User, seminar: Seminar, unit: Any) -> None:
    content = sheet_of([*row(), "?"], headings=[*HEADINGS, "Примечание"])
    found = previewed(content, seminar)
    assert (found.unread, found.counts["new"]) == (["Примечание"], 1)


def test_the_preview_asks_as_often_for_three_rows_as_for_one(
    staff: User, seminar: Seminar, unit: Any, django_assert_num_queries: Any
) -> None:
    one, three = sheet_of(row()), sheet_of(row("А А"), row("Б Б"), row("В В"))
    for content, rows in ((one, 1), (three, 3)):
        with django_assert_num_queries(10 + 2 * rows):  # the library sets a savepoint a row
            previewed(content, seminar)


def test_the_template_comes_back_when_filled(desk: Client, seminar: Seminar, unit: Any) -> None:
    response = desk.get(reverse("seminars:template", args=[seminar.pk]))
    headings = cells(b"".join(response))[0]
    assert headings[0] == "No."
    values = dict(zip(HEADINGS, row(), strict=True))
    filled = [values.get(heading) for heading in headings]
    page = upload(desk, seminar, sheet_of(filled, headings=headings))
    assert page.context["preview"].counts["new"] == 1


def test_a_hostile_name_goes_in_and_out_as_text(staff: User, seminar: Seminar, unit: Any) -> None:
    content = sheet_of(row("@SUM(1) Айзада"))
    found = previewed(content, seminar)
    rows = excel.read(content)
    assert importing.take(rows, seminar, digest=found.digest, by=staff, now=NOW) is None
    assert exported(staff)[1][7] == "@SUM(1) Айзада"


@pytest.mark.parametrize("language", ["ru", "ky", "en"])
def test_every_unit_of_the_register_comes_back_as_itself(staff: User, language: str) -> None:
    call_command("load_register")
    seminar = make_seminar(district=District.objects.order_by("id")[0])
    for unit in Municipality.objects.valid_on(seminar.starts_on):
        make_registration(seminar=seminar, municipality=unit, by=staff)
    lines = Registration.objects.order_by("number")
    file = exports.attendance_file(
        lines, Wanted(language=language), filtered_by={}, by=staff, now=NOW
    )
    found = previewed(file.read(), seminar)
    assert [fate for fate in found.fates if fate.kind != FateKind.SAME] == []
    assert len(found.fates) == lines.count() > 60


def export_with(seminar: Seminar, staff: User, changes: dict[int, dict[str, Any]]) -> bytes:
    """Return the exported sheet with some cells typed over: {line: {heading: value}}."""
    headings, *rows = exported(staff, language="ru")
    for number, typed in changes.items():
        for heading, value in typed.items():
            rows[number - 1][headings.index(heading)] = value
    columns = [excel.Column(str(text), kind=excel.Kind.ANY) for text in headings]
    return excel.write(columns, rows, title="x").read()


def test_a_name_corrected_in_the_exported_sheet_corrects_the_person(
    desk: Client, staff: User, seminar: Seminar, unit: Municipality
) -> None:
    for name in ("Сынаков Эркин", "Сынакова Айзада"):
        make_registration(seminar=seminar, full_name=name, municipality=unit)
    person = seminar.registrations.get(number=1).participant

    content = export_with(seminar, staff, {1: {"ФИО": "Сынаков Эркин Мисалович"}})
    page = upload(desk, seminar, content)
    fates = [(fate.kind, fate.sentences) for fate in page.context["preview"].fates]
    confirm(desk, seminar, page)

    corrected = "Full name: Сынаков Эркин → Сынаков Эркин Мисалович"
    assert fates == [(FateKind.CHANGED, [corrected]), (FateKind.SAME, [])]
    person.refresh_from_db()
    assert person.full_name == "Сынаков Эркин Мисалович"
    assert seminar.registrations.count() == 2


def test_a_number_does_not_make_one_person_of_two(
    desk: Client, staff: User, seminar: Seminar, unit: Municipality
) -> None:
    make_registration(seminar=seminar, full_name="Сынаков Эркин", municipality=unit)
    elsewhere = make_registration(
        seminar=make_seminar(), full_name="Сынакова Бурул", municipality=unit
    )

    content = export_with(seminar, staff, {1: {"ФИО": elsewhere.participant.full_name}})
    [fate] = [
        one
        for one in upload(desk, seminar, content).context["preview"].fates
        if one.name == "Сынакова Бурул"
    ][:1]

    assert fate.kind == FateKind.WRONG
    assert "Сынаков Эркин" in fate.sentences[0]

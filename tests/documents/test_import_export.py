"""Importing and exporting in the admin: who may, what they are told, what is written."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from documents.excel import Column, Kind, read, write
from documents.formats import SafeXLSX
from documents.import_export import DatabaseStorage, UnreadableSheet
from documents.models import PendingImport
from municipalities.models import Oblast
from tests.builders import make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.documents.import_export_site"),
]
LIST = "/admin/municipalities/oblast/"
COLUMNS = [Column("id", kind=Kind.ANY), Column("name_ru"), Column("name_ky")]


@pytest.fixture
def secretary(client):
    user = make_user(full_name="Секретарь", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="municipalities"))
    client.force_login(user)
    return client


def upload(client, file, name="oblasts.xlsx"):
    if not hasattr(file, "read"):
        file = write(COLUMNS, file, title="t")
    file.name = name
    return client.post(f"{LIST}import/", {"import_file": file, "format": "0", "resource": ""})


def confirm(client, page):
    return client.post(f"{LIST}process_import/", page.context["confirm_form"].initial)


def test_somebody_of_the_staff_may_neither_import_nor_export_by_default(client):
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    assert client.get(LIST).status_code == 200
    for address in ("import/", "export/"):
        assert client.get(LIST + address).status_code == 403
        assert client.post(LIST + address, {"format": "0"}).status_code == 403
    assert client.post(f"{LIST}process_import/", {}).status_code == 403


def test_the_secretary_exports_excel(secretary):
    Oblast.objects.create(name_ru="=Чуйская", name_ky="Чүй")
    page = secretary.post(
        f"{LIST}export/",
        {
            "format": "0",
            "oblastresource_id": "on",
            "oblastresource_name_ru": "on",
            "oblastresource_name_ky": "on",
        },
    )
    assert page["Content-Type"] == SafeXLSX().get_content_type()
    assert page["Content-Disposition"].endswith('.xlsx"')
    heading, row = read(page.content)
    assert heading == ["id", "name_ru", "name_ky"]
    assert row[1:] == ["=Чуйская", "Чүй"]


def test_a_sheet_is_previewed_then_confirmed_once(secretary):
    page = upload(secretary, [[None, "Чуйская", "Чүй"]])
    assert Oblast.objects.count() == 0
    assert confirm(secretary, page).status_code == 302
    assert Oblast.objects.get().name_ky == "Чүй"
    assert PendingImport.objects.count() == 0
    again = confirm(secretary, page)
    assert (again.status_code, again.url) == (302, f"{LIST}import/")
    assert Oblast.objects.count() == 1


def test_unchanged_rows_are_reported_unchanged(secretary):
    oblast = Oblast.objects.create(name_ru="Чуйская", name_ky="Чүй")
    page = upload(secretary, [[oblast.pk, "Чуйская", "Чүй"]])
    assert page.context["result"].totals["skip"] == 1


def test_a_wrong_row_writes_nothing_even_when_it_went_wrong_after_the_preview(secretary):
    page = upload(secretary, [[None, "Чуйская", "Чүй"], [None, "Таласская", "Талас"]])
    Oblast.objects.create(name_ru="Таласская", name_ky="Талас")
    answer = confirm(secretary, page)
    assert (answer.status_code, answer.url) == (302, f"{LIST}import/")
    assert list(Oblast.objects.values_list("name_ru", flat=True)) == ["Таласская"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_file_that_cannot_be_read_gets_a_sentence_without_the_name_of_an_exception(
    secretary, content, tmp_path
):
    file = tmp_path / "x.xlsx"
    file.write_bytes(content or b" ")
    with file.open("rb") as stream:
        page = secretary.post(
            f"{LIST}import/", {"import_file": stream, "format": "0", "resource": ""}
        )
    assert page.status_code == 200
    errors = str(page.context["form"].errors)
    assert errors
    assert "Error" not in errors
    assert "UnreadableSheet" not in errors


def test_an_upload_of_yesterday_is_gone():
    storage = DatabaseStorage()
    storage.save(b"x")
    assert DatabaseStorage(name=storage.name).read() == b"x"
    PendingImport.objects.update(made_at=timezone.now() - timedelta(days=1, minutes=1))
    with pytest.raises(UnreadableSheet):
        DatabaseStorage(name=storage.name).read()
    DatabaseStorage().save(b"y")
    assert PendingImport.objects.count() == 1

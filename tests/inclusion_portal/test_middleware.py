"""Requests that no view should see."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import User
from tests import builders

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def post(client: Client, body: bytes, content_type: str = FORM, **extra: str) -> int:
    """Return the status of a POST to an address that takes any form."""
    return client.generic("POST", "/echo/", body, content_type, **extra).status_code


@pytest.mark.django_db
@pytest.mark.urls("tests.inclusion_portal.views_that_fail")
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("текст=да".encode(), FORM, 200),
        (b"a=1", f"{FORM}; charset=utf-8", 200),
        (b"a=1", f'{FORM}; charset="UTF-8"', 200),
        ("имя=Айгуль".encode("cp1251"), f"{FORM}; charset=windows-1251", 415),
        (b"a=1", f"{FORM}; charset=klingon", 415),
        (b"a=1", f"{FORM}; charset=zlib", 415),
        (b"a=%00", FORM, 400),
        (b"a%00b=1", FORM, 400),
        (b"a=%FF%FE", FORM, 400),
        (b"a=\xff", FORM, 400),
        (b"nonsense", "multipart/form-data", 400),
        (b"nonsense", "multipart/form-data; boundary=", 400),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\x00\r\n--x--\r\n',
         "multipart/form-data; boundary=x", 400),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nok\r\n--x--\r\n',
         "multipart/form-data; boundary=x; charset=windows-1251", 415),
    ],
)  # fmt: skip
def test_broken_bodies_are_refused_and_good_ones_are_not(
    visitor: Client, body: bytes, content_type: str, status: int
) -> None:
    assert post(visitor, body, content_type) == status


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/admin/?q=%00", "/healthz?x=%ff", "/healthz?x=%00"])
def test_broken_addresses_are_refused(visitor: Client, address: str) -> None:
    assert visitor.get(address).status_code == 400


@pytest.mark.django_db
def test_a_nul_in_the_path_is_refused(visitor: Client) -> None:
    assert visitor.get("/healthz%00").status_code == 400


@pytest.mark.django_db
def test_a_nul_in_a_cookie_is_forgotten(visitor: Client) -> None:
    response = visitor.get("/admin/", headers={"cookie": 'sessionid="\\000aaaaaaaaaaaaaaaa"'})
    assert response.status_code == 302


@pytest.mark.django_db
@pytest.mark.urls("tests.inclusion_portal.views_that_fail")
def test_a_body_too_big_is_refused_before_it_is_read(visitor: Client, settings: Settings) -> None:
    just_right, too_big = str(settings.MAX_BODY_BYTES), str(settings.MAX_BODY_BYTES + 1)

    assert post(visitor, b"a=1", CONTENT_LENGTH=too_big) == 413
    assert post(visitor, b"a=1", CONTENT_LENGTH="-1") == 400
    assert post(visitor, b"a=1", CONTENT_LENGTH="many") == 400
    assert int(just_right) == 2 * 1024 * 1024


@pytest.mark.django_db
@pytest.mark.urls("tests.inclusion_portal.views_that_fail")
def test_a_form_with_files_may_be_bigger_but_not_endless(
    visitor: Client, settings: Settings
) -> None:
    photo = SimpleUploadedFile("photo.jpg", b"x" * (settings.MAX_BODY_BYTES + 1000))
    assert visitor.post("/echo/", {"photo": photo, "text": "да"}).status_code == 200
    length = str(settings.MAX_UPLOAD_BYTES + 1)
    assert post(visitor, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=length) == 413


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("selected", "refused"),
    [("abc", True), ("9" * 30, True), ("1' OR '1'='1", True), ("-5", False), ("999999", False)],
)
def test_an_admin_action_on_what_is_no_key_is_refused(
    client_of: Callable[[User], Client], selected: str, refused: bool
) -> None:
    admin = client_of(
        builders.make_user(is_staff=True, is_superuser=True, email="root@example.test")
    )
    admin.raise_request_exception = False
    address = reverse("admin:accounts_user_changelist")
    response = admin.post(address, {"action": "delete_selected", "_selected_action": selected})
    assert (response.status_code == 400) is refused
    assert response.status_code < 500


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ru", "ky"])
def test_too_big_a_form_says_the_limit_and_leads_back(
    client_of: Callable[[User], Client], language: str
) -> None:
    client = client_of(builders.make_staff())
    client.cookies["django_language"] = language
    with_files = "multipart/form-data; boundary=x"
    address = "/contest/application/5/files/"
    response = client.generic("POST", address, b"x", with_files, CONTENT_LENGTH=str(99 * 2**20))
    page = response.content.decode()
    assert response.status_code == 413
    assert "20\xa0МБ" in page
    assert "15\xa0МБ" in page
    assert f'href="{address}"' in page
    assert "<nav" in page.partition("<main")[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/contest/application/begin/", "/contest/application/"),
        ("/contest/application/5/revive/", "/contest/application/5/"),
        ("/contest/chair/2025/confirm/", "/contest/chair/"),
    ],
)
def test_the_address_of_a_button_leads_to_its_page(
    client_of: Callable[[User], Client], address: str, page: str
) -> None:
    client = client_of(builders.make_user())
    response = client.get(address)
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert f'<a class="btn" href="{page}">' in response.content.decode()
    assert client.put(address).content == b""

"""What a refusal, an outage and a fault look like to a person."""

from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from tests import builders
from tests.inclusion_portal.views_that_fail import SENTENCE

pytestmark = pytest.mark.urls("tests.inclusion_portal.views_that_fail")


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "status", "shows_sentence"),
    [
        ("closed", 409, True),
        ("not-allowed", 403, True),
        ("invalid", 422, True),
        ("too-many", 429, True),
        ("database", 503, False),
        ("disk", 503, False),
        ("denied", 403, True),
        ("denied-in-code", 403, False),
        ("fault", 500, False),
    ],
)
def test_each_failure_has_its_page_and_leaks_nothing(
    visitor: Client, how: str, status: int, shows_sentence: bool
) -> None:
    response = visitor.get(f"/fail/{how}/")
    page = response.content.decode()
    assert response.status_code == status
    assert "<h1" in page
    assert (str(SENTENCE) in page) is (shows_sentence or status == 422)
    for secret in ("10.0.0.1", "/srv/secret", "not for people", "change_sheet", "Traceback"):
        assert secret not in page


@pytest.mark.django_db
def test_waiting_times_are_said_to_the_browser(visitor: Client) -> None:
    assert visitor.get("/fail/too-many/")["Retry-After"] == "90"
    assert visitor.get("/fail/database/")["Retry-After"] == "30"


@pytest.mark.django_db
def test_a_script_that_asks_for_json_gets_the_sentence(visitor: Client) -> None:
    response = visitor.get("/fail/closed/", headers={"accept": "application/json"})
    assert response.status_code == 409
    assert response.json() == {"message": str(SENTENCE)}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ru", "ky", "en"])
def test_error_pages_say_which_language_they_are_in(visitor: Client, language: str) -> None:
    visitor.cookies["django_language"] = language
    for how in ("closed", "database", "fault"):
        assert f'lang="{language}"' in visitor.get(f"/fail/{how}/").content.decode()


@pytest.mark.django_db
def test_an_unknown_address_asks_a_stranger_and_a_member_alike(
    visitor: Client, client_of: Callable[[User], Client]
) -> None:
    member = client_of(builders.make_user())
    for client in (visitor, member):
        response = client.get("/no/such/page/")
        assert response.status_code == 404
        assert "no/such" not in response.content.decode().split("<main", 1)[1]


@pytest.mark.django_db
def test_a_database_that_is_gone_answers_503_everywhere(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", gone)
    visitor.cookies["sessionid"] = "a" * 32
    assert visitor.get("/healthz").status_code == 200
    for address in ("/admin/", "/readyz"):
        response = visitor.get(address)
        assert response.status_code == 503, address
    assert visitor.get("/admin/")["Retry-After"] == "30"


@pytest.mark.django_db
def test_a_page_open_for_too_long_explains_itself(settings: Settings) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/echo/", {"text": "typed"})
    assert response.status_code == 403
    assert "<h1" in response.content.decode()

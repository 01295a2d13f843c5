"""The two addresses for whoever watches the installation."""

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from inclusion_portal import health
from inclusion_portal.models import DemoMark
from tests import builders


def test_healthz_asks_nothing_of_the_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_says_ok_where_all_migrations_are_applied(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_names_missing_migrations(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_applied", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'inclusion_portal'")
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"migrations are not applied\n")


@pytest.mark.django_db
def test_readyz_of_an_installation_refuses_the_demo(client: Client, settings: Settings) -> None:
    DemoMark.objects.create(pk=1, made_at=builders.NOW)
    assert client.get("/readyz").status_code == 200
    settings.PRODUCTION = True
    assert client.get("/readyz").status_code == 503

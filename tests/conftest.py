"""Fixtures of every test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import time_machine
from django.db import connection
from django.test import Client, TransactionTestCase
from pytest_django.fixtures import Settings

from accounts.models import User
from audit import triggers
from tests import access, builders

# How long one example takes says more about the machine than about the code.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep SQLite's test database in a file: in memory, writers cannot queue for the lock."""
    if connection.vendor == "sqlite":
        name = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(name)


@pytest.fixture(scope="session", autouse=True)
def _the_trail_may_be_emptied_between_tests() -> Iterator[None]:
    """Lift the trail's triggers while Django empties an SQLite database after a test."""
    teardown = TransactionTestCase._fixture_teardown

    def emptying(case: Any) -> None:
        if connection.vendor != "sqlite":
            teardown(case)
            return
        with triggers.lifted(connection):
            teardown(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying)
        yield


@pytest.fixture(autouse=True)
def _files_of_a_test_are_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """Returns a function that gives a browser in which the person is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def at_now() -> Iterator[time_machine.Traveller]:
    """The clock of the edges stands at ``builders.NOW``; ``at_now.move_to(…)`` moves it."""
    with time_machine.travel(builders.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def world(db: None, at_now: time_machine.Traveller) -> access.World:
    """One contest with everybody of the policy's table, at ``builders.NOW``."""
    return access.make_world()

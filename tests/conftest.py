"""Fixtures of every test."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from audit import triggers


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

"""Every address × people × hostile values: never a fault of the portal, nothing written if refused.

The order is by chance with a fixed seed; each person has SECONDS. To look longer or
elsewhere: ``HOSTILE_SECONDS=300 HOSTILE_SEED=7 pytest tests/attacks/test_hostile_requests.py``.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from zeal import zeal_ignore

from tests import access
from tests.attacks import hostile
from tests.test_access import ROWS

SECONDS = float(os.environ.get("HOSTILE_SECONDS", "3.5"))
SEED = int(os.environ.get("HOSTILE_SEED", "1"))
PAGES = list({(row.url, row.path): row for row in ROWS if "logout" not in row.url}.values())
HARMLESS = ("django_session", "last_login", "post_office_log")


class Writes:
    """What is written to the database and not taken back to a savepoint."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.savepoints: list[tuple[str, int]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        word, name = sql.split(" ", 1)[0].upper(), sql.rsplit(" ", 1)[-1]
        if word == "SAVEPOINT":
            self.savepoints.append((name, len(self.kept)))
        elif sql.startswith("ROLLBACK TO"):
            self.kept = self.kept[: dict(self.savepoints).get(name, 0)]
        elif word in ("INSERT", "UPDATE", "DELETE") and not any(one in sql for one in HARMLESS):
            self.kept.append(sql[:100])
        return execute(sql, *rest)


class Attacker:
    """A browser that remembers what went wrong. What a request writes is taken back."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.found: list[str] = []
        self.asked = 0

    def get(self, path: str) -> HttpResponse:
        return self._ask(f"GET {path}", lambda: self.client.get(path))

    def post(self, path: str, data: dict[str, Any]) -> HttpResponse:
        return self._ask(f"POST {path} {data}", lambda: self.client.post(path, data))

    def send(self, method: str, path: str, body: bytes, content_type: str) -> HttpResponse:
        label = f"{method} {path} {content_type} {body!r}"
        return self._ask(label, lambda: self.client.generic(method, path, body, content_type))

    def _ask(self, label: str, request: Callable[[], HttpResponse]) -> HttpResponse:
        self.asked += 1
        writes = Writes()
        with _faults() as faults, transaction.atomic():
            with connection.execute_wrapper(writes):
                response = request()
                if response.streaming:
                    list(response.streaming_content)  # read to its end, the file is closed
            transaction.set_rollback(True)
        label = f"{response.status_code} {label[:300]}"
        if response.status_code >= 500:
            self.found.append(f"{label} {faults}")
        if response.status_code >= 400 and writes.kept:
            self.found.append(f"{label} wrote {writes.kept}")
        return response


@contextmanager
def _faults() -> Iterator[list[str]]:
    """Collect what the views raised."""
    found: list[str] = []

    def note(**_kwargs: Any) -> None:
        found.append(repr(sys.exc_info()[1])[:200])

    got_request_exception.connect(note)
    try:
        yield found
    finally:
        got_request_exception.disconnect(note)


@pytest.mark.parametrize("persona", access.PERSONAS)
def test_no_hostile_request_breaks_the_portal(persona: str, world: access.World) -> None:
    chance = random.Random(f"{SEED} {persona}")  # noqa: S311 - a test, repeatable
    client = Client(raise_request_exception=False)
    attacker = Attacker(client)
    if user := world.people[persona]:
        client.force_login(user)
    end = time.perf_counter() + SECONDS  # the clock of the portal stands still
    with zeal_ignore():
        for row in chance.sample(PAGES, len(PAGES)):
            with transaction.atomic():
                _attack(attacker, row.path_in(world), chance)
                transaction.set_rollback(True)
            if time.perf_counter() > end:
                break
    assert attacker.asked > 10
    assert not attacker.found, "\n".join(attacker.found)


def _attack(attacker: Attacker, path: str, chance: random.Random) -> None:
    """Read the page, then send it what it does not expect."""
    response = attacker.get(path)
    is_html = (
        not response.streaming
        and response.status_code < 300
        and "html" in response.get("Content-Type", "")
    )
    page = hostile.Page(response.content.decode()) if is_html else None
    for query in hostile.queries(page, chance, 2):
        attacker.get(f"{path}?{query}")
    content_type, body = chance.choice(hostile.BODIES)
    method = chance.choice(("POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"))
    attacker.send(method, path, body, content_type)
    for form in page.forms if page else ():
        if form.method == "post" and "logout" not in form.action and form.names:
            for data in hostile.bodies(form, chance, 2):
                attacker.post(form.action or path, data)

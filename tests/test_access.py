"""Every address × method × persona gets the answer of its row; an address without one fails."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access import ANONYMOUS, PERSONAS, Row, World

HERE = Path(__file__).parent
REFUSED = (403, 404, 405)
SIGN_IN = ("/accounts/login/", "/admin/login/")


def collected_rows() -> list[Row]:
    """Return the rows of every app."""
    apps = sorted(path.parent.name for path in HERE.glob("*/access.py"))
    return [row for app in apps for row in import_module(f"tests.{app}.access").ROWS]


def every_address(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Yield the name of each address, with its namespaces; the route where it has no name."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield namespace + (pattern.name or str(pattern.pattern))
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from every_address(pattern, namespace + inner)


ROWS = collected_rows()


def label(row: Row) -> str:
    return f"{row.method} {row.url}"


def test_every_address_has_a_row() -> None:
    addresses = set(every_address(get_resolver()))
    without = sorted(addresses - {row.url for row in ROWS})
    assert not without, f"add rows to tests/APP/access.py for: {', '.join(without)}"


def test_every_row_has_an_address() -> None:
    gone = {row.url for row in ROWS} - set(every_address(get_resolver()))
    assert not gone


def answers_of(row: Row, method: str, world: World) -> dict[str, tuple[int, str]]:
    """Return {persona: (status, where it redirects to)}; what one writes no other sees."""
    answers = {}
    for persona in PERSONAS:
        client = Client(raise_request_exception=False)
        with transaction.atomic():
            if user := world.people[persona]:
                client.force_login(user)
            response = ask(client, row, method, world)
            answers[persona] = (response.status_code, response.get("Location", ""))
            if response.streaming:
                list(response.streaming_content)  # read to its end, the file is closed
            transaction.set_rollback(True)
    return answers


def ask(client: Client, row: Row, method: str, world: World) -> HttpResponse:
    """Return the answer to one request of the row."""
    send = client.get if method == "GET" else client.post
    return send(row.path_in(world), row.data_in(world) if method == row.method else {})


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_everybody_gets_the_answer_of_the_row(row: Row, world: World) -> None:
    wrong = {}
    for persona, (status, location) in answers_of(row, row.method, world).items():
        is_redirect = persona == ANONYMOUS and status == 302
        strayed = is_redirect and not location.startswith(row.stranger_goes_to)
        if status not in row.expected(persona) or strayed:
            wrong[persona] = f"{status} {location}, not {row.expected(persona)}"
    assert not wrong


LISTED = {(row.url, row.method) for row in ROWS}
UNLISTED = [
    (row, method)
    for row in {row.url: row for row in ROWS}.values()
    for method in ("GET", "POST")
    if (row.url, method) not in LISTED
]


@pytest.mark.parametrize(
    ("row", "method"), UNLISTED, ids=lambda value: getattr(value, "url", value)
)
def test_a_method_without_a_row_is_refused_to_everybody(
    row: Row, method: str, world: World
) -> None:
    let_in = {
        persona: f"{status} {location}"
        for persona, (status, location) in answers_of(row, method, world).items()
        if status not in REFUSED and not (status == 302 and location.startswith(SIGN_IN))
    }
    assert not let_in

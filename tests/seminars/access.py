"""Who gets what answer from the pages of seminars."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from seminars.models import Participant, Registration, Seminar
from tests.access import ADMIN, STAFF, Row, World, admin_pages
from tests.builders import make_registration, make_seminar

KEPT = {"own": 404, "neighbour": 404, "member": 403, "chair": 403, "observer": 403}
"""Municipalities do not find the page, the commission and the observer are refused."""


IN_ADMIN = (STAFF, ADMIN)


def seminar_of(world: World) -> Seminar:
    return Seminar.objects.first() or make_seminar()


def line_of(world: World) -> Registration:
    line = Registration.objects.first()
    return line or make_registration(
        seminar=seminar_of(world), municipality=world.municipality, by=world.people["staff"]
    )


def at(name: str) -> Callable[[World], str]:
    return lambda world: reverse(f"seminars:{name}", args=[seminar_of(world).pk])


def at_line(name: str) -> Callable[[World], str]:
    return lambda world: reverse(
        f"seminars:{name}", args=[line_of(world).seminar_id, line_of(world).pk]
    )


def keepers(name: str, method: str = "GET", status: int = 200, **more: Any) -> Row:
    """Return a row of a page for project staff and the administrator."""
    return Row(f"seminars:{name}", method, **(KEPT | {"staff": status, "admin": status} | more))


ROWS = [
    Row(
        "seminars:list",
        own=200,
        neighbour=200,
        member=403,
        chair=403,
        staff=200,
        observer=200,
        admin=200,
    ),
    keepers("new"),
    keepers("new", "POST", 422),
    keepers("export"),
    keepers("export", "POST", 200, data={"language": "ru"}),
    keepers("seminar", path=at("seminar")),
    keepers("change", path=at("change")),
    keepers("change", "POST", 422, path=at("change")),
    keepers("enter", status=302, path=at("enter")),
    keepers("enter", "POST", 422, path=at("enter")),
    keepers("rows", path=at("rows")),
    keepers("rows", "POST", 422, path=at("rows")),
    keepers("tick", status=302, path=at("tick")),
    keepers("tick", "POST", 302, path=at("tick")),
    keepers("line", path=at_line("line")),
    keepers("line", "POST", 422, path=at_line("line")),
    keepers("remove", path=at_line("remove")),
    keepers("remove", "POST", 302, path=at_line("remove")),
    keepers("import", path=at("import")),
    keepers("import", "POST", 422, path=at("import")),
    keepers("import_confirm", status=302, path=at("import_confirm")),
    keepers("import_confirm", "POST", 409, path=at("import_confirm")),
    keepers("template", path=at("template")),
    *admin_pages(Seminar, thing=seminar_of, sees=IN_ADMIN, adds=IN_ADMIN, changes=IN_ADMIN),
    *admin_pages(
        Participant,
        thing=lambda world: line_of(world).participant,
        sees=IN_ADMIN,
        changes=IN_ADMIN,
    ),
    *admin_pages(Registration, thing=line_of, sees=IN_ADMIN, deletes=IN_ADMIN, export=IN_ADMIN),
]

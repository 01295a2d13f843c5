"""Who gets what answer: the applicant's pages."""

from collections.abc import Callable

from django.core.files.base import ContentFile
from django.urls import reverse

from contest import drafting
from contest.models import Pilot
from tests import builders
from tests.access import Row, World


def at(name: str, *rest: str) -> Callable[[World], str]:
    """Return the address of a page of the draft of ``world.municipality``."""
    return lambda world: reverse(f"contest:{name}", args=[world.application.pk, *rest])


def file_of(world: World) -> str:
    letter = ContentFile(b"%PDF-1.7\n%%EOF\n", name="письмо.pdf")
    by = world.application.created_by
    file = drafting.add_file(world.application, "letter", letter, by=by, now=builders.NOW)
    return reverse("contest:file", args=[file.key])


def begins(world: World) -> dict[str, int]:
    Pilot.objects.get_or_create(contest=world.contest, municipality=world.municipality)
    return {"municipality": world.municipality.pk}


ROWS: list[Row] = [
    Row("contest:application", own=200, neighbour=200),
    Row("contest:begin", "POST", data=begins, own=302),
    Row("contest:tasks", path=at("tasks"), own=200, staff=403, admin=403),
    Row("contest:section", path=at("section", "profile"), own=200, staff=403, admin=403),
    Row(
        "contest:section",
        "POST",
        path=at("section", "profile"),
        data={"read": 0, "women": 5},
        own=302,
        staff=403,
        admin=403,
    ),
    Row("contest:check", path=at("check"), own=200, staff=403, admin=403),
    Row("contest:check", "POST", path=at("check"), own=422, staff=403, admin=403),
    Row("contest:receipt", path=at("receipt"), staff=403, admin=403),
    Row("contest:withdraw", path=at("withdraw"), own=403, staff=403, admin=403),
    Row("contest:withdraw", "POST", path=at("withdraw"), own=409, staff=403, admin=403),
    Row("contest:revive", "POST", path=at("revive"), own=409, staff=403, admin=403),
    Row("contest:file", path=file_of, own=200, staff=403, admin=403),
]

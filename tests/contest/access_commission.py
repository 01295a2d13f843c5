"""Who gets what answer on the commission's pages, and on the sheets in the admin.

In this world the member and the chair sit on the commission of a second contest whose
scoring is open; they have declared their conflicts there.
"""

from django.urls import reverse

from contest.models import Application, Contest, Seat, Sheet
from tests import builders
from tests.access import CHAIR, MEMBER, Row, World


def scoring(world: World) -> Contest:
    """Return the contest that is being scored, with the seats of member and chair."""
    found = Contest.objects.filter(code="scored").first()
    if found is None:
        found = builders.make_contest(phase="scoring", code="scored")
        builders.make_member(contest=found, user=world.people[MEMBER])
        builders.make_member(contest=found, user=world.people[CHAIR], role=Seat.Role.CHAIR)
    return found


def application(world: World) -> Application:
    """Return an application before the commission: that of the persona ``own``."""
    contest = scoring(world)
    found = contest.applications.filter(code="К-07").first()
    return found or builders.make_coded_application(
        contest=contest, code="К-07", municipality=world.municipality
    )


def sheet_of(world: World, persona: str) -> Sheet:
    """Return the submitted sheet of member or chair."""
    seat = Seat.objects.get(user=world.people[persona], contest=scoring(world))
    given = application(world)
    found = given.sheets.filter(seat=seat).first()
    return found or builders.make_sheet(application=given, seat=seat)


def on(name: str) -> str:
    return f"contest:{name}"


def list_of(world: World) -> str:
    application(world)
    return reverse("contest:commission")


def conflicts(world: World) -> str:
    application(world)
    return reverse("contest:conflicts")


def progress(world: World) -> str:
    application(world)
    return reverse("contest:progress") + "?contest=scored"


def sheet(world: World) -> str:
    return reverse("contest:sheet", args=[application(world).code])


def unknown_sheet(world: World) -> str:
    application(world)
    return reverse("contest:sheet", args=["К-99"])


def abstain(world: World) -> str:
    return reverse("contest:abstain", args=[application(world).code])


def file(world: World) -> str:
    given = application(world)
    found = given.files.first() or builders.make_file(
        application=given, kind="programme", by=given.created_by
    )
    return reverse("contest:sheet_file", args=[given.code, found.key])


def reopen(world: World) -> str:
    sheet = sheet_of(world, MEMBER)
    return reverse("contest:reopen", args=[sheet.application.code, sheet.seat_id])


def admin_list(world: World) -> str:
    application(world)
    return reverse("admin:contest_sheet_changelist")


def admin_add(world: World) -> str:
    return reverse("admin:contest_sheet_add") + f"?application={application(world).code}"


def in_admin(name: str, persona: str = MEMBER):  # noqa: ANN201
    """Return the path to the persona's sheet in the admin."""
    return lambda world: reverse(f"admin:contest_sheet_{name}", args=[sheet_of(world, persona).pk])


NOT_FOR = {"staff": 403, "admin": 403, "own": 302, "neighbour": 302, "observer": 302}
"""The admin: outsiders are led to its sign-in, staff without a seat are refused."""

EMPTY = {"based_on": "0", "action": "submit"}

ROWS: list[Row] = [
    Row(on("commission"), path=list_of, member=200, chair=200),
    Row(on("conflicts"), path=conflicts, member=200, chair=200),
    Row(on("conflicts"), "POST", path=conflicts, member=422, chair=422),
    Row(on("progress"), path=progress, chair=200, staff=200, admin=200),
    Row(on("sheet"), path=sheet, member=200, chair=200),
    Row(on("sheet"), path=unknown_sheet),
    Row(on("sheet"), "POST", path=sheet, data=EMPTY, member=422, chair=422),
    Row(on("abstain"), path=abstain, member=200, chair=200),
    Row(on("abstain"), "POST", path=abstain, member=422, chair=422),
    Row(on("sheet_file"), path=file),  # a blind contest: withheld until it is redacted
    Row(on("reopen"), path=reopen, chair=200),
    Row(on("reopen"), "POST", path=reopen, data={"reason": "Опечатка"}, chair=302),
    Row("admin:contest_sheet_changelist", path=admin_list, member=200, chair=200, **NOT_FOR),
    Row("admin:contest_sheet_changelist", "POST", path=admin_list, member=200, chair=200,
        **NOT_FOR),
    Row("admin:contest_sheet_add", path=admin_add, member=200, chair=200, **NOT_FOR),
    Row("admin:contest_sheet_add", "POST", path=admin_add, data=EMPTY, member=422, chair=422,
        **NOT_FOR),
    Row("admin:contest_sheet_change", path=in_admin("change"), member=200, chair=404, **NOT_FOR),
    Row("admin:contest_sheet_change", "POST", path=in_admin("change"), data=EMPTY, member=409,
        chair=404, **NOT_FOR),
    Row("admin:contest_sheet_history", path=in_admin("history"), member=200, chair=404,
        **NOT_FOR),
    Row("admin:contest_sheet_history", "POST", path=in_admin("history"), member=200, chair=404,
        **NOT_FOR),
    Row("admin:contest_sheet_delete", path=in_admin("delete"), member=403, chair=403,
        **NOT_FOR),
    Row("admin:contest_sheet_delete", "POST", path=in_admin("delete"), member=403, chair=403,
        **NOT_FOR),
]  # fmt: skip

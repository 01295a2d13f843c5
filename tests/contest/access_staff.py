"""Who gets what answer: the public pages, the staff's, the chair's, and the contest's admin."""

from collections.abc import Callable

from django.urls import reverse

from contest.models import Application, ApplicationEvent, Award, Contest, Criterion, Decision, Seat
from contest.models.application import ApplicationFile
from tests import builders
from tests.access import (
    ADMIN,
    CHAIR,
    MEMBER,
    STAFF,
    Row,
    World,
    admin_pages,
    only,
    public,
)

BOTH = (STAFF, ADMIN)


def contest_of(world: World) -> Contest:
    return world.contest


def criterion_of(world: World) -> Criterion:
    return world.contest.criteria.get(code="C4")


def submitted(world: World) -> Application:
    """Return the neighbour's application, submitted."""
    found = Application.objects.filter(municipality=world.neighbouring).first()
    return found or builders.make_submitted_application(
        contest=world.contest,
        municipality=world.neighbouring,
        by=world.people["neighbour"],
    )


def event_of(world: World) -> ApplicationEvent:
    return submitted(world).events.latest("id")


def file_of(world: World) -> ApplicationFile:
    return submitted(world).files.first()


def decided(world: World) -> Contest:
    """Return a contest with a decision that its chair, the world's chair, has confirmed."""
    found = Contest.objects.filter(code="decided").first()
    if found is None:
        found = builders.make_scored_contest(levels=(5,), code="decided")
        found.seats.filter(role=Seat.Role.CHAIR).update(user=world.people[CHAIR])
        builders.make_seat(contest=found, user=world.people[MEMBER])
        builders.make_decision(contest=found, state="confirmed")
    return found


def decision_of(world: World) -> Decision:
    return Decision.objects.get(contest=decided(world))


def award_of(world: World) -> Award:
    return decision_of(world).awards.first()


def at(name: str, *arguments: Callable[[World], object] | str) -> Callable[[World], str]:
    """Return the path of an address whose arguments may ask the world."""

    def path(world: World) -> str:
        args = [argument(world) if callable(argument) else argument for argument in arguments]
        return reverse(name, args=args)

    return path


def code_of(world: World) -> str:
    return world.contest.code


def code_of_decided(world: World) -> str:
    return decided(world).code


def pk_of_submitted(world: World) -> int:
    return submitted(world).pk


MOVE = at("contest:staff-move", pk_of_submitted, "admit")
EXPORT = at("contest:export", code_of, "applications")
TIE = at("contest:break-tie", code_of_decided, "К-01")
QUORUM = at("contest:waive-quorum", code_of_decided, "К-01")
REDACT = at("contest:redact", pk_of_submitted, lambda world: file_of(world).key)
RESULTS = at("contest:contest-results", code_of)
OF_THE_CHAIR = {"member": 403, "staff": 403, "admin": 403}

ROWS: list[Row] = [
    public("contest:public"),
    public("contest:results"),
    public("contest:contest-results", 404, path=RESULTS),
    only("contest:staff", *BOTH),
    only("contest:staff-application", *BOTH, path=at("contest:staff-application", pk_of_submitted)),
    Row("contest:staff-move", path=MOVE, staff=200, admin=403),
    Row("contest:staff-move", "POST", path=MOVE, staff=302, admin=403),
    Row("contest:redact", "POST", path=REDACT, staff=422, admin=422),
    Row("contest:code", "POST", path=at("contest:code", code_of), staff=302, admin=403),
    only("contest:export", *BOTH, path=EXPORT),
    # Nobody sees the ranking before the scoring closes.
    Row("contest:decision", member=403, chair=403, staff=403, admin=403),
    Row("contest:decision", "POST", member=403, chair=403, staff=403, admin=403),
    Row("contest:chair", chair=200, **OF_THE_CHAIR),
    Row("contest:break-tie", "POST", path=TIE, chair=422, **OF_THE_CHAIR),
    Row("contest:waive-quorum", "POST", path=QUORUM, chair=422, **OF_THE_CHAIR),
    Row(
        "contest:confirm",
        "POST",
        path=at("contest:confirm", code_of_decided),
        chair=409,
        **OF_THE_CHAIR,
    ),
    Row(
        "contest:announce",
        "POST",
        path=at("contest:announce", code_of_decided),
        chair=302,
        **OF_THE_CHAIR,
    ),
    *admin_pages(Contest, thing=contest_of, sees=BOTH, adds=BOTH, changes=BOTH),
    *admin_pages(Criterion, thing=criterion_of, sees=BOTH, changes=BOTH),
    *admin_pages(Application, thing=submitted, sees=BOTH),
    *admin_pages(ApplicationEvent, thing=event_of, sees=BOTH),
    *admin_pages(Decision, thing=decision_of, sees=BOTH),
    *admin_pages(Award, thing=award_of, sees=BOTH),
]

"""Who gets what answer: the public pages, the staff's, the chair's, and the contest's admin."""

from contest.models import Contest, Criterion
from tests.access import ADMIN, STAFF, Row, World, admin_pages

BOTH = (STAFF, ADMIN)


def contest_of(world: World) -> Contest:
    return world.contest


def criterion_of(world: World) -> Criterion:
    return world.contest.criteria.get(code="C4")


ROWS: list[Row] = [
    *admin_pages(Contest, thing=contest_of, sees=BOTH, adds=BOTH, changes=BOTH),
    *admin_pages(Criterion, thing=criterion_of, sees=BOTH, changes=BOTH),
]

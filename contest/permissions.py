"""Who: predicates ``(user, object) -> bool`` for views, admin, templates and doors alike.

Time is asked by the day (memberships and seats begin and end on a day). The state
and the clock are asked elsewhere (``workflow``, ``deadlines``).
"""

from datetime import date, datetime

from accounts import roles
from accounts.models import User
from municipalities.models import Membership
from municipalities.succession import heirs

from .models import Application, Contest, Seat
from .models.application import on_day


def runs_contest(user: User) -> bool:
    """Return whether the person is project staff: admits, returns, declines, codes, drafts."""
    return roles.is_project_staff(user)


def may_read_staff_pages(user: User) -> bool:
    """Return whether the person sees the board and its lists."""
    return roles.is_project_staff(user) or roles.is_administrator(user)


def is_of_municipality(user: User, application: Application, now: datetime) -> bool:
    """Return whether the person speaks for the application's municipality today."""
    return bool(_roles(user, application, now))


def may_write(user: User, application: Application, now: datetime) -> bool:
    """Return whether the person may fill in the application."""
    return is_of_municipality(user, application, now)


def may_submit(user: User, application: Application, now: datetime) -> bool:
    """Return whether the person is the head or a delegate."""
    return not _roles(user, application, now).isdisjoint(Membership.MAY_SUBMIT)


def may_read_text(user: User, application: Application, now: datetime) -> bool:
    """Return whether the person may read the application under its municipality's name.

    Project staff and administrators read it once it is submitted; of a draft they see
    the progress only.
    """
    if is_of_municipality(user, application, now):
        return True
    return may_read_staff_pages(user) and application.state != Application.State.DRAFT


def eligible(contest: Contest) -> set[int]:
    """Return the ids of the municipalities that may apply: the contest's list, mergers followed.

    The successor of a listed municipality applies in its place.
    """
    heir = heirs()
    return {heir[pk] for pk in contest.pilots.values_list("municipality_id", flat=True)}


def seat_of(user: User, contest: Contest, now: datetime) -> Seat | None:
    """Return the person's seat on the commission today, None without one."""
    if not user.is_active:
        return None
    return Seat.objects.active(on_day(now)).filter(user=user, contest=contest).first()


def chairs(user: User, contest: Contest, now: datetime) -> bool:
    """Return whether the person is the chair of the contest's commission today."""
    seat = seat_of(user, contest, now)
    return seat is not None and seat.role == Seat.Role.CHAIR


def _roles(user: User, application: Application, now: datetime) -> set[str]:
    """Return the person's roles today in the application's municipality.

    All memberships are read once a request (once an instance and day), so that a
    list may ask about each of its rows.
    """
    if not user.is_active:
        return set()
    day = on_day(now)
    read: dict[date, list[tuple[int, str]]] = vars(user).setdefault("_memberships_on", {})
    if day not in read:
        active = Membership.objects.active(day).filter(user=user)
        read[day] = list(active.values_list("municipality_id", "role"))
    return {role for unit, role in read[day] if unit == application.municipality_id}

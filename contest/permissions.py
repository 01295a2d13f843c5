"""Who: predicates ``(user, object) -> bool`` for views, admin, templates and doors alike.

Time is asked by the day (memberships and seats begin and end on a day). The state
and the clock are asked elsewhere (``workflow``, ``deadlines``).
"""

from datetime import datetime

from django.db.models import QuerySet

from accounts import roles
from accounts.models import User
from municipalities.models import Membership

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
    return _memberships(user, application, now).exists()


def may_write(user: User, application: Application, now: datetime) -> bool:
    """Return whether the person may fill in the application."""
    return is_of_municipality(user, application, now)


def may_submit(user: User, application: Application, now: datetime) -> bool:
    """Return whether the person is the head or a delegate."""
    return _memberships(user, application, now).filter(role__in=Membership.MAY_SUBMIT).exists()


def may_read_text(user: User, application: Application, now: datetime) -> bool:
    """Return whether the person may read the application under its municipality's name.

    Project staff and administrators read it once it is submitted; of a draft they see
    the progress only.
    """
    if is_of_municipality(user, application, now):
        return True
    return may_read_staff_pages(user) and application.state != Application.State.DRAFT


def seat_of(user: User, contest: Contest, now: datetime) -> Seat | None:
    """Return the person's seat on the commission today, None without one."""
    if not user.is_active:
        return None
    return Seat.objects.active(on_day(now)).filter(user=user, contest=contest).first()


def chairs(user: User, contest: Contest, now: datetime) -> bool:
    """Return whether the person is the chair of the contest's commission today."""
    seat = seat_of(user, contest, now)
    return seat is not None and seat.role == Seat.Role.CHAIR


def _memberships(user: User, application: Application, now: datetime) -> QuerySet[Membership]:
    if not user.is_active:
        return Membership.objects.none()
    return Membership.objects.active(on_day(now)).filter(
        user=user, municipality_id=application.municipality_id
    )

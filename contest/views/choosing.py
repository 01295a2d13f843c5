"""Which contest a page of the staff or the chair is about."""

from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contest import panel, permissions
from contest.models import Contest, Seat
from contest.refusals import NotAllowed


def require_staff(user: User) -> None:
    """Raise 404 for whoever does not run the portal: to them these pages are not there."""
    if not permissions.may_read_staff_pages(user):
        raise Http404


def choose(contests: list[Contest], code: str, now: datetime) -> Contest | None:
    """Return the contest of the code, without one the contest that opened last.

    Raises 404 for a code that none has. ``contests``: the last to open first.
    """
    if code:
        found = next((contest for contest in contests if contest.code == code), None)
        if found is None:
            raise Http404
        return found
    opened = [contest for contest in contests if contest.opens_at <= now]
    return next(iter(opened), None) or (contests[-1] if contests else None)


def chosen(request: HttpRequest, now: datetime) -> Contest:
    """Return the contest of ``?contest=``, or the current one. Raises 404 without any."""
    contest = choose(list(Contest.objects.all()), request.GET.get("contest", ""), now)
    if contest is None:
        raise Http404
    return contest


def presided(user: User, code: str, now: datetime) -> Seat:
    """Return the seat from which the person presides, as chair or deputy.

    Of the contest of the code, without one of the contest that opened last. Raises 404
    for who has nothing to do with it, NotAllowed for members and those who run it.
    """
    seats = panel.seats_of(user, now)
    if code:
        seats = seats.filter(contest__code=code)
    held = list(seats)
    presiding = [seat for seat in held if seat.role != Seat.Role.MEMBER]
    if presiding:
        return presiding[0]
    if held or permissions.may_read_staff_pages(user):
        raise NotAllowed(_("This is for the chair of the commission."))
    raise Http404

"""What a person finds in the header: the places of their roles, and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import User
from contest.models import Seat
from municipalities.models import Membership


@dataclass(frozen=True)
class Place:
    """A link of the header. ``current``: the page shown is there."""

    url: str
    label: str | Promise
    current: bool = False


def of_the_page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``navigation`` and ``footer_links``, for the pages that show them."""
    return {
        "navigation": SimpleLazyObject(lambda: places(request)),
        "footer_links": [
            Place(reverse(name), label)
            for name, label in (
                ("contest:public", _("About the contest")),
                ("contest:results", _("Results")),
                ("municipalities:list", _("Municipalities")),
            )
        ],
    }


def places(request: HttpRequest) -> list[Place]:
    """Return the places of the person's roles, the one that is shown marked as current."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    names = [("home", _("Home")), *_names(user, timezone.now())]
    urls = [(reverse(name), label) for name, label in names]
    current = max(
        (url for url, _label in urls if url != "/" and request.path.startswith(url)),
        key=len,
        default=request.path,
    )
    return [Place(url, label, url == current) for url, label in urls]


def _names(user: User, now: datetime) -> list[tuple[str, Promise]]:
    """Return URL names and labels in the order of the header."""
    found: list[tuple[str, Promise]] = []
    today = timezone.localdate(now)
    if Membership.objects.active(today).filter(user=user).exists():
        found += [
            ("contest:application", _("Application")),
            ("municipalities:own", _("Municipality")),
            ("seminars:list", _("Seminars")),
        ]
    seats = list(Seat.objects.active(today).filter(user=user).values_list("role", flat=True))
    if seats:
        found.append(("contest:commission", _("Scoring")))
    if Seat.Role.CHAIR in seats:
        found.append(("contest:chair", _("Decision")))
    if roles.runs_portal(user):
        found += [
            ("contest:staff", _("Applications")),
            ("seminars:list", _("Seminars")),
            ("municipalities:list", _("Municipalities")),
            ("accounts:people", _("People")),
            ("reports:coverage", _("Coverage")),
        ]
    elif roles.is_observer(user):
        found += [("seminars:list", _("Seminars")), ("reports:coverage", _("Coverage"))]
    if user.is_staff:
        found.append(("admin:index", _("Admin")))
    return list(dict.fromkeys(found))

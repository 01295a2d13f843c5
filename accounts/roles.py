"""The roles that a group gives, as predicates. A role taken away counts from the next request.

Municipal staff have a membership (``municipalities``), the commission has seats (``contest``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .models import User

PROJECT_STAFF = "project staff"
OBSERVERS = "observers"
ADMINISTRATOR = _("administrator")
LABELS = {PROJECT_STAFF: _("project staff"), OBSERVERS: _("observer")}


def is_project_staff(user: "User | AnonymousUser") -> bool:
    """Return whether the person runs the contest and the seminars (the secretary)."""
    return user.is_active and user.is_authenticated and PROJECT_STAFF in user.role_names


def is_observer(user: "User | AnonymousUser") -> bool:
    """Return whether the person reads aggregated reports only (the donor)."""
    return user.is_active and user.is_authenticated and OBSERVERS in user.role_names


def is_administrator(user: "User | AnonymousUser") -> bool:
    """Return whether the person keeps the portal: everything but a score or a decision."""
    return user.is_active and user.is_superuser


def runs_portal(user: "User | AnonymousUser") -> bool:
    """Return whether the person is project staff or an administrator."""
    return is_project_staff(user) or is_administrator(user)


def may_send_new_password(user: "User | AnonymousUser", person: "User") -> bool:
    """Return whether the one may make a link that sets the other's password.

    Whoever has such a link can act as its person. So project staff make them for
    municipal staff alone; for the commission, the staff and the administrators
    (all who may open the admin) an administrator does: two keys stay two.
    """
    if is_administrator(user):
        return True
    return is_project_staff(user) and not person.is_staff and not person.is_superuser


Source = Callable[[Sequence[int], datetime], Iterable[tuple[int, str]]]

_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Let an app say in words what it lets people do: ``(ids, now)`` gives (id, words) pairs."""
    if source not in _sources:
        _sources.append(source)


def in_words(people: "Sequence[User]", now: datetime) -> Mapping[int, list[str]]:
    """Return the roles of each person by id, in words: of groups, municipalities, commissions.

    ``groups`` of the people should be prefetched; each app adds one query.
    """
    words = {person.pk: [str(ADMINISTRATOR)] if person.is_superuser else [] for person in people}
    for person in people:
        words[person.pk] += [str(LABELS[g.name]) for g in person.groups.all() if g.name in LABELS]
    for source in _sources:
        for pk, role in source(list(words), now):
            words[pk].append(role)
    return words

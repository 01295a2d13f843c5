"""The door that moves an application from state to state. ``MOVES`` is the whole machine.

Content is ``drafting``'s; awards are given by ``decision``, which calls ``perform``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import TextChoices, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from language.tidying import tidy_text

from . import completeness, deadlines, notices, permissions
from .models import Application, ApplicationEvent, Contest
from .refusals import Closed, Invalid, NotAllowed, Stale, Text

State = Application.State


class Action(TextChoices):
    """What can be done with an application; the labels are those of buttons."""

    SUBMIT = "submit", _("Submit the application")
    WITHDRAW = "withdraw", _("Withdraw the application")
    REVIVE = "revive", _("Take the application up again")
    ADMIT = "admit", _("Admit")
    RETURN = "return", _("Return for correction")
    DECLINE = "decline", _("Decline")
    AWARD = "award", _("Award")
    NOT_AWARD = "not_award", _("Leave without a prize")


PUBLIC_LABELS: dict[str, Text] = {
    State.DRAFT: pgettext_lazy("application, for its municipality", "Draft"),
    State.SUBMITTED: pgettext_lazy("application, for its municipality", "Being checked"),
    State.RETURNED: pgettext_lazy("application, for its municipality", "Returned for correction"),
    State.ADMITTED: pgettext_lazy("application, for its municipality", "Admitted, being scored"),
    State.DECLINED: pgettext_lazy("application, for its municipality", "Not admitted"),
    State.WITHDRAWN: pgettext_lazy("application, for its municipality", "Withdrawn"),
    State.AWARDED: pgettext_lazy("application, for its municipality", "Awarded"),
    State.NOT_AWARDED: pgettext_lazy("application, for its municipality", "Without a prize"),
}
"""What a municipality reads about its application; ``State`` has the words of the staff."""


@dataclass(frozen=True)
class Move:
    """One row of the machine. ``who`` is asked before ``when``, both before what is missing."""

    from_states: tuple[str, ...]
    to_state: str
    who: Callable[[User, Application, datetime], bool]
    when: Callable[[Application, datetime], bool]
    complete: bool = False
    note: bool = False


def _is_municipality_head(user: User, application: Application, now: datetime) -> bool:
    return permissions.may_submit(user, application, now)


def _is_staff(user: User, application: Application, now: datetime) -> bool:  # noqa: ARG001
    return permissions.runs_contest(user)


def _is_chair(user: User, application: Application, now: datetime) -> bool:
    return permissions.chairs(user, application.contest, now)


def _before_scoring(application: Application, now: datetime) -> bool:
    return now < application.contest.scoring_opens_at


def _before_scoring_ends(application: Application, now: datetime) -> bool:
    """Admission ends with the scoring; who has a returned application keeps its time to mend."""
    is_being_mended = application.state == State.RETURNED and deadlines.takes_writing(
        application, now
    )
    return now < application.contest.scoring_closes_at and not is_being_mended


def _after_scoring(application: Application, now: datetime) -> bool:
    return deadlines.is_scoring_over(application.contest, now)


# fmt: off
MOVES: Mapping[Action, Move] = {
    # action           from                                              to
    #                  who                     when                       what
    Action.SUBMIT: Move(
        (State.DRAFT, State.RETURNED),                                   State.SUBMITTED,
        _is_municipality_head, deadlines.takes_writing,                  complete=True),
    Action.WITHDRAW: Move(
        (State.SUBMITTED, State.RETURNED, State.ADMITTED),               State.WITHDRAWN,
        _is_municipality_head, _before_scoring),
    Action.REVIVE: Move(
        (State.WITHDRAWN,),                                              State.DRAFT,
        _is_municipality_head, deadlines.takes_writing),
    Action.ADMIT: Move(
        (State.SUBMITTED,),                                              State.ADMITTED,
        _is_staff,             _before_scoring_ends,),
    Action.RETURN: Move(
        (State.SUBMITTED,),                                              State.RETURNED,
        _is_staff,             _before_scoring_ends,                     note=True),
    Action.DECLINE: Move(
        (State.SUBMITTED, State.RETURNED),                               State.DECLINED,
        _is_staff,             _before_scoring_ends,                     note=True),
    Action.AWARD: Move(
        (State.ADMITTED,),                                               State.AWARDED,
        _is_chair,             _after_scoring),
    Action.NOT_AWARD: Move(
        (State.ADMITTED,),                                               State.NOT_AWARDED,
        _is_chair,             _after_scoring),
}
# fmt: on


@transaction.atomic
def perform(
    application: Application,
    action: str,
    *,
    by: User,
    now: datetime,
    note: str = "",
    **details: Any,
) -> Application:
    """Move the application and return it; log the event; leave letters to the commit.

    ``return`` takes ``correction_until=``, an aware datetime. A submission that was
    made already is returned as it is: the same number, no second event.
    Raises NotAllowed (403), Stale and Closed (409), Invalid (422, with ``problems``).
    """
    move = MOVES[Action(action)]
    application = _locked(application)
    if not move.who(by, application, now):
        raise NotAllowed(_("This is not yours to do."))
    if action == Action.SUBMIT and application.state == State.SUBMITTED:
        return application
    _demand_possible(application, Action(action), move, now)
    note = tidy_text(note)
    _demand_what_it_takes(application, move, note)
    logged = _ACTS.get(Action(action), _no_act)(application, by, now, details)
    event = _move(application, Action(action), by=by, now=now, note=note, details=logged)
    application.save()
    event.save()
    notices.announce_move(application, str(action), by=by, note=note)
    return application


@transaction.atomic
def conclude(
    contest: Contest, outcomes: Mapping[int, Action], *, by: User, now: datetime
) -> list[Application]:
    """Move many applications of a contest at once, {pk: action}, and return them moved.

    For the end of a contest: the moves of ``MOVES`` that follow from the decision, in the
    same number of queries for one application and for a thousand. Raises as ``perform``.
    """
    Contest.objects.select_for_update().get(pk=contest.pk)
    rows = Application.objects.select_for_update(of=("self",)).filter(pk__in=outcomes)
    rows = rows.select_related("municipality", "submitted_by")
    applications = list(rows.filter(contest=contest).order_by("pk"))
    events = []
    for application in applications:
        application.contest = contest  # one instance, whose seats are asked once
    for action in dict.fromkeys(outcomes.values()):
        move, moved = MOVES[action], [one for one in applications if outcomes[one.pk] == action]
        if moved and not move.who(by, moved[0], now):
            raise NotAllowed(_("This is not yours to do."))
        for application in moved:
            _demand_possible(application, action, move, now)
            events.append(_move(application, action, by=by, now=now))
    Application.objects.bulk_update(applications, ["state", "version", "updated_at"], 500)
    ApplicationEvent.objects.bulk_create(events, 500)
    return applications


def allowed(application: Application, user: User, now: datetime) -> list[Action]:
    """Return what the person may do now, in the order of ``MOVES``; the page shows the buttons.

    Awards are not among them: they follow from the decision.
    """
    return [
        action
        for action, move in MOVES.items()
        if action not in (Action.AWARD, Action.NOT_AWARD)
        and application.state in move.from_states
        and move.when(application, now)
        and not (action == Action.RETURN and was_returned(application))
        and move.who(user, application, now)
    ]


def was_returned(application: Application) -> bool:
    """Return whether the application has been returned for correction; it is done once only."""
    return application.correction_until is not None


def public_label(application: Application) -> Text:
    """Return the state in the words for the municipality."""
    return PUBLIC_LABELS[application.state]


def _locked(application: Application) -> Application:
    """Return the application, locked after its contest: numbers are given one after another."""
    Contest.objects.select_for_update().get(pk=application.contest_id)
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("contest", "municipality")
        .get(pk=application.pk)
    )


def _move(
    application: Application,
    action: Action,
    *,
    by: User,
    now: datetime,
    note: str = "",
    details: Mapping[str, Any] | None = None,
) -> ApplicationEvent:
    """Set the new state, and return the event that tells of it. Saves neither."""
    from_state, application.state = application.state, MOVES[action].to_state
    application.version += 1
    application.updated_at = now
    return ApplicationEvent(
        application=application,
        action=action,
        from_state=from_state,
        to_state=application.state,
        at=now,
        by=by,
        note=note,
        details=details or {},
    )


def _demand_possible(application: Application, action: Action, move: Move, now: datetime) -> None:
    if application.state not in move.from_states:
        raise Stale(
            _("The application is “%s” by now, so this cannot be done.") % public_label(application)
        )
    if action == Action.RETURN and was_returned(application):
        raise Stale(_("The application was returned once already: admit or decline it."))
    if not move.when(application, now):
        raise Closed(_("The time for this is over, or has not come yet."))


def _demand_what_it_takes(application: Application, move: Move, note: str) -> None:
    if move.note and not note:
        raise Invalid(_("Write the reason: the municipality reads it."))
    if move.complete:
        prefetch_related_objects([application], *completeness.PARTS)
    if move.complete and (missing := completeness.missing(application)):
        raise Invalid(_("The application is not complete yet."), [item.message for item in missing])


def _submit(application: Application, by: User, now: datetime, details: Any) -> dict[str, Any]:  # noqa: ARG001
    if application.number is None:
        taken = Application.objects.filter(
            contest_id=application.contest_id, number__isnull=False
        ).count()
        application.number = f"{application.contest.code}-{taken + 1:03d}"
    application.submitted_at = now
    application.submitted_by = by
    application.fingerprint = completeness.fingerprint(application)
    return {"number": application.number, "fingerprint": application.fingerprint}


def _return(application: Application, by: User, now: datetime, details: Any) -> dict[str, Any]:  # noqa: ARG001
    until = details.get("correction_until")
    if not isinstance(until, datetime) or until <= now:
        raise Invalid(_("Give a moment in the future until which it can be corrected."))
    if until > application.contest.scoring_closes_at:
        raise Invalid(
            _("The correction must end before the scoring does: %s.")
            % _moment(application.contest.scoring_closes_at)
        )
    application.correction_until = until
    return {"correction_until": until.isoformat()}


def _no_act(application: Application, by: User, now: datetime, details: Any) -> dict[str, Any]:  # noqa: ARG001
    return {}


_ACTS: Mapping[Action, Callable[[Application, User, datetime, Any], dict[str, Any]]] = {
    Action.SUBMIT: _submit,
    Action.RETURN: _return,
}


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")

"""The door of the outcome: ties, quorum, awards. Two keys: staff draft, the chair confirms.

Nothing of it is visible to applicants until ``announce``. Where the chair has a
conflict of interest with an application that is decided on, a deputy stands in.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from audit import trail

from . import deadlines, notices, permissions, scoring, workflow
from .models import Application, Award, Contest, Decision, Prize, QuorumWaiver, Seat, TieBreak
from .models.application import on_day
from .refusals import Closed, Invalid, NotAllowed, Stale, Text
from .standings import Standings, is_grouped, standings

State = Decision.State


# --- who


def presides(
    user: User, contest: Contest, applications: Iterable[Application], now: datetime
) -> bool:
    """Return whether the person decides on the applications as chair, or as a deputy instead.

    A deputy does where the chair has a conflict with one of them, or there is no chair.
    """
    units = {application.municipality_id for application in applications}
    own = permissions.seat_of(user, contest, now)
    if own is None or own.role == Seat.Role.MEMBER or _has_conflict(own, units):
        return False
    if own.role == Seat.Role.CHAIR:
        return True
    chairs = Seat.objects.active(on_day(now)).filter(contest=contest, role=Seat.Role.CHAIR)
    return all(_has_conflict(chair, units) for chair in chairs)


def _has_conflict(seat: Seat, units: set[int]) -> bool:
    return seat.conflicts.filter(municipality__in=units).exists()


# --- before the draft: ties and quorum


@transaction.atomic
def break_tie(
    contest: Contest, codes: Sequence[str], *, reason: str, by: User, now: datetime
) -> None:
    """Record the order of applications that the tie chain leaves equal, best first.

    ``codes`` must name exactly those who share one place. Raises ``NotAllowed``,
    ``Closed``, ``Stale`` (confirmed already) and ``Invalid``.
    """
    found = _open_standings(contest, now)
    equals = next((tie for tie in found.ties if {one.key for one in tie} == set(codes)), None)
    if equals is None or len(set(codes)) != len(codes):
        raise Invalid(_("Name every application that shares the place, each once."))
    _demand_presiding(by, contest, [one.application for one in equals], now)
    reason = _demand_reason(reason)
    for one in equals:
        TieBreak.objects.update_or_create(
            application=one.application,
            defaults={
                "order": codes.index(one.key) + 1,
                "reason": reason,
                "at": now,
                "by": by,
            },
        )
    after = {"order": list(codes)}
    trail.record("decision.break_tie", by=by, now=now, subject=contest, after=after, reason=reason)


@transaction.atomic
def waive_quorum(application: Application, *, reason: str, by: User, now: datetime) -> QuorumWaiver:
    """Record why the application may pass with fewer sheets than the quorum.

    Raises ``NotAllowed``, ``Closed``, ``Stale`` (confirmed, or waived already) and ``Invalid``.
    """
    found = _open_standings(application.contest, now)
    standing = found.of(application)
    _demand_presiding(by, application.contest, [application], now)
    if standing is None or (standing.row.is_ranked and not standing.has_waiver):
        raise Invalid(_("The application has enough sheets; nothing is to be waived."))
    if standing.has_waiver:
        raise Stale(_("The quorum of this application is waived already."))
    reason = _demand_reason(reason)
    waiver = QuorumWaiver.objects.create(application=application, reason=reason, at=now, by=by)
    trail.record(
        "decision.waive_quorum",
        by=by,
        now=now,
        subject=application.contest,
        after={"application": standing.key, "sheets": standing.row.sheets},
        reason=reason,
    )
    return waiver


# --- the draft


@transaction.atomic
def draft(
    contest: Contest,
    awards: Mapping[int, int],
    *,
    based_on: str,
    by: User,
    now: datetime,
    protocol_number: str = "",
    note: str = "",
) -> Decision:
    """Save the draft of the decision: ``{application's pk: prize's pk}``; return it.

    ``based_on``: ``Standings.inputs_sha256`` of the ranking that the person saw.
    Raises ``NotAllowed`` (project staff only), ``Closed`` (scoring goes on), ``Stale``
    (confirmed, or another ranking by now) and ``Invalid`` with every problem.
    """
    if not permissions.runs_contest(by):
        raise NotAllowed(_("The decision is drafted by project staff."))
    found = _open_standings(contest, now)
    if based_on != found.inputs_sha256:
        raise Stale(_("The ranking has changed meanwhile. Look at it again and save once more."))
    prizes = contest.prizes.in_bulk()
    if set(awards.values()) - prizes.keys():
        raise Invalid(_("Choose a prize of this contest."))
    chosen = {pk: prizes[prize] for pk, prize in awards.items()}
    _demand(_problems_of_awards(found, chosen))
    before = _awards_by_code(contest)
    decision, _made = Decision.objects.update_or_create(
        contest=contest,
        defaults={
            "protocol_number": protocol_number.strip(),
            "note": note.strip(),
            "drafted_at": now,
            "drafted_by": by,
            "inputs_sha256": found.inputs_sha256,
        },
    )
    _write_awards(decision, found, chosen)
    after = _awards_by_code(contest)
    trail.record("decision.draft", by=by, now=now, subject=contest, before=before, after=after)
    return decision


# --- the second key


@transaction.atomic
def decide(contest: Contest, *, by: User, now: datetime) -> Decision:
    """Confirm the draft and freeze the ranking with it; return the decision.

    Raises ``NotAllowed`` (not the chair, or the one who drafted it), ``Closed`` (no
    draft yet), ``Stale`` (confirmed already, or the ranking changed since the draft)
    and ``Invalid`` with every problem: quorum, ties, threshold, fund.
    """
    found = _open_standings(contest, now)
    decision = Decision.objects.filter(contest=contest).first()
    if decision is None:
        raise Closed(_("There is no draft of the decision yet."))
    _demand_presiding(by, contest, [one.application for one in found.rows], now)
    if decision.drafted_by_id == by.pk:
        raise NotAllowed(_("Who drafted the decision does not confirm it: it takes two."))
    if decision.inputs_sha256 != found.inputs_sha256:
        raise Stale(
            _("The scores have changed since the draft. Project staff must draft it again.")
        )
    chosen = {
        award.application_id: award.prize for award in decision.awards.select_related("prize")
    }
    _demand([*_problems_of_quorum(found), *_problems_of_awards(found, chosen)])
    text = scoring.export_json(found.given)
    decision.state = State.CONFIRMED
    decision.confirmed_at, decision.confirmed_by = now, by
    decision.ranking, decision.ranking_sha256 = json.loads(text), scoring.fingerprint(text)
    decision.save()
    after = {"ranking_sha256": decision.ranking_sha256}
    trail.record("decision.confirm", by=by, now=now, subject=contest, after=after)
    return decision


@transaction.atomic
def announce(contest: Contest, *, by: User, now: datetime) -> Decision:
    """Make the decision public, once: move every application, queue one letter to each.

    Raises ``NotAllowed`` (not the chair), ``Closed`` (not confirmed yet) and ``Stale``.
    """
    Contest.objects.select_for_update().get(pk=contest.pk)
    if not permissions.chairs(by, contest, now):
        raise NotAllowed(_("The result is announced by the chair."))
    decision = Decision.objects.select_for_update().filter(contest=contest).first()
    if decision is None or decision.state == State.DRAFT:
        raise Closed(_("The decision is not confirmed yet."))
    if decision.state == State.ANNOUNCED:
        raise Stale(_("The result was announced already."))
    found = standings(contest)
    awards = {award.application_id: award for award in decision.awards.select_related("prize")}
    decision.state = State.ANNOUNCED
    decision.announced_at, decision.announced_by = now, by
    decision.save(update_fields=["state", "announced_at", "announced_by"])
    points = {one.application.pk: one.points for one in found.rows}
    outcomes = {
        pk: workflow.Action.AWARD if pk in awards else workflow.Action.NOT_AWARD for pk in points
    }
    for moved in workflow.conclude(contest, outcomes, by=by, now=now):
        notices.send_result(moved, award=awards.get(moved.pk), points=points[moved.pk])
    after = {"applications": len(found.rows), "awards": len(awards)}
    trail.record("decision.announce", by=by, now=now, subject=contest, after=after)
    return decision


# --- what is demanded


def problems(found: Standings, chosen: Mapping[int, Prize]) -> list[Text]:
    """Return a sentence for each thing that keeps the awards from being confirmed."""
    return [*_problems_of_quorum(found), *_problems_of_awards(found, chosen)]


def _problems_of_quorum(found: Standings) -> list[Text]:
    return [
        ngettext(
            "%(code)s has %(count)s sheet, below the quorum: the chair must record why it passes.",
            "%(code)s has %(count)s sheets, below the quorum: the chair must record why it passes.",
            one.row.sheets,
        )
        % {"code": one.key, "count": one.row.sheets}
        for one in found.blocking
    ]


def _problems_of_awards(found: Standings, chosen: Mapping[int, Prize]) -> list[Text]:
    by_pk = {one.application.pk: one for one in found.rows}
    if chosen.keys() - by_pk.keys():
        return [_("A prize goes only to an admitted application of this contest.")]
    told: list[Text] = []
    for pk in chosen:
        one = by_pk[pk]
        if one.place is None:
            told.append(_("%(code)s has no place, so it gets no prize.") % {"code": one.key})
        elif not one.row.reaches_threshold:
            told.append(
                _("%(code)s is below the threshold of %(threshold)s points.")
                % {"code": one.key, "threshold": found.contest.threshold}
            )
        elif one.is_tied:
            told.append(
                _("%(code)s shares its place: the chair must say first who comes before whom.")
                % {"code": one.key}
            )
    return [*told, *_problems_of_prizes(found, chosen)]


def _problems_of_prizes(found: Standings, chosen: Mapping[int, Prize]) -> list[Text]:
    """Return what is wrong with the number and the sum of the prizes."""
    told: list[Text] = []
    groups = {one.application.pk: one.row.group for one in found.rows}
    given = Counter((prize.pk, groups[pk]) for pk, prize in chosen.items() if pk in groups)
    prizes = {prize.pk: prize for prize in chosen.values()}
    for (pk, group), count in sorted(given.items()):
        prize = prizes[pk]
        most = prize.place_to - prize.place_from + 1
        if count > most:
            told.append(
                _("“%(prize)s” can be given %(most)s times, not %(count)s. %(group)s")
                % {
                    "prize": prize,
                    "most": most,
                    "count": count,
                    "group": group if is_grouped(found.contest) else "",
                }
            )
    total = sum(prize.value_som for prize in chosen.values())
    if total > found.contest.fund_som:
        told.append(
            _("The prizes add up to %(total)s som, the fund has %(fund)s som.")
            % {"total": total, "fund": found.contest.fund_som}
        )
    return told


def _demand(problems: list[Text]) -> None:
    if problems:
        raise Invalid(_("The decision cannot be saved like this."), problems)


def _demand_presiding(
    by: User, contest: Contest, applications: Iterable[Application], now: datetime
) -> None:
    if not presides(by, contest, applications, now):
        raise NotAllowed(
            _("This is for the chair, or for the deputy where the chair has a conflict.")
        )


def _demand_reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(_("Write the reason: it goes into the protocol."))
    return reason.strip()


def _open_standings(contest: Contest, now: datetime) -> Standings:
    """Return the ranking, with the contest locked, while nothing is confirmed.

    Raises ``Closed`` while scoring goes on, ``Stale`` once the decision is confirmed.
    """
    locked = Contest.objects.select_for_update().get(pk=contest.pk)
    if not deadlines.is_scoring_over(locked, now):
        raise Closed(_("The ranking opens when the scoring closes."))
    if Decision.objects.filter(contest=locked).exclude(state=State.DRAFT).exists():
        raise Stale(_("The decision is confirmed already."))
    return standings(locked)


def _write_awards(decision: Decision, found: Standings, chosen: Mapping[int, Prize]) -> None:
    decision.awards.all().delete()
    Award.objects.bulk_create(
        Award(
            decision=decision,
            application=one.application,
            prize=chosen[one.application.pk],
            place=one.place,
            value_som=chosen[one.application.pk].value_som,
        )
        for one in found.rows
        if one.application.pk in chosen and one.place is not None
    )


def _awards_by_code(contest: Contest) -> dict[str, Any]:
    """Return {code: prize}, for the trail, which the chair reads undecoded."""
    awards = Award.objects.filter(decision__contest=contest).select_related("application", "prize")
    return {
        award.application.code or str(award.application_id): award.prize.name_ru for award in awards
    }

"""The two keys: project staff draft the decision, the chair confirms and announces it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from contest import deadlines, decision, notices, panel, permissions, scoring
from contest.forms.decision import DraftForm, ReasonForm, TieForm
from contest.models import Award, Contest, Decision, Prize, Seat
from contest.refusals import Invalid, NotAllowed, Refusal, Text
from contest.standings import Standing, Standings, proposal, standings

from .choosing import chosen, presided, require_staff

State = Decision.State


def draft(request: SignedInRequest) -> HttpResponse:
    """The staff's page: the ranking, and a prize for each application, within the fund."""
    now = timezone.now()
    if panel.seats_of(request.user, now).exists():
        raise NotAllowed(_("The decision is drafted by project staff."))
    require_staff(request.user)
    contest = chosen(request, now)
    _demand_ranking(contest, now)
    found = standings(contest)
    made = Decision.objects.filter(contest=contest).defer("ranking").first()
    prizes = list(contest.prizes.all())
    form = _draft_form(request, found, made, prizes)
    status: int = 200
    problems: Sequence[str] = ()
    if request.method == "POST":
        status, problems = _save_draft(request, contest, form, now)
        if status == 302:
            messages.success(request, _("The draft is saved. The chair confirms it."))
            return redirect(f"{reverse('contest:decision')}?contest={contest.code}")
    context = _draft_page(request, found, made, form, prizes) | {"problems": problems}
    return render(request, "contest/staff/decision.html", context, status=status)


def _draft_form(
    request: SignedInRequest, found: Standings, made: Decision | None, prizes: Sequence[Prize]
) -> DraftForm:
    """Return the form with the saved draft, before the first one with the proposal by places."""
    if made is None:
        awards = {pk: prize.pk for pk, prize in proposal(found, prizes).items()}
        start = {"based_on": found.inputs_sha256}
    else:
        awards = dict(made.awards.values_list("application", "prize"))
        start = {
            "based_on": found.inputs_sha256,
            "protocol_number": made.protocol_number,
            "note": made.note,
        }
    return DraftForm(
        request.POST if request.method == "POST" else None,
        rows=found.rows,
        prizes=prizes,
        awards=awards,
        initial=start,
    )


def _save_draft(
    request: SignedInRequest, contest: Contest, form: DraftForm, now: datetime
) -> tuple[int, Sequence[str]]:
    """Call the door. Return the status, and the sentences that stand above the typed prizes."""
    if not form.is_valid():
        return 422, ()
    data = form.cleaned_data
    try:
        decision.draft(
            contest,
            form.awards(),
            based_on=data["based_on"],
            protocol_number=data["protocol_number"],
            note=data["note"],
            by=request.user,
            now=now,
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        return refusal.status_code, _problems(refusal)
    return 302, ()


def _draft_page(
    request: SignedInRequest,
    found: Standings,
    made: Decision | None,
    form: DraftForm,
    prizes: Sequence[Prize],
) -> dict[str, Any]:
    values = {str(prize.pk): prize.value_som for prize in prizes}
    given = [form.prize_of(one).value() for one in found.rows]
    total = sum(values.get(str(pk), 0) for pk in given)
    is_open = made is None or made.state == State.DRAFT
    return {
        "contest": found.contest,
        "decision": made,
        "form": form,
        "rows": [(one, _flags(one), form.prize_of(one)) for one in found.rows],
        "total": total,
        "left": found.contest.fund_som - total,
        "may_draft": is_open and permissions.runs_contest(request.user),
        "is_stale": is_open and made is not None and made.inputs_sha256 != found.inputs_sha256,
        "is_proposal": made is None,
    }


def _flags(one: Standing) -> list[tuple[Text, str]]:
    """Return what is remarkable about a row: a word, and the colour that repeats it."""
    flags: list[tuple[Text, str]] = []
    if not one.row.is_ranked:
        flags.append((_("below quorum"), "danger"))
    elif not one.row.reaches_threshold:
        flags.append((_("below threshold"), "warning"))
    if one.has_waiver:
        flags.append((_("quorum waived"), "info"))
    if one.is_tied:
        flags.append((_("tie"), "danger"))
    elif one.tie is scoring.Tie.CHAIN:
        flags.append((_("tie settled by %s") % (one.row.tie_criterion or "–"), "neutral"))
    elif one.tie is scoring.Tie.CHAIR:
        flags.append((_("tie settled by the chair"), "neutral"))
    return flags


# --- the chair


@require_safe
def chair(request: SignedInRequest) -> HttpResponse:
    """The chair's page: the coded ranking, ties and quorum, the confirmation, the announcement."""
    now = timezone.now()
    seat = presided(request.user, request.GET.get("contest", ""), now)
    return _chair_page(request, seat, now)


@require_POST
def break_tie(request: SignedInRequest, contest: str, code: str) -> HttpResponse:
    """Record who of those who share a place comes first."""
    now = timezone.now()
    seat = _presiding(request, contest, now)
    equals = next((tie for tie in standings(seat.contest).ties if tie[0].key == code), None)
    if equals is None:
        raise Invalid(_("This tie is settled already."))
    form = TieForm(request.POST, equals=equals, prefix=code)
    if not form.is_valid():
        return _chair_page(request, seat, now, status=422, forms={code: form})
    reason = form.cleaned_data["reason"]
    decision.break_tie(seat.contest, form.order(), reason=reason, by=request.user, now=now)
    messages.success(request, _("The order is recorded."))
    return _to_chair(seat.contest)


@require_POST
def waive_quorum(request: SignedInRequest, contest: str, code: str) -> HttpResponse:
    """Record why an application may pass below the quorum."""
    now = timezone.now()
    seat = _presiding(request, contest, now)
    one = next((one for one in standings(seat.contest).rows if one.key == code), None)
    if one is None:
        raise Http404
    form = ReasonForm(request.POST, prefix=code)
    if not form.is_valid():
        return _chair_page(request, seat, now, status=422, forms={code: form})
    reason = form.cleaned_data["reason"]
    decision.waive_quorum(one.application, reason=reason, by=request.user, now=now)
    messages.success(request, _("The reason is recorded."))
    return _to_chair(seat.contest)


@require_POST
def confirm(request: SignedInRequest, contest: str) -> HttpResponse:
    """Turn the second key."""
    return _turn(request, contest, decision.decide, _("The decision is confirmed."))


@require_POST
def announce(request: SignedInRequest, contest: str) -> HttpResponse:
    """Make the result public."""
    return _turn(request, contest, decision.announce, _("The result is announced."))


def _turn(request: SignedInRequest, code: str, door: Any, done: str) -> HttpResponse:
    now = timezone.now()
    seat = _presiding(request, code, now)
    try:
        door(seat.contest, by=request.user, now=now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        status = refusal.status_code
        return _chair_page(request, seat, now, status=status, problems=_problems(refusal))
    messages.success(request, done)
    return _to_chair(seat.contest)


def _presiding(request: SignedInRequest, code: str, now: datetime) -> Seat:
    seat = presided(request.user, code, now)
    _demand_ranking(seat.contest, now)
    return seat


def _to_chair(contest: Contest) -> HttpResponse:
    return redirect(f"{reverse('contest:chair')}?contest={contest.code}")


def _presided_elsewhere(request: SignedInRequest, seat: Seat, now: datetime) -> list[Contest]:
    """Return the other contests whose decision the person may open."""
    seats = panel.seats_of(request.user, now).exclude(role=Seat.Role.MEMBER)
    return [other.contest for other in seats if other.contest_id != seat.contest_id]


def _chair_page(
    request: SignedInRequest,
    seat: Seat,
    now: datetime,
    *,
    status: int = 200,
    problems: Sequence[str] = (),
    forms: Mapping[str, ReasonForm] | None = None,
) -> HttpResponse:
    """Render the chair's page; ``forms`` are those sent with faults, by the code they are about."""
    contest, others = seat.contest, _presided_elsewhere(request, seat, now)
    if not deadlines.is_scoring_over(contest, now):
        page = {"contest": contest, "others": others}
        return render(request, "contest/chair/waiting.html", page)
    found = standings(contest)
    decisions = Decision.objects.filter(contest=contest).defer("ranking")
    made = decisions.select_related("drafted_by").first()
    awards = _awards(made)
    sent = forms or {}
    is_open = made is None or made.state == State.DRAFT
    context = {
        "contest": contest,
        "others": others,
        "decision": made,
        "rows": [(one, _flags(one), awards.get(one.application.pk)) for one in found.rows],
        "total": sum(award.value_som for award in awards.values()),
        "ties": [
            (tie, sent.get(tie[0].key) or TieForm(equals=tie, prefix=tie[0].key))
            for tie in (found.ties if is_open else [])
        ],
        "blocking": [
            (one, sent.get(one.key) or ReasonForm(prefix=one.key))
            for one in (found.blocking if is_open else [])
        ],
        "forms": list(sent.values()),
        "problems": problems,
        "is_stale": is_open and made is not None and made.inputs_sha256 != found.inputs_sha256,
        "letters": _letters(found, awards) if made and made.state == State.CONFIRMED else [],
    }
    return render(request, "contest/chair/decision.html", context, status=status)


def _awards(made: Decision | None) -> dict[int, Award]:
    if made is None:
        return {}
    return {award.application_id: award for award in made.awards.select_related("prize")}


def _letters(found: Standings, awards: Mapping[int, Award]) -> list[tuple[str, notices.Letter]]:
    """Return one letter of each kind as it will be sent, with the code of whom it goes to."""
    won = next((one for one in found.rows if one.application.pk in awards), None)
    lost = next((one for one in found.rows if one.application.pk not in awards), None)
    letters = []
    for one in filter(None, (won, lost)):
        with translation.override(one.application.language or translation.get_language()):
            award = awards.get(one.application.pk)
            letter = notices.result(
                found.contest, name=one.key, number=one.key, award=award, points=one.points
            )
            letters.append((one.key, letter))
    return letters


def _demand_ranking(contest: Contest, now: datetime) -> None:
    if not deadlines.is_scoring_over(contest, now):
        raise NotAllowed(_("The ranking opens when the scoring closes."))


def _problems(refusal: Refusal) -> list[str]:
    found = refusal.problems if isinstance(refusal, Invalid) else [refusal.message]
    return [str(problem) for problem in found]

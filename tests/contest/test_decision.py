"""The outcome: ties, quorum, prizes within the fund, two keys, announced once."""

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import translation
from post_office.models import Email
from zeal import zeal_ignore

from accounts.models import User
from audit.models import AuditEvent
from contest import decision, scoring
from contest.models import Application, ApplicationEvent, Contest, Decision, Seat, TieBreak
from contest.refusals import Closed, Invalid, NotAllowed, Refusal, Stale
from contest.standings import canonical, proposal, ranking, ranking_input, standings
from tests.builders import (
    NOW,
    make_coded_application,
    make_contest,
    make_decision,
    make_member,
    make_municipality,
    make_scored_contest,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


def chair_of(contest: Contest) -> User:
    return contest.seats.get(role=Seat.Role.CHAIR).user


def application(contest: Contest, code: str) -> Application:
    return contest.applications.get(code=code)


def places(contest: Contest) -> dict[str, int | None]:
    return {one.key: one.place for one in standings(contest).rows}


def draft(contest: Contest, awards: dict[str, str], by: User | None = None) -> Decision:
    """Draft awards by code and name of the prize."""
    found = standings(contest)
    by_code = {one.key: one.application.pk for one in found.rows}
    prizes = {prize.name_ru: prize.pk for prize in contest.prizes.all()}
    chosen = {by_code[code]: prizes[name] for code, name in awards.items()}
    by = by or make_staff()
    return decision.draft(contest, chosen, based_on=found.inputs_sha256, by=by, now=NOW)


def said(refusal: pytest.ExceptionInfo[Any]) -> str:
    return " ".join(str(problem) for problem in refusal.value.problems)


# --- the ranking


def test_the_ranking_follows_the_sheets() -> None:
    contest = make_scored_contest(levels=(3, 5, {"level": 4, "C4": 5}))

    rows = [(one.place, one.key, one.points, one.row.sheets) for one in standings(contest).rows]

    assert rows == [(1, "К-02", "100.00", 3), (2, "К-03", "84.00", 3), (3, "К-01", "60.00", 3)]


def test_the_input_of_the_ranking_takes_three_queries(django_assert_num_queries: Any) -> None:
    contest = make_scored_contest(levels=(3,))
    with django_assert_num_queries(3):
        ranking_input(contest)
    three = make_scored_contest(levels=(3, 4, 5))

    with django_assert_num_queries(3):
        assert len(ranking(three).rows) == 3


def test_an_admitted_application_without_sheets_blocks_the_decision() -> None:
    contest = make_scored_contest(levels=(5,))
    make_coded_application(contest=contest, code="К-99")
    made = make_decision(contest=contest)

    with pytest.raises(Invalid) as refusal:
        decision.decide(contest, by=chair_of(contest), now=NOW)

    assert "К-99" in said(refusal)
    made.refresh_from_db()
    assert made.state == Decision.State.DRAFT


def test_no_name_of_a_member_stands_in_the_input() -> None:
    given = scoring.canonical_json(ranking_input(make_scored_contest(levels=(5,))))

    assert "Бакыт" not in given
    assert '"member":"01"' in given


def test_places_are_counted_by_district_where_the_contest_says_so() -> None:
    contest = make_scored_contest(levels=(5, 4, 3), ranking_group="district")
    other = make_municipality(district=make_another_district())
    Application.objects.filter(code="К-02").update(municipality=other)

    assert places(contest) == {"К-01": 1, "К-02": 1, "К-03": 2}


def make_another_district() -> Any:
    from tests.builders import make_district

    return make_district(name_ru="Другой район", name_ky="Башка район")


# --- the proposal


def test_prizes_are_proposed_by_places_above_the_threshold() -> None:
    contest = make_scored_contest(levels=(5, 2, 3))

    proposed = proposal(standings(contest), contest.prizes.all())

    assert {application(contest, code).pk for code in ("К-01", "К-03")} == set(proposed)


def test_prizes_are_proposed_as_far_as_the_fund_reaches() -> None:
    contest = make_scored_contest(levels=(5, 4, 3), fund_som=6_000_000)
    contest.prizes.update(value_som=3_000_000)

    proposed = proposal(standings(contest), contest.prizes.all())

    assert len(proposed) == 2


# --- ties


def test_who_shares_a_place_is_not_proposed_until_the_chair_has_spoken() -> None:
    contest = make_scored_contest(levels=(4, 4, 3))
    assert len(proposal(standings(contest), contest.prizes.all())) == 1

    decision.break_tie(contest, ["К-02", "К-01"], reason="Жребий", by=chair_of(contest), now=NOW)

    assert places(contest) == {"К-02": 1, "К-01": 2, "К-03": 3}
    assert len(proposal(standings(contest), contest.prizes.all())) == 3
    event = AuditEvent.objects.get(action="decision.break_tie")
    assert (event.after, event.reason) == ({"order": ["К-02", "К-01"]}, "Жребий")


@pytest.mark.parametrize("codes", [["К-01"], ["К-01", "К-03"], ["К-01", "К-01"], []])
def test_a_tie_is_broken_among_all_who_share_the_place(codes: list[str]) -> None:
    contest = make_scored_contest(levels=(4, 4, 3))

    with pytest.raises(Invalid):
        decision.break_tie(contest, codes, reason="Жребий", by=chair_of(contest), now=NOW)

    assert not TieBreak.objects.exists()


def test_a_tie_is_broken_with_a_reason() -> None:
    contest = make_scored_contest(levels=(4, 4))

    with pytest.raises(Invalid):
        decision.break_tie(contest, ["К-01", "К-02"], reason=" ", by=chair_of(contest), now=NOW)


def test_a_tie_that_is_not_broken_gets_no_prize() -> None:
    contest = make_scored_contest(levels=(4, 4))

    with pytest.raises(Invalid) as refusal:
        draft(contest, {"К-01": "Приз победителя"})

    assert "К-01" in said(refusal)


# --- quorum


def below_quorum() -> Contest:
    """К-01 has two sheets of three."""
    contest = make_scored_contest(levels=(5, 4))
    sheet = application(contest, "К-01").sheets.first()
    sheet.state, sheet.weighted_levels = "abstained", None
    sheet.save()
    return contest


def test_below_the_quorum_there_is_no_place_until_the_chair_records_why() -> None:
    contest = below_quorum()
    assert places(contest) == {"К-02": 1, "К-01": None}

    decision.waive_quorum(
        application(contest, "К-01"), reason="Два конфликта", by=chair_of(contest), now=NOW
    )

    assert places(contest) == {"К-01": 1, "К-02": 2}


def test_a_quorum_is_waived_once() -> None:
    contest = below_quorum()
    waived = application(contest, "К-01")
    decision.waive_quorum(waived, reason="Конфликты", by=chair_of(contest), now=NOW)

    with pytest.raises(Stale):
        decision.waive_quorum(waived, reason="Ещё раз", by=chair_of(contest), now=NOW)


def test_a_quorum_that_is_there_is_not_waived() -> None:
    contest = make_scored_contest(levels=(5,))

    with pytest.raises(Invalid):
        decision.waive_quorum(
            application(contest, "К-01"), reason="Зачем", by=chair_of(contest), now=NOW
        )


def test_an_application_that_nobody_could_score_passes_unranked_once_it_is_waived() -> None:
    contest = make_scored_contest(levels=(5,))
    alone = make_coded_application(contest=contest, code="К-99")
    decision.waive_quorum(alone, reason="Все отказались", by=chair_of(contest), now=NOW)
    make_decision(contest=contest)

    made = decision.decide(contest, by=chair_of(contest), now=NOW)

    assert made.state == Decision.State.CONFIRMED


# --- the draft


def test_staff_draft_and_draft_again() -> None:
    contest = make_scored_contest()
    draft(contest, {"К-01": "Приз победителя"})

    made = draft(contest, {"К-02": "Поощрительный приз"})

    awards = list(made.awards.values_list("application__code", "place", "value_som"))
    assert awards == [("К-02", 2, 250_000)]
    event = AuditEvent.objects.filter(action="decision.draft").latest("id")
    assert event.before == {"К-01": "Приз победителя"}
    assert event.after == {"К-02": "Поощрительный приз"}


@pytest.mark.parametrize("role", ["chair", "member", "administrator"])
def test_nobody_but_staff_drafts(role: str) -> None:
    contest = make_scored_contest()
    people = {
        "chair": chair_of(contest),
        "member": contest.seats.filter(role="member").first().user,
        "administrator": make_user(is_superuser=True, is_staff=True),
    }

    with pytest.raises(NotAllowed):
        draft(contest, {}, by=people[role])


def test_nothing_is_drafted_while_scoring_goes_on() -> None:
    contest = make_contest(phase="scoring")

    with pytest.raises(Closed):
        decision.draft(contest, {}, based_on="", by=make_staff(), now=NOW)


def test_a_draft_on_an_old_ranking_is_refused() -> None:
    contest = make_scored_contest()

    with pytest.raises(Stale):
        decision.draft(contest, {}, based_on="0" * 64, by=make_staff(), now=NOW)


def test_prizes_stay_within_the_fund() -> None:
    contest = make_scored_contest(fund_som=1_000_000)
    contest.prizes.update(value_som=400_000)

    with pytest.raises(Invalid) as refusal:
        draft(contest, dict.fromkeys(["К-01", "К-02", "К-03"], "Приз победителя"))

    assert "1200000" in said(refusal)
    assert not Decision.objects.exists()


def test_the_whole_fund_may_be_given() -> None:
    contest = make_scored_contest(fund_som=1_200_000)
    contest.prizes.update(value_som=400_000)

    made = draft(contest, dict.fromkeys(["К-01", "К-02", "К-03"], "Приз победителя"))

    assert made.awards.count() == 3


def test_below_the_threshold_there_is_no_prize() -> None:
    contest = make_scored_contest(levels=(5, 2), threshold=41)

    with pytest.raises(Invalid) as refusal:
        draft(contest, {"К-02": "Приз победителя"})

    assert "41" in said(refusal)


def test_a_result_equal_to_the_threshold_is_enough() -> None:
    contest = make_scored_contest(levels=(5, 2), threshold=40)

    assert draft(contest, {"К-02": "Приз победителя"}).awards.count() == 1


def test_a_prize_is_given_as_often_as_there_are_places_for_it() -> None:
    contest = make_scored_contest()
    contest.prizes.filter(name_ru="Приз победителя").update(place_to=1)

    with translation.override("ru"):
        with pytest.raises(Invalid) as refusal:
            draft(contest, dict.fromkeys(["К-01", "К-02"], "Приз победителя"))

        assert "Приз победителя" in said(refusal)


def test_a_prize_of_another_contest_is_refused() -> None:
    contest, other = make_scored_contest(), make_contest()
    found = standings(contest)
    chosen = {application(contest, "К-01").pk: other.prizes.first().pk}

    with pytest.raises(Invalid):
        decision.draft(contest, chosen, based_on=found.inputs_sha256, by=make_staff(), now=NOW)


def test_an_application_that_does_not_compete_gets_no_prize() -> None:
    contest = make_scored_contest()
    declined = make_coded_application(contest=contest, state="declined")
    found = standings(contest)
    chosen = {declined.pk: contest.prizes.first().pk}

    with pytest.raises(Invalid):
        decision.draft(contest, chosen, based_on=found.inputs_sha256, by=make_staff(), now=NOW)


# --- the second key


def test_the_chair_confirms_and_the_ranking_is_frozen() -> None:
    contest = make_scored_contest()
    make_decision(contest=contest)

    made = decision.decide(contest, by=chair_of(contest), now=NOW)

    made.refresh_from_db()
    assert (made.state, made.confirmed_by) == ("confirmed", chair_of(contest))
    assert scoring.fingerprint(canonical(made.ranking)) == made.ranking_sha256
    assert made.ranking["input"]["contest"] == contest.code
    assert [row["application"] for row in made.ranking["ranking"]] == ["К-01", "К-02", "К-03"]


def test_the_frozen_ranking_holds_whatever_becomes_of_the_sheets() -> None:
    contest = make_scored_contest()
    make_decision(contest=contest, state="confirmed")
    application(contest, "К-01").sheets.update(state="abstained", weighted_levels=None)

    assert places(contest) == {"К-01": 1, "К-02": 2, "К-03": 3}


def test_who_drafted_does_not_confirm() -> None:
    contest = make_scored_contest()
    chair = chair_of(contest)
    made = make_decision(contest=contest)
    made.drafted_by = chair
    made.save()

    with pytest.raises(NotAllowed):
        decision.decide(contest, by=chair, now=NOW)


@pytest.mark.parametrize("role", ["staff", "member", "administrator"])
def test_nobody_but_the_chair_confirms(role: str) -> None:
    contest = make_scored_contest()
    make_decision(contest=contest)
    people = {
        "staff": make_staff(),
        "member": contest.seats.filter(role="member").first().user,
        "administrator": make_user(is_superuser=True, is_staff=True),
    }

    with pytest.raises(NotAllowed):
        decision.decide(contest, by=people[role], now=NOW)


def test_there_is_nothing_to_confirm_before_a_draft() -> None:
    contest = make_scored_contest()

    with pytest.raises(Closed):
        decision.decide(contest, by=chair_of(contest), now=NOW)


def test_a_draft_is_confirmed_once() -> None:
    contest = make_scored_contest()
    make_decision(contest=contest, state="confirmed")

    with pytest.raises(Stale):
        decision.decide(contest, by=chair_of(contest), now=NOW)


def test_a_confirmed_decision_is_not_drafted_again() -> None:
    contest = make_scored_contest()
    make_decision(contest=contest, state="confirmed")

    with pytest.raises(Stale):
        draft(contest, {})


def test_scores_that_changed_since_the_draft_send_it_back_to_staff() -> None:
    contest = make_scored_contest()
    make_decision(contest=contest)
    score = application(contest, "К-03").sheets.first().scores.first()
    score.level = 4
    score.save()

    with pytest.raises(Stale):
        decision.decide(contest, by=chair_of(contest), now=NOW)


def test_a_fund_that_shrank_since_the_draft_refuses_the_confirmation() -> None:
    contest = make_scored_contest()
    make_decision(contest=contest)
    Contest.objects.filter(pk=contest.pk).update(fund_som=1)

    with pytest.raises(Invalid) as refusal:
        decision.decide(contest, by=chair_of(contest), now=NOW)

    assert "1" in said(refusal)


def test_a_deputy_confirms_where_the_chair_has_a_conflict() -> None:
    contest = make_scored_contest()
    make_decision(contest=contest)
    deputy = make_member(contest=contest, role=Seat.Role.DEPUTY, user=make_user()).user
    with pytest.raises(NotAllowed):
        decision.decide(contest, by=deputy, now=NOW)
    contest.seats.get(role="chair").conflicts.create(
        municipality=application(contest, "К-02").municipality, declared_at=NOW
    )
    with pytest.raises(NotAllowed):
        decision.decide(contest, by=chair_of(contest), now=NOW)

    assert decision.decide(contest, by=deputy, now=NOW).confirmed_by == deputy


# --- the announcement


def test_nothing_is_announced_before_the_confirmation() -> None:
    contest = make_scored_contest()
    make_decision(contest=contest)

    with pytest.raises(Closed):
        decision.announce(contest, by=chair_of(contest), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_the_announcement_moves_every_application_and_queues_one_letter_to_each() -> None:
    contest = make_scored_contest(levels=(5, 4, 2))
    Application.objects.filter(code="К-02").update(language="ky")
    make_decision(contest=contest, state="confirmed")
    assert not Email.objects.exists()

    decision.announce(contest, by=chair_of(contest), now=NOW)

    states = dict(contest.applications.values_list("code", "state"))
    assert states == {"К-01": "awarded", "К-02": "awarded", "К-03": "not_awarded"}
    letters = {email.to[0]: email for email in Email.objects.all()}
    assert sorted(letters) == [f"office{number}@example.test" for number in (1, 2, 3)]
    assert Email.objects.count() == 3
    assert Decision.objects.get().state == Decision.State.ANNOUNCED


def test_the_announcement_is_made_once() -> None:
    contest = make_scored_contest()
    make_decision(contest=contest, state="announced")

    with pytest.raises(Stale):
        decision.announce(contest, by=chair_of(contest), now=NOW)

    assert ApplicationEvent.objects.filter(action="award").count() == 3


def test_staff_do_not_announce() -> None:
    contest = make_scored_contest()
    make_decision(contest=contest, state="confirmed")

    with pytest.raises(NotAllowed):
        decision.announce(contest, by=make_staff(), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_announcements_at_once_one_counts() -> None:
    contest = make_scored_contest()
    chair = chair_of(contest)
    make_decision(contest=contest, state="confirmed")
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def announce() -> None:
        try:
            with zeal_ignore():
                together.wait(10)
                decision.announce(contest, by=chair, now=NOW)
            outcomes.append("announced")
        except Refusal as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=announce) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["Stale", "announced"], connection.vendor
    assert Email.objects.count() == 3
    assert ApplicationEvent.objects.filter(action__in=("award", "not_award")).count() == 3

"""A member's sheet: saved, submitted, abstained from, reopened; who may read it."""

from datetime import timedelta
from typing import Any

import pytest

from contest import panel, scorecard
from contest.models import Application, Contest, Score, Seat, Sheet, SheetVersion
from contest.refusals import Closed, Invalid, NotAllowed, Refusal, Stale
from tests import builders
from tests.builders import NOW, sheet_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return builders.make_contest(phase="scoring")


@pytest.fixture
def seat(contest: Contest) -> Seat:
    return builders.make_member(contest=contest)


@pytest.fixture
def application(contest: Contest) -> Application:
    return builders.make_coded_application(contest=contest)


def save(application: Application, seat: Seat, based_on: int = 0, **content: Any) -> Sheet:
    given = sheet_content(contest=application.contest, **content)
    return scorecard.record(application, seat, **given, based_on=based_on, by=seat.user, now=NOW)


def submit(application: Application, seat: Seat, based_on: int = 0, **content: Any) -> Sheet:
    given = sheet_content(contest=application.contest, **content)
    return scorecard.submit(application, seat, **given, based_on=based_on, by=seat.user, now=NOW)


def written() -> tuple[int, int, int]:
    return Sheet.objects.count(), Score.objects.count(), SheetVersion.objects.count()


# --- saving


def test_a_draft_keeps_what_was_typed_and_its_version(application: Application, seat: Seat) -> None:
    sheet = save(application, seat, level=None, C1=4, comment="Страница 12")

    assert (sheet.state, sheet.version, sheet.weighted_levels) == ("draft", 1, None)
    assert list(sheet.scores.values_list("criterion__code", "level", "comment"))[:2] == [
        ("C1", 4, "Страница 12"),
        ("C2", None, "Страница 12"),
    ]
    version = sheet.versions.get()
    assert (version.number, version.action, version.by, version.at) == (1, "saved", seat.user, NOW)
    assert version.content["levels"]["C1"] == 4
    assert version.content["levels"]["C2"] is None


def test_a_level_can_be_taken_back(application: Application, seat: Seat) -> None:
    save(application, seat, level=3)

    sheet = save(application, seat, based_on=1, level=3, C2=None)

    assert sheet.scores.get(criterion__code="C2").level is None
    assert sheet.scores.get(criterion__code="C1").level == 3
    assert sheet.version == 2


def test_saving_the_same_again_leaves_no_version(application: Application, seat: Seat) -> None:
    save(application, seat, level=3)

    assert save(application, seat, level=3).version == 1
    assert written() == (1, 8, 1)


def test_what_another_window_saved_is_not_overwritten(application: Application, seat: Seat) -> None:
    save(application, seat, level=3)
    save(application, seat, based_on=1, level=4)

    for write in (save, submit):
        with pytest.raises(Stale):
            write(application, seat, based_on=1, level=2)

    assert set(Score.objects.values_list("level", flat=True)) == {4}
    assert written() == (1, 8, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"levels": {"C1": 6}, "comments": {}},
        {"levels": {"C1": -1}, "comments": {}},
        {"levels": {"C99": 3}, "comments": {}},
        {"levels": {}, "comments": {"C99": "…"}},
        {"levels": {}, "comments": {"C1": "а" * 2001}},
        {"levels": {}, "comments": {}, "comment": "а" * 2001},
    ],
)
def test_a_malformed_sheet_is_refused_as_a_draft_too(
    wrong: dict, application: Application, seat: Seat
) -> None:
    for write in (scorecard.record, scorecard.submit):
        with pytest.raises(Invalid):
            write(application, seat, **wrong, based_on=0, by=seat.user, now=NOW)

    assert written() == (0, 0, 0)


# --- submitting


def test_submitting_fixes_the_total(application: Application, seat: Seat) -> None:
    sheet = submit(application, seat, level=3, C4=4)  # C4 weighs 20

    sheet.refresh_from_db()
    assert (sheet.state, sheet.submitted_at, sheet.version) == ("submitted", NOW, 1)
    assert sheet.weighted_levels == 3 * 100 + 20


def test_a_missing_level_is_no_zero(application: Application, seat: Seat) -> None:
    with pytest.raises(scorecard.Incomplete) as refused:
        submit(application, seat, level=3, C2=None, C5=None)

    assert [(fault.criterion, fault.part) for fault in refused.value.faults] == [
        ("C2", "level"),
        ("C5", "level"),
    ]
    assert written() == (0, 0, 0)


@pytest.mark.parametrize(("level", "needs"), [(0, 1), (1, 1), (2, 0), (3, 0), (4, 0), (5, 1)])
def test_levels_0_1_and_5_need_a_comment(
    level: int, needs: int, application: Application, seat: Seat
) -> None:
    if not needs:
        assert submit(application, seat, level=3, C3=level).state == "submitted"
        return
    with pytest.raises(scorecard.Incomplete) as refused:
        submit(application, seat, level=3, C3=level, comment="   \r\n ")

    assert [(fault.criterion, fault.part) for fault in refused.value.faults] == [("C3", "comment")]
    assert submit(application, seat, level=3, C3=level, comment="стр. 4").state == "submitted"


def test_a_submitted_sheet_takes_nothing_more(application: Application, seat: Seat) -> None:
    submit(application, seat, level=3)

    for write in (save, submit):
        with pytest.raises(Stale):
            write(application, seat, based_on=1, level=4)
    with pytest.raises(Stale):
        scorecard.abstain(application, seat, reason="передумал", by=seat.user, now=NOW)

    assert set(Score.objects.values_list("level", flat=True)) == {3}
    assert written() == (1, 8, 1)


# --- abstaining


def test_abstaining_concerns_the_whole_sheet_and_counts_as_done(
    application: Application, seat: Seat
) -> None:
    save(application, seat, level=3)

    sheet = scorecard.abstain(application, seat, reason="Не успел", by=seat.user, now=NOW)

    assert (sheet.state, sheet.version, sheet.weighted_levels) == ("abstained", 2, None)
    assert sheet.versions.get(number=2).reason == "Не успел"
    assert sheet.versions.get(number=2).content["levels"]["C1"] == 3


def test_abstaining_needs_a_reason(application: Application, seat: Seat) -> None:
    with pytest.raises(Invalid):
        scorecard.abstain(application, seat, reason="  ", by=seat.user, now=NOW)

    assert written() == (0, 0, 0)


# --- who and when


def refusal_of(application: Application, seat: Seat, **change: Any) -> type[Refusal]:
    given = {**sheet_content(contest=application.contest), "based_on": 0, "by": seat.user,
             "now": NOW, **change}  # fmt: skip
    with pytest.raises(Refusal) as saved:
        scorecard.record(application, seat, **given)
    with pytest.raises(Refusal) as sent:
        scorecard.submit(application, seat, **given)
    with pytest.raises(Refusal) as abstained:
        scorecard.abstain(application, seat, reason="…", by=given["by"], now=given["now"])
    assert type(saved.value) is type(sent.value) is type(abstained.value)
    assert written() == (0, 0, 0)
    return type(saved.value)


def test_scores_are_taken_only_while_scoring_is_open(application: Application, seat: Seat) -> None:
    contest = application.contest
    early = contest.scoring_opens_at - timedelta(microseconds=1)

    assert refusal_of(application, seat, now=early) is Closed
    assert refusal_of(application, seat, now=contest.scoring_closes_at) is Closed

    last = contest.scoring_closes_at - timedelta(microseconds=1)
    assert builders.make_sheet(application=application, seat=seat, now=last).pk


def test_nobody_writes_in_anothers_name(application: Application, seat: Seat) -> None:
    colleague = builders.make_member(contest=seat.contest)
    administrator = builders.make_user(is_staff=True, is_superuser=True)

    for by in (colleague.user, builders.make_staff(), administrator):
        assert refusal_of(application, seat, by=by) is NotAllowed


def test_a_conflict_a_missing_declaration_or_an_uncoded_application_stop_the_sheet(
    application: Application, seat: Seat
) -> None:
    undeclared = builders.make_member(contest=seat.contest, conflicts_declared_at=None)
    watcher = builders.make_member(contest=seat.contest, is_voting=False)
    elsewhere = builders.make_member(contest=builders.make_contest(phase="scoring"))
    uncoded = builders.make_coded_application(contest=seat.contest, code=None)
    panel.declare_conflicts(seat, [application.municipality], by=seat.user, now=NOW)

    for one in (seat, undeclared, watcher, elsewhere):
        assert refusal_of(application, one) is NotAllowed
    assert refusal_of(uncoded, seat) is NotAllowed


# --- reopening


@pytest.fixture
def chair(contest: Contest) -> Seat:
    return builders.make_member(contest=contest, role=Seat.Role.CHAIR)


def test_the_chair_reopens_a_sheet_and_both_versions_stay(
    application: Application, seat: Seat, chair: Seat
) -> None:
    sheet = submit(application, seat, level=3)

    reopened = scorecard.reopen(sheet, reason="Опечатка в C2", by=chair.user, now=NOW)
    assert (reopened.state, reopened.version, reopened.weighted_levels) == ("draft", 2, None)

    again = submit(application, seat, based_on=2, level=4)
    assert again.weighted_levels == 400
    assert [
        (v.number, v.action, v.by, v.reason, v.content["state"], v.content["levels"]["C1"])
        for v in sheet.versions.all()
    ] == [
        (1, "submitted", seat.user, "", "submitted", 3),
        (2, "reopened", chair.user, "Опечатка в C2", "draft", 3),
        (3, "submitted", seat.user, "", "submitted", 4),
    ]


def test_an_abstention_can_be_reopened(application: Application, seat: Seat, chair: Seat) -> None:
    sheet = scorecard.abstain(application, seat, reason="…", by=seat.user, now=NOW)

    assert scorecard.reopen(sheet, reason="Просит сам", by=chair.user, now=NOW).state == "draft"


def test_only_the_chair_reopens_with_a_reason_while_scoring_is_open(
    application: Application, seat: Seat, chair: Seat
) -> None:
    sheet = submit(application, seat, level=3)
    over = seat.contest.scoring_closes_at

    for by in (seat.user, builders.make_staff(), builders.make_user(is_superuser=True)):
        with pytest.raises(NotAllowed):
            scorecard.reopen(sheet, reason="…", by=by, now=NOW)
    with pytest.raises(Invalid):
        scorecard.reopen(sheet, reason=" ", by=chair.user, now=NOW)
    with pytest.raises(Closed):
        scorecard.reopen(sheet, reason="…", by=chair.user, now=over)
    scorecard.reopen(sheet, reason="…", by=chair.user, now=NOW)
    with pytest.raises(Stale):
        scorecard.reopen(sheet, reason="…", by=chair.user, now=NOW)

    assert SheetVersion.objects.count() == 2


def test_a_conflicted_chair_does_not_reopen(
    application: Application, seat: Seat, chair: Seat
) -> None:
    sheet = submit(application, seat, level=3)
    panel.declare_conflicts(chair, [application.municipality], by=chair.user, now=NOW)

    with pytest.raises(NotAllowed):
        scorecard.reopen(sheet, reason="…", by=chair.user, now=NOW)


# --- who reads whose sheet


def seen(user: Any, application: Application, now: Any = NOW) -> set[int]:
    application.contest.refresh_from_db()
    return set(scorecard.visible_sheets(user, application, now).values_list("seat_id", flat=True))


def test_anothers_sheet_waits_for_ones_own_and_for_the_discussion(
    application: Application, seat: Seat, chair: Seat
) -> None:
    colleague = builders.make_member(contest=seat.contest)
    submit(application, colleague, level=3)
    save(application, seat, level=3)
    save(application, chair, level=3)
    contest = seat.contest

    assert seen(seat.user, application) == {seat.pk}

    Contest.objects.filter(pk=contest.pk).update(discussion_opens_at=NOW)
    assert seen(seat.user, application) == {seat.pk}  # the own one is not submitted

    submit(application, seat, based_on=1, level=3)
    assert seen(seat.user, application) == {seat.pk, colleague.pk}  # the chair's draft is not seen
    assert seen(seat.user, application, NOW - timedelta(seconds=1)) == {seat.pk}


def test_an_abstention_opens_nothing(application: Application, seat: Seat) -> None:
    submit(application, builders.make_member(contest=seat.contest), level=3)
    Contest.objects.filter(pk=seat.contest_id).update(discussion_opens_at=NOW)
    scorecard.abstain(application, seat, reason="…", by=seat.user, now=NOW)

    assert seen(seat.user, application) == {seat.pk}


def test_a_chair_without_a_vote_reads_from_the_discussion_on(
    application: Application, seat: Seat
) -> None:
    chair = builders.make_member(contest=seat.contest, role=Seat.Role.CHAIR, is_voting=False)
    submit(application, seat, level=3)

    assert seen(chair.user, application) == set()
    Contest.objects.filter(pk=seat.contest_id).update(discussion_opens_at=NOW)
    assert seen(chair.user, application) == {seat.pk}


def test_a_conflict_takes_every_sheet_away(application: Application, seat: Seat) -> None:
    submit(application, seat, level=3)
    submit(application, builders.make_member(contest=seat.contest), level=3)
    Contest.objects.filter(pk=seat.contest_id).update(discussion_opens_at=NOW)
    assert len(seen(seat.user, application)) == 2

    panel.declare_conflicts(seat, [application.municipality], by=seat.user, now=NOW)

    assert seen(seat.user, application) == set()


def test_staff_read_submitted_sheets_once_scoring_is_over(
    application: Application, seat: Seat
) -> None:
    submit(application, seat, level=3)
    save(application, builders.make_member(contest=seat.contest), level=3)
    over = seat.contest.scoring_closes_at
    staff, administrator = builders.make_staff(), builders.make_user(is_superuser=True)

    for reader in (staff, administrator):
        assert seen(reader, application) == set()
        assert seen(reader, application, over) == {seat.pk}
    for stranger in (builders.make_user(), builders.make_member_of(application.municipality)):
        assert seen(stranger, application, over) == set()

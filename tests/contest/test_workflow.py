"""The state machine: every action from every state by every role, and its limits in time."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection

from contest import drafting, workflow
from contest.models import Application, ApplicationEvent, Contest, Seat
from contest.refusals import Closed, Invalid, Refusal, Stale
from contest.workflow import Action
from municipalities.models import Membership
from tests import builders
from tests.builders import NOW

State = Application.State

# From each state: what is possible at all, and who does it.
POSSIBLE = {
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("submitted", "submit"): "submitted",
    ("submitted", "withdraw"): "withdrawn",
    ("returned", "withdraw"): "withdrawn",
    ("admitted", "withdraw"): "withdrawn",
    ("withdrawn", "revive"): "draft",
    ("submitted", "admit"): "admitted",
    ("submitted", "return"): "returned",
    ("submitted", "decline"): "declined",
    ("admitted", "award"): "awarded",
    ("admitted", "not_award"): "not_awarded",
}
WHO = {
    "submit": {"head", "delegate"},
    "withdraw": {"head", "delegate"},
    "revive": {"head", "delegate"},
    "admit": {"staff"},
    "return": {"staff"},
    "decline": {"staff"},
    "award": {"chair"},
    "not_award": {"chair"},
}
ROLES = ("head", "delegate", "editor", "former head", "neighbour", "member", "chair", "staff",
         "observer", "administrator")  # fmt: skip


def person(role: str, application: Application) -> Any:
    """Return somebody of the role for the application."""
    if role in ("head", "delegate", "editor"):
        return builders.make_member_of(application.municipality, role=role)
    if role == "former head":
        user = builders.make_member_of(application.municipality)
        user.memberships.update(until=NOW.date())
        return user
    if role in ("member", "chair"):
        seat = builders.make_seat(contest=application.contest, role=role)
        return seat.user
    return {
        "neighbour": lambda: builders.make_member_of(builders.make_municipality()),
        "staff": builders.make_staff,
        "observer": lambda: builders.make_user(groups=("observers",)),
        "administrator": lambda: builders.make_user(is_superuser=True, is_staff=True),
    }[role]()


def put(application: Application, state: str) -> Application:
    """Put the application into a state from outside, as no code of the portal may."""
    past_draft = {"number": "test-001", "submitted_at": NOW} if state != "draft" else {}
    if state == "returned":
        past_draft["correction_until"] = NOW + timedelta(days=5)
    Application.objects.filter(pk=application.pk).update(state=state, **past_draft)
    return Application.objects.get(pk=application.pk)


def phase_of(action: str) -> str:
    return "deciding" if action in ("award", "not_award") else "open"


def details_of(action: str) -> dict[str, Any]:
    note = {"note": "Приложите протокол."} if action in ("return", "decline") else {}
    until = {"correction_until": NOW + timedelta(days=5)} if action == "return" else {}
    return note | until


def outcome(application: Application, action: str, role: str) -> str:
    """Return the state after the attempt, or the refusal's name; a refusal writes nothing."""
    before = Application.objects.filter(pk=application.pk).values().get()
    try:
        moved = workflow.perform(
            application, action, by=person(role, application), now=NOW, **details_of(action)
        )
    except Refusal as refusal:
        assert Application.objects.filter(pk=application.pk).values().get() == before
        assert not ApplicationEvent.objects.exists()
        return type(refusal).__name__
    return str(moved.state)


def expected(state: str, action: str, role: str) -> str:
    if role not in WHO[action]:
        return "NotAllowed"
    return POSSIBLE.get((state, action), "Stale")


@pytest.mark.django_db
@pytest.mark.parametrize(("action", "state"), list(product(Action.values, State.values)))
def test_every_action_from_every_state_by_every_role(action: str, state: str) -> None:
    now = NOW + timedelta(days=20) if phase_of(action) == "deciding" else NOW
    contest = builders.make_contest(opens_at=now - timedelta(days=30))
    application = builders.make_complete_application(
        contest=contest, now=contest.opens_at + timedelta(days=1)
    )
    if phase_of(action) == "deciding":
        move_to_deciding(contest)
    else:
        Contest.objects.filter(pk=contest.pk).update(closes_at=NOW + timedelta(days=1))
    found, wanted = {}, {}
    for role in ROLES:
        ApplicationEvent.objects.all().delete()
        Seat.objects.all().delete()
        application = put(application, state)
        found[role] = outcome(application, action, role)
        wanted[role] = expected(state, action, role)
        if state == "returned" and action == "decline" and role == "staff":
            wanted[role] = "Closed"
    assert found == wanted


def move_to_deciding(contest: Contest) -> None:
    days = timedelta(days=1)
    Contest.objects.filter(pk=contest.pk).update(
        opens_at=NOW - 60 * days,
        closes_at=NOW - 40 * days,
        scoring_opens_at=NOW - 30 * days,
        scoring_closes_at=NOW - days,
    )


# --- submission


@pytest.fixture
def complete(db: None) -> Application:
    return builders.make_complete_application()


def submit(application: Application, **kwargs: Any) -> Application:
    kwargs = {"by": application.created_by, "now": NOW} | kwargs
    return workflow.perform(application, "submit", **kwargs)


def events(application: Application) -> list[tuple[str, str, str]]:
    return list(application.events.values_list("action", "from_state", "to_state"))


def test_a_submission_gives_number_time_and_fingerprint(complete: Application) -> None:
    submitted = submit(complete)
    assert submitted.number == f"{complete.contest.code}-001"
    assert (submitted.submitted_at, submitted.submitted_by) == (NOW, complete.created_by)
    event = submitted.events.get()
    assert event.details == {"number": submitted.number, "fingerprint": submitted.fingerprint}
    assert len(submitted.fingerprint) == 64


def test_a_submission_sent_twice_gives_the_same_receipt(complete: Application) -> None:
    first, again = submit(complete), submit(complete, now=NOW + timedelta(minutes=1))
    assert (again.number, again.submitted_at) == (first.number, NOW)
    assert events(complete) == [("submit", "draft", "submitted")]


def test_numbers_follow_one_another_in_each_contest(complete: Application) -> None:
    other = builders.make_complete_application(contest=complete.contest)
    elsewhere = builders.make_complete_application()
    numbers = [submit(each).number for each in (other, elsewhere, complete)]
    assert numbers == [
        f"{complete.contest.code}-001",
        f"{elsewhere.contest.code}-001",
        f"{complete.contest.code}-002",
    ]


def test_a_long_code_of_a_contest_leaves_room_for_the_number(db: None) -> None:
    contest = builders.make_contest(code="c" * 20)
    assert submit(builders.make_complete_application(contest=contest)).number == "c" * 20 + "-001"


def test_an_incomplete_application_is_not_submitted(complete: Application) -> None:
    drafting.save(complete, {"women": None, "year_to": 2020}, by=complete.created_by, now=NOW)
    with pytest.raises(Invalid) as refused:
        submit(complete)
    assert len(refused.value.problems) == 2
    assert events(complete) == []


@pytest.mark.parametrize(
    ("after_closing", "is_taken"),
    [
        (timedelta(seconds=-1), True),
        (timedelta(0), True),
        (timedelta(minutes=10, seconds=-1), True),
        (timedelta(minutes=10), False),
    ],
)
def test_submission_ends_with_the_grace_to_the_second(
    complete: Application, after_closing: timedelta, is_taken: bool
) -> None:
    at = complete.contest.closes_at + after_closing
    if is_taken:
        assert submit(complete, now=at).state == "submitted"
    else:
        with pytest.raises(Closed):
            submit(complete, now=at)


def test_a_replay_after_the_deadline_still_gives_the_receipt(complete: Application) -> None:
    first = submit(complete)
    late = complete.contest.grace_ends_at + timedelta(days=1)
    assert submit(complete, now=late).number == first.number


# --- returned, withdrawn


def give_back(application: Application, until: datetime, now: datetime = NOW) -> Application:
    return workflow.perform(
        application, "return", by=builders.make_staff(), now=now,
        note=" 1. Приложите протокол. ", correction_until=until,
    )  # fmt: skip


def test_a_returned_application_keeps_its_number(complete: Application) -> None:
    first = submit(complete)
    until = NOW + timedelta(days=5)
    returned = give_back(first, until)
    assert (returned.correction_until, returned.events.last().note) == (
        until, "1. Приложите протокол.",
    )  # fmt: skip
    drafting.save(returned, {"women": 2601}, by=complete.created_by, now=NOW)
    again = submit(returned, now=until - timedelta(seconds=1))
    assert again.number == first.number
    assert again.fingerprint != first.fingerprint
    assert [action for action, _, _ in events(complete)] == ["submit", "return", "submit"]


def test_an_application_is_returned_once_only(complete: Application) -> None:
    give_back(submit(complete), NOW + timedelta(days=5))
    submit(complete)
    with pytest.raises(Stale):
        give_back(complete, NOW + timedelta(days=5))
    complete.refresh_from_db()
    assert Action.RETURN not in workflow.allowed(complete, builders.make_staff(), NOW)


def test_a_returned_application_is_late_after_its_own_date(complete: Application) -> None:
    until = NOW + timedelta(days=5)
    give_back(submit(complete), until)
    with pytest.raises(Closed):
        submit(complete, now=until)


def test_a_returned_application_is_declined_only_after_its_own_date(complete: Application) -> None:
    until = NOW + timedelta(days=5)
    returned = give_back(submit(complete), until)
    staff = builders.make_staff()
    with pytest.raises(Closed):
        workflow.perform(returned, "decline", by=staff, now=NOW, note="Поздно.")
    declined = workflow.perform(returned, "decline", by=staff, now=until, note="Поздно.")
    assert declined.state == "declined"


@pytest.mark.parametrize("until", [None, NOW, NOW - timedelta(days=1), NOW + timedelta(days=400)])
def test_a_correction_needs_a_sensible_date(complete: Application, until: datetime | None) -> None:
    submit(complete)
    with pytest.raises(Invalid):
        give_back(complete, until)  # type: ignore[arg-type]


@pytest.mark.parametrize("action", ["return", "decline"])
@pytest.mark.parametrize("note", ["", "  \u200b\n"])
def test_a_refusal_needs_a_reason(complete: Application, action: str, note: str) -> None:
    submit(complete)
    with pytest.raises(Invalid):
        workflow.perform(
            complete, action, by=builders.make_staff(), now=NOW,
            note=note, correction_until=NOW + timedelta(days=5),
        )  # fmt: skip


def test_a_withdrawn_application_is_taken_up_again_with_its_number(complete: Application) -> None:
    number, by = submit(complete).number, complete.created_by
    workflow.perform(complete, "withdraw", by=by, now=NOW)
    revived = workflow.perform(complete, "revive", by=by, now=NOW)
    assert revived.state == "draft"
    assert submit(revived).number == number


def test_a_withdrawn_application_stays_withdrawn_after_the_closing(complete: Application) -> None:
    submit(complete)
    workflow.perform(complete, "withdraw", by=complete.created_by, now=NOW)
    with pytest.raises(Closed):
        workflow.perform(
            complete, "revive", by=complete.created_by, now=complete.contest.grace_ends_at
        )


def test_nothing_is_withdrawn_once_the_scoring_is_open(complete: Application) -> None:
    opens = complete.contest.scoring_opens_at
    submit(complete)
    with pytest.raises(Closed):
        workflow.perform(complete, "withdraw", by=complete.created_by, now=opens)


# --- what the pages show


def test_buttons_are_what_the_door_takes(complete: Application) -> None:
    editor = builders.make_member_of(complete.municipality, role=Membership.Role.EDITOR)
    staff = builders.make_staff()

    def buttons(user: Any) -> list[str]:
        return [str(a) for a in workflow.allowed(Application.objects.get(), user, NOW)]

    assert buttons(complete.created_by) == ["submit"]
    submit(complete)
    assert buttons(complete.created_by) == ["withdraw"]
    assert buttons(editor) == []
    assert buttons(staff) == ["admit", "return", "decline"]
    workflow.perform(complete, "admit", by=staff, now=NOW)
    assert buttons(staff) == []


def test_every_state_has_a_label_for_the_municipality() -> None:
    assert set(workflow.PUBLIC_LABELS) == set(State)


# --- races


@pytest.mark.django_db(transaction=True)
def test_two_submissions_at_once_give_one_number_and_one_event() -> None:
    application = builders.make_complete_application()
    numbers = at_once(*(lambda: submit(application).number for _ in range(2)))
    assert numbers == [f"{application.contest.code}-001"] * 2
    assert events(application) == [("submit", "draft", "submitted")]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_a_contest_ends_in_the_same_queries_however_many_competed(
    django_assert_num_queries: Any, count: int
) -> None:
    contest = builders.make_contest(phase="deciding")
    chair = builders.make_user()
    builders.make_seat(contest=contest, user=chair, role=Seat.Role.CHAIR)
    made = [builders.make_coded_application(contest=contest) for _ in range(count)]
    outcomes = {each.pk: Action.NOT_AWARD for each in made} | {made[0].pk: Action.AWARD}
    # a savepoint and its end, the contest, the applications, the chair's seat for each kind
    # of outcome, the states, the moves
    with django_assert_num_queries(7 if count == 1 else 8):
        moved = workflow.conclude(contest, outcomes, by=chair, now=NOW)
    assert [each.state for each in moved] == ["awarded", "not_awarded", "not_awarded"][:count]
    assert ApplicationEvent.objects.filter(by=chair, at=NOW).count() == count


@pytest.mark.django_db
def test_an_end_that_one_application_cannot_take_moves_none() -> None:
    contest = builders.make_contest(phase="deciding")
    chair = builders.make_user()
    builders.make_seat(contest=contest, user=chair, role=Seat.Role.CHAIR)
    ready = builders.make_coded_application(contest=contest)
    late = builders.make_coded_application(contest=contest, state=State.SUBMITTED)
    outcomes = {ready.pk: Action.AWARD, late.pk: Action.AWARD}
    with pytest.raises(Stale):
        workflow.conclude(contest, outcomes, by=chair, now=NOW)
    assert set(Application.objects.values_list("state", flat=True)) == {"admitted", "submitted"}
    assert not ApplicationEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_once_have_no_gaps() -> None:
    contest = builders.make_contest()
    many = [builders.make_complete_application(contest=contest) for _ in range(4)]
    numbers = at_once(*(lambda a=each: submit(a).number for each in many))
    assert sorted(numbers) == [f"{contest.code}-00{n}" for n in range(1, 5)]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Return what the acts return, each done in a thread and connection of its own."""
    results: list[Any] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def run(index: int) -> None:
        try:
            ready.wait()
            results[index] = acts[index]()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results

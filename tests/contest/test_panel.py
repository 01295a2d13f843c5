"""The commission: codes, conflicts of interest, what is assigned to whom, how far they are."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries

from audit.models import AuditEvent
from contest import panel
from contest.models import Application, Conflict, Decision, Seat, Sheet
from contest.refusals import Closed, Invalid, NotAllowed
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def codes(found: object) -> list[str]:
    return [application.code for application in found]  # type: ignore[attr-defined]


# --- codes


def test_every_admitted_application_gets_a_code_of_its_own() -> None:
    contest = builders.make_contest(phase="admission")
    admitted = [builders.make_coded_application(contest=contest, code=None) for _ in range(20)]
    draft = builders.make_coded_application(
        contest=contest, code=None, state=Application.State.SUBMITTED
    )

    count = panel.code_applications(contest, by=builders.make_staff(), now=NOW)

    given = {Application.objects.get(pk=one.pk).code for one in admitted}
    assert count == len(given) == 20
    assert all(code is not None and code.startswith("К-") and len(code) == 4 for code in given)
    assert Application.objects.get(pk=draft.pk).code is None


def test_codes_follow_neither_order_nor_district() -> None:
    contest = builders.make_contest(phase="admission")
    admitted = [builders.make_coded_application(contest=contest, code=None) for _ in range(20)]

    panel.code_applications(contest, by=builders.make_staff(), now=NOW)

    given = [Application.objects.get(pk=one.pk).code for one in admitted]
    assert given not in (sorted(given), sorted(given, reverse=True))  # 1 in 10^18 by chance


def test_a_code_once_given_stays_and_is_never_given_again() -> None:
    earlier = builders.make_contest(phase="deciding")
    used = {
        builders.make_coded_application(contest=earlier, code=f"К-{number:02d}").code
        for number in range(1, 31)
    }
    contest = builders.make_contest(phase="admission")
    first = builders.make_coded_application(contest=contest, code="К-77")
    builders.make_coded_application(contest=contest, code=None)

    assert panel.code_applications(contest, by=builders.make_staff(), now=NOW) == 1
    assert panel.code_applications(contest, by=builders.make_staff(), now=NOW) == 0

    first.refresh_from_db()
    assert first.code == "К-77"
    assert not used.intersection(contest.applications.values_list("code", flat=True))


def test_the_trail_says_how_many_were_coded_not_which_is_which() -> None:
    contest = builders.make_contest(phase="admission")
    application = builders.make_coded_application(contest=contest, code=None)

    panel.code_applications(contest, by=builders.make_staff(), now=NOW)

    event = AuditEvent.objects.get(action="contest.code")
    application.refresh_from_db()
    assert event.after == {"applications": 1}
    assert application.code not in str((event.before, event.after, event.subject_label))


@pytest.mark.parametrize("who", ["member", "chair", "administrator", "applicant"])
def test_only_project_staff_give_codes(who: str) -> None:
    contest = builders.make_contest(phase="admission")
    application = builders.make_coded_application(contest=contest, code=None)
    by = {
        "member": lambda: builders.make_member(contest=contest).user,
        "chair": lambda: builders.make_member(contest=contest, role=Seat.Role.CHAIR).user,
        "administrator": lambda: builders.make_user(is_staff=True, is_superuser=True),
        "applicant": lambda: builders.make_member_of(application.municipality),
    }[who]()

    with pytest.raises(NotAllowed):
        panel.code_applications(contest, by=by, now=NOW)

    application.refresh_from_db()
    assert application.code is None


# --- assignment


def test_a_member_reads_what_is_admitted_and_coded() -> None:
    contest = builders.make_contest(phase="scoring")
    seat = builders.make_member(contest=contest)
    for state in Application.State:
        builders.make_coded_application(contest=contest, state=state, code=f"К-{state[:6]}")
    builders.make_coded_application(contest=contest, code=None)
    builders.make_coded_application(contest=builders.make_contest(phase="scoring"))

    expected = ["К-admitt", "К-awarde", "К-not_aw"]
    assert codes(panel.assigned_to(seat, NOW)) == expected
    assert codes(panel.assigned_to_person(seat.user, NOW)) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"conflicts_declared_at": None},
        {"until": date(2026, 3, 10)},
        {"since": date(2026, 3, 11)},
        {"user": "inactive"},
    ],
)
def test_nothing_before_the_declaration_after_the_seat_or_without_the_account(
    fields: dict,
) -> None:
    contest = builders.make_contest(phase="scoring")
    builders.make_coded_application(contest=contest)
    if fields.get("user"):
        fields = {"user": builders.make_user(is_active=False)}
    seat = builders.make_member(contest=contest, **fields)

    assert not panel.assigned_to(seat, NOW).exists()
    assert not panel.assigned_to_person(seat.user, NOW).exists()


def test_a_conflict_removes_the_application_for_that_member_alone() -> None:
    contest = builders.make_contest(phase="scoring")
    seat, colleague = (builders.make_member(contest=contest) for _ in range(2))
    conflicted = builders.make_coded_application(contest=contest, code="К-01")
    builders.make_coded_application(contest=contest, code="К-02")

    panel.declare_conflicts(seat, [conflicted.municipality], by=seat.user, now=NOW)

    assert codes(panel.assigned_to(seat, NOW)) == ["К-02"]
    assert codes(panel.assigned_to_person(seat.user, NOW)) == ["К-02"]
    assert codes(panel.assigned_to(colleague, NOW)) == ["К-01", "К-02"]


def test_the_seat_to_work_in_is_where_scoring_is_open() -> None:
    user = builders.make_user()
    scoring = builders.make_seat(contest=builders.make_contest(phase="scoring"), user=user)
    newer = builders.make_seat(contest=builders.make_contest(phase="open"), user=user)

    assert panel.seat_at(user, NOW) == scoring
    assert panel.seat_at(user, NOW, newer.contest.code) == newer
    assert panel.seat_at(user, NOW, "unknown") is None
    assert panel.seat_at(user, NOW + timedelta(days=20)) == newer
    assert panel.seat_at(builders.make_user(), NOW) is None


# --- conflicts of interest


def test_declaring_none_is_an_answer() -> None:
    contest = builders.make_contest(phase="scoring")
    seat = builders.make_member(contest=contest, conflicts_declared_at=None)

    panel.declare_conflicts(seat, [], by=seat.user, now=NOW)

    seat.refresh_from_db()
    assert seat.conflicts_declared_at == NOW
    assert AuditEvent.objects.filter(action="contest.declare_conflicts", by=seat.user).count() == 1


def test_what_was_declared_stays_and_can_be_added_to() -> None:
    units = [builders.make_municipality() for _ in range(2)]
    contest = builders.make_contest(phase="scoring", municipalities=units)
    seat = builders.make_member(contest=contest, conflicts_declared_at=None)

    reasons = {units[0].pk: "брат работает там"}
    panel.declare_conflicts(seat, units[:1], by=seat.user, now=NOW, reasons=reasons)
    panel.declare_conflicts(seat, units[1:], by=seat.user, now=NOW + timedelta(hours=1))
    panel.declare_conflicts(seat, [], by=seat.user, now=NOW + timedelta(hours=2))

    assert list(seat.conflicts.order_by("id").values_list("municipality", "reason")) == [
        (units[0].pk, "брат работает там"),
        (units[1].pk, ""),
    ]
    seat.refresh_from_db()
    assert seat.conflicts_declared_at == NOW


def test_a_late_conflict_sets_the_members_sheet_aside_and_keeps_its_versions() -> None:
    contest = builders.make_contest(phase="scoring")
    seat = builders.make_member(contest=contest)
    application = builders.make_coded_application(contest=contest)
    sheet = builders.make_sheet(application=application, seat=seat)

    panel.declare_conflicts(seat, [application.municipality], by=seat.user, now=NOW)

    sheet.refresh_from_db()
    assert (sheet.state, sheet.weighted_levels) == (Sheet.State.SET_ASIDE, None)
    assert list(sheet.versions.values_list("number", "action")) == [
        (1, "submitted"),
        (2, "set_aside"),
    ]


def test_nobody_declares_for_another() -> None:
    contest = builders.make_contest(phase="scoring")
    seat = builders.make_member(contest=contest, conflicts_declared_at=None)

    for by in (builders.make_staff(), builders.make_member(contest=contest).user):
        with pytest.raises(NotAllowed):
            panel.declare_conflicts(seat, [], by=by, now=NOW)

    seat.refresh_from_db()
    assert seat.conflicts_declared_at is None


def test_a_municipality_outside_the_contest_is_refused() -> None:
    seat = builders.make_member(contest=builders.make_contest(phase="scoring"))

    with pytest.raises(Invalid):
        panel.declare_conflicts(seat, [builders.make_municipality()], by=seat.user, now=NOW)

    assert not Conflict.objects.exists()


def test_after_the_decision_nothing_is_declared() -> None:
    contest = builders.make_contest(phase="deciding")
    seat = builders.make_member(contest=contest)
    application = builders.make_coded_application(contest=contest)
    Decision.objects.create(
        contest=contest,
        state="confirmed",
        drafted_at=NOW,
        drafted_by=builders.make_staff(),
        confirmed_at=NOW,
        confirmed_by=seat.user,
        ranking={},
    )

    with pytest.raises(Closed):
        panel.declare_conflicts(seat, [application.municipality], by=seat.user, now=NOW)


def test_the_list_to_declare_from_does_not_tell_who_applied() -> None:
    pilots = [builders.make_municipality() for _ in range(3)]
    contest = builders.make_contest(phase="scoring", municipalities=pilots)
    builders.make_coded_application(contest=contest, municipality=pilots[1])
    outside = builders.make_coded_application(contest=contest).municipality
    builders.make_municipality()

    listed = list(panel.municipalities_to_declare(contest).order_by("id"))

    assert listed == [*pilots, outside]


# --- how far they are


def test_progress_says_done_and_left_and_nothing_of_scores() -> None:
    contest = builders.make_contest(phase="scoring")
    chair = builders.make_member(contest=contest, role=Seat.Role.CHAIR, is_voting=False)
    seat = builders.make_member(contest=contest)
    first, second, third = (
        builders.make_coded_application(contest=contest, code=f"К-0{n}") for n in (1, 2, 3)
    )
    builders.make_sheet(application=first, seat=seat)
    builders.make_sheet(application=second, seat=seat, is_submitted=False)
    panel.declare_conflicts(seat, [third.municipality], by=seat.user, now=NOW)

    (row,) = panel.progress(contest, by=chair.user, now=NOW)

    assert (row.seat, codes(row.applications), row.left) == (seat, ["К-01", "К-02"], 1)
    assert set(row.done) == {first.pk}
    assert row.done[first.pk].get_deferred_fields() >= {"weighted_levels", "comment"}


def test_a_conflicted_chair_gets_no_progress_on_that_application() -> None:
    contest = builders.make_contest(phase="scoring")
    chair = builders.make_member(contest=contest, role=Seat.Role.CHAIR, is_voting=False)
    builders.make_member(contest=contest)
    hidden = builders.make_coded_application(contest=contest, code="К-01")
    builders.make_coded_application(contest=contest, code="К-02")
    panel.declare_conflicts(chair, [hidden.municipality], by=chair.user, now=NOW)

    assert [codes(r.applications) for r in panel.progress(contest, by=chair.user, now=NOW)] == [
        ["К-02"]
    ]
    staff = builders.make_staff()
    assert [codes(r.applications) for r in panel.progress(contest, by=staff, now=NOW)] == [
        ["К-01", "К-02"]
    ]


def test_a_member_is_not_told_who_has_finished() -> None:
    contest = builders.make_contest(phase="scoring")
    seat = builders.make_member(contest=contest)

    with pytest.raises(NotAllowed):
        panel.progress(contest, by=seat.user, now=NOW)


@pytest.mark.parametrize("count", [1, 3])
def test_progress_takes_the_same_queries_for_any_number(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    contest = builders.make_contest(phase="scoring")
    chair = builders.make_member(contest=contest, role=Seat.Role.CHAIR)
    applications = [builders.make_coded_application(contest=contest) for _ in range(count)]
    for _ in range(count):
        seat = builders.make_member(contest=contest)
        for application in applications:
            builders.make_sheet(application=application, seat=seat)

    with django_assert_num_queries(5):
        panel.progress(contest, by=chair.user, now=NOW)


# --- redaction

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_staff_put_a_redacted_copy_and_the_trail_keeps_its_fingerprint() -> None:
    application = builders.make_coded_application(contest=builders.make_contest())
    staff = builders.make_staff()
    file = builders.make_file(application=application, kind="programme", by=staff)

    upload = SimpleUploadedFile("Ак-Суу.pdf", PDF)
    panel.redact_file(file, upload, by=staff, now=NOW)

    file.refresh_from_db()
    with file.redacted.open() as copy:
        assert copy.read() == PDF
    assert file.redacted_content_type == "application/pdf"
    assert "Ак-Суу" not in file.redacted.name
    assert AuditEvent.objects.get(action="contest.redact").by == staff


def test_only_staff_redact_and_only_with_a_readable_file() -> None:
    contest = builders.make_contest(phase="scoring")
    application = builders.make_coded_application(contest=contest)
    file = builders.make_file(application=application, kind="programme", by=builders.make_user())
    chair = builders.make_member(contest=contest, role=Seat.Role.CHAIR).user

    with pytest.raises(NotAllowed):
        panel.redact_file(file, SimpleUploadedFile("a.pdf", PDF), by=chair, now=NOW)
    with pytest.raises(Invalid):
        staff = builders.make_staff()
        panel.redact_file(file, SimpleUploadedFile("a.pdf", b"MZ..."), by=staff, now=NOW)

    file.refresh_from_db()
    assert not file.redacted

"""A contest in the admin: open until it binds, then frozen, and every change in the trail."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from audit.models import AuditEvent
from contest.models import Contest, Criterion, Seat
from tests.builders import (
    NOW,
    make_application,
    make_contest,
    make_municipality,
    make_seat,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def chynara(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    client.force_login(make_staff(full_name="Чынара Ведёт"))
    return client


def address_of(contest: Contest) -> str:
    return reverse("admin:contest_contest_change", args=[contest.pk])


def form_of(client: Client, address: str) -> dict[str, Any]:
    """Return what a browser would send if the page were saved as it is."""
    context = client.get(address).context
    fields = list(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        fields += inline.formset.management_form
        for form in inline.formset.forms:
            fields += form if inline.has_change_permission else form.hidden_fields()
    return {field.html_name: _typed(field) for field in fields if _is_sent(field.value())}


def _is_sent(value: Any) -> bool:
    return value is not None and value is not False and value != ""


def _typed(field: Any) -> Any:
    """Return the value of a field as its control sends it."""
    if field.value() is True:
        return "on"
    return field.field.widget.format_value(field.value())


def save(client: Client, contest: Contest, **changes: Any) -> Any:
    """Save the page with the changes; ``__`` in a name stands for ``-``."""
    address = address_of(contest)
    typed = {name.replace("__", "-"): value for name, value in changes.items()}
    with zeal_ignore():  # Django's formsets look each row up by itself
        return client.post(address, form_of(client, address) | typed)


def said(response: Any) -> str:
    context = response.context
    errors = [str(context["errors"])] if context else []
    return " ".join(errors)


def test_a_page_saved_as_it_is_changes_and_logs_nothing(chynara: Client) -> None:
    contest = make_contest(phase="announced")

    response = save(chynara, contest)

    assert response.status_code == 302, said(response)
    assert not AuditEvent.objects.filter(action="contest.settings").exists()


def test_everything_can_be_changed_before_applications_open(chynara: Client) -> None:
    contest = make_contest(phase="announced")
    vision = contest.questions.get(code="vision")

    response = save(
        chynara,
        contest,
        fund_som="7000000",
        tie_chain="C2 C4",
        questions__0__limit="1200",
        closes_at="2026-04-20T18:00:00",
    )

    assert response.status_code == 302, said(response)
    contest.refresh_from_db()
    vision.refresh_from_db()
    assert (contest.fund_som, contest.tie_chain, vision.limit) == (7_000_000, ["C2", "C4"], 1200)
    assert timezone.localtime(contest.closes_at).isoformat() == "2026-04-20T18:00:00+06:00"
    event = AuditEvent.objects.get(action="contest.settings")
    assert event.before == {
        "closes_at": "2026-04-14T06:00:00Z",
        "fund_som": 6_000_000,
        "questions/vision/limit": 1500,
        "tie_chain": ["C4", "C2", "C5"],
    }
    assert event.after == {
        "closes_at": "2026-04-20T12:00:00Z",
        "fund_som": 7_000_000,
        "questions/vision/limit": 1200,
        "tie_chain": ["C2", "C4"],
    }


@pytest.mark.parametrize(
    ("phase", "frozen"),
    [
        ("announced", set()),
        ("open", {"questions", "target_groups"}),
        ("admission", {"questions", "target_groups"}),
        ("scoring", {"questions", "target_groups", "criteria", "prizes"}),
        ("deciding", {"questions", "target_groups", "criteria", "prizes"}),
    ],
)
def test_parts_freeze_when_they_bind(chynara: Client, phase: str, frozen: set[str]) -> None:
    contest = make_contest(phase=phase)

    page = chynara.get(address_of(contest))

    inlines = {inline.opts.part: inline for inline in page.context["inline_admin_formsets"]}
    assert {part for part, inline in inlines.items() if not inline.has_change_permission} == frozen
    for part in frozen:
        assert str(inlines[part].opts.frozen) in page.content.decode()


@pytest.mark.parametrize(
    ("phase", "frozen"),
    [
        ("announced", set()),
        ("open", {"code", "grace_minutes", "opens_at"}),
        ("admission", {"code", "grace_minutes", "opens_at", "closes_at", "pilots"}),
        (
            "scoring",
            {
                "code",
                "grace_minutes",
                "opens_at",
                "closes_at",
                "pilots",
                "scoring_opens_at",
                "fund_som",
                "threshold",
                "quorum",
                "tie_chain",
                "ranking_group",
                "is_blind",
                "discussion_points",
                "discussion_levels",
            },
        ),
    ],
)
def test_fields_freeze_when_they_bind(chynara: Client, phase: str, frozen: set[str]) -> None:
    everything = set(
        chynara.get(address_of(make_contest(phase="announced"))).context["adminform"].form.fields
    )

    open_fields = set(
        chynara.get(address_of(make_contest(phase=phase))).context["adminform"].form.fields
    )

    assert everything - open_fields == frozen


def test_a_field_sent_after_it_froze_is_refused_with_the_reason(chynara: Client) -> None:
    contest = make_contest(phase="scoring")

    response = save(chynara, contest, fund_som="1", name_ru="Другое имя")

    assert response.status_code == 200
    assert "commission scores by what stands here" in said(response)
    contest.refresh_from_db()
    assert contest.fund_som == 6_000_000
    assert contest.name_ru != "Другое имя"


def test_a_part_sent_after_it_froze_is_refused_with_the_reason(chynara: Client) -> None:
    contest = make_contest(phase="scoring")
    criterion = contest.criteria.get(code="C4")

    response = save(chynara, contest, criteria__3__weight="50", criteria__3__id=criterion.pk)

    assert response.status_code == 200
    assert "commission scores by what stands here" in said(response)
    criterion.refresh_from_db()
    assert criterion.weight == 20


def test_a_forged_removal_of_a_frozen_criterion_changes_nothing(chynara: Client) -> None:
    contest = make_contest(phase="scoring")

    response = save(chynara, contest, criteria__3__DELETE="on")

    assert response.status_code == 200
    assert contest.criteria.count() == 8


def test_a_date_still_to_come_cannot_be_moved_to_the_past(chynara: Client) -> None:
    contest = make_contest(phase="open")

    response = save(chynara, contest, closes_at="2026-03-10T11:59:59")

    assert response.status_code == 200
    assert "cannot be moved to the past" in said(response)


def test_weights_that_do_not_add_up_to_100_are_refused(chynara: Client) -> None:
    contest = make_contest(phase="open")

    response = save(chynara, contest, criteria__0__weight="16")

    assert response.status_code == 200
    assert "add up to 101" in said(response)
    assert contest.criteria.get(code="C1").weight == 15


def test_a_tie_chain_of_unknown_criteria_is_refused(chynara: Client) -> None:
    contest = make_contest(phase="open")

    response = save(chynara, contest, tie_chain="C4, C9")

    assert response.status_code == 200
    assert "tie chain must name criteria" in said(response)


def test_prizes_above_the_fund_are_refused(chynara: Client) -> None:
    contest = make_contest(phase="open")

    response = save(chynara, contest, fund_som="100")

    assert response.status_code == 200
    assert "more than the fund" in said(response)


def test_who_may_apply_is_ticked_on_the_page(chynara: Client) -> None:
    kept, added, removed = (make_municipality() for _ in range(3))
    contest = make_contest(phase="open", municipalities=[kept, removed])

    response = save(chynara, contest, pilots=[kept.pk, added.pk])

    assert response.status_code == 302, said(response)
    assert {pilot.municipality for pilot in contest.pilots.all()} == {kept, added}


def test_who_has_begun_an_application_stays_on_the_list(chynara: Client) -> None:
    unit = make_municipality()
    contest = make_contest(phase="open", municipalities=[unit])
    make_application(contest=contest, municipality=unit, created_by=make_user())

    response = save(chynara, contest, pilots=[])

    assert response.status_code == 200
    assert str(unit) in said(response)
    assert contest.pilots.count() == 1


def test_a_new_contest_is_filled_with_the_standard_data(chynara: Client) -> None:
    response = chynara.post(
        reverse("admin:contest_contest_add"),
        {
            "code": "2027",
            "name_ru": "Конкурс 2027",
            "name_ky": "2027-жылдын сынагы",
            "opens_at": "2027-02-01T09:00:00",
            "closes_at": "2027-03-01T18:00:00",
            "scoring_opens_at": "2027-03-10T09:00:00",
            "scoring_closes_at": "2027-03-30T18:00:00",
            "fund_som": "6000000",
            "is_standard": "on",
        },
    )

    contest = Contest.objects.get(code="2027")
    assert response.status_code == 302
    assert (contest.criteria.count(), contest.questions.count()) == (8, 7)
    assert AuditEvent.objects.get(action="contest.create").after["fund_som"] == 6_000_000


def test_impossible_dates_of_a_new_contest_are_told_at_the_form(chynara: Client) -> None:
    response = chynara.post(
        reverse("admin:contest_contest_add"),
        {
            "code": "2027",
            "name_ru": "Конкурс",
            "name_ky": "Сынак",
            "opens_at": "2027-02-01T09:00:00",
            "closes_at": "2027-01-01T18:00:00",
            "scoring_opens_at": "2027-03-10T09:00:00",
            "scoring_closes_at": "2027-03-30T18:00:00",
            "fund_som": "6000000",
        },
    )

    assert response.status_code == 200
    assert "must close after they open" in said(response)
    assert not Contest.objects.exists()


def test_a_seat_lets_its_person_into_the_admin(chynara: Client) -> None:
    contest = make_contest(phase="open")
    person = make_user(full_name="Бакыт Оценивает")

    response = save(
        chynara,
        contest,
        seats__TOTAL_FORMS="1",
        seats__0__contest=contest.pk,
        seats__0__user=person.pk,
        seats__0__role="member",
        seats__0__is_voting="on",
        seats__0__since="2026-03-10",
    )

    assert response.status_code == 302, said(response)
    person.refresh_from_db()
    assert person.is_staff
    assert contest.seats.get().user == person


def test_who_runs_the_contest_gets_no_seat(chynara: Client) -> None:
    contest = make_contest(phase="open")

    response = save(
        chynara,
        contest,
        seats__TOTAL_FORMS="1",
        seats__0__contest=contest.pk,
        seats__0__user=make_staff().pk,
        seats__0__role="chair",
        seats__0__since="2026-03-10",
    )

    assert response.status_code == 200
    assert "cannot sit on its commission" in said(response)
    assert not contest.seats.exists()


def test_a_seat_ends_and_is_not_removed(chynara: Client) -> None:
    contest = make_contest(phase="scoring")
    seat = make_seat(contest=contest)

    response = save(chynara, contest, seats__0__until="2026-03-11", seats__0__DELETE="on")

    assert response.status_code == 302, said(response)
    assert str(Seat.objects.get(pk=seat.pk).until) == "2026-03-11"


def criterion_address(criterion: Criterion) -> str:
    return reverse("admin:contest_criterion_change", args=[criterion.pk])


def test_the_levels_of_a_criterion_are_changed_until_scoring_opens(chynara: Client) -> None:
    criterion = make_contest(phase="open").criteria.get(code="C1")
    address = criterion_address(criterion)

    with zeal_ignore():
        response = chynara.post(
            address, form_of(chynara, address) | {"descriptors-0-text_ru": "Ничего нет"}
        )

    assert response.status_code == 302
    assert criterion.descriptors.get(level=0).text_ru == "Ничего нет"
    event = AuditEvent.objects.get(action="contest.settings")
    assert event.after == {"levels/C1-0/text_ru": "Ничего нет"}


def test_the_levels_of_a_criterion_are_frozen_while_scoring(chynara: Client) -> None:
    criterion = make_contest(phase="scoring").criteria.get(code="C1")

    page = chynara.get(criterion_address(criterion))
    response = chynara.post(criterion_address(criterion), {"descriptors-0-text_ru": "Ничего"})

    assert page.status_code == 200
    assert "commission scores by what stands here" in page.content.decode()
    assert response.status_code == 403
    assert not criterion.descriptors.filter(text_ru="Ничего").exists()


def test_what_is_missing_in_a_rubric_is_shown(chynara: Client) -> None:
    contest = make_contest(phase="announced")
    contest.criteria.get(code="C8").descriptors.get(level=3).delete()

    page = chynara.get(address_of(contest))

    assert [str(message) for message in page.context["messages"]] == [
        "Criterion C8 needs a description of each level from 0 to 5."
    ]


def test_the_list_and_the_page_take_the_same_queries_however_many_rows(
    chynara: Client, django_assert_num_queries: Any
) -> None:
    first = make_contest(phase="open")
    make_seat(contest=first)
    changelist = reverse("admin:contest_contest_changelist")
    chynara.get(changelist)
    chynara.get(address_of(first))  # what is kept for the process is asked once

    with django_assert_num_queries(9):
        chynara.get(changelist)
    with django_assert_num_queries(18):
        chynara.get(address_of(first))
    for _ in range(2):
        make_contest(phase="open")
        make_seat(contest=first)
    with django_assert_num_queries(9):
        chynara.get(changelist)
    with django_assert_num_queries(18):
        chynara.get(address_of(first))


def test_a_member_finds_no_settings(client: Client) -> None:
    contest = make_contest()
    bakyt = make_user(is_staff=True)
    make_seat(contest=contest, user=bakyt)
    client.force_login(bakyt)

    assert client.get(address_of(contest)).status_code == 403
    found = client.get(reverse("admin:index")).context["app_list"]
    assert [model["object_name"] for app in found for model in app["models"]] == ["Sheet"]


def test_the_moments_of_a_contest_are_half_open() -> None:
    from contest import freezing

    contest = make_contest(phase="open")
    before = contest.scoring_opens_at - timedelta(microseconds=1)

    assert "criteria" not in freezing.bound(contest, before)
    assert "criteria" in freezing.bound(contest, contest.scoring_opens_at)

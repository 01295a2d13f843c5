"""What an application still lacks, how far its sections are, and its fingerprint."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import prefetch_related_objects
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contest import completeness, drafting
from contest.completeness import SectionState
from contest.models import Application, ApplicationFile, Section
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def complete() -> Application:
    return builders.make_complete_application()


def lacking(application: Application) -> list[str]:
    return [item.field for item in completeness.missing(Application.objects.get(pk=application.pk))]


def test_a_complete_application_lacks_nothing(complete: Application) -> None:
    assert lacking(complete) == []
    assert set(completeness.states(complete).values()) == {SectionState.COMPLETE}


def test_an_empty_draft_lacks_everything_in_the_order_of_the_sections() -> None:
    contest, municipality = builders.make_contest(), builders.make_municipality()
    draft = builders.make_application(
        contest=contest, municipality=municipality, created_by=builders.make_user()
    )
    found = completeness.missing(draft)
    sections = [item.section for item in found]
    assert sections == sorted(sections, key=list(Section).index)
    assert len(found) == 16 + 7 + 2 + 4
    assert set(completeness.states(draft).values()) == {SectionState.NOT_STARTED}
    assert list(completeness.states(draft)) == list(Section)


@pytest.mark.parametrize("field", sorted(set(builders.FIELDS) - completeness.OPTIONAL))
def test_each_required_field_is_asked_for(complete: Application, field: str) -> None:
    empty = False if builders.FIELDS[field] is True else None
    drafting.save(complete, {field: empty}, by=complete.created_by, now=NOW)
    assert lacking(complete) == [field]


def test_optional_fields_are_not_asked_for(complete: Application) -> None:
    empty: dict[str, Any] = dict.fromkeys(completeness.OPTIONAL)
    drafting.save(complete, empty, by=complete.created_by, now=NOW)
    assert lacking(complete) == []


def test_zero_is_an_answer(complete: Application) -> None:
    none = {"people_with_disabilities": 0, "children_with_disabilities": 0}
    drafting.save(complete, none, by=complete.created_by, now=NOW)
    assert lacking(complete) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"population": 0, "women": 0, "girls": 0}, "population"),
        ({"women": 5201}, "women"),
        ({"girls": 2601}, "girls"),
        ({"boys": 2601}, "boys"),
        ({"youth": 5201}, "youth"),
        ({"people_with_disabilities": 5201}, "people_with_disabilities"),
        ({"children_with_disabilities": 121}, "children_with_disabilities"),
        ({"year_to": 2023}, "year_to"),
    ],
)
def test_numbers_that_do_not_agree_are_named(
    complete: Application, changes: dict[str, Any], field: str
) -> None:
    drafting.save(complete, changes, by=complete.created_by, now=NOW)
    assert field in lacking(complete)
    assert field in [
        item.field for item in completeness.contradictions(Application.objects.get(pk=complete.pk))
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"women": 5200},
        {"girls": 2600},
        {"boys": 2600},
        {"year_to": 2024},
        {"children_with_disabilities": 120},
    ],
)
def test_equal_numbers_agree(complete: Application, changes: dict[str, Any]) -> None:
    drafting.save(complete, changes, by=complete.created_by, now=NOW)
    assert lacking(complete) == []


def test_the_resolution_is_dated_no_later_than_the_closing_day(complete: Application) -> None:
    day = timezone.localdate(complete.contest.closes_at)
    for on, expected in ((day, []), (day + timedelta(days=1), ["resolution_on"])):
        drafting.save(complete, {"resolution_on": on}, by=complete.created_by, now=NOW)
        assert lacking(complete) == expected


def test_a_row_names_the_first_thing_it_lacks(complete: Application) -> None:
    row = complete.measures.get()
    values = {**builders.MEASURE, "key": row.key, "indicator": "", "programme_page": ""}
    group = complete.contest.target_groups.first()
    drafting.save_rows(
        complete,
        "measures",
        [{**values, "target_group": group}],
        by=complete.created_by,
        now=NOW,
    )
    assert lacking(complete) == [f"measure:{row.key}:indicator"]


def test_parts_larger_than_their_whole_are_named_in_rows(complete: Application) -> None:
    measure, event = complete.measures.get(), complete.participation_events.get()
    by = complete.created_by
    drafting.save_rows(
        complete,
        "measures",
        [
            {
                **builders.MEASURE,
                "key": measure.key,
                "local_som": 250_001,
                "target_group": measure.target_group,
            }
        ],
        by=by,
        now=NOW,
    )
    drafting.save_rows(
        complete,
        "participation_events",
        [{**builders.EVENT, "key": event.key, "youth": 76}],
        by=by,
        now=NOW,
    )
    assert lacking(complete) == [f"event:{event.key}:youth", f"measure:{measure.key}:local_som"]


def test_an_event_is_held_no_later_than_the_closing_day(complete: Application) -> None:
    event, last = (
        complete.participation_events.get(),
        timezone.localdate(complete.contest.closes_at),
    )
    field = f"event:{event.key}:held_on"
    for on, expected in ((last, []), (last + timedelta(days=1), [field])):
        row = {**builders.EVENT, "key": event.key, "held_on": on}
        by = complete.created_by
        drafting.save_rows(complete, "participation_events", [row], by=by, now=NOW)
        assert lacking(complete) == expected


def test_two_faults_of_an_event_are_two_sentences(complete: Application) -> None:
    event = complete.participation_events.get()
    row = {**builders.EVENT, "key": event.key, "people_with_disabilities": 600, "youth": 500}
    by = complete.created_by
    drafting.save_rows(complete, "participation_events", [row], by=by, now=NOW)
    found = completeness.missing(Application.objects.get(pk=complete.pk))
    assert len({str(item.message) for item in found}) == len(found) == 2


def test_the_boys_are_not_blamed_for_too_many_women(complete: Application) -> None:
    drafting.save(complete, {"women": 5201, "boys": 700}, by=complete.created_by, now=NOW)
    assert lacking(complete) == ["women"]


@pytest.mark.parametrize("kind", ApplicationFile.REQUIRED)
def test_each_required_file_is_asked_for(complete: Application, kind: str) -> None:
    complete.files.filter(kind=kind).delete()
    assert lacking(complete) == [f"file:{kind}"]


def test_totals_are_whole_som(complete: Application) -> None:
    assert completeness.totals(list(complete.measures.all()) * 2) == (500_000, 100_000)


def test_the_fingerprint_changes_with_the_content_and_with_nothing_else(
    complete: Application,
) -> None:
    def mark() -> str:
        return completeness.fingerprint(Application.objects.get(pk=complete.pk))

    seen = {mark()}
    complete.version, complete.updated_at = 77, NOW + timedelta(days=1)
    complete.save()
    assert {mark()} == seen
    by = complete.created_by
    drafting.save(complete, {"women": 2601}, by=by, now=NOW)
    seen.add(mark())
    drafting.save(complete, {"answer:vision": "Иное"}, by=by, now=NOW)
    seen.add(mark())
    drafting.save_rows(complete, "measures", [], by=by, now=NOW)
    seen.add(mark())
    complete.files.first().delete()  # type: ignore[union-attr]
    seen.add(mark())
    assert len(seen) == 5
    assert {len(each) for each in seen} == {64}


@pytest.mark.parametrize("count", [1, 3])
def test_many_applications_are_judged_without_further_queries(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    contest = builders.make_contest()
    for _number in range(count):
        builders.make_complete_application(contest=contest)
    with django_assert_num_queries(9):
        applications = list(Application.objects.all())
        prefetch_related_objects(applications, *completeness.PARTS)
        assert [completeness.missing(each) for each in applications] == [[]] * count
        assert all(completeness.states(each) for each in applications)
        assert all(completeness.fingerprint(each) for each in applications)

"""Who was trained and who applies: mergers counted, nothing counted twice."""

from datetime import date

import pytest
from django.urls import reverse

from inclusion_portal.coverage import coverage
from municipalities import register
from seminars import attendance
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def train(municipality, *, days=1, **person):
    staff = builders.make_staff()
    seminar = builders.make_seminar(district=municipality.district)
    return attendance.enrol(
        seminar,
        builders.make_person_fields(municipality=municipality, **person),
        seminar.days[:days],
        by=staff,
        now=NOW,
    )


def sums(contest=None):
    return {
        line.district.name_ru: (
            line.municipalities,
            line.with_training,
            line.trained,
            line.began,
            line.submitted,
        )
        for line in coverage(contest, NOW)
    }


def test_people_count_once_however_many_days_they_came():
    municipality = builders.make_municipality()
    train(municipality, days=2)
    train(municipality, days=1)
    train(municipality, days=0)

    assert sums() == {"Тестовый район": (1, 1, 2, 0, 0)}


def test_a_merged_municipality_counts_for_its_successor():
    first, second = builders.make_municipality(), builders.make_municipality()
    builders.make_municipality()
    contest = builders.make_contest()
    train(first)
    builders.make_application(
        contest=contest, municipality=second, created_by=builders.make_member_of(second)
    )

    register.merge(
        [first, second],
        district=first.district,
        name_ru="Тестовский объединённый",
        name_ky="Бириккен айыл аймагы",
        on=date(2026, 1, 1),
        register="test",
        by=builders.make_staff(),
        now=NOW,
    )

    assert sums(contest) == {"Тестовый район": (2, 1, 1, 1, 0)}


def test_a_submitted_application_counts_as_begun_and_submitted():
    application = builders.make_submitted_application()

    found = sums(application.contest)

    assert found == {"Тестовый район": (1, 0, 0, 1, 1)}


def test_observers_read_sums_only(client_of):
    municipality = builders.make_municipality(name_ru="Тестовский единственный")
    page = reverse("reports:coverage")
    observer = builders.make_user(groups=("observers",))

    for_staff = client_of(builders.make_staff()).get(page).content.decode()
    for_observer = client_of(observer).get(page).content.decode()

    assert municipality.name_ru in for_staff
    assert municipality.district.name_ru in for_observer
    assert municipality.name_ru not in for_observer


@pytest.mark.parametrize("units", [1, 3])
def test_the_report_takes_four_queries(django_assert_num_queries, units):
    contest = builders.make_contest()
    for _number in range(units):
        train(builders.make_municipality())

    with django_assert_num_queries(3):
        coverage(contest, NOW)


def test_staff_are_warned_where_nobody_was_trained_and_not_barred(client_of, at_now):
    application = builders.make_submitted_application()
    page = reverse("contest:staff-application", args=[application.pk])
    staff = client_of(builders.make_staff())
    warning = "никто не был на семинаре"

    before = staff.get(page).content.decode()
    train(application.municipality)
    after = staff.get(page).content.decode()

    assert warning in before
    assert reverse("contest:staff-move", args=[application.pk, "admit"]) in before
    assert warning not in after

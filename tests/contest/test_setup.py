"""The standard data of a contest: whole, in both languages, and adding up."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from audit.models import AuditEvent
from contest import setup
from contest.models import Contest, Section
from contest.refusals import Invalid
from municipalities.models import Municipality
from tests.builders import NOW, make_contest, make_district, make_municipality, make_staff

pytestmark = pytest.mark.django_db


def test_a_new_contest_has_the_whole_rubric() -> None:
    contest = make_contest()

    weights = list(contest.criteria.values_list("code", "weight"))
    assert weights == [
        ("C1", 15),
        ("C2", 15),
        ("C3", 10),
        ("C4", 20),
        ("C5", 15),
        ("C6", 10),
        ("C7", 10),
        ("C8", 5),
    ]
    for criterion in contest.criteria.all():
        assert [descriptor.level for descriptor in criterion.descriptors.all()] == [
            0,
            1,
            2,
            3,
            4,
            5,
        ]
    assert contest.tie_chain == ["C4", "C2", "C5"]


def test_a_new_contest_asks_the_seven_narrative_questions() -> None:
    contest = make_contest()

    asked = list(contest.questions.values_list("code", "section", "limit", "is_required"))
    assert asked == [
        ("vision", Section.INCLUSION, 1500, True),
        ("analysis", Section.INCLUSION, 3000, True),
        ("opportunities", Section.INCLUSION, 2000, True),
        ("participation", Section.PARTICIPATION, 2000, True),
        ("monitoring", Section.MONITORING, 1500, True),
        ("accessibility", Section.ACCESSIBILITY, 1500, True),
        ("prize_use", Section.PRIZE, 1000, True),
    ]


def test_every_text_of_the_standard_data_is_there_in_three_languages() -> None:
    contest = make_contest()

    rows = [
        *contest.questions.values(),
        *contest.target_groups.values(),
        *contest.criteria.values(),
        *contest.criteria.get(code="C4").descriptors.values(),
        *contest.prizes.values(),
    ]
    empty = [
        (row["id"], column)
        for row in rows
        for column, value in row.items()
        if column.endswith(("_ru", "_ky", "_en")) and not value
    ]
    assert empty == []
    assert contest.target_groups.count() == 11


def test_the_standard_prizes_are_six_and_six_within_the_fund() -> None:
    contest = make_contest(fund_som=1_000_000)

    prizes = list(contest.prizes.values_list("place_from", "place_to", "value_som"))
    assert prizes == [(1, 6, 123_000), (7, 12, 41_000)]


def test_the_units_of_the_pilot_districts_that_exist_at_closing_may_apply() -> None:
    district = make_district()
    district.soate_code = "41708223000000"
    district.save()
    valid = make_municipality(district=district)
    successor = make_municipality(district=district, valid_from=date(2026, 4, 1))
    make_municipality(
        district=district,
        status=Municipality.Status.MERGED,
        valid_to=date(2025, 1, 1),
        successor=valid,
    )
    make_municipality(district=make_district(name_ru="Другой район"))

    contest = make_contest(municipalities=None)  # closes on 30 March 2026

    assert [pilot.municipality for pilot in contest.pilots.all()] == [valid]
    assert successor not in [pilot.municipality for pilot in contest.pilots.all()]


def test_prizes_above_the_fund_leave_no_contest_behind() -> None:
    prize = setup.PrizeOf("Приз", "Байге", "Prize", 1, 2, 60)

    with pytest.raises(Invalid) as refusal:
        make_contest(fund_som=100, prizes=[prize])

    assert [str(problem) for problem in refusal.value.problems] == [
        str(setup.prizes_problem([prize], 100))
    ]
    assert not Contest.objects.exists()


def test_a_place_has_one_prize() -> None:
    first = setup.PrizeOf("Приз", "Байге", "Prize", 1, 3, 10)
    second = setup.PrizeOf("Приз", "Байге", "Prize", 3, 4, 10)

    assert setup.prizes_problem([first], 1000) is None
    assert setup.prizes_problem([first, second], 1000) is not None


@pytest.mark.parametrize("chain", [["C9"], ["C4", "C4"], "C4", [4], {"C4": 1}])
def test_a_tie_chain_names_criteria_each_once(chain: object) -> None:
    assert setup.tie_chain_problem(["C4", "C2"], ["C2", "C4"]) is None
    assert setup.tie_chain_problem(chain, ["C2", "C4"]) is not None


@pytest.mark.parametrize(
    ("weights", "is_right"), [([60, 40], True), ([60, 41], False), ([], False)]
)
def test_weights_add_up_to_100(weights: list[int], is_right: bool) -> None:
    assert (setup.weights_problem(weights) is None) is is_right


def test_impossible_dates_are_refused() -> None:
    with pytest.raises(ValidationError):
        make_contest(closes_at=NOW, opens_at=NOW)


def test_the_trail_tells_who_made_the_contest() -> None:
    staff = make_staff()

    contest = make_contest(by=staff, now=NOW)

    event = AuditEvent.objects.get(action="contest.create")
    assert (event.by_id, event.subject_id) == (staff.pk, str(contest.pk))

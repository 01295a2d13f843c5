"""The doors of seminars: what they write, refuse and log."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts import roles
from accounts.models import User
from audit.models import AuditEvent
from seminars import attendance, people
from seminars.attendance import Line
from seminars.models import Attendance, Participant, Registration, Seminar
from seminars.people import PersonFields
from seminars.refusals import Invalid, Stale
from tests.builders import (
    NOW,
    make_district,
    make_municipality,
    make_person_fields,
    make_registration,
    make_seminar,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2025, 5, 13), date(2025, 5, 14)


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def seminar() -> Seminar:
    return make_seminar()


def ticked(seminar: Seminar) -> set[tuple[int, date]]:
    found = Attendance.objects.filter(registration__seminar=seminar)
    return set(found.values_list("registration_id", "day"))


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("-id")[0]


def test_a_seminar_is_created_and_logged(staff: User) -> None:
    seminar = attendance.create_seminar(
        kind="dream",
        district=make_district(),
        place="Клуб",
        starts_on=FIRST,
        ends_on=SECOND,
        by=staff,
        now=NOW,
    )
    assert seminar.days == [FIRST, SECOND]
    event = last_event()
    assert (event.action, event.by, event.after["place"]) == ("seminars.create", staff, "Клуб")


@pytest.mark.parametrize("ends_on", [date(2025, 5, 12), date(2025, 5, 23)])
def test_a_seminar_cannot_end_before_it_starts_or_last_for_ever(staff: User, ends_on: date) -> None:
    with pytest.raises(Invalid):
        attendance.create_seminar(
            district=make_district(),
            place="Клуб",
            starts_on=FIRST,
            ends_on=ends_on,
            by=staff,
            now=NOW,
        )
    assert not Seminar.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_seminar_keeps_the_days_on_which_people_are_ticked(staff: User, seminar: Seminar) -> None:
    make_registration(seminar=seminar, days=(SECOND,), by=staff)
    with pytest.raises(Invalid, match="14.05.2025"):
        attendance.change_seminar(seminar, {"ends_on": FIRST}, by=staff, now=NOW)
    attendance.change_seminar(seminar, {"starts_on": SECOND}, by=staff, now=NOW)
    seminar.refresh_from_db()
    assert seminar.days == [SECOND]
    event = last_event()
    assert (event.before, event.after) == (
        {"starts_on": "2025-05-13"},
        {"starts_on": "2025-05-14"},
    )


def test_a_change_of_a_seminar_that_changed_since_is_refused(staff: User, seminar: Seminar) -> None:
    seen = attendance.seminar_mark(seminar)
    attendance.change_seminar(seminar, {"place": "Школа"}, by=staff, now=NOW, seen=seen)
    with pytest.raises(Stale):
        attendance.change_seminar(seminar, {"place": "Клуб"}, by=staff, now=NOW, seen=seen)


def test_people_are_numbered_in_the_order_of_entry(staff: User, seminar: Seminar) -> None:
    lines = [make_registration(seminar=seminar, days=(FIRST,), by=staff) for _ in range(3)]
    assert [line.number for line in lines] == [1, 2, 3]
    assert ticked(seminar) == {(line.pk, FIRST) for line in lines}
    assert last_event().action == "seminars.enrol"


def test_the_same_person_is_recognised_in_another_seminar(staff: User, seminar: Seminar) -> None:
    first = make_registration(
        seminar=seminar, full_name="Жээнбекова Ёлка", phone="+996777123456", by=staff
    )
    again = make_registration(
        seminar=make_seminar(place="Другой"), full_name="  жээнбекова  елка", by=staff
    )
    assert again.participant == first.participant
    assert str(again.participant.phone) == "+996777123456"


@pytest.mark.parametrize("other", ["municipality", "birth_year", "full_name"])
def test_another_name_place_or_year_is_another_person(
    staff: User, seminar: Seminar, other: str
) -> None:
    person = make_person_fields(full_name="Сынакова Айзада")
    value = {
        "municipality": make_municipality(),
        "birth_year": 1986,
        "full_name": "Сынакова Айсулуу",
    }[other]
    attendance.enrol(seminar, person, by=staff, now=NOW)
    attendance.enrol(seminar, replace(person, **{other: value}), by=staff, now=NOW)
    assert Participant.objects.count() == 2


def test_nobody_stands_in_a_list_twice(staff: User, seminar: Seminar) -> None:
    make_registration(seminar=seminar, full_name="Сынакова Айзада", by=staff)
    with pytest.raises(Invalid, match="number 1"):
        make_registration(seminar=seminar, full_name="сынакова айзада", by=staff)
    assert Registration.objects.count() == 1


def test_a_day_outside_the_seminar_is_refused_and_nothing_is_written(
    staff: User, seminar: Seminar
) -> None:
    with pytest.raises(Invalid, match="15.05.2025"):
        make_registration(seminar=seminar, days=(FIRST, date(2025, 5, 15)), by=staff)
    assert not Participant.objects.exists()


def test_consent_is_dated_and_keeps_the_version_it_was_given_to(
    staff: User, seminar: Seminar
) -> None:
    line = make_registration(seminar=seminar, consented_on=FIRST, by=staff)
    person = line.participant
    assert (person.consented_on, person.consent_version) == (FIRST, people.CONSENT_VERSION)
    Participant.objects.update(consent_version="2020")
    person.refresh_from_db()
    attendance.change_participant(
        person, replace(PersonFields.of(person), sex="m"), by=staff, now=NOW
    )
    person.refresh_from_db()
    assert person.consent_version == "2020"
    attendance.change_participant(
        person, replace(PersonFields.of(person), consented_on=None), by=staff, now=NOW
    )
    person.refresh_from_db()
    assert (person.consented_on, person.consent_version) == (None, "")


def test_the_trail_says_that_a_phone_changed_and_never_to_what(
    staff: User, seminar: Seminar
) -> None:
    line = make_registration(seminar=seminar, phone="+996777123456", disability="yes", by=staff)
    entered = last_event().after
    assert (entered["phone"], entered["disability"]) == ("given", "stated")
    known = PersonFields.of(line.participant)
    attendance.change_participant(
        line.participant, replace(known, phone="+996555123456"), by=staff, now=NOW
    )
    assert last_event().after == {"phone": "changed"}
    assert "777123456" not in repr(list(AuditEvent.objects.values()))


def test_a_person_cannot_become_somebody_who_is_known(staff: User, seminar: Seminar) -> None:
    make_registration(seminar=seminar, full_name="Сынакова Айзада", by=staff)
    other = make_registration(seminar=seminar, full_name="Сынакова Айсулуу", by=staff).participant
    with pytest.raises(Invalid):
        attendance.change_participant(
            other,
            replace(PersonFields.of(other), full_name="Сынакова айзада"),
            by=staff,
            now=NOW,
        )


def test_a_change_of_a_person_that_changed_since_is_refused(staff: User, seminar: Seminar) -> None:
    person = make_registration(seminar=seminar, by=staff).participant
    seen = people.fingerprint(person)
    known = PersonFields.of(person)
    attendance.change_participant(
        person, replace(known, birth_year=1970), by=staff, now=NOW, seen=seen
    )
    with pytest.raises(Stale):
        attendance.change_participant(
            person, replace(known, birth_year=1971), by=staff, now=NOW, seen=seen
        )


def test_a_change_to_the_same_writes_no_event(staff: User, seminar: Seminar) -> None:
    person = make_registration(seminar=seminar, by=staff).participant
    before = AuditEvent.objects.count()
    attendance.change_participant(person, PersonFields.of(person), by=staff, now=NOW)
    attendance.change_seminar(seminar, {"place": seminar.place}, by=staff, now=NOW)
    assert attendance.tick(seminar, set(), by=staff, now=NOW) == 0
    assert AuditEvent.objects.count() == before


def test_ticks_are_the_whole_list_where_nothing_says_what_was_shown(
    staff: User, seminar: Seminar
) -> None:
    one = make_registration(seminar=seminar, days=(FIRST,), by=staff)
    two = make_registration(seminar=seminar, by=staff)
    changed = attendance.tick(seminar, {(one.pk, SECOND), (two.pk, FIRST)}, by=staff, now=NOW)
    assert changed == 3
    assert ticked(seminar) == {(one.pk, SECOND), (two.pk, FIRST)}
    assert last_event().after == {
        "ticked": [[one.pk, "2025-05-14"], [two.pk, "2025-05-13"]],
        "unticked": [[one.pk, "2025-05-13"]],
    }


def test_two_desks_do_not_undo_one_another(staff: User, seminar: Seminar) -> None:
    one = make_registration(seminar=seminar, by=staff)
    two = make_registration(seminar=seminar, days=(FIRST,), by=staff)
    shown = {
        (one.pk, FIRST): False,
        (one.pk, SECOND): False,
        (two.pk, FIRST): True,
        (two.pk, SECOND): False,
    }
    attendance.tick(seminar, {(one.pk, FIRST), (two.pk, FIRST)}, shown=shown, by=staff, now=NOW)
    attendance.tick(seminar, {(two.pk, SECOND)}, shown=shown, by=staff, now=NOW)
    assert ticked(seminar) == {(one.pk, FIRST), (two.pk, SECOND)}


def test_lines_and_days_of_other_seminars_cannot_be_ticked(staff: User, seminar: Seminar) -> None:
    mine = make_registration(seminar=seminar, by=staff)
    foreign = make_registration(seminar=make_seminar(place="Другой"), by=staff)
    with pytest.raises(Stale):
        attendance.tick(seminar, {(foreign.pk, FIRST)}, by=staff, now=NOW)
    with pytest.raises(Invalid):
        attendance.tick(seminar, {(mine.pk, date(2025, 5, 20))}, by=staff, now=NOW)
    with pytest.raises(Invalid):
        attendance.tick(seminar, {(mine.pk, FIRST)}, shown={}, by=staff, now=NOW)
    assert ticked(seminar) == set()


def test_a_line_is_removed_with_its_days_and_a_person_without_lines(
    staff: User, seminar: Seminar
) -> None:
    line = make_registration(seminar=seminar, days=(FIRST,), by=staff)
    attendance.remove(line, by=staff, now=NOW)
    assert not Registration.objects.exists()
    assert not Participant.objects.exists()
    assert last_event().before["number"] == 1
    with pytest.raises(Stale):
        attendance.remove(line, by=staff, now=NOW)


def test_a_person_in_another_list_stays(staff: User, seminar: Seminar) -> None:
    line = make_registration(seminar=seminar, full_name="Сынакова Айзада", by=staff)
    make_registration(seminar=make_seminar(place="Другой"), full_name="Сынакова Айзада", by=staff)
    attendance.remove(line, by=staff, now=NOW)
    assert Participant.objects.count() == 1


def test_lines_of_a_sheet_enter_change_and_tick_all_or_nothing(
    staff: User, seminar: Seminar
) -> None:
    known = make_registration(seminar=seminar, full_name="Сынакова Айзада", by=staff)
    person = make_person_fields(full_name="Сынакова Айзада", phone="+996777123456")
    new = make_person_fields(full_name="Сынаков Бакыт", sex="m")
    bad = Line(make_person_fields(full_name="Сынаков Чынгыз"), {date(2025, 6, 1): True}, 7)
    lines = [Line(person, {FIRST: True, SECOND: False}), Line(new, {SECOND: True})]
    with pytest.raises(Invalid, match="7"):
        attendance.take_lines(seminar, [*lines, bad], by=staff, now=NOW)
    assert (Registration.objects.count(), ticked(seminar)) == (1, set())
    attendance.take_lines(seminar, lines, by=staff, now=NOW)
    second = seminar.registrations.get(number=2)
    assert ticked(seminar) == {(known.pk, FIRST), (second.pk, SECOND)}
    known.participant.refresh_from_db()
    assert str(known.participant.phone) == "+996777123456"


@pytest.mark.parametrize("groups", [(), (roles.OBSERVERS,)])
def test_only_project_staff_and_the_administrator_write(
    seminar: Seminar, groups: tuple[str, ...]
) -> None:
    line = make_registration(seminar=seminar)
    stranger = make_user(groups=groups, is_staff=True)
    person = make_person_fields()
    attempts = [
        lambda: attendance.create_seminar(by=stranger, now=NOW),
        lambda: attendance.change_seminar(seminar, {}, by=stranger, now=NOW),
        lambda: attendance.enrol(seminar, person, by=stranger, now=NOW),
        lambda: attendance.change_participant(line.participant, person, by=stranger, now=NOW),
        lambda: attendance.tick(seminar, set(), by=stranger, now=NOW),
        lambda: attendance.remove(line, by=stranger, now=NOW),
        lambda: attendance.take_lines(seminar, [], by=stranger, now=NOW),
        lambda: attendance.enrol_all(seminar, [], by=stranger, now=NOW),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    administrator = make_user(is_superuser=True)
    attendance.remove(line, by=administrator, now=NOW)

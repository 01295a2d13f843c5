"""Links: one use, seven days, revocable."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import translation

from accounts import invitations, roles
from accounts.models import Invitation, User
from audit.models import AuditEvent
from tests.builders import NOW, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


NEW_PASSWORD = "новый-пароль-2026"


def invite(**changes):
    facts = {
        "full_name": "Приглашённая Сотрудница",
        "phone": "+996555000111",
        "target_kind": "role",
        "target": {"role": roles.PROJECT_STAFF},
        "by": make_user(is_superuser=True),
        "now": NOW,
    }
    return invitations.invite(**facts | changes)


def join(token, *, now=NOW, **changes):
    facts = {"password": NEW_PASSWORD, "phone": "+996555000111"}
    return invitations.redeem(token, now=now, **facts | changes)


def test_a_link_makes_the_person_with_their_role():
    _invitation, token = invite()

    person = join(token)

    assert person.check_password(NEW_PASSWORD)
    assert (person.full_name, str(person.phone)) == ("Приглашённая Сотрудница", "+996555000111")
    assert roles.is_project_staff(User.objects.get(pk=person.pk))
    assert person.is_staff


def test_a_link_works_once():
    invitation, token = invite()
    join(token)

    with pytest.raises(invitations.LinkRefused, match="used already"):
        join(token, phone="+996555000222")

    assert User.objects.filter(phone="+996555000222").count() == 0
    assert Invitation.objects.get(pk=invitation.pk).used_at == NOW


def test_a_link_ends_seven_days_after_it_was_made():
    _invitation, token = invite()
    seventh_day = NOW + timedelta(days=7)

    with pytest.raises(invitations.LinkRefused, match="out of date"):
        join(token, now=seventh_day)

    assert join(token, now=seventh_day - timedelta(seconds=1)).pk


def test_a_revoked_link_does_not_work():
    invitation, token = invite()
    invitations.revoke(invitation, by=make_staff(), now=NOW)

    with pytest.raises(invitations.LinkRefused, match="revoked"):
        join(token)


def test_a_used_link_cannot_be_revoked():
    invitation, token = invite()
    join(token)

    with pytest.raises(invitations.LinkRefused, match="used already"):
        invitations.revoke(invitation, by=make_staff(), now=NOW)


def test_the_token_is_not_kept():
    invitation, token = invite()

    assert token not in str(Invitation.objects.filter(pk=invitation.pk).values().get())


def test_an_unknown_link_is_not_found():
    with pytest.raises(invitations.UnknownLink):
        join("there-is-no-such-token")


def test_a_new_password_link_replaces_the_earlier_one():
    person = make_user()
    _first, first_token = invitations.reset(person, by=make_staff(), now=NOW)
    _second, second_token = invitations.reset(person, by=make_staff(), now=NOW)

    with pytest.raises(invitations.LinkRefused, match="revoked"):
        invitations.redeem(first_token, now=NOW, password="первый-пароль-2026")
    invitations.redeem(second_token, now=NOW, password=NEW_PASSWORD)

    assert User.objects.get(pk=person.pk).check_password(NEW_PASSWORD)


def test_a_closed_account_gets_no_new_password():
    person = make_user(is_active=False)
    _link, token = invitations.reset(person, by=make_staff(), now=NOW)

    with pytest.raises(invitations.LinkRefused, match="closed"):
        invitations.redeem(token, now=NOW, password=NEW_PASSWORD)


def test_every_step_stands_in_the_trail():
    invitation, token = invite()
    join(token)

    events = AuditEvent.objects.filter(
        subject_type="accounts.invitation", subject_id=str(invitation.pk)
    )
    assert set(events.values_list("action", flat=True)) == {"accounts.invite", "accounts.redeem"}


def test_a_role_taken_away_no_longer_counts_from_the_next_request():
    person = make_staff()
    assert roles.is_project_staff(person)

    person.groups.clear()

    assert not roles.is_project_staff(User.objects.get(pk=person.pk))


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_person():
    _invitation, token = invite()
    barrier, outcomes = Barrier(2), []

    def press(phone: str) -> None:
        barrier.wait()
        try:
            join(token, phone=phone)
            outcomes.append("joined")
        except invitations.LinkRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=press, args=(f"+99655500033{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["joined", "refused"]
    assert User.objects.filter(phone__startswith="+99655500033").count() == 1

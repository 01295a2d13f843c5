"""An invitation leads to a municipality, for those who may invite there."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.invitations import LinkRefused
from audit.models import AuditEvent
from municipalities.membership import describe, join
from municipalities.models import Membership
from municipalities.register import merge
from tests.builders import NOW, make_member_of, make_municipality, make_staff, make_user

pytestmark = pytest.mark.django_db

INVITE = reverse("accounts:invite", args=["membership"])
TODAY = date(2026, 3, 10)


def target(unit, role=Membership.Role.EDITOR):
    return {"municipality": unit.pk, "role": str(role)}


def form(unit, role="editor", **more):
    return {
        "municipality": unit.pk,
        "role": role,
        "full_name": "Тестова Бермет",
        "language": "ky",
        "phone": "",
        "email": "",
    } | more


def test_who_follows_the_link_speaks_for_the_municipality_from_today():
    unit, staff, person = make_municipality(), make_staff(), make_user()
    join(person, target(unit, "head"), by=staff, now=NOW)
    membership = Membership.objects.get(user=person)
    assert (membership.municipality, membership.role) == (unit, "head")
    assert (membership.since, membership.until) == (TODAY, None)
    event = AuditEvent.objects.get(action="municipalities.join")
    assert (event.by, event.before, event.after["role"]) == (staff, None, "head")


def test_a_second_invitation_changes_the_role_of_who_is_there_already():
    unit = make_municipality()
    person = make_member_of(unit, role="editor")
    join(person, target(unit, "delegate"), by=make_staff(), now=NOW)
    membership = person.memberships.get()
    assert (membership.role, membership.since) == ("delegate", date(2020, 1, 1))
    event = AuditEvent.objects.get(action="municipalities.join")
    assert (event.before["role"], event.after["role"]) == ("editor", "delegate")


def test_a_link_to_a_closed_municipality_is_refused():
    unit, other = make_municipality(), make_municipality()
    merge(
        [unit, other],
        district=unit.district,
        on=TODAY,
        by=None,
        now=NOW,
        name_ru="Новый",
        register="2026",
    )
    person = make_user()
    with override("en"), pytest.raises(LinkRefused, match="is closed"):
        join(person, target(unit), by=make_staff(), now=NOW)
    assert not person.memberships.exists()


def test_a_link_of_somebody_who_may_no_longer_invite_is_refused():
    unit = make_municipality()
    head = make_member_of(unit)
    head.memberships.get().delete()
    with override("en"), pytest.raises(LinkRefused, match="may no longer"):
        join(make_user(), target(unit), by=head, now=NOW)


def test_a_target_is_described_in_words():
    unit = make_municipality(name_ru="Сары-Таш", name_ky="Сары-Таш")
    with override("en"):
        assert describe(target(unit, "head")) == "Сары-Таш: head"
        assert describe({"municipality": 0, "role": "editor"}) == "–: editor"


def test_staff_invite_to_any_municipality_in_any_role(client_of):
    unit = make_municipality()
    client = client_of(make_staff())
    page = client.get(INVITE, {"municipality": unit.pk})
    assert f'<option value="{unit.pk}" selected>' in page.content.decode()
    assert client.post(INVITE, form(unit, "head")).status_code == 200


def test_a_head_invites_editors_to_their_own_municipality_only(client_of):
    unit, other = make_municipality(), make_municipality()
    client = client_of(make_member_of(unit))
    page = client.get(INVITE).content.decode()
    assert f'<option value="{unit.pk}"' in page
    assert f'<option value="{other.pk}"' not in page
    assert client.post(INVITE, form(unit)).status_code == 200
    assert client.post(INVITE, form(other)).status_code == 422
    assert client.post(INVITE, form(unit, "head")).status_code == 422


def test_an_editor_and_a_stranger_invite_nobody(client_of):
    unit = make_municipality()
    editor = make_member_of(unit, role=Membership.Role.EDITOR)
    for user in (editor, make_user()):
        assert client_of(user).post(INVITE, form(unit)).status_code == 403


def test_a_link_of_a_head_makes_nobody_a_head():
    unit = make_municipality()
    person = make_user()
    with override("en"), pytest.raises(LinkRefused, match="may no longer"):
        join(person, target(unit, "head"), by=make_member_of(unit), now=NOW)
    assert not person.memberships.exists()


def test_nobody_is_invited_to_the_first_municipality_of_the_list_by_haste(client):
    make_municipality()
    make_municipality()
    client.force_login(make_staff())
    choices = client.get(INVITE).context["form"].fields["municipality"].choices
    assert choices[0][0] == ""
    facts = {"role": "head", "full_name": "Образцова Айгуль", "phone": "0555 123 456"}
    assert client.post(INVITE, facts | {"language": "ky", "municipality": ""}).status_code == 422


def test_a_head_invites_to_their_own_municipality_without_choosing(client):
    unit = make_municipality()
    client.force_login(make_member_of(unit))
    choices = client.get(INVITE).context["form"].fields["municipality"].choices
    assert [value for _district, units in choices for value, _label in units] == [unit.pk]

"""Sign-in by e-mail or phone, and the pages behind links."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts import invitations, roles
from accounts.models import Invitation, User
from contest.models import Seat
from tests.builders import (
    NOW,
    PASSWORD,
    make_contest,
    make_member_of,
    make_municipality,
    make_seat,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "новый-пароль-2026"


@pytest.fixture(autouse=True)
def _at_now(at_now):
    """Stand at NOW."""


@pytest.mark.parametrize(
    "login",
    ["Aigul@Example.test", " aigul@example.test ", "0555 12-34-56", "+996555123456", "555123456"],
)
def test_people_sign_in_by_e_mail_or_phone(client, login):
    user = make_user(email="aigul@example.test", phone="+996555123456")

    response = client.post(reverse("account_login"), {"login": login, "password": PASSWORD})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("login", ["nobody@example.test", "0555999999", "=cmd", "а" * 5000])
def test_a_wrong_sign_in_says_so_and_tells_nothing_more(client, login):
    make_user(email="aigul@example.test", phone="+996555123456")

    response = client.post(reverse("account_login"), {"login": login, "password": "не тот"})

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_by_themselves(client):
    response = client.post(
        reverse("account_signup"), {"email": "new@example.test", "password1": NEW_PASSWORD}
    )

    assert response.status_code == 405
    assert not User.objects.filter(email="new@example.test").exists()


def test_the_admin_sends_people_to_the_one_sign_in(client):
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def link_for(by, **changes):
    facts = {
        "full_name": "Приглашённая Сотрудница",
        "phone": "+996555000111",
        "target_kind": "role",
        "target": {"role": roles.OBSERVERS},
        "by": by,
        "now": NOW,
    }
    _made, token = invitations.invite(**facts | changes)
    return reverse("accounts:link", args=[token])


def test_opening_a_link_does_not_use_it(client):
    link = link_for(make_user(is_superuser=True))

    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200
    assert Invitation.objects.get().used_at is None


def test_the_form_behind_a_link_signs_the_person_in(client):
    link = link_for(make_user(is_superuser=True))

    response = client.post(
        link, {"phone": "0555000111", "password": NEW_PASSWORD, "repeat": NEW_PASSWORD}
    )

    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    person = User.objects.get(phone="+996555000111")
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"repeat": "другой-пароль-2026"}, "repeat"),
        ({"password": "12345678", "repeat": "12345678"}, "password"),
        ({"phone": "", "email": ""}, "phone"),
        ({"phone": "0555"}, "phone"),
        ({"phone": "0700111222"}, "phone"),
    ],
)
def test_a_form_that_is_not_right_keeps_what_was_typed(client, changes, field):
    make_user(phone="+996700111222")
    link = link_for(make_user(is_superuser=True))
    facts = {"phone": "0555000111", "password": NEW_PASSWORD, "repeat": NEW_PASSWORD}

    response = client.post(link, facts | changes)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Invitation.objects.get().used_at is None


def test_somebody_signed_in_accepts_for_their_own_account(client):
    person = make_user()
    client.force_login(person)
    link = link_for(make_user(is_superuser=True))

    client.post(link)

    assert roles.is_observer(User.objects.get(pk=person.pk))


def test_the_link_is_shown_to_staff_once_with_a_text_in_the_persons_language(client):
    client.force_login(make_user(is_superuser=True))
    facts = {"full_name": "Жаңы Адам", "language": "ky", "role": roles.OBSERVERS}

    response = client.post(reverse("accounts:invite", args=["role"]), facts)

    link = re.search(r"http://testserver(/accounts/link/[\w-]+/)", response.content.decode())[1]
    assert client.get(link).status_code == 200
    assert link not in client.get(reverse("accounts:invitations")).content.decode()


def test_staff_send_new_passwords_to_municipal_staff_only(client):
    client.force_login(make_staff())
    clerk, chair = make_user(), make_user(is_staff=True)

    allowed = client.post(reverse("accounts:new-password", args=[clerk.pk]))
    refused = client.post(reverse("accounts:new-password", args=[chair.pk]))

    assert (allowed.status_code, refused.status_code) == (200, 403)
    assert list(Invitation.objects.values_list("user", flat=True)) == [clerk.pk]


def test_people_are_found_by_any_spelling(client):
    client.force_login(make_staff())
    make_user(full_name="Өмүрбеков Ыңгайбек")
    make_user(full_name="Другая Анна")

    page = client.get(reverse("accounts:people"), {"q": "омурбеков ынгай"}).content.decode()

    assert "Өмүрбеков" in page
    assert "Другая Анна" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_take_the_same_queries_for_any_length(client, django_assert_num_queries, rows):
    client.force_login(make_staff())
    for _number in range(rows):
        person = make_user()
        link_for(person)
    client.get(reverse("accounts:people"))

    with django_assert_num_queries(11):
        client.get(reverse("accounts:people"))
    with django_assert_num_queries(7):
        client.get(reverse("accounts:invitations"))


def test_the_list_says_whom_people_speak_for_and_where_they_sit(client):
    contest = make_contest(code="2031")
    chair = make_seat(contest=contest, role=Seat.Role.CHAIR).user
    municipality = make_municipality(name_ru="Тестовский аймак")
    head = make_member_of(municipality)
    gone = make_member_of(municipality)
    gone.memberships.update(until=date(2021, 1, 1))
    client.force_login(make_staff())

    rows = client.get(reverse("accounts:people")).context["rows"]

    words = {person.pk: roles for person, roles, _may_reset in rows}
    assert words[head.pk] == ["глава: Тестовский аймак"]
    assert words[gone.pk] == []
    assert words[chair.pk] == ["председатель: 2031"]

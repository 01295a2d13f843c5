"""The demo: built once through the doors, believable, and kept apart from real data."""

import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from accounts.models import User
from audit import trail
from contest.models import Application, Award, Contest, Decision, Sheet
from inclusion_portal.demo import build
from inclusion_portal.demo.cast import PASSWORD, SIGN_INS
from inclusion_portal.models import DemoMark
from municipalities.models import Municipality
from seminars.models import Registration, Seminar
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db
State = Application.State


@pytest.fixture
def demo(db: None) -> None:
    """The whole demo, dated from NOW; it takes some seconds, so few tests ask for it."""
    build.build(now=NOW, times=1, report=str)


def test_the_demo_is_a_believable_contest(demo, client):
    assert Municipality.objects.count() == 81
    assert (Seminar.objects.count(), Registration.objects.count() > 290) == (6, True)

    decided = Contest.objects.get(code="2025")
    states = Counter(decided.applications.values_list("state", flat=True))
    assert states == {State.AWARDED: 12, State.NOT_AWARDED: 35}
    assert decided.decision.state == Decision.State.ANNOUNCED
    awards = Award.objects.filter(decision__contest=decided)
    assert list(awards.values_list("place", flat=True)) == list(range(1, 13))
    assert awards.aggregate(sum=Sum("value_som"))["sum"] <= decided.fund_som
    sheets = Sheet.objects.filter(application__contest=decided)
    assert sheets.count() == 47 * 5 - 2  # two conflicts of interest

    current = Contest.objects.current(NOW)
    assert set(current.applications.values_list("state", flat=True)) == {
        State.DRAFT,
        State.SUBMITTED,
        State.RETURNED,
        State.ADMITTED,
        State.DECLINED,
        State.WITHDRAWN,
    }
    for seat in current.seats.select_related("user"):
        assert seat.user.is_staff
    assert trail.verify() == []

    for word, *_rest in SIGN_INS:
        assert client.login(email=f"{word}@demo.local", password=PASSWORD), word


def test_a_database_with_people_is_left_alone():
    person = builders.make_user()

    with pytest.raises(CommandError, match="stays as it is"):
        call_command("demo", "--no-server", stdout=io.StringIO())

    assert list(User.objects.all()) == [person]
    assert not DemoMark.objects.exists()


def test_a_database_that_the_demo_did_not_make_is_not_thrown_away():
    person = builders.make_user()

    with pytest.raises(CommandError, match="did not make"):
        call_command("demo", "--fresh", "--no-server", stdout=io.StringIO())

    assert User.objects.filter(pk=person.pk).exists()


def test_the_demo_is_not_built_twice():
    DemoMark.objects.create(pk=1, made_at=NOW)
    out = io.StringIO()

    call_command("demo", "--no-server", stdout=out)

    assert "is here already" in out.getvalue()
    assert "applicant@demo.local" in out.getvalue()
    assert not User.objects.exists()

"""Letters: queued after the commit, to each address once, in the language of who reads them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from post_office.models import STATUS, Email
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from contest import drafting, workflow
from contest.models import Application
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def complete() -> Application:
    return builders.make_complete_application()


def move(
    application: Application, action: str, capture: DjangoCaptureOnCommitCallbacks, **details: Any
) -> list[Email]:
    """Return the letters that the move left in the queue."""
    staff = action in ("admit", "return", "decline")
    by = builders.make_staff() if staff else application.created_by
    Email.objects.all().delete()
    with capture(execute=True):
        workflow.perform(application, action, by=by, now=NOW, **details)
    return list(Email.objects.order_by("to"))


def letters(
    complete: Application, capture: DjangoCaptureOnCommitCallbacks
) -> dict[str, list[Email]]:
    """Return the letters of a submission that is returned, and of one that is admitted."""
    until = NOW + timedelta(days=5)
    found = {"submit": move(complete, "submit", capture)}
    found["return"] = move(
        complete, "return", capture, note="1. Приложите протокол <b>схода</b>.",
        correction_until=until,
    )  # fmt: skip
    move(complete, "submit", capture)
    found["admit"] = move(complete, "admit", capture)
    return found


def test_a_receipt_goes_to_the_contact_and_to_who_submitted(
    complete: Application, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    queued = move(complete, "submit", django_capture_on_commit_callbacks)
    complete.refresh_from_db()
    assert [letter.to for letter in queued] == [
        ["office@example.test"],
        [complete.created_by.email],
    ]
    for letter in queued:
        assert letter.status == STATUS.queued
        assert str(complete.number) in letter.subject
        for body in (letter.message, letter.html_message):
            assert complete.fingerprint in body
            assert "12:00:00" in body


def test_nothing_is_queued_when_the_move_is_rolled_back(
    complete: Application, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        workflow.perform(complete, "submit", by=complete.created_by, now=NOW)
    assert len(callbacks) == 2
    assert not Email.objects.exists()


def test_each_letter_says_what_to_do(
    complete: Application, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    found = letters(complete, django_capture_on_commit_callbacks)
    returned = found["return"][0]
    assert "1. Приложите протокол <b>схода</b>." in returned.message
    assert "&lt;b&gt;схода&lt;/b&gt;" in returned.html_message
    assert "12:00:00" in returned.message
    assert len({letter[0].subject for letter in found.values()}) == 3


def test_a_declined_municipality_reads_the_reason(
    complete: Application, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    move(complete, "submit", django_capture_on_commit_callbacks)
    (letter, _other) = move(
        complete, "decline", django_capture_on_commit_callbacks, note="Нет постановления."
    )
    assert "Нет постановления." in letter.message


def test_a_withdrawal_sends_nothing(
    complete: Application, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    move(complete, "submit", django_capture_on_commit_callbacks)
    assert move(complete, "withdraw", django_capture_on_commit_callbacks) == []


def test_without_an_address_nothing_is_queued(
    complete: Application, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    by = complete.created_by
    by.email, by.phone = None, "+996555000111"
    by.save()
    drafting.save(complete, {"contact_email": ""}, by=by, now=NOW)
    assert move(complete, "submit", django_capture_on_commit_callbacks) == []


def test_the_same_address_gets_one_letter(
    complete: Application, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    by = complete.created_by
    drafting.save(complete, {"contact_email": str(by.email).upper()}, by=by, now=NOW)
    assert len(move(complete, "submit", django_capture_on_commit_callbacks)) == 1


def test_each_reads_in_their_own_language(
    complete: Application, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    by = complete.created_by
    by.language = "en"
    by.save()
    contact, submitter = move(complete, "submit", django_capture_on_commit_callbacks)
    assert "has been received" in submitter.subject
    assert f"{complete.municipality.name_ru}" in contact.message


def test_the_link_stands_where_the_portal_has_an_address(
    complete: Application,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    settings: Settings,
) -> None:
    settings.PORTAL_URL = "https://portal.example.test/"
    (letter, _other) = move(complete, "submit", django_capture_on_commit_callbacks)
    for body in (letter.message, letter.html_message):
        assert "https://portal.example.test/contest/application/" in body


def test_the_queue_sends_them(
    complete: Application,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    settings: Settings,
) -> None:
    settings.POST_OFFICE = {
        "BACKENDS": {"default": "django.core.mail.backends.locmem.EmailBackend"}
    }
    queued = move(complete, "submit", django_capture_on_commit_callbacks)
    for letter in queued:
        letter.dispatch()
    assert sorted(each.to for each in outbox.outbox) == sorted(each.to for each in queued)
    assert outbox.outbox[0].alternatives

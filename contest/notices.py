"""Letters about an application, queued after the commit in the language of who reads them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from post_office import mail

from accounts.models import User

from .models import Application, Award, Contest


@dataclass
class Letter:
    """What a letter says: plain lines, ``facts`` as name and value, ``note`` in others' words."""

    subject: str
    lines: list[str]
    facts: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""
    link: str = ""


def announce_move(application: Application, action: str, *, by: User, note: str = "") -> None:
    """Queue the letters that follow a move, once it is committed.

    They go to the contact's address and to the person who submitted; where
    neither has an address nothing is queued. Moves without a letter are let pass.
    """
    if action in _LETTERS:
        send(application, action, submitter=application.submitted_by or by, note=note)


def send(application: Application, letter: str, *, submitter: User, note: str = "") -> None:
    """Queue the named letter for each address of the application when the transaction commits."""
    for address, language in recipients(application, submitter):
        with translation.override(language):
            written = _LETTERS[letter](application, note)
            text = render_to_string("contest/letters/letter.txt", {"letter": written})
            html = render_to_string(
                "contest/letters/letter.html", {"letter": written, "language": language}
            )
        queue(address, written.subject, text, html)


def send_result(application: Application, *, award: Award | None, points: str) -> None:
    """Queue the one letter that tells the municipality the result, in its own language.

    It goes to the contact's address, else to the person who submitted. ``points``
    is "" where no sheet counted.
    """
    address = next(recipient_of_result(application), None)
    if address is None:
        return
    with translation.override(address[1]):
        written = result(
            application.contest,
            name=str(application.municipality),
            number=application.number or "",
            award=award,
            points=points,
        )
        text = render_to_string("contest/letters/letter.txt", {"letter": written})
        page = {"letter": written, "language": address[1]}
        html = render_to_string("contest/letters/letter.html", page)
    queue(address[0], written.subject, text, html)


def recipient_of_result(application: Application) -> Iterator[tuple[str, str]]:
    """Yield (address, language) of the contact, then of the person who submitted."""
    if application.contact_email:
        yield application.contact_email, application.language or settings.LANGUAGE_CODE
    person = application.submitted_by
    if person is not None and person.email and person.is_active:
        yield person.email, application.language or person.language


def result(contest: Contest, *, name: str, number: str, award: Award | None, points: str) -> Letter:
    """Return the letter about the result, in the active language.

    ``name`` and ``number`` say whose it is; the chair's preview does not know.
    """
    names = {"municipality": name, "contest": str(contest)}
    facts = []
    if award is None:
        lines = [
            _("The application of %(municipality)s to “%(contest)s” has not won a prize.") % names,
            _("Thank you for your work. The points show where it can go further."),
        ]
    else:
        lines = [
            _("Congratulations! %(municipality)s has won a prize in “%(contest)s”.") % names,
            _("We will write to you about how you receive it."),
        ]
        facts = [
            (_("Prize"), award.prize.name),
            (_("Place"), str(award.place)),
            (_("Value, som"), number_format(award.value_som, force_grouping=True)),
        ]
    if points:
        facts.append((_("Points of 100"), number_format(points)))
    return Letter(_("Result of the contest: application %s") % number, lines, facts, link=_link())


def queue(address: str, subject: str, text: str, html: str) -> None:
    """Queue one letter when the transaction commits; a broken queue does not undo the move."""
    transaction.on_commit(
        lambda: mail.send(
            address,
            settings.DEFAULT_FROM_EMAIL,
            subject=subject,
            message=text,
            html_message=html,
        ),
        robust=True,
    )


def recipients(application: Application, submitter: User) -> Iterator[tuple[str, str]]:
    """Yield (address, language): each address once, in its owner's language."""
    if submitter.email and submitter.is_active:
        yield submitter.email, submitter.language
    contact = application.contact_email
    if contact and contact.lower() != (submitter.email or "").lower():
        yield contact, application.language or settings.LANGUAGE_CODE


def moment(at: datetime) -> str:
    """Return an instant as people in Bishkek read it, to the second, with its zone."""
    local = timezone.localtime(at)
    return _("%(date)s, %(time)s (Bishkek, UTC+6)") % {
        "date": date_format(local, "DATE_FORMAT"),
        "time": local.strftime("%H:%M:%S"),
    }


def _receipt(application: Application, note: str) -> Letter:  # noqa: ARG001
    assert application.submitted_at is not None
    return Letter(
        _("Application %s has been received") % application.number,
        [
            _("We have received the application of %(municipality)s to “%(contest)s”.")
            % _names(application),
            _("Keep this letter: it is your receipt. We will write when it has been checked."),
        ],
        [
            (_("Number"), application.number or ""),
            (_("Received"), moment(application.submitted_at)),
            (_("Fingerprint of the content"), application.fingerprint),
        ],
        link=_link(),
    )


def _returned(application: Application, note: str) -> Letter:
    assert application.correction_until is not None
    return Letter(
        _("Application %s has been returned for correction") % application.number,
        [
            _("The application of %(municipality)s to “%(contest)s” needs to be corrected.")
            % _names(application),
            _("Correct the points below and submit it again; the number stays the same."),
        ],
        [(_("Correct it before"), moment(application.correction_until))],
        note=note,
        link=_link(),
    )


def _declined(application: Application, note: str) -> Letter:
    return Letter(
        _("Application %s has not been admitted") % application.number,
        [
            _("The application of %(municipality)s to “%(contest)s” has not been admitted.")
            % _names(application),
            _("The reason is below."),
        ],
        note=note,
        link=_link(),
    )


def _admitted(application: Application, note: str) -> Letter:  # noqa: ARG001
    return Letter(
        _("Application %s has been admitted") % application.number,
        [
            _("The application of %(municipality)s to “%(contest)s” has been admitted.")
            % _names(application),
            _("The commission scores it now. We will write when there is a decision."),
        ],
        link=_link(),
    )


_LETTERS = {
    "submit": _receipt,
    "return": _returned,
    "decline": _declined,
    "admit": _admitted,
}


def _names(application: Application) -> dict[str, str]:
    return {
        "municipality": str(application.municipality),
        "contest": str(application.contest),
    }


def _link() -> str:
    """Return the full address of the applicant's page, '' where the portal's is not set."""
    return settings.PORTAL_URL and settings.PORTAL_URL.rstrip("/") + reverse("contest:application")

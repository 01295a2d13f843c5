"""The applicant's part on a phone: begin, write, attach, check, submit, with and without script."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from contest import drafting
from contest.models import Application, Contest
from documents.excel import Column, write
from municipalities.models import Municipality
from tests.browser.pages import seems_right
from tests.builders import (
    EVENT,
    FIELDS,
    make_contest,
    make_member_of,
    make_municipality,
    make_position,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PHOTO = b"\xff\xd8\xff\xe1" + b"\0" * 50 + b"\xff\xd9"
BY_DOOR = ("population", "women", "people_with_disabilities", "children_with_disabilities")
"""Of the profile; like other sections that are no concern of this test it is filled by the door."""


@pytest.mark.parametrize(("javascript", "language"), [(True, "ky"), (False, "ru")])
def test_a_head_applies_on_a_phone(
    browser_page: Callable[..., Any], javascript: bool, language: str
) -> None:
    # The browser's own clock is the real one, so the contest is open today.
    municipality = make_municipality()
    head = make_member_of(municipality, language=language)
    contest = make_contest(
        opens_at=timezone.now() - timedelta(days=5), municipalities=[municipality]
    )
    make_position()
    page = browser_page(width=360, language=language, javascript=javascript, user=head)

    page.goto("/contest/application/")
    seems_right(page, javascript=javascript)
    page.click("main form button")
    seems_right(page, javascript=javascript)
    own = Application.objects.get(municipality=municipality)
    _write_the_applicant(page, own, javascript)
    _fill_by_door(own, contest, municipality, head)
    _write_the_measures(page, own, javascript)
    _attach_files(page, own, javascript)
    page.goto(f"/contest/application/{own.pk}/check/")
    seems_right(page, javascript=javascript)
    page.click("main form button")

    assert page.url.endswith(f"/contest/application/{own.pk}/receipt/")
    seems_right(page, javascript=javascript)
    own.refresh_from_db()
    assert own.number in page.inner_text("main")
    assert own.fingerprint in page.inner_text("main")


def _write_the_applicant(page: Any, own: Application, javascript: bool) -> None:
    """Type a phone that is none, be led to it, mend it."""
    page.goto(f"/contest/application/{own.pk}/applicant/")
    for name in ("head_name", "contact_name"):
        page.fill(f"[name={name}]", FIELDS[name])
    page.select_option("[name=contact_position]", index=1)
    page.check("main [name=language][value=ky]")
    page.fill("[name=contact_phone]", "12")
    _save(page)
    assert page.locator(".error-summary a").count() == 1
    assert page.input_value("[name=contact_name]") == FIELDS["contact_name"]
    if javascript:
        assert page.evaluate("document.activeElement.className") == "error-summary"
    seems_right(page, javascript=javascript)
    page.click(".error-summary a")
    page.fill("[name=contact_phone]", "0555 123 456")
    _save(page)
    assert "/profile/" in page.url  # the way to the field stays behind it


def _write_the_measures(page: Any, own: Application, javascript: bool) -> None:
    """Fill in a row, add a second, take the first away, save what is left."""
    page.goto(f"/contest/application/{own.pk}/measures/")
    seems_right(page, javascript=javascript)
    _fill_row(page, 0, "Жаңылыш чара")
    page.click("button[value=add]")
    assert page.locator("main fieldset.card").count() == 2
    assert _row(page, 0, "title").input_value() == "Жаңылыш чара"
    _fill_row(page, 1, "Пандус")
    seems_right(page, javascript=javascript)
    page.locator("main fieldset.card").nth(0).locator("button[value^=remove]").click()
    assert page.locator("main fieldset.card").count() == 1
    _save(page)
    assert [measure.title for measure in own.measures.all()] == ["Пандус"]


def _attach_files(page: Any, own: Application, javascript: bool) -> None:
    page.goto(f"/contest/application/{own.pk}/files/")
    with write([Column("Чара", 40)], [["Пандус"]], title="Бюджет") as book:
        budget = book.read()
    kinds = {
        "programme": ("СЭӨП.pdf", "application/pdf", PDF),
        "resolution": ("токтом.jpg", "image/jpeg", PHOTO),
        "minutes": ("жыйын.jpg", "image/jpeg", PHOTO + b"film"),
        "budget": ("бюджет.xlsx", "application/octet-stream", budget),
    }
    for kind, (name, content_type, content) in kinds.items():
        file = {"name": name, "mimeType": content_type, "buffer": content}
        page.set_input_files(f"[name='file:{kind}']", file)
    _save(page)
    page.goto(f"/contest/application/{own.pk}/files/")
    assert "токтом.jpg" in page.inner_text("main")
    seems_right(page, javascript=javascript)


def _fill_by_door(own: Application, contest: Contest, unit: Municipality, by: User) -> None:
    """Write the sections that this test does not type."""
    now = timezone.now()
    columns = ("programme_title", "year_from", "year_to", "resolution_number", "resolution_on")
    fields = {name: FIELDS[name] for name in (*BY_DOOR, *columns, "declares_truth", "consents")}
    answers = {f"answer:{q.code}": "Жооп." for q in contest.questions.all()}
    drafting.save(own, fields | answers, by=by, now=now)
    drafting.save_rows(own, "participation_events", [EVENT], by=by, now=now)


def _save(page: Any) -> None:
    page.click("main button[value=continue]")


def _row(page: Any, number: int, column: str) -> Any:
    return page.locator("main fieldset.card").nth(number).locator(f"[name$=':{column}']")


def _fill_row(page: Any, number: int, title: str) -> None:
    values = {
        "title": title,
        "term": "2026",
        "responsible": "Соцкызматкер",
        "cost_som": "250 000",
        "local_som": "50000",
        "indicator": "0 → 1",
        "programme_page": "14",
    }
    for column, value in values.items():
        _row(page, number, column).fill(value)
    _row(page, number, "target_group").select_option(index=1)

"""The member's part by the keyboard alone: conflicts, queue, a sheet submitted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contest.models import Contest, Sheet
from tests.browser.pages import seems_right, tab_to
from tests.builders import make_coded_application, make_contest, make_seat, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEVELS = {"C1": 4, "C2": 3, "C3": 0, "C4": 5, "C5": 2, "C6": 3, "C7": 4, "C8": 2}
WEIGHTED = 15 * 4 + 15 * 3 + 10 * 0 + 20 * 5 + 15 * 2 + 10 * 3 + 10 * 4 + 5 * 2
"""Σ weight × level, by the weights of the rubric."""

COMMENTED = [code for code, level in LEVELS.items() if level in (0, 1, 5)]


@pytest.mark.parametrize(("javascript", "language"), [(True, "ru"), (False, "ky")])
def test_a_member_scores_by_the_keyboard_alone(
    browser_page: Callable[..., Any], javascript: bool, language: str
) -> None:
    contest = _scored_today()
    member = make_user(full_name="Бакыт Оценивает", is_staff=True)
    make_seat(contest=contest, user=member)
    first, second = (make_coded_application(contest=contest, code=f"К-0{n}") for n in (3, 7))
    page = browser_page(width=360, language=language, javascript=javascript, user=member)

    page.goto("/contest/commission/")
    assert "/conflicts/" in page.url
    seems_right(page, javascript=javascript)
    _go(page, "main button[type=submit]")
    assert page.locator(".error-summary").count() == 1
    if javascript:
        assert page.evaluate("document.activeElement.className") == "error-summary"
    tab_to(page, "[name=none]")
    page.keyboard.press("Space")
    _go(page, "main button[type=submit]")
    assert first.code in page.inner_text("main")
    seems_right(page, javascript=javascript)
    _go(page, f"a.code[href*='{second.code[-2:]}']")
    _choose_levels(page)
    _go(page, "button[value=submit]")
    assert page.locator(".error-summary a").count() == len(COMMENTED)
    seems_right(page, javascript=javascript)
    for code in COMMENTED:
        tab_to(page, f"[name=comment_{code}]")
        page.keyboard.type("14-бет.")
    _go(page, "button[value=submit]")

    sheet = Sheet.objects.get()
    assert (sheet.application, sheet.state) == (second, Sheet.State.SUBMITTED)
    assert sheet.weighted_levels == WEIGHTED
    assert page.locator(".error-summary").count() == 0
    seems_right(page, javascript=javascript)


def _scored_today() -> Contest:
    """Return a contest in whose scoring the browser's own day falls."""
    return make_contest(opens_at=timezone.now() - timedelta(days=45))


def _choose_levels(page: Any) -> None:
    """Enter each scale with Tab, take its first level with Space and go on with the arrows."""
    for code, level in LEVELS.items():
        tab_to(page, f"[name=level_{code}]")
        page.keyboard.press("Space")
        for _step in range(level):
            page.keyboard.press("ArrowDown")


def _go(page: Any, selector: str) -> None:
    """Come to a link or a button with Tab, press Enter and wait for the page that follows."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")

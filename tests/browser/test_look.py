"""The look in a browser: contrast and names, narrow screens, focus, dark and light."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.browser.pages import accessibility_faults, overflow
from tests.builders import make_contest, make_seat, make_staff, make_user
from tests.look import catalogue

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Any]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["ru", "ru-errors", "ky", "ky-errors"])
def test_every_component_is_accessible(
    file_page: OpenPage, tmp_path: Path, name: str, width: int, dark: bool
) -> None:
    catalogue.write(tmp_path)
    page = file_page(width=width, dark=dark)

    page.goto((tmp_path / f"catalogue-{name}.html").as_uri())

    assert accessibility_faults(page) == []


@pytest.mark.parametrize("name", ["ru-errors", "ky-errors"])
def test_nothing_is_wider_than_the_narrowest_phone(
    file_page: OpenPage, tmp_path: Path, name: str
) -> None:
    catalogue.write(tmp_path)
    page = file_page(width=320)

    page.goto((tmp_path / f"catalogue-{name}.html").as_uri())

    assert overflow(page) <= 0


def test_focus_is_seen_on_everything_that_takes_it(file_page: OpenPage, tmp_path: Path) -> None:
    catalogue.write(tmp_path)
    page = file_page()
    page.goto((tmp_path / "catalogue-ru.html").as_uri())
    page.keyboard.press("Tab")
    seen = []
    while True:
        name, outline = page.evaluate(
            "() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " return [e.outerHTML.slice(0, 80), e === document.body ? 'end' : s.outlineStyle"
            " + ' ' + s.outlineWidth]; }"
        )
        if outline == "end":
            break
        seen.append((name, outline))
        page.keyboard.press("Tab")

    assert len(seen) > 50
    assert [name for name, outline in seen if outline != "solid 3px"] == []


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(
    file_page: OpenPage, tmp_path: Path
) -> None:
    catalogue.write(tmp_path)
    page = file_page()
    page.goto((tmp_path / "catalogue-ru-errors.html").as_uri())
    assert page.evaluate("document.activeElement.className") == "error-summary"

    page.click(".error-summary a >> nth=2")

    assert page.evaluate("document.activeElement.id") == "id_women"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_person_signs_in_on_a_phone(browser_page: OpenPage, javascript: bool) -> None:
    make_user(email="aigul@example.test")
    page = browser_page(width=360, javascript=javascript, language="ru")
    page.goto("/accounts/login/?next=/accounts/password/")
    page.fill("#id_login", "aigul@example.test")
    page.fill("#id_password", "инклюзия-2026")

    page.click("main button[type=submit]")

    assert page.url.endswith("/accounts/password/")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["ru", "ky"])
def test_the_refused_sign_in_is_accessible(
    browser_page: OpenPage, language: str, dark: bool
) -> None:
    page = browser_page(width=360, language=language, dark=dark)
    page.goto("/accounts/login/")
    page.fill("#id_login", "nobody@example.test")
    page.fill("#id_password", "wrong")

    page.click("main button[type=submit]")

    assert page.locator(".error-summary").count() == 1
    assert accessibility_faults(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_first_page_of_the_admin_is_accessible(browser_page: OpenPage, dark: bool) -> None:
    page = browser_page(user=make_staff(is_superuser=True), dark=dark)

    page.goto("/admin/")

    assert accessibility_faults(page) == []


@pytest.mark.parametrize("kind", ["changelist", "add"])
def test_the_lists_and_forms_of_the_admin_are_accessible(browser_page: OpenPage, kind: str) -> None:
    page = browser_page(user=make_staff(is_superuser=True))
    page.goto("/admin/")  # the addresses are joined now, and the admin is whole
    faults, seen = [], 0
    ours = [model for model in admin.site._registry if model._meta.app_label != "post_office"]
    for model in ours:  # letters are queued by code; nobody fills that library's forms
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}")
        if page.goto(address).status == 200:
            seen += 1
            faults += [f"{address} {fault}" for fault in accessibility_faults(page)]

    assert seen
    assert faults == []


def test_a_box_that_looks_up_says_what_it_asks_for(browser_page: OpenPage) -> None:
    page = browser_page(user=make_staff(is_superuser=True), language="en")
    page.goto("/admin/municipalities/municipality/add/")

    page.click(".field-district .select2-selection")
    page.wait_for_selector(".select2-dropdown .select2-search__field")

    assert page.get_by_role("searchbox", name="District").count() == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_the_contest_in_the_admin_is_accessible_and_fits(
    browser_page: OpenPage, width: int
) -> None:
    contest = make_contest()
    make_seat(contest=contest)
    page = browser_page(user=make_staff(is_superuser=True), width=width)

    page.goto(f"/admin/contest/contest/{contest.pk}/change/")

    # Django's tables of rows have a heading over nothing: advice, not a criterion of WCAG.
    assert accessibility_faults(page, without=("empty-table-header",)) == []
    assert overflow(page) <= 0

"""Pages for what went wrong, as a person sees them."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("language", ["ru", "ky"])
def test_a_lost_person_finds_the_way_home(
    browser_page: Callable[..., Any], javascript: bool, language: str
) -> None:
    page = browser_page(width=360, language=language, javascript=javascript)
    response = page.goto("/no/such/page/")
    assert response.status == 404
    assert page.locator("h1").count() == 1
    assert page.locator("main a[href='/']").is_visible()
    assert page.locator("html").get_attribute("lang") == language

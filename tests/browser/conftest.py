"""A real browser for tests: Debian's Chromium through Playwright.

Skipped with a sentence where the browser is absent; with BROWSER_TESTS=required
(as in CI) its absence is a failure.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.pages import sign_in

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _missing(what: str) -> None:
    sentence = f"{what} is not installed: tests in a browser cannot run here."
    if os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Give one Chromium to all tests; each page has its own profile in it."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("Playwright for Python")
    if not CHROMIUM:
        _missing("Chromium")
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread, and Django takes the tests for asynchronous.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that opens an empty page of the portal.

    ``browser_page(width=360, language="ky", javascript=False, dark=True, user=somebody)``;
    addresses are given from the root: ``page.goto("/contest/")``. The test fails when a
    page asks another host for anything, breaks in JavaScript or against the policy.
    """
    yield from _opener(chromium, live_server.url)


@pytest.fixture
def file_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Return the same function for pages that are files: no server, no database."""
    yield from _opener(chromium, None)


def _opener(chromium: Any, server: str | None) -> Iterator[Callable[..., Any]]:
    contexts: list[Any] = []
    troubles: list[str] = []

    def open_page(
        *,
        width: int = 1280,
        language: str = "ru",
        javascript: bool = True,
        dark: bool = False,
        user: Any = None,
    ) -> Any:
        context = chromium.new_context(
            base_url=server,
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale=language,
            timezone_id="Asia/Bishkek",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"JavaScript broke: {error}"))
        page.on("console", lambda said: _note_refusal_of_the_policy(said, page, troubles))
        if server:  # axe says an error of its own on a page that is a file
            page.on("console", lambda said: _note_error(said, page, troubles))
        page.on("request", lambda request: _note_another_host(request, server, troubles))
        if user is not None:
            sign_in(page, user)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def _note_another_host(request: Any, server: str | None, troubles: list[str]) -> None:
    address = urlsplit(request.url)
    if (
        address.scheme in {"http", "https", "ws", "wss"}
        and address.netloc != urlsplit(server).netloc
    ):
        troubles.append(f"Another host was asked: {request.url}")


def _note_refusal_of_the_policy(said: Any, page: Any, troubles: list[str]) -> None:
    # Chromium also says every 404, 409 and 422 here; those are answers, not troubles.
    if "Content Security Policy" not in said.text:
        return
    # Django's select2 writes style attributes; the policy drops them and the list still works.
    if "inline style" in said.text and "/admin/" in page.url:
        return
    troubles.append(f"{page.url}: {said.text}")


def _note_error(said: Any, page: Any, troubles: list[str]) -> None:
    # Answers such as 422 are said here, too; the policy's refusals are judged above.
    expected = ("Failed to load resource", "Content Security Policy")
    if said.type == "error" and not any(words in said.text for words in expected):
        troubles.append(f"{page.url}: {said.text}")

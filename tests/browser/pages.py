"""What tests in a browser do with any page."""

from typing import Any

from django.conf import settings
from django.test import Client

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def sign_in(page: Any, user: Any) -> None:
    """Let this page's browser be ``user``, by the cookie of a session made on the server."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session}
    page.context.add_cookies([{**cookie, "domain": "localhost", "path": "/"}])


def accessibility_faults(page: Any, *, without: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA on the page as it stands, one line a fault.

    ``without`` names rules that a page is known to break, each with its reason beside it.
    """
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in found
        if fault["id"] not in without
        for node in fault["nodes"]
    ]


def overflow(page: Any) -> int:
    """Return by how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def tab_to(page: Any, selector: str, *, most: int = 200) -> None:
    """Press Tab until the focus is on what the selector names, as people without a mouse do."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector} on {page.url}")


def seems_right(page: Any, *, javascript: bool) -> None:
    """Demand what holds on every page at every width: it fits, and axe finds no fault in it."""
    assert overflow(page) <= 0, page.url
    if not javascript:
        return
    window = page.viewport_size
    # In a window as high as the page the bar that sticks to its bottom covers nothing.
    high = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": window["width"], "height": high})
    faults = accessibility_faults(page)
    page.set_viewport_size(window)
    if faults:
        raise AssertionError("\n".join((page.url, *faults)))

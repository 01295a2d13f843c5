"""``manage.py draw_pictures``: draw the main pages of the demo into ``docs/pictures/``."""

import socket
import subprocess
import sys
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from inclusion_portal.demo.cast import PASSWORD
from inclusion_portal.models import is_demo

PICTURES = (
    # file name, who, language, address
    ("public", None, "ru", "/contest/"),
    ("application", "applicant", "ky", "/contest/application/"),
    ("queue", "member1", "ru", "/contest/commission/"),
    ("board", "staff", "ru", "/contest/staff/"),
    ("results", None, "ky", "/contest/results/2025/"),
    ("seminars", "staff", "ru", "/seminars/"),
)
WIDTHS = (1280, 360)
HEIGHT = 860
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Command(BaseCommand):
    help = "Draws pictures of the main pages from the demo with Debian's Chromium."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "docs" / "pictures")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        if not is_demo():
            raise CommandError("Pictures are drawn from the demo: run `manage.py demo` first.")
        try:
            from playwright.sync_api import sync_playwright
        except ImportError as error:
            raise CommandError("Install requirements-dev.txt: Playwright is missing.") from error
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        with _server() as root, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
            for name, who, language, path in PICTURES:
                for width in WIDTHS:
                    file = folder / f"{name}-{width}.png"
                    _draw(browser, root, who, language, path, width, file)
                    self.stdout.write(f"{file}")
            browser.close()


def _draw(
    browser: Any, root: str, who: str | None, language: str, path: str, width: int, file: Path
) -> None:
    page = browser.new_page(viewport={"width": width, "height": HEIGHT})
    page.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": root}]
    )
    if who:
        page.goto(f"{root}/accounts/login/")
        page.fill("input[name=login]", f"{who}@demo.local")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
    answer = page.goto(f"{root}{path}")
    if answer is None or answer.status != 200:
        raise CommandError(f"{path} answered {answer.status if answer else 'nothing'}.")
    page.screenshot(path=str(file))
    page.context.close() if who else page.close()


@contextmanager
def _server() -> Iterator[str]:
    """Serve the demo at a free port while pictures are drawn."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=settings.BASE_DIR, stderr=subprocess.DEVNULL
    ) as process:
        root = f"http://127.0.0.1:{port}"
        try:
            _wait_for(root)
            yield root
        finally:
            process.terminate()


def _wait_for(root: str) -> None:
    for _attempt in range(100):
        try:
            urllib.request.urlopen(f"{root}/healthz", timeout=1)  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise CommandError("The server did not start.")

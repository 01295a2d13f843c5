"""Every page, for everybody who may open it, is in Russian and in Kyrgyz to the last word.

The pages are those of the access matrix: an address that gets its row there is
read here too, with the forms that come back with errors.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.apps import apps as django_apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.access import ADMIN, CHAIR, MEMBER, PERSONAS, STAFF, Row, World
from tests.test_access import ROWS, ask

ALLOWED = frozenset(
    {
        # names
        *("Helvetas", "English", "WhatsApp", "Telegram", "Excel", "Word", "SHA-"),
        # kinds of files, keys of a keyboard
        *("PDF", "HTML", "JPG", "PNG", "HEIC", "CSV", "JSON", "csv", "xlsx"),
        *("Enter", "Control", "Command", "CTRL", "Cmd", "COMMAND", "Mac"),
        # Django's own, in the text of an icon
        *("True", "False"),
        # what the builders write: a register, numbers of applications, an event of the trail
        *("test", "test-", "decided-", "tests", "happen"),
    }
)
UNSEEN = {"script", "style", "template", "code", "kbd", "textarea"}
READ_ALOUD = {"alt", "aria-label", "placeholder", "title"}
NOT_WORDS = re.compile(
    r"https?://\S+|\S+@\S+|[\w./-]+\.(?:xlsx|docx|pdf|csv|jpg|local|test)\b|\b[0-9a-f]{16,}\b|\b\w+-(?:TOTAL|INITIAL)_FORMS\b|TOTAL_FORMS|INITIAL_FORMS|ManagementForm"
)
LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]+")


class Reader(HTMLParser):
    """Collects what people see of a page, or hear from it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.texts += [named[name] or "" for name in READ_ALOUD & set(named)]
        if tag == "input" and named.get("type") in {"submit", "button", "reset"}:
            self.texts.append(named.get("value") or "")
        self.unseen += tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.texts.append(data)


def kept_in_latin() -> set[str]:
    """Return what the data hold in Latin letters on purpose: English texts, codes."""
    return {
        value
        for model in django_apps.get_models()
        for field in model._meta.get_fields()
        if field.name.endswith("_en") or field.name == "code"
        for value in model._default_manager.values_list(field.name, flat=True)
    }


def english(page: str, known: set[str]) -> list[str]:
    """Return the Latin words of a page that are on no list."""
    reader = Reader()
    reader.feed(page)
    texts = (text for text in reader.texts if text.strip() not in known)
    found = (LATIN.findall(NOT_WORDS.sub(" ", text)) for text in texts)
    return sorted({word for words in found for word in words} - ALLOWED)


def readers_of(row: Row) -> Iterator[str]:
    """Yield who gets a page: of the admin one of them, of our pages everybody."""
    shown = {200} if row.method == "GET" or row.url.startswith("admin:") else {409, 422}
    people = [p for p in PERSONAS if shown & set(row.expected(p))]
    if row.url.startswith("admin:"):
        people = [p for p in (STAFF, ADMIN, MEMBER, CHAIR) if p in people][:1]
    yield from people


def pages(world: World, language: str) -> Iterator[tuple[str, str]]:
    """Yield what was asked by whom, and the page; nothing of it stays in the world."""
    for row in ROWS:
        for persona in readers_of(row):
            client = Client()
            client.cookies["django_language"] = language
            with transaction.atomic():
                if user := world.people[persona]:
                    user.language = language
                    user.save(update_fields=["language"])
                    client.force_login(user)
                response = ask(client, row, row.method, world)
                text = html_of(response)
                transaction.set_rollback(True)
            if text:
                yield f"{persona} {row.method} {response.wsgi_request.path}", text


def html_of(response: HttpResponse) -> str:
    """Return the page, '' for a file or a way elsewhere."""
    if response.streaming:
        list(response.streaming_content)
        return ""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return response.content.decode() if is_page else ""


@pytest.mark.parametrize("language", ["ru", "ky"])
def test_no_page_has_english_words_in_it(world: World, language: str) -> None:
    read, known = 0, kept_in_latin()
    left: dict[str, str] = {}
    for where, page in pages(world, language):
        read += 1
        assert f'lang="{language}"' in page, where
        left |= {word: where for word in english(page, known) if word not in left}
    assert not left, "\n".join(f"{word}: {where}" for word, where in sorted(left.items()))
    assert read > 150

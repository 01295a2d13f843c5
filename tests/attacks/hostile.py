"""What a hostile browser sends: values that no form expects, into every field that a page names."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

VALUES = (
    "", "\x00", "0", "-1", "1.5", "1e400", "NaN", "²", "٣", "1_000", "9" * 400, "9" * 5_000,
    "2147483648", "9223372036854775808", "-99999999999999999999", "0000-00-00", "0001-01-01",
    "9999-12-31", "9999-12-31T23:59", "2026-02-30", "25:61", "' OR 1=1 --", "<script>", "{{7*7}}",
    "%s%d%", "../../../etc/passwd", "\r\nX: y", "💥", "\u202e\u200b", "\ufffe", "(((", "1,2,x",
    "[]", "{}", "null", "last", "__all__", "remove:x", "й" * 300, "a" * 100_000,
    "00000000-0000-0000-0000-000000000000", "К-07",
)  # fmt: skip
ENCODED = ("%00", "%FF%FE", "%ED%A0%80", "%C0%AF")
"""Percent-encoded bytes that are no text: a NUL, no UTF-8, half a surrogate pair, an overlong /."""

BODIES = (
    ("application/json", b"[1"),
    ("text/plain", b"x"),
    ("", b""),
    ("application/x-www-form-urlencoded; charset=windows-1251", b"a=%D0"),
    ("application/x-www-form-urlencoded", b"%FF=%ED%A0%80"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(6000))),
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a\r\n\r\n'),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="\xff\x00"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n###\r\n--x--\r\n",
    ),
)
FILES = (
    ("a.pdf", b"", "application/pdf"),
    ("a.pdf", b"%PDF-1.4\n<script>", "text/html"),
    ("а\u202eфдп.svg", b"<svg onload=alert(1)>", "image/svg+xml"),
    ("x" * 300 + ".xlsx", b"PK\x03\x04" + bytes(50), ""),
)
OF_ANY_LIST = ("page", "contest", "q", "o", "p", "e", "next", "_popup", "_to_field", "state__exact")


@dataclass
class Form:
    """A form of a page: where it goes, what it would send, where it takes files."""

    action: str
    method: str
    sent: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """The forms of a page, and the parameters that its links carry."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.parameters: set[str] = set()
        self.select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.parameters |= {
                name for name, _v in parse_qsl(urlsplit(given.get("href", "")).query)
            }
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms:
            self._control(tag, given)

    def _control(self, tag: str, given: Mapping[str, str]) -> None:
        form, name = self.forms[-1], given.get("name", "")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select and given.get("value"):
            form.sent.setdefault(self.select, [given["value"]])
        elif tag == "input" and given.get("type") == "file":
            form.files.add(name)
        elif tag == "input" and (
            given.get("type") not in ("checkbox", "radio") or "checked" in given
        ):
            form.sent.setdefault(name, []).append(given.get("value", ""))
        if tag in ("input", "textarea", "select", "button") and name:
            form.names.add(name)


def queries(page: Page | None, chance: random.Random, count: int) -> Iterator[str]:
    """Yield query strings, each with one hostile value."""
    names = {*OF_ANY_LIST, *(page.parameters if page else ())}
    names |= (
        {name for form in page.forms if form.method == "get" for name in form.names}
        if page
        else set()
    )
    for name in chance.sample(sorted(names), count):
        value = chance.choice((*ENCODED, *map(quote, VALUES[:-4])))
        yield f"{quote(name)}={value}" + chance.choice(("", f"&{quote(name)}=x"))


def bodies(form: Form, chance: random.Random, count: int) -> Iterator[dict[str, Any]]:
    """Yield what the form would send, with a few fields spoiled, doubled or left out."""
    for _number in range(count):
        data: dict[str, Any] = {name: list(values) for name, values in form.sent.items()}
        for name in chance.sample(
            sorted(form.names - form.files), min(3, len(form.names - form.files))
        ):
            value = chance.choice(VALUES)
            data[name] = chance.choice(([value], [value], [value, "x"], []))
        for name in form.files:
            called, content, kind = chance.choice(FILES)
            data[name] = SimpleUploadedFile(called, content, content_type=kind)
        yield data

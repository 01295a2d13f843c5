"""A visitor of the portal without a browser: opens pages, fills the forms that were served.

Nothing is sent that the page does not offer: a missing field, choice or button is
an error, the token of a form is the one in the page, and CSRF is checked. Buttons
and links are named in English and looked for in the visitor's language.
"""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, Self
from urllib.parse import urlencode, urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from tests.journeys import html
from tests.journeys.html import Node

MOST_REDIRECTS = 5
_homes = count(1)
Upload = tuple[str, bytes]
"""A file to send: its name and content."""


class Visitor:
    """One person with a browser of their own. ``content`` is the page or file that came."""

    def __init__(self, *, language: str = "en") -> None:
        self.language = language
        self.client = Client(
            enforce_csrf_checks=True,
            headers={"accept-language": language},
            REMOTE_ADDR=f"10.0.{next(_homes) % 250}.1",  # tries to sign in are counted by address
        )
        self.path = "/"
        self.response: Any = None
        self.content = b""
        self.page = Node("", {})

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """Everything that can be read on the page, with single spaces."""
        return self.page.text

    @property
    def title(self) -> str:
        return next(self.page.all("title")).text

    def word(self, text: str, context: str = "") -> str:
        """Return the portal's words for an English text, in the visitor's language."""
        with translation.override(self.language):
            return translation.pgettext(context, text) if context else translation.gettext(text)

    def cells(self) -> list[list[str]]:
        """Return the rows below the headings of the page's tables."""
        rows = [row for body in self.page.all("tbody") for row in body.all("tr")]
        return [[cell.text for cell in row.all("th", "td")] for row in rows]

    def open(self, path: str, *, status: int = 200) -> Self:
        """Open an address, following redirects, and demand the status of what is found."""
        path = self._resolved(path)
        return self._arrive(self.client.get(path), path, status)

    def follow(self, text: str) -> Self:
        """Follow the link that reads ``text``."""
        address = self.links().get(self.word(text)) or self.links().get(text)
        if address is None:
            raise LookupError(f"{self.path}: no link “{text}” among {self.links()}")
        return self.open(address)

    def links(self) -> dict[str, str]:
        """Return the links of the page: text → address."""
        return {link.text: link.get("href") for link in self.page.all("a") if link.has("href")}

    def form(self, button: str) -> "Form":
        """Return the first form of the page with a button that reads ``button``."""
        forms = self.forms()
        for form in forms:
            if form.has_button(button):
                return form
        known = [label for form in forms for label in form.buttons()]
        raise LookupError(f"{self.path} ({self.status}): no button “{button}” among {known}")

    def forms(self) -> list["Form"]:
        """Return all forms of the page."""
        return [Form(self, node) for node in self.page.all("form")]

    def press(self, button: str, *, status: int = 200) -> Self:
        """Press a button of a form that needs nothing to be typed."""
        return self.form(button).press(button, status=status)

    def sign_in(self, login: str, password: str) -> Self:
        """Sign in on the portal's own page."""
        self.open("/accounts/login/")
        form = next(form for form in self.forms() if "password" in form.names())
        return form.fill({"login": login, "password": password}).send()

    def send(
        self, method: str, action: str, pairs: list[tuple[str, Any]], enctype: str, status: int
    ) -> Self:
        """Send what a form holds, as a browser would."""
        path = self._resolved(action)
        if method == "get":
            path = f"{path.partition('?')[0]}?{urlencode(pairs)}"
            return self._arrive(self.client.get(path), path, status)
        if enctype == "multipart/form-data":
            body: dict[str, list[Any]] = {}
            for name, value in pairs:
                body.setdefault(name, []).append(value)
            return self._arrive(self.client.post(path, body), path, status)
        urlencoded = "application/x-www-form-urlencoded"
        return self._arrive(self.client.post(path, urlencode(pairs), urlencoded), path, status)

    def _arrive(self, response: Any, path: str, status: int) -> Self:
        for _redirect in range(MOST_REDIRECTS):
            if response.status_code not in (301, 302, 303):
                break
            path = urljoin(path, response["Location"])
            response = self.client.get(path)
        self.response, self.content = response, response.getvalue()
        self.path = path
        is_page = response.get("Content-Type", "").startswith("text/html")
        self.page = html.read(self.content.decode()) if is_page else Node("", {})
        if response.status_code != status:
            raise AssertionError(
                f"{self.path} answered {response.status_code}, not {status}: {self.text[:1500]}"
            )
        return self

    def _resolved(self, address: str) -> str:
        """Return the address from the root; links within the page and full ones are understood."""
        parts = urlsplit(urljoin(self.path, address))
        return parts.path + (f"?{parts.query}" if parts.query else "")


class Form:
    """A form of the page with what a person typed into it."""

    def __init__(self, visitor: Visitor, node: Node) -> None:
        self.visitor, self.node, self.path = visitor, node, visitor.path
        self.labels = _labels(visitor.page)
        self.controls = [c for c in node.all("input", "select", "textarea") if c.get("name")]
        self.values: dict[int, Any] = {id(c): _start(c) for c in self.controls}

    def fill(self, values: dict[str, Any]) -> Self:
        """Type values by the label or the name of the field.

        Text for what is typed, the choice's text or value for lists and radio buttons,
        a bool for one checkbox, a list for several, (name, bytes) for a file.
        """
        for key, value in values.items():
            self._fill(key, value)
        return self

    def field(self, key: str) -> Any:
        """Return what stands in a field now, by its label or name."""
        controls = self._found(key)
        if controls[0].get("type") == "radio":
            return next((c.get("value") for c in controls if self.values[id(c)]), None)
        return self.values[id(controls[0])]

    def choices(self, key: str) -> list[str]:
        """Return the values that a list offers, without the empty one."""
        options = self._found(key)[0].all("option")
        return [value for option in options if (value := _value(option))]

    def ticked(self, key: str) -> list[str]:
        """Return the values of the boxes of this name that are ticked."""
        return [control.get("value") for control in self._found(key) if self.values[id(control)]]

    def names(self) -> list[str]:
        """Return the names of the fields, in the order of the page."""
        return list(dict.fromkeys(control.get("name") for control in self.controls))

    def has_button(self, button: str) -> bool:
        return any(self._reads(node, button) for node in self._buttons())

    def buttons(self) -> list[str]:
        """Return what the buttons read."""
        return [_button_text(node) for node in self._buttons()]

    def press(self, button: str, *, status: int = 200) -> Visitor:
        """Send the form by the button that reads ``button``, or has that ``name=value``."""
        pressed = [node for node in self._buttons() if self._reads(node, button)]
        if not pressed:
            raise LookupError(f"no button “{button}” among {self.buttons()}")
        # Where two buttons read alike, the first may stand for the key Enter, out of sight.
        return self._send(pressed[-1], status)

    def send(self, *, status: int = 200) -> Visitor:
        """Send the form by the key Enter, which presses its first button."""
        return self._send(next(self._buttons(), None), status)

    def _send(self, button: Node | None, status: int) -> Visitor:
        pairs = [pair for control in self.controls for pair in self._pairs(control)]
        action, method = self.node.get("action"), self.node.get("method", "get").lower()
        if button is not None:
            if button.get("name"):
                pairs.append((button.get("name"), button.get("value")))
            action = button.get("formaction", action)
        address = urljoin(self.path, action)
        enctype = self.node.get("enctype")
        return self.visitor.send(method, address, pairs, enctype, status)

    def _reads(self, node: Node, button: str) -> bool:
        called = _button_text(node), f"{node.get('name')}={node.get('value')}"
        return button in called or self.visitor.word(button) in called

    def _buttons(self) -> Iterator[Node]:
        for node in self.node.all("button", "input"):
            if node.has("disabled"):
                continue
            if node.tag == "button" and node.get("type", "submit") == "submit":
                yield node
            if node.tag == "input" and node.get("type") == "submit":
                yield node

    def _fill(self, key: str, value: Any) -> None:
        controls = self._found(key)
        first = controls[0]
        if first.has("disabled") or first.has("readonly"):
            raise LookupError(f"“{key}” cannot be filled in")
        if first.tag == "select":
            self.values[id(first)] = [_choice(first, one) for one in _as_list(value)]
        elif first.get("type") == "radio":
            self._tick(controls, [value], key)
        elif first.get("type") == "checkbox":
            if isinstance(value, bool):
                self.values[id(first)] = value
            else:
                self._tick(controls, value, key)
        else:
            self.values[id(first)] = value

    def _tick(self, controls: list[Node], wanted: Iterable[Any], key: str) -> None:
        for control in controls:
            self.values[id(control)] = False
        for value in wanted:
            named = [
                control
                for control in controls
                if str(value) in (control.get("value"), self._label(control))
            ]
            if not named:
                known = [self._label(control) or control.get("value") for control in controls]
                raise LookupError(f"“{key}” has no “{value}” among {known}")
            self.values[id(named[0])] = True

    def _found(self, key: str) -> list[Node]:
        """Return the controls of a field: by name, by its own label, by the group's legend."""
        seen = [control for control in self.controls if control.get("type") != "hidden"]
        by_name = [control for control in seen if control.get("name") == key]
        found = by_name or [c for c in seen if self._label(c) == key] or self._under(key)
        if not found:
            known = {c.get("name"): self._label(c) for c in seen}
            raise LookupError(f"{self.visitor.path}: no field “{key}” among {known}")
        same = found[0].get("name")
        return [control for control in found if control.get("name") == same]

    def _under(self, legend: str) -> list[Node]:
        for group in self.node.all("fieldset"):
            if any(_bare(node) == legend for node in group.all("legend")):
                return [c for c in group.all("input") if c.get("type") in ("radio", "checkbox")]
        return []

    def _label(self, control: Node) -> str:
        return self.labels.get(id(control), "")

    def _pairs(self, control: Node) -> Iterator[tuple[str, Any]]:
        name, kind, value = control.get("name"), control.get("type"), self.values[id(control)]
        if control.has("disabled") or kind in html.BUTTONS:
            return
        if kind in ("checkbox", "radio"):
            if value:
                yield name, control.get("value", "on")
        elif control.tag == "select":
            for chosen in value:
                yield name, chosen
        elif kind == "file":
            uploads = value if isinstance(value, list) else [value] if value else []
            yield from ((name, SimpleUploadedFile(*upload)) for upload in uploads)
        else:
            yield name, "\r\n".join(str(value).splitlines()) if control.tag == "textarea" else value


def _labels(page: Node) -> dict[int, str]:
    """Return {id of a control: what its label reads}."""
    named = {c.get("id"): c for c in page.all("input", "select", "textarea") if c.get("id")}
    found = {}
    for label in page.all("label"):
        target = named.get(label.get("for")) or next(label.all("input", "select", "textarea"), None)
        if target is not None:
            found.setdefault(id(target), _bare(label))
    for control in named.values():
        if control.has("aria-label"):
            found.setdefault(id(control), control.get("aria-label"))
    return found


def _bare(label: Node) -> str:
    """Return the words of a label without the star or the mark of an optional field."""
    text = label.text.removesuffix("*")
    for mark in label.all("span"):
        if "optional" in mark.get("class").split():
            text = text.removesuffix(mark.text)
    return text.strip()


def _start(control: Node) -> Any:
    kind = control.get("type")
    if kind in ("checkbox", "radio"):
        return control.has("checked")
    if kind == "file":
        return []
    if control.tag == "textarea":
        return control.raw.removeprefix("\n")
    if control.tag == "select":
        options = [option for option in control.all("option") if not option.has("disabled")]
        chosen = [option for option in options if option.has("selected")]
        if not chosen and not control.has("multiple"):
            chosen = options[:1]
        return [_value(option) for option in chosen]
    return control.get("value")


def _value(option: Node) -> str:
    return option.get("value") if option.has("value") else option.text


def _choice(select: Node, wanted: Any) -> str:
    for option in select.all("option"):
        if str(wanted) in (_value(option), option.text) and not option.has("disabled"):
            return _value(option)
    known = [option.text for option in select.all("option")]
    raise LookupError(f"no choice “{wanted}” among {known}")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _button_text(node: Node) -> str:
    return node.text if node.tag == "button" else node.get("value")

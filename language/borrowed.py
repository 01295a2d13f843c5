"""Sentences of the libraries that our people read and that a library has not translated.

Django's own Kyrgyz lacks some fifty strings, half of them in the admin; the
import-export pages, the phone fields and the letters have no Kyrgyz at all.
The libraries carry their catalogues with them, so what is missing is found by
reading those; nothing is listed twice, and an upgrade that brings a new
sentence fails ``manage.py messages --check`` until it is translated.
"""

import gettext as gnu
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from language import retranslated


@dataclass(frozen=True)
class Library:
    """A package with catalogues: ``source`` is the locale whose .po names every string."""

    package: str
    source: str
    domain: str = "django"

    @property
    def folder(self) -> Path:
        """Where the package keeps its locales."""
        spec = find_spec(self.package)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(self.package)
        return Path(spec.origin).parent / "locale"


LIBRARIES = (
    Library("django.conf", "en"),
    Library("django.contrib.admin", "en"),
    Library("django.contrib.admin", "en", domain="djangojs"),
    Library("django.contrib.auth", "en"),
    Library("django.contrib.contenttypes", "en"),
    Library("django.contrib.sessions", "en"),
    Library("allauth", "en"),
    Library("import_export", "ru"),
    Library("phonenumber_field", "ru"),
    Library("post_office", "ru_RU"),
)

# Translated by a library, but in words that are not ours: «сырсөз», not «купуя».
# Django's Kyrgyz of what forms say glues words to numbers and says «тер» to whom we say «сиз».
RETRANSLATED = {
    ("ky", "django.conf", "django"): retranslated.FORMS,
    ("ky", "django.contrib.admin", "django"): retranslated.ADMIN,
    ("ky", "django.contrib.auth", "django"): retranslated.AUTH,
    ("ky", "allauth", "django"): frozenset(
        {
            "Change Password",
            "Current Password",
            "Email",
            "Email or phone",
            "Forgot your password?",
            "Incorrect password.",
            "New Password",
            "New Password (again)",
            "Password",
            "Password (again)",
            "Password successfully changed.",
            "Password successfully set.",
            "Please type your current password.",
            "Remember Me",
            "Set Password",
            "The email address and/or password you specified are not correct.",
            "The phone number and/or password you specified are not correct.",
            "You must type the same password each time.",
        }
    ),
}

# In a date Kyrgyz months are written small: «2-июнь».
MONTHS = frozenset(
    {
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    }
)

# Names of languages and of developers' mistakes that no page of ours shows.
UNSHOWN = (
    "conf/global_settings.py",
    "db/models/fields/related.py",
    "utils/ipv6.py",
    "post_office/sanitizer.py",
)


def missing(locale: str, domain: str = "django") -> Iterator[Message]:
    """The libraries' messages of ``domain`` that need an entry of ours in ``locale``."""
    for library in LIBRARIES:
        if library.domain != domain:
            continue
        ours = RETRANSLATED.get((locale, library.package, domain), frozenset())
        theirs = _translated(library, locale)
        for message in _messages(library):
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            if not shown(message):
                continue
            month = locale == "ky" and message.context == "alt. month" and key in MONTHS
            if month or key in ours or (message.context, key) not in theirs:
                yield message


def shown(message: Message) -> bool:
    """Whether some page of ours may show this message."""
    places = [place for place, _line in message.locations]
    return not places or any(place not in UNSHOWN for place in places)


@cache
def _messages(library: Library) -> tuple[Message, ...]:
    path = library.folder / library.source / "LC_MESSAGES" / f"{library.domain}.po"
    with path.open("rb") as file:
        return tuple(message for message in read_po(file) if message.id)


@cache
def _translated(library: Library, locale: str) -> frozenset[tuple[str | None, str]]:
    """(context, msgid) pairs that the library's compiled catalogue answers."""
    path = library.folder / locale / "LC_MESSAGES" / f"{library.domain}.mo"
    if not path.exists():
        return frozenset()
    with path.open("rb") as file:
        catalog = gnu.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    pairs = set()
    for key in catalog:
        text = key[0] if isinstance(key, tuple) else key
        context, separator, msgid = text.partition("\x04")
        pairs.add((context, msgid) if separator else (None, text))
    return frozenset(pairs)

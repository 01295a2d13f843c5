"""Reads values of the environment for the settings; a wrong one stops the start with a sentence."""

import os
from typing import NoReturn
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
DATABASES = {"sqlite": "sqlite3", "postgres": "postgresql", "postgresql": "postgresql"}
LETTERS = ("consolemail", "smtp", "smtps", "smtp+tls", "smtp+ssl", "filemail", "dummymail")


def refuse(name: str, wanted: str) -> NoReturn:
    """Stop the start. The value itself is not repeated: it may be a secret."""
    raise ImproperlyConfigured(f"The setting {name} must be {wanted}. Correct it and start again.")


def text(name: str, default: str = "") -> str:
    """Returns the value without spaces around it; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    """Returns a yes or no."""
    value = text(name).lower()
    if value in YES or value in NO:
        return value in YES
    return refuse(name, "true or false") if value else default


def number(name: str, default: int, lowest: int = 0) -> int:
    """Returns a whole number, ``lowest`` or more."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < lowest:
        refuse(name, f"a whole number, {lowest} or more")
    return int(value)


def words(name: str, default: list[str]) -> list[str]:
    """Returns what stands between the commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Returns one of the allowed words."""
    value = text(name, default)
    return value if value in allowed else refuse(name, "one of " + ", ".join(allowed))


def origins(name: str) -> list[str]:
    """Returns addresses of the kind https://portal.example.kg."""
    found = words(name, [])
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path:
            refuse(name, "addresses such as https://portal.example.kg, with commas between")
    return found


def database(name: str, default: str) -> dict[str, object]:
    """Returns the settings of the database that a URL names."""
    url = text(name, default)
    wanted = "like postgres://user:password@host:5432/name or sqlite:////folder/file.sqlite3"
    try:
        scheme = urlsplit(url).scheme
        found = environ.Env.db_url_config(url) if scheme in DATABASES else {}
    except (ValueError, environ.ImproperlyConfigured):
        found = {}
    return found if found.get("NAME") else refuse(name, wanted)


def letters(name: str, default: str) -> dict[str, object]:
    """Returns the settings of the way by which letters leave."""
    url = text(name, default)
    wanted = "like smtp+tls://user:password@host:587 or consolemail://"
    if urlsplit(url).scheme not in LETTERS:
        refuse(name, wanted)
    try:
        return environ.Env.email_url_config(url)
    except (ValueError, environ.ImproperlyConfigured):
        return refuse(name, wanted)

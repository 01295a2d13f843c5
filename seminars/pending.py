"""A sheet between its preview and its confirmation: kept once, for one person and one seminar.

The file waits where django-import-export keeps its own (IMPORT_EXPORT_TMP_STORAGE_CLASS).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from import_export.tmp_storages import BaseStorage

from accounts.models import User
from documents.excel import UnreadableSheet

from .models import Seminar
from .refusals import Stale

SALT = "seminars.import"
KEPT_FOR = 60 * 60
"""Seconds in which a preview can be confirmed."""

GONE = _("This preview was confirmed already or is older than an hour. Choose the file again.")


@dataclass(frozen=True)
class Pending:
    """A sheet that waits. ``digest`` marks the preview that was shown."""

    digest: str
    content: bytes


def keep(content: bytes, digest: str, seminar: Seminar, *, by: User) -> str:
    """Keep the sheet and return the token that confirms it."""
    storage = _storage()
    storage.save(content)
    return signing.dumps([storage.name, digest, seminar.pk, by.pk], salt=SALT)


def take(token: str, seminar: Seminar, *, by: User) -> Pending:
    """Return the sheet of the token and forget it.

    Raises Stale for a token that is old, used, changed, of another person or seminar.
    """
    try:
        name, digest, seminar_pk, by_pk = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature as error:
        raise Stale(GONE) from error
    if (seminar_pk, by_pk) != (seminar.pk, by.pk):
        raise Stale(GONE)
    storage = _storage(name=name)
    try:
        content = storage.read()
    except UnreadableSheet as error:
        raise Stale(GONE) from error
    storage.remove()
    return Pending(digest, content)


def _storage(**options: Any) -> BaseStorage:
    kind: type[BaseStorage] = import_string(settings.IMPORT_EXPORT_TMP_STORAGE_CLASS)
    return kind(encoding=None, read_mode="rb", **options)

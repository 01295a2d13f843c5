"""Writing the trail, and proving that nobody changed it afterwards."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext as _

from .models import AuditEvent, ChainHead

MOST_FAULTS = 100


def record(
    action: str,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
    subject: models.Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Add one event to the end of the chain and return it.

    ``action`` is a dotted name such as ``municipalities.merge``; ``by`` is None
    for what the system did itself. Joins the caller's transaction, so that the
    event and the change stand or fall together; writers queue for the head.
    """
    with transaction.atomic(savepoint=False):
        head, _made = ChainHead.objects.select_for_update().get_or_create(id=1)
        event = AuditEvent(
            at=now.astimezone(UTC),
            by_id=by.pk if by else None,
            action=action,
            subject_type=subject._meta.label_lower if subject else "",
            subject_id=str(subject.pk) if subject else "",
            subject_label=_clean(str(subject))[:300] if subject else "",
            before=_plain(before),
            after=_plain(after),
            reason=_clean(str(reason)),
            previous_hash=head.hash,
        )
        event.hash = fingerprint(event)
        event.save()
        head.hash, head.length = event.hash, head.length + 1
        head.save(update_fields=["hash", "length"])
    return event


def fingerprint(event: AuditEvent) -> str:
    """SHA-256 of the event's canonical JSON, which includes the hash of the event before."""
    content = {
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": event.by_id,
        "action": event.action,
        "subject": [event.subject_type, event.subject_id, event.subject_label],
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "previous": event.previous_hash,
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify() -> list[str]:
    """Read the whole chain once and return a sentence for each break; empty when it holds.

    At most 100 sentences are returned: one is enough to call for help.
    """
    faults: list[str] = []
    last, length = "", 0
    for event in AuditEvent.objects.order_by("id").iterator(chunk_size=1000):
        if event.previous_hash != last:
            faults.append(
                _("Event %(number)s does not follow the event before it.") % {"number": event.pk}
            )
        if event.hash != fingerprint(event):
            faults.append(_("Event %(number)s was changed.") % {"number": event.pk})
        if len(faults) >= MOST_FAULTS:
            return faults
        last, length = event.hash, length + 1
    head = ChainHead.objects.filter(id=1).first() or ChainHead()
    if head.hash != last or head.length != length:
        faults.append(
            _("The trail has %(found)s events of %(expected)s, or its end was changed.")
            % {"expected": head.length, "found": length}
        )
    return faults


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """JSON that both databases give back as it was put in: no fractions, no NUL."""
    if values is None:
        return None
    plain: dict[str, Any] = _settled(json.loads(json.dumps(values, cls=DjangoJSONEncoder)))
    return plain


def _settled(value: Any) -> Any:
    match value:
        case dict():
            return {_clean(name): _settled(inner) for name, inner in value.items()}
        case list():
            return [_settled(inner) for inner in value]
        case float():
            return repr(value)
        case str():
            return _clean(value)
        case _:
            return value


def _clean(text: str) -> str:
    """Text that PostgreSQL takes: without NUL and without halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")

"""The append-only trail: who changed what, when, from what to what, and why.

Each event carries the hash of the one before it, so a row that was changed,
removed or slipped in breaks the chain (`audit.trail.verify`). Rows are
written by `audit.trail.record` alone; the model, its QuerySet and triggers in
the database refuse everything else.
"""

from typing import Any, NoReturn

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(Exception):
    """Somebody tried to change or remove what has happened."""


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads; refuses to change rows that are there."""

    def update(self, **_values: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, *_args: Any, **_options: Any) -> NoReturn:
        raise AppendOnly

    def bulk_create(self, *_args: Any, **_options: Any) -> NoReturn:
        raise AppendOnly


class AuditEvent(models.Model):
    """One thing that happened. Moments are UTC; hashes are SHA-256 in hexadecimal."""

    at = models.DateTimeField(_("moment"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    action = models.CharField(_("action"), max_length=100, db_index=True)
    subject_type = models.CharField(_("kind of object"), max_length=100, blank=True)
    subject_id = models.CharField(_("number of the object"), max_length=64, blank=True)
    subject_label = models.CharField(_("object"), max_length=300, blank=True)
    before = models.JSONField(_("before"), null=True, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), null=True, blank=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("reason"), blank=True)
    previous_hash = models.CharField(_("hash of the event before"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64, unique=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of the trail")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_event_subject")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_label}".strip()

    def save(self, *args: Any, **options: Any) -> None:
        """Refuses a second save: what has happened stays (no rule of the portal stands here)."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **options, force_insert=True)

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise AppendOnly


class ChainHead(models.Model):
    """The one row that writers of the trail queue for: the end of the chain."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    hash = models.CharField(max_length=64, blank=True)
    length = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_chain")]

    def __str__(self) -> str:
        return f"{self.length}: {self.hash[:12]}"

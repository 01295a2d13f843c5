"""Scoring: a member's sheet for one application, its versions, and conflicts of interest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from municipalities.models import Municipality

from .application import Application
from .contest import HIGHEST_LEVEL, Criterion, Seat

if TYPE_CHECKING:
    from accounts.models import User


class Conflict(models.Model):
    """A member declares a conflict of interest with a municipality."""

    seat = models.ForeignKey(
        Seat, verbose_name=_("member"), on_delete=models.PROTECT, related_name="conflicts"
    )
    municipality = models.ForeignKey(
        Municipality,
        verbose_name=_("municipality"),
        on_delete=models.PROTECT,
        related_name="conflicts",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    declared_at = models.DateTimeField(_("declared at"))

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ("seat", "municipality")
        constraints = [
            models.UniqueConstraint(fields=("seat", "municipality"), name="conflict_once"),
        ]

    def __str__(self) -> str:
        return f"{self.seat} – {self.municipality}"


class Sheet(models.Model):
    """A member's sheet for one application. Written by ``scorecard`` alone.

    ``weighted_levels`` is Σ weight × level, fixed when the sheet is submitted;
    points (0–100) are a fifth of it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("sheet", "draft")
        SUBMITTED = "submitted", pgettext_lazy("sheet", "submitted")
        ABSTAINED = "abstained", pgettext_lazy("sheet", "abstained")
        SET_ASIDE = "set_aside", pgettext_lazy("sheet", "set aside")

    DONE = (State.SUBMITTED, State.ABSTAINED)

    application = models.ForeignKey(
        Application, verbose_name=_("application"), on_delete=models.PROTECT, related_name="sheets"
    )
    seat = models.ForeignKey(
        Seat, verbose_name=_("member"), on_delete=models.PROTECT, related_name="sheets"
    )
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.DRAFT, editable=False
    )
    comment = models.TextField(_("general comment"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    weighted_levels = models.PositiveIntegerField(null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    updated_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("scoring sheet")
        verbose_name_plural = _("scoring sheets")
        ordering = ("application", "seat")
        constraints = [
            models.UniqueConstraint(fields=("application", "seat"), name="sheet_once_a_member"),
            models.CheckConstraint(
                condition=Q(
                    state="submitted", weighted_levels__isnull=False, submitted_at__isnull=False
                )
                | (~Q(state="submitted")),
                name="sheet_submitted_has_its_total",
            ),
            models.CheckConstraint(
                condition=Q(weighted_levels__isnull=True)
                | Q(weighted_levels__lte=100 * HIGHEST_LEVEL),
                name="sheet_total_at_most_100_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.code or '–'} – {self.seat}"


class Score(models.Model):
    """The level given for one criterion, with a comment. No row, or no level: not yet."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ("criterion",)
        constraints = [
            models.UniqueConstraint(fields=("sheet", "criterion"), name="score_once_a_criterion"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__lte=HIGHEST_LEVEL),
                name="score_level_0_to_5",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.level}"


class SheetVersionQuerySet(models.QuerySet["SheetVersion"]):
    def log(
        self,
        sheet: Sheet,
        scores: Iterable[Score],
        action: str,
        *,
        by: User,
        now: datetime,
        reason: str = "",
    ) -> SheetVersion:
        """Keep the sheet with its scores as it stands now, under its ``version``. For doors."""
        scores = list(scores)
        content = {
            "levels": {score.criterion.code: score.level for score in scores},
            "comments": {score.criterion.code: score.comment for score in scores},
            "comment": sheet.comment,
            "state": sheet.state,
        }
        return self.create(
            sheet=sheet,
            number=sheet.version,
            action=action,
            at=now,
            by=by,
            reason=reason,
            content=content,
        )


class SheetVersion(models.Model):
    """A sheet as it stood after a save, a submission or a reopening; append-only.

    ``content``: ``{"levels": {code: level}, "comments": {code: text},
    "comment": text, "state": state}``.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    action = models.CharField(_("action"), max_length=10)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.TextField(_("reason"), blank=True)
    content = models.JSONField()

    objects = SheetVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a sheet")
        verbose_name_plural = _("versions of sheets")
        ordering = ("sheet", "number")
        constraints = [
            models.UniqueConstraint(fields=("sheet", "number"), name="sheet_version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} #{self.number}"

    def get_state_display(self) -> str:
        """Return in words the state in which this version left the sheet."""
        return str(Sheet.State(self.content["state"]).label)

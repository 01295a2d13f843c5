"""The outcome: ties broken, quorum waived, awards within the fund, two keys, the frozen ranking."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .application import Application
from .contest import Contest, Prize


class TieBreak(models.Model):
    """The chair's recorded order among applications that the tie chain leaves equal.

    The lower ``order`` comes first.
    """

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="tie_break"
    )
    order = models.PositiveSmallIntegerField(_("order"))
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("tie break")
        verbose_name_plural = _("tie breaks")
        ordering = ("application__contest", "order", "id")

    def __str__(self) -> str:
        return f"{self.order}: {self.application.code}"


class QuorumWaiver(models.Model):
    """The chair records why an application may be ranked with fewer sheets than the quorum."""

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="quorum_waiver"
    )
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("quorum waiver")
        verbose_name_plural = _("quorum waivers")

    def __str__(self) -> str:
        return str(self.application.code)


class Decision(models.Model):
    """The decision of a contest: drafted by project staff, confirmed by the chair, announced once.

    ``ranking`` is the canonical JSON of ``scoring`` (input and result) frozen at
    the confirmation; ``ranking_sha256`` its fingerprint.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("decision", "draft")
        CONFIRMED = "confirmed", pgettext_lazy("decision", "confirmed")
        ANNOUNCED = "announced", pgettext_lazy("decision", "announced")

    contest = models.OneToOneField(
        Contest, verbose_name=_("contest"), on_delete=models.PROTECT, related_name="decision"
    )
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.DRAFT, editable=False
    )
    protocol_number = models.CharField(_("number of the protocol"), max_length=30, blank=True)
    note = models.TextField(_("note"), blank=True)
    drafted_at = models.DateTimeField(_("drafted at"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("drafted by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("announced by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    ranking = models.JSONField(_("ranking"), null=True, blank=True, editable=False)
    ranking_sha256 = models.CharField(
        _("fingerprint of the frozen ranking"), max_length=64, blank=True, editable=False
    )
    inputs_sha256 = models.CharField(
        _("fingerprint of the drafted ranking"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("Fingerprint of the ranking on which the draft was made."),
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, ranking__isnull=False),
                name="decision_confirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="announced") | Q(announced_at__isnull=False),
                name="decision_announced_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("drafted_by")),
                name="decision_two_keys",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest} – {self.get_state_display()}"


class Award(models.Model):
    """A prize given to an application, in whole som."""

    decision = models.ForeignKey(
        Decision, verbose_name=_("decision"), on_delete=models.CASCADE, related_name="awards"
    )
    application = models.OneToOneField(
        Application, verbose_name=_("application"), on_delete=models.PROTECT, related_name="award"
    )
    prize = models.ForeignKey(
        Prize, verbose_name=_("prize"), on_delete=models.PROTECT, related_name="awards"
    )
    place = models.PositiveSmallIntegerField(_("place"))
    value_som = models.PositiveBigIntegerField(_("value, som"))

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        ordering = ("decision", "place", "id")

    def __str__(self) -> str:
        return f"{self.place}. {self.prize} – {self.application}"

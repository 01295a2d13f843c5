"""An application, from draft to award: columns, answers, rows, files and their history."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from accounts import roles
from municipalities.models import Municipality, Position, municipalities_of

from .contest import Contest, Question, TargetGroup

if TYPE_CHECKING:
    from accounts.models import User


# A draft in work may hold numbers that do not agree yet; a submitted application may not.
IN_WRITING = Q(state__in=("draft", "returned", "withdrawn"))


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User, now: datetime) -> ApplicationQuerySet:
        """Return what the person may open under its municipality's name.

        Municipal staff see their own; project staff and administrators see all (of
        a draft only its progress: see ``permissions``). Members read coded
        applications through ``panel.coded_for``.
        """
        if roles.is_project_staff(user) or roles.is_administrator(user):
            return self
        return self.filter(municipality__in=municipalities_of(user, on_day(now)))


def on_day(now: datetime) -> date:
    """Return the day in Asia/Bishkek of an instant."""
    return timezone.localdate(now)


class Application(models.Model):
    """A municipality's application to a contest. One for each municipality and contest.

    A draft may be incomplete, never malformed; ``completeness.missing`` tells
    what a submission still needs. ``state`` is written by ``workflow`` and
    ``decision`` alone.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("application", "draft")
        SUBMITTED = "submitted", pgettext_lazy("application", "submitted")
        RETURNED = "returned", pgettext_lazy("application", "returned for correction")
        ADMITTED = "admitted", pgettext_lazy("application", "admitted")
        DECLINED = "declined", pgettext_lazy("application", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")
        AWARDED = "awarded", pgettext_lazy("application", "awarded")
        NOT_AWARDED = "not_awarded", pgettext_lazy("application", "not awarded")

    class Language(models.TextChoices):
        KYRGYZ = "ky", _("Kyrgyz")
        RUSSIAN = "ru", _("Russian")

    contest = models.ForeignKey(
        Contest, verbose_name=_("contest"), on_delete=models.PROTECT, related_name="applications"
    )
    municipality = models.ForeignKey(
        Municipality,
        verbose_name=_("municipality"),
        on_delete=models.PROTECT,
        related_name="applications",
    )
    state = models.CharField(
        _("state"), max_length=11, choices=State.choices, default=State.DRAFT, editable=False
    )
    number = models.CharField(
        _("number"), max_length=30, unique=True, null=True, blank=True, editable=False
    )
    code = models.CharField(_("code"), max_length=10, null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    updated_at = models.DateTimeField(_("changed at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitted by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    fingerprint = models.CharField(
        _("fingerprint"),
        max_length=64,
        blank=True,
        help_text=_("SHA-256 of the canonical content as submitted."),
    )
    correction_until = models.DateTimeField(
        _("correction until"), null=True, blank=True, help_text=_("Set when it is returned.")
    )

    head_name = models.CharField(_("full name of the head"), max_length=150, blank=True)
    contact_name = models.CharField(_("contact person, full name"), max_length=150, blank=True)
    contact_position = models.ForeignKey(
        Position,
        verbose_name=_("position"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    contact_phone = PhoneNumberField(_("phone (WhatsApp)"), blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(
        _("language of the application"), max_length=2, choices=Language.choices, blank=True
    )

    population = models.PositiveIntegerField(_("population, people"), null=True, blank=True)
    women = models.PositiveIntegerField(_("of these, women"), null=True, blank=True)
    girls = models.PositiveIntegerField(_("of these, girls under 18"), null=True, blank=True)
    boys = models.PositiveIntegerField(_("of these, boys under 18"), null=True, blank=True)
    youth = models.PositiveIntegerField(_("young people aged 14–28"), null=True, blank=True)
    people_with_disabilities = models.PositiveIntegerField(
        _("people with disabilities"), null=True, blank=True
    )
    children_with_disabilities = models.PositiveIntegerField(
        _("of these, children with disabilities"), null=True, blank=True
    )
    low_income_families = models.PositiveIntegerField(
        _("low-income families"), null=True, blank=True
    )

    programme_title = models.CharField(_("title of the programme"), max_length=200, blank=True)
    year_from = models.PositiveSmallIntegerField(_("period: from year"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)
    resolution_number = models.CharField(
        _("number of the council's resolution"), max_length=30, blank=True
    )
    resolution_on = models.DateField(_("date of the resolution"), null=True, blank=True)

    declares_truth = models.BooleanField(_("I confirm that the information is true"), default=False)
    consents = models.BooleanField(_("I agree to the processing of personal data"), default=False)
    consented_at = models.DateTimeField(null=True, blank=True, editable=False)
    consent_version = models.CharField(max_length=20, blank=True, editable=False)
    allows_publication = models.BooleanField(
        _("I agree to the publication of the programme and of the winner's name"), default=False
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("contest", "municipality"), name="application_once_a_contest"
            ),
            models.UniqueConstraint(fields=("contest", "code"), name="application_code_once"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False, number__isnull=False),
                name="application_past_draft_is_numbered",
            ),
            models.CheckConstraint(
                condition=IN_WRITING
                | Q(population__isnull=True)
                | Q(women__isnull=True)
                | Q(women__lte=F("population")),
                name="application_women_within_population",
            ),
            models.CheckConstraint(
                condition=IN_WRITING
                | Q(people_with_disabilities__isnull=True)
                | Q(children_with_disabilities__isnull=True)
                | Q(children_with_disabilities__lte=F("people_with_disabilities")),
                name="application_children_within_people_with_disabilities",
            ),
            models.CheckConstraint(
                condition=IN_WRITING
                | Q(year_from__isnull=True)
                | Q(year_to__isnull=True)
                | Q(year_to__gte=F("year_from")),
                name="application_programme_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=("contest", "state"), name="application_by_state")]

    def __str__(self) -> str:
        return f"{self.number or '–'} {self.municipality}"


class Answer(models.Model):
    """The answer to a narrative question."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(
        Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="answers"
    )
    text = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("question",)
        constraints = [
            models.UniqueConstraint(fields=("application", "question"), name="answer_once"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ParticipationEvent(models.Model):
    """A meeting at which people took part in writing the programme. A row of a table."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="participation_events"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("event"), max_length=200, blank=True)
    held_on = models.DateField(_("date"), null=True, blank=True)
    women = models.PositiveIntegerField(_("women"), null=True, blank=True)
    men = models.PositiveIntegerField(_("men"), null=True, blank=True)
    people_with_disabilities = models.PositiveIntegerField(
        _("people with disabilities"), null=True, blank=True
    )
    youth = models.PositiveIntegerField(_("young people"), null=True, blank=True)

    MOST = 10

    class Meta:
        verbose_name = _("participation event")
        verbose_name_plural = _("participation events")
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.title


class Measure(models.Model):
    """An inclusive measure of the programme. A row of a table; money in whole som."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="measures")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("measure"), max_length=300, blank=True)
    target_group = models.ForeignKey(
        TargetGroup,
        verbose_name=_("group served"),
        on_delete=models.PROTECT,
        related_name="measures",
        null=True,
        blank=True,
    )
    term = models.CharField(_("term"), max_length=100, blank=True)
    responsible = models.CharField(_("responsible"), max_length=150, blank=True)
    cost_som = models.PositiveBigIntegerField(_("cost, som"), null=True, blank=True)
    local_som = models.PositiveBigIntegerField(
        _("of this from the local budget, som"), null=True, blank=True
    )
    indicator = models.CharField(_("indicator"), max_length=300, blank=True)
    programme_page = models.CharField(_("page of the programme"), max_length=20, blank=True)

    MOST = 15

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.title


def upload_path(instance: ApplicationFile, filename: str) -> str:
    """Return where a file is kept: a random name, the kind's extension, nothing of the person's."""
    suffix = PurePosixPath(filename).suffix.lower()
    return f"applications/{instance.application_id}/{uuid.uuid4().hex}{suffix}"


class ApplicationFile(models.Model):
    """A file of an application. Content type and name come from ``documents.uploads``."""

    class Kind(models.TextChoices):
        PROGRAMME = "programme", _("Programme")
        RESOLUTION = "resolution", _("Resolution of the council")
        MINUTES = "minutes", _("Minutes and photos of hearings")
        BUDGET = "budget", _("Budget of the measures")
        LETTER = "letter", _("Letter signed by the head")

    MOST = {"programme": 1, "resolution": 1, "minutes": 5, "budget": 1, "letter": 1}
    REQUIRED = ("programme", "resolution", "minutes", "budget")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    file = models.FileField(_("file"), upload_to=upload_path, max_length=200)
    name = models.CharField(_("name"), max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    redacted = models.FileField(
        _("redacted copy"),
        upload_to=upload_path,
        max_length=200,
        blank=True,
        help_text=_("What the commission opens in a blind contest."),
    )
    redacted_content_type = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ("kind", "id")

    def __str__(self) -> str:
        return self.name


class FieldRevision(models.Model):
    """One version of one field of an application; append-only.

    ``field`` names it: ``programme_title``, ``answer:vision``,
    ``measure:<key>:cost_som``, ``event:<key>:women``, ``file:<key>``; a removed
    row or file leaves a revision with ``value`` null.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="revisions")
    field = models.CharField(max_length=120)
    number = models.PositiveIntegerField()
    value = models.TextField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("version of a field")
        verbose_name_plural = _("versions of fields")
        ordering = ("application", "field", "number")
        constraints = [
            models.UniqueConstraint(
                fields=("application", "field", "number"), name="field_revision_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} #{self.number}"


class ApplicationEvent(models.Model):
    """A move of an application; append-only. ``note`` is the reason or the list of points."""

    application = models.ForeignKey(
        Application,
        verbose_name=_("application"),
        on_delete=models.PROTECT,
        related_name="events",
    )
    action = models.CharField(_("action"), max_length=20)
    from_state = models.CharField(_("from"), max_length=11, choices=Application.State.choices)
    to_state = models.CharField(_("to"), max_length=11, choices=Application.State.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.TextField(_("note"), blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("move of an application")
        verbose_name_plural = _("moves of applications")
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"

"""Seminars, the people who took part, and the days on which they were there."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from language.fields import SearchKeyField, SortKeyField
from municipalities.models import District, Municipality, Position

LONGEST_SEMINAR_DAYS = 10


class Seminar(models.Model):
    """A seminar of one to ten days in one district."""

    class Kind(models.TextChoices):
        INCLUSION = "inclusion", _("Social and gender inclusion in the programme")
        DREAM = "dream", _("The Dream tool")
        MONITORING = "monitoring", _("Monitoring and reporting")
        OTHER = "other", _("Other")

    class Language(models.TextChoices):
        KYRGYZ = "ky", _("Kyrgyz")
        RUSSIAN = "ru", _("Russian")
        BOTH = "both", _("Kyrgyz and Russian")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.INCLUSION)
    district = models.ForeignKey(
        District, verbose_name=_("district"), on_delete=models.PROTECT, related_name="seminars"
    )
    place = models.CharField(pgettext_lazy("of a seminar", "place"), max_length=200)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    language = models.CharField(
        _("language"), max_length=4, choices=Language.choices, default=Language.KYRGYZ
    )
    note = models.TextField(_("note"), blank=True)
    search_key = SearchKeyField(sources=("place", "note"))

    class Meta:
        verbose_name = _("seminar")
        verbose_name_plural = _("seminars")
        ordering = ("-starts_on", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="seminar_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.place}, {self.starts_on:%d.%m.%Y}"

    @property
    def days(self) -> list[date]:
        """The days of the seminar, first to last."""
        length = (self.ends_on - self.starts_on).days + 1
        return [self.starts_on + timedelta(days=number) for number in range(length)]


class Participant(models.Model):
    """A person who takes part in seminars. Little is kept, and disability only if they say so."""

    class Sex(models.TextChoices):
        FEMALE = "f", _("female")
        MALE = "m", _("male")

    class Disability(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        NOT_STATED = "not_stated", _("not stated")

    full_name = models.CharField(_("full name"), max_length=150)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    position = models.ForeignKey(
        Position, verbose_name=_("position"), on_delete=models.PROTECT, related_name="participants"
    )
    municipality = models.ForeignKey(
        Municipality,
        verbose_name=_("municipality"),
        on_delete=models.PROTECT,
        related_name="participants",
    )
    disability = models.CharField(
        _("disability"), max_length=10, choices=Disability.choices, default=Disability.NOT_STATED
    )
    phone = PhoneNumberField(_("phone"), null=True, blank=True)
    consented_on = models.DateField(
        _("consent given on"),
        null=True,
        blank=True,
        help_text=_("The day the person agreed to the processing of their data."),
    )
    consent_version = models.CharField(_("version of the consent"), max_length=20, blank=True)
    search_key = SearchKeyField(sources=("full_name",))
    full_name_order = SortKeyField(sources=("full_name",))

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ("full_name_order", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True)
                | Q(birth_year__gte=1900, birth_year__lte=2100),
                name="participant_birth_year_is_a_year",
            ),
            models.CheckConstraint(
                condition=Q(consented_on__isnull=True, consent_version="")
                | (Q(consented_on__isnull=False) & ~Q(consent_version="")),
                name="participant_consent_is_dated_and_versioned",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class Registration(models.Model):
    """One line of a seminar's list: this person, this seminar."""

    seminar = models.ForeignKey(
        Seminar, verbose_name=_("seminar"), on_delete=models.PROTECT, related_name="registrations"
    )
    participant = models.ForeignKey(
        Participant,
        verbose_name=_("participant"),
        on_delete=models.PROTECT,
        related_name="registrations",
    )
    number = models.PositiveIntegerField(_("number in the list"))
    registered_at = models.DateTimeField(_("registered at"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("registered by"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("line of attendance")
        verbose_name_plural = _("attendance")
        ordering = ("seminar", "number", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("seminar", "participant"), name="registration_once_a_seminar"
            ),
            models.UniqueConstraint(fields=("seminar", "number"), name="registration_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.participant}"


class Attendance(models.Model):
    """The person was there on this day. No row means they were not."""

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="attendances"
    )
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("day of attendance")
        verbose_name_plural = _("days of attendance")
        ordering = ("registration", "day")
        constraints = [
            models.UniqueConstraint(fields=("registration", "day"), name="attendance_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.day:%d.%m.%Y}"

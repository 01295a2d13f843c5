"""The register: oblasts, districts, айыл окмоту and towns, and who speaks for whom."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from language.bilingual import InTwoLanguages, ordered_by_name
from language.fields import SearchKeyField, SortKeyField
from language.search import search

from .naming import problems_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Oblast(models.Model):
    """One of the country's oblasts."""

    name_ru = models.CharField(_("name in Russian"), max_length=100, unique=True)
    name_ky = models.CharField(_("name in Kyrgyz"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    search_key = SearchKeyField(sources=("name_ru", "name_ky", "name_en"))
    name_ru_order = SortKeyField(sources=("name_ru",))
    name_ky_order = SortKeyField(sources=("name_ky",))
    name = InTwoLanguages("name")

    class Meta:
        verbose_name = _("oblast")
        verbose_name_plural = _("oblasts")
        ordering = ("name_ru_order", "id")

    def __str__(self) -> str:
        return self.name


class District(models.Model):
    """A district of an oblast; the six of the project come with the portal."""

    oblast = models.ForeignKey(
        Oblast, verbose_name=_("oblast"), on_delete=models.PROTECT, related_name="districts"
    )
    soate_code = models.CharField(
        _("SOATE code"), max_length=14, unique=True, null=True, blank=True
    )
    name_ru = models.CharField(_("name in Russian"), max_length=100)
    name_ky = models.CharField(_("name in Kyrgyz"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    aliases = models.TextField(
        _("other spellings"),
        blank=True,
        help_text=_("One a line; people find the district by them."),
    )
    search_key = SearchKeyField(sources=("name_ru", "name_ky", "name_en", "aliases", "soate_code"))
    name_ru_order = SortKeyField(sources=("name_ru",))
    name_ky_order = SortKeyField(sources=("name_ky",))
    name = InTwoLanguages("name")

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ("name_ru_order", "id")
        constraints = [
            models.UniqueConstraint(fields=("oblast", "name_ru"), name="district_once_an_oblast"),
            models.CheckConstraint(
                condition=Q(soate_code__isnull=True) | Q(soate_code__regex=r"^\d{14}$"),
                name="district_soate_code_has_14_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.name


GENERIC = ("айылный аймак", "город")
"""What may stand before a unit's own name; nobody looks for the unit under it."""


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def valid_on(self, day: date) -> MunicipalityQuerySet:
        """Return the units that exist on the day (``valid_from`` ≤ day < ``valid_to``)."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        )

    def matching(self, text: str) -> MunicipalityQuerySet:
        """Return the units of which each word names the unit, its district or its oblast."""
        return search(
            self, text, "search_key", "district__search_key", "district__oblast__search_key"
        )

    def in_order(self) -> MunicipalityQuerySet:
        """Return the units by district and name, in the alphabet of the active language."""
        name = ordered_by_name()
        return self.order_by(f"district__{name}", "district_id", name, "id")


class Municipality(models.Model):
    """An айыл окмоту or a town, as one register knew it.

    Names are not unique, codes are where known. A merger makes a successor,
    closes the old units and moves nothing that belongs to them.
    """

    class Kind(models.TextChoices):
        AIYL_AIMAK = "aiyl_aimak", _("aiyl aimak")
        TOWN = "town", _("town")

    class Status(models.TextChoices):
        CURRENT = "current", _("current")
        UNCONFIRMED = "unconfirmed", _("unconfirmed")
        MERGED = "merged", _("merged")

    district = models.ForeignKey(
        District,
        verbose_name=_("district"),
        on_delete=models.PROTECT,
        related_name="municipalities",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.AIYL_AIMAK)
    name_ru = models.CharField(_("name in Russian"), max_length=150)
    name_ky = models.CharField(
        _("name in Kyrgyz"),
        max_length=150,
        blank=True,
        help_text=_("Empty only where no source gives it yet."),
    )
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    aliases = models.TextField(
        _("other spellings"),
        blank=True,
        help_text=_("One a line; people find the municipality by them."),
    )
    soate_code = models.CharField(
        _("SOATE code"), max_length=14, unique=True, null=True, blank=True
    )
    register = models.CharField(
        _("register"), max_length=40, help_text=_("Which list it comes from, for example 2021.")
    )
    status = models.CharField(
        _("status"), max_length=11, choices=Status.choices, default=Status.UNCONFIRMED
    )
    valid_from = models.DateField(_("exists from"), null=True, blank=True)
    valid_to = models.DateField(
        _("exists until"), null=True, blank=True, help_text=_("The first day it no longer exists.")
    )
    successor = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
    )
    note = models.TextField(_("note"), blank=True)
    search_key = SearchKeyField(sources=("name_ru", "name_ky", "name_en", "aliases", "soate_code"))
    name_ru_order = SortKeyField(sources=("name_ru",), after=GENERIC)
    name_ky_order = SortKeyField(sources=("name_ky", "name_ru"), after=GENERIC)
    name = InTwoLanguages("name")

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ("name_ru_order", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(soate_code__isnull=True) | Q(soate_code__regex=r"^\d{14}$"),
                name="municipality_soate_code_has_14_digits",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=models.F("valid_from")),
                name="municipality_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(status="merged", valid_to__isnull=False, successor__isnull=False)
                | (~Q(status="merged") & Q(successor__isnull=True)),
                name="municipality_merged_has_successor_and_end",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=models.F("id")),
                name="municipality_not_its_own_successor",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if problems := problems_of(self):
            raise ValidationError(problems)


class Position(models.Model):
    """What people do in a municipality: the categories that the seminars invite."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name_ru = models.CharField(_("name in Russian"), max_length=100)
    name_ky = models.CharField(_("name in Kyrgyz"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = InTwoLanguages("name")

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, on: date) -> MembershipQuerySet:
        """Return the memberships that hold on the day (``since`` ≤ day < ``until``)."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=on), since__lte=on)

    def matching(self, text: str) -> MembershipQuerySet:
        """Return the memberships of which each word names the person or the municipality."""
        return search(self, text, "user__search_key", "municipality__search_key")


class Membership(models.Model):
    """A person speaks for a municipality, from a day to a day."""

    class Role(models.TextChoices):
        EDITOR = "editor", _("editor")
        DELEGATE = "delegate", _("editor who may submit")
        HEAD = "head", _("head")

    MAY_SUBMIT = (Role.HEAD, Role.DELEGATE)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    municipality = models.ForeignKey(
        Municipality,
        verbose_name=_("municipality"),
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.EDITOR)
    since = models.DateField(_("since"))
    until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day without this right.")
    )

    user_id: int
    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("municipality", "user")
        constraints = [
            models.UniqueConstraint(
                fields=("user", "municipality"),
                condition=Q(until__isnull=True),
                name="membership_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("since")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.municipality}"


def municipalities_of(user: User | AnonymousUser, on: date) -> MunicipalityQuerySet:
    """Return the municipalities for which the person speaks on the day."""
    if not user.is_authenticated:
        return Municipality.objects.none()
    return Municipality.objects.filter(
        memberships__in=Membership.objects.active(on).filter(user=user)
    )

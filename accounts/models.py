"""Who is who: people, and the links that let them in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from language.fields import SearchKeyField, SortKeyField


class UserManager(BaseUserManager["User"]):
    """Makes people; an address is kept in lower case, an empty one as NULL."""

    def create_user(
        self, email: str | None = None, password: str | None = None, **fields: Any
    ) -> User:
        """Return a new person. Raises ValueError without an e-mail and a phone."""
        if not email and not fields.get("phone"):
            raise ValueError("A person signs in by e-mail or phone: give one of them.")
        user = self.model(email=email.lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, by e-mail or by phone."""

    class Language(models.TextChoices):
        RUSSIAN = "ru", _("Russian")
        KYRGYZ = "ky", _("Kyrgyz")
        ENGLISH = "en", _("English")

    full_name = models.CharField(_("full name"), max_length=150)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = PhoneNumberField(_("phone"), unique=True, null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.RUSSIAN
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(
        _("may open the admin"),
        default=False,
        help_text=_("What they find there follows from their role."),
    )
    date_joined = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)
    search_key = SearchKeyField(sources=("full_name", "email", "phone"))
    full_name_order = SortKeyField(sources=("full_name",))

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("full_name_order", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(phone__isnull=False),
                name="user_has_email_or_phone",
                violation_error_message=_("Give an e-mail or a phone: people sign in with one."),
            ),
            models.CheckConstraint(condition=~Q(email=""), name="user_email_is_null_not_empty"),
            models.CheckConstraint(condition=~Q(phone=""), name="user_phone_is_null_not_empty"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or str(self.phone)

    def get_full_name(self) -> str:
        return self.full_name

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The names of the person's groups, read once a request."""
        return frozenset(self.groups.values_list("name", flat=True))

    def forget_roles(self) -> None:
        """Read the roles anew when next asked; called when they change."""
        self.__dict__.pop("role_names", None)

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower() if self.email else None
        self.phone = self.phone or None


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> InvitationQuerySet:
        """Return the links that can still be used at ``now``."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A link that works once: to join, or to set a new password.

    Only the fingerprint of the token is kept; the link itself is shown once to
    the one who makes it. ``target`` is opaque here: the app that owns the kind
    of target (a membership, a seat) redeems it.
    """

    class Purpose(models.TextChoices):
        JOIN = "join", _("invitation")
        RESET = "reset", _("new password")

    purpose = models.CharField(_("purpose"), max_length=5, choices=Purpose.choices)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    full_name = models.CharField(_("full name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=User.Language.choices, default=User.Language.RUSSIAN
    )
    target_kind = models.CharField(max_length=40, blank=True, editable=False)
    target = models.JSONField(default=dict, blank=True, editable=False)
    user = models.ForeignKey(
        User,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        help_text=_("Whose password the link sets, or who joined by it."),
    )
    created_at = models.DateTimeField(_("made at"))
    created_by = models.ForeignKey(
        User, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="invitations_made"
    )
    expires_at = models.DateTimeField(_("works until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_used_or_revoked",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="reset") | Q(user__isnull=False),
                name="invitation_reset_has_user",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.full_name}"

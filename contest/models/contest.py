"""A contest as data: dates, questions, criteria, prizes, and who sits on the commission."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from language.bilingual import InTwoLanguages
from municipalities.models import Municipality

HIGHEST_LEVEL = 5


class Section(models.TextChoices):
    """The sections of an application, in the order in which people fill them in."""

    APPLICANT = "applicant", _("Applicant")
    PROFILE = "profile", _("Population")
    PROGRAMME = "programme", _("Programme")
    INCLUSION = "inclusion", _("Vision and analysis")
    PARTICIPATION = "participation", _("Participation")
    MEASURES = "measures", _("Measures and their budget")
    MONITORING = "monitoring", _("Monitoring")
    ACCESSIBILITY = "accessibility", _("Accessibility and safety")
    PRIZE = "prize", _("Use of the prize")
    FILES = "files", _("Files")
    DECLARATIONS = "declarations", _("Declarations")


class ContestQuerySet(models.QuerySet["Contest"]):
    def current(self, now: datetime) -> Contest | None:
        """Return the contest that opened last, before any has opened the one to open first."""
        opened = self.filter(opens_at__lte=now).order_by("-opens_at", "-id").first()
        return opened or self.order_by("opens_at", "id").first()


class Contest(models.Model):
    """One contest. All instants are UTC in the database and Asia/Bishkek for people.

    Phases are not stored: they follow from the dates and the clock (``deadlines``).
    """

    class RankingGroup(models.TextChoices):
        NONE = "none", _("one ranking")
        OBLAST = "oblast", _("by oblast")
        DISTRICT = "district", _("by district")

    code = models.SlugField(_("code"), max_length=20, unique=True, help_text=_("For example 2025."))
    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_ky = models.CharField(_("name in Kyrgyz"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    summary_ru = models.TextField(_("summary in Russian"), blank=True)
    summary_ky = models.TextField(_("summary in Kyrgyz"), blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    opens_at = models.DateTimeField(_("applications open at"))
    closes_at = models.DateTimeField(_("applications close at"))
    grace_minutes = models.PositiveSmallIntegerField(
        _("grace, minutes"),
        default=10,
        help_text=_("For forms that were already open at closing; published in the announcement."),
    )
    scoring_opens_at = models.DateTimeField(_("scoring opens at"))
    scoring_closes_at = models.DateTimeField(_("scoring closes at"))
    discussion_opens_at = models.DateTimeField(
        _("discussion opens at"),
        null=True,
        blank=True,
        help_text=_("From then members who submitted their sheet see the others'."),
    )
    is_blind = models.BooleanField(
        _("blind scoring"),
        default=True,
        help_text=_("Members see codes instead of municipalities."),
    )
    fund_som = models.PositiveBigIntegerField(_("prize fund, som"))
    threshold = models.PositiveSmallIntegerField(
        _("threshold, points"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("No prize below; 0–100, a result equal to it is enough."),
    )
    quorum = models.PositiveSmallIntegerField(
        _("quorum, sheets"), default=3, validators=[MinValueValidator(1)]
    )
    tie_chain = models.JSONField(
        _("tie chain"),
        default=list,
        blank=True,
        help_text=_("Codes of criteria; equal results are compared by them in this order."),
    )
    ranking_group = models.CharField(
        _("places are counted"),
        max_length=8,
        choices=RankingGroup.choices,
        default=RankingGroup.NONE,
    )
    discussion_points = models.PositiveSmallIntegerField(
        _("discuss when sheets differ by, points"), default=20
    )
    discussion_levels = models.PositiveSmallIntegerField(
        _("discuss when a criterion differs by, levels"), default=3
    )

    name = InTwoLanguages("name")
    summary = InTwoLanguages("summary")
    objects = ContestQuerySet.as_manager()

    class Meta:
        verbose_name = _("contest")
        verbose_name_plural = _("contests")
        ordering = ("-opens_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="contest_closes_after_it_opens",
                violation_error_message=_("Applications must close after they open."),
            ),
            models.CheckConstraint(
                condition=Q(scoring_opens_at__gte=F("closes_at")),
                name="contest_scoring_after_closing",
                violation_error_message=_("Scoring cannot open before applications close."),
            ),
            models.CheckConstraint(
                condition=Q(scoring_closes_at__gt=F("scoring_opens_at")),
                name="contest_scoring_closes_after_it_opens",
                violation_error_message=_("Scoring must close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(discussion_opens_at__isnull=True)
                | Q(discussion_opens_at__gt=F("scoring_opens_at")),
                name="contest_discussion_after_scoring_opens",
                violation_error_message=_("The discussion cannot open before the scoring."),
            ),
            models.CheckConstraint(
                condition=Q(threshold__lte=100), name="contest_threshold_is_points"
            ),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="contest_quorum_at_least_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def grace_ends_at(self) -> datetime:
        """The instant from which nothing of this contest is taken any more."""
        return self.closes_at + timedelta(minutes=self.grace_minutes)


class Question(models.Model):
    """A narrative question of the application. Frozen once applications open."""

    contest = models.ForeignKey(
        Contest, verbose_name=_("contest"), on_delete=models.CASCADE, related_name="questions"
    )
    code = models.SlugField(_("code"), max_length=30)
    section = models.CharField(_("section"), max_length=15, choices=Section.choices)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    label_ru = models.CharField(_("question in Russian"), max_length=300)
    label_ky = models.CharField(_("question in Kyrgyz"), max_length=300)
    label_en = models.CharField(_("question in English"), max_length=300, blank=True)
    help_ru = models.TextField(_("help in Russian"), blank=True)
    help_ky = models.TextField(_("help in Kyrgyz"), blank=True)
    help_en = models.TextField(_("help in English"), blank=True)
    limit = models.PositiveIntegerField(_("limit, characters"), default=2000)
    is_required = models.BooleanField(_("required"), default=True)

    label = InTwoLanguages("label")
    help = InTwoLanguages("help")

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("order", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("contest", "code"), name="question_code_once_a_contest"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class TargetGroup(models.Model):
    """A group of people whom a measure serves."""

    contest = models.ForeignKey(
        Contest, verbose_name=_("contest"), on_delete=models.CASCADE, related_name="target_groups"
    )
    code = models.SlugField(_("code"), max_length=30)
    name_ru = models.CharField(_("name in Russian"), max_length=100)
    name_ky = models.CharField(_("name in Kyrgyz"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    name = InTwoLanguages("name")

    class Meta:
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")
        ordering = ("order", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("contest", "code"), name="target_group_code_once_a_contest"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """A criterion of the rubric. Points = weight × level / 5. Frozen once scoring opens."""

    contest = models.ForeignKey(
        Contest, verbose_name=_("contest"), on_delete=models.CASCADE, related_name="criteria"
    )
    code = models.SlugField(_("code"), max_length=10)
    weight = models.PositiveSmallIntegerField(
        _("weight"), help_text=_("Whole; the weights of a contest add up to 100.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_ky = models.CharField(_("name in Kyrgyz"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    evidence_ru = models.CharField(_("evidence, in Russian"), max_length=200, blank=True)
    evidence_ky = models.CharField(_("evidence, in Kyrgyz"), max_length=200, blank=True)
    evidence_en = models.CharField(_("evidence, in English"), max_length=200, blank=True)

    name = InTwoLanguages("name")
    evidence = InTwoLanguages("evidence")

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ("order", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("contest", "code"), name="criterion_code_once_a_contest"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100), name="criterion_weight_1_to_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"


class Descriptor(models.Model):
    """What a level of a criterion looks like."""

    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.CASCADE, related_name="descriptors"
    )
    level = models.PositiveSmallIntegerField(_("level"))
    text_ru = models.CharField(_("text in Russian"), max_length=300)
    text_ky = models.CharField(_("text in Kyrgyz"), max_length=300)
    text_en = models.CharField(_("text in English"), max_length=300, blank=True)

    text = InTwoLanguages("text")

    class Meta:
        verbose_name = _("level descriptor")
        verbose_name_plural = _("level descriptors")
        ordering = ("level",)
        constraints = [
            models.UniqueConstraint(fields=("criterion", "level"), name="descriptor_once_a_level"),
            models.CheckConstraint(
                condition=Q(level__lte=HIGHEST_LEVEL), name="descriptor_level_0_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}: {self.text}"


class Prize(models.Model):
    """The prize of the places ``place_from`` to ``place_to``, each worth ``value_som``."""

    contest = models.ForeignKey(
        Contest, verbose_name=_("contest"), on_delete=models.CASCADE, related_name="prizes"
    )
    name_ru = models.CharField(_("name in Russian"), max_length=100)
    name_ky = models.CharField(_("name in Kyrgyz"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    place_from = models.PositiveSmallIntegerField(_("from place"))
    place_to = models.PositiveSmallIntegerField(_("to place"))
    value_som = models.PositiveBigIntegerField(_("value of each, som"))
    in_kind = models.CharField(
        _("in kind"), max_length=200, blank=True, help_text=_("Empty where the prize is money.")
    )

    name = InTwoLanguages("name")

    class Meta:
        verbose_name = _("prize")
        verbose_name_plural = _("prizes")
        ordering = ("place_from", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(place_from__gte=1, place_to__gte=F("place_from")),
                name="prize_places_in_order",
                violation_error_message=_("The last place must not come before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Pilot(models.Model):
    """A municipality that may apply to the contest."""

    contest = models.ForeignKey(
        Contest, verbose_name=_("contest"), on_delete=models.CASCADE, related_name="pilots"
    )
    municipality = models.ForeignKey(
        Municipality,
        verbose_name=_("municipality"),
        on_delete=models.PROTECT,
        related_name="pilots",
    )

    class Meta:
        verbose_name = _("pilot municipality")
        verbose_name_plural = _("pilot municipalities")
        ordering = ("municipality",)
        constraints = [
            models.UniqueConstraint(
                fields=("contest", "municipality"), name="pilot_once_a_contest"
            ),
        ]

    def __str__(self) -> str:
        return str(self.municipality)


class SeatQuerySet(models.QuerySet["Seat"]):
    def active(self, on: date) -> SeatQuerySet:
        """Return the seats that are held on the day (``since`` ≤ day < ``until``)."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=on), since__lte=on)


class Seat(models.Model):
    """A person's seat on the commission of one contest."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        DEPUTY = "deputy", _("deputy chair")
        CHAIR = "chair", _("chair")

    contest = models.ForeignKey(
        Contest, verbose_name=_("contest"), on_delete=models.PROTECT, related_name="seats"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="seats",
    )
    role = models.CharField(_("role"), max_length=6, choices=Role.choices, default=Role.MEMBER)
    is_voting = models.BooleanField(_("scores applications"), default=True)
    since = models.DateField(_("since"))
    until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day without the seat.")
    )
    conflicts_declared_at = models.DateTimeField(
        _("conflicts declared at"), null=True, blank=True, editable=False
    )

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ("contest", "id")
        constraints = [
            models.UniqueConstraint(fields=("contest", "user"), name="seat_once_a_contest"),
            models.UniqueConstraint(
                fields=("contest",),
                condition=Q(role="chair", until__isnull=True),
                name="seat_one_chair_a_contest",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

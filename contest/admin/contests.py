"""A contest in the admin: everything can be changed until it binds, and every change is logged."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.people import open_admin
from audit import trail
from contest import deadlines, freezing, permissions, setup
from contest.forms.settings import (
    ContestForm,
    CriterionFormSet,
    NewContestForm,
    PrizeFormSet,
    SeatForm,
)
from contest.models import (
    Contest,
    Criterion,
    Descriptor,
    Pilot,
    Prize,
    Question,
    Seat,
    TargetGroup,
)
from contest.models.contest import HIGHEST_LEVEL
from contest.refusals import Text

from .reading import SeenByStaff, moment_of
from .snapshots import differences, snapshot

ONE_FIELD_A_MOMENT = {
    models.DateTimeField: {
        "form_class": forms.DateTimeField,
        "widget": forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"
        ),
    },
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 70})},
}
"""A date and a time in two boxes under one label cannot be told apart by ear."""


MOST_ROWS = 100
"""Rows of a part. Django builds a thousand more than it takes: minutes for one request."""


class Part(SeenByStaff, admin.StackedInline):  # type: ignore[type-arg]
    """A part of a contest. ``part`` is its name in ``freezing``; staff change it until it binds."""

    part: ClassVar[str]
    template = "contest/admin/part_stacked.html"
    extra = 0
    formfield_overrides = ONE_FIELD_A_MOMENT
    frozen: Text = ""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        bounds = {"max_num": MOST_ROWS, "absolute_max": MOST_ROWS}
        return super().get_formset(request, obj, **bounds, **kwargs)  # type: ignore[misc]

    def is_open(self, request: HttpRequest, contest: Contest | None) -> bool:
        """Return whether the person may change the part now."""
        return permissions.may_read_staff_pages(request.user) and (
            contest is None or self.part not in freezing.bound(contest, moment_of(request))
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_open(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_open(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_open(request, obj)


class QuestionInline(Part):
    model = Question
    part = "questions"


class TargetGroupInline(Part):
    model = TargetGroup
    part = "target_groups"
    template = "contest/admin/part_tabular.html"


class CriterionInline(Part):
    model = Criterion
    part = "criteria"
    formset = CriterionFormSet
    fields = ("code", "weight", "order", "name_ru", "name_ky", "name_en")
    template = "contest/admin/part_tabular.html"
    show_change_link = True


class PrizeInline(Part):
    model = Prize
    part = "prizes"
    formset = PrizeFormSet
    template = "contest/admin/part_tabular.html"


class SeatInline(Part):
    """Who sits on the commission. A seat is never removed: it ends."""

    model = Seat
    part = "seats"
    form = SeatForm
    template = "contest/admin/part_tabular.html"
    autocomplete_fields = ("user",)
    readonly_fields = ("conflicts_declared_at",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = type("SeatFormOf", (SeatForm,), {"by": request.user})
        return super().get_formset(request, obj, form=form, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


NAMES = ("name_ru", "name_ky", "name_en", "summary_ru", "summary_ky", "summary_en")
RESULT = ("fund_som", "threshold", "quorum", "tie_chain", "ranking_group")
COMMISSION = ("is_blind", "discussion_points", "discussion_levels")


@admin.register(Contest)
class ContestAdmin(SeenByStaff, admin.ModelAdmin):  # type: ignore[type-arg]
    """Project staff and administrators set the contest up; nobody deletes one."""

    list_display = ("name", "code", "opens_at", "closes_at", "scoring_closes_at", "fund_som")
    formfield_overrides = ONE_FIELD_A_MOMENT
    inlines = (QuestionInline, TargetGroupInline, CriterionInline, PrizeInline, SeatInline)
    change_form_template = "contest/admin/contest.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.may_read_staff_pages(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.may_read_staff_pages(request.user)

    def get_inlines(self, request: HttpRequest, obj: Contest | None) -> Any:
        return self.inlines if obj else ()

    def get_inline_instances(self, request: HttpRequest, obj: Contest | None = None) -> Any:
        bound = self._bound(request, obj)
        instances = super().get_inline_instances(request, obj)
        for inline in instances:
            inline.frozen = bound.get(inline.part, "")
        return instances

    def get_form(
        self, request: HttpRequest, obj: Contest | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            return super().get_form(request, obj, change, form=NewContestForm, **kwargs)
        bound = self._bound(request, obj)
        form = type(
            "FrozenContestForm", (ContestForm,), {"frozen": bound, "moment": moment_of(request)}
        )
        return super().get_form(request, obj, change, form=form, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Contest | None = None) -> Any:
        bound = self._bound(request, obj)
        names = {field.name for field in Contest._meta.get_fields()} - {"pilots"}
        return tuple(sorted(names & bound.keys())) + (("pilot_list",) if "pilots" in bound else ())

    def get_fieldsets(self, request: HttpRequest, obj: Contest | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": (*NewContestForm.Meta.fields, "is_standard")})]
        bound = self._bound(request, obj)
        pilots = "pilot_list" if "pilots" in bound else "pilots"
        sets: list[tuple[Any, tuple[str, ...]]] = [
            (None, ("code", *NAMES)),
            (_("Dates"), (*freezing.DATES[:2], "grace_minutes", *freezing.DATES[2:])),
            (_("Result and prizes"), RESULT),
            (_("Work of the commission"), COMMISSION),
        ]
        shown = [
            (title, {"fields": fields, "description": _sentences(bound, fields)})
            for title, fields in sets
        ]
        description = bound.get("pilots", "")
        classes = ("collapse",)
        pilot_set = {"fields": (pilots,), "description": description, "classes": classes}
        return [*shown, (_("Who may apply"), pilot_set)]

    @admin.display(description=_("may apply"))
    def pilot_list(self, contest: Contest) -> str:
        """Every municipality of the list, as it was at closing."""
        pilots = contest.pilots.select_related("municipality").order_by(
            "municipality__name_ru_order"
        )
        return "; ".join(str(pilot) for pilot in pilots) or "–"

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        contest = self.get_object(request, object_id)
        if contest is not None and request.method == "GET":
            for problem in setup.problems(contest):
                messages.warning(request, problem)
        return super().change_view(request, object_id, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Contest, form: Any, change: bool) -> None:
        if change:
            request.contest_before = snapshot(obj)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        contest = form.instance
        if not change and form.cleaned_data["is_standard"]:
            setup.fill(contest)
        if "pilots" in form.changed_data:
            _set_pilots(contest, form.cleaned_data["pilots"])
        for formset in formsets:
            for seat in formset.new_objects if formset.model is Seat else ():
                open_admin(seat.user)
        log_settings(contest, request)

    def _bound(self, request: HttpRequest, contest: Contest | None) -> Mapping[str, Text]:
        """Return what binds by what is stored: typed dates never thaw anything."""
        if contest is None:
            return {}
        if not hasattr(contest, "bound"):
            contest.bound = freezing.bound(contest, moment_of(request))  # type: ignore[attr-defined]
        bound: Mapping[str, Text] = contest.bound  # type: ignore[attr-defined]
        return bound


class DescriptorInline(SeenByStaff, admin.TabularInline):  # type: ignore[type-arg]
    """The six levels of a criterion."""

    model = Descriptor
    fields = ("level", "text_ru", "text_ky", "text_en")
    formfield_overrides: ClassVar[Any] = {
        models.CharField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 30})}
    }
    min_num = max_num = HIGHEST_LEVEL + 1
    validate_min = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, absolute_max=MOST_ROWS, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change_criterion(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change_criterion(request, obj)


@admin.register(Criterion)
class CriterionAdmin(SeenByStaff, admin.ModelAdmin):  # type: ignore[type-arg]
    """What each level of a criterion looks like; weights are changed together, in the contest."""

    list_display = ("code", "name", "weight", "contest")
    list_filter = ("contest",)
    list_select_related = ("contest",)
    fields = (
        "contest_link",
        "code",
        "weight",
        "name_ru",
        "name_ky",
        "name_en",
        "evidence_ru",
        "evidence_ky",
        "evidence_en",
    )
    readonly_fields = ("contest_link", "code", "weight")
    inlines = (DescriptorInline,)
    change_form_template = "contest/admin/contest.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change_criterion(request, obj)

    @admin.display(description=_("contest"))
    def contest_link(self, criterion: Criterion) -> SafeString:
        """Return the way back to the contest."""
        address = reverse("admin:contest_contest_change", args=[criterion.contest_id])
        return format_html('<a href="{}">{}</a>', address, criterion.contest)

    def get_fieldsets(self, request: HttpRequest, obj: Criterion | None = None) -> Any:
        why = ""
        if obj is not None:
            why = freezing.bound(obj.contest, moment_of(request)).get("criteria", "")
        return [(None, {"fields": self.fields, "description": why})]

    def save_model(self, request: HttpRequest, obj: Criterion, form: Any, change: bool) -> None:
        request.contest_before = snapshot(obj.contest)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        log_settings(form.instance.contest, request)


def may_change_criterion(request: HttpRequest, criterion: Criterion | None) -> bool:
    """Return whether the person may change the criterion now: until scoring opens."""
    return permissions.may_read_staff_pages(request.user) and not (
        criterion is not None
        and deadlines.criteria_are_frozen(criterion.contest, moment_of(request))
    )


def log_settings(contest: Contest, request: HttpRequest) -> None:
    """Write to the trail what changed since ``request.contest_before``; nothing if nothing did."""
    action = "contest.settings" if hasattr(request, "contest_before") else "contest.create"
    before, after = differences(getattr(request, "contest_before", {}), snapshot(contest))
    if before or after:
        trail.record(
            action,
            by=request.user,
            now=moment_of(request),
            subject=contest,
            before=before,
            after=after,
        )


def _set_pilots(contest: Contest, chosen: list[int]) -> None:
    contest.pilots.exclude(municipality__in=chosen).delete()
    had = set(contest.pilots.values_list("municipality_id", flat=True))
    Pilot.objects.bulk_create(
        Pilot(contest=contest, municipality_id=pk) for pk in chosen if pk not in had
    )


def _sentences(bound: Mapping[str, Text], fields: tuple[str, ...]) -> SafeString:
    """Return why some of the fields are read-only, each sentence once."""
    found = dict.fromkeys(bound[name] for name in fields if name in bound)
    return format_html_join(" ", "{}", ((sentence,) for sentence in found))

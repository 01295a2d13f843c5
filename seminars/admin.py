"""Seminars in the admin, for project staff and administrators: every write goes by the doors."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin
from import_export.forms import ImportExportFormBase

from accounts.models import User
from documents import excel
from documents.downloads import serve
from documents.formats import SafeXLSX
from documents.import_export import spreadsheets
from language.bilingual import ordered_by_name
from language.search import admin_search
from municipalities.models import District, Municipality

from . import attendance, exports, people
from .forms import ExportOptionsForm, SeminarForm
from .models import Attendance, Participant, Registration, Seminar
from .people import PersonFields
from .permissions import keeps_seminars
from .refusals import Refusal
from .sheet import AttendanceResource

PERSON_FIELDS = tuple(field.name for field in fields(PersonFields))
MOST_IN_FILTER = 100


def refusal_of(door: Callable[[], Any]) -> Refusal | None:
    """Return why the door would refuse, trying it and undoing it; None where it would not.

    The admin saves after its form is valid and has no way back from there.
    """
    try:
        with transaction.atomic():
            door()
            transaction.set_rollback(True)
    except Refusal as refusal:
        return refusal
    return None


class ForKeepers:
    """Project staff and administrators see and change; whoever else is_staff finds nothing."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return keeps_seminars(request.user)  # type: ignore[arg-type]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_seminars(request.user)  # type: ignore[arg-type]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_seminars(request.user)  # type: ignore[arg-type]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DoorForm:
    """Asks the door before the admin saves. ``by`` is set for each request."""

    by: User

    def ask(self: Any, door: Callable[[], Any]) -> None:
        if not self.errors and (refusal := refusal_of(door)):
            self.add_error(None, refusal.message)


class SeminarAdminForm(DoorForm, SeminarForm):
    """The form of the staff page; a change is asked of the door."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk:
            self.ask(lambda: self.change(cleaned))
        return cleaned

    def change(self, cleaned: dict[str, Any]) -> None:
        """Change the seminar that was opened."""
        attendance.change_seminar(
            self.instance,
            {name: cleaned[name] for name in attendance.SEMINAR_FIELDS},
            by=self.by,
            now=timezone.now(),
            seen=cleaned["seen"],
        )


class ParticipantAdminForm(DoorForm, forms.ModelForm):  # type: ignore[type-arg]
    """Everything that is kept of a person, written as people write it."""

    birth_year = forms.CharField(label=_("Year of birth"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False)
    seen = forms.CharField(label="", required=False, widget=forms.HiddenInput)

    class Meta:
        model = Participant
        fields = PERSON_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = people.fingerprint(self.instance)
        self.initial["phone"] = str(self.instance.phone or "")

    def clean_full_name(self) -> str:
        return people.as_full_name(self.cleaned_data["full_name"])

    def clean_birth_year(self) -> int | None:
        return people.as_birth_year(self.cleaned_data["birth_year"], on=timezone.localdate())

    def clean_phone(self) -> str:
        return people.as_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.ask(lambda: self.change(cleaned))
        return cleaned

    def change(self, cleaned: dict[str, Any]) -> None:
        """Change the person that was opened."""
        attendance.change_participant(
            self.instance,
            PersonFields(**{name: cleaned[name] for name in PERSON_FIELDS}),
            by=self.by,
            now=timezone.now(),
            seen=cleaned["seen"],
        )

    def _post_clean(self) -> None:
        """Leave the instance as it is: the door writes it."""


class ThroughDoors(ForKeepers):
    """Gives the form the person who acts, and lets the form's door write."""

    def get_form(
        self: Any, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        return type(form.__name__, (form,), {"by": request.user})

    def log_change(self, *_args: Any) -> None:
        """Nothing: the door wrote to the trail."""

    def log_addition(self, *_args: Any) -> None:
        """Nothing: the door wrote to the trail."""

    def log_deletions(self, *_args: Any) -> None:
        """Nothing: the door wrote to the trail."""


@admin.register(Seminar)
class SeminarAdmin(ThroughDoors, admin.ModelAdmin):  # type: ignore[type-arg]
    """Where, when and of what kind. People are entered on the page of the seminar."""

    form = SeminarAdminForm
    fields = (*attendance.SEMINAR_FIELDS, "seen")
    list_display = ("place", "kind", "district", "starts_on", "ends_on", "people")
    list_filter = ("kind", "district", "starts_on")
    list_select_related = ("district",)
    search_fields = ("search_key",)
    get_search_results = admin_search("search_key")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seminar]:
        return super().get_queryset(request).annotate(lines=Count("registrations"))

    @admin.display(description=_("people"), ordering="lines")
    def people(self, seminar: Any) -> int:
        return int(seminar.lines)

    def view_on_site(self, obj: Seminar) -> str:
        return reverse("seminars:seminar", args=[obj.pk])

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_seminars(request.user)  # type: ignore[arg-type]

    def save_model(self, request: HttpRequest, obj: Seminar, form: Any, change: bool) -> None:
        if change:
            form.change(form.cleaned_data)
            return
        made = attendance.create_seminar(
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            **form.values(),
        )
        obj.pk = made.pk


@admin.register(Participant)
class ParticipantAdmin(ThroughDoors, admin.ModelAdmin):  # type: ignore[type-arg]
    """People, corrected here and in the list of a seminar. Entered in a seminar only."""

    form = ParticipantAdminForm
    fields = (*PERSON_FIELDS, "consent_version", "seen")
    readonly_fields = ("consent_version",)
    autocomplete_fields = ("municipality",)
    list_display = ("full_name", "sex", "birth_year", "position", "municipality")
    list_filter = ("sex", "position", "municipality__district")
    list_select_related = ("position", "municipality")
    search_fields = ("search_key",)
    get_search_results = admin_search("search_key")
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Participant, form: Any, change: bool) -> None:
        form.change(form.cleaned_data)


class NarrowingFilter(admin.SimpleListFilter):
    """A filter by an object; with many of them, only those of the district that is chosen."""

    field = ""

    def objects(self, district: str) -> QuerySet[Any]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        district = request.GET.get("district", "")
        return [(str(one.pk), str(one)) for one in self.objects(district)[:MOST_IN_FILTER]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        return queryset.filter(**{self.field: value}) if _is_key(value) else queryset.none()


class DistrictOfSeminar(NarrowingFilter):
    title, parameter_name, field = _("district"), "district", "seminar__district"

    def objects(self, district: str) -> QuerySet[Any]:
        return District.objects.order_by(ordered_by_name())


class SeminarInDistrict(NarrowingFilter):
    title, parameter_name, field = _("seminar"), "seminar", "seminar"

    def objects(self, district: str) -> QuerySet[Any]:
        seminars = Seminar.objects.all()
        return seminars.filter(district=district) if _is_key(district) else seminars


class MonthOfSeminar(admin.SimpleListFilter):
    """The months of the seminars. Django's own drill-down asks every line for its year."""

    title, parameter_name = _("first day"), "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        months = Seminar.objects.dates("starts_on", "month", order="DESC")[:MOST_IN_FILTER]
        return [(f"{one:%Y-%m}", date_format(one, "YEAR_MONTH_FORMAT")) for one in months]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        if not (month := re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", self.value() or "")):
            return queryset.none()
        year, number = map(int, month.groups())
        first, next_first = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
        return queryset.filter(seminar__starts_on__gte=first, seminar__starts_on__lt=next_first)


class MunicipalityInDistrict(NarrowingFilter):
    """Offered once a district is chosen: the whole register would bury the other filters."""

    title, parameter_name = _("municipality"), "municipality"
    field = "participant__municipality"

    def objects(self, district: str) -> QuerySet[Any]:
        units = Municipality.objects.order_by(ordered_by_name(), "id")
        return units.filter(district=district) if _is_key(district) else units.none()

    def has_output(self) -> bool:
        """A chosen municipality narrows the list even where there is nothing to offer."""
        return super().has_output() or self.value() is not None


def _is_key(value: str) -> bool:
    return value.isdecimal() and len(value) < 18


class DaysInline(ForKeepers, admin.TabularInline):  # type: ignore[type-arg]
    """The days of a line, to look at: they are ticked on the page of the seminar."""

    model = Attendance
    extra = 0
    fields = ("day",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AdminExportForm(ExportOptionsForm, ImportExportFormBase):
    """What the file shows; the lines are those of the list as it is filtered."""

    field_order = ("language", "with_phone", "with_disability", "reason", "format", "resource")


@admin.register(Registration)
@spreadsheets(may_export=keeps_seminars)
class RegistrationAdmin(ThroughDoors, ExportMixin, admin.ModelAdmin):  # type: ignore[misc, type-arg]
    """Lines of attendance: filtered, exported, removed. Import stands on a seminar's page."""

    resource_classes = (AttendanceResource,)
    export_form_class = AdminExportForm
    fields = ("seminar", "number", "participant", "registered_at", "registered_by")
    readonly_fields = fields
    inlines = (DaysInline,)
    list_display = ("number", "participant", "sex", "position", "municipality", "seminar", "days")
    list_display_links = ("participant",)
    list_filter = (
        DistrictOfSeminar,
        SeminarInDistrict,
        MonthOfSeminar,
        "seminar__kind",
        MunicipalityInDistrict,
        "participant__position",
        "participant__sex",
    )
    list_select_related = (
        "seminar__district",
        "participant__position",
        "participant__municipality",
        "registered_by",
    )
    search_fields = ("participant__search_key",)
    get_search_results = admin_search("participant__search_key")
    ordering = ("-seminar__starts_on", "-seminar_id", "number")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        return super().get_queryset(request).prefetch_related("attendances")

    @admin.display(description=_("sex"))
    def sex(self, line: Registration) -> str:
        return line.participant.get_sex_display()

    @admin.display(description=_("position"))
    def position(self, line: Registration) -> str:
        return line.participant.position.name

    @admin.display(description=_("municipality"))
    def municipality(self, line: Registration) -> str:
        return line.participant.municipality.name

    @admin.display(description=_("days"))
    def days(self, line: Registration) -> int:
        return len(line.attendances.all())

    def view_on_site(self, obj: Registration) -> str:
        return reverse("seminars:line", args=[obj.seminar_id, obj.pk])

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_seminars(request.user)  # type: ignore[arg-type]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The days go with their line: nobody needs a permission of their own for them."""
        lines = [str(line) for line in objs]
        return lines, {str(_("attendance")): len(lines)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Registration) -> None:
        attendance.remove(obj, by=request.user, now=timezone.now())  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        with transaction.atomic():
            for line in queryset:
                self.delete_model(request, line)

    def get_export_formats(self) -> list[type[SafeXLSX]]:
        return [SafeXLSX]

    def _do_file_export(
        self, file_format: Any, request: HttpRequest, queryset: Any, export_form: Any = None
    ) -> HttpResponseBase:
        """Give the lines of the list as it is filtered, by the door of the staff page."""
        now = timezone.now()
        file = exports.attendance_file(
            queryset,
            export_form.wanted(),
            filtered_by=request.GET.dict(),
            by=request.user,  # type: ignore[arg-type]
            now=now,
        )
        return serve(file, name=exports.filename(now), content_type=excel.CONTENT_TYPE)

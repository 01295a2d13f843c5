"""The register in the admin: kept by project staff and administrators, seen by nobody else."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import Model, QuerySet, TextField
from django.forms import TypedChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm

from audit import trail
from documents.import_export import spreadsheets
from language.bilingual import ordered_by_name
from language.search import admin_search

from .merging import MOST_UNITS, merge_page
from .models import District, Membership, Municipality, Oblast, Position
from .permissions import keeps_register
from .resources import MunicipalityResource


class KeptByStaff(admin.ModelAdmin):  # type: ignore[type-arg]
    """What the admins of this app share: who may, and what the trail keeps."""

    list_per_page = 50
    show_full_result_count = False
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}
    }

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, under the plain name of what it lists."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return keeps_register(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return keeps_register(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return keeps_register(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return keeps_register(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether nothing refers to the row; many rows are never deleted at once."""
        return obj is not None and keeps_register(request.user) and not _is_referred_to(obj)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        names = form.changed_data
        old = type(obj)._default_manager.get(pk=obj.pk) if change else None
        before = _facts(old, names) if old else None
        super().save_model(request, obj, form, change)
        self._record("change" if change else "add", request, obj, before, _facts(obj, names))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        before = _facts(obj, [field.name for field in obj._meta.concrete_fields])
        self._record("delete", request, obj, before, None)
        super().delete_model(request, obj)

    def _record(
        self,
        action: str,
        request: HttpRequest,
        subject: Model,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
    ) -> None:
        trail.record(
            f"municipalities.{self.opts.model_name}.{action}",
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            subject=subject,
            before=before,
            after=after,
        )


def _facts(row: Model, names: list[str]) -> dict[str, Any]:
    return {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name in names
    }


def _is_referred_to(row: Model) -> bool:
    """Return whether any other row points here; deleting the row would be refused or take more."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row}).exists()
        for relation in row._meta.get_fields(include_hidden=True)
        if relation.auto_created and (relation.one_to_many or relation.one_to_one)
    )


@admin.register(Oblast)
class OblastAdmin(KeptByStaff):
    list_display = ("name_ru_column", "name_ky_column", "name_en")
    search_fields = ("search_key",)
    get_search_results = admin_search(*search_fields)

    name_ru_column = admin.display(description=_("name in Russian"), ordering="name_ru_order")(
        lambda self, row: row.name_ru  # noqa: ARG005
    )
    name_ky_column = admin.display(description=_("name in Kyrgyz"), ordering="name_ky_order")(
        lambda self, row: row.name_ky  # noqa: ARG005
    )

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:  # noqa: ARG002
        return (ordered_by_name(), "id")


@admin.register(District)
class DistrictAdmin(KeptByStaff):
    list_display = ("name_ru_column", "name_ky_column", "oblast", "soate_code")
    list_filter = ("oblast",)
    list_select_related = ("oblast",)
    search_fields = ("search_key", "oblast__search_key")
    get_search_results = admin_search(*search_fields)

    name_ru_column = OblastAdmin.name_ru_column
    name_ky_column = OblastAdmin.name_ky_column

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:  # noqa: ARG002
        return (ordered_by_name(), "id")


@admin.register(Municipality)
@spreadsheets(may_import=keeps_register, may_export=keeps_register)
class MunicipalityAdmin(ImportExportMixin, KeptByStaff):  # type: ignore[misc]
    resource_classes = (MunicipalityResource,)
    export_form_class = ExportForm
    list_display = (
        "name_ru_column",
        "name_ky_column",
        "status",
        "register",
        "district",
        "soate_code",
        "valid_from",
        "valid_to",
    )
    list_filter = ("district", "status", "register", "kind")
    list_select_related = ("district",)
    search_fields = ("search_key", "district__search_key", "district__oblast__search_key")
    search_help_text = _(
        "Name, other spelling, code, district or oblast; ң ө ү may be typed as н о у."
    )
    autocomplete_fields = ("district",)
    readonly_fields = ("successor_link", "predecessor_links", "people_link")
    fieldsets = (
        (None, {"fields": ("district", "kind", "name_ru", "name_ky", "name_en", "aliases")}),
        (_("Register"), {"fields": ("register", "status", "soate_code", "note")}),
        (
            _("Time and mergers"),
            {"fields": ("valid_from", "valid_to", "successor_link", "predecessor_links")},
        ),
        (_("People"), {"fields": ("people_link",)}),
    )
    actions = ("merge_units",)

    name_ru_column = OblastAdmin.name_ru_column
    name_ky_column = admin.display(description=_("name in Kyrgyz"), ordering="name_ky_order")(
        lambda self, row: row.name_ky or "–"  # noqa: ARG005
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Municipality]:
        return super().get_queryset(request).select_related("district")

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_import_data_kwargs(**kwargs) | {"now": timezone.now()}

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Municipality]:
        return super().get_export_queryset(request).select_related("district", "successor")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:  # noqa: ARG002
        name = ordered_by_name()
        return (f"district__{name}", name, "id")

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Municipality],
        search_term: str,
    ) -> tuple[QuerySet[Municipality], bool]:
        return queryset.matching(search_term), False  # type: ignore[attr-defined]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Municipality | None = None
    ) -> tuple[str, ...]:
        merged = obj is not None and obj.status == Municipality.Status.MERGED
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "district", "status", "valid_to") if merged else fields

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> TypedChoiceField | None:
        """Offer every status but "merged": only a merger gives it."""
        if db_field.name == "status":
            merged = Municipality.Status.MERGED
            kwargs["choices"] = [pair for pair in Municipality.Status.choices if pair[0] != merged]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @admin.display(description=_("merged into"))
    def successor_link(self, unit: Municipality) -> str:
        return _link(unit.successor) if unit.successor else "–"

    @admin.display(description=_("made of"))
    def predecessor_links(self, unit: Municipality) -> str:
        if not unit.pk or not (old := list(unit.predecessors.all())):
            return "–"
        return format_html_join(mark_safe("<br>"), "{}", ((_link(one),) for one in old))

    @admin.display(description=_("people of the municipality"))
    def people_link(self, unit: Municipality) -> str:
        if not unit.pk:
            return "–"
        url = reverse("municipalities:detail", args=[unit.pk])
        return format_html('<a href="{}">{}</a>', url, _("Show and invite"))

    @admin.action(description=_("Merge into one"), permissions=["change"])
    def merge_units(
        self, request: HttpRequest, queryset: QuerySet[Municipality]
    ) -> HttpResponseRedirect | None:
        pks = list(queryset.values_list("pk", flat=True)[: MOST_UNITS + 1])
        if len(pks) > MOST_UNITS:
            self.message_user(request, _("Too many are chosen for one merger."), messages.ERROR)
            return None
        units = ",".join(map(str, pks))
        url = reverse("admin:municipalities_municipality_merge")
        return HttpResponseRedirect(f"{url}?units={units}")

    def get_urls(self) -> list[URLPattern]:
        merge = path(
            "merge/",
            self.admin_site.admin_view(self.merge_view),
            name="municipalities_municipality_merge",
        )
        return [merge, *super().get_urls()]

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        """The page between the action and the merger."""
        return merge_page(request, now=timezone.now())


def _link(unit: Municipality) -> str:
    url = reverse("admin:municipalities_municipality_change", args=[unit.pk])
    return format_html('<a href="{}">{}</a> ({})', url, unit, unit.register)


@admin.register(Position)
class PositionAdmin(KeptByStaff):
    list_display = ("code", "name_ru", "name_ky", "name_en", "order")
    search_fields = ("code", "name_ru", "name_ky")
    ordering = ("order", "id")


@admin.register(Membership)
class MembershipAdmin(KeptByStaff):
    list_display = ("user", "municipality", "district", "role", "since", "until")
    list_filter = ("role", "municipality__district")
    list_select_related = ("user", "municipality__district")
    autocomplete_fields = ("user", "municipality")
    search_fields = ("user__search_key", "municipality__search_key")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:  # noqa: ARG002
        return (f"municipality__{ordered_by_name()}", "user__full_name_order", "id")

    @admin.display(description=_("district"))
    def district(self, membership: Membership) -> str:
        return str(membership.municipality.district)

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Membership],
        search_term: str,
    ) -> tuple[QuerySet[Membership], bool]:
        return queryset.matching(search_term), False  # type: ignore[attr-defined]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """A membership ends by its day; it is never taken out of history."""
        return False

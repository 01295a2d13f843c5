"""People in the admin: administrators keep them, project staff look."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.trail import record
from language.search import admin_search

from .models import Invitation, User
from .roles import LABELS, is_administrator, runs_portal

admin.site.unregister(Group)

KEPT = ("full_name", "email", "phone", "language", "is_active", "is_staff", "is_superuser")


class RoleFilter(admin.SimpleListFilter):
    """Groups by the words for them: their names are for the code."""

    title = _("roles")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return list(LABELS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:  # noqa: ARG002
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Passwords are set by links only, so there is no password here."""

    list_display = ("full_name", "email", "phone", "role_list", "is_active", "last_login")
    list_filter = ("is_active", RoleFilter, "language")
    search_fields = ("search_key",)
    get_search_results = admin_search("search_key")
    ordering = ("full_name_order", "id")
    readonly_fields = ("role_list", "last_login", "date_joined")
    filter_horizontal = ("groups",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Who only looks reads the words for the roles."""
        roles = "groups" if self.has_change_permission(request, obj) else "role_list"
        return (*KEPT, roles, "last_login", "date_joined")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups" and field is not None:
            field.label_from_instance = lambda group: LABELS.get(group.name, group.name)
        return field

    @admin.display(description=_("roles"))
    def role_list(self, user: User) -> str:
        return (
            ", ".join(str(LABELS.get(group.name, group.name)) for group in user.groups.all()) or "–"
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return runs_portal(request.user)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:  # noqa: ARG002
        return runs_portal(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:  # noqa: ARG002
        return is_administrator(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:  # noqa: ARG002
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before: dict[str, Any] = {
            "roles": sorted(form.instance.groups.values_list("name", flat=True))
        }
        super().save_related(request, form, formsets, change)
        form.instance.forget_roles()
        after: dict[str, Any] = {"roles": sorted(form.instance.role_names)}
        for name in set(form.changed_data) - {"groups"}:
            before[name], after[name] = str(form.initial.get(name)), str(form.cleaned_data[name])
        record(
            "accounts.change",
            by=request.user,
            now=timezone.now(),
            subject=form.instance,
            before=before,
            after=after,
        )


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Links are made on the portal's own pages; here they are read."""

    list_display = ("full_name", "purpose", "created_at", "expires_at", "used_at", "revoked_at")
    list_filter = ("purpose",)
    list_select_related = ("created_by", "user")
    date_hierarchy = "created_at"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return runs_portal(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:  # noqa: ARG002
        return runs_portal(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:  # noqa: ARG002
        return False

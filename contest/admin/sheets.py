"""The scoring sheet in the admin: the same form through the same door as the commission's page.

A member finds their own sheets and what is assigned to them; being ``is_staff`` opens
nothing by itself, and nobody else finds anything, project staff and administrators included.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contest import panel, scoring
from contest.forms import desk as desks
from contest.forms.scoring import NEXT, SUBMIT, Answer, send
from contest.models import Seat, Sheet
from language.templatetags.words import points

from .reading import moment_of


@admin.register(Sheet)
class SheetAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A member's own sheets. What is not begun stands above the list."""

    list_display = ("code", "state", "points", "updated_at")
    list_display_links = ("code",)
    list_filter = ("state",)
    search_fields = ("application__code",)
    search_help_text = gettext_lazy("Search by the code of the application.")
    ordering = ("application__code",)
    show_full_result_count = False
    list_per_page = 100
    actions = None
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "admin/contest/sheet/change_list.html"

    # --- who: the holder of a seat, and only their own sheets

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._has_seat(request)

    def has_view_permission(self, request: HttpRequest, obj: Sheet | None = None) -> bool:
        return self._has_seat(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: a sheet is begun from the list, for an application, never at large."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Sheet | None = None) -> bool:
        return self._has_seat(request)

    def has_delete_permission(self, request: HttpRequest, obj: Sheet | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sheet]:
        """Return the person's own sheets of what is assigned to them, for every path."""
        assigned = panel.assigned_to_person(request.user, moment_of(request))
        own = super().get_queryset(request).filter(seat__user=request.user.pk)
        return own.filter(application__in=assigned).select_related("application", "seat__user")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Allow the one filter that the list shows: any other could ask whose an application is."""
        return lookup in ("state", "state__exact")

    # --- the list

    @admin.display(description=gettext_lazy("Code"), ordering="application__code")
    def code(self, sheet: Sheet) -> str:
        return sheet.application.code or ""

    @admin.display(description=gettext_lazy("Points"), ordering="weighted_levels")
    def points(self, sheet: Sheet) -> str:
        if sheet.weighted_levels is None:
            return "–"
        return points(scoring.points(sheet.weighted_levels))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        seats = list(panel.seats_of(request.user, moment_of(request)))
        context = {
            "waiting": self._not_begun(request),
            "undeclared": [seat for seat in seats if seat.conflicts_declared_at is None],
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def _not_begun(self, request: HttpRequest) -> list[str]:
        """Return the codes of what the person may score and has no sheet for."""
        assigned = panel.assigned_to_person(request.user, moment_of(request))
        voting = Seat.objects.filter(user=request.user.pk, is_voting=True).values("contest")
        begun = Sheet.objects.filter(seat__user=request.user.pk).values("application")
        found = assigned.filter(contest__in=voting).exclude(pk__in=begun)
        return list(found.values_list("code", flat=True))

    # --- the sheet

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Begin the sheet for the application that ``?application=`` names by its code."""
        if not self._has_seat(request):
            raise PermissionDenied
        return self._desk_view(request, request.GET.get("application", ""))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show and take a sheet; what is not the person's own is not there (404)."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        sheet = self.get_object(request, object_id)
        if sheet is None or sheet.application.code is None:
            raise Http404
        return self._desk_view(request, sheet.application.code)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the versions of a sheet, whoever wrote them and through which page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sheet = self.get_object(request, object_id)
        if sheet is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %s") % sheet.application.code,
            "opts": self.opts,
            "sheet": sheet,
            "versions": sheet.versions.select_related("by"),
        }
        return TemplateResponse(request, "admin/contest/sheet/history.html", context)

    def _desk_view(self, request: HttpRequest, code: str) -> HttpResponse:
        now = moment_of(request)
        data = request.POST if request.method == "POST" else None
        desk = desks.find(request.user, code, now, data)
        if desk is None:
            raise Http404
        answer = Answer(200)
        if data is not None:
            action = data.get("action", "")
            answer = send(
                desk.form, desk.application, desk.seat, action=action, by=request.user, now=now
            )
            desk.message = answer.message
            if answer.sheet is not None:
                return self._after(request, desk, answer.sheet, action)
        return self._page(request, desks.fill(desk, now), answer.status)

    def _page(self, request: HttpRequest, desk: desks.Desk, status: int) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Application %(code)s") % {"code": desk.application.code},
            "opts": self.opts,
            "desk": desk,
            "form": desk.form,
            "errors": bool(desk.form.errors or desk.message),
            "why_closed": desk.why_closed(moment_of(request)),
        }
        template = "admin/contest/sheet/desk.html"
        return TemplateResponse(request, template, context, status=status)

    def _after(
        self, request: HttpRequest, desk: desks.Desk, sheet: Sheet, action: str
    ) -> HttpResponse:
        """Say what was done and go on, as the commission's page does."""
        code = desk.application.code or ""
        if action == SUBMIT:
            messages.success(request, _("The sheet for %(code)s is submitted.") % {"code": code})
        else:
            messages.success(request, _("The draft for %(code)s is saved.") % {"code": code})
        if action not in (NEXT, SUBMIT):
            return redirect("admin:contest_sheet_change", sheet.pk)
        following, _left = desks.following(desk.seat, code, moment_of(request))
        if not following:
            return redirect("admin:contest_sheet_changelist")
        return redirect(f"{reverse('admin:contest_sheet_add')}?application={following}")

    def _has_seat(self, request: HttpRequest) -> bool:
        """Whether the person holds a seat today; asked once a request."""
        if not hasattr(request, "has_seat"):
            request.has_seat = panel.seats_of(request.user, moment_of(request)).exists()  # type: ignore[attr-defined]
        has_seat: bool = request.has_seat  # type: ignore[attr-defined]
        return has_seat

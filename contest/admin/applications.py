"""Applications and decisions in the admin: to read and to find; moves go through their door."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from contest import permissions, workflow
from contest.forms.admission import FORMS
from contest.models import (
    Answer,
    Application,
    ApplicationEvent,
    ApplicationFile,
    Award,
    Decision,
    Measure,
    ParticipationEvent,
)
from contest.refusals import Refusal
from language.search import search

from .reading import ReadOnlyAdmin, SeenByStaff, moment_of

OF_A_DRAFT = ("contest", "municipality", "state", "created_at", "updated_at")
"""Of a draft only that it is there: its text is its municipality's."""


class Rows(SeenByStaff, admin.TabularInline):  # type: ignore[type-arg]
    """Rows of an application, to read."""

    extra = 0


class AnswerInline(Rows):
    model = Answer
    fields = ("question", "text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Answer]:
        return super().get_queryset(request).select_related("question")


class EventRowInline(Rows):
    model = ParticipationEvent
    exclude = ("order",)


class MeasureInline(Rows):
    model = Measure
    exclude = ("order",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Measure]:
        return super().get_queryset(request).select_related("target_group")


class FileInline(Rows):
    model = ApplicationFile
    fields = ("kind", "name", "size", "uploaded_at")


class MoveInline(Rows):
    model = ApplicationEvent
    fields = ("at", "by", "move", "from_state", "to_state", "note")
    readonly_fields = ("move",)

    @admin.display(description=_("action"))
    def move(self, event: ApplicationEvent) -> str:
        return str(workflow.Action(event.action).label)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApplicationEvent]:
        return super().get_queryset(request).select_related("by")


def _mover(action: workflow.Action) -> Any:
    """Return an action of the list that asks for the note and then calls the door for each."""

    def move(
        self: Any, request: HttpRequest, queryset: QuerySet[Application]
    ) -> HttpResponse | None:
        return self.move(request, queryset, action)

    move.__name__ = f"{action.value}_applications"
    decorated = admin.action(permissions=["move"], description=action.label)
    return decorated(move)


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """Every field is read-only; staff admit, return and decline from the list."""

    list_display = ("municipality", "district", "number", "state", "submitted_at", "contest")
    list_filter = ("contest", "state", "municipality__district")
    list_select_related = ("municipality__district", "contest")
    search_fields = ("municipality__search_key", "number")
    ordering = ("-id",)
    inlines = (AnswerInline, EventRowInline, MeasureInline, FileInline, MoveInline)
    actions = tuple(_mover(workflow.Action(name)) for name in FORMS)

    @admin.display(description=_("district"), ordering="municipality__district__name_ru_order")
    def district(self, application: Application) -> str:
        """Return the district of the municipality."""
        return str(application.municipality.district)

    def has_move_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may admit, return and decline: project staff."""
        return permissions.runs_contest(request.user)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Application], search_term: str
    ) -> tuple[QuerySet[Application], bool]:
        """Find by the folded name of the municipality, or by the number."""
        named = search(queryset, search_term, "municipality__search_key")
        number = search_term.replace("\0", "").strip()[:20]
        return (named | queryset.filter(Q(number=number) if number else Q())), False

    def get_fields(self, request: HttpRequest, obj: Application | None = None) -> Sequence[str]:
        if obj is not None and not permissions.may_read_text(request.user, obj, moment_of(request)):
            return OF_A_DRAFT
        fields: Sequence[str] = super().get_fields(request, obj)
        return [*OF_A_DRAFT, *(name for name in fields if name not in OF_A_DRAFT)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        return ("state", "number", "code")

    def get_inlines(self, request: HttpRequest, obj: Application | None) -> Any:
        if obj is not None and not permissions.may_read_text(request.user, obj, moment_of(request)):
            return (MoveInline,)
        return self.inlines

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        rows = super().get_queryset(request)
        return rows.select_related(
            "municipality__district", "contest", "created_by", "submitted_by", "contact_position"
        )

    def move(
        self, request: HttpRequest, queryset: QuerySet[Application], action: workflow.Action
    ) -> HttpResponse | None:
        """Ask for the note on a page of its own, then move each application by itself."""
        chosen = list(queryset.select_related("municipality", "contest"))
        sent = "apply" in request.POST
        form = FORMS[action](request.POST if sent else None)
        if not (sent and form.is_valid()):
            context = {
                **self.admin_site.each_context(request),
                "title": action.label,
                "action": action,
                "name": f"{action.value}_applications",
                "applications": chosen,
                "form": form,
                "opts": self.model._meta,
            }
            return TemplateResponse(request, "contest/admin/move.html", context)
        moved = sum(self._moves(request, application, action, form) for application in chosen)
        if moved:
            text = _("%(label)s: %(count)s done.") % {"label": action.label, "count": moved}
            messages.success(request, text)
        return None

    def _moves(
        self, request: HttpRequest, application: Application, action: workflow.Action, form: Any
    ) -> bool:
        """Move one application; say why where the door refuses. Return whether it moved."""
        note = form.cleaned_data["note"]
        try:
            workflow.perform(
                application,
                action,
                by=request.user,
                now=moment_of(request),
                note=note,
                **form.details(),
            )
        except Refusal as refusal:
            messages.error(request, f"{application.municipality}: {refusal.message}")
            return False
        return True


@admin.register(ApplicationEvent)
class ApplicationEventAdmin(ReadOnlyAdmin):
    """Every move of every application."""

    list_display = ("at", "application", "move", "from_state", "to_state", "by")
    list_filter = ("application__contest", "to_state")
    fields = ("application", "move", "from_state", "to_state", "at", "by", "note", "said")
    readonly_fields = ("move", "said")
    list_select_related = ("application__municipality", "by")
    search_fields = ("application__municipality__search_key",)
    ordering = ("-id",)

    @admin.display(description=_("action"), ordering="action")
    def move(self, event: ApplicationEvent) -> str:
        return str(workflow.Action(event.action).label)

    @admin.display(description=_("details"))
    def said(self, event: ApplicationEvent) -> str:
        """What the move wrote down, by the names that the application has for it."""
        fields = Application._meta.get_field
        lines = (f"{fields(key).verbose_name}: {value}" for key, value in event.details.items())
        return "\n".join(lines) or "–"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ApplicationEvent], search_term: str
    ) -> tuple[QuerySet[ApplicationEvent], bool]:
        return search(queryset, search_term, "application__municipality__search_key"), False


class AwardInline(Rows):
    model = Award
    fields = ("place", "application", "prize", "value_som")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Award]:
        rows = super().get_queryset(request)
        return rows.select_related("application__municipality", "prize")


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """The decision as it stands; it is made on its own pages."""

    list_display = ("contest", "state", "drafted_at", "confirmed_at", "announced_at")
    list_select_related = ("contest",)
    readonly_fields = ("state", "ranking_sha256", "inputs_sha256")
    inlines = (AwardInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        """The frozen ranking, megabytes in a large contest, is shown nowhere here."""
        return super().get_queryset(request).defer("ranking")


@admin.register(Award)
class AwardAdmin(ReadOnlyAdmin):
    """Who got which prize."""

    list_display = ("place", "application", "prize", "value_som", "decision")
    list_filter = ("decision__contest",)
    list_select_related = ("application__municipality", "prize", "decision__contest")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Award]:
        """The frozen ranking would be read again with every award."""
        return super().get_queryset(request).defer("decision__ranking")

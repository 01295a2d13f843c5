"""django-import-export made safe: who may, where an upload waits, what people are told.

With the library's defaults any ``is_staff`` person may export and import every
registered model. The settings close both doors by asking for permissions that
nobody has; an admin class opens them for its own people with ``spreadsheets``.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin, ImportMixin
from import_export.results import Result
from import_export.tmp_storages import BaseStorage

from .excel import UnreadableSheet
from .models import PendingImport

LIFETIME = timedelta(days=1)
CHANGED_SINCE = _(
    "Nothing was imported: the data changed after the preview. Choose the file again."
)
GONE = _("This upload has been dealt with or is too old. Choose the file again.")
UNREADABLE = _("The file could not be read. Save it as .xlsx and choose it again.")

Predicate = Callable[[Any], bool]
Admin = TypeVar("Admin", bound="ModelAdmin[Any]")


def spreadsheets(
    *, may_import: Predicate | None = None, may_export: Predicate | None = None
) -> Callable[[type[Admin]], type[Admin]]:
    """Decorate an import-export admin class with who may import and who may export.

    The predicates take a user; None means nobody. An upload that cannot be read
    is answered with a sentence, in the form and at the confirmation.
    """

    def decorate(admin_class: type[Admin]) -> type[Admin]:
        methods: dict[str, Callable[..., Any]] = {}
        if issubclass(admin_class, ImportMixin):
            methods |= {
                "has_import_permission": _permission(may_import),
                "add_data_read_fail_error_to_form": _explain,
                "get_import_data_kwargs": _all_or_nothing,
                "process_import": _process_import,
                "process_result": _process_result,
            }
        if issubclass(admin_class, ExportMixin):
            methods["has_export_permission"] = _permission(may_export)
        for name, method in methods.items():
            if name not in vars(admin_class):
                setattr(admin_class, name, method)
        return admin_class

    return decorate


def _permission(predicate: Predicate | None) -> Callable[[Any, HttpRequest], bool]:
    def allowed(_admin: Any, request: HttpRequest) -> bool:
        return predicate is not None and bool(predicate(request.user))

    return allowed


def _explain(_admin: Any, form: Form, error: Exception) -> None:
    """Say what to do with the file, not what the exception is called."""
    form.add_error(
        "import_file", str(error) if isinstance(error, UnreadableSheet) else str(UNREADABLE)
    )


def _all_or_nothing(admin: Any, **kwargs: Any) -> dict[str, Any]:
    """Have a wrong row undo the whole import, whatever is wrong with it."""
    options: dict[str, Any] = ImportMixin.get_import_data_kwargs(admin, **kwargs)
    return {"rollback_on_validation_errors": True, **options}


def _process_import(admin: Any, request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Confirm an import; one that is gone leads back to the upload with a sentence."""
    try:
        return ImportMixin.process_import(admin, request, **kwargs)
    except UnreadableSheet as error:
        return _back_to_upload(admin, request, str(error))


def _process_result(admin: Any, result: Result, request: HttpRequest) -> HttpResponse:
    """Report success only where rows were written: data may change after the preview."""
    if result.has_errors() or result.has_validation_errors():
        return _back_to_upload(admin, request, str(CHANGED_SINCE))
    return ImportMixin.process_result(admin, result, request)


def _back_to_upload(admin: Any, request: HttpRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    info = admin.model._meta
    address = f"{admin.admin_site.name}:{info.app_label}_{info.model_name}_import"
    return HttpResponseRedirect(reverse(address))


class DatabaseStorage(BaseStorage):  # type: ignore[misc]
    """Keeps an upload between preview and confirmation where every host finds it."""

    def save(self, data: bytes) -> None:
        now = timezone.now()
        PendingImport.objects.filter(made_at__lt=now - LIFETIME).delete()
        self.name = uuid4().hex
        PendingImport.objects.create(name=self.name, content=data, made_at=now)

    def read(self) -> bytes:
        """The upload. Raises UnreadableSheet when it was confirmed already or has expired."""
        found = PendingImport.objects.filter(
            name=self.name, made_at__gte=timezone.now() - LIFETIME
        ).first()
        if found is None:
            raise UnreadableSheet(GONE)
        return bytes(found.content)

    def remove(self) -> None:
        PendingImport.objects.filter(name=self.name).delete()

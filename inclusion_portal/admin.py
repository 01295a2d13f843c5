"""Tables of other people's packages in the admin: the letters to read, the rest not at all."""

from datetime import datetime

import allauth.account.admin  # noqa: F401 - registers what is taken away below
import post_office.admin  # noqa: F401
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from post_office.models import Attachment, Email, EmailTemplate, Log

# E-mail addresses stand on the person. Templates of letters are files with translations, and
# the library's page for its own asks a foreign host for its editor.
# post_office's own page of a letter sends it again by a mere GET.
for model in (EmailAddress, Attachment, Email, EmailTemplate, Log):
    admin.site.unregister(model)


@admin.register(Email)
class LetterAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Whether a letter has left: read by administrators, changed by nobody."""

    list_display = ("made_at", "to", "subject", "status", "number_of_retries")
    list_filter = ("status",)
    fields = ("made_at", "from_email", "to", "subject", "message", "status", "changed_at")
    search_fields = ("to", "subject")
    ordering = ("-id",)
    show_full_result_count = False
    change_form_template = "admin/change_form.html"  # post_office's own offers to send again

    @admin.display(description=_("made at"), ordering="created")
    def made_at(self, letter: Email) -> datetime:
        return letter.created

    @admin.display(description=_("changed at"))
    def changed_at(self, letter: Email) -> datetime:
        return letter.last_updated

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Email | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Email | None = None) -> bool:
        return False

"""Files of an application: one place for each kind, what is there already beside it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from contest.drafting import FILES_TAKEN
from contest.models import Application, ApplicationFile

from .application import DraftForm

HELP: dict[str, Any] = {
    "programme": _("The programme itself, PDF or Word."),
    "resolution": _("A scan or a photo where number, date and signature can be read."),
    "minutes": _("Up to five files. People in the photos must agree to be shown."),
    "budget": _("Excel or PDF: the budget of the measures, or an extract of the local budget."),
}


class Files(forms.FileInput):
    """A place that takes several files."""

    allow_multiple_selected = True


class FilesForm(DraftForm):
    """One field a kind, called ``file:<kind>``. What a file is, the door judges."""

    def __init__(self, application: Application, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        for kind in ApplicationFile.Kind:
            several = ApplicationFile.MOST[kind] > 1
            widget = (Files if several else forms.FileInput)(attrs={"accept": _accepted(kind)})
            field = forms.Field(
                label=kind.label, required=False, widget=widget, help_text=HELP.get(kind.value, "")
            )
            field.hide_optional = kind.value in ApplicationFile.REQUIRED  # type: ignore[attr-defined]
            self.fields[f"file:{kind.value}"] = field
        self.attached = {
            kind.value: [file for file in application.files.all() if file.kind == kind]
            for kind in ApplicationFile.Kind
        }

    @property
    def kinds(self) -> list[tuple[Any, list[ApplicationFile]]]:
        """Each field with the files that are attached there."""
        return [(self[f"file:{kind}"], files) for kind, files in self.attached.items()]

    def uploads(self) -> Iterator[tuple[str, UploadedFile]]:
        """Yield (kind, file) of what was sent now, as many of a kind as it may take and one."""
        for kind, most in ApplicationFile.MOST.items():
            for upload in self.files.getlist(f"file:{kind}")[: most + 1]:
                yield kind, upload


def _accepted(kind: str) -> str:
    """Return what the browser offers of a folder's files."""
    endings = sorted(f".{one.value}" for one in FILES_TAKEN[kind])
    return ",".join([*endings, ".jpeg"] if ".jpg" in endings else endings)

"""Forms of the seminar pages: the shape of what is typed, never rights."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from language.bilingual import ordered_by_name
from municipalities.models import District, Municipality, Position

from . import attendance, people
from .attendance import Line, Tick
from .exports import Wanted
from .models import Participant, Seminar
from .people import PersonFields
from .refusals import Invalid

MEGABYTE = 1024 * 1024
LARGEST_SHEET = 5 * MEGABYTE


def date_input() -> forms.DateInput:
    """Return the browser's own date field."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class SeminarForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where, when, of what kind. Serves the staff page and the admin."""

    seen = forms.CharField(label="", required=False, widget=forms.HiddenInput)

    class Meta:
        model = Seminar
        fields = attendance.SEMINAR_FIELDS
        widgets = {
            "starts_on": date_input(),
            "ends_on": date_input(),
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        district: forms.ModelChoiceField = self.fields["district"]  # type: ignore[assignment]
        district.queryset = District.objects.order_by(ordered_by_name())
        self.fields["note"].widget.attrs["maxlength"] = 2000
        self.fields["note"].max_length = 2000
        if self.instance.pk:
            self.initial["seen"] = attendance.seminar_mark(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        days = Seminar(starts_on=cleaned.get("starts_on"), ends_on=cleaned.get("ends_on"))
        for field, sentence in attendance.shape_problems(days).items():
            self.add_error(field, sentence)
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what the doors take."""
        return {name: self.cleaned_data[name] for name in attendance.SEMINAR_FIELDS}


class Choices:
    """Positions and municipalities to choose from, read once for a page with many rows.

    The municipalities of the seminar's district come first; those that were closed
    before the seminar are left out, unless ``keep`` names one.
    """

    def __init__(self, seminar: Seminar, *, keep: int | None = None) -> None:
        self.positions = {position.pk: position for position in Position.objects.all()}
        units = (
            Municipality.objects.valid_on(seminar.starts_on) | Municipality.objects.filter(pk=keep)
        ).select_related("district")
        ordered = units.order_by(ordered_by_name("district__name"), ordered_by_name(), "id")
        near_first = sorted(ordered, key=lambda unit: unit.district_id != seminar.district_id)
        self.municipalities = {unit.pk: unit for unit in near_first}

    @cached_property
    def position_choices(self) -> list[tuple[Any, Any]]:
        return [("", ""), *((pk, position.name) for pk, position in self.positions.items())]

    @cached_property
    def municipality_choices(self) -> list[tuple[Any, Any]]:
        groups: dict[str, list[tuple[int, str]]] = {}
        for pk, unit in self.municipalities.items():
            groups.setdefault(unit.district.name, []).append((pk, unit.name))
        return [("", ""), *groups.items()]


def _chosen_from(found: dict[int, Any]) -> Callable[[str], Any]:
    def chosen(pk: str) -> Any:
        try:
            return found[int(pk)]
        except KeyError as error:  # the field knows a ValueError
            raise ValueError(pk) from error

    return chosen


class PersonForm(forms.Form):
    """One line of a list: who it is. An empty one of several is left out."""

    full_name = forms.CharField(
        label=_("Full name"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", ""), *Participant.Sex.choices])
    birth_year = forms.CharField(
        label=_("Year of birth"),
        required=False,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}
        ),
    )
    municipality = forms.TypedChoiceField(label=_("Municipality"))
    position = forms.TypedChoiceField(label=_("Position"))
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    disability = forms.ChoiceField(
        label=_("Disability"),
        choices=Participant.Disability.choices,
        initial=Participant.Disability.NOT_STATED,
    )

    def __init__(self, *args: Any, seminar: Seminar, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seminar = seminar
        self.fields["birth_year"].hide_optional = True  # type: ignore[attr-defined]
        for name, values, found in (
            ("position", choices.position_choices, choices.positions),
            ("municipality", choices.municipality_choices, choices.municipalities),
        ):
            field: Any = self.fields[name]
            field.choices, field.coerce = values, _chosen_from(found)

    def clean_full_name(self) -> str:
        return people.as_full_name(self.cleaned_data["full_name"])

    def clean_birth_year(self) -> int | None:
        return people.as_birth_year(self.cleaned_data["birth_year"], on=self.seminar.starts_on)

    def clean_phone(self) -> str:
        return people.as_phone(self.cleaned_data["phone"])

    def person(self) -> PersonFields:
        """Return what the doors take."""
        names = {field.name for field in fields(PersonFields)} - {"consented_on"}
        return PersonFields(
            consented_on=self.consented_on(), **{name: self.cleaned_data[name] for name in names}
        )

    def consented_on(self) -> date | None:
        """Return the day of the consent, None without one."""
        return self.cleaned_data.get("consented_on")


class EntryForm(PersonForm):
    """The quick row: the person, the days they were there, the consent on paper."""

    days = forms.TypedMultipleChoiceField(
        label=_("Was there on"),
        required=False,
        coerce=date.fromisoformat,
        widget=forms.CheckboxSelectMultiple,
    )
    consent = forms.BooleanField(
        label=_("Consent to the processing of data is signed"), required=False
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["days"].hide_optional = True  # type: ignore[attr-defined]
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (day.isoformat(), f"{day:%d.%m}") for day in self.seminar.days
        ]

    def consented_on(self) -> date | None:
        """The consent is signed on the first day; somebody entered before it signs today."""
        if not self.cleaned_data["consent"]:
            return None
        return min(self.seminar.starts_on, self.today)


class ParticipantForm(PersonForm):
    """Everything that is kept of a person."""

    consented_on_day = forms.DateField(
        label=_("Consent given on"),
        required=False,
        widget=date_input(),
        help_text=_("The day the person agreed to the processing of their data."),
    )
    seen = forms.CharField(label="", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        known = PersonFields.of(participant)
        initial = {field.name: getattr(known, field.name) for field in fields(known)} | {
            "position": known.position.pk,
            "municipality": known.municipality.pk,
            "consented_on_day": known.consented_on,
            "seen": people.fingerprint(participant),
        }
        super().__init__(*args, initial=initial, **kwargs)

    def consented_on(self) -> date | None:
        return self.cleaned_data["consented_on_day"]


class BaseRows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Several rows at once. Errors name the row, empty rows are left out."""

    def clean(self) -> None:
        if not any(form.has_changed() for form in self.forms):
            raise forms.ValidationError(_("Fill in at least one row."))

    def lines(self) -> list[Line]:
        """Return the rows in which something was typed, for the door."""
        return [
            Line(form.person(), dict.fromkeys(form.cleaned_data["days"], True), number)
            for number, form in enumerate(self.forms, start=1)
            if form.has_changed()
        ]


EntryRows = forms.formset_factory(EntryForm, formset=BaseRows, extra=5, max_num=20, absolute_max=20)


class SeminarFilter(forms.Form):
    """Which seminars: the filter of the list."""

    q = forms.CharField(
        label=_("Place or person"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    district = forms.ModelChoiceField(
        label=_("District"), queryset=District.objects.all(), required=False, empty_label=_("all")
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), *Seminar.Kind.choices]
    )
    since = forms.DateField(label=_("From the day"), required=False, widget=date_input())
    until = forms.DateField(label=_("To the day"), required=False, widget=date_input())
    hide_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        district: forms.ModelChoiceField = self.fields["district"]  # type: ignore[assignment]
        district.queryset = District.objects.order_by(ordered_by_name())

    @property
    def active(self) -> bool:
        """Return whether anything is filtered."""
        return any(str(value).strip() for value in self.data.values() if value)


def read_ticks(data: QueryDict) -> tuple[set[Tick], dict[Tick, bool]]:
    """Return what is ticked and what was shown, from the table of people × days.

    ``day`` lists the days, ``shown`` the rows as ``id:10`` (one digit a day, 1 = was
    ticked when shown), ``tick`` the boxes as ``id:number of the day``. Raises Invalid
    for what no page of ours sends.
    """
    try:
        days = [date.fromisoformat(day) for day in data.getlist("day")]
        shown = dict(_cells_shown(data.getlist("shown"), days))
        ticks = {
            (int(line), dict(enumerate(days))[int(number)])
            for line, number in (box.split(":") for box in data.getlist("tick"))
        }
    except (ValueError, KeyError) as error:
        raise Invalid(_("The page was damaged on the way. Open it again.")) from error
    return ticks, shown


def _cells_shown(rows: Iterable[str], days: list[date]) -> Iterable[tuple[Tick, bool]]:
    for row in rows:
        line, states = row.split(":")
        for day, state in zip(days, states, strict=True):
            yield (int(line), day), state == "1"


class LineFilter(SeminarFilter):
    """Which lines of which seminars leave as a file."""

    seminar = forms.ModelChoiceField(
        label=_("Seminar"), queryset=Seminar.objects.none(), required=False, empty_label=_("all")
    )
    municipality = forms.ModelChoiceField(
        label=_("Municipality"),
        queryset=Municipality.objects.none(),
        required=False,
        empty_label=_("all"),
    )
    position = forms.ModelChoiceField(
        label=_("Position"), queryset=Position.objects.all(), required=False, empty_label=_("all")
    )
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=[("", _("all")), *Participant.Sex.choices]
    )
    field_order = ("seminar",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields
        chosen["seminar"].queryset = Seminar.objects.all()
        chosen["municipality"].queryset = Municipality.objects.order_by(ordered_by_name(), "id")

    def filled(self) -> dict[str, Any]:
        """Return the filters that are set, for the query and for the trail."""
        names = LineFilter.base_fields
        return {name: value for name, value in self.cleaned_data.items() if name in names and value}


class ExportOptionsForm(forms.Form):
    """What the file shows. Serves the staff page and the admin."""

    language = forms.ChoiceField(label=_("Language of the headings"), choices=settings.LANGUAGES)
    with_phone = forms.BooleanField(label=_("With phones"), required=False)
    with_disability = forms.BooleanField(label=_("With disability"), required=False)
    reason = forms.CharField(
        label=_("Why phones or disability are needed"),
        required=False,
        max_length=500,
        help_text=_("Needed only with one of the two. It stays in the trail."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        private = cleaned.get("with_phone") or cleaned.get("with_disability")
        if private and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Write why phones or disability leave the system."))
        return cleaned

    def wanted(self) -> Wanted:
        """Return what the door takes."""
        return Wanted(
            language=self.cleaned_data["language"],
            phone=self.cleaned_data["with_phone"],
            disability=self.cleaned_data["with_disability"],
            reason=self.cleaned_data["reason"],
        )


class ExportForm(ExportOptionsForm, LineFilter):
    """Which lines, and what the file shows of them."""

    hide_optional = True


class UploadForm(forms.Form):
    """The filled sheet."""

    file = forms.FileField(
        label=_("Excel file"),
        help_text=_("An .xlsx file with the columns of the template or of an export."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,  # the reader says what is wrong with an empty one
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_SHEET:
            raise forms.ValidationError(
                _("The file is bigger than %(limit)s MB.") % {"limit": LARGEST_SHEET // MEGABYTE}
            )
        return file

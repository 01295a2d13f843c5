"""Forms of the register: the filter of the list, a merger, an invitation."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import InvitationForm
from language.bilingual import ordered_by_name

from .models import District, Membership, Municipality, MunicipalityQuerySet
from .permissions import invites_to, roles_to_give

Choices = list[Any]


def units_by_district(units: MunicipalityQuerySet) -> Choices:
    """Return choices of units, grouped by district, in the order of the active language."""
    rows = units.select_related("district").in_order()
    return [
        (str(district), [(unit.pk, str(unit)) for unit in group])
        for district, group in groupby(rows, key=lambda unit: unit.district)
    ]


class FilterForm(forms.Form):
    """What to show of the register; a value that means nothing is left out."""

    hide_optional = True

    q = forms.CharField(label=_("Name or code"), required=False, max_length=200)
    district = forms.ModelChoiceField(
        label=_("District"), queryset=District.objects.none(), required=False, empty_label=_("all")
    )
    status = forms.ChoiceField(label=_("Status"), required=False)
    register = forms.ChoiceField(label=_("Register"), required=False)

    def __init__(self, data: Any, *, registers: Sequence[str]) -> None:
        super().__init__(data)
        everything = [("", _("all"))]
        self.fields["district"].queryset = District.objects.order_by(ordered_by_name(), "id")  # type: ignore[attr-defined]
        self.fields["status"].choices = everything + Municipality.Status.choices  # type: ignore[attr-defined]
        self.fields["register"].choices = everything + [(name, name) for name in registers]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """Return the filters that are set and mean something."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class MergeForm(forms.Form):
    """What a merger needs to know; whether it may be is asked of the door."""

    OF_THE_NEW = ("name_ru", "name_ky", "register")

    successor = forms.ModelChoiceField(
        label=_("Into what"),
        queryset=Municipality.objects.none(),
        required=False,
        empty_label=_("a new municipality"),
        help_text=_("An existing one stays as it is and takes the others in."),
    )
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=150, required=False)
    name_ky = forms.CharField(label=_("Name in Kyrgyz"), max_length=150, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Municipality.Kind.choices)
    register = forms.CharField(
        label=_("Register"),
        max_length=40,
        required=False,
        help_text=_("The list or the decision that names the new municipality, for example 2026."),
    )
    soate_code = forms.CharField(
        label=_("SOATE code"),
        max_length=14,
        required=False,
        help_text=_("14 digits; leave it empty where it is not known yet."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example the number and the day of the resolution."),
    )
    on = forms.DateField(
        label=_("Day of the merger"),
        help_text=_("The first day on which the old municipalities no longer exist."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    confirmed = forms.BooleanField(label=_("I have checked what will be closed and what stays."))

    def __init__(self, *args: Any, units: Sequence[Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = (  # type: ignore[attr-defined]
            Municipality.objects.filter(district=units[0].district, valid_to=None)
            .exclude(pk__in=[unit.pk for unit in units])
            .in_order()
        )
        for name in self.OF_THE_NEW:  # required unless the units join an existing one
            self.fields[name].hide_optional = True  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "successor",
            Fieldset(
                _("The new municipality"),
                Row(
                    Column("name_ru", css_class="col-md-6"), Column("name_ky", css_class="col-md-6")
                ),
                Row(
                    *(
                        Column(name, css_class="col-md-4")
                        for name in ("kind", "register", "soate_code")
                    )
                ),
                "note",
            ),
            "on",
            "confirmed",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("successor") and "successor" not in self.errors:
            for name in self.OF_THE_NEW:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].default_error_messages["required"])
        return cleaned


class MembershipInvitationForm(InvitationForm):
    """Invite somebody to speak for a municipality."""

    municipality = forms.TypedChoiceField(label=_("Municipality"), coerce=int)
    role = forms.ChoiceField(label=_("Role"))
    field_order = ("municipality", "role", "full_name", "phone", "email", "language")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = invites_to(self.inviter, on) if self.inviter else None
        choices = units_by_district(units) if units else []
        # Whoever speaks for one unit has nothing to choose; others must not invite to the first.
        is_one = len(choices) == 1 and len(choices[0][1]) == 1
        empty = [] if is_one else [("", _("Choose"))]
        self.fields["municipality"].choices = empty + choices  # type: ignore[attr-defined]
        allowed = roles_to_give(self.inviter) if self.inviter else []
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            choice for choice in Membership.Role.choices if choice[0] in allowed
        ]

    def target(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("municipality", "role")}

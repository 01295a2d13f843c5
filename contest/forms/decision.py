"""The draft of the decision, and what the chair records before it."""

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.forms import BoundField
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from contest.models import Prize
from contest.standings import Standing


def plain_helper() -> FormHelper:
    """Return the helper of forms whose page brings the tag and the buttons."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


class DraftForm(forms.Form):
    """A prize for each application, or none; a place may stay empty."""

    hide_optional = True

    protocol_number = forms.CharField(
        label=_("Number of the protocol"), required=False, max_length=30
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    based_on = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self,
        *args: Any,
        rows: Iterable[Standing],
        prizes: Iterable[Prize],
        awards: Mapping[int, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.rows = list(rows)
        choices: list[tuple[Any, Any]] = [("", _("No prize"))]
        choices += [
            (prize.pk, f"{prize.name} – {number_format(prize.value_som, force_grouping=True)}")
            for prize in prizes
        ]
        for one in self.rows:
            self.fields[name_of(one)] = forms.TypedChoiceField(
                label=_("Prize for %s") % one.key,
                choices=choices,
                required=False,
                coerce=int,
                empty_value=None,
                initial=awards.get(one.application.pk, ""),
            )

    def prize_of(self, one: Standing) -> BoundField:
        """Return the field of an application's prize."""
        return self[name_of(one)]

    def awards(self) -> dict[int, int]:
        """Return {application's pk: prize's pk} of the valid form."""
        given = {one.application.pk: self.cleaned_data[name_of(one)] for one in self.rows}
        return {pk: prize for pk, prize in given.items() if prize}


def name_of(one: Standing) -> str:
    """Return the name of the field for an application's prize."""
    return f"prize_{one.application.pk}"


class ReasonForm(forms.Form):
    """Why an application may pass below the quorum."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It goes into the protocol."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class TieForm(ReasonForm):
    """The order of those who share a place: a rank for each, and why."""

    field_order = None

    def __init__(self, *args: Any, equals: Iterable[Standing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [one.key for one in equals]
        ranks = [(rank, str(rank)) for rank in range(1, len(self.codes) + 1)]
        for index, code in enumerate(self.codes):
            self.fields[f"rank_{index}"] = forms.TypedChoiceField(
                label=_("%s comes") % code, choices=[("", "–"), *ranks], coerce=int
            )
        self.order_fields([*(f"rank_{index}" for index in range(len(self.codes))), "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        ranks = [cleaned.get(f"rank_{index}") for index in range(len(self.codes))]
        if all(ranks) and len(set(ranks)) != len(ranks):
            self.add_error(None, _("Give each of them another place."))
        return cleaned

    def order(self) -> list[str]:
        """Return the codes, best first, of the valid form."""
        ranks = {code: self.cleaned_data[f"rank_{index}"] for index, code in enumerate(self.codes)}
        return sorted(self.codes, key=ranks.__getitem__)

"""What project staff type on the board: filters, and the notes that go with a move."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from contest.models import Application, Contest


class BoardFilter(forms.Form):
    """Which applications of the board are shown; what cannot be understood is left out."""

    hide_optional = True

    contest = forms.ChoiceField(label=_("Contest"), required=False)
    q = forms.CharField(
        label=_("Municipality or number"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(
        self,
        *args: Any,
        contests: list[Contest],
        districts: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        every = [("", _("All"))]
        self.fields["contest"].choices = [(contest.code, contest.name) for contest in contests]
        self.fields["state"].choices = every + Application.State.choices
        self.fields["district"].choices = every + districts
        if len(contests) < 2:
            self.fields["contest"].widget = forms.HiddenInput()

    def chosen(self) -> dict[str, str]:
        """Return the filters that were understood, without the empty ones."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class MoveForm(forms.Form):
    """A move that may carry a note."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stays in the history of the application."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def details(self) -> dict[str, Any]:
        """Return what the door takes besides the note."""
        return {name: value for name, value in self.cleaned_data.items() if name != "note"}


class DeclineForm(MoveForm):
    """Declining needs a reason."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The municipality reads it, word for word."),
    )


class ReturnForm(MoveForm):
    """Returning needs a list of points and a date."""

    note = forms.CharField(
        label=_("What to correct"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One point a line. The municipality reads it, word for word."),
    )
    correction_until = forms.DateTimeField(
        label=_("Correct it before"),
        help_text=_("Bishkek time. It can be returned once only."),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": 60}, format="%Y-%m-%dT%H:%M"
        ),
    )


FORMS: dict[str, type[MoveForm]] = {
    "admit": MoveForm,
    "return": ReturnForm,
    "decline": DeclineForm,
}
"""The form of each move that project staff make."""


class RedactedCopyForm(forms.Form):
    """A copy of a file in which nothing tells the municipality."""

    file = forms.FileField(label=_("Redacted copy"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

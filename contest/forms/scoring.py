"""The scoring sheet and what stands around it: one form for the commission's page and the admin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from municipalities.models import Municipality

from .. import scorecard
from ..models import Application, Criterion, Seat, Sheet
from ..models.contest import HIGHEST_LEVEL
from ..refusals import Closed, Invalid, Stale, Text
from ..scorecard import MOST_COMMENT

SAVE, NEXT, SUBMIT = "save", "next", "submit"


@dataclass(frozen=True)
class Line:
    """A criterion of the sheet with its two fields."""

    criterion: Criterion
    level: forms.BoundField
    comment: forms.BoundField


class SheetForm(forms.Form):
    """A level and a comment for each criterion, and a general comment.

    Shape only: a level 0–5 or none, comments of a bounded length. What a submission needs
    is asked of ``scorecard``; ``add_faults`` puts its answer beside the fields.
    """

    hide_optional = True
    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("General comment"),
        help_text=_("Not shown to the applicant under your name."),
        required=False,
        max_length=MOST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, criteria: list[Criterion], sheet: Sheet | None, data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=_initial(sheet, criteria))
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"level_{criterion.code}"] = _level_field(criterion)
            self.fields[f"comment_{criterion.code}"] = _comment_field(criterion)
        self.order_fields(
            [f"{part}_{one.code}" for one in criteria for part in ("level", "comment")]
        )

    def lines(self) -> Iterator[Line]:
        """Yield the criteria with their fields, in their order."""
        for criterion in self.criteria:
            yield Line(
                criterion, self[f"level_{criterion.code}"], self[f"comment_{criterion.code}"]
            )

    def content(self) -> dict[str, Any]:
        """Return what ``scorecard`` takes of a valid form."""
        data = self.cleaned_data
        codes = [criterion.code for criterion in self.criteria]
        return {
            "levels": {code: data[f"level_{code}"] for code in codes},
            "comments": {code: data[f"comment_{code}"] for code in codes},
            "comment": data["comment"],
            "based_on": data["based_on"],
        }

    def add_faults(self, refusal: Invalid) -> None:
        """Show a refusal of the door beside the fields that it concerns."""
        if not isinstance(refusal, scorecard.Incomplete):
            self.add_error(None, str(refusal.message))
            return
        for fault in refusal.faults:
            self.add_error(f"{fault.part}_{fault.criterion}", str(fault.message))


def _initial(sheet: Sheet | None, criteria: list[Criterion]) -> dict[str, Any]:
    if sheet is None:
        return {"based_on": 0}
    codes = {criterion.pk: criterion.code for criterion in criteria}
    initial: dict[str, Any] = {"based_on": sheet.version, "comment": sheet.comment}
    for score in sheet.scores.all():
        initial[f"level_{codes[score.criterion_id]}"] = score.level
        initial[f"comment_{codes[score.criterion_id]}"] = score.comment
    return initial


def _level_field(criterion: Criterion) -> forms.TypedChoiceField:
    texts = {descriptor.level: descriptor.text for descriptor in criterion.descriptors.all()}
    return forms.TypedChoiceField(
        label=str(criterion),
        help_text=criterion.evidence and _("Look in: %(where)s") % {"where": criterion.evidence},
        choices=[(level, texts.get(level, "")) for level in range(HIGHEST_LEVEL + 1)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose a level from 0 to 5.")},
    )


def _comment_field(criterion: Criterion) -> forms.CharField:
    return forms.CharField(
        label=_("Comment on %(code)s") % {"code": criterion.code},
        help_text=_("Required at 0, 1 and 5: what speaks for it, and on which page."),
        required=False,
        max_length=MOST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


# --- from a form to the door


@dataclass(frozen=True)
class Answer:
    """What became of a sheet that was sent: 302 done, 409 or 422 with the text still typed."""

    status: int
    sheet: Sheet | None = None
    message: Text = ""


def send(
    form: SheetForm,
    application: Application,
    seat: Seat,
    *,
    action: str,
    by: User,
    now: datetime,
) -> Answer:
    """Hand the form to ``scorecard``: saved, or submitted where ``action`` is "submit".

    Page and admin both call this. Raises ``NotAllowed``; other refusals keep the typed text.
    """
    if not form.is_valid():
        return Answer(422)
    write = scorecard.submit if action == SUBMIT else scorecard.record
    try:
        sheet = write(application, seat, **form.content(), by=by, now=now)
    except Invalid as refusal:
        form.add_faults(refusal)
        return Answer(422)
    except (Closed, Stale) as refusal:
        return Answer(409, message=refusal.message)
    return Answer(302, sheet)


# --- the smaller forms of the commission


class ReasonForm(forms.Form):
    """Why: of an abstention, of a reopening."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, help_text: Text = "") -> None:
        super().__init__(data)
        self.fields["reason"].help_text = help_text


class ConflictsForm(forms.Form):
    """Conflicts of interest: some municipalities, or the word that there is none."""

    hide_optional = True
    municipalities = forms.ModelMultipleChoiceField(
        label=_("Municipalities with which you have a conflict of interest"),
        queryset=Municipality.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Choose municipalities from the list of the contest."),
            "invalid_pk_value": _("Choose municipalities from the list of the contest."),
        },
    )
    reason = forms.CharField(
        label=_("What connects you with them"),
        help_text=_("For example: I work there, a relative works there, I helped to write."),
        required=False,
        max_length=300,
    )
    reason.hide_optional = False  # type: ignore[attr-defined]
    none = forms.BooleanField(
        label=_("I have no conflict of interest with any of the municipalities"), required=False
    )

    def __init__(
        self, listed: list[Municipality], data: Mapping[str, Any] | None = None, *, is_first: bool
    ) -> None:
        super().__init__(data)
        field = self.fields["municipalities"]
        field.queryset = Municipality.objects.filter(pk__in=[one.pk for one in listed])
        field.choices = _by_district(listed)
        self.is_first = is_first
        if not is_first:
            del self.fields["none"]
        self._listed = listed

    @property
    def chosen(self) -> list[Municipality]:
        """The municipalities that a valid form declares, in the order of the page."""
        ticked = set(self.cleaned_data["municipalities"])
        return [municipality for municipality in self._listed if municipality in ticked]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = bool(data.get("municipalities"))
        if chosen and data.get("none"):
            self.add_error("none", _("You chose municipalities and said that there are none."))
        elif not chosen and not data.get("none") and "municipalities" not in self.errors:
            message = _("Choose municipalities, or say that you have no conflict.")
            self.add_error(
                "municipalities", message if self.is_first else _("Choose at least one.")
            )
        return data


def _by_district(listed: list[Municipality]) -> list[tuple[str, list[tuple[int, str]]]]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for municipality in listed:
        groups.setdefault(str(municipality.district), []).append(
            (municipality.pk, str(municipality))
        )
    return list(groups.items())

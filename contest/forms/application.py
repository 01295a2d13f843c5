"""Forms of an application's sections. Their fields are called as in the revisions.

A draft may be incomplete, so nothing is required here; what a submission needs is
``completeness``. The door refuses the same shapes.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from phonenumber_field.formfields import PhoneNumberField

from contest import shapes
from contest.completeness import FIELDS, OPTIONAL, questions
from contest.models import Application, Question, Section
from language.tidying import tidy_line, tidy_text
from municipalities.models import Position

Choices = list[tuple[str, Any]]
MOST_DIGITS = 30
"""Longer runs of digits are too large without being read."""
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y")

HELP: dict[str, Any] = {
    "contact_phone": _("For example 0555 123 456. We write and call there."),
    "contact_email": _("We send the receipt there. Leave it empty if there is none."),
    "resolution_number": _("As it stands in the resolution, for example №5-13 or IV/4."),
    "year_from": _("For example 2024."),
    "year_to": _("For example 2026."),
    "low_income_families": _("The number of families, not of people."),
    "programme_page": _("Where the commission finds the measure."),
    "term": _("For example 2025–2026."),
    "indicator": _("What will change, from how many to how many."),
    "consents": _(
        "The organisers keep the names, phone and e-mail of this application to hold the "
        "contest, and give them to nobody else."
    ),
    "allows_publication": _("The contest is open to you without this consent, too."),
}


class LineField(forms.CharField):
    """One line of text, without what nobody sees."""

    def to_python(self, value: Any) -> str:
        return tidy_line(super().to_python(value) or "")


class MailField(forms.EmailField):
    """An e-mail address, without what nobody sees."""

    def to_python(self, value: Any) -> str:
        return tidy_line(super().to_python(value) or "")


class AnswerField(forms.CharField):
    """A long answer; its characters are counted as the door counts them."""

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        # No max_length: the browser would cut what is pasted without a word.
        super().__init__(**kwargs)
        self.limit = limit

    def to_python(self, value: Any) -> str:
        text = tidy_text(super().to_python(value) or "")
        if (over := len(text) - self.limit) > 0:
            message = ngettext(
                "The answer is %(over)s character too long: up to %(limit)s, now %(count)s.",
                "The answer is %(over)s characters too long: up to %(limit)s, now %(count)s.",
                over,
            )
            counts = {"over": over, "limit": self.limit, "count": len(text)}
            raise forms.ValidationError(message % counts)
        return text


class WholeNumberField(forms.Field):
    """A whole number, typed with or without spaces between the thousands."""

    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "class": "short", "autocomplete": "off"}
    )

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def to_python(self, value: Any) -> int | None:
        text = re.sub(r"\s", "", tidy_line(str(value or "")))
        if not text:
            return None
        if not re.fullmatch(r"[0-9]+", text):
            raise forms.ValidationError(_("Enter a whole number in digits, for example 1250."))
        number = int(text) if len(text) <= MOST_DIGITS else self.most + 1
        if not self.least <= number <= self.most:
            raise shapes.out_of_bounds(self.least, self.most)
        return number


class DraftForm(forms.Form):
    """A part of a draft: fields after the columns of a model, nothing required."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def add_column(
        self, column: Any, *, choices: Choices | None = None, optional: bool = False
    ) -> None:
        """Add the field of a model's column, marked as optional where a submission is."""
        field = field_of(column, choices)
        field.help_text = HELP.get(column.name, "")
        field.hide_optional = not optional  # type: ignore[attr-defined]
        self.fields[column.name] = field


class SectionForm(DraftForm):
    """The columns and the narrative questions of one section."""

    def __init__(self, application: Application, section: Section, data: Any = None) -> None:
        super().__init__(data, initial=_initial(application, section))
        self.application = application
        for name in FIELDS.get(section, ()):
            choices = positions() if name == "contact_position" else None
            column = Application._meta.get_field(name)
            self.add_column(column, choices=choices, optional=name in OPTIONAL)
        for question in questions(application, section):
            self.fields[f"answer:{question.code}"] = answer_field(question)
        self.helper.layout = Layout(*_layout(list(self.fields)))

    @property
    def changes(self) -> dict[str, Any]:
        """What the door takes: field → value, all of the section's."""
        return dict(self.cleaned_data)


def field_of(column: Any, choices: Choices | None = None) -> forms.Field:
    """Return the form field of a model's column, in the shape that ``shapes`` takes."""
    common: dict[str, Any] = {"label": capfirst(str(column.verbose_name)), "required": False}
    if choices is not None:
        return forms.ChoiceField(choices=[("", _("Choose")), *choices], **common)
    if isinstance(column, models.BooleanField):
        return forms.BooleanField(**common)
    if column.choices:
        radios = forms.RadioSelect()
        return forms.ChoiceField(choices=column.choices, widget=radios, **common)
    if isinstance(column, models.IntegerField):
        least, most = shapes.bounds(column)
        return WholeNumberField(least=least, most=most, **common)
    if isinstance(column, models.DateField):
        day = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        return forms.DateField(input_formats=DATES, widget=day, **common)
    if column.name == "contact_phone":
        phone = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        invalid = {"invalid": _("Enter a phone number, for example 0555 123 456.")}
        return PhoneNumberField(widget=phone, error_messages=invalid, **common)
    if isinstance(column, models.EmailField):
        return MailField(max_length=column.max_length, **common)
    short = {"class": "short"} if column.max_length <= 30 else {}
    return LineField(max_length=column.max_length, widget=forms.TextInput(attrs=short), **common)


def answer_field(question: Question) -> AnswerField:
    """Return the field of a narrative question, its limit said in the hint."""
    limit = _("Characters: up to %(limit)s.") % {"limit": question.limit}
    field = AnswerField(
        limit=question.limit,
        label=question.label,
        help_text=f"{question.help} {limit}".strip(),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-limit": question.limit}),
    )
    field.hide_optional = question.is_required  # type: ignore[attr-defined]
    return field


def positions() -> Choices:
    """Return the positions to choose from."""
    return [(str(position.pk), position) for position in Position.objects.all()]


def starting_value(instance: models.Model, name: str) -> Any:
    """Return the value of a column as a form shows it."""
    value = getattr(instance, instance._meta.get_field(name).attname)
    return value if isinstance(value, bool | date) or value is None else str(value)


def _initial(application: Application, section: Section) -> Mapping[str, Any]:
    columns = {name: starting_value(application, name) for name in FIELDS.get(section, ())}
    asked = {question.pk: question.code for question in questions(application, section)}
    return columns | {
        f"answer:{asked[answer.question_id]}": answer.text
        for answer in application.answers.all()
        if answer.question_id in asked
    }


def _layout(names: list[str]) -> list[Any]:
    """Return the fields one under the other, the years of a period side by side."""
    if "year_from" not in names:
        return [Field(name) for name in names]
    years = Div(
        Div("year_from", css_class="col-md-3"), Div("year_to", css_class="col-md-3"),
        css_class="row",
    )  # fmt: skip
    rest = [Field(name) for name in names if name not in ("year_from", "year_to")]
    return [rest[0], years, *rest[1:]]

"""In what shape a value may stand in an application: a draft may be incomplete, never malformed.

A book. Forms use the same bounds, so that a page and any other edge refuse the same.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from language.templatetags.words import thousands
from language.tidying import tidy_line, tidy_text
from municipalities.models import Position

from .completeness import FIELDS, Table
from .models import Application, TargetGroup
from .refusals import Invalid, Text

MOST_PEOPLE = 99_999_999
MOST_SOM = 999_999_999_999
FIRST_YEAR, LAST_YEAR = 2000, 2100
COLUMNS = frozenset(name for names in FIELDS.values() for name in names)


def fields(application: Application, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes as values of their columns, answers as tidy text.

    Raises Invalid with a sentence for each value that has not the shape.
    """
    questions = {f"answer:{q.code}": q for q in application.contest.questions.all()}
    wanted: dict[str, Any] = {}
    problems: list[Text] = []
    choices = _Choices(application)
    for name, value in changes.items():
        if name in questions:
            wanted[name] = tidy_text(value or "")
            if len(wanted[name]) > questions[name].limit:
                problems.append(_("The answer to “%s” is too long.") % questions[name].label)
        elif name in COLUMNS:
            field = Application._meta.get_field(name)
            wanted[name] = _value(field, value, problems, choices)
        else:
            problems.append(_("There is no field “%s” in the application.") % name[:60])
    _demand_none(problems)
    return wanted


def rows(
    application: Application, table: Table, given: Sequence[Mapping[str, Any]]
) -> list[tuple[str, dict[str, Any]]]:
    """Return (key as given, values) of the rows in which something stands, in their order.

    Raises Invalid with a sentence for each value that has not the shape.
    """
    problems: list[Text] = []
    choices = _Choices(application)
    wanted = []
    for row in given:
        values = {
            column: _value(table.model._meta.get_field(column), row.get(column), problems, choices)
            for column in table.columns
        }
        if any(as_text(value) for value in values.values()):
            wanted.append((str(row.get("key") or ""), values))
    _demand_none(problems)
    if len(wanted) > table.model.MOST:
        raise Invalid(_("Too many rows: the table takes up to %s.") % table.model.MOST)
    return wanted


def bounds(field: models.Field) -> tuple[int, int]:
    """Return the least and the greatest number that the column takes: years, som or people."""
    if isinstance(field, models.PositiveSmallIntegerField):
        return FIRST_YEAR, LAST_YEAR
    return 0, MOST_SOM if isinstance(field, models.PositiveBigIntegerField) else MOST_PEOPLE


def as_text(value: Any) -> str:
    """Return a value as revisions keep it: '' for nothing, 'yes' for a tick, a choice's code."""
    if value is None or value is False or value == "":
        return ""
    if value is True:
        return "yes"
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, "code", value))


def _demand_none(problems: Sequence[Text]) -> None:
    if problems:
        raise Invalid(_("Nothing was saved: mend what is marked."), problems)


def _value(field: Any, value: Any, problems: list[Text], choices: "_Choices") -> Any:
    """Return the value in the shape of its column; what is wrong goes to ``problems``."""
    if isinstance(value, str):
        value = tidy_line(value)
    if value is None or value == "":
        return False if isinstance(field, models.BooleanField) else None if field.null else ""
    try:
        if isinstance(field, models.ForeignKey):
            return choices.pick(field, value)
        cleaned = field.clean(value, None)
        if isinstance(cleaned, int) and not isinstance(cleaned, bool):
            _demand_in_bounds(field, cleaned)
    except ValidationError as error:
        problems.extend(f"{field.verbose_name}: {message}" for message in error.messages)
        return None
    return cleaned


def _demand_in_bounds(field: models.Field, number: int) -> None:
    least, most = bounds(field)
    if not least <= number <= most:
        raise out_of_bounds(least, most)


def out_of_bounds(least: int, most: int) -> ValidationError:
    """Return the error of a number beyond the bounds; years are written without spaces."""
    shown = {"least": least, "most": thousands(most) if most > LAST_YEAR else most}
    return ValidationError(_("Enter a number from %(least)s to %(most)s."), params=shown)


class _Choices:
    """The positions, and the groups of this contest; each list is read once."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._read: dict[type[models.Model], dict[str, models.Model]] = {}

    def pick(self, field: models.ForeignKey, value: Any) -> models.Model:
        """Return the chosen one, given itself or its id. Raises ValidationError."""
        model = field.related_model
        if model not in self._read:
            group = model is TargetGroup
            rows = self.application.contest.target_groups.all() if group else Position.objects.all()
            self._read[model] = {str(row.pk): row for row in rows}
        chosen = self._read[model].get(str(value.pk if isinstance(value, models.Model) else value))
        if chosen is None:
            raise ValidationError(_("Choose from the list."))
        return chosen

"""An application as people read it: by section, values in words. A book for pages and exports."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from language.templatetags.words import som, thousands

from . import completeness
from .completeness import FIELDS, TABLES, Table
from .models import Application, ApplicationFile, Section
from .refusals import Text

TABLE_NAMES: dict[str, str] = {table.section: name for name, table in TABLES.items()}


@dataclass(frozen=True)
class Line:
    """A question with its answer. ``field`` is the field's name in revisions."""

    term: Text
    value: str
    field: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table, in words."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading of a table's column."""

    label: Text
    numeric: bool


@dataclass(frozen=True)
class Part:
    """A section with everything in it; ``rows`` is None where the section has no table."""

    section: Section
    lines: Sequence[Line]
    headings: Sequence[Heading] = ()
    rows: Sequence[Sequence[Cell]] | None = None
    facts: Sequence[Line] = ()
    files: Sequence[ApplicationFile] = field(default_factory=list)


def parts(application: Application) -> list[Part]:
    """Return the sections of the application in their order, in the active language.

    Asks nothing of a database where ``completeness.PARTS`` are prefetched.
    """
    return [_part(application, section) for section in completeness.sections(application)]


def totals(application: Application) -> list[Line]:
    """Return what the measures cost together, and what of it is local."""
    cost, local = completeness.totals(list(application.measures.all()))
    return [
        Line(_("All measures together"), som(cost), "total_som"),
        Line(_("Of this from the local budget"), som(local), "local_som"),
    ]


def shown(instance: models.Model, name: str) -> str:
    """Return the value of a column in words, '' where there is none."""
    column, value = instance._meta.get_field(name), getattr(instance, name)
    if isinstance(column, models.BooleanField):
        return _("Yes") if value else ""
    if value is None or value == "":
        return ""
    if getattr(column, "choices", None):
        return str(getattr(instance, f"get_{name}_display")())
    if isinstance(column, models.DateField):
        return date_format(value, "DATE_FORMAT")
    if isinstance(column, models.PositiveSmallIntegerField):  # a year has no thousands
        return str(value)
    return thousands(value) if isinstance(value, int) else str(value)


def _part(application: Application, section: Section) -> Part:
    lines = [
        Line(_label(application, name), shown(application, name), name)
        for name in FIELDS.get(section, ())
    ]
    given = completeness.answers(application)
    lines += [
        Line(question.label, given.get(question.code, ""), f"answer:{question.code}")
        for question in completeness.questions(application, section)
    ]
    if section == Section.FILES:
        return Part(section, lines, files=list(application.files.all()))
    if section in TABLE_NAMES:
        name = TABLE_NAMES[section]
        rows = [_cells(row, TABLES[name]) for row in getattr(application, name).all()]
        facts = totals(application) if name == "measures" and rows else []
        return Part(section, lines, _headings(TABLES[name]), rows, facts)
    return Part(section, lines)


def _headings(table: Table) -> list[Heading]:
    columns = [table.model._meta.get_field(name) for name in table.columns]
    return [Heading(_label(table.model, c.name), _is_numeric(c)) for c in columns]


def _is_numeric(column: Any) -> bool:
    return isinstance(column, models.PositiveIntegerField | models.PositiveBigIntegerField)


def _cells(row: models.Model, table: Table) -> list[Cell]:
    return [Cell(shown(row, name) or "–") for name in table.columns]


def _label(model: Any, name: str) -> str:
    return capfirst(str(model._meta.get_field(name).verbose_name))

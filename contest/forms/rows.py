"""A table of an application as a form: rows with stable keys, added and removed by buttons."""

import uuid
from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Div, Layout
from django.utils.translation import gettext_lazy as _

from contest.completeness import TABLES, Row
from contest.models import Application

from .application import Choices, DraftForm, starting_value

MOST_SHOWN = 60
"""Rows of a form that are shown again at all; more come from no form of ours."""

WIDTHS = {
    "event": {"title": 8, "held_on": 4, "women": 3, "men": 3, "people_with_disabilities": 3,
              "youth": 3},
    "measure": {"title": 8, "target_group": 4, "term": 4, "responsible": 8, "cost_som": 4,
                "local_som": 4, "programme_page": 4, "indicator": 8},
}  # fmt: skip


TITLES: dict[str, Any] = {"event": _("Event %(number)s"), "measure": _("Measure %(number)s")}


class RowForm(DraftForm):
    """One row; its fields are called ``<prefix>:<key>:<column>``.

    ``caption`` is what the row is called on the page and in the list of its errors.
    """

    caption: Any = ""

    def __init__(
        self, table_name: str, key: str, row: Row | None, groups: Choices, data: Any = None
    ) -> None:
        table = TABLES[table_name]
        start = {name: starting_value(row, name) for name in table.columns} if row else {}
        super().__init__(data, prefix=f"{table.prefix}:{key}", initial=start)
        self.key = key
        for name in table.columns:
            column = table.model._meta.get_field(name)
            choices = groups if name == "target_group" else None
            self.add_column(column, choices=choices, optional=name in table.optional)
        self.helper.layout = _layout(WIDTHS[table.prefix])

    def add_prefix(self, field_name: str) -> str:
        return f"{self.prefix}:{field_name}"


class RowSet:
    """All rows of one table, as they stand or as they were typed."""

    def __init__(
        self, application: Application, table_name: str, data: Any = None, blank: bool = False
    ) -> None:
        self.name, self.table = table_name, TABLES[table_name]
        self.most = self.table.model.MOST
        self.error: Any = ""
        self._groups = self._choices(application)
        known = {str(row.key): row for row in getattr(application, table_name).all()}
        if data is None:
            self.forms = [self._form(key, row) for key, row in known.items()]
        else:
            keys = dict.fromkeys(filter(_is_key, data.getlist(self.table.prefix)))
            self.forms = [self._form(k, known.get(k), data) for k in list(keys)[:MOST_SHOWN]]
        if blank or not self.forms and data is None:
            self.add()
        self._number()

    def add(self) -> None:
        """Add an empty row at the end, unless the table is full."""
        if len(self.forms) < self.most:
            self.forms.append(self._form(str(uuid.uuid4()), None))
            first = self.forms[-1].fields["title"]
            first.widget.attrs["autofocus"] = len(self.forms) > 1
        self._number()

    def remove(self, key: str) -> None:
        """Take a row away."""
        self.forms = [form for form in self.forms if form.key != key]
        self._number()

    def is_valid(self) -> bool:
        """Return whether every row has its shape and there are not too many."""
        valid = [form.is_valid() for form in self.forms if form.is_bound]
        if len(self.forms) > self.most:
            self.error = _("Too many rows: %(count)s. The table takes up to %(most)s.") % {
                "most": self.most,
                "count": len(self.forms),
            }
        return all(valid) and not self.error

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What the door takes: each row's key and values."""
        return [{"key": form.key} | form.cleaned_data for form in self.forms if form.is_bound]

    def totals(self) -> tuple[int, int] | None:
        """Return cost and local share of what is typed, where it can be read."""
        if self.name != "measures":
            return None
        typed = [_typed(form) for form in self.forms]
        return sum(row.get("cost_som") or 0 for row in typed), sum(
            row.get("local_som") or 0 for row in typed
        )

    def _number(self) -> None:
        for number, form in enumerate(self.forms, start=1):
            form.caption = TITLES[self.table.prefix] % {"number": number}

    def _form(self, key: str, row: Row | None, data: Any = None) -> RowForm:
        return RowForm(self.name, key, row, self._groups, data)

    def _choices(self, application: Application) -> Choices:
        if self.name != "measures":
            return []
        return [(str(group.pk), group) for group in application.contest.target_groups.all()]


def _typed(form: RowForm) -> Mapping[str, Any]:
    if form.is_bound:
        form.is_valid()
        return form.cleaned_data
    amounts = ("cost_som", "local_som")
    return {name: int(form.initial.get(name) or 0) for name in amounts}


def _is_key(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _layout(widths: Mapping[str, int]) -> Layout:
    columns = [Div(name, css_class=f"col-md-{width}") for name, width in widths.items()]
    return Layout(Div(*columns, css_class="row"))

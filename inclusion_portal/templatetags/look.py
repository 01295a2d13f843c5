"""What the shared templates need and cannot say themselves: where each error leads."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.forms.utils import ErrorList
from django.http import QueryDict
from django.utils.translation import gettext as _

register = template.Library()


class ErrorLink(NamedTuple):
    """One line of the error summary: what is wrong, and the id to jump to ("" when none)."""

    text: str
    target: str


@register.filter
def error_links(source: Any) -> list[ErrorLink]:
    """Return every error of a form, a formset or a list of both, in the order of the page.

    A list may also hold plain sentences and ready-made links (mappings with
    ``text`` and ``target``), for refusals that concern no field. A form that is a row
    of a table names itself by its ``caption``.
    """
    if not source:
        return []
    if isinstance(source, BaseForm):
        return _form_links(source)
    if isinstance(source, BaseFormSet):
        return _formset_links(source)
    if isinstance(source, dict):
        return [ErrorLink(str(source["text"]), str(source.get("target", "")))]
    if isinstance(source, Iterable) and not isinstance(source, str):
        return [link for part in source for link in error_links(part)]
    return [ErrorLink(str(source), "")]


def _form_links(form: BaseForm, row: str = "") -> list[ErrorLink]:
    if not form.is_bound:
        return []
    if not row and (caption := getattr(form, "caption", "")):
        row = f"{caption}. "
    links = [ErrorLink(f"{row}{error}", errors_id(form)) for error in form.non_field_errors()]
    for field in form:
        target = field_target(field)
        # A hidden field cannot be jumped to; Django says its errors among the general ones.
        links += [
            ErrorLink(f"{row}{field.label}: {error}" if field.label else f"{row}{error}", target)
            for error in field.errors
            if not field.is_hidden
        ]
    return links


def _formset_links(formset: BaseFormSet) -> list[ErrorLink]:
    if not formset.is_bound:
        return []
    links = [ErrorLink(str(error), errors_id(formset)) for error in formset.non_form_errors()]
    for number, form in enumerate(formset.forms, start=1):
        row = _("Row %(number)d. ") % {"number": number}
        links += _form_links(form, row)
    return links


@register.filter
def field_target(field: BoundField) -> str:
    """Return the id of the control to jump to; of a group, the first one."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def errors_id(form: BaseForm | BaseFormSet) -> str:
    """Return the id of the place where the general errors of this form stand."""
    return f"{form.prefix}-errors" if form.prefix else "form-errors"


@register.filter
def has_errors(source: Any) -> bool:
    """Say whether a form, a formset or a list of both was refused."""
    return bool(error_links(source))


@register.filter
def without_page(query: Any) -> QueryDict:
    """Return the query of this page without its page number, for links to other pages."""
    rest = query.copy() if isinstance(query, QueryDict) else QueryDict(mutable=True)
    rest.pop("page", None)
    return rest


@register.filter
def elided(page: Page) -> Iterable[int | str]:
    """Return the numbers around this page, with an ellipsis for those left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def beside(headings: Iterable[Any], row: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return each heading of a table with the cell under it."""
    return list(zip(headings, row, strict=True))


@register.simple_tag(takes_context=True)
def error_prefix(context: template.Context) -> str:
    """Return "Error: " for the title of a page that shows errors, else nothing.

    Looks at the names by which our views pass forms; a page with other names
    passes ``page_has_errors=True``.
    """
    names = ("page_has_errors", "form", "forms", "formset", "formsets", "errors")
    if any(_shows_errors(context.get(name)) for name in names):
        return _("Error:") + " "
    return ""


def _shows_errors(source: Any) -> bool:
    if source is None or isinstance(source, bool):
        return bool(source)
    if isinstance(source, dict) and "text" not in source:
        return any(_shows_errors(part) for part in source.values())
    if isinstance(source, ErrorList):
        return bool(source)
    return has_errors(source)

"""The page of the admin between choosing units and merging them."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .forms import MergeForm
from .models import Municipality
from .permissions import keeps_register
from .register import MergeRefused, merge

MOST_UNITS = 50
LIST = "admin:municipalities_municipality_changelist"


def merge_page(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """Show what a merger would close and what stays, and carry it out once confirmed."""
    if not keeps_register(request.user):
        raise PermissionDenied
    units = _chosen(request.GET.get("units", ""))
    if not units:
        messages.error(request, _("Choose the municipalities to merge in the list first."))
        return redirect(LIST)
    start = _suggested(units, timezone.localdate(now))
    sent = request.POST if request.method == "POST" else None
    form = MergeForm(sent, units=units, initial=start)
    if request.method == "POST" and form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name != "confirmed"}
        try:
            new = merge(units, district=units[0].district, by=request.user, now=now, **fields)  # type: ignore[arg-type]
        except MergeRefused as refusal:
            for name, sentences in refusal.problems.items():
                form.add_error(name if name in form.fields else None, sentences)  # type: ignore[arg-type]
        else:
            messages.success(request, _("Merged into “%(unit)s”.") % {"unit": new})
            return redirect("admin:municipalities_municipality_change", new.pk)
    context = {
        "form": form,
        "units": units,
        "stays": _what_stays(units),
        "back_url": reverse(LIST),
        "back_label": Municipality._meta.verbose_name_plural.capitalize(),  # type: ignore[union-attr]
    }
    status = 422 if form.errors else 200
    return render(request, "municipalities/admin_merge.html", context, status=status)


def _chosen(text: str) -> list[Municipality]:
    """Return the units of the address, in their order in the list."""
    pks = [int(part) for part in text.split(",") if part.isdecimal() and len(part) < 19]
    units = Municipality.objects.filter(pk__in=pks[:MOST_UNITS]).select_related("district")
    return list(units.in_order())


def _suggested(units: list[Municipality], today: date) -> dict[str, Any]:
    """Return what to begin with: the first unit's names, this year's register and today."""
    first = units[0]
    names = {name: getattr(first, name) for name in ("name_ru", "name_ky", "kind")}
    return names | {"register": str(today.year), "on": today}


def _what_stays(units: list[Municipality]) -> list[tuple[str, int]]:
    """Return what belongs to the units and stays with them: (name of the kind, how many).

    Asks every table that points to a unit, so that it need not know the apps above.
    """
    found: Counter[str] = Counter()
    for relation in Municipality._meta.related_objects:
        if relation.related_model is Municipality:
            continue
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": units})
        if number := rows.count():
            found[str(relation.related_model._meta.verbose_name_plural)] += number
    return sorted(found.items())

"""Pages of the register: figures for all, the list for staff, their own for municipalities."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest

from .adapter import KIND
from .forms import FilterForm
from .models import Membership, Municipality, municipalities_of
from .permissions import invites_to, keeps_register, speaks_for_any, visible_to
from .register import figures, registers

PAGE_SIZE = 50
TONES = {
    Municipality.Status.CURRENT: "success",
    Municipality.Status.UNCONFIRMED: "warning",
    Municipality.Status.MERGED: "neutral",
}


@require_safe
@login_not_required
def register_list(request: HttpRequest) -> HttpResponse:
    """The register, one page of 50 units at a time; figures by district for everybody else."""
    if not keeps_register(request.user):
        return _figures(request)
    form = FilterForm(request.GET, registers=registers())
    chosen = form.chosen()
    units = Municipality.objects.select_related("district").in_order()
    units = units.matching(chosen.pop("q", "")).filter(**chosen)
    page = Paginator(units, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "active": bool(form.chosen()),
        "page": page,
        "rows": [(unit, TONES[Municipality.Status(unit.status)]) for unit in page],
    }
    return render(request, "municipalities/list.html", context)


def _figures(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = figures(today)
    names = ("total", "current", "unconfirmed", "closed")
    context = {
        "rows": rows,
        "sums": {name: sum(getattr(row, name) for row in rows) for name in names},
        "speaks": speaks_for_any(request.user, today),
    }
    return render(request, "municipalities/figures.html", context)


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One unit with its history and its people: for staff, and for its own people."""
    today = timezone.localdate()
    unit = (
        visible_to(request.user, today)
        .select_related("district__oblast", "successor")
        .prefetch_related("predecessors")
        .filter(pk=pk)
        .first()
    )
    if unit is None:
        if speaks_for_any(request.user, today):
            raise Http404
        raise PermissionDenied
    return render(request, "municipalities/detail.html", _unit(request, unit))


@require_safe
def own(request: SignedInRequest) -> HttpResponse:
    """The municipalities for which the person speaks, each with its people."""
    today = timezone.localdate()
    people = Prefetch("memberships", _people(), to_attr="people")
    units = municipalities_of(request.user, today).select_related("district__oblast")
    units = units.in_order().distinct().prefetch_related(people)
    if not units:
        raise Http404
    invites = set(invites_to(request.user, today).values_list("pk", flat=True))
    rows = [(unit, _invite_url(unit) if unit.pk in invites else "") for unit in units]
    return render(request, "municipalities/own.html", {"rows": rows})


def _unit(request: SignedInRequest, unit: Municipality) -> dict[str, Any]:
    """Return what the page of a unit shows."""
    today = timezone.localdate()
    invites = invites_to(request.user, today).filter(pk=unit.pk).exists()
    keeps = keeps_register(request.user)
    return {
        "unit": unit,
        "tone": TONES[Municipality.Status(unit.status)],
        "unconfirmed": unit.status == Municipality.Status.UNCONFIRMED,
        "people": _people().filter(municipality=unit),
        "keeps": keeps,
        "back_url": reverse("municipalities:list" if keeps else "municipalities:own"),
        "invite_url": _invite_url(unit) if invites else "",
        "admin_url": reverse("admin:municipalities_municipality_change", args=[unit.pk]),
    }


def _people() -> Any:
    """Return the memberships as pages list them: by name, earlier ones too."""
    return Membership.objects.select_related("user").order_by("user__full_name_order", "since")


def _invite_url(unit: Municipality) -> str:
    return f"{reverse('accounts:invite', args=[KIND])}?municipality={unit.pk}"

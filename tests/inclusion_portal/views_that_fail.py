"""Addresses that raise what doors, databases and disks raise."""

import errno

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from contest import refusals
from inclusion_portal.urls import *  # noqa: F403
from inclusion_portal.urls import urlpatterns as real_addresses

SENTENCE = _("Something has to be corrected")


class TooMany(Exception):
    status_code = 429
    message = SENTENCE
    retry_after = 90


RAISED = {
    "closed": refusals.Closed(SENTENCE),
    "not-allowed": refusals.NotAllowed(SENTENCE),
    "invalid": refusals.Invalid(SENTENCE),
    "too-many": TooMany(),
    "database": OperationalError("connection to 10.0.0.1 refused"),
    "disk": OSError(errno.ENOSPC, "No space left on device: /srv/secret"),
    "denied": PermissionDenied(SENTENCE),
    "denied-in-code": PermissionDenied("user 7 lacks contest.change_sheet"),
    "fault": ValueError("a detail that is not for people"),
}


@login_not_required
def fail(request: HttpRequest, how: str) -> HttpResponse:
    raise RAISED[how]


@login_not_required
def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(dict(request.POST.lists())))


urlpatterns = [
    path("fail/<str:how>/", fail),
    path("echo/", echo),
    *real_addresses,
]

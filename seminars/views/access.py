"""Who opens the pages of those who keep seminars."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from ..permissions import keeps_seminars, speaks_for_a_municipality

View = Callable[..., HttpResponseBase]


def for_keepers(view: View) -> View:
    """Let project staff and administrators in.

    A municipality is told 404 (the lists of others do not exist for it), the commission
    and the observer 403; neither learns which numbers exist.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if keeps_seminars(user):
            return view(request, *args, **kwargs)
        if speaks_for_a_municipality(user, timezone.now()):
            raise Http404
        raise PermissionDenied

    return guarded

"""Pages for what went wrong, in the person's language, in the layout of the portal.

Every page is ``templates/STATUS.html`` and gets at most one sentence that a
door or a view wrote for people. Words of an exception that nobody translated
are for the log.
"""

import errno
import logging
import sys
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contest.drafting import MOST_BYTES_A_FILE

REFUSALS = (403, 409, 422, 429, 503)
"""Statuses that an exception of ours may carry."""

RETRY_AFTER_SECONDS = 30
STORAGE_DOWN = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE}
log = logging.getLogger(__name__)


class Refusal(Protocol):
    """What a door raises when it does not do what it was asked (see contest/refusals.py).

    Apps may not import the root, so any exception of this shape is understood:
    ``status_code`` is one of REFUSALS, ``message`` a translated sentence.
    """

    status_code: int
    message: str | Promise


def is_refusal(exception: BaseException) -> bool:
    """Return whether the exception has the shape of a Refusal."""
    status = getattr(exception, "status_code", None)
    return status in REFUSALS and hasattr(exception, "message")


def is_outage(exception: BaseException | None) -> bool:
    """Return whether the database or the disk, not the request, is the reason."""
    if isinstance(exception, OSError):
        return exception.errno in STORAGE_DOWN
    return isinstance(exception, OperationalError | InterfaceError)


def is_for_script(request: HttpRequest) -> bool:
    """Return whether a script asks, which wants JSON."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def page(
    request: HttpRequest, status: int, message: str | Promise = "", *, bare: bool = False
) -> HttpResponse:
    """Return the page of a status, or its sentence as JSON to a script that asks for it.

    ``bare`` asks neither for the person nor for anything else in the database.
    """
    if is_for_script(request):
        return JsonResponse({"message": str(message)}, status=status)
    context = {"message": message, "status": status}
    body = render_to_string(f"{status}.html", context, None if bare else request)
    return HttpResponse(body, status=status)


def too_big(request: HttpRequest, limit: int) -> HttpResponse:
    """Return 413 with the limit in bytes and the way back to the page of the form."""
    if is_for_script(request):
        return page(request, 413)
    context = {
        "limit": limit,
        "file_limit": MOST_BYTES_A_FILE if limit > MOST_BYTES_A_FILE else 0,
        "back": request.get_full_path(),
    }
    return HttpResponse(render_to_string("413.html", context, request), status=413)


def not_a_page(request: HttpRequest, page_of_it: str) -> HttpResponse:
    """Return 405 for the address of a button, with the way to the page where it is."""
    if is_for_script(request):
        return page(request, 405)
    return HttpResponse(render_to_string("405.html", {"page": page_of_it}, request), status=405)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Return 503: the database or the disk does not answer; what was typed is with the person."""
    response = page(request, 503, bare=True)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return 400: what came cannot be read."""
    return page(request, 400, bare=True)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return 403, with the sentence of ``PermissionDenied(_("…"))`` where there is one."""
    return page(request, 403, _sentence(exception))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return 404, the same for what does not exist and what is not this person's to see."""
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500 for a fault of ours, 503 where the database went away under a middleware."""
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    return page(request, 500, bare=True)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403 for a form that was open too long or came from elsewhere."""
    log.warning("403 %s: %s", request.path, reason)
    sentence = _(
        "The page was open for too long, or cookies are switched off. "
        "Go back, copy what you typed, reload the page and send it again."
    )
    return page(request, 403, sentence)


def refused(request: HttpRequest, exception: Any) -> HttpResponse:
    """Return the page of a Refusal; says in the log who was refused what."""
    user = getattr(getattr(request, "user", None), "pk", None)
    name = type(exception).__name__
    log.warning("%s %s %s user=%s", exception.status_code, name, request.path, user)
    response = page(request, exception.status_code, exception.message)
    if exception.status_code in (429, 503):
        seconds = getattr(exception, "retry_after", RETRY_AFTER_SECONDS)
        response["Retry-After"] = str(seconds)
    return response


def _sentence(exception: Exception | None) -> str | Promise:
    """Return the words that were translated for people, nothing otherwise."""
    if isinstance(exception, PermissionDenied) and exception.args:
        words = exception.args[0]
        return words if isinstance(words, Promise) else ""
    return ""

"""Answers for requests that no view should see, and for refusals that no view has caught.

Written as functions that wrap the next step; where Django must call back
(``process_view``, ``process_exception``) the function carries the callback.
"""

import codecs
import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.cache import has_vary_header, patch_cache_control

from . import errors

Answer = Callable[[HttpRequest], HttpResponse]
FORM, FORM_WITH_FILES = "application/x-www-form-urlencoded", "multipart/form-data"
NUL = "\x00"
LARGEST_KEY, LONGEST_KEY = 2**63 - 1, 36
"""A number in an address beyond it names no row; SQLite would fail to look for it."""
log = logging.getLogger(__name__)


def keep_private(get_response: Answer) -> Answer:
    """Let no cache answer for the portal with a page that depends on who asks.

    Not "no-store": going back after a lost connection must find what was typed.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if has_vary_header(response, "Cookie") and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return answer


def clean_cookies(get_response: Answer) -> Answer:
    """Forget cookies with a NUL in them: PostgreSQL would refuse to look for such a session."""

    def answer(request: HttpRequest) -> HttpResponse:
        if any(NUL in value for value in request.COOKIES.values()):
            request.COOKIES = {k: v for k, v in request.COOKIES.items() if NUL not in v}
        return get_response(request)

    return answer


def body_limits(get_response: Answer) -> Answer:
    """Refuse by the headers alone: 413 too big, 415 in another charset, 400 without sense."""

    def answer(request: HttpRequest) -> HttpResponse:
        status = _status_of_headers(request)
        if status == 413:
            return errors.too_big(request, _limit(request))
        return errors.page(request, status, bare=True) if status else get_response(request)

    return answer


def _status_of_headers(request: HttpRequest) -> int:
    """Return 400, 413 or 415 for headers that cannot be taken, else 0."""
    if NUL in request.path_info or _is_broken(request.META.get("QUERY_STRING", "")):
        return 400
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not (length.isascii() and length.isdigit()):
        return 400
    if int(length) > _limit(request):
        return 413
    return 0 if _is_unicode(request.content_params) else 415


def _limit(request: HttpRequest) -> int:
    """Return how many bytes the body may have."""
    with_files = request.content_type == FORM_WITH_FILES
    return settings.MAX_UPLOAD_BYTES if with_files else settings.MAX_BODY_BYTES


def _is_unicode(params: Mapping[str, str] | None) -> bool:
    """Return whether the charset of the body, if named, is UTF-8 (ASCII is a part of it)."""
    charset = (params or {}).get("charset", "utf-8").strip("\"' ")
    try:
        return codecs.lookup(charset).name in ("utf-8", "ascii")
    except (LookupError, ValueError):
        return False


def _is_broken(encoded: str | bytes) -> bool:
    """Return whether percent-encoded text is not UTF-8 or holds a NUL."""
    try:
        decoded = unquote_to_bytes(encoded).decode()
    except UnicodeError:
        return True
    return NUL in decoded


def addresses_of_buttons(get_response: Answer) -> Answer:
    """Show whoever opens the address of a button the way to its page, instead of an empty 405.

    A browser comes there by itself: signed out meanwhile, the person pressed the button.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            allowed = response.headers.get("Allow", "")
            response = errors.not_a_page(request, _page_above(request.path_info))
            response.headers["Allow"] = allowed
        return response

    return answer


def _page_above(path: str) -> str:
    """Return the nearest address above that leads anywhere."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        break
    return path


class SignInRequired(LoginRequiredMiddleware):
    """Django's, which asks the database for the person even where a view is public.

    This one does not, so ``/healthz`` lives without a database; elsewhere it turns an
    outage into its page (no ``process_exception`` sees what a ``process_view`` raises).
    """

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> Any:
        if not getattr(view_func, "login_required", True):
            return None
        try:
            return super().process_view(request, view_func, view_args, view_kwargs)
        except (OperationalError, InterfaceError):
            log.exception("The database does not answer")
            return errors.unavailable(request)


def refusals(get_response: Answer) -> Answer:
    """Refuse what no form or row could hold; show the page of an exception that a door raised."""

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> Any:
        if any(isinstance(value, int) and value > LARGEST_KEY for value in kwargs.values()):
            return errors.not_found(request)
        if request.method != "POST" or request.content_type not in (FORM, FORM_WITH_FILES):
            return None
        if _has_broken_text(request) or _has_bad_selection(request, view):
            return errors.bad_request(request)
        return None

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if errors.is_refusal(exception):
            return errors.refused(request, exception)
        if isinstance(exception, IncorrectLookupParameters):  # of an export's address
            return errors.bad_request(request)
        if errors.is_outage(exception):
            log.error("The database or the disk does not answer", exc_info=exception)
            return errors.unavailable(request)
        return None

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    answer.process_view = process_view  # type: ignore[attr-defined]
    answer.process_exception = process_exception  # type: ignore[attr-defined]
    return answer


def _has_broken_text(request: HttpRequest) -> bool:
    """Return whether the form holds a NUL, or bytes that are not UTF-8."""
    if request.content_type == FORM and _is_broken(request.body):
        return True
    texts = [text for key, values in request.POST.lists() for text in (key, *values)]
    return any(NUL in text for text in texts)


def _has_bad_selection(request: HttpRequest, view: Any) -> bool:
    """Return whether a form of the admin names rows by what cannot be a key.

    Stock Django answers 500: an action to a bad selection, a form to a bad value of a
    field with autocompletion, which it looks up to show it again.
    """
    keys = _keys_in_admin(getattr(view, "model_admin", None))
    try:
        for name in request.POST:
            key = keys.get(name.rpartition("-")[2])
            if key is None:
                continue
            for value in filter(None, request.POST.getlist(name)):
                key.clean(value[:LONGEST_KEY], None)
    except ValidationError:
        return True
    return False


def _keys_in_admin(model_admin: Any) -> dict[str, Any]:
    """Return the primary key behind each name of a form of the admin that carries one."""
    if model_admin is None:
        return {}
    keys = {"_selected_action": model_admin.model._meta.pk}
    for one in (model_admin, *model_admin.inlines):
        for name in one.autocomplete_fields:
            keys[name] = one.model._meta.get_field(name).related_model._meta.pk
    return keys

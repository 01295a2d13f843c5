"""Two answers for whoever watches the installation; they say nothing about people."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .models import is_demo

_applied = False  # migrations do not come undone under a running process


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives. Asks nothing of the database."""
    return _answer("ok")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and its tables are those of this code; 503 with the reason if not."""
    try:
        if not _tables_are_current():
            return _answer("migrations are not applied", 503)
        if settings.PRODUCTION and is_demo():
            return _answer("the database is a demo", 503)
    except DatabaseError:
        return _answer("the database does not answer", 503)
    return _answer("ok")


def _tables_are_current() -> bool:
    """Return whether every migration is applied; raises DatabaseError where nobody answers."""
    global _applied
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # an open connection may be a dead one
    if not _applied:
        executor = MigrationExecutor(connection)
        _applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _applied


def _answer(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", status=status)

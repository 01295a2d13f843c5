"""The first page: the public one, or the next thing to do for the person who signed in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .tasks import tasks_of


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show a signed-in person what waits for them; send everybody else to the contest's page."""
    if not request.user.is_authenticated:
        return redirect("contest:public")
    tasks = tasks_of(request.user, timezone.now())
    return render(request, "home.html", {"tasks": tasks})

"""Pages about people: invitations, links for a new password, and what a link opens."""

from allauth.account import views as allauth
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from language.search import search

from . import invitations
from .forms import FindPersonForm, JoinForm, NewPasswordForm
from .models import Invitation, User
from .requests import SignedInRequest
from .roles import in_words, may_send_new_password, runs_portal

PAGE_SIZE = 50
BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@require_safe
def how_to_join(request: HttpRequest) -> HttpResponse:
    """Say how people get an account: by invitation. Stands where allauth looks for sign-up."""
    return render(request, "accounts/how_to_join.html")


@login_not_required
@require_safe
def forgotten(request: HttpRequest) -> HttpResponse:
    """Say how to get a new password: project staff send a link."""
    return render(request, "accounts/forgotten.html")


@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out as allauth does; "Back" on a shared computer then shows nothing of the person."""
    response = allauth.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache"'
    return response


@login_not_required
@never_cache
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link. Opening it changes nothing, sending the form uses the link."""
    now = timezone.now()
    try:
        invitation = invitations.find(token, now=now)
    except invitations.LinkRefused as refusal:
        page = {"message": refusal.message}
        return render(request, "accounts/link_refused.html", page, status=refusal.status_code)
    if request.user.is_authenticated and invitation.purpose == Invitation.Purpose.JOIN:
        return _accept_signed_in(request, request.user, invitation, token)
    with translation.override(_language(request, invitation)):
        return _set_up(request, invitation, token)


def _accept_signed_in(
    request: HttpRequest, user: User, invitation: Invitation, token: str
) -> HttpResponse:
    if request.method == "POST":
        invitations.redeem(token, now=timezone.now(), user=user)
        messages.success(request, _("The invitation is accepted."))
        return redirect("home")
    page = {"invitation": invitation, "leads_to": invitations.describe(invitation)}
    return render(request, "accounts/accept.html", page)


def _set_up(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    joins = invitation.purpose == Invitation.Purpose.JOIN
    person = invitation.user or User(full_name=invitation.full_name)
    start = {"email": invitation.email, "phone": invitation.phone}
    make = JoinForm if joins else NewPasswordForm
    form = make(request.POST or None, person=person, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user = invitations.redeem(
            token,
            now=timezone.now(),
            password=data["password"],
            email=data.get("email", ""),
            phone=str(data.get("phone") or ""),
        )
        login(request, user, backend=BACKEND)
        messages.success(request, _("Your password is set. Welcome!"))
        return redirect("home")
    page = {"form": form, "invitation": invitation, "leads_to": invitations.describe(invitation)}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/set_up.html", page, status=status)


def _language(request: HttpRequest, invitation: Invitation) -> str:
    """The language the person chose in this browser, before that the invitation's."""
    chosen = request.COOKIES.get("django_language")
    return translation.get_language() if chosen else invitation.language


@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """The people of the portal, for those who run it: find one, send a link for a new password."""
    _require_staff(request)
    form = FindPersonForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = search(User.objects.prefetch_related("groups"), text)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    kinds = invitations.targets_for(request.user)
    words = in_words(list(page), timezone.now())
    rows = [
        (person, words[person.pk], may_send_new_password(request.user, person)) for person in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "query": request.GET,
        "form": form,
        "active": bool(text),
        "kinds": kinds,
    }
    return render(request, "accounts/people.html", context)


@require_safe
def invitation_list(request: SignedInRequest) -> HttpResponse:
    """The links that were made, with what became of each."""
    _require_staff(request)
    made = Invitation.objects.select_related("created_by", "user")
    page = Paginator(made, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(invitation, invitations.describe(invitation)) for invitation in page]
    context = {"page": page, "rows": rows, "query": request.GET, "now": timezone.now()}
    return render(request, "accounts/invitations.html", context)


@never_cache
def invite(request: SignedInRequest, kind: str) -> HttpResponse:
    """Make an invitation; the link is shown once, to be copied for a messenger."""
    target = invitations.target_named(kind)
    if target is None:
        raise Http404
    if not target.may_invite(request.user, None):
        raise PermissionDenied
    initial = {"language": User.Language.KYRGYZ} | request.GET.dict()
    form = target.form(request.POST or None, initial=initial, inviter=request.user)
    if request.method == "POST" and form.is_valid():
        leads_to = form.target()
        if not target.may_invite(request.user, leads_to):
            raise PermissionDenied
        data = form.cleaned_data
        made, token = invitations.invite(
            full_name=data["full_name"],
            email=data["email"],
            phone=str(data["phone"] or ""),
            language=data["language"],
            target_kind=kind,
            target=leads_to,
            by=request.user,
            now=timezone.now(),
        )
        return _show_link(request, made, token)
    status = 422 if form.is_bound else 200
    page = {"form": form, "kind": kind, "label": target.label}
    return render(request, "accounts/invite.html", page, status=status)


@require_POST
@never_cache
def new_password(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make a link that sets a new password; it is shown once, to be copied for a messenger."""
    _require_staff(request)
    person = get_object_or_404(User, pk=pk)
    if not may_send_new_password(request.user, person):
        raise PermissionDenied
    made, token = invitations.reset(person, by=request.user, now=timezone.now())
    return _show_link(request, made, token)


@require_POST
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop a link that was sent to the wrong person."""
    _require_staff(request)
    invitation = get_object_or_404(Invitation, pk=pk)
    invitations.revoke(invitation, by=request.user, now=timezone.now())
    messages.success(request, _("The link no longer works."))
    return redirect("accounts:invitations")


def _show_link(request: SignedInRequest, invitation: Invitation, token: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("accounts:link", args=[token]))
    with translation.override(invitation.language):
        text = _letter(invitation, link)
    page = {"invitation": invitation, "link": link, "text": text}
    return render(request, "accounts/link.html", page)


def _letter(invitation: Invitation, link: str) -> str:
    """The text for a messenger, in the language of the invited person."""
    facts = {"name": invitation.full_name, "link": link}
    if invitation.purpose == Invitation.Purpose.RESET:
        return (
            _(
                "Hello, %(name)s! Open this link to set a new password for the portal of the "
                "inclusion contest. It works once, for 7 days: %(link)s"
            )
            % facts
        )
    return (
        _(
            "Hello, %(name)s! You are invited to the portal of the inclusion contest. Open this "
            "link and set a password. It works once, for 7 days: %(link)s"
        )
        % facts
    )


def _require_staff(request: SignedInRequest) -> None:
    if not runs_portal(request.user):
        raise PermissionDenied

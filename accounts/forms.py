"""Forms about people: sign-in, invitations, the page behind a link."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from . import roles
from .models import User
from .phones import as_e164


class SignInForm(LoginForm):
    """Sign-in by e-mail or by phone, typed as people type phones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail or phone")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "inputmode": "email"}
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)

    def clean_login(self) -> str:
        login = super().clean_login()
        return login.lower() if "@" in login else as_e164(login) or login


class InvitationForm(forms.Form):
    """Whom to invite. Subclasses add where to, and return it from ``target()``.

    ``inviter``: who makes the link; a subclass may offer less to some.
    """

    full_name = forms.CharField(label=_("Full name"), max_length=150)
    phone = PhoneNumberField(label=_("Phone"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    language = forms.ChoiceField(
        label=_("Language of the letter and the pages"), choices=User.Language.choices
    )

    def __init__(self, *args: Any, inviter: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inviter = inviter

    def target(self) -> dict[str, Any]:
        """Return what the invitation leads to, as JSON."""
        raise NotImplementedError


class RoleInvitationForm(InvitationForm):
    """Invite to a role in the project."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=list(roles.LABELS.items()),
    )

    def target(self) -> dict[str, Any]:
        return {"role": self.cleaned_data["role"]}


class NewPasswordForm(forms.Form):
    """A password of one's own, typed twice."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        help_text=_("At least 8 characters, not only digits, not a common word."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeat = forms.CharField(
        label=_("The same password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"password", "repeat"} <= set(cleaned) and cleaned["password"] != cleaned["repeat"]:
            self.add_error("repeat", _("The two passwords differ. Type the same one twice."))
        return cleaned


class JoinForm(NewPasswordForm):
    """How the invited person will sign in."""

    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        help_text=_("You will sign in by phone or by e-mail: give at least one."),
    )
    email.hide_optional = phone.hide_optional = True  # type: ignore[attr-defined] # one is needed
    field_order = ("phone", "email", "password", "repeat")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        email, phone = (cleaned.get("email") or "").lower(), cleaned.get("phone")
        if not email and not phone and not {"email", "phone"} & set(self.errors):
            self.add_error("phone", _("Give a phone or an e-mail."))
        taken = _(
            "This is somebody's sign-in already. If it is yours, sign in and open the link again."
        )
        if email and User.objects.filter(email=email).exists():
            self.add_error("email", taken)
        if phone and User.objects.filter(phone=phone).exists():
            self.add_error("phone", taken)
        return cleaned


class FindPersonForm(forms.Form):
    """Find a person by any part of their name, phone or e-mail."""

    hide_optional = True
    q = forms.CharField(label=_("Name, phone or e-mail"), required=False, max_length=200)

"""How allauth meets our people: sign-up is closed, a phone is as good as an e-mail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from .models import User
from .phones import as_e164


class AccountAdapter(DefaultAccountAdapter):
    """People come by invitation; phones were given by project staff and are not verified by SMS."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def clean_phone(self, phone: str) -> str:
        return as_e164(phone) or phone

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return (str(user.phone), True) if user.phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:  # noqa: ARG002
        user.phone = phone
        user.save(update_fields=["phone", "search_key"])

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """Do nothing: every phone here was given by hand and counts as verified."""

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=as_e164(phone) or phone).first()

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        """Refuse: the portal sends no SMS."""
        raise NotImplementedError("The portal sends no SMS.")

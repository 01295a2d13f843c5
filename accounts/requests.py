"""The request of a page that needs sign-in, which the middleware has made sure of."""

from django.http import HttpRequest

from .models import User


class SignedInRequest(HttpRequest):
    """For annotations only: ``user`` is a person here, not Django's AnonymousUser."""

    user: User

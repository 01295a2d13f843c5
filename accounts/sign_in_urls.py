"""The pages of allauth that the portal offers, under the names that allauth looks for.

Sign-up is closed and no letters carry passwords: in their places stand pages that
say how people join and how they get a new password.
"""

from allauth.account import views as allauth
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from . import views

urlpatterns = [
    path("login/", login_not_required(allauth.login), name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("inactive/", login_not_required(allauth.account_inactive), name="account_inactive"),
    path("password/", allauth.password_change, name="account_change_password"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("signup/", views.how_to_join, name="account_signup"),
    path("forgotten/", views.forgotten, name="account_reset_password"),
]

"""Addresses of the portal. Each app keeps its own; this page only joins them."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from . import home

# People sign in to the admin where they sign in to everything else.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/", include("accounts.sign_in_urls")),
    path("accounts/", include("accounts.urls")),
    path("contest/", include("contest.urls")),
    path("municipalities/", include("municipalities.urls")),
    path("seminars/", include("seminars.urls")),
    path("admin/", admin.site.urls),
]

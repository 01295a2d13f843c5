"""Addresses of the portal. Each app keeps its own; this page only joins them."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("contest/", include("contest.urls")),
    path("municipalities/", include("municipalities.urls")),
    path("seminars/", include("seminars.urls")),
    path("admin/", admin.site.urls),
]

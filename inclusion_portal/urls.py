"""Addresses of the portal. Each app keeps its own; this page only joins them."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from . import health, home

# People sign in to the admin where they sign in to everything else.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("accounts/", include("accounts.sign_in_urls")),
    path("accounts/", include("accounts.urls")),
    path("contest/", include("contest.urls")),
    path("municipalities/", include("municipalities.urls")),
    path("seminars/", include("seminars.urls")),
    path("reports/", include("inclusion_portal.report_urls")),
    path("admin/", admin.site.urls),
]

handler400 = "inclusion_portal.errors.bad_request"
handler403 = "inclusion_portal.errors.permission_denied"
handler404 = "inclusion_portal.errors.not_found"
handler500 = "inclusion_portal.errors.server_error"

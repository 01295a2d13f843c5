"""Addresses of the contest: the public page, the applicant's, the commission's, the staff's."""

from django.urls import URLPattern, path

from .views import commission as commission_views

app_name = "contest"

public: list[URLPattern] = []

applicant: list[URLPattern] = []

commission: list[URLPattern] = [
    path("commission/", commission_views.queue, name="commission"),
    path("commission/conflicts/", commission_views.conflicts, name="conflicts"),
    path("commission/progress/", commission_views.progress, name="progress"),
    path("commission/<str:code>/", commission_views.sheet, name="sheet"),
    path("commission/<str:code>/abstain/", commission_views.abstain, name="abstain"),
    path("commission/<str:code>/files/<uuid:key>/", commission_views.sheet_file, name="sheet_file"),
    path("commission/<str:code>/reopen/<int:seat>/", commission_views.reopen, name="reopen"),
]

staff: list[URLPattern] = []

urlpatterns = [*public, *applicant, *commission, *staff]

"""Addresses of the contest: the public page, the applicant's, the commission's, the staff's."""

from django.urls import URLPattern, path

from .views import applicant as applicant_views
from .views import commission as commission_views

app_name = "contest"

public: list[URLPattern] = []

applicant: list[URLPattern] = [
    path("application/", applicant_views.application, name="application"),
    path("application/begin/", applicant_views.begin, name="begin"),
    path("application/file/<uuid:key>/", applicant_views.file, name="file"),
    path("application/<int:pk>/", applicant_views.tasks, name="tasks"),
    path("application/<int:pk>/check/", applicant_views.check, name="check"),
    path("application/<int:pk>/receipt/", applicant_views.receipt, name="receipt"),
    path("application/<int:pk>/withdraw/", applicant_views.withdraw, name="withdraw"),
    path("application/<int:pk>/revive/", applicant_views.revive, name="revive"),
    path("application/<int:pk>/<slug:name>/", applicant_views.section, name="section"),
]

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

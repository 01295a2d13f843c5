"""Addresses of the contest: the public page, the applicant's, the commission's, the staff's."""

from django.urls import URLPattern, path

from .views import applicant as applicant_views
from .views import commission as commission_views
from .views import decision as decision_views
from .views import exports as export_views
from .views import public as public_views
from .views import staff as staff_views

app_name = "contest"

public: list[URLPattern] = [
    path("", public_views.public, name="public"),
    path("results/", public_views.results, name="results"),
    path("results/<slug:contest>/", public_views.contest_results, name="contest-results"),
]

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

staff: list[URLPattern] = [
    path("staff/", staff_views.staff, name="staff"),
    path("staff/decision/", decision_views.draft, name="decision"),
    path("staff/<slug:contest>/codes/", staff_views.code, name="code"),
    path("staff/<slug:contest>/export/<slug:kind>/", export_views.export, name="export"),
    path("staff/application/<int:pk>/", staff_views.application, name="staff-application"),
    path("staff/application/<int:pk>/<slug:action>/", staff_views.move, name="staff-move"),
    path("staff/application/<int:pk>/file/<uuid:key>/", staff_views.redact, name="redact"),
    path("chair/", decision_views.chair, name="chair"),
    path("chair/<slug:contest>/tie/<str:code>/", decision_views.break_tie, name="break-tie"),
    path(
        "chair/<slug:contest>/quorum/<str:code>/", decision_views.waive_quorum, name="waive-quorum"
    ),
    path("chair/<slug:contest>/confirm/", decision_views.confirm, name="confirm"),
    path("chair/<slug:contest>/announce/", decision_views.announce, name="announce"),
]

urlpatterns = [*public, *applicant, *commission, *staff]

"""Addresses of the reports."""

from django.urls import path

from . import reports

app_name = "reports"

urlpatterns = [path("coverage/", reports.coverage_page, name="coverage")]

"""Addresses of the contest: the public page, the applicant's, the commission's, the staff's."""

from django.urls import URLPattern

app_name = "contest"

public: list[URLPattern] = []

applicant: list[URLPattern] = []

commission: list[URLPattern] = []

staff: list[URLPattern] = []

urlpatterns = [*public, *applicant, *commission, *staff]

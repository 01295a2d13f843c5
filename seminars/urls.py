"""Addresses of seminars."""

from django.urls import path

from .views import pages, sheets

app_name = "seminars"

urlpatterns = [
    path("", pages.seminars, name="list"),
    path("new/", pages.new, name="new"),
    path("export/", sheets.export, name="export"),
    path("<int:pk>/", pages.seminar, name="seminar"),
    path("<int:pk>/change/", pages.change, name="change"),
    path("<int:pk>/enter/", pages.enter, name="enter"),
    path("<int:pk>/rows/", pages.rows, name="rows"),
    path("<int:pk>/tick/", pages.tick, name="tick"),
    path("<int:pk>/lines/<int:line_pk>/", pages.line, name="line"),
    path("<int:pk>/lines/<int:line_pk>/remove/", pages.remove, name="remove"),
    path("<int:pk>/import/", sheets.upload, name="import"),
    path("<int:pk>/import/confirm/", sheets.confirm, name="import_confirm"),
    path("<int:pk>/template/", sheets.template, name="template"),
]

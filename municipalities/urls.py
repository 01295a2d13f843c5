"""Addresses of municipalities."""

from django.urls import path

from . import views

app_name = "municipalities"

urlpatterns = [
    path("", views.register_list, name="list"),
    path("own/", views.own, name="own"),
    path("<int:pk>/", views.detail, name="detail"),
]

"""Addresses of municipalities."""

app_name = "municipalities"

urlpatterns: list = []

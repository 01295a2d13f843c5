"""Addresses of contest."""

app_name = "contest"

urlpatterns: list = []

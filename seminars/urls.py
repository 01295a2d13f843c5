"""Addresses of seminars."""

app_name = "seminars"

urlpatterns: list = []

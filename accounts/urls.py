"""Addresses of people: links, invitations. Sign-in itself is allauth's (``sign_in_urls``)."""

from django.urls import path

from . import views

app_name = "accounts"

urlpatterns = [
    path("link/<str:token>/", views.open_link, name="link"),
    path("people/", views.people, name="people"),
    path("people/<int:pk>/new-password/", views.new_password, name="new-password"),
    path("invitations/", views.invitation_list, name="invitations"),
    path("invitations/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("invite/<slug:kind>/", views.invite, name="invite"),
]

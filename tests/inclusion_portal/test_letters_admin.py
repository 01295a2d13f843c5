"""The library of letters shows its queue in the admin, and no page that asks a foreign host."""

from django.contrib import admin
from post_office.models import Email, EmailTemplate


def test_the_admin_shows_the_queue_but_not_the_librarys_own_templates() -> None:
    import inclusion_portal.urls  # noqa: F401 - joins the admin

    assert admin.site.is_registered(Email)
    assert not admin.site.is_registered(EmailTemplate)

"""Who gets what at the addresses of the root, and at those pages of the admin that are Django's."""

from django.urls import reverse
from post_office.models import Email

from tests.access import ADMIN, OBSERVER, STAFF, Row, World, admin_pages, everybody, only, public


def letter(world: World) -> Email:
    return Email.objects.create(from_email="a@example.test", to=["b@example.test"], message="")


FOR_STAFF = {"own": 302, "neighbour": 302, "observer": 302}
"""Somebody without ``is_staff`` is sent to the sign-in of the admin."""

ROWS: list[Row] = [
    public("healthz"),
    public("readyz"),
    public("set_language", 302, stranger_goes_to=("/",)),
    public(
        "set_language",
        302,
        "POST",
        data={"language": "ky", "next": "/healthz"},
        stranger_goes_to=("/healthz",),
    ),
    everybody("home", 200, stranger_goes_to=("/contest/",)),
    only("reports:coverage", STAFF, OBSERVER, ADMIN, refused=403),
    everybody("admin:index", 200, **FOR_STAFF),
    everybody("admin:index", 200, "POST", **FOR_STAFF),
    everybody(
        "admin:app_list",
        404,
        staff=200,
        admin=200,
        path=lambda _: reverse("admin:app_list", args=["accounts"]),
        **FOR_STAFF,
    ),
    everybody(
        "admin:app_list",
        404,
        "POST",
        staff=200,
        admin=200,
        path=lambda _: reverse("admin:app_list", args=["accounts"]),
        **FOR_STAFF,
    ),
    everybody("admin:jsi18n", 405, "POST", **FOR_STAFF),
    everybody("admin:jsi18n", 200, **FOR_STAFF),
    everybody("admin:autocomplete", 405, "POST", **FOR_STAFF),
    everybody("admin:autocomplete", 403, **FOR_STAFF),
    everybody("admin:login", 302, own=403, neighbour=403, observer=403),
    everybody("admin:login", 200, "POST", own=403, neighbour=403, observer=403),
    everybody("admin:logout", 405, **FOR_STAFF),
    everybody("admin:logout", 200, "POST", **FOR_STAFF),
    everybody("admin:password_change", 200, **FOR_STAFF),
    everybody("admin:password_change", 200, "POST", **FOR_STAFF),
    everybody("admin:password_change_done", 200, **FOR_STAFF),
    everybody("admin:password_change_done", 405, "POST", **FOR_STAFF),
    everybody("admin:view_on_site", 404, path=lambda _: "/admin/r/1/1/", **FOR_STAFF),
    everybody("admin:view_on_site", 404, "POST", path=lambda _: "/admin/r/1/1/", **FOR_STAFF),
    everybody("admin:(?P<url>.*)$", 404, path=lambda _: "/admin/no/such/", **FOR_STAFF),
    everybody("admin:<path:object_id>/", 404, path=lambda _: "/admin/no/such/1/", **FOR_STAFF),
    *admin_pages(Email, thing=letter, sees=(ADMIN,)),
]

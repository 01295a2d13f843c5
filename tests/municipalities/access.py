"""Who gets what answer in the register."""

from django.urls import reverse

from municipalities.models import District, Membership, Municipality, Oblast, Position
from tests.access import ADMIN, OWN, STAFF, Row, World, admin_pages, only, public

KEEPERS = (STAFF, ADMIN)


def position(world: World) -> Position:
    return Position.objects.create(code="test", name_ru="Проверяющий", name_ky="Текшерүүчү")


def merge_address(world: World) -> str:
    pks = f"{world.municipality.pk},{world.neighbouring.pk}"
    return f"{reverse('admin:municipalities_municipality_merge')}?units={pks}"


REFUSED = {"member": 403, "chair": 403, "own": 302, "neighbour": 302, "observer": 302}

ROWS = [
    public("municipalities:list"),
    Row(
        "municipalities:detail",
        path=lambda world: reverse("municipalities:detail", args=[world.municipality.pk]),
        own=200,
        neighbour=404,
        member=403,
        chair=403,
        staff=200,
        observer=403,
        admin=200,
    ),
    only("municipalities:own", OWN, "neighbour"),
    *admin_pages(
        Municipality,
        thing=lambda world: world.municipality,
        sees=KEEPERS,
        adds=KEEPERS,
        changes=KEEPERS,
        export=KEEPERS,
        **{"import": KEEPERS},
    ),
    Row(
        "admin:municipalities_municipality_process_import",
        "POST",
        **{**REFUSED, "staff": 200, "admin": 200},
    ),
    Row(
        "admin:municipalities_municipality_merge",
        path=merge_address,
        **REFUSED,
        staff=200,
        admin=200,
    ),
    Row(
        "admin:municipalities_municipality_merge",
        "POST",
        path=merge_address,
        **REFUSED,
        staff=422,
        admin=422,
    ),
    *admin_pages(
        District,
        thing=lambda world: world.municipality.district,
        sees=KEEPERS,
        adds=KEEPERS,
        changes=KEEPERS,
    ),
    *admin_pages(
        Oblast,
        thing=lambda world: world.municipality.district.oblast,
        sees=KEEPERS,
        adds=KEEPERS,
        changes=KEEPERS,
    ),
    *admin_pages(
        Position,
        thing=position,
        sees=KEEPERS,
        adds=KEEPERS,
        changes=KEEPERS,
        deletes=KEEPERS,
    ),
    *admin_pages(
        Membership,
        thing=lambda world: world.municipality.memberships.get(),
        sees=KEEPERS,
        adds=KEEPERS,
        changes=KEEPERS,
    ),
]

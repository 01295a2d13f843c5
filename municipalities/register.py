"""The only door for mergers, and the loading of the register that comes with the portal."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import trail
from language.bilingual import ordered_by_name

from .models import District, Municipality, Oblast, Position
from .naming import problems_of

if TYPE_CHECKING:
    from accounts.models import User

DATA = Path(__file__).parent / "data"


class MergeRefused(Exception):
    """The merger would contradict the register.

    ``problems``: sentences for people by argument of :func:`merge`, "units" where
    it is the units themselves that cannot come together.
    """

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__(" ".join(chain.from_iterable(problems.values())))
        self.problems = problems


@transaction.atomic
def merge(
    units: Iterable[Municipality],
    *,
    district: District,
    on: date,
    by: "User | None",
    now: datetime,
    name_ru: str = "",
    name_ky: str = "",
    kind: str = Municipality.Kind.AIYL_AIMAK,
    register: str = "",
    soate_code: str | None = None,
    aliases: str = "",
    note: str = "",
    successor: Municipality | None = None,
) -> Municipality:
    """Close the units on the day and return the unit that takes their place.

    The successor is made from the names given, or is the existing ``successor``,
    which then stays as it is. Applications, people and seminars stay with the old
    units. Raises :class:`MergeRefused` and writes nothing where a unit is closed
    already, stands in another district or began later, where fewer than two units
    come together, where the day lies ahead, or where the name or code is not right.
    """
    wanted = {unit.pk for unit in units}
    locked = wanted | ({successor.pk} if successor else set())
    rows = Municipality.objects.select_for_update().filter(pk__in=locked).order_by("pk").in_bulk()
    old = sorted((rows[pk] for pk in wanted if pk in rows), key=lambda unit: unit.pk)
    successor = rows.get(successor.pk) if successor else None
    problems = _problems_of_units(old, successor, district, on, timezone.localdate(now))
    if successor is None:
        successor = Municipality(
            district=district,
            kind=kind,
            name_ru=name_ru.strip(),
            name_ky=name_ky.strip(),
            aliases=aliases,
            soate_code=soate_code or None,
            register=register.strip(),
            status=Municipality.Status.CURRENT,
            valid_from=on,
            note=note,
        )
        problems |= _problems_of_new(successor)
    if problems:
        raise MergeRefused(problems)
    if successor.pk is None:
        successor.save()
    before = [_facts(unit) for unit in old]
    for unit in old:
        unit.status, unit.valid_to, unit.successor = Municipality.Status.MERGED, on, successor
        unit.save(update_fields=["status", "valid_to", "successor"])
    trail.record(
        "municipalities.merge",
        by=by,
        now=now,
        subject=successor,
        before={"units": before},
        after={"units": [_facts(unit) for unit in old], "successor": _facts(successor)},
    )
    return successor


def _problems_of_units(
    old: list[Municipality],
    successor: Municipality | None,
    district: District,
    on: date,
    today: date,
) -> dict[str, list[str]]:
    """Return why the units cannot come together on the day: {argument: sentences}."""
    problems: defaultdict[str, list[str]] = defaultdict(list)
    if len(old) < (1 if successor else 2):
        problems["units"].append(_("Choose at least two units to merge."))
    if successor in old:
        problems["units"].append(_("A unit cannot be merged into itself."))
    if on > today:
        problems["on"].append(_("The day of the merger lies ahead: enter it when it has come."))
    for unit in [*old, *([successor] if successor else [])]:
        if unit.district_id != district.pk:
            problems["units"].append(_("“%(unit)s” stands in another district.") % {"unit": unit})
        if unit.status == Municipality.Status.MERGED or unit.valid_to is not None:
            problems["units"].append(_("“%(unit)s” is closed already.") % {"unit": unit})
    for unit in old:
        if unit.valid_from is not None and unit.valid_from >= on:
            problems["on"].append(_("“%(unit)s” began on that day or later.") % {"unit": unit})
    if successor and successor.valid_from is not None and successor.valid_from > on:
        problems["on"].append(_("“%(unit)s” began after that day.") % {"unit": successor})
    return dict(problems)


def _problems_of_new(unit: Municipality) -> dict[str, list[str]]:
    """Return what is wrong with the names, the code and the register of a successor."""
    problems = {name: [sentence] for name, sentence in problems_of(unit).items()}
    if not unit.name_ru:
        problems["name_ru"] = [_("Enter the name in Russian.")]
    if not unit.register:
        sentence = _("Enter the register: the list or decision that names the unit.")
        problems["register"] = [sentence]
    if unit.soate_code and Municipality.objects.filter(soate_code=unit.soate_code).exists():
        problems["soate_code"] = [_("Another unit has this SOATE code.")]
    return problems


def _facts(unit: Municipality) -> dict[str, Any]:
    """Return what the trail keeps of a unit."""
    return {
        "id": unit.pk,
        "name_ru": unit.name_ru,
        "soate_code": unit.soate_code,
        "register": unit.register,
        "status": str(unit.status),
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
        "successor": unit.successor_id,
    }


@dataclass
class Loaded:
    """How many rows of each kind a loading has added."""

    oblasts: int = 0
    districts: int = 0
    municipalities: int = 0
    positions: int = 0
    mergers: int = 0


@transaction.atomic
def load(*, by: "User | None", now: datetime) -> Loaded:
    """Add what is missing of the register that comes with the portal; return what was added.

    A second run adds nothing, and nothing that people have corrected is overwritten.
    """
    added = Loaded()
    for row in _rows("districts.csv"):
        _load_district(row, added)
    for order, row in enumerate(_rows("positions.csv"), start=1):
        _position, made = Position.objects.get_or_create(
            code=row.pop("code"), defaults=row | {"order": order}
        )
        added.positions += made
    districts = {district.soate_code: district for district in District.objects.all()}
    for row in _rows("municipalities.csv"):
        _load_unit(row, districts[row["district_soate"]], added, by, now)
    if added != Loaded():
        trail.record("municipalities.load", by=by, now=now, after=vars(added))
    return added


def _load_district(row: Mapping[str, str], added: Loaded) -> None:
    if District.objects.filter(soate_code=row["soate_code"]).exists():
        return
    oblast, made = Oblast.objects.get_or_create(
        name_ru=row["oblast_ru"],
        defaults={"name_ky": row["oblast_ky"], "name_en": row["oblast_en"]},
    )
    added.oblasts += made
    fields = {name: row[name] for name in ("soate_code", "name_ru", "name_ky", "name_en")}
    District.objects.create(oblast=oblast, aliases=_lines(row["aliases"]), **fields)
    added.districts += 1


def _load_unit(
    row: Mapping[str, str],
    district: District,
    added: Loaded,
    by: "User | None",
    now: datetime,
) -> None:
    """Add the unit of a row, by a merger where the row names the units that it joins."""
    if _known(row, district):
        return
    codes = list(filter(None, row["predecessor_codes"].split(";")))
    fields: dict[str, Any] = {
        name: row[name] for name in ("kind", "name_ru", "name_ky", "register", "note")
    } | {"aliases": _lines(row["aliases"]), "soate_code": row["soate_code"] or None}
    since = date.fromisoformat(row["valid_from"]) if row["valid_from"] else None
    if codes:
        old = list(Municipality.objects.filter(soate_code__in=codes))
        if any(unit.valid_to is not None for unit in old):
            return  # People have recorded another merger of these units: theirs stands.
        merge(old, district=district, on=since or date.max, by=by, now=now, **fields)
        added.mergers += 1
    else:
        # A unit that the list calls merged is current until its merger is loaded below it.
        merged = row["status"] == Municipality.Status.MERGED
        status = Municipality.Status.CURRENT if merged else row["status"]
        Municipality.objects.create(district=district, status=status, valid_from=since, **fields)
    added.municipalities += 1


def _known(row: Mapping[str, str], district: District) -> bool:
    """Return whether the unit is there: by its code, or by its name in its register."""
    if row["soate_code"] and Municipality.objects.filter(soate_code=row["soate_code"]).exists():
        return True
    return any(
        row["name_ru"] in (unit.name_ru, *unit.aliases.splitlines())
        for unit in Municipality.objects.filter(district=district, register=row["register"])
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _lines(cell: str) -> str:
    """Return the values of a cell, one a line."""
    return "\n".join(filter(None, cell.split(";")))


@dataclass
class Figures:
    """How many units a district has on a day: in all, by status, and closed before it."""

    district: District
    total: int
    current: int
    unconfirmed: int
    closed: int


def figures(on: date) -> list[Figures]:
    """Return the figures of each district, by the order of names in the active language."""
    closed = Q(municipalities__valid_to__lte=on)
    open_ = Q(municipalities__valid_to=None) | Q(municipalities__valid_to__gt=on)
    status = "municipalities__status"
    districts = (
        District.objects.select_related("oblast")
        .order_by(ordered_by_name(), "id")
        .annotate(
            current=Count("municipalities", open_ & ~Q(**{status: "unconfirmed"})),
            unconfirmed=Count("municipalities", open_ & Q(**{status: "unconfirmed"})),
            closed=Count("municipalities", closed),
        )
    )
    return [
        Figures(
            district=row,
            total=row.current + row.unconfirmed,
            current=row.current,
            unconfirmed=row.unconfirmed,
            closed=row.closed,
        )
        for row in districts
    ]


def registers() -> list[str]:
    """Return the registers that units come from, the newest first."""
    return sorted(set(Municipality.objects.values_list("register", flat=True)), reverse=True)

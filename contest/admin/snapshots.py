"""A contest's settings as flat data, to log what a change in the admin changed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Model

from contest.models import Contest, Descriptor

Snapshot = Mapping[str, Any]

NOT_SETTINGS = {"id", "contest_id", "criterion_id"}


def snapshot(contest: Contest) -> dict[str, Any]:
    """Return every setting: ``{"fund_som": …, "criteria/C4/weight": …}``, in nine queries."""
    fresh = Contest.objects.get(pk=contest.pk)
    found = dict(_columns(fresh))
    for part in ("questions", "target_groups", "criteria"):
        found |= _rows(part, ((row.code, row) for row in getattr(fresh, part).all()))
    for part in ("prizes", "seats"):
        found |= _rows(part, ((row.pk, row) for row in getattr(fresh, part).all()))
    descriptors = Descriptor.objects.filter(criterion__contest=fresh).select_related("criterion")
    found |= _rows("levels", ((f"{row.criterion.code}-{row.level}", row) for row in descriptors))
    found["pilots"] = sorted(fresh.pilots.values_list("municipality_id", flat=True))
    return found


def differences(before: Snapshot, after: Snapshot) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return only what differs, as it was and as it is; None stands for what is not there."""
    names = sorted(name for name in before.keys() | after.keys() if _differs(name, before, after))
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _differs(name: str, before: Snapshot, after: Snapshot) -> bool:
    return bool(before.get(name) != after.get(name))


def _rows(part: str, rows: Iterable[tuple[object, Model]]) -> dict[str, Any]:
    return {f"{part}/{key}/{column}": value for key, row in rows for column, value in _columns(row)}


def _columns(row: Model) -> Iterator[tuple[str, Any]]:
    for field in row._meta.concrete_fields:
        if field.attname not in NOT_SETTINGS:
            yield field.attname, getattr(row, field.attname)

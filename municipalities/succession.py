"""What became of municipalities that merged: nothing moves, the successor stands for them."""

from collections.abc import Iterable

from .models import Municipality


def heirs(units: Iterable[Municipality] | None = None) -> dict[int, int]:
    """Return for the id of each unit the one into which it merged in the end, else itself.

    ``units``: all of them, where the caller has read them already; else one query.
    """
    if units is None:
        units = Municipality.objects.only("id", "successor_id")
    next_unit = {unit.pk: unit.successor_id for unit in units}
    found = {}
    for pk in next_unit:
        last = pk
        while following := next_unit.get(last):
            last = following
        found[pk] = last
    return found

"""What the seminar pages show: which seminars, how many people, who was there when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from language.search import search

from .attendance import Tick
from .models import Participant, Registration, Seminar

FEWEST_SHOWN = 5
"""A smaller count by disability could point at a person: it is not shown outside the team."""

WOMEN = Q(participant__sex=Participant.Sex.FEMALE)
MEN = Q(participant__sex=Participant.Sex.MALE)
DISABLED = Q(participant__disability=Participant.Disability.YES)


@dataclass(frozen=True)
class Figures:
    """How many people: lines of lists, not different people."""

    women: int = 0
    men: int = 0
    disabled: int = 0

    @property
    def people(self) -> int:
        """Women and men together."""
        return self.women + self.men

    @property
    def disabled_shown(self) -> str:
        """The count of people with disabilities for readers outside the team."""
        if 0 < self.disabled < FEWEST_SHOWN:
            return f"< {FEWEST_SHOWN}"
        return str(self.disabled)


def filtered(chosen: Mapping[str, Any], *, with_people: bool) -> QuerySet[Seminar]:
    """Return the seminars of a cleaned ``SeminarFilter``.

    ``with_people``: the words may also stand in a participant's name.
    """
    seminars = Seminar.objects.select_related("district")
    if district := chosen.get("district"):
        seminars = seminars.filter(district=district)
    if kind := chosen.get("kind"):
        seminars = seminars.filter(kind=kind)
    if since := chosen.get("since"):
        seminars = seminars.filter(ends_on__gte=since)
    if until := chosen.get("until"):
        seminars = seminars.filter(starts_on__lte=until)
    if words := chosen.get("q"):
        found = search(Seminar.objects.all(), words)
        by_place = Q(pk__in=found.values("pk"))
        if with_people:
            lines = Registration.objects.filter(seminar=OuterRef("pk"))
            by_place |= Q(Exists(search(lines, words, "participant__search_key")))
        seminars = seminars.filter(by_place)
    return seminars


def figures_of(seminars: Iterable[Seminar]) -> dict[int, Figures]:
    """Return the figures of each seminar by its id, in one query."""
    counted = (
        Registration.objects.filter(seminar__in=[seminar.pk for seminar in seminars])
        .order_by()
        .values("seminar_id")
        .annotate(
            women=Count("id", filter=WOMEN),
            men=Count("id", filter=MEN),
            disabled=Count("id", filter=DISABLED),
        )
    )
    return {row.pop("seminar_id"): Figures(**row) for row in counted}  # type: ignore[misc]


def figures_together(seminars: QuerySet[Seminar]) -> Figures:
    """Return the figures of all the seminars together, in one query."""
    return Figures(
        **Registration.objects.filter(seminar__in=seminars.order_by()).aggregate(
            women=Count("id", filter=WOMEN),
            men=Count("id", filter=MEN),
            disabled=Count("id", filter=DISABLED),
        )
    )


def lines_of(seminar: Seminar) -> QuerySet[Registration]:
    """Return the list of the seminar by number, with people and days."""
    return (
        seminar.registrations.select_related("participant__municipality", "participant__position")
        .prefetch_related("attendances")
        .order_by("number")
    )


@dataclass(frozen=True)
class Box:
    """A box of the table: the day, its value in the form and whether it is ticked."""

    value: str
    day: date
    ticked: bool


@dataclass(frozen=True)
class TickRow:
    """A line of the table. ``shown`` goes back with the form and says what the page showed."""

    line: Registration
    boxes: list[Box]
    shown: str
    days: int


def tick_rows(
    seminar: Seminar, lines: Iterable[Registration], kept: set[Tick] | None = None
) -> list[TickRow]:
    """Return the rows of the table of people × days; ``kept`` are boxes to show as typed."""
    rows = []
    for line in lines:
        there = {attended.day for attended in line.attendances.all()}
        boxes = [
            Box(
                f"{line.pk}:{number}", day, day in there if kept is None else (line.pk, day) in kept
            )
            for number, day in enumerate(seminar.days)
        ]
        bits = "".join("1" if day in there else "0" for day in seminar.days)
        rows.append(TickRow(line, boxes, f"{line.pk}:{bits}", len(there)))
    return rows


def shown_to_municipality(lines: QuerySet[Registration]) -> QuerySet[Registration]:
    """Return the lines, newest seminar first, with what a municipality sees of its people."""
    return (
        lines.select_related("seminar__district", "participant__position")
        .annotate(days_there=Count("attendances"))
        .order_by("-seminar__starts_on", "-seminar_id", "participant__full_name_order", "id")
    )


def lines_filtered(chosen: Mapping[str, Any]) -> QuerySet[Registration]:
    """Return the lines of a cleaned ``LineFilter``, oldest seminar first, by number."""
    lines = Registration.objects.filter(seminar__in=filtered(chosen, with_people=True).order_by())
    if seminar := chosen.get("seminar"):
        lines = lines.filter(seminar=seminar)
    for name in ("municipality", "position", "sex"):
        if value := chosen.get(name):
            lines = lines.filter(**{f"participant__{name}": value})
    return lines.order_by("seminar__starts_on", "seminar_id", "number")

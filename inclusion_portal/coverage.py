"""How far each municipality came: trained, applied, admitted, awarded. Joins seminars and contest.

``seminars`` and ``contest`` know nothing of each other; what crosses is computed here.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contest.models import Application, Contest
from municipalities.models import District, Municipality
from municipalities.succession import heirs
from seminars.models import Attendance, Registration

State = Application.State
SUBMITTED = frozenset(State.values) - {State.DRAFT, State.WITHDRAWN}
ADMITTED = frozenset({State.ADMITTED, State.AWARDED, State.NOT_AWARDED})


@dataclass(frozen=True)
class Line:
    """One municipality that exists today. ``state`` is None where it has no application."""

    municipality: Municipality
    trained: int
    state: str | None


@dataclass
class DistrictLine:
    """A district's sums over its municipalities; ``trained`` counts people, the rest units."""

    district: District
    lines: list[Line] = field(default_factory=list)

    @property
    def municipalities(self) -> int:
        return len(self.lines)

    @property
    def trained(self) -> int:
        return sum(line.trained for line in self.lines)

    @property
    def with_training(self) -> int:
        return sum(line.trained > 0 for line in self.lines)

    @property
    def began(self) -> int:
        return sum(line.state is not None for line in self.lines)

    @property
    def submitted(self) -> int:
        return sum(line.state in SUBMITTED for line in self.lines)

    @property
    def admitted(self) -> int:
        return sum(line.state in ADMITTED for line in self.lines)

    @property
    def awarded(self) -> int:
        return sum(line.state == State.AWARDED for line in self.lines)


def coverage(contest: Contest | None, now: datetime) -> list[DistrictLine]:
    """Return every district with its municipalities that exist now, in four queries.

    People trained in a merged municipality, and its application, count for the
    unit into which it merged in the end.
    """
    units = list(Municipality.objects.select_related("district__oblast"))
    heir = heirs(units)
    trained = _trained(heir)
    states = _states(contest, heir)
    by_district: dict[int, DistrictLine] = {}
    today = now.date()
    for unit in units:
        if unit.successor_id or (unit.valid_to and unit.valid_to <= today):
            continue
        line = by_district.setdefault(unit.district_id, DistrictLine(unit.district))
        line.lines.append(Line(unit, trained[unit.pk], states.get(unit.pk)))
    return sorted(by_district.values(), key=lambda line: line.district.name_ru_order)


def untrained(application: Application) -> list[str | Promise]:
    """Return a warning where nobody of the municipality came to a seminar, mergers counted."""
    heir = heirs()
    if _trained(heir)[heir[application.municipality_id]]:
        return []
    return [_("Nobody of this municipality has attended a seminar. This is no bar to admission.")]


def _trained(heir: Mapping[int, int]) -> Counter[int]:
    """Return how many people of each unit attended at least one day of a seminar."""
    people = (
        Registration.objects.filter(Exists(Attendance.objects.filter(registration=OuterRef("pk"))))
        .values_list("participant__municipality_id")
        .annotate(Count("participant", distinct=True))
        .order_by()
    )
    trained: Counter[int] = Counter()
    for municipality, number in people:
        trained[heir[municipality]] += number
    return trained


def _states(contest: Contest | None, heir: Mapping[int, int]) -> dict[int, str]:
    if contest is None:
        return {}
    found = Application.objects.filter(contest=contest).values_list("municipality_id", "state")
    return {heir[municipality]: state for municipality, state in found}

"""A new contest from the standard data: questions, target groups, criteria, prizes, pilots.

The data lie in ``contest/data/``; each contest gets a copy of its own, which
staff change until it binds.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import trail
from municipalities.models import Municipality

from .models import Contest, Criterion, Descriptor, Pilot, Prize, Question, TargetGroup
from .models.contest import HIGHEST_LEVEL
from .refusals import Invalid, Text

DATA = Path(__file__).parent / "data"
FULL_WEIGHT = 100
STANDARD_TIE_CHAIN = ("C4", "C2", "C5")


@dataclass(frozen=True)
class PrizeOf:
    """The prize of the places ``place_from`` to ``place_to``; ``value_som`` of each."""

    name_ru: str
    name_ky: str
    name_en: str
    place_from: int
    place_to: int
    value_som: int
    in_kind: str = ""


@transaction.atomic
def create_contest(
    *,
    code: str,
    name_ru: str,
    name_ky: str,
    opens_at: datetime,
    closes_at: datetime,
    scoring_opens_at: datetime,
    scoring_closes_at: datetime,
    fund_som: int,
    prizes: Sequence[PrizeOf] | None = None,
    municipalities: Iterable[Municipality] | None = None,
    by: User | None = None,
    now: datetime | None = None,
    **fields: Any,
) -> Contest:
    """Return a new contest filled with the standard data.

    Prizes and municipalities default to those of ``fill``; other fields of
    ``Contest`` go by name. Raises ``Invalid`` where the data do not agree, and
    django's ``ValidationError`` for impossible dates. ``now`` is the moment of
    the entry in the trail, which is written when it is given.
    """
    contest = Contest(
        code=code,
        name_ru=name_ru,
        name_ky=name_ky,
        opens_at=opens_at,
        closes_at=closes_at,
        scoring_opens_at=scoring_opens_at,
        scoring_closes_at=scoring_closes_at,
        fund_som=fund_som,
        **fields,
    )
    contest.full_clean()
    contest.save()
    fill(contest, prizes=prizes, municipalities=municipalities)
    if now is not None:
        trail.record("contest.create", by=by, now=now, subject=contest, after={"code": code})
    return contest


@transaction.atomic
def fill(
    contest: Contest,
    *,
    prizes: Sequence[PrizeOf] | None = None,
    municipalities: Iterable[Municipality] | None = None,
) -> None:
    """Give an empty contest its questions, target groups, criteria, tie chain, prizes, pilots.

    Without ``prizes`` the fund is shared as in ``standard_prizes``, without
    ``municipalities`` every unit of the pilot districts that exists at closing
    may apply. Raises ``Invalid`` where the data do not agree.
    """
    _fill_questions(contest)
    _fill_target_groups(contest)
    _fill_criteria(contest)
    if not contest.tie_chain:
        contest.tie_chain = list(STANDARD_TIE_CHAIN)
        contest.save(update_fields=["tie_chain"])
    chosen = standard_prizes(contest.fund_som) if prizes is None else prizes
    Prize.objects.bulk_create(Prize(contest=contest, **vars(prize)) for prize in chosen)
    units = default_pilots(contest) if municipalities is None else municipalities
    Pilot.objects.bulk_create(Pilot(contest=contest, municipality=unit) for unit in units)
    found = problems(contest)
    if found:
        raise Invalid(_("The data of the contest do not agree."), found)


def standard_prizes(fund_som: int) -> list[PrizeOf]:
    """Return six prizes and six incentive prizes, a prize three times an incentive one.

    As in 2022. Values are cut to whole thousands, so that the sum stays within the fund.
    """
    incentive = fund_som // 24 // 1000 * 1000
    if not incentive:
        return []
    return [
        PrizeOf("Приз победителя", "Жеңүүчүнүн байгеси", "Winner's prize", 1, 6, 3 * incentive),
        PrizeOf("Поощрительный приз", "Шыктандыруучу байге", "Incentive prize", 7, 12, incentive),
    ]


def default_pilots(contest: Contest) -> Iterator[Municipality]:
    """Yield every unit of the six pilot districts that exists on the day of closing."""
    codes = [row["soate_code"] for row in _rows("pilot_districts.csv")]
    day = timezone.localdate(contest.closes_at)
    units = Municipality.objects.valid_on(day).filter(district__soate_code__in=codes)
    yield from units.order_by("id")


def problems(contest: Contest) -> list[Text]:
    """Return a sentence for each thing in the contest's rubric and prizes that cannot work."""
    criteria = list(contest.criteria.prefetch_related("descriptors"))
    found = [
        weights_problem([criterion.weight for criterion in criteria]),
        tie_chain_problem(contest.tie_chain, [criterion.code for criterion in criteria]),
        prizes_problem(list(contest.prizes.all()), contest.fund_som),
    ]
    found += [
        _("Criterion %(code)s needs a description of each level from 0 to 5.")
        % {"code": criterion.code}
        for criterion in criteria
        if len(criterion.descriptors.all()) != HIGHEST_LEVEL + 1
    ]
    return [problem for problem in found if problem]


def weights_problem(weights: Sequence[int]) -> Text | None:
    """Return a sentence when the weights do not add up to 100, else None."""
    if sum(weights) == FULL_WEIGHT:
        return None
    return _("The weights of the criteria add up to %(sum)s; they must add up to 100.") % {
        "sum": sum(weights)
    }


def tie_chain_problem(chain: Any, codes: Iterable[str]) -> Text | None:
    """Return a sentence when the chain is not a list of different codes of criteria."""
    known = set(codes)
    is_list = isinstance(chain, list) and all(isinstance(code, str) for code in chain)
    if is_list and len(set(chain)) == len(chain) and known.issuperset(chain):
        return None
    return _("The tie chain must name criteria of this contest, each once.")


def prizes_problem(prizes: Iterable[Prize | PrizeOf], fund_som: int) -> Text | None:
    """Return a sentence when a place has two prizes or the prizes exceed the fund."""
    places: set[int] = set()
    total = 0
    for prize in prizes:
        own = range(prize.place_from, prize.place_to + 1)
        if not places.isdisjoint(own):
            return _("A place has two prizes.")
        places.update(own)
        total += prize.value_som * len(own)
    if total > fund_som:
        return _("The prizes add up to more than the fund.")
    return None


def _fill_questions(contest: Contest) -> None:
    Question.objects.bulk_create(
        Question(
            contest=contest,
            order=order,
            limit=int(row.pop("limit")),
            is_required=row.pop("is_required") == "yes",
            **row,
        )
        for order, row in enumerate(_rows("questions.csv"), start=1)
    )


def _fill_target_groups(contest: Contest) -> None:
    TargetGroup.objects.bulk_create(
        TargetGroup(contest=contest, order=order, **row)
        for order, row in enumerate(_rows("target_groups.csv"), start=1)
    )


def _fill_criteria(contest: Contest) -> None:
    made = Criterion.objects.bulk_create(
        Criterion(contest=contest, order=order, weight=int(row.pop("weight")), **row)
        for order, row in enumerate(_rows("criteria.csv"), start=1)
    )
    by_code = {criterion.code: criterion for criterion in made}
    Descriptor.objects.bulk_create(
        Descriptor(criterion=by_code[row.pop("criterion")], level=int(row.pop("level")), **row)
        for row in _rows("descriptors.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

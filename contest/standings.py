"""The ranking of a contest, read from its sheets: a book for pages, commands and the decision.

``scoring`` does the sums and knows codes only; here its rows meet their applications.
After the confirmation everything follows from the input frozen with the decision.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from . import scoring
from .models import Application, Contest, Decision, Prize, Sheet

RANKED_STATES = (
    Application.State.ADMITTED,
    Application.State.AWARDED,
    Application.State.NOT_AWARDED,
)


@dataclass(frozen=True)
class Standing:
    """Where one application stands. ``place`` is the one that prizes go by.

    That is the place in its group where the contest counts places by group.
    """

    application: Application
    row: scoring.Row
    place: int | None
    tie: scoring.Tie
    has_waiver: bool

    @property
    def key(self) -> str:
        """The code, or the number of an application that was never coded."""
        return self.row.application

    @property
    def points(self) -> str:
        """Points 0–100 with two decimals, "" without a sheet."""
        return "" if self.row.points is None else scoring.display(self.row.points)

    @property
    def is_tied(self) -> bool:
        """Whether it shares its place, so that the chair has to say who comes first."""
        return self.tie is scoring.Tie.SHARED

    @property
    def may_be_awarded(self) -> bool:
        """Whether it has a place of its own and reaches the threshold."""
        return self.place is not None and not self.is_tied and self.row.reaches_threshold


@dataclass(frozen=True)
class Standings:
    """The whole ranking, best first, those without a place last."""

    contest: Contest
    given: scoring.Input
    rows: Sequence[Standing]

    @cached_property
    def inputs_sha256(self) -> str:
        """The fingerprint of everything that the ranking follows from."""
        return scoring.fingerprint(scoring.canonical_json(self.given))

    @property
    def blocking(self) -> list[Standing]:
        """Applications below the quorum for which the chair has recorded nothing."""
        return [one for one in self.rows if not one.row.is_ranked and not one.has_waiver]

    @property
    def ties(self) -> list[list[Standing]]:
        """Those who share a place, together."""
        found: dict[tuple[str, int | None], list[Standing]] = defaultdict(list)
        for one in self.rows:
            if one.is_tied:
                found[(one.row.group if is_grouped(self.contest) else "", one.place)].append(one)
        return list(found.values())

    def of(self, application: Application) -> Standing | None:
        """Return where the application stands, None where it does not compete."""
        return self._by_pk.get(application.pk)

    @cached_property
    def _by_pk(self) -> dict[int, Standing]:
        return {one.application.pk: one for one in self.rows}


def standings(contest: Contest) -> Standings:
    """Return the ranking with its applications: three queries, and one for the decision."""
    applications = competing(contest)
    frozen = Decision.objects.filter(contest=contest, ranking__isnull=False).first()
    given = frozen_input(frozen) if frozen else _input_of(contest, applications)
    by_key = {key_of(application): application for application in applications}
    waived = {one.application for one in given.candidates if one.is_quorum_waived}
    grouped = is_grouped(contest)
    rows = [
        Standing(
            application=by_key[row.application],
            row=row,
            place=row.group_place if grouped else row.place,
            tie=row.group_tie if grouped else row.tie,
            has_waiver=row.application in waived,
        )
        for row in scoring.rank(given).rows
    ]
    return Standings(contest, given, rows)


def is_grouped(contest: Contest) -> bool:
    """Return whether places are counted within groups."""
    return contest.ranking_group != Contest.RankingGroup.NONE


def ranking_input(contest: Contest) -> scoring.Input:
    """Return everything that the ranking follows from now, in three queries."""
    return _input_of(contest, competing(contest))


def ranking(contest: Contest) -> scoring.Ranking:
    """Return the ranking as it would be now."""
    return scoring.rank(ranking_input(contest))


def frozen_input(decision: Decision) -> scoring.Input:
    """Return the input that was frozen when the decision was confirmed."""
    assert decision.ranking is not None
    return scoring.from_data(decision.ranking["input"])


def frozen_points(decision: Decision) -> dict[str, str]:
    """Return {key: points with two decimals} as frozen at the confirmation; nothing is ranked."""
    assert decision.ranking is not None
    return {row["application"]: row["points"] or "" for row in decision.ranking["ranking"]}


def canonical(content: object) -> str:
    """Return the one JSON text of what ``scoring`` froze, whatever the database made of it."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def key_of(application: Application) -> str:
    """Return how the ranking names the application: by its code."""
    return application.code or application.number or f"#{application.pk}"


def competing(contest: Contest) -> list[Application]:
    """Return the applications that are ranked, with their municipalities, in one query."""
    return list(
        Application.objects.filter(contest=contest, state__in=RANKED_STATES)
        .select_related("municipality__district__oblast", "tie_break", "quorum_waiver")
        .order_by("pk")
    )


def proposal(found: Standings, prizes: Iterable[Prize]) -> dict[int, Prize]:
    """Return {application's pk: prize} by places, as far as the fund reaches.

    A place that is shared or below the threshold stays empty.
    """
    by_place = {
        place: prize for prize in prizes for place in range(prize.place_from, prize.place_to + 1)
    }
    left = found.contest.fund_som
    proposed = {}
    for one in found.rows:
        prize = by_place.get(one.place or 0)
        if prize and one.may_be_awarded and prize.value_som <= left:
            proposed[one.application.pk] = prize
            left -= prize.value_som
    return proposed


def _input_of(contest: Contest, applications: Sequence[Application]) -> scoring.Input:
    return scoring.Input(
        contest=contest.code,
        criteria=[
            scoring.Criterion(code, weight)
            for code, weight in contest.criteria.order_by("code").values_list("code", "weight")
        ],
        candidates=[_candidate(application, contest) for application in applications],
        sheets=_sheets(contest, applications),
        threshold=contest.threshold,
        quorum=contest.quorum,
        tie_chain=tuple(contest.tie_chain),
    )


def _candidate(application: Application, contest: Contest) -> scoring.Candidate:
    tie_break = getattr(application, "tie_break", None)
    return scoring.Candidate(
        application=key_of(application),
        group=_group(application, contest),
        is_quorum_waived=hasattr(application, "quorum_waiver"),
        tie_order=tie_break.order if tie_break else None,
    )


def _group(application: Application, contest: Contest) -> str:
    district = application.municipality.district
    match contest.ranking_group:
        case Contest.RankingGroup.OBLAST:
            return district.oblast.name_ru
        case Contest.RankingGroup.DISTRICT:
            return f"{district.oblast.name_ru}, {district.name_ru}"
    return ""


def _sheets(contest: Contest, applications: Sequence[Application]) -> list[scoring.Sheet]:
    """Return what members handed in; they are numbered, so that no name leaves with the ranking."""
    keys = {application.pk: key_of(application) for application in applications}
    cells = (
        Sheet.objects.filter(application__contest=contest, application__state__in=RANKED_STATES)
        .exclude(state=Sheet.State.DRAFT)
        .order_by("pk")
        .values_list("application", "seat", "state", "scores__criterion__code", "scores__level")
    )
    levels: dict[tuple[int, int, str], dict[str, int]] = {}
    for application, seat, state, criterion, level in cells:
        sheet = levels.setdefault((application, seat, state), {})
        if state == Sheet.State.SUBMITTED:
            sheet[criterion] = level  # type: ignore[assignment] # a submitted sheet has all
    numbers = {seat: index for index, seat in enumerate(sorted({key[1] for key in levels}), 1)}
    return [
        scoring.Sheet(keys[application], f"{numbers[seat]:02d}", found, state)
        for (application, seat, state), found in levels.items()
    ]

"""How much: points of sheets, their mean, places and ties. Whole numbers and exact fractions.

Imports nothing but the standard library, so that anyone can check a result
without the portal: ``python3 contest/scoring.py verify FILE``.

The formulas (the contest's rubric; commission procedure, steps 5–8):

* points of a sheet = Σ weight × level / 5, where the weights add up to 100 and
  levels are 0–5; so points are 0–100;
* result of an application = the mean of the points of its submitted sheets. An
  abstention, a draft and a sheet set aside are not zeros: they do not count;
* equal results are compared by the mean level of each criterion of the tie
  chain in turn, then by the chair's recorded order; what is equal after that
  shares a place.
"""

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import lcm
from operator import itemgetter, mul
from pathlib import Path
from typing import Any

HIGHEST_LEVEL = 5
FULL_WEIGHT = 100
LEVELS = frozenset(range(HIGHEST_LEVEL + 1))
SUBMITTED = "submitted"
FORMAT = "inclusion-portal/ranking/1"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion; ``weight`` is whole, and the weights of a contest add up to 100."""

    code: str
    weight: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application that may be ranked.

    ``group`` is the key of its ranking group ("" where all compete together);
    ``is_quorum_waived``: the chair lets it be ranked with fewer sheets;
    ``tie_order``: its rank among equals as the chair recorded it, lower first.
    """

    application: str
    group: str = ""
    is_quorum_waived: bool = False
    tie_order: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A member's sheet: a level 0–5 for the code of each criterion.

    Only a sheet whose ``state`` is "submitted" counts; any other may have no levels.
    """

    application: str
    member: str
    levels: Mapping[str, int]
    state: str = SUBMITTED


@dataclass(frozen=True, slots=True)
class Input:
    """Everything that the ranking follows from, and nothing else."""

    contest: str
    criteria: Sequence[Criterion]
    candidates: Sequence[Candidate]
    sheets: Sequence[Sheet]
    threshold: int = 50
    quorum: int = 3
    tie_chain: Sequence[str] = ()


class Tie(StrEnum):
    """What became of an equal result."""

    NONE = ""
    CHAIN = "chain"  # settled by a criterion of the tie chain
    CHAIR = "chair"  # settled by the chair's recorded order
    SHARED = "shared"  # not settled: a shared place


@dataclass(frozen=True, slots=True)
class Row:
    """The result of one application.

    ``place`` is None where it is not ranked (below quorum, or no sheet counts);
    ``group_place`` is its place among its group. ``points`` is the exact mean,
    None without a sheet; ``levels`` the exact mean level by criterion.
    ``tie_criterion`` is the criterion of the chain that settled a tie.
    """

    application: str
    group: str
    place: int | None
    group_place: int | None
    points: Fraction | None
    sheets: int
    levels: Mapping[str, Fraction] = field(default_factory=dict)
    tie: Tie = Tie.NONE
    tie_criterion: str = ""
    group_tie: Tie = Tie.NONE
    is_quorum_waived: bool = False
    reaches_threshold: bool = False

    @property
    def is_ranked(self) -> bool:
        """Whether it has a place."""
        return self.place is not None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows by place, those without a place last; equals in the order of their codes."""

    contest: str
    rows: Sequence[Row]

    @property
    def unranked(self) -> list[Row]:
        """The rows that block a decision: below the quorum, or without any sheet."""
        return [row for row in self.rows if not row.is_ranked]

    @property
    def unsettled(self) -> list[Row]:
        """The rows that share a place overall."""
        return [row for row in self.rows if row.tie is Tie.SHARED]


def weighted(levels: Mapping[str, int], weights: Mapping[str, int]) -> int:
    """Return Σ weight × level over the criteria: 0–500 where the weights add up to 100."""
    return sum(weight * levels[code] for code, weight in weights.items())


def points(weighted_levels: int | Fraction) -> Fraction:
    """Return the points 0–100 of Σ weight × level: a fifth of it."""
    return Fraction(weighted_levels) / HIGHEST_LEVEL


def display(value: Fraction | int) -> str:
    """Return the number with two decimals, rounded half up: 87.125 gives "87.13"."""
    hundredths = (200 * Fraction(value) + 1) // 2
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


# --- ranking


@dataclass(slots=True)
class _Total:
    """The sums of one candidate's sheets, and what they are compared by.

    ``keys`` are whole: every mean is brought to one denominator, which compares
    like fractions and a hundred times as fast.
    """

    candidate: Candidate
    sheets: int
    levels: tuple[int, ...]  # the sum by criterion
    weighted: int
    keys: tuple[int, ...] = ()

    def is_ranked(self, quorum: int) -> bool:
        enough = self.sheets >= quorum or self.candidate.is_quorum_waived
        return enough and self.sheets > 0


@dataclass(frozen=True, slots=True)
class _Placed:
    place: int
    tie: Tie = Tie.NONE
    depth: int = 0  # how many criteria of the chain it took


def rank(given: Input) -> Ranking:
    """Return the ranking. Raises ValueError when the input contradicts itself.

    The order of criteria, candidates and sheets in the input makes no difference.
    """
    check(given)
    totals = _totals(given)
    ranked = [total for total in totals if total.is_ranked(given.quorum)]
    _give_keys(ranked, given)
    overall = _places(ranked)
    groups: dict[str, list[_Total]] = defaultdict(list)
    for total in ranked:
        groups[total.candidate.group].append(total)
    within = {
        name: found for members in groups.values() for name, found in _places(members).items()
    }
    codes = [criterion.code for criterion in given.criteria]
    rows = [_row(total, overall, within, codes, given) for total in totals]
    rows.sort(key=lambda row: (row.place is None, row.place or 0, row.application))
    return Ranking(given.contest, tuple(rows))


def _totals(given: Input) -> list[_Total]:
    """Return the sums of each candidate's counted sheets."""
    codes = [criterion.code for criterion in given.criteria]
    weights = [criterion.weight for criterion in given.criteria]
    pick = _picker(codes)
    found: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for sheet in given.sheets:
        if sheet.state == SUBMITTED:
            found[sheet.application].append(pick(sheet.levels))
    totals = []
    for candidate in given.candidates:
        columns = found.get(candidate.application, ())
        levels = tuple(map(sum, zip(*columns, strict=True))) if columns else (0,) * len(codes)
        weighted_sum = sum(map(mul, weights, levels))
        totals.append(_Total(candidate, len(columns), levels, weighted_sum))
    return totals


def _picker(codes: Sequence[str]) -> Callable[[Mapping[str, int]], tuple[int, ...]]:
    """Return a function that reads the levels of a sheet in the order of the codes."""
    if len(codes) == 1:
        return lambda levels: (levels[codes[0]],)
    return itemgetter(*codes)


def _give_keys(totals: Iterable[_Total], given: Input) -> None:
    """Set what the totals are compared by: the mean, then the mean level along the tie chain."""
    totals = list(totals)
    position = {criterion.code: index for index, criterion in enumerate(given.criteria)}
    chain = [position[code] for code in given.tie_chain]
    denominator = lcm(*{total.sheets for total in totals})
    for total in totals:
        factor = denominator // total.sheets
        sums = (total.weighted, *(total.levels[index] for index in chain))
        total.keys = tuple(factor * value for value in sums)


def _places(totals: Iterable[_Total]) -> dict[str, _Placed]:
    """Return the place of each: 1 + how many stand before it, so that equals share one.

    The chair's order counts only where it was recorded for every one of those who
    are equal: a break made among others must not decide a tie that came up later.
    """
    alike: dict[tuple[int, ...], list[_Total]] = defaultdict(list)
    for total in totals:
        alike[total.keys].append(total)
    ordered = sorted(alike, reverse=True)
    depths = _depths(ordered)
    placed: dict[str, _Placed] = {}
    before = 0
    for keys, depth in zip(ordered, depths, strict=True):
        equals = alike[keys]
        if len(equals) == 1:
            tie = Tie.CHAIN if depth else Tie.NONE
            placed[equals[0].candidate.application] = _Placed(before + 1, tie, depth)
        else:
            placed.update(_among_equals(equals, before))
        before += len(equals)
    return placed


def _depths(ordered: Sequence[tuple[int, ...]]) -> list[int]:
    """Return for each of the sorted keys how many criteria of the chain set it apart."""

    def shared(one: tuple[int, ...], other: tuple[int, ...]) -> int:
        return next(index for index, pair in enumerate(zip(one, other)) if pair[0] != pair[1])  # noqa: B905

    gaps = [0, *(shared(*pair) for pair in zip(ordered, ordered[1:])), 0]  # noqa: B905
    return [max(gaps[index], gaps[index + 1]) for index in range(len(ordered))]


def _among_equals(equals: Sequence[_Total], before: int) -> dict[str, _Placed]:
    """Return the places of those whom the tie chain leaves equal."""
    orders = [total.candidate.tie_order for total in equals]
    placed = {}
    for total in equals:
        own = total.candidate.tie_order
        if own is None or None in orders:
            place, tie = before + 1, Tie.SHARED
        else:
            place = before + 1 + sum(1 for order in orders if order is not None and order < own)
            tie = Tie.CHAIR if orders.count(own) == 1 else Tie.SHARED
        placed[total.candidate.application] = _Placed(place, tie)
    return placed


def _row(
    total: _Total,
    overall: Mapping[str, _Placed],
    within: Mapping[str, _Placed],
    codes: Sequence[str],
    given: Input,
) -> Row:
    name = total.candidate.application
    placed = overall.get(name)
    if not total.sheets:
        return Row(name, total.candidate.group, None, None, None, 0)
    by_chain = placed is not None and placed.tie is Tie.CHAIN
    return Row(
        application=name,
        group=total.candidate.group,
        place=placed.place if placed else None,
        group_place=within[name].place if placed else None,
        points=Fraction(total.weighted, HIGHEST_LEVEL * total.sheets),
        sheets=total.sheets,
        levels={
            code: Fraction(value, total.sheets)
            for code, value in zip(codes, total.levels, strict=True)
        },
        tie=placed.tie if placed else Tie.NONE,
        tie_criterion=given.tie_chain[placed.depth - 1] if placed and by_chain else "",
        group_tie=within[name].tie if placed else Tie.NONE,
        is_quorum_waived=total.candidate.is_quorum_waived and total.sheets < given.quorum,
        # At least: 50 points reach a threshold of 50.
        reaches_threshold=total.weighted >= given.threshold * HIGHEST_LEVEL * total.sheets,
    )


# --- what cannot be ranked


def check(given: Input) -> None:
    """Raise ValueError, with a sentence for a programmer, when the input contradicts itself."""
    codes = [criterion.code for criterion in given.criteria]
    names = {candidate.application for candidate in given.candidates}
    _demand(len(set(codes)) == len(codes), "a criterion stands twice")
    _demand(all(criterion.weight > 0 for criterion in given.criteria), "a weight is not positive")
    _demand(
        sum(criterion.weight for criterion in given.criteria) == FULL_WEIGHT,
        "the weights do not add up to 100",
    )
    _demand(
        len(set(given.tie_chain)) == len(given.tie_chain) and set(given.tie_chain) <= set(codes),
        "the tie chain must name criteria, each once",
    )
    _demand(len(names) == len(given.candidates), "an application stands twice")
    _demand(given.quorum >= 1, "the quorum must be at least 1")
    _demand(0 <= given.threshold <= 100, "the threshold must be 0 to 100")
    seen = {(sheet.application, sheet.member) for sheet in given.sheets}
    _demand(len(seen) == len(given.sheets), "a member has two sheets of one application")
    wanted = set(codes)
    for sheet in given.sheets:
        if sheet.application not in names:
            raise ValueError(f"a sheet belongs to no application: {sheet.application}")
        if sheet.state != SUBMITTED:
            continue
        if sheet.levels.keys() != wanted or not LEVELS.issuperset(sheet.levels.values()):
            raise ValueError(f"a sheet of {sheet.application} needs a level 0-5 for each criterion")


def _demand(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)


# --- as text


def canonical_json(given: Input) -> str:
    """Return the one JSON text of the input: keys and rows sorted, no spaces."""
    return _dump(_input_data(given))


def export_json(given: Input) -> str:
    """Return the text that ``verify`` reads: the input, and the ranking that follows from it."""
    content = {"format": FORMAT, "input": _input_data(given), "ranking": ranking_data(rank(given))}
    return _dump(content)


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def ranking_data(ranking: Ranking) -> list[dict[str, Any]]:
    """Return the rows as plain JSON values; exact numbers as fractions in words, e.g. "175/2"."""
    return [
        {
            "application": row.application,
            "group": row.group,
            "place": row.place,
            "group_place": row.group_place,
            "points": None if row.points is None else display(row.points),
            "exact": None if row.points is None else str(row.points),
            "sheets": row.sheets,
            "levels": {code: str(value) for code, value in sorted(row.levels.items())},
            "tie": row.tie.value,
            "tie_criterion": row.tie_criterion,
            "group_tie": row.group_tie.value,
            "is_quorum_waived": row.is_quorum_waived,
            "reaches_threshold": row.reaches_threshold,
        }
        for row in ranking.rows
    ]


def _input_data(given: Input) -> dict[str, Any]:
    return {
        "contest": given.contest,
        "threshold": given.threshold,
        "quorum": given.quorum,
        "tie_chain": list(given.tie_chain),
        "criteria": [
            {"code": criterion.code, "weight": criterion.weight}
            for criterion in sorted(given.criteria, key=lambda criterion: criterion.code)
        ],
        "candidates": [
            {
                "application": candidate.application,
                "group": candidate.group,
                "is_quorum_waived": candidate.is_quorum_waived,
                "tie_order": candidate.tie_order,
            }
            for candidate in sorted(given.candidates, key=lambda item: item.application)
        ],
        "sheets": [
            {
                "application": sheet.application,
                "member": sheet.member,
                "state": sheet.state,
                "levels": dict(sheet.levels),
            }
            for sheet in sorted(given.sheets, key=lambda item: (item.application, item.member))
        ],
    }


def _dump(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Input:
    """Return the input of a text that ``canonical_json`` wrote. Raises ValueError for any other."""
    return _read_input(_load(text))


def from_data(content: Any) -> Input:
    """Return the input of such a text that is parsed already. Raises ValueError likewise."""
    return _read_input(content)


def _load(text: str) -> Any:
    """Read JSON strictly: a key that stands twice could hide a second truth."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("the text is nested too deeply") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    _demand(len(content) == len(pairs), "a key stands twice")
    return content


def _read_input(content: Any) -> Input:
    top = _fields(content, {"contest": str, "threshold": int, "quorum": int, "tie_chain": list,
                            "criteria": list, "candidates": list, "sheets": list})  # fmt: skip
    _demand(all(type(code) is str for code in top["tie_chain"]), "tie_chain: codes are text")
    return Input(
        contest=top["contest"],
        threshold=top["threshold"],
        quorum=top["quorum"],
        tie_chain=tuple(top["tie_chain"]),
        criteria=[
            Criterion(**_fields(item, {"code": str, "weight": int})) for item in top["criteria"]
        ],
        candidates=[_read_candidate(item) for item in top["candidates"]],
        sheets=[_read_sheet(item) for item in top["sheets"]],
    )


def _read_candidate(item: Any) -> Candidate:
    kinds = {"application": str, "group": str, "is_quorum_waived": bool, "tie_order": (int, None)}
    return Candidate(**_fields(item, kinds))


def _read_sheet(item: Any) -> Sheet:
    sheet = Sheet(
        **_fields(item, {"application": str, "member": str, "state": str, "levels": dict})
    )
    _demand(all(type(level) is int for level in sheet.levels.values()), "a level is a whole number")
    return sheet


def _fields(item: Any, kinds: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object when it has these fields of these types, and no other."""
    if type(item) is not dict or item.keys() != kinds.keys():
        raise ValueError(f"expected an object with {', '.join(kinds)}")
    for name, kind in kinds.items():
        allowed = kind if isinstance(kind, tuple) else (kind,)
        value = item[name]
        fits = value is None if None in allowed and value is None else type(value) in allowed
        _demand(fits, f"{name} is of the wrong type")
    return item


# --- without the portal


def verify(text: str) -> list[str]:
    """Rank again what the text holds and return what differs; empty when nothing does.

    Raises ValueError when the text is not one that ``export_json`` wrote.
    """
    content = _fields(_load(text), {"format": str, "input": dict, "ranking": list})
    _demand(content["format"] == FORMAT, f"the format is not {FORMAT}")
    expected = ranking_data(rank(_read_input(content["input"])))
    found = content["ranking"]
    if len(found) != len(expected):
        return [f"{len(found)} rows stand in the file, {len(expected)} follow from the sheets"]
    return [
        f"row {number}: the file has {_dump(stands)}, the sheets give {_dump(follows)}"
        for number, (stands, follows) in enumerate(zip(found, expected, strict=True), start=1)
        if _dump(stands) != _dump(follows)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``verify FILE``; return 0 when the ranking holds, 1 when not, 2 for another file."""
    parser = argparse.ArgumentParser(
        prog="scoring.py", description="Recompute the ranking of a contest from its sheets."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("verify", help="say whether the ranking follows from the sheets")
    command.add_argument("file", type=Path, help="what `manage.py export_ranking` wrote")
    file: Path = parser.parse_args(arguments).file
    try:
        text = file.read_text("utf-8")
        differences = verify(text)
    except (OSError, ValueError) as error:
        print(f"{file}: cannot be checked: {error}", file=sys.stderr)  # noqa: T201
        return 2
    for difference in differences:
        print(difference)  # noqa: T201
    print(f"{file}: {'NOT equal' if differences else 'equal'}, sha256 {fingerprint(text)}")  # noqa: T201
    return 1 if differences else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""The commands of the ranking: what they print, write and refuse."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contest import exports, scoring
from tests.builders import NOW, make_contest, make_decision, make_scored_contest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_ranking_is_printed_as_json() -> None:
    contest = make_scored_contest(levels=(3, {"level": 4, "C4": 5}, 2), code="2025")

    rows = json.loads(printed("ranking", "2025", "--json"))

    names = dict(contest.applications.values_list("number", "municipality__name_ru"))
    assert rows == [
        {
            "place": place,
            "application": number,
            "municipality": names[number],
            "points": points,
            "sheets": 3,
        }
        for place, number, points in [
            (1, "2025-002", "84.00"),
            (2, "2025-001", "60.00"),
            (3, "2025-003", "40.00"),
        ]
    ]


def test_the_printed_ranking_stays_after_the_announcement() -> None:
    contest = make_scored_contest(levels=(3, 5), code="2025")
    before = printed("ranking", "2025", "--json")
    make_decision(contest=contest, state="announced")

    assert printed("ranking", "2025", "--json") == before


def test_the_ranking_is_not_printed_while_scoring_goes_on() -> None:
    make_contest(phase="scoring", code="2026")

    with pytest.raises(CommandError, match="opens when its scoring closes"):
        printed("ranking", "2026", "--json")


def test_an_unknown_contest_is_named_with_those_that_are_there() -> None:
    make_contest(code="2026")

    with pytest.raises(CommandError, match="Contests: 2026"):
        printed("ranking", "1999")


def test_the_exported_ranking_is_verified_without_the_portal(tmp_path: Path) -> None:
    make_scored_contest(levels=(3, 5), code="2025")
    file = tmp_path / "ranking.json"

    said = printed("export_ranking", "2025", str(file))

    assert scoring.fingerprint(file.read_text("utf-8")) in said
    assert scoring.main(["verify", str(file)]) == 0


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    make_scored_contest(levels=(3,), code="2025")

    with pytest.raises(CommandError, match="Cannot write"):
        printed("export_ranking", "2025", str(tmp_path / "nowhere" / "ranking.json"))


@pytest.mark.parametrize("levels", [(3,), (3, 4, 5)])
def test_the_sheets_are_read_in_the_same_queries_however_many(
    django_assert_num_queries: Any, levels: tuple[int, ...]
) -> None:
    contest = make_scored_contest(levels=levels)

    with django_assert_num_queries(3):
        exports.sheets_workbook(contest, now=NOW)

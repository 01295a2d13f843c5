"""``manage.py ranking CONTEST [--json]``: the ranking, the same on every database."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contest import deadlines
from contest.models import Contest
from contest.standings import Standing, standings


class Command(BaseCommand):
    help = "Print the ranking of a contest whose scoring has closed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("contest", help="code of the contest, for example 2025")
        parser.add_argument("--json", action="store_true", help="print a JSON list")

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = [line_of(one) for one in ranked(options["contest"])]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            values = ("–" if value is None else str(value) for value in row.values())
            self.stdout.write("\t".join(values))


def contest_of(code: str) -> Contest:
    """Return the contest. Raises CommandError where there is none, or its scoring goes on."""
    contest = Contest.objects.filter(code=code).first()
    if contest is None:
        known = ", ".join(Contest.objects.values_list("code", flat=True)) or "none"
        raise CommandError(f"There is no contest {code!r}. Contests: {known}.")
    if not deadlines.is_scoring_over(contest, timezone.now()):
        raise CommandError(f"The ranking of {code} opens when its scoring closes.")
    return contest


def ranked(code: str) -> list[Standing]:
    """Return the ranking, best first; who shares a place in the order of their numbers."""
    rows = standings(contest_of(code)).rows
    return sorted(
        rows, key=lambda one: (one.place is None, one.place or 0, one.application.number or "")
    )


def line_of(one: Standing) -> dict[str, Any]:
    """Return a line of the list: place, application, municipality, points, sheets."""
    return {
        "place": one.place,
        "application": one.application.number,
        "municipality": one.application.municipality.name_ru,
        "points": one.points or None,
        "sheets": one.row.sheets,
    }

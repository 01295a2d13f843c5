"""``manage.py export_ranking CONTEST FILE``: the ranking with its input, for ``verify``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contest import scoring
from contest.management.commands.ranking import contest_of
from contest.standings import standings


class Command(BaseCommand):
    help = "Write the canonical JSON of a ranking, which contest/scoring.py can verify."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("contest", help="code of the contest, for example 2025")
        parser.add_argument("file", type=Path, help="where to write it")

    def handle(self, *_args: Any, **options: Any) -> None:
        text = scoring.export_json(standings(contest_of(options["contest"])).given)
        try:
            options["file"].write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"Cannot write {options['file']}: {error.strerror}.") from error
        self.stdout.write(f"{options['file']}: SHA-256 {scoring.fingerprint(text)}")

"""``manage.py demo``: fill an empty database with a believable contest and serve it."""

import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from accounts.models import User
from contest.models import Contest
from inclusion_portal.demo import build
from inclusion_portal.demo.cast import PASSWORD, SIGN_INS
from inclusion_portal.models import DemoMark


class Command(BaseCommand):
    help = (
        "Fills an empty database with an invented contest and serves it at "
        "http://127.0.0.1:8000. Serves the demo again where it was made before; refuses "
        "a database with anything else in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port to serve at")
        parser.add_argument(
            "--scale", type=int, default=1, help="how many times as many applications (60: 3,000)"
        )
        parser.add_argument("--no-server", action="store_true", help="fill only")
        parser.add_argument("--fresh", action="store_true", help="throw the demo away, start over")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        if not 1 <= options["scale"] <= 200:
            raise CommandError("--scale takes a whole number from 1 to 200.")
        if options["fresh"]:
            self._throw_away()
        call_command("migrate", verbosity=0)
        mark = DemoMark.objects.first()
        if mark is None:
            self._fill(options["scale"])
        else:
            self.stdout.write(f"The demo made on {mark.made_at:%Y-%m-%d} is here already.")
        self._introduce(options["port"])
        if not options["no_server"]:
            call_command("runserver", f"127.0.0.1:{options['port']}", use_reloader=False)

    def _fill(self, scale: int) -> None:
        if User.objects.exists() or Contest.objects.exists():
            raise CommandError(
                "This database has people or contests that the demo did not make, so it stays "
                "as it is. Name an empty one: DATABASE_URL=sqlite:////tmp/demo.sqlite3"
            )
        self.stdout.write("Filling the database with an invented contest:")
        build.build(now=timezone.now(), times=scale, report=self._report)

    def _report(self, line: str) -> None:
        self.stdout.write(f"  {line} …")
        self.stdout.flush()

    def _throw_away(self) -> None:
        """Empty the database and the files, where ``demo`` made them; else refuse."""
        tables = connection.introspection.table_names()
        if tables and (DemoMark._meta.db_table not in tables or not DemoMark.objects.exists()):
            raise CommandError("The demo did not make this database, so it stays as it is.")
        if connection.vendor == "sqlite":
            name = Path(str(connection.settings_dict["NAME"]))
            connection.close()
            for suffix in ("", "-wal", "-shm"):
                name.with_name(name.name + suffix).unlink(missing_ok=True)
        else:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)

    def _introduce(self, port: int) -> None:
        widest = max(len(word) for word, *_rest in SIGN_INS) + len("@demo.local")
        self.stdout.write(f"\nSign in with the password {PASSWORD}:")
        for word, _name, _language, purpose in SIGN_INS:
            self.stdout.write(f"  {word + '@demo.local':<{widest}}  {purpose}")
        self.stdout.write(f"\nThe portal: http://127.0.0.1:{port}/  (Ctrl+C stops it)\n")
        sys.stdout.flush()

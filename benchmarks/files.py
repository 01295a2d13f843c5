"""What the ranking and every Excel file of the present database cost: seconds and memory.

    python benchmarks/files.py [CONTEST]

Makes each in a process of its own, through the code of the pages and the commands, and
prints seconds, those of them that the processor worked, megabytes of the file, and the
peak of the process's memory in MB above that of a process that has only started. The
database must be the demo's (``VAR_DIR`` or ``DATABASE_URL`` name it); the files go nowhere,
but its trail notes an export of attendance.
"""

import io
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inclusion_portal.settings")

NAMES = ("ranking", "ranking workbook", "applications workbook", "sheets workbook", "attendance")
MEGABYTE = 1024


def makers(code: str) -> dict[str, Callable[[], int]]:
    """Return what makes each file and gives its size in bytes, by its name."""
    from django.core.management import call_command
    from django.utils import timezone

    from accounts.models import User
    from contest import exports
    from contest.models import Contest
    from seminars.exports import Wanted, attendance_file
    from seminars.models import Registration

    staff, now = User.objects.get(email="staff@demo.local"), timezone.now()
    contest = Contest.objects.get(code=code)

    def ranking() -> int:
        with redirect_stdout(io.StringIO()) as text:
            call_command("ranking", code, "--json", stdout=text)
        return len(text.getvalue().encode())

    def attendance() -> int:
        lines = Registration.objects.all()
        wanted = Wanted(language="ru")
        return _size(attendance_file(lines, wanted, filtered_by={}, by=staff, now=now))

    return {
        "ranking": ranking,
        "ranking workbook": lambda: _size(exports.ranking_workbook(contest, now=now)),
        "applications workbook": lambda: _size(exports.applications_workbook(contest)),
        "sheets workbook": lambda: _size(exports.sheets_workbook(contest, now=now)),
        "attendance": attendance,
    }


def _size(file: Any) -> int:
    return int(file.seek(0, os.SEEK_END))


def peak() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def make_one(name: str, code: str) -> None:
    """Make one file in this process and print its figures as JSON."""
    import django

    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    make = makers(code)[name]
    before, started, worked = peak(), time.perf_counter(), time.process_time()
    size = make()
    figures = {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - worked,
        "megabytes": size / 1024**2,
        "before": before,
        "peak": peak(),
    }
    print(json.dumps(figures))  # noqa: T201


def main() -> None:
    """Start a process for each file and print a line for each."""
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        make_one(sys.argv[2], sys.argv[3])
        return
    code = sys.argv[1] if len(sys.argv) > 1 else "2025"
    print(f"{'':22}  seconds  processor   file MB  memory MB above the start")  # noqa: T201
    for name in NAMES:
        command = [sys.executable, __file__, "--one", name, code]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        one = json.loads(told)
        print(  # noqa: T201
            f"{name:22} {one['seconds']:8.1f} {one['processor']:10.1f} {one['megabytes']:9.2f}"
            f" {one['peak'] - one['before']:10.0f} ({one['before']:.0f} to {one['peak']:.0f})",
            flush=True,
        )


if __name__ == "__main__":
    main()

"""How long the attendance export of 100,000 lines takes and how much memory it needs.

    python benchmarks/attendance_export.py [LINES]

Makes a database in a temporary folder, fills it with invented people, exports them all
through the same code as the pages, and prints seconds, queries, the size of the file and
the peak of memory. Measured on two busy cores: 100,000 lines took 45 s of the processor,
61 queries, a file of 7.2 MB, and 130 MB of memory at the peak (72 MB before it began).
"""

import os
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

LINES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
PEOPLE_A_SEMINAR = 50
DAYS = 2
MEGABYTE = 1024

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def fill() -> None:
    """Make the districts, units, people, lines and days, in bulk."""
    from django.utils import timezone

    from accounts.models import User
    from language.folding import fold, sort_key
    from municipalities.models import District, Municipality, Oblast, Position
    from seminars.models import Attendance, Participant, Registration, Seminar

    staff = User.objects.create_superuser(email="bench@example.test", full_name="Замеров Замер")
    oblast = Oblast.objects.create(name_ru="Замерная область", name_ky="Өлчөө облусу")
    position = Position.objects.get_or_create(
        code="bench", defaults={"name_ru": "Специалист", "name_ky": "Адис"}
    )[0]
    units = []
    for number in range(40):
        district = District.objects.create(
            oblast=oblast, name_ru=f"Район {number}", name_ky=f"{number}-район"
        )
        units += [
            Municipality.objects.create(
                district=district,
                name_ru=f"Замерный аймак {number}-{place}",
                name_ky=f"Өлчөө аймагы {number}-{place}",
                register="bench",
            )
            for place in range(10)
        ]
    first = date(2025, 5, 13)
    seminars = Seminar.objects.bulk_create(
        Seminar(
            district=units[number % len(units)].district,
            place=f"Дом культуры {number}",
            starts_on=first + timedelta(days=number % 300),
            ends_on=first + timedelta(days=number % 300 + DAYS - 1),
        )
        for number in range(-(-LINES // PEOPLE_A_SEMINAR))
    )
    names = [f"Замеров Өмүрбек {number} уулу" for number in range(LINES)]
    people = Participant.objects.bulk_create(
        (
            Participant(
                full_name=name,
                sex="fm"[number % 2],
                birth_year=1960 + number % 40,
                position=position,
                municipality=units[number % len(units)],
                consented_on=first,
                consent_version="bench",
                search_key=fold(name),
                full_name_order=sort_key(name),
            )
            for number, name in enumerate(names)
        ),
        batch_size=2000,
    )
    now = timezone.now()
    lines = Registration.objects.bulk_create(
        (
            Registration(
                seminar=seminars[number // PEOPLE_A_SEMINAR],
                participant=person,
                number=number % PEOPLE_A_SEMINAR + 1,
                registered_at=now,
                registered_by=staff,
            )
            for number, person in enumerate(people)
        ),
        batch_size=2000,
    )
    Attendance.objects.bulk_create(
        (
            Attendance(registration=line, day=line.seminar.starts_on + timedelta(days=day))
            for line in lines
            for day in range(DAYS)
        ),
        batch_size=5000,
    )


def export() -> None:
    """Export everything in a fresh process state and print what it took."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from accounts.models import User
    from seminars.exports import Wanted, attendance_file
    from seminars.models import Registration

    staff = User.objects.get(email="bench@example.test")
    lines = Registration.objects.order_by("seminar__starts_on", "seminar_id", "number")
    before = peak()
    started, worked = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as queries:
        file = attendance_file(
            lines, Wanted(language="ru"), filtered_by={}, by=staff, now=timezone.now()
        )
    seconds, of_processor = time.perf_counter() - started, time.process_time() - worked
    size = file.seek(0, os.SEEK_END)
    print(f"lines    {lines.count():,}")  # noqa: T201
    print(f"seconds  {seconds:.1f}, of them {of_processor:.1f} of the processor")  # noqa: T201
    print(f"queries  {len(queries)}")  # noqa: T201
    print(f"file     {size / 1024 / 1024:.1f} MB")  # noqa: T201
    print(f"memory   {before:.0f} MB before, {peak():.0f} MB at the peak")  # noqa: T201


def peak() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def set_up(folder: str) -> None:
    """Start Django on a database in the folder."""
    os.environ["VAR_DIR"] = folder
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "inclusion_portal.settings"
    import django

    django.setup()


def main() -> None:
    """Fill in a process of its own, so that its memory does not hide that of the export."""
    with tempfile.TemporaryDirectory() as folder:
        if (child := os.fork()) == 0:
            set_up(folder)
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            fill()
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        if status:
            sys.exit("The database could not be filled.")
        set_up(folder)
        export()


if __name__ == "__main__":
    main()

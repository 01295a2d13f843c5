"""What every main page costs on the present database: queries, processor time, bytes.

    python benchmarks/pages.py [--json FILE] [--against FILE] [--times N] [--only WORD]

Opens the pages as the people of the demo do, through Django's test client, and prints a
line for each: status, queries, milliseconds of the processor (the median of some runs
after one that warms up), bytes as they are and through gzip. ``--json`` keeps the
figures; ``--against`` shows beside them those kept of another database, and exits with 1
where a page asks more queries there than here. The database must be the demo's
(``VAR_DIR`` or ``DATABASE_URL`` name it): signing in writes sessions.
"""

import argparse
import gzip
import json
import os
import statistics
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inclusion_portal.settings")

if TYPE_CHECKING:
    from django.test import Client

PUBLIC = ""
LAST = "page=1000000"
"""A page too far is the last one."""


@dataclass(frozen=True)
class Cost:
    """What one page cost one person. ``cpu_ms``: milliseconds of this process."""

    person: str
    page: str
    status: int
    queries: int
    cpu_ms: float
    bytes: int
    gzip: int


def addresses() -> Iterator[tuple[str, str, str]]:
    """Give the person, the name of the page, and its address."""
    from contest.models import Application, Sheet

    def first(**which: Any) -> Any:
        return Application.objects.filter(**which).order_by("pk").first()

    yield PUBLIC, "contest", "/contest/"
    yield PUBLIC, "results 2025", "/contest/results/2025/"
    yield PUBLIC, "sign in", "/accounts/login/"
    mine = first(created_by__email="applicant@demo.local", state="draft")
    if mine:
        yield "applicant", "home", "/"
        yield "applicant", "task list", f"/contest/application/{mine.pk}/"
        yield "applicant", "section: programme", f"/contest/application/{mine.pk}/programme/"
        yield "applicant", "section: measures", f"/contest/application/{mine.pk}/measures/"
        yield "applicant", "check the answers", f"/contest/application/{mine.pk}/check/"
        yield "applicant", "own municipality", "/municipalities/own/"
    yield from _of_the_commission(Sheet)
    yield from _of_staff(first(contest__code="2025"))
    yield "observer", "home", "/"
    yield "observer", "seminars", "/seminars/"
    yield "observer", "coverage", "/reports/coverage/"
    yield from _of_the_admin()


def _of_the_commission(sheet: Any) -> Iterator[tuple[str, str, str]]:
    queue = "/contest/commission/?contest="
    for contest in ("2025", "trial"):
        yield "member1", f"queue {contest}", queue + contest
        own = sheet.objects.filter(
            application__contest__code=contest, seat__user__email="member1@demo.local"
        )
        code = own.order_by("pk").values_list("application__code", flat=True).first()
        if code:
            yield "member1", f"sheet {contest}", f"/contest/commission/{code}/"
    yield "member1", "queue 2025, last page", f"{queue}2025&{LAST}"
    yield "member1", "conflicts 2025", "/contest/commission/conflicts/?contest=2025"
    yield "member1", "admin: sheets", "/admin/contest/sheet/"
    yield "chair", "home", "/"
    yield "chair", "who has finished 2025", "/contest/commission/progress/?contest=2025"
    yield "chair", "decision 2025", "/contest/chair/?contest=2025"


def _of_staff(application: Any) -> Iterator[tuple[str, str, str]]:
    from municipalities.models import Municipality
    from seminars.models import Seminar

    seminar = Seminar.objects.order_by("-pk").first()
    unit = Municipality.objects.order_by("pk").first()
    board = "/contest/staff/?contest=2025"
    pages = {
        "home": "/",
        "board 2025": board,
        "board 2025, last page": f"{board}&{LAST}",
        "board 2025, search": f"{board}&q=айыл",
        "application": f"/contest/staff/application/{application.pk}/" if application else "",
        "decision 2025": "/contest/staff/decision/?contest=2025",
        "who has finished 2025": "/contest/commission/progress/?contest=2025",
        "coverage": "/reports/coverage/",
        "seminars": "/seminars/",
        "seminars, last page": f"/seminars/?{LAST}",
        "seminar": f"/seminars/{seminar.pk}/" if seminar else "",
        "seminars: export": "/seminars/export/",
        "municipalities": "/municipalities/",
        "municipalities, last page": f"/municipalities/?{LAST}",
        "municipalities, search": "/municipalities/?q=айыл",
        "municipality": f"/municipalities/{unit.pk}/" if unit else "",
        "people": "/accounts/people/",
        "invitations": "/accounts/invitations/",
        "invite an editor": "/accounts/invite/membership/",
    }
    for name, address in pages.items():
        if address:
            yield "staff", name, address


def _of_the_admin() -> Iterator[tuple[str, str, str]]:
    """Give every list of the admin, a search in it, and its first object."""
    from django.contrib import admin
    from django.urls import reverse

    yield "admin", "admin: index", reverse("admin:index")
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label_lower):
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        name = f"admin: {model._meta.label_lower}"
        address = reverse(f"admin:{label}_changelist")
        yield "admin", name, address
        yield "admin", f"{name}, search", f"{address}?q=айыл"
        if row := model._default_manager.order_by("pk").first():
            yield "admin", f"{name}, one", reverse(f"admin:{label}_change", args=[row.pk])


def measure(client: "Client", person: str, page: str, address: str, times: int) -> Cost:
    """Open the page once to warm up, once to count the queries, then ``times`` by the clock."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    queries = len(captured)  # now: the next request empties the log
    body = answer.getvalue()
    spent = []
    for _time in range(times):
        started = time.process_time()
        client.get(address)
        spent.append((time.process_time() - started) * 1000)
    return Cost(
        person or "anybody",
        page,
        answer.status_code,
        queries,
        round(statistics.median(spent), 1),
        len(body),
        len(gzip.compress(body, 6)),
    )


def measure_all(times: int, only: str) -> list[Cost]:
    """Return the cost of every page whose person and name hold the word."""
    clients: dict[str, Client] = {}
    costs = []
    for person, page, address in addresses():
        if only in f"{person or 'anybody'} {page}":
            if person not in clients:
                clients[person] = _signed_in(person)
            costs.append(measure(clients[person], person, page, address, times))
            print(_line(costs[-1], None), flush=True)  # noqa: T201
    return costs


def _signed_in(person: str) -> "Client":
    from django.test import Client

    from accounts.models import User

    client = Client(SERVER_NAME="localhost")
    if person:
        client.force_login(
            User.objects.get(email=f"{person}@demo.local"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
    return client


def _line(cost: Cost, other: Cost | None) -> str:
    """Return a line of the table; with the other's figures after this one's."""
    told = [f"{cost.person:10}", f"{cost.page:44}", f"{cost.status}"]
    if other is None:
        told += [f"{cost.queries:5}", f"{cost.cpu_ms:8.1f}", f"{cost.bytes:9,}", f"{cost.gzip:8,}"]
    else:
        told += [f"{other.queries:4} {cost.queries:4}", f"{other.cpu_ms:8.1f} {cost.cpu_ms:8.1f}"]
        told += [f"x{cost.cpu_ms / max(other.cpu_ms, 0.1):5.1f}"]
        told += [f"{other.gzip:8,} {cost.gzip:8,}", "" if cost.queries <= other.queries else "MORE"]
    return "  ".join(told).rstrip()


def compare(costs: list[Cost], kept: list[Cost]) -> int:
    """Print both sides of each page; return 1 where this one asks more queries, else 0."""
    print("\nqueries, processor ms, gzip bytes: there and here\n")  # noqa: T201
    others = {(cost.person, cost.page): cost for cost in kept}
    grew = 0
    for cost in costs:
        if other := others.get((cost.person, cost.page)):
            print(_line(cost, other))  # noqa: T201
            grew |= cost.queries > other.queries
    return int(grew)


def main() -> int:
    """Measure, print, keep; return 1 where a page asks more queries than in the file."""
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    wanted.add_argument("--json", type=Path, metavar="FILE", help="keep the figures here")
    wanted.add_argument("--against", type=Path, metavar="FILE", help="figures kept before")
    wanted.add_argument("--times", type=int, default=5, help="runs by the clock (5)")
    wanted.add_argument("--only", default="", metavar="WORD", help="pages whose name holds it")
    options = wanted.parse_args()
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    warnings.filterwarnings("ignore", "No directory at")  # nothing is served from static here
    import django

    django.setup()
    from inclusion_portal.models import DemoMark

    if not DemoMark.objects.exists():
        sys.exit("This is not a database of the demo: make one with manage.py demo --no-server.")
    costs = measure_all(options.times, options.only)
    if options.json:
        options.json.write_text(json.dumps([asdict(cost) for cost in costs], indent=1) + "\n")
    if not options.against:
        return 0
    return compare(costs, [Cost(**row) for row in json.loads(options.against.read_text())])


if __name__ == "__main__":
    sys.exit(main())

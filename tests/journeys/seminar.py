"""Chynara's spring: a seminar with two people, its list in Excel, a link for Айгуль."""

import io
import re
from datetime import date
from typing import Any

from openpyxl import load_workbook

from accounts.models import User
from municipalities.models import Membership
from tests.builders import NOW, PASSWORD
from tests.journeys.browsing import Visitor
from tests.journeys.story import NEIGHBOUR, OWN, UNITS, Story

DAYS = (date(2026, 3, 5), date(2026, 3, 6))
"""The last days before the story begins, so that attendance may be ticked."""

PEOPLE = (
    {"full_name": "Асанова Сынак", "sex": "f", "birth_year": "1985", "phone": "0555 123 456"},
    {"full_name": "=Бакиров Сынак уулу", "sex": "m", "birth_year": "1979"},
)
"""The second name would be a formula in a careless file."""

AIGULS_PHONE = "0700 112 233"


def rows_of(content: bytes) -> list[dict[str, Any]]:
    """Return the lines of an Excel file, each as heading → value."""
    headings, *rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def holds_a_seminar(story: Story) -> None:
    """Create the seminar, enter the people by the quick row, tick days, compare the Excel."""
    chynara = story.visitor(story.staff).open("/seminars/new/")
    details = {"place": "Сынак клубу", "starts_on": DAYS[0], "ends_on": DAYS[1]}
    form = chynara.form("Save").fill(details)
    form.fill({"district": story.units[OWN].district.name_ru}).press("Save")
    for person, unit in zip(PEOPLE, (OWN, NEIGHBOUR), strict=True):
        form = chynara.form("Save and enter the next").fill(person)
        choices = {"municipality": UNITS[unit][0], "position": form.choices("position")[-1]}
        form.fill(choices | {"days": [DAYS[0].isoformat()], "consent": True})
        form.press("Save and enter the next")
    ticked = chynara.form("Save the days")
    assert len(ticked.ticked("tick")) == 2
    ticked.fill({f"{PEOPLE[0]['full_name']}, 06.03.2026": True}).press("Save the days")
    _compare_with_excel(chynara)


def _compare_with_excel(chynara: Visitor) -> None:
    chynara.follow("Export to Excel")
    wanted = {"language": "en", "with_phone": True, "reason": "Сверка списка"}
    rows = rows_of(chynara.form("Download").fill(wanted).press("Download").content)
    shown = ("Full name", "Municipality", "Year of birth", "Phone", "Days attended")
    # A file for English readers names places as the English page does: in Russian.
    assert [tuple(row[name] for name in shown) for row in rows] == [
        ("Асанова Сынак", "Сынак-Булутский", 1985, "+996555123456", 2),
        ("=Бакиров Сынак уулу", "Сынак-Өзөнский", 1979, None, 1),
    ]
    days = [f"Day {number} ({day:%d.%m.%Y})" for number, day in enumerate(DAYS, start=1)]
    assert [[row[day] for day in days] for row in rows] == [[1, 1], [1, None]]
    assert [row["First day"].date() for row in rows] == [DAYS[0]] * 2


def invites_aigul(story: Story) -> None:
    """Make a link for a messenger; Айгуль opens it, sets a password and is in."""
    chynara = story.visitor(story.staff).open("/accounts/invite/membership/")
    wanted = {
        "municipality": UNITS[OWN][0],
        "role": Membership.Role.HEAD,
        "full_name": "Айгуль Подаёт",
        "phone": AIGULS_PHONE,
        "language": story.language,
    }
    chynara.form("Make the link").fill(wanted).press("Make the link")
    letter = next(chynara.page.all("textarea")).raw
    link = re.search(r"https?://\S+/accounts/link/\S+/", letter)
    assert link, letter

    aigul = Visitor(language=story.language).open(link[0])
    form = aigul.form("Save and sign in").fill({"password": PASSWORD, "repeat": "другой-2026"})
    form.press("Save and sign in", status=422)
    form = aigul.form("Save and sign in").fill({"password": PASSWORD, "repeat": PASSWORD})
    form.press("Save and sign in")
    assert aigul.path == "/"
    story.aigul = User.objects.get(full_name="Айгуль Подаёт")
    assert story.aigul.memberships.get().since == NOW.date()
    Visitor(language=story.language).open(link[0], status=409)

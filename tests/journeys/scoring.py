"""The commission: conflicts declared, sheets written on the pages and in the admin, in secret."""

from fractions import Fraction
from typing import Any

from contest.models import Sheet
from tests.journeys.applying import ANSWERS
from tests.journeys.browsing import Form, Visitor
from tests.journeys.story import (
    BAKYT,
    CHAIR,
    ERKIN,
    GULNARA,
    LAST,
    MEMBERS,
    NEIGHBOUR,
    OWN,
    THIRD,
    UNITS,
    Story,
)

WEIGHTS = {"C1": 15, "C2": 15, "C3": 10, "C4": 20, "C5": 15, "C6": 10, "C7": 10, "C8": 5}
"""Of the rubric; they add up to 100."""

LEVELS: dict[str, dict[str, str]] = {
    OWN: {BAKYT: "43454334", ERKIN: "53454334", CHAIR: "43453334"},
    NEIGHBOUR: {BAKYT: "43444444", ERKIN: "43544444", GULNARA: "43344444", CHAIR: "43444444"},
    THIRD: {BAKYT: "33333333", ERKIN: "33333333", GULNARA: "33333333", CHAIR: "33333334"},
    LAST: {BAKYT: "22222222", ERKIN: "22222223", CHAIR: "22222223"},
}
"""The levels of C1 to C8. Гүлнара has a conflict with ``OWN`` and abstains from ``LAST``."""


def points(key: str) -> Fraction:
    """Return the result by the rubric: the mean of the sheets, each Σ weight × level / 5."""
    sheets = [
        sum(weight * int(level) for weight, level in zip(WEIGHTS.values(), levels, strict=True))
        for levels in LEVELS[key].values()
    ]
    return Fraction(sum(sheets), 5 * len(sheets))


def mean_level(key: str, criterion: str) -> Fraction:
    """Return the mean level of one criterion, by which a tie is broken."""
    place = list(WEIGHTS).index(criterion)
    levels = [int(sheet[place]) for sheet in LEVELS[key].values()]
    return Fraction(sum(levels), len(levels))


def secret(key: str, member: str) -> str:
    """Return a word that stands in this member's sheet alone."""
    return f"Тайна-{member}-{key}"


# --- before the scoring


def sees_no_application(story: Story, key: str) -> None:
    """Find nothing to read before conflicts are declared and codes are given."""
    visitor = story.member(key).open("/contest/commission/")
    assert visitor.path.startswith("/contest/commission/conflicts/")
    visitor.open("/admin/contest/sheet/")
    assert "К-" not in visitor.text


def declare_conflicts(story: Story) -> None:
    """Each declares before a code is shown; Гүлнара names Айгуль's municipality."""
    for key in MEMBERS:
        visitor = story.member(key)
        for code in story.codes.values():
            visitor.open(f"/contest/commission/{code}/", status=404)
        visitor.open("/contest/commission/")
        form = visitor.form("Declare and see the applications")
        form.press("Declare and see the applications", status=422)
        form = visitor.form("Declare and see the applications")
        if key == GULNARA:
            form.fill({"municipalities": [UNITS[OWN][0]], "reason": "Работаю там"})
            form.press("Declare and see the applications")
            visitor.press("do=confirm")
        else:
            form.fill({"none": True})
            form.press("Declare and see the applications")
        _reads_what_is_assigned(visitor, story, key)


def _reads_what_is_assigned(visitor: Visitor, story: Story, key: str) -> None:
    """Find the codes, not the names; where there is a conflict, nothing at any address."""
    hidden = {story.codes[OWN]} if key == GULNARA else set()
    assert {row[0] for row in visitor.cells()} == set(story.codes.values()) - hidden
    for code in story.codes.values():
        visitor.open(f"/contest/commission/{code}/", status=404 if code in hidden else 200)
        assert not [name for names in UNITS.values() for name in names if name in visitor.text]
        visitor.open(f"/contest/commission/{code}/abstain/", status=404 if code in hidden else 200)
        status = 404 if code in hidden else 200
        visitor.open(f"/admin/contest/sheet/add/?application={code}", status=status)
    visitor.open("/admin/contest/sheet/")
    assert [code for code in story.codes.values() if code in visitor.text] == [
        code for code in story.codes.values() if code not in hidden
    ]
    for file in story.own.files.all():
        address = f"/contest/commission/{story.codes[OWN]}/files/{file.key}/"
        visitor.open(address, status=404 if key == GULNARA else 200)
        visitor.open(f"/contest/application/file/{file.key}/", status=404)


# --- sheets


def bakyt_is_asked_for_comments(story: Story) -> None:
    """Бакыт reads the text, forgets to explain a 5, is told, keeps what he typed, submits."""
    bakyt = _at_sheet(story, BAKYT, OWN)
    assert ANSWERS["vision"] in bakyt.text
    assert "120 адам сурамжыланды" in bakyt.text
    form = _fill(bakyt, LEVELS[OWN][BAKYT])
    form.press("action=submit", status=422)
    assert bakyt.word("Explain level %(level)s.") % {"level": 5} in bakyt.text
    assert bakyt.title.startswith(bakyt.word("Error:"))
    assert not Sheet.objects.exists()
    form = bakyt.form("action=submit")
    assert [form.field(f"level_{code}") for code in WEIGHTS] == list(LEVELS[OWN][BAKYT])
    form.fill({"comment_C4": secret(OWN, BAKYT)}).press("action=save")
    _at_sheet(story, BAKYT, OWN, bakyt)
    sent = bakyt.form("action=submit")
    assert sent.field("comment_C4") == secret(OWN, BAKYT)
    sent.press("action=submit")
    sent.press("action=submit", status=409)


def the_others_score(story: Story) -> None:
    """Эркин scores in the admin, Гүлнара and the chair on the pages; Гүлнара abstains once."""
    for member in (ERKIN, GULNARA, CHAIR):
        for key, sheets in LEVELS.items():
            if member in sheets:
                _score(story, member, key)
    gulnara = story.member(GULNARA).open(f"/contest/commission/{story.codes[LAST]}/abstain/")
    gulnara.form("Abstain").fill({"reason": "Не успела прочитать"}).press("Abstain")


def bakyt_finishes(story: Story) -> None:
    """Бакыт writes what was left; until his sheet is submitted he sees no other's on it."""
    for key in (NEIGHBOUR, THIRD, LAST):
        bakyt = _at_sheet(story, BAKYT, key)
        assert secret(key, CHAIR) not in bakyt.text
        _score(story, BAKYT, key)
        assert secret(key, CHAIR) in _at_sheet(story, BAKYT, key).text


def sees_no_colleagues_sheet(story: Story, key: str) -> None:
    """Look for the colleagues' words by every path: pages, lists, search, order, count, files."""
    others = [member for member in MEMBERS if member != key]
    visitor = story.member(key)
    listed = "/admin/contest/sheet/"
    code = story.codes[OWN]
    paths = ["/contest/commission/", f"/contest/commission/{code}/", listed]
    paths += [f"{listed}?q={code}", f"{listed}?o=-3", f"{listed}?state__exact=submitted"]
    for path in paths:
        visitor.open(path)
        assert not [word for word in others if f"Тайна-{word}" in visitor.text], path
        assert not [member for member in others if MEMBERS[member] in visitor.text], path
    own = Sheet.objects.filter(seat=story.seats[key])
    visitor.open(listed)
    assert len(visitor.cells()) == own.count()
    for sheet in Sheet.objects.exclude(seat=story.seats[key]):
        visitor.open(f"{listed}{sheet.pk}/history/", status=404)
        visitor.open(f"{listed}{sheet.pk}/change/", status=404)
    for kind in ("sheets", "ranking"):
        visitor.open(f"/contest/staff/{story.contest.code}/export/{kind}/", status=404)


def staff_see_no_points(story: Story) -> None:
    """The ranking and its files do not open while the scoring goes on."""
    chynara = story.visitor(story.staff)
    chynara.open("/contest/staff/decision/", status=403)
    for kind in ("sheets", "ranking"):
        chynara.open(f"/contest/staff/{story.contest.code}/export/{kind}/", status=403)
    for key in UNITS:
        chynara.open("/contest/staff/").follow(UNITS[key][0])
        assert "Тайна" not in chynara.text


def sees_colleagues_sheets(story: Story, key: str) -> None:
    """Once the discussion is open, who has submitted reads the others' sheets by name."""
    visitor = _at_sheet(story, key, OWN)
    for member in LEVELS[OWN]:
        assert secret(OWN, member) in visitor.text
    assert MEMBERS[CHAIR] in visitor.text


def _score(story: Story, member: str, key: str) -> None:
    """Write a sheet whole and submit it, in the admin where the member works there."""
    visitor = story.member(member)
    if member == ERKIN:
        visitor.open("/admin/contest/sheet/").follow(story.codes[key])
    else:
        _at_sheet(story, member, key, visitor)
    form = _fill(visitor, LEVELS[key][member])
    form.fill({f"comment_{code}": secret(key, member) for code in WEIGHTS})
    form.press("action=submit")


def _at_sheet(story: Story, member: str, key: str, visitor: Visitor | None = None) -> Visitor:
    visitor = visitor or story.member(member)
    return visitor.open("/contest/commission/").follow(story.codes[key])


def _fill(visitor: Visitor, levels: str) -> Form:
    chosen: dict[str, Any] = {
        f"level_{code}": level for code, level in zip(WEIGHTS, levels, strict=True)
    }
    return visitor.form("action=submit").fill(chosen)

"""Chynara's part before the commission: read, return with points, admit, redact, give codes."""

from tests.journeys.applying import ADDRESS, ANSWERS, PDF, POINTS
from tests.journeys.browsing import Visitor
from tests.journeys.scoring import sees_no_application
from tests.journeys.story import MEMBERS, OWN, UNITS, Story

REDACTED = PDF + b"% without names"


def sees_progress_only(story: Story) -> None:
    """Open Айгуль's draft: how far it is, not what it says."""
    chynara = _application(story, OWN)
    assert "11" in chynara.text
    assert ANSWERS["vision"] not in chynara.text


def returns_it_with_points(story: Story) -> None:
    """Read the submitted application, return it with points and a date; one letter goes."""
    chynara = _application(story, OWN)
    assert ANSWERS["vision"] in chynara.text
    chynara.follow("Return for correction")
    chynara.form("Return for correction").press("Return for correction", status=422)
    form = chynara.form("Return for correction")
    form.fill({"note": POINTS, "correction_until": "2026-03-16T12:00"})
    with story.posting():
        form.press("Return for correction")
    assert len(story.letters_to(ADDRESS)) == 2


def admits_all(story: Story) -> None:
    """Admit the four; what was returned once cannot be returned again."""
    for key in UNITS:
        chynara = _application(story, key)
        assert ("Вернуть" in " ".join(chynara.links())) == (key != OWN)
        chynara.follow("Admit")
        with story.posting():
            chynara.press("Admit")
        assert story.letters_to(ADDRESS if key == OWN else f"{key}@example.test")[-1]


def redacts_and_codes(story: Story) -> None:
    """Put a copy beside each file of Айгуль's; give codes, which members do not see before."""
    for key in MEMBERS:
        sees_no_application(story, key)
    chynara = _application(story, OWN)
    for form in [form for form in chynara.forms() if form.has_button("Put the copy there")]:
        form.fill({"file": ("копия.pdf", REDACTED)}).press("Put the copy there")
    chynara.open("/contest/staff/").press("Give codes")
    story.codes = {key: _code(story, key) for key in UNITS}
    assert len(set(story.codes.values())) == len(UNITS)


def _application(story: Story, key: str) -> Visitor:
    chynara = story.visitor(story.staff)
    return chynara.open("/contest/staff/").follow(UNITS[key][0])


def _code(story: Story, key: str) -> str:
    """Return the code as the secretary reads it."""
    words = _application(story, key).text.split()
    found = {word.rstrip(".") for word in words if word.startswith("К-")}
    assert len(found) == 1, found
    return found.pop()

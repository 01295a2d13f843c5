"""Two keys and what follows: draft, confirmation, announcement, letters, results, Excel, trail."""

import json
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from typing import Any

from django.core.management import call_command

from audit import trail
from audit.models import AuditEvent
from contest.models import Application
from tests.journeys.applying import ADDRESS, ANSWERS
from tests.journeys.browsing import Form, Visitor
from tests.journeys.scoring import LEVELS, WEIGHTS, mean_level, points, secret
from tests.journeys.seminar import rows_of
from tests.journeys.story import (
    CHAIR,
    FIRST,
    FUND_SOM,
    LAST,
    MEMBERS,
    NEIGHBOUR,
    NEXT,
    OWN,
    THIRD,
    UNITS,
    Story,
)

PLACES = (OWN, NEIGHBOUR, THIRD, LAST)
"""The first two are equal in points; Айгуль's measures (C4) decide. The last is below 50."""

WON = {OWN: FIRST, NEIGHBOUR: NEXT, THIRD: NEXT}


def display(key: str) -> str:
    """Return the points with two decimals, half up."""
    exact = points(key)
    hundredths = Decimal(exact.numerator) / Decimal(exact.denominator)
    return str(hundredths.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def shown(key: str) -> str:
    """Return the points as Russian and Kyrgyz pages show them: with a comma."""
    return display(key).replace(".", ",")


def the_story_is_worth_telling() -> None:
    """The levels make a tie that C4 breaks, a mean that is rounded, and one below 50."""
    assert points(OWN) == points(NEIGHBOUR) == 77
    assert mean_level(OWN, "C4") > mean_level(NEIGHBOUR, "C4")
    assert points(THIRD) == Decimal("60.25")
    assert (points(LAST) * 3, display(LAST)) == (122, "40.67")


# --- the staff's key


def staff_draft(story: Story) -> None:
    """Try what the fund and the threshold refuse; save the draft that follows the places."""
    chynara = story.visitor(story.staff).open("/contest/staff/decision/")
    assert [(row[0], row[2]) for row in chynara.cells()] == [
        (str(place), shown(key)) for place, key in enumerate(PLACES, start=1)
    ]
    form = _prizes(story, chynara)
    offered = {key: _chosen(form, story, key) for key in PLACES}
    assert {key: name for key, name in offered.items() if name} == WON

    _give(form, story, {NEIGHBOUR: FIRST}).press("Save the draft", status=422)
    told = "The prizes add up to %(total)s som, the fund has %(fund)s som."
    assert chynara.word(told) % {"total": 1_400_000, "fund": FUND_SOM} in chynara.text
    form = _give(_prizes(story, chynara), story, {NEIGHBOUR: NEXT, LAST: NEXT, THIRD: None})
    form.press("Save the draft", status=422)
    told = chynara.word("%(code)s is below the threshold of %(threshold)s points.")
    assert told % {"code": story.codes[LAST], "threshold": 50} in chynara.text

    form = _give(_prizes(story, chynara), story, {LAST: None, THIRD: NEXT})
    form.fill({"protocol_number": "7"}).press("Save the draft")
    chynara.open("/contest/chair/", status=403)


# --- the chair's key


def chair_confirms_and_announces(story: Story) -> None:
    """Confirm the coded ranking; nothing is public until it is announced, which is done once."""
    chair = story.member(CHAIR).open("/contest/chair/")
    assert [row[1].split()[0] for row in chair.cells()] == [story.codes[key] for key in PLACES]
    assert not [names[0] for names in UNITS.values() if names[0] in chair.text]
    chair.press("Confirm the decision")
    Visitor(language="ru").open(f"/contest/results/{story.contest.code}/", status=404)
    before = {key: len(story.letters_to(_address(key))) for key in PLACES}
    announcing = chair.form("Announce the result")
    with story.posting():
        announcing.press("Announce the result")
        announcing.press("Announce the result", status=409)
    for key in PLACES:
        assert len(story.letters_to(_address(key))) == before[key] + 1
    reader = Visitor(language="ky")  # the application's language, whatever Айгуль's page is in
    subject = reader.word("Result of the contest: application %s") % story.own.number
    assert story.letters_to(ADDRESS)[-1] == subject


def everybody_reads_the_results(story: Story) -> None:
    """A stranger finds winners and prizes, and of those without a prize nothing."""
    stranger = Visitor(language="ru").open("/contest/results/").follow(story.contest.name_ru)
    assert [row[:2] for row in stranger.cells()] == [
        [str(place), UNITS[key][0]] for place, key in enumerate(PLACES, start=1) if key in WON
    ]
    assert [WON[key] in row[4] for key, row in zip(PLACES, stranger.cells(), strict=False)]
    assert UNITS[LAST][0] not in stranger.text
    states = Application.objects.values_list("municipality__name_ru", "state")
    assert dict(states) == {
        UNITS[key][0]: "awarded" if key in WON else "not_awarded" for key in PLACES
    }


# --- what stays


def excel_agrees(story: Story) -> None:
    """Applications, sheets and ranking open in Excel and agree with the command's JSON."""
    chynara = story.visitor(story.staff, language="en")
    address = f"/contest/staff/{story.contest.code}/export"
    files = {
        kind: rows_of(chynara.open(f"{address}/{kind}/").content)
        for kind in ("applications", "sheets", "ranking")
    }
    _applications_agree(story, files["applications"])
    _sheets_agree(story, files["sheets"])
    out = StringIO()
    call_command("ranking", story.contest.code, "--json", stdout=out)
    listed = json.loads(out.getvalue())
    assert listed == [
        {
            "place": place,
            "application": Application.objects.get(municipality=story.units[key]).number,
            "municipality": UNITS[key][0],
            "points": display(key),
            "sheets": len(LEVELS[key]),
        }
        for place, key in enumerate(PLACES, start=1)
    ]
    assert [
        {
            "place": row["Place"],
            "application": row["Number"],
            "municipality": row["Municipality"],
            "points": f"{row['Points']:.2f}",
            "sheets": row["Sheets"],
        }
        for row in files["ranking"]
    ] == listed


def _applications_agree(story: Story, rows: list[dict[str, Any]]) -> None:
    own = next(row for row in rows if row["Municipality"] == UNITS[OWN][0])
    assert len(rows) == len(UNITS)
    assert own["Number"] == story.own.number
    labels = {question.code: question.label_en for question in story.contest.questions.all()}
    assert {code: own[labels[code]] for code in ANSWERS} == ANSWERS
    assert (own["Measures"], own["Cost of the measures, som"]) == (2, 370_000)


def _sheets_agree(story: Story, rows: list[dict[str, Any]]) -> None:
    """Every level stands in the file as it was typed; an abstention has no level."""
    scored = [
        (row["Code"], row["Member"], row["Level"]) for row in rows if row["Level"] is not None
    ]
    assert sorted(scored) == sorted(
        (story.codes[key], MEMBERS[member], int(level))
        for key, sheets in LEVELS.items()
        for member, levels in sheets.items()
        for level in levels
    )
    assert len(rows) == len(scored) + 1
    assert {row["Weight"] for row in rows} - {None} == set(WEIGHTS.values())
    assert secret(LAST, CHAIR) in {row["Comment"] for row in rows}


def the_trail_is_whole(story: Story) -> None:
    """The chain holds, and what an appeal could ask for stands in it."""
    assert trail.verify() == []
    told = set(AuditEvent.objects.values_list("action", flat=True))
    assert told >= {
        "seminars.export",
        "municipalities.join",
        "contest.redact",
        "contest.code",
        "contest.declare_conflicts",
        "decision.draft",
        "decision.confirm",
        "decision.announce",
        "contest.export",
    }
    moves = list(story.own.events.values_list("action", flat=True))
    assert moves == ["submit", "return", "submit", "admit", "award"]


def _prizes(story: Story, chynara: Visitor) -> Form:
    return chynara.form("Save the draft")


def _field(story: Story, key: str) -> str:
    return f"prize_{Application.objects.get(municipality=story.units[key]).pk}"


def _chosen(form: Form, story: Story, key: str) -> str:
    """Return the name of the prize that is chosen for an application, "" for none."""
    prizes = {str(prize.pk): prize.name_ru for prize in story.contest.prizes.all()}
    return prizes.get(form.field(_field(story, key))[0], "")


def _give(form: Form, story: Story, wanted: dict[str, str | None]) -> Form:
    prizes = {prize.name_ru: prize.pk for prize in story.contest.prizes.all()}
    chosen = {_field(story, key): prizes[name] if name else "" for key, name in wanted.items()}
    return form.fill(chosen)


def _address(key: str) -> str:
    return ADDRESS if key == OWN else f"{key}@example.test"

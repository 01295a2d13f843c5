"""Айгуль's part: begin, write in pieces, leave and come back, attach, check, submit, correct."""

import re
from typing import Any

from contest.models import Application
from documents.excel import Column, write
from tests.builders import PASSWORD
from tests.journeys.browsing import Form, Visitor
from tests.journeys.html import Node
from tests.journeys.seminar import AIGULS_PHONE
from tests.journeys.story import NEIGHBOUR, OWN, Story

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PHOTO = b"\xff\xd8\xff\xe1" + b"\0" * 50 + b"\xff\xd9"
ADDRESS = "kense@example.test"

ANSWERS = {
    "vision": "Ар бир тургун ФАПка өз алдынча жете алат: өң, үн, ң.",
    "analysis": "Сынак-Булут айылында 120 адам сурамжыланды.\nАлардын ичинде жаштар – 40.",
    "opportunities": "Мектепте пандус жок, жол тар.",
    "participation": "Айылдык жыйынга 75 адам катышты.",
    "monitoring": "Жарым жылда бир ачык отчёт.",
    "accessibility": "Чечимдер Telegram каналында жана тактада жарыяланат.",
    "prize_use": "Биринчи чара: пандус жана тутка.",
}
"""What she writes, in Kyrgyz: letters beyond the Russian alphabet, several lines."""

WRITTEN: dict[str, dict[str, Any]] = {
    "applicant": {
        "head_name": "Айгуль Подаёт",
        "contact_name": "Айгуль Подаёт",
        "contact_phone": AIGULS_PHONE,
        "contact_email": ADDRESS,
    },
    "profile": {
        "population": "5 200",
        "women": "2650",
        "people_with_disabilities": "120",
        "children_with_disabilities": "30",
    },
    "programme": {
        "programme_title": "2024–2026-жылдарга СЭӨП",
        "year_from": "2024",
        "year_to": "2026",
        "resolution_number": "IV/4",
        "resolution_on": "2024-01-15",
    },
    "inclusion": {f"answer:{code}": ANSWERS[code] for code in ANSWERS if code != "prize_use"},
    "participation": {"answer:participation": ANSWERS["participation"]},
    "measures": {},
    "monitoring": {"answer:monitoring": ANSWERS["monitoring"]},
    "accessibility": {"answer:accessibility": ANSWERS["accessibility"]},
    "prize": {"answer:prize_use": ANSWERS["prize_use"]},
    "files": {},
    "declarations": {"declares_truth": True, "consents": True},
}
"""The sections in their order, with what is typed by the names of fields."""

EVENT = {"title": "Айылдык жыйын", "held_on": "2023-11-03", "women": "40", "men": "35"}
MEASURES = (
    {"title": "Пандус", "cost_som": "250 000", "local_som": "50000"},
    {"title": "Жарык", "cost_som": "120000", "local_som": "0"},
    {"title": "Жаңылыш", "cost_som": "1", "local_som": "1"},
)
"""The third is a mistake: she takes it out again."""

MEASURE = {
    "term": "2026",
    "responsible": "Соцкызматкер",
    "indicator": "0 → 1",
    "programme_page": "14",
}
POINTS = "1. Токтомдун номери.\n2. Көрсөткүч."
"""What she has to correct."""


def writes_until_the_evening(story: Story) -> None:
    """Begin; fill three sections, one of them wrong at first; save a half of the fourth; leave."""
    aigul = Visitor(language=story.language).sign_in(AIGULS_PHONE, PASSWORD)
    aigul.open("/contest/application/")
    aigul.press(f"{aigul.word('Begin the application')}: {story.name(OWN)}")
    _write(aigul, "applicant")
    form = _open(aigul, "profile").fill(WRITTEN["profile"] | {"women": "много"})
    form.press("Save and continue", status=422)
    form = aigul.form("Save and continue")
    assert form.field("women") == "много"
    form.fill({"women": WRITTEN["profile"]["women"]}).press("Save and continue")
    _write(aigul, "programme")
    assert aigul.path == _address(story, "inclusion")
    form = aigul.form("Save").fill({"answer:vision": ANSWERS["vision"]})
    form.press("do=save")
    aigul.open("/accounts/logout/").form("Sign out").press("Sign out")
    aigul.open("/contest/application/")
    assert aigul.path.startswith("/accounts/login/")


def comes_back_and_finishes(story: Story) -> None:
    """Find what was saved, with the state of each section; write the rest, attach the files."""
    aigul = Visitor(language=story.language).sign_in(AIGULS_PHONE, PASSWORD)
    aigul.open("/contest/application/")
    done, begun, waiting = (
        aigul.word(state, "section") for state in ("Complete", "In progress", "Not started")
    )
    assert [_state(aigul, section) for section in WRITTEN] == [done] * 3 + [begun] + [waiting] * 7
    assert _open(aigul, "inclusion").field("answer:vision") == ANSWERS["vision"]
    for section in ("inclusion", "participation", "measures"):
        _write(aigul, section)
    _submits_too_early(aigul, story)
    for section in ("monitoring", "accessibility", "prize", "files", "declarations"):
        _write(aigul, section)
    assert aigul.path == f"/contest/application/{story.own.pk}/check/"
    assert [row.title for row in story.own.measures.all()] == ["Пандус", "Жарык"]
    assert story.own.measures.first().cost_som == 250_000


def _state(aigul: Visitor, section: str) -> str:
    """Return the state that the task list shows beside a section."""
    tasks = [task for task in aigul.page.all("li") if f"/{section}/" in _link(task)]
    return next(tasks[0].all("span")).text


def _link(task: Node) -> str:
    return next((link.get("href") for link in task.all("a")), "")


def _submits_too_early(aigul: Visitor, story: Story) -> None:
    aigul.open(f"/contest/application/{story.own.pk}/check/")
    aigul.press("Submit the application", status=422)
    assert aigul.word("Attach the programme.") in aigul.text
    assert story.own.state == Application.State.DRAFT


def submits_twice(story: Story) -> None:
    """Check the answers, submit, press once more: one number, one receipt, one letter."""
    aigul = _at_check(story)
    for answer in (*ANSWERS.values(), "IV/4", "Жарык", "токтом.jpg"):
        assert " ".join(answer.split()) in aigul.text
    form = aigul.form("Submit the application")
    with story.posting():
        form.press("Submit the application")
        first = _receipt(aigul, story)
        form.press("Submit the application")
    assert _receipt(aigul, story) == first
    assert first[0] == "2026-test-004"
    # The contact is written to in the language of the application, which is Kyrgyz.
    received = Visitor(language="ky").word("Application %s has been received") % first[0]
    assert story.letters_to(ADDRESS) == [received]
    assert story.own.events.count() == 1


def sees_what_to_correct(story: Story) -> None:
    """Read the points, correct a field, submit again: the same number, another fingerprint."""
    before = story.own.fingerprint
    aigul = Visitor(language=story.language).sign_in(AIGULS_PHONE, PASSWORD)
    aigul.open("/contest/application/")
    assert " ".join(POINTS.split()) in aigul.text
    form = _open(aigul, "programme")
    assert form.field("resolution_number") == "IV/4"
    form.fill({"resolution_number": "№ 19"}).press("Save and continue")
    _at_check(story, aigul)
    with story.posting():
        aigul.press("Submit the application")
    number, fingerprint = _receipt(aigul, story)
    assert number == "2026-test-004"
    assert fingerprint != before


def sees_the_outcome(story: Story, *, place: int, points: str) -> None:
    """Read that she has won, on the page of her application and among the results."""
    aigul = Visitor(language=story.language).sign_in(AIGULS_PHONE, PASSWORD)
    aigul.open("/contest/application/")
    won = aigul.word("Awarded", "application, for its municipality")
    assert won in aigul.text
    aigul.open(f"/contest/results/{story.contest.code}/")
    row = aigul.cells()[place - 1]
    assert (row[0], row[1], row[3]) == (str(place), story.name(OWN), points)


def _write(aigul: Visitor, section: str) -> None:
    """Fill in a section and save; tables grow and shrink by their buttons, as without a script."""
    form = _open(aigul, section)
    names = form.names()
    form.fill({name: text for name, text in WRITTEN[section].items() if name in names})
    if section == "applicant":
        form.fill({"contact_position": form.choices("contact_position")[-1], "language": "ky"})
    if section == "participation":
        form.fill(_row(form, EVENT))
    if section == "measures":
        form = _measures(form)
    if section == "files":
        form.fill(_files())
    form.press("do=continue")


def _measures(form: Form) -> Form:
    """Fill in three rows, adding two; take the third out again."""
    for number, measure in enumerate(MEASURES, start=1):
        group = form.choices(_row_names(form)["target_group"])[0]
        form.fill(_row(form, MEASURE | measure | {"target_group": group}))
        if number < len(MEASURES):
            form = form.press("do=add").form("do=continue")
    rows = [name for name in form.names() if name.endswith(":title")]
    key = rows[-1].split(":")[1]
    return form.press(f"do=remove:{key}").form("do=continue")


def _row(form: Form, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values by the names of the last row's fields."""
    names = _row_names(form)
    return {names[column]: value for column, value in values.items()}


def _row_names(form: Form) -> dict[str, str]:
    return {name.rpartition(":")[2]: name for name in form.names() if name.count(":") == 2}


def _files() -> dict[str, Any]:
    with write([Column("Чара", 40)], [["Пандус"]], title="Бюджет") as book:
        budget = book.read()
    return {
        "file:programme": ("СЭӨП.pdf", PDF),
        "file:resolution": ("токтом.jpg", PHOTO),
        "file:minutes": [("протокол.pdf", PDF + b"1"), ("жыйын.jpg", PHOTO + b"film")],
        "file:budget": ("бюджет.xlsx", budget),
    }


def _open(aigul: Visitor, section: str) -> Form:
    own = Application.objects.order_by("-pk").first()
    assert own is not None
    address = f"/contest/application/{own.pk}/{section}/"
    if aigul.path != address:
        aigul.open(address)
    return aigul.form("do=continue")


def _address(story: Story, section: str) -> str:
    return f"/contest/application/{story.own.pk}/{section}/"


def _at_check(story: Story, aigul: Visitor | None = None) -> Visitor:
    aigul = aigul or Visitor(language=story.language).sign_in(AIGULS_PHONE, PASSWORD)
    return aigul.open(f"/contest/application/{story.own.pk}/check/")


def _receipt(aigul: Visitor, story: Story) -> tuple[str, str]:
    """Return number and fingerprint as the receipt shows them."""
    assert aigul.path == f"/contest/application/{story.own.pk}/receipt/"
    number = re.search(r"2026-test-\d{3}", aigul.text)
    code = next(aigul.page.all("code")).text
    assert number
    assert code == story.own.fingerprint
    assert story.name(OWN) in aigul.text
    assert story.name(NEIGHBOUR) not in aigul.text
    return number[0], code

"""The whole demo in one transaction: register, seminars, three contests, who can sign in.

- ``2025``: 47 applications, scored by five, decided and announced, like the contest of 2022;
- ``trial``: a small round whose scoring is open now, so that a member has something to do;
- the current contest, open now, with applications in every state that an open one has.

Everything is dated from ``now``, the first run; the same ``now`` gives the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from django.db import transaction

from contest import decision, panel, workflow
from contest.models import Application, ApplicationFile, Contest, Seat
from contest.setup import create_contest
from contest.standings import proposal, standings
from inclusion_portal.models import DemoMark
from municipalities import register
from municipalities.models import Municipality

from . import files, judging, lists, scale, texts, writing
from .cast import Cast, head_of, make_cast, speak_for
from .names import invent

SEED = 20250512
DECIDED = "2025"
TRIAL = "trial"
FUND_SOM = 4_800_000
APPLICATIONS = 47
MORNING, EVENING = timedelta(hours=9), timedelta(hours=18)
"""Times of day in Bishkek; a deadline at midnight would leave people guessing which."""
Report = Callable[[str], None]


@dataclass
class Demo:
    """What the parts of the demo share while it is built."""

    random: Random
    cast: Cast
    now: datetime
    report: Report


@transaction.atomic
def build(*, now: datetime, times: int, report: Report) -> None:
    """Fill an empty database. ``times`` multiplies contest 2025 and the seminars, for measuring."""
    random = Random(SEED)  # noqa: S311 - invented data, not secrets
    report("The register: oblasts, districts, municipalities")
    register.load(by=None, now=now)
    demo = Demo(random, make_cast(now), now, report)
    staff = demo.cast["staff"]
    report("Seminars of May 2025")
    lists.hold_seminars(random, by=staff)
    _decided_contest(demo, times)
    _trial_contest(demo)
    _current_contest(demo)
    if times > 1:
        report("More seminars")
        scale.more_seminars(random, times, by=staff)
    DemoMark.objects.create(pk=1, made_at=now, scale=times)


def _decided_contest(demo: Demo, times: int) -> None:
    report, random, cast = demo.report, demo.random, demo.cast
    contest = create_contest(
        code=DECIDED,
        name_ru="Лучшее отражение инклюзии в ПСЭР – 2025",
        name_ky="СЭӨПтө инклюзияны эң мыкты чагылдыруу – 2025",
        name_en="Best reflection of inclusion in the programme – 2025",
        opens_at=_at(2025, 6, 2),
        closes_at=_at(2025, 6, 30, 18),
        scoring_opens_at=_at(2025, 7, 7),
        scoring_closes_at=_at(2025, 7, 25, 18),
        discussion_opens_at=_at(2025, 7, 21),
        fund_som=FUND_SOM,
        by=cast["staff"],
        now=_at(2025, 5, 20),
    )
    units = random.sample(_units(contest, cast), APPLICATIONS)
    report("Contest 2025: 47 applications")
    qualities = {}
    for number, unit in enumerate(units):
        author = _author(demo, unit)
        written_at = contest.opens_at + timedelta(days=4 + number % 22, hours=4)
        application = writing.begin(contest, author, written_at - timedelta(days=3))
        writing.write_all(application, author, written_at)
        writing.submit(application, author, written_at + timedelta(hours=1))
        workflow.perform(
            application, workflow.Action.ADMIT, by=cast["staff"], now=_at(2025, 7, 2, 15)
        )
        qualities[unit.pk] = author.quality
    seats = judging.seat_commission(contest, cast)
    panel.code_applications(contest, by=cast["staff"], now=_at(2025, 7, 4))
    applications = list(contest.applications.select_related("municipality").order_by("id"))
    conflicts = {"member1": [applications[3]], "member3": [applications[11]]}
    judging.declare(seats, conflicts, contest.scoring_opens_at)
    report("Contest 2025: five members score")
    _score_all(contest, applications, seats, conflicts, qualities, random)
    if times > 1:
        report(f"Contest 2025: {times} times as many applications")
        scale.more_applications(contest, times, random)
    report("Contest 2025: the decision")
    _decide(contest, cast)


def _score_all(
    contest: Contest,
    applications: list[Application],
    seats: dict[str, Seat],
    conflicts: dict[str, list[Application]],
    qualities: dict[int, float],
    random: Random,
) -> None:
    for application in applications:
        quality = qualities[application.municipality_id]
        for word, seat in seats.items():
            if application not in conflicts.get(word, ()):
                moment = judging.hours_after(contest.scoring_opens_at, random, 12)
                judging.score(application, seat, quality, random, moment)


def _decide(contest: Contest, cast: Cast) -> None:
    """Let the staff draft and the chair break ties, confirm and announce."""
    staff, chair = cast["staff"], cast["chair"]
    prizes = list(contest.prizes.all())
    last_place = max(prize.place_to for prize in prizes)
    for tie in standings(contest).ties:
        if any(one.place is not None and one.place <= last_place for one in tie):
            codes = sorted(one.key for one in tie)
            when = _at(2025, 7, 28, 10)
            decision.break_tie(contest, codes, reason=texts.TIE_REASON, by=chair, now=when)
    found = standings(contest)
    awards = {pk: prize.pk for pk, prize in proposal(found, prizes).items()}
    decision.draft(
        contest,
        awards,
        based_on=found.inputs_sha256,
        by=staff,
        now=_at(2025, 7, 28, 11),
        protocol_number="1",
    )
    decision.decide(contest, by=chair, now=_at(2025, 7, 29, 10))
    decision.announce(contest, by=chair, now=_at(2025, 7, 30, 9))


def _trial_contest(demo: Demo) -> None:
    """A round in which scoring is open: six applications, members in the middle of their work."""
    demo.report("A trial round, open for scoring")
    random, cast, now = demo.random, demo.cast, demo.now
    today = _midnight(now)
    contest = create_contest(
        code=TRIAL,
        name_ru="Пробный тур для комиссии",
        name_ky="Комиссия үчүн сыноо туру",
        name_en="Trial round for the commission",
        opens_at=today - timedelta(days=60) + MORNING,
        closes_at=today - timedelta(days=30) + EVENING,
        scoring_opens_at=today - timedelta(days=14) + MORNING,
        scoring_closes_at=today + timedelta(days=14) + EVENING,
        fund_som=600_000,
        by=cast["staff"],
        now=today - timedelta(days=70),
    )
    qualities = {}
    for number, unit in enumerate(random.sample(_units(contest, cast), 6)):
        author = _author(demo, unit)
        written_at = contest.opens_at + timedelta(days=5 + number, hours=5)
        application = writing.begin(contest, author, written_at - timedelta(days=3))
        writing.write_all(application, author, written_at)
        writing.submit(application, author, written_at + timedelta(hours=1))
        admitted_at = contest.closes_at + timedelta(days=2)
        workflow.perform(application, workflow.Action.ADMIT, by=cast["staff"], now=admitted_at)
        qualities[unit.pk] = author.quality
    seats = judging.seat_commission(contest, cast)
    panel.code_applications(contest, by=cast["staff"], now=contest.scoring_opens_at)
    for file in ApplicationFile.objects.filter(application__contest=contest).order_by("id"):
        panel.redact_file(file, files.redacted(), by=cast["staff"], now=contest.scoring_opens_at)
    applications = list(contest.applications.select_related("municipality").order_by("id"))
    ready = {word: seat for word, seat in seats.items() if word != "member4"}
    judging.declare(ready, {"member2": [applications[5]]}, contest.scoring_opens_at)
    for word, seat in ready.items():
        finished = {"member1": 2, "member2": 4, "member3": 1, "chair": 3}[word]
        for application in applications[:finished]:
            moment = judging.hours_after(contest.scoring_opens_at, random, 10)
            quality = qualities[application.municipality_id]
            judging.score(application, seat, quality, random, moment)
    unfinished = applications[2]
    judging.begin_scoring(
        unfinished, seats["member1"], qualities[unfinished.municipality_id], random, today
    )


def _current_contest(demo: Demo) -> None:
    """The contest that is open now, with an application in every state that it can have."""
    demo.report("The current contest, open now")
    cast, now = demo.cast, demo.now
    today = _midnight(now)
    year = today.year if str(today.year) != DECIDED else today.year + 1
    contest = create_contest(
        code=str(year),
        name_ru=f"Лучшее отражение инклюзии в ПСЭР – {year}",
        name_ky=f"СЭӨПтө инклюзияны эң мыкты чагылдыруу – {year}",
        name_en=f"Best reflection of inclusion in the programme – {year}",
        opens_at=today - timedelta(days=10) + MORNING,
        closes_at=today + timedelta(days=18) + EVENING,
        scoring_opens_at=today + timedelta(days=25) + MORNING,
        scoring_closes_at=today + timedelta(days=46) + EVENING,
        fund_som=FUND_SOM,
        by=cast["staff"],
        now=today - timedelta(days=20),
    )
    judging.seat_commission(contest, cast)
    units = _units(contest, cast)
    by_id = {unit.pk: unit for unit in units}
    first = [
        by_id.pop(user.memberships.get().municipality_id)
        for user in (cast["applicant"], cast["neighbour"])
    ]
    units = first + demo.random.sample(list(by_id.values()), 14)
    for number, unit in enumerate(units):
        author = _author(demo, unit)
        _one_of_the_current(demo, contest, author, number)


def _one_of_the_current(demo: Demo, contest: Contest, author: writing.Author, number: int) -> None:
    """Drafts (0 is half written, 1 barely), submitted, returned, admitted, declined, withdrawn."""
    staff = demo.cast["staff"]
    began_at = contest.opens_at + timedelta(hours=1, minutes=20 * number)
    application = writing.begin(contest, author, began_at)
    if number == 0:
        writing.write_half(application, author, began_at + timedelta(days=2))
    if number < 6:
        return
    written_at = began_at + timedelta(days=4)
    writing.write_all(application, author, written_at)
    if number == 6:
        return
    application = writing.submit(application, author, written_at + timedelta(hours=2))
    moment = written_at + timedelta(days=2)
    action = workflow.Action
    if number in (9, 10, 11, 12):
        workflow.perform(application, action.ADMIT, by=staff, now=moment)
    elif number == 13:
        until = contest.closes_at + timedelta(days=3)
        workflow.perform(
            application,
            action.RETURN,
            by=staff,
            now=moment,
            note=texts.RETURN_POINTS,
            correction_until=until,
        )
    elif number == 14:
        workflow.perform(
            application, action.DECLINE, by=staff, now=moment, note=texts.DECLINE_REASON
        )
    elif number == 15:
        workflow.perform(application, action.WITHDRAW, by=author.head, now=moment)


def _units(contest: Contest, cast: Cast) -> list[Municipality]:
    """Return the contest's municipalities; two of the cast speak for the first two."""
    pilots = Municipality.objects.filter(pilots__contest=contest).order_by("id")
    units = sorted(pilots, key=lambda unit: (unit.status != "current", not unit.name_ky))
    speak_for(cast["applicant"], units[0])
    speak_for(cast["neighbour"], units[1])
    return units


def _author(demo: Demo, unit: Municipality) -> writing.Author:
    random = demo.random
    head = head_of(unit, invent(random, random.choice("fm")))
    quality = min(0.98, max(0.08, random.gauss(0.58, 0.22)))
    return writing.Author(random, unit, head, quality, random.choice(("ky", "ky", "ru")))


def _at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    """Return the hour in Bishkek of the day, as UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=6)


def _midnight(now: datetime) -> datetime:
    """Return the midnight in Bishkek that began the day of ``now``."""
    local = now.astimezone(UTC) + timedelta(hours=6)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=6)

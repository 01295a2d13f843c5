"""What the staff's board shows, worked out once for its page."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contest import completeness, deadlines
from contest.models import Application, Contest
from contest.refusals import Text
from language.bilingual import active_language, in_language, ordered_by_name
from language.folding import fold
from language.search import search

PAGE_SIZE = 50
State = Application.State

TONES = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "warning",
    State.RETURNED: "progress",
    State.ADMITTED: "info",
    State.DECLINED: "danger",
    State.WITHDRAWN: "neutral",
    State.AWARDED: "success",
    State.NOT_AWARDED: "neutral",
}
"""The colour that repeats what the state says."""


@dataclass(frozen=True)
class Todo:
    """Something that waits for project staff."""

    text: str
    url: str = ""
    label: Text = ""
    is_post: bool = False


@dataclass(frozen=True)
class Counts:
    """How many applications there are by state, and which districts they come from."""

    by_state: Counter[str]
    districts: list[tuple[int, str]]
    uncoded: int


def counts(contest: Contest) -> Counts:
    """Count the applications of the contest, in one query."""
    unit = "municipality__district"
    rows = contest.applications.values(
        "state", unit, f"{unit}__name_ru", f"{unit}__name_ky", f"{unit}__name_ru_order"
    ).annotate(number=Count("id"), coded=Count("code"))
    by_state: Counter[str] = Counter()
    districts = {}
    uncoded = 0
    for row in rows.order_by(f"{unit}__name_ru_order"):
        by_state[row["state"]] += row["number"]
        if row["state"] == State.ADMITTED:
            uncoded += row["number"] - row["coded"]
        named = _Named(row[f"{unit}__name_ru"], row[f"{unit}__name_ky"])
        districts[row[unit]] = in_language(named, "name", active_language())
    return Counts(by_state, list(districts.items()), uncoded)


@dataclass(frozen=True)
class _Named:
    name_ru: str
    name_ky: str


def listed(contest: Contest, chosen: dict[str, str]) -> QuerySet[Application]:
    """Return the applications of the board that fit the filters, by district and name."""
    found: QuerySet[Application] = contest.applications.select_related("municipality__district")
    if state := chosen.get("state"):
        found = found.filter(state=state)
    if district := chosen.get("district"):
        found = found.filter(municipality__district_id=district)
    if words := chosen.get("q"):
        by_number = found.filter(number__icontains=words.strip())
        found = search(found, words, "municipality__search_key") if fold(words) else found.none()
        found = found | by_number
    name = ordered_by_name()
    return found.order_by(f"municipality__district__{name}", f"municipality__{name}", "pk")


def page_of(rows: QuerySet[Application], number: str | None) -> Page[Application]:
    """Return a page of fifty, its drafts with what progress is told from."""
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    drafts = [row for row in page.object_list if row.state == State.DRAFT]
    prefetch_related_objects(drafts, *completeness.PARTS)
    return page


def progress_of(application: Application) -> tuple[int, int]:
    """Return how many sections of a draft are complete, and how many there are: never the text."""
    states = list(completeness.states(application).values())
    return states.count(completeness.SectionState.COMPLETE), len(states)


def tiles(contest: Contest, by_state: Counter[str]) -> list[dict[str, Any]]:
    """Return how many applications are in each state, each a link to their list."""
    address = reverse("contest:staff")
    return [
        {
            "value": by_state[state],
            "label": state.label,
            "url": f"{address}?contest={contest.code}&state={state}",
        }
        for state in State
        if by_state[state]
    ]


def todos(contest: Contest, counted: Counts, now: datetime) -> list[Todo]:
    """Return what waits for project staff, in the order in which it is done."""
    return [*_admission(contest, counted, now), *_scoring(contest, counted, now)]


def _admission(contest: Contest, counted: Counts, now: datetime) -> Iterable[Todo]:
    waiting = counted.by_state[State.SUBMITTED]
    if waiting and not deadlines.is_scoring_over(contest, now):
        text = ngettext(
            "%(count)s application waits for admission.",
            "%(count)s applications wait for admission.",
            waiting,
        )
        address = f"{reverse('contest:staff')}?contest={contest.code}&state=submitted"
        yield Todo(text % {"count": waiting}, address, _("Show them"))
    if counted.uncoded:
        text = ngettext(
            "%(count)s admitted application has no code for the commission yet.",
            "%(count)s admitted applications have no code for the commission yet.",
            counted.uncoded,
        )
        address = reverse("contest:code", args=[contest.code])
        yield Todo(text % {"count": counted.uncoded}, address, _("Give codes"), is_post=True)


def _scoring(contest: Contest, counted: Counts, now: datetime) -> Iterable[Todo]:
    where = f"?contest={contest.code}"
    phase = deadlines.phase(contest, now)
    if phase == deadlines.Phase.SCORING:
        address = reverse("contest:progress") + where
        yield Todo(str(_("The commission scores.")), address, _("Who has finished"))
    if phase == deadlines.Phase.DECIDING and counted.by_state[State.ADMITTED]:
        address = reverse("contest:decision") + where
        text = _("Scoring has closed: the decision can be drafted.")
        yield Todo(str(text), address, _("To the ranking"))

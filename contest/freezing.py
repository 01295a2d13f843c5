"""What of a contest binds already, since when and why. A book: it asks no clock.

What binds is not changed any more: people fill in, score and decide by it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from . import deadlines
from .models import Contest
from .refusals import Text

DATES = (
    "opens_at",
    "closes_at",
    "scoring_opens_at",
    "scoring_closes_at",
    "discussion_opens_at",
)


@dataclass(frozen=True)
class Rule:
    """Fields and parts that begin to bind together: from ``since`` once ``binds``."""

    names: tuple[str, ...]
    binds: Callable[[Contest, datetime], bool]
    since: Callable[[Contest], datetime]
    why: Text


def _is_closed(contest: Contest, now: datetime) -> bool:
    return now >= contest.closes_at


RULES: tuple[Rule, ...] = (
    Rule(
        ("code", "grace_minutes", "questions", "target_groups"),
        deadlines.questions_are_frozen,
        lambda contest: contest.opens_at,
        _("Applications are open, and people answer what stands here."),
    ),
    Rule(
        ("pilots",),
        _is_closed,
        lambda contest: contest.closes_at,
        _("Applications are closed, so the list of those who could apply stays as it was."),
    ),
    Rule(
        (
            "is_blind",
            "fund_som",
            "threshold",
            "quorum",
            "tie_chain",
            "ranking_group",
            "discussion_points",
            "discussion_levels",
            "criteria",
            "prizes",
        ),
        deadlines.criteria_are_frozen,
        lambda contest: contest.scoring_opens_at,
        _("Scoring is open, and the commission scores by what stands here."),
    ),
)


def bound(contest: Contest, now: datetime) -> Mapping[str, Text]:
    """Return a sentence (why, and since when) for each field and part that binds at ``now``.

    Parts are ``questions``, ``target_groups``, ``criteria``, ``prizes``, ``pilots``. A date
    binds once it has passed.
    """
    return dict(_bound(contest, now))


def _bound(contest: Contest, now: datetime) -> Iterator[tuple[str, Text]]:
    for name in DATES:
        moment = getattr(contest, name)
        if moment and moment <= now:
            yield name, _("This moment has passed; it cannot be moved any more.")
    for rule in RULES:
        if rule.binds(contest, now):
            sentence = _("%(why)s Not changed since %(moment)s.") % {
                "why": rule.why,
                "moment": date_format(timezone.localtime(rule.since(contest)), "DATETIME_FORMAT"),
            }
            for name in rule.names:
                yield name, sentence

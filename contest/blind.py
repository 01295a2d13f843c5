"""What the commission reads: an application without whose it is. A book.

A blind contest hides the section on the applicant, the names of files, and in the
text every mention of the municipality, its district and its people that can be told
by its letters. What is said in other words ("our village by the lake") stays: nobody
but the municipality can write blind.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Answer, Application, ApplicationFile, Measure, ParticipationEvent, Section
from .refusals import Text

HIDDEN = "▒▒▒"
SHORTEST = 3
"""Letters of the shortest name that is looked for."""

PARTS = (
    Prefetch("answers", Answer.objects.select_related("question")),
    "participation_events",
    Prefetch("measures", Measure.objects.select_related("target_group")),
    "files",
)
"""What to prefetch before ``reading`` is asked; and select contest and municipality__district."""

_GENERAL = re.compile(
    r"\b(?:айыл\w*|айма[кг]\w*|өкмөт\w*|окмот\w*|район\w*|облас\w*|облус\w*|город\w*|шаар\w*)\b|\d+",
    re.IGNORECASE,
)
_CAPITAL = "(?=[A-ZА-ЯЁӨҮҢ])"
"""Names begin with a capital: «Жаңы-Жол» is a place, «жаңы жол» a new road."""
_ENDING = re.compile(r"(?<=\w{3})(?:ск(?:ий|ая|ое|ого|ой|ом|им)|[ыи]й|ой|ая|ое|ое)$", re.IGNORECASE)
_PLAIN = str.maketrans("ёңөүй", "еноуи")
_ALIKE = {"е": "[её]", "н": "[нң]", "о": "[оө]", "у": "[уү]", "и": "[ий]", "ж": "д?ж"}


@dataclass(frozen=True)
class Fact:
    """A line of a section: what is asked and what was written; ``is_long`` for a narrative."""

    label: Text
    value: str | int
    is_long: bool = False

    @property
    def is_number(self) -> bool:
        """Whether the value counts something."""
        return isinstance(self.value, int)


@dataclass(frozen=True)
class Attached:
    """A file as the commission sees it; ``is_withheld`` until a redacted copy is there."""

    file: ApplicationFile
    label: Text
    is_withheld: bool


@dataclass
class Chapter:
    """A section as the commission reads it."""

    section: Section
    facts: list[Fact] = field(default_factory=list)
    events: Sequence[ParticipationEvent] = ()
    measures: Sequence[Measure] = ()
    files: Sequence[Attached] = ()

    @property
    def women(self) -> int:
        """Women at all the events; like the other sums of a table."""
        return sum(row.women or 0 for row in self.events)

    @property
    def men(self) -> int:
        return sum(row.men or 0 for row in self.events)

    @property
    def people_with_disabilities(self) -> int:
        return sum(row.people_with_disabilities or 0 for row in self.events)

    @property
    def youth(self) -> int:
        return sum(row.youth or 0 for row in self.events)

    @property
    def cost_som(self) -> int:
        return sum(row.cost_som or 0 for row in self.measures)

    @property
    def local_som(self) -> int:
        return sum(row.local_som or 0 for row in self.measures)


def reading(application: Application) -> list[Chapter]:
    """Return the sections that the commission reads, in their order.

    Never the applicant and the declarations. In a blind contest the text is masked.
    """
    mask = Mask(names_of(application) if application.contest.is_blind else ())
    chapters: dict[Section, Chapter] = {
        section: Chapter(section)
        for section in Section
        if section not in (Section.APPLICANT, Section.DECLARATIONS)
    }
    _add_columns(chapters, application, mask)
    for answer in sorted(application.answers.all(), key=lambda one: one.question.order):
        chapter = chapters.get(Section(answer.question.section))
        if chapter and answer.text:
            chapter.facts.append(Fact(answer.question.label, mask(answer.text), is_long=True))
    events = list(application.participation_events.all())
    measures = list(application.measures.all())
    for row in events:
        row.title = mask(row.title)
    for measure in measures:
        for name in ("title", "term", "responsible", "indicator"):
            setattr(measure, name, mask(getattr(measure, name)))
    chapters[Section.PARTICIPATION].events = events
    chapters[Section.MEASURES].measures = measures
    chapters[Section.FILES].files = attached(application)
    return [c for c in chapters.values() if c.facts or c.events or c.measures or c.files]


def attached(application: Application) -> list[Attached]:
    """Return the files, named by their kind alone: people name files after their village."""
    labels = dict(ApplicationFile.Kind.choices)
    found = []
    counts: dict[str, int] = {}
    for file in application.files.all():
        counts[file.kind] = counts.get(file.kind, 0) + 1
        number = counts[file.kind]
        label = labels[file.kind] if number == 1 else f"{labels[file.kind]} {number}"
        found.append(Attached(file, label, application.contest.is_blind and not file.redacted))
    return found


def _add_columns(chapters: dict[Section, Chapter], application: Application, mask: "Mask") -> None:
    """Add the numbers of the population and what is known of the programme."""
    of_people = ("population", "women", "girls", "boys", "youth", "people_with_disabilities",
                 "children_with_disabilities", "low_income_families")  # fmt: skip
    for name in of_people:
        value = getattr(application, name)
        if value is not None:
            label = Application._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            chapters[Section.PROFILE].facts.append(Fact(label, value))
    programme = chapters[Section.PROGRAMME].facts
    if application.programme_title:
        programme.append(Fact(_("Title"), mask(application.programme_title)))
    if application.year_from and application.year_to:
        years = f"{application.year_from}–{application.year_to}"
        programme.append(Fact(pgettext_lazy("programme", "Years"), years))
    if application.resolution_number:
        programme.append(Fact(_("Resolution"), mask(application.resolution_number)))


def names_of(application: Application) -> list[str]:
    """Return what could tell whose application it is: the place, its district, its people."""
    unit = application.municipality
    places = [
        *(unit.name_ru, unit.name_ky, unit.name_en, *unit.aliases.splitlines()),
        *(unit.district.name_ru, unit.district.name_ky, unit.district.name_en),
        *unit.district.aliases.splitlines(),
    ]
    people = " ".join((application.head_name, application.contact_name))
    return [*places, *(word for word in people.split() if len(word) > SHORTEST)]


class Mask:
    """Hides names in a text, whatever their ending, case, hyphens, and ң ө ү typed or not."""

    def __init__(self, names: Iterable[str]) -> None:
        patterns = {pattern for name in names if (pattern := _pattern(name))}
        whole = "|".join(sorted(patterns, key=len, reverse=True))
        self._names = re.compile(rf"(?<!\w){_CAPITAL}(?i:{whole})") if whole else None

    def __call__(self, text: str) -> str:
        return self._names.sub(HIDDEN, text) if self._names else text


def _pattern(name: str) -> str:
    """Return a pattern for the stem of a name with any ending, "" for a name too short."""
    words = [
        _ENDING.sub("", word).rstrip("ьъ") for word in re.findall(r"\w+", _GENERAL.sub(" ", name))
    ]
    if sum(map(len, words)) < SHORTEST:
        return ""
    return r"[\s\-‑–]*".join(_letters(word) for word in words) + r"\w*"  # noqa: RUF001


def _letters(word: str) -> str:
    plain = word.casefold().replace("дж", "ж").translate(_PLAIN)
    return "".join(_ALIKE.get(letter, re.escape(letter)) for letter in plain)

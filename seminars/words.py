"""The words that stand in real sheets, and what they mean: sex, presence, places, positions.

Each ``as_…`` takes a cell and raises ValidationError with a sentence about it.
"""

from __future__ import annotations

import difflib
from collections.abc import Container, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from language.folding import fold
from municipalities.models import Municipality, Position

from .models import Participant, Seminar

LANGUAGES = ("ru", "ky", "en")
WOMAN = {"ж", "жен", "женский", "женщина", "аял", "а", "f", "female", "woman"}
MAN = {"м", "муж", "мужской", "мужчина", "эркек", "э", "m", "male", "man"}
YES = {"да", "есть", "ооба", "бар", "yes", "1"}
NO = {"нет", "жок", "no", "0"}
THERE = YES | {"x", "х", "v", "+", "✓", "true", "истина"}
ABSENT = NO | {"", "-", "–", "—", "false", "ложь"}
AIMAK = ("айылный аймак", "айыл аймагы", "айыл аймак", "айыл окмоту")


class Words:
    """Positions and municipalities by the words that stand in sheets, read once."""

    def __init__(self, seminar: Seminar) -> None:
        self.seminar = seminar
        self.positions: dict[str, Position] = {}
        for position in Position.objects.all():
            for text in (position.code, position.name_ru, position.name_ky, position.name_en):
                self.positions.setdefault(fold(text), position)
        self.positions.pop("", None)
        self.by_code: dict[str, Municipality] = {}
        self.by_name: dict[str, list[Municipality]] = {}
        for unit in Municipality.objects.select_related("district").order_by("id"):
            self._add(unit)

    def _add(self, unit: Municipality) -> None:
        if unit.soate_code:
            self.by_code[unit.soate_code] = unit
        spellings = [unit.name_ru, unit.name_ky, unit.name_en, *unit.aliases.splitlines()]
        for name in {short_name(text) for text in spellings} - {""}:
            self.by_name.setdefault(name, []).append(unit)

    def position(self, text: Any) -> Position:
        """Return the position. Raises ValidationError with the nearest word."""
        found = self.positions.get(fold(as_text(text)))
        if found is None:
            raise ValidationError(
                unknown_word(text, {k: v.name for k, v in self.positions.items()})
            )
        return found

    def municipality(
        self, name: Any, code: Any, district: Any, *, known: Container[int] = ()
    ) -> Municipality:
        """Return the one that is meant, by its code or by its name, near the seminar first.

        ``known`` are the ids of those from which a person of the row's name is in the list.
        """
        if as_text(code):
            unit = self.by_code.get(as_text(code))
            if unit is None:
                raise ValidationError(
                    _("No municipality has the SOATE code %(code)s.") % {"code": as_text(code)[:30]}
                )
            return unit
        named = self.by_name.get(short_name(as_text(name)), [])
        if not named:
            names = {key: units[0].name for key, units in self.by_name.items()}
            raise ValidationError(unknown_word(name, names, short_name(as_text(name))))
        return self._nearest(named, fold(as_text(name)), fold(as_text(district)), known)

    def _nearest(
        self, named: list[Municipality], name: str, district: str, known: Container[int]
    ) -> Municipality:
        """Narrow equal names: the district given, the whole name, the seminar's district, who
        existed then, and where the person is known from. Raises ValidationError where two stay.
        """
        tests = [
            lambda unit: bool(district) and district in unit.district.search_key,
            lambda unit: name in {fold(unit.name_ru), fold(unit.name_ky), fold(unit.name_en)},
            lambda unit: unit.district_id == self.seminar.district_id,
            lambda unit: not unit.valid_to or unit.valid_to > self.seminar.starts_on,
            lambda unit: unit.pk in known,
        ]
        for fits in tests:
            named = [unit for unit in named if fits(unit)] or named
        if len(named) > 1:
            raise ValidationError(
                _("Several municipalities are called “%(name)s”: give the SOATE code.")
                % {"name": named[0].name}
            )
        return named[0]


def short_name(text: str) -> str:
    """Return the folded name of a municipality without the words «айылный аймак»."""
    folded = fold(text)
    for words in AIMAK:
        folded = folded.replace(words, " ")
    return " ".join(folded.split())


def as_text(value: Any) -> str:
    return str("" if value is None else value).strip()


def as_sex(value: Any) -> str:
    word = fold(as_text(value))
    if word in WOMAN | displays(Participant.Sex.FEMALE):
        return Participant.Sex.FEMALE
    if word in MAN | displays(Participant.Sex.MALE):
        return Participant.Sex.MALE
    raise ValidationError(_("write “ж” for a woman or “м” for a man."))


def as_disability(value: Any) -> str:
    word = fold(as_text(value))
    if not word or word in displays(Participant.Disability.NOT_STATED):
        return Participant.Disability.NOT_STATED
    if word in YES | displays(Participant.Disability.YES):
        return Participant.Disability.YES
    if word in NO | displays(Participant.Disability.NO):
        return Participant.Disability.NO
    raise ValidationError(_("write yes, no or nothing."))


@cache
def displays(choice: Any) -> set[str]:
    """Return how the choice is called in each language, folded."""
    found = set()
    for language in LANGUAGES:
        with translation.override(language):
            found.add(fold(str(choice.label)))
    return found


def as_day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = as_text(value)
    if not text:
        return None
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text[:20], form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise ValidationError(_("write a date, for example 13.05.2025."))


def as_presence(value: Any) -> bool:
    word = as_text(value).casefold()
    if word in ABSENT:
        return False
    if word in THERE:
        return True
    raise ValidationError(_("write 1 where the person was there, and nothing where not."))


def unknown_word(value: Any, names: Mapping[str, str], key: str | None = None) -> str:
    """Return the sentence about a word that is not known, with the nearest that is."""
    text = as_text(value)[:100]
    if not text:
        return _("this cell must be filled in.")
    near = difflib.get_close_matches(fold(text) if key is None else key, names, n=1, cutoff=0.5)
    if near:
        return _("“%(word)s” is not known. Did you mean “%(near)s”?") % {
            "word": text,
            "near": names[near[0]],
        }
    return _("“%(word)s” is not known.") % {"word": text}

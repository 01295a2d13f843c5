"""Settings of a contest in the admin: what staff type, until it binds."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contest import freezing, seats, setup
from contest.models import Contest, Seat
from contest.refusals import Text
from municipalities.models import Municipality


class TieChainField(forms.CharField):
    """Codes of criteria in order: «C4, C2, C5» for people, a list in the database."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [code for code in re.split(r"[\s,;→>]+", value or "") if code]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class ContestForm(forms.ModelForm):  # type: ignore[type-arg]
    """The contest's own fields; ``frozen`` and ``moment`` are set by the admin for each request."""

    frozen: ClassVar[Mapping[str, Text]] = {}
    moment: ClassVar[datetime]

    tie_chain = TieChainField(
        label=_("tie chain"),
        required=False,
        help_text=_("Codes of criteria in order, for example C4, C2, C5."),
    )
    pilots = forms.TypedMultipleChoiceField(
        label=_("may apply"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Contest
        fields = (
            "code",
            "name_ru",
            "name_ky",
            "name_en",
            "summary_ru",
            "summary_ky",
            "summary_en",
            *freezing.DATES,
            "grace_minutes",
            "fund_som",
            "threshold",
            "quorum",
            "tie_chain",
            "ranking_group",
            "is_blind",
            "discussion_points",
            "discussion_levels",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.frozen:
            self.fields.pop(name, None)
        if "pilots" in self.fields:
            chosen = set(self.instance.pilots.values_list("municipality_id", flat=True))
            self.fields["pilots"].choices = municipalities_by_district(
                timezone.localdate(self.instance.closes_at), chosen
            )
            self.initial["pilots"] = sorted(chosen)

    def clean_pilots(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["pilots"]
        applied = self.instance.applications.exclude(municipality__in=chosen)
        if kept := [str(row.municipality) for row in applied.select_related("municipality")]:
            raise ValidationError(
                _("They have begun an application and stay on the list: %(names)s.")
                % {"names": ", ".join(kept)}
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for sentence in dict.fromkeys(self.frozen[name] for name in self._touched()):
            self.add_error(None, sentence)
        if self.instance.pk:
            for name in set(freezing.DATES).intersection(self.changed_data, cleaned):
                if cleaned[name] and cleaned[name] <= self.moment:
                    self.add_error(name, _("A moment still to come cannot be moved to the past."))
        return cleaned

    def _touched(self) -> list[str]:
        """Return what was sent although it is frozen; a page opened now would not send it."""
        sent = {
            part or name
            for part, name in (_part_and_field(key) for key in self.data)
            if name not in {"id", "contest"}
        }
        return [name for name in self.frozen if name in sent]


class NewContestForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a contest needs to begin; the rest is copied and can be changed afterwards."""

    is_standard = forms.BooleanField(
        label=_("Fill with the standard data"),
        required=False,
        initial=True,
        help_text=_(
            "Questions, groups, criteria with their levels, prizes, and every municipality"
            " of the six districts. All can be changed afterwards."
        ),
    )

    class Meta:
        model = Contest
        fields = (
            "code",
            "name_ru",
            "name_ky",
            "name_en",
            "opens_at",
            "closes_at",
            "scoring_opens_at",
            "scoring_closes_at",
            "fund_som",
        )


class CriterionFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Weights add up to 100 and the tie chain names criteria that are there."""

    def clean(self) -> None:
        super().clean()
        kept = _kept(self)
        if not kept and not self.initial_forms:
            return
        codes = [row.code for row in kept]
        _raise_first(
            setup.weights_problem([row.weight or 0 for row in kept]),
            setup.tie_chain_problem(self.instance.tie_chain, codes),
        )


class PrizeFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """A place has one prize, and the prizes stay within the fund."""

    def clean(self) -> None:
        super().clean()
        _raise_first(setup.prizes_problem(_kept(self), self.instance.fund_som or 0))


class SeatForm(forms.ModelForm):  # type: ignore[type-arg]
    """A seat; whose it is does not change once it is given. ``by`` is set for each request."""

    by: User

    class Meta:
        model = Seat
        fields = ("user", "role", "is_voting", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["user"].disabled = True
            # One choice that is known: the stock control would ask the database for each row.
            person = (self.instance.user_id, str(self.instance.user))
            self.fields["user"].widget = forms.Select(choices=[person])
        given = seats.roles_to_give(self.by)
        if self.instance.pk and self.instance.role not in given:
            for field in self.fields.values():
                field.disabled = True
        else:
            seats.offer_roles(self.fields["role"], self.by)

    def clean_user(self) -> User:
        user: User = self.cleaned_data["user"]
        if not self.instance.pk and (why := seats.why_no_seat(user)):
            raise ValidationError(why)
        return user


def municipalities_by_district(
    day: Any, chosen: Iterable[int]
) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return units that exist on the day, and those chosen already, as choices by district."""
    valid = Municipality.objects.valid_on(day)
    units = valid | Municipality.objects.filter(pk__in=chosen)
    groups: dict[str, list[tuple[int, str]]] = {}
    for unit in units.select_related("district").order_by(
        "district__name_ru_order", "name_ru_order"
    ):
        groups.setdefault(unit.district.name, []).append((unit.pk, unit.name))
    return list(groups.items())


def _part_and_field(key: str) -> tuple[str, str]:
    """Return ``("criteria", "weight")`` for ``criteria-0-weight``; a plain field has no part."""
    found = re.fullmatch(r"(\w+)-(?:\d+|__prefix__)-(\w+)", key)
    return (found[1], found[2]) if found else ("", key)


def _kept(formset: Any) -> list[Any]:
    """Return the valid rows that stay, as unsaved instances."""
    return [
        form.instance
        for form in formset.forms
        if form.is_valid()
        and (form.instance.pk or form.has_changed())
        and not formset._should_delete_form(form)
    ]


def _raise_first(*found: Text | None) -> None:
    for problem in found:
        if problem:
            raise ValidationError(problem)

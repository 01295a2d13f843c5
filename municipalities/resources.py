"""The register as a sheet: columns, headings in three languages, and which row is which unit."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields, resources, widgets
from import_export.results import Result, RowResult

from audit import trail
from language.folding import fold

from .models import District, Municipality

LANGUAGES = ("ru", "ky", "en")
ROWS_ABOVE = 1
"""Rows of headings: the library counts rows of data, people see the numbers of Excel."""


class TextWidget(widgets.Widget):  # type: ignore[misc]
    """Text as it stands; a number that Excel made of it becomes text again."""

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:  # noqa: ARG002
        return "" if value is None else str(value).strip()

    def render(self, value: Any, **_kwargs: Any) -> str:
        return "" if value is None else str(value)


class CodeWidget(TextWidget):
    """A code of digits, with or without spaces between them; None where it is not known."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str | None:  # type: ignore[override]
        return "".join(super().clean(value, row, **kwargs).split()) or None


class LinesWidget(TextWidget):
    """Several spellings: one a line in the register, between semicolons in a cell."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = super().clean(value, row, **kwargs).replace(";", "\n")
        return "\n".join(filter(None, (line.strip() for line in text.splitlines())))

    def render(self, value: Any, **_kwargs: Any) -> str:
        return "; ".join((value or "").splitlines())


class ChoiceWidget(widgets.Widget):  # type: ignore[misc]
    """A choice by its word in any of the three languages; an empty cell changes nothing."""

    def __init__(self, choices: Iterable[tuple[str, str | Promise]]) -> None:
        super().__init__()
        self.choices = dict(choices)

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str | None:  # noqa: ARG002
        if value is None or not str(value).strip():
            return None
        wanted = fold(str(value))
        for choice, label in self.choices.items():
            if wanted in {fold(choice), *map(fold, in_every_language(label))}:
                return choice
        words = ", ".join(map(str, self.choices.values()))
        raise ValueError(
            _("“%(value)s” is none of these: %(words)s.") % {"value": value, "words": words}
        )

    def render(self, value: Any, **_kwargs: Any) -> str:
        return str(self.choices.get(value, value or ""))


class DayWidget(widgets.Widget):  # type: ignore[misc]
    """A day: a date of Excel, 31.12.2024 or 2024-12-31."""

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> date | None:  # noqa: ARG002
        match value:
            case None:
                return None
            case datetime():
                return value.date()
            case date():
                return value
        text = str(value).strip()
        if not text:
            return None
        for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
            try:
                return datetime.strptime(text, pattern).date()  # noqa: DTZ007
            except ValueError:
                continue
        raise ValueError(_("“%(value)s” is no day. Write it as 31.12.2024.") % {"value": value})

    def render(self, value: date | None, **kwargs: Any) -> Any:
        if kwargs.get("force_native_type"):
            return value
        return value.strftime("%d.%m.%Y") if value else ""


class DistrictWidget(widgets.Widget):  # type: ignore[misc]
    """A district by its name in any language, another spelling of it or its code."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, set[District]] = {}

    def learn(self) -> None:
        """Read the districts once, before the rows come."""
        self.known = {}
        for row in District.objects.all():
            names = [row.name_ru, row.name_ky, row.name_en, row.soate_code or ""]
            for name in [*names, *row.aliases.splitlines()]:
                self.known.setdefault(fold(name), set()).add(row)
        self.known.pop("", None)

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> District:  # noqa: ARG002
        found = self.known.get(fold(str(value or "")), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise ValueError(
                _("Several districts are called “%(value)s”: write its SOATE code instead.")
                % {"value": value}
            )
        raise ValueError(
            _("There is no district “%(value)s” in the register.") % {"value": value or ""}
        )

    def render(self, value: District | None, **_kwargs: Any) -> str:
        return str(value or "")


def _column(attribute: str, heading: str | Promise, widget: Any, **options: Any) -> fields.Field:
    return fields.Field(attribute=attribute, column_name=heading, widget=widget, **options)


class MunicipalityResource(resources.ModelResource):  # type: ignore[misc]
    """One row a unit, known by its SOATE code, or by its district, Russian name and register."""

    soate_code = _column("soate_code", gettext_lazy("SOATE code"), CodeWidget())
    district = _column("district", gettext_lazy("District"), DistrictWidget())
    kind = _column(
        "kind",
        gettext_lazy("Kind"),
        ChoiceWidget(Municipality.Kind.choices),
        saves_null_values=False,
    )
    name_ru = _column("name_ru", gettext_lazy("Name in Russian"), TextWidget())
    name_ky = _column("name_ky", gettext_lazy("Name in Kyrgyz"), TextWidget())
    name_en = _column("name_en", gettext_lazy("Name in English"), TextWidget())
    aliases = _column("aliases", gettext_lazy("Other spellings"), LinesWidget())
    register = _column("register", gettext_lazy("Register"), TextWidget())
    status = _column(
        "status",
        gettext_lazy("Status"),
        ChoiceWidget(Municipality.Status.choices),
        saves_null_values=False,
    )
    valid_from = _column("valid_from", gettext_lazy("Exists from"), DayWidget())
    valid_to = _column("valid_to", gettext_lazy("Exists until"), DayWidget())
    successor = _column("successor", gettext_lazy("Merged into"), TextWidget(), readonly=True)
    note = _column("note", gettext_lazy("Note"), TextWidget())

    KEYS = ("district", "name_ru", "register")

    class Meta:
        model = Municipality
        fields = (
            *("soate_code", "district", "kind", "name_ru", "name_ky", "name_en", "aliases"),
            *("register", "status", "valid_from", "valid_to", "successor", "note"),
        )
        import_id_fields = ()
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        store_instance = True
        use_transactions = True

    def import_data(self, dataset: tablib.Dataset, *args: Any, **kwargs: Any) -> Result:
        """Import all rows or none; the rows of the result are numbered as in Excel."""
        kwargs["rollback_on_validation_errors"] = True
        result = super().import_data(dataset, *args, **kwargs)
        for row in (*result.invalid_rows, *result.error_rows):
            row.number += ROWS_ABOVE
        return result

    def before_import(self, dataset: tablib.Dataset, **_kwargs: Any) -> None:
        """Give the columns their names in the active language, and read the register once."""
        dataset.headers = self._headings(dataset.headers or [])
        self.fields["district"].widget.learn()
        self._before: dict[str, dict[str, Any] | None] = {}
        self._after: dict[str, dict[str, Any]] = {}
        self._by_code: dict[str, Municipality] = {}
        self._by_name: dict[tuple[int, str, str], Municipality] = {}
        for unit in Municipality.objects.select_related("district", "successor"):
            self._by_name[unit.district_id, unit.name_ru, unit.register] = unit
            if unit.soate_code:
                self._by_code[unit.soate_code] = unit

    def get_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> Municipality | None:  # noqa: ARG002
        """Return the unit that the row is about, None where it is a new one."""
        code = self._cell("soate_code", row)
        if code and (unit := self._by_code.get(code)):
            return unit
        unit = self._by_name.get(self._key(row))  # type: ignore[arg-type]
        if unit and code and unit.soate_code:
            raise ValidationError(
                _("“%(unit)s” has another SOATE code in the register: %(code)s.")
                % {"unit": unit, "code": unit.soate_code}
            )
        return unit

    def import_instance(
        self, instance: Municipality, row: Mapping[str, Any], **kwargs: Any
    ) -> None:
        was_merged = instance.status == Municipality.Status.MERGED
        super().import_instance(instance, row, **kwargs)
        if (instance.status == Municipality.Status.MERGED) != was_merged:
            raise ValidationError(
                {"status": _("Only the merger in the list gives or takes the status “merged”.")}
            )

    def validate_instance(self, instance: Municipality, *args: Any, **kwargs: Any) -> None:
        try:
            super().validate_instance(instance, *args, **kwargs)
        except ValidationError as error:
            raise ValidationError(
                {self._heading_of(name): told for name, told in error.message_dict.items()}
            ) from error

    def after_import_row(
        self,
        row: Mapping[str, Any],  # noqa: ARG002
        row_result: RowResult,
        **_kwargs: Any,
    ) -> None:
        """Note what the row changed."""
        if row_result.import_type not in ("new", "update"):
            return
        unit, old = row_result.instance, row_result.original
        before, after = (self._facts(old) if old else {}), self._facts(unit)
        changed = [name for name in after if name not in before or before[name] != after[name]]
        self._before[str(unit.pk)] = {name: before[name] for name in changed} if old else None
        self._after[str(unit.pk)] = {name: after[name] for name in changed}

    def after_import(self, dataset: tablib.Dataset, result: Result, **kwargs: Any) -> None:  # noqa: ARG002
        """Keep in the trail, as one event, what the confirmed import changed."""
        if not kwargs.get("dry_run") and self._after:
            trail.record(
                "municipalities.import",
                by=kwargs.get("user"),
                now=kwargs["now"],
                before=self._before,
                after=self._after,
            )

    def _headings(self, found: Iterable[str]) -> list[str]:
        """Return the headings in the active language. Raises ValidationError for a stranger."""
        known = {
            fold(spelling): str(field.column_name)
            for field in self.fields.values()
            for spelling in in_every_language(field.column_name)
        }
        headings = [known.get(fold(one or ""), one) for one in found]
        unknown = [one for one in headings if one and one not in known.values()]
        if unknown:
            raise ValidationError(
                _("These columns are not known: %(names)s. The headings are: %(known)s.")
                % {
                    "names": ", ".join(unknown),
                    "known": ", ".join(str(field.column_name) for field in self.fields.values()),
                }
            )
        keys = [str(self.fields[name].column_name) for name in self.KEYS]
        if str(self.fields["soate_code"].column_name) not in headings and (
            missing := [key for key in keys if key not in headings]
        ):
            raise ValidationError(
                _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}
            )
        return headings

    def _key(self, row: Mapping[str, Any]) -> tuple[int, str, str] | None:
        try:
            district = self._cell("district", row)
        except ValueError:
            return None  # The row is reported when its cells are read.
        if district is None:
            return None
        return (district.pk, self._cell("name_ru", row), self._cell("register", row))

    def _cell(self, name: str, row: Mapping[str, Any]) -> Any:
        """Return what the row says under a heading, None where the column is missing."""
        field = self.fields[name]
        return field.clean(row) if field.column_name in row else None

    def _heading_of(self, name: str) -> str:
        if name == NON_FIELD_ERRORS:
            return str(NON_FIELD_ERRORS)
        return str(self.fields[name].column_name) if name in self.fields else name

    def _facts(self, unit: Municipality) -> dict[str, Any]:
        names = [name for name in self.fields if name != "successor"]
        return {name: getattr(unit, f"{name}_id" if name == "district" else name) for name in names}


def in_every_language(text: str | Promise) -> list[str]:
    """Return a text of the interface in Russian, Kyrgyz and English."""
    spellings = []
    for language in LANGUAGES:
        with translation.override(language):
            spellings.append(str(text))
    return spellings

"""What a unit may be called: the rules of names, codes and registers."""

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .models import Municipality

SOATE_CODE = re.compile(r"[0-9]{14}")


def problems_of(unit: "Municipality") -> dict[str, str]:
    """Return {field: sentence} for what is wrong with the names, the code and the register.

    A question mark inside a name is what a program without ң, ө and ү leaves of them
    (cp1251). A second unit of one name in one register could not be told apart in a sheet.
    Whether a field may be empty is the field's own business.
    """
    problems = {}
    for field in ("name_ru", "name_ky", "name_en", "aliases"):
        if "?" in getattr(unit, field):
            problems[field] = _(
                "The name holds a question mark: a program has lost the letters ң, ө or ү. "
                "Restore them."
            )
    if unit.soate_code and not SOATE_CODE.fullmatch(unit.soate_code):
        problems["soate_code"] = _("The SOATE code has 14 digits.")
    same = {"name_ru": unit.name_ru, "register": unit.register, "district": unit.district_id}
    others = type(unit)._default_manager.exclude(pk=unit.pk)
    if unit.name_ru and "name_ru" not in problems and others.filter(**same).exists():
        problems["name_ru"] = _("The district has a unit of this name and register already.")
    return problems

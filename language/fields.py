"""Model fields that fill themselves from the text beside them, at every ``save()``.

``update()`` and ``bulk_update()`` of the text behind them would leave them stale;
a test of the whole project forbids it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models

from .folding import fold, sort_key


class _DerivedField(models.TextField):  # type: ignore[type-arg]
    """Text computed from other fields of the same row just before it is written."""

    derive: Callable[[str], str]

    def __init__(self, *, sources: Sequence[str] = (), **kwargs: Any) -> None:
        self.sources = tuple(sources)
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "blank", "default"):
            kwargs.pop(key, None)
        return name, path, args, kwargs | {"sources": self.sources}

    def text_of(self, model_instance: models.Model) -> str:
        """Return the text behind the key: the sources, one after the other."""
        return " ".join(str(getattr(model_instance, source) or "") for source in self.sources)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002
        value = type(self).derive(self.text_of(model_instance))
        setattr(model_instance, self.attname, value)
        return value


class SearchKeyField(_DerivedField):
    """The folded text to search in; see :func:`language.folding.fold`."""

    derive = staticmethod(fold)


class SortKeyField(_DerivedField):
    """The key to order by; see :func:`language.folding.sort_key`.

    ``after``: words before a name under which nobody looks for it, «город Кербен» under К.
    """

    derive = staticmethod(sort_key)

    def __init__(self, *, after: Sequence[str] = (), **kwargs: Any) -> None:
        self.after = tuple(after)
        kwargs.setdefault("db_index", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({"after": self.after} if self.after else {})

    def text_of(self, model_instance: models.Model) -> str:
        text = super().text_of(model_instance).strip()
        for words in self.after:
            if text.casefold().startswith(f"{words} "):
                return text[len(words) :]
        return text

"""The one table of the root: the mark that says that everything in here is invented."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DemoMark(models.Model):
    """Left by ``manage.py demo``. An installation refuses to serve a database that has it."""

    made_at = models.DateTimeField(_("made at"))
    scale = models.PositiveIntegerField(_("scale"), default=1)

    class Meta:
        verbose_name = _("mark of the demo")
        verbose_name_plural = _("marks of the demo")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="demo_mark_is_one_row"),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"


def is_demo() -> bool:
    """Return whether the database was filled by ``manage.py demo``."""
    return DemoMark.objects.exists()

"""Roles in words."""

from django import template
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import LABELS

register = template.Library()


@register.filter
def role_labels(person: User) -> str:
    """Return the roles that groups give the person; ``groups`` should be prefetched."""
    labels = [str(LABELS[group.name]) for group in person.groups.all() if group.name in LABELS]
    if person.is_superuser:
        labels.insert(0, _("administrator"))
    return ", ".join(labels) or "–"

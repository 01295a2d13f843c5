"""``manage.py load_register``: put the register that comes with the portal in place."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from municipalities.register import load


class Command(BaseCommand):
    help = (
        "Adds the oblasts, districts, municipalities and positions that come with the portal. "
        "Adds only what is missing: it can be run again at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        added = load(by=None, now=timezone.now())
        self.stdout.write(
            f"Added: {added.oblasts} oblasts, {added.districts} districts, "
            f"{added.municipalities} municipalities ({added.mergers} by a merger), "
            f"{added.positions} positions."
        )

"""Collects, checks and compiles the texts that people read."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from language import catalogues


class Command(BaseCommand):
    help = "Collect the strings for people into locale/ and compile them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        only = parser.add_mutually_exclusive_group()
        only.add_argument(
            "--check", action="store_true", help="write nothing; fail when anything is missing"
        )
        only.add_argument(
            "--review", action="store_true", help="list what a native reader should check"
        )
        parser.add_argument("--root", type=Path, default=settings.BASE_DIR, help="project folder")

    def handle(self, *, check: bool, review: bool, root: Path, **_options: object) -> None:
        if review:
            self.review(root)
        elif check:
            self.check_all(root)
        else:
            self.write(root)

    def write(self, root: Path) -> None:
        """Bring the .po files up to date with the sources and compile them."""
        found = catalogues.collect(root)
        for locale in catalogues.LOCALES:
            for domain in catalogues.DOMAINS:
                source = catalogues.path(root, locale, domain)
                catalog = catalogues.merged(found, locale, domain, catalogues.read(source, locale))
                if not len(catalog) and not source.exists():
                    continue
                source.parent.mkdir(parents=True, exist_ok=True)
                source.write_bytes(catalogues.po(catalog))
                source.with_suffix(".mo").write_bytes(catalogues.mo(catalog))
                left = sum(not catalogues.translated(one) for one in catalog if one.id)
                self.stdout.write(
                    f"locale/{locale}/{domain}: {len(catalog)} strings, {left} without translation"
                )

    def check_all(self, root: Path) -> None:
        """Write nothing; raise CommandError naming everything that is missing or stale."""
        found = catalogues.collect(root)
        faults = list(catalogues.uncollected(root))
        for locale in catalogues.LOCALES:
            for domain in catalogues.DOMAINS:
                faults.extend(self._faults(root, found, locale, domain))
        if faults:
            raise CommandError("\n".join([*faults, f"{len(faults)} faults in locale/"]))
        self.stdout.write("Every string has its Russian and Kyrgyz.")

    def _faults(self, root: Path, found: catalogues.Catalog, locale: str, domain: str) -> list[str]:
        source = catalogues.path(root, locale, domain)
        old = catalogues.read(source, locale)
        fresh = catalogues.merged(found, locale, domain, old)
        faults = list(catalogues.faults(fresh))
        if not len(fresh) and old is None:
            return faults
        place = source.relative_to(root)
        if not source.exists() or source.read_bytes() != catalogues.po(fresh):
            faults.append(f"{place} is stale: run manage.py messages")
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != catalogues.mo(fresh):
            faults.append(f"{place.with_suffix('.mo')} is stale: run manage.py messages")
        return faults

    def review(self, root: Path) -> None:
        """Print the strings marked ``# review`` with their translation."""
        for locale in catalogues.LOCALES:
            catalog = catalogues.read(catalogues.path(root, locale), locale)
            for message in catalogues.for_review(catalog) if catalog else ():
                text = catalogues.key(message)[1]
                self.stdout.write(f"{locale}: {text!r} → {message.string!r}")

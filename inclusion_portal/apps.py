from django.apps import AppConfig


class InclusionPortalConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "inclusion_portal"

    def ready(self) -> None:
        from contest import hints

        from . import checks, coverage  # noqa: F401

        hints.register(coverage.untrained)

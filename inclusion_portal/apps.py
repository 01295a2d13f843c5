from django.apps import AppConfig


class InclusionPortalConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "inclusion_portal"

    def ready(self) -> None:
        from . import checks  # noqa: F401

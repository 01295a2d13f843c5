from django.apps import AppConfig


class MunicipalitiesConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "municipalities"

    def ready(self) -> None:
        from . import adapter

        adapter.register()

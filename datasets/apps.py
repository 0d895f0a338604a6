from django.apps import AppConfig
from django.db.models.signals import post_migrate  # noqa: TID251 - of migrating, not of our models
from django.utils.translation import gettext_lazy as _


class DatasetsConfig(AppConfig):
    name = "datasets"
    verbose_name = _("Datasets")

    def ready(self) -> None:
        from datasets.search import install  # noqa: PLC0415 - models exist only now

        post_migrate.connect(install, sender=self)
        _let_the_doctor_look_at_stores()


def _let_the_doctor_look_at_stores() -> None:
    from datasets import stores  # noqa: PLC0415 - with the models
    from workspaces import health  # noqa: PLC0415

    def check() -> str:
        try:
            return stores.doctor()
        except stores.StoreTrouble as trouble:
            raise health.Problem(f"{trouble} Correct EARMARK_STORES, or the rights of what it names.") from trouble

    health.CHECKS["stores"] = check

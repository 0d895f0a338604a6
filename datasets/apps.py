from django.apps import AppConfig
from django.db.models.signals import post_migrate  # noqa: TID251 - of migrating, not of our models
from django.utils.translation import gettext_lazy as _


class DatasetsConfig(AppConfig):
    name = "datasets"
    verbose_name = _("Datasets")

    def ready(self) -> None:
        from datasets.search import install  # noqa: PLC0415 - models exist only now

        post_migrate.connect(install, sender=self)

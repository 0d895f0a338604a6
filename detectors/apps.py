from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DetectorsConfig(AppConfig):
    name = "detectors"
    verbose_name = _("Detectors")

    def ready(self) -> None:
        from datasets import reading  # noqa: PLC0415 - models exist only now
        from detectors.jobs import when_read  # noqa: PLC0415

        reading.register(when_read)

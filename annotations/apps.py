from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnnotationsConfig(AppConfig):
    name = "annotations"
    verbose_name = _("Annotations")

    def ready(self) -> None:
        from annotations import audio_access, model_uses, notice_words  # noqa: PLC0415 - models exist only now
        from datasets import access, reading  # noqa: PLC0415
        from detectors import uses  # noqa: PLC0415

        access.register(audio_access.has_work_on)
        access.register_uses(of_audio=audio_access.tasks_using, of_dataset=audio_access.tasks_on)
        reading.register(model_uses.suggest_in)
        uses.register(model_uses.tasks_with)
        notice_words.register_all()

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = _("Evaluations")

    def ready(self) -> None:
        from annotations import belonging  # noqa: PLC0415 - models exist only now
        from annotations import demo as workspace_demo  # noqa: PLC0415
        from datasets import access, reading  # noqa: PLC0415
        from evaluations import audio_uses, demo, jobs, labeling  # noqa: PLC0415

        belonging.register(to_delete=labeling.why_it_stays, to_resume=labeling.why_it_rests)
        reading.register(jobs.when_read)
        workspace_demo.register(demo.seed)
        access.register_uses(of_audio=audio_uses.rows_using, of_dataset=audio_uses.evaluations_on)

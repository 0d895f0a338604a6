"""Where pages of the room below lead to an evaluation: they name this library and import nothing."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from annotations.models import LabelingTask
from evaluations.models import Evaluation

register = template.Library()


@register.simple_tag
def evaluation_crumb(task: LabelingTask) -> SafeString | str:
    """A link to the evaluation that a labeling task belongs to; nothing for one that stands by itself."""
    evaluation = Evaluation.objects.filter(queues__labeling_task=task).only("pk", "name").first()
    if evaluation is None:
        return ""
    address = reverse("evaluations:evaluation", args=[task.workspace.slug, evaluation.pk])
    return format_html('<a id="evaluation" href="{}">{}</a>', address, evaluation.name)

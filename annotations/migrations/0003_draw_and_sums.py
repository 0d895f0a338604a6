"""Give turns that were there before their place in the draw, and the sums that are kept on them since."""

import random

from django.db import migrations
from django.db.models import Sum

SLICE = 1000


def fill(apps, schema_editor):
    Task = apps.get_model("annotations", "LabelingTask")
    Assignment = apps.get_model("annotations", "Assignment")
    Submission = apps.get_model("annotations", "Submission")
    Review = apps.get_model("annotations", "Review")
    for task in Task.objects.only("id", "seed"):
        turns = list(Assignment.objects.filter(task=task).order_by("position", "slot").only("id"))
        order = list(range(len(turns)))
        random.Random(task.seed).shuffle(order)
        submissions = Submission.objects.filter(assignment__task=task).order_by()
        worked = dict(submissions.values_list("assignment").annotate(Sum("active_ms")))
        rejections, first = {}, {}
        verdicts = Review.objects.filter(submission__assignment__task=task, origin="reviewed")
        for turn, revision, verdict in verdicts.values_list(
            "submission__assignment", "submission__revision", "verdict"
        ):
            rejections[turn] = rejections.get(turn, 0) + (verdict == "rejected")
            if revision == 1:
                first[turn] = verdict == "approved"
        for turn, draw in zip(turns, order):
            turn.draw, turn.active_ms = draw, worked.get(turn.pk, 0)
            turn.rejections, turn.first_pass = rejections.get(turn.pk, 0), first.get(turn.pk)
        Assignment.objects.bulk_update(turns, ["draw", "active_ms", "rejections", "first_pass"], batch_size=SLICE)


class Migration(migrations.Migration):
    dependencies = [("annotations", "0002_team_labeling")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

"""What the workbench says in trainings and exams; the words for labeling stand in its template."""

from django.utils.translation import gettext as _

from annotations.models import LabelingTask


def lesson_words(task: LabelingTask) -> dict[str, str]:
    is_exam = task.purpose == LabelingTask.Purpose.EXAM
    return {
        "right": _("right"),
        "wrong": _("not right"),
        "allRight": _("Right"),
        "notRight": _("Not right"),
        "notYet": _("Not right yet"),
        "expected": _("expected"),
        "nothing": _("nothing"),
        "cannotJudge": _("cannot judge"),
        "listenAgain": _("Listen again, change what you think is wrong, and submit once more."),
        "next": _("Next"),
        "passed": _("Exam passed") if is_exam else _("Training passed"),
        "failed": _("Exam not passed") if is_exam else _("Training not passed"),
        "score": _("You have {score} %. {needed} % are needed.")
        if is_exam
        else _("{right} of {n} items were right at once, {score} %. {needed} % are needed."),
        "tryFrom": _("Another try is possible from {moment} on."),
        "noMoreTries": _("There is no other try."),
        "tryAgain": _("Try again"),
        "noItem": _("There is no item now"),
        "backToList": _("Back to list"),
    }

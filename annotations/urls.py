from django.urls import include, path
from rest_framework.routers import SimpleRouter

from annotations.api.checks import CheckResultViewSet
from annotations.api.comments import CommentViewSet
from annotations.api.set_labels import SetLabelViewSet
from annotations.api.skills import LessonViewSet, SkillViewSet
from annotations.api.tasks import LabelingTaskViewSet
from annotations.api.turns import AssignmentViewSet
from annotations.api.vocabularies import ProposalViewSet, VocabularyViewSet
from annotations.views import (
    adjudication,
    checks,
    closing,
    controls,
    figures,
    importing,
    label_set,
    lessons,
    mine,
    my_figures,
    quality,
    quality_people,
    quality_results,
    questions,
    skills,
    task,
    task_items,
    task_people,
    task_settings,
    tasks,
    transfer,
    vocabularies,
    wizard,
    word_queue,
    work,
)

app_name = "annotations"

router = SimpleRouter(trailing_slash=False)
router.register("labeling-tasks", LabelingTaskViewSet, basename="labeling-task")
router.register("assignments", AssignmentViewSet, basename="assignment")
router.register("check-results", CheckResultViewSet, basename="check-result")
router.register("skills", SkillViewSet, basename="skill")
router.register("lessons", LessonViewSet, basename="lesson")
router.register("vocabularies", VocabularyViewSet, basename="vocabulary")
router.register("proposals", ProposalViewSet, basename="proposal")
router.register("comments", CommentViewSet, basename="comment")

_task = "w/<slug:slug>/tasks/<uuid:task_id>/"
_pool = "w/<slug:slug>/word-pools/<uuid:vocabulary_id>/"
_set = "w/<slug:slug>/annotation-sets/<uuid:set_id>/label/"
urlpatterns = [
    path("w/<slug:slug>/labeling/", mine.labeling, name="labeling"),
    path("w/<slug:slug>/labeling/<uuid:task_id>/standing/", quality_people.my_standing, name="my_standing"),
    path("w/<slug:slug>/review/", mine.reviews, name="reviews"),
    path("w/<slug:slug>/my-figures/", my_figures.my_figures, name="my_figures"),
    path("w/<slug:slug>/tasks/import-answers/", importing.import_file, name="import_answers"),
    path(f"{_task}imported/", importing.imported, name="imported_answers"),
    path("w/<slug:slug>/questions/", questions.index, name="questions"),
    path("w/<slug:slug>/questions/new/", questions.new, name="new_question"),
    path("w/<slug:slug>/questions/preview/", questions.preview, name="preview_question"),
    path("w/<slug:slug>/questions/<uuid:question_id>/", questions.detail, name="question"),
    path("w/<slug:slug>/questions/<uuid:question_id>/rename/", questions.rename, name="rename_question"),
    path("w/<slug:slug>/questions/<uuid:question_id>/move/", questions.move, name="move_question"),
    path("w/<slug:slug>/word-pools/", vocabularies.index, name="vocabularies"),
    path(_pool, vocabularies.detail, name="vocabulary"),
    path(f"{_pool}move/", vocabularies.move, name="move_vocabulary"),
    path(f"{_pool}words/", vocabularies.change_word, name="change_word"),
    path(f"{_pool}import/", vocabularies.import_file, name="import_words"),
    path(f"{_pool}<int:number>.csv", vocabularies.export, name="export_words"),
    path(f"{_pool}queue/", word_queue.queue, name="word_queue"),
    path(f"{_pool}queue/<uuid:proposal_id>/", word_queue.decide, name="decide_word"),
    path("word-pools/<uuid:vocabulary_id>/<int:number>/<str:locale>.json", vocabularies.pool_index, name="pool_index"),
    path("w/<slug:slug>/skills/", skills.index, name="skills"),
    path("w/<slug:slug>/skills/lessons/new/", lessons.new, name="new_lesson"),
    path("w/<slug:slug>/skills/lessons/<uuid:task_id>/", lessons.lesson, name="lesson"),
    path("w/<slug:slug>/skills/lessons/<uuid:task_id>/delete/", lessons.delete, name="delete_lesson"),
    path("w/<slug:slug>/skills/items/<uuid:item_id>/", lessons.key, name="key"),
    path("w/<slug:slug>/skills/<uuid:skill_id>/", skills.detail, name="skill"),
    path("w/<slug:slug>/skills/<uuid:skill_id>/delete/", skills.delete, name="delete_skill"),
    path(f"{_task}quality/controls/", controls.controls, name="quality_controls"),
    path("w/<slug:slug>/tasks/", tasks.index, name="tasks"),
    path("w/<slug:slug>/tasks/new/", wizard.create, name="create"),
    path("w/<slug:slug>/tasks/new/preview/", wizard.preview, name="preview"),
    path("w/<slug:slug>/tasks/deleted/", tasks.deleted, name="deleted_tasks"),
    path(_task, task.progress, name="task"),
    path(f"{_task}items/", task_items.items, name="task_items"),
    path(f"{_task}items/bulk/", task_items.bulk, name="bulk"),
    path(f"{_task}items/<uuid:assignment_id>/", task_items.turn, name="turn"),
    path(f"{_task}transfer/", transfer.transfer, name="transfer"),
    path(f"{_task}people/", task_people.people, name="task_people"),
    path(f"{_task}settings/", task_settings.settings, name="task_settings"),
    path(f"{_task}quality/", quality.report, name="quality"),
    path(f"{_task}quality/results/", quality_results.results, name="quality_results"),
    path(f"{_task}quality/results/compute/", quality_results.compute, name="compute_results"),
    path(f"{_task}quality/results/aggregation/", quality_results.change, name="set_aggregation"),
    path(f"{_task}settle/", adjudication.settle, name="settle"),
    path(f"{_task}settle/<uuid:item_id>/", adjudication.lanes, name="lanes"),
    path(f"{_task}quality/people/", quality_people.quality_people, name="quality_people"),
    path(f"{_task}quality/people/standings.csv", quality_people.standings_csv, name="standings_csv"),
    path(f"{_task}quality/compute/", quality.compute, name="compute_quality"),
    path(f"{_task}quality/clips/", quality.clips, name="quality_clips"),
    path(f"{_task}quality/<str:table>.csv", quality.download_table, name="quality_table"),
    path(f"{_task}quality/checks/", checks.checks, name="quality_checks"),
    path(f"{_task}quality/checks/ask-again/", checks.ask_again, name="ask_checks_again"),
    path(f"{_task}quality/checks/<uuid:result_id>/", checks.move, name="check_result"),
    path(f"{_task}figures/<str:table>.csv", figures.download_table, name="figure_table"),
    path(f"{_task}fill/", wizard.fill, name="fill"),
    path(f"{_task}suggest/", task.suggest, name="suggest"),
    path(f"{_task}move/", tasks.move, name="move"),
    path(f"{_task}generate/", task.generate, name="generate"),
    path(f"{_task}label/", work.label, name="label"),
    path(f"{_task}review/", work.review, name="review"),
    path(f"{_task}rest/", closing.rest, name="rest"),
    path("w/<slug:slug>/assignments/<uuid:assignment_id>/", work.assignment, name="assignment"),
    path(_set, label_set.label_set, name="label_set"),
    path(f"{_set}<uuid:audio_id>/", label_set.label_set_file, name="label_set_file"),
]
_file = "annotation-sets/<str:set_id>/files/<str:audio_id>"
_set_calls = [
    path("annotation-sets/<str:set_id>/next", SetLabelViewSet.as_view({"post": "next"}), name="annotation-set-next"),
    path(_file, SetLabelViewSet.as_view({"get": "retrieve"}), name="annotation-set-file"),
    path(f"{_file}/open", SetLabelViewSet.as_view({"post": "open"}), name="annotation-set-file-open"),
    path(f"{_file}/draft", SetLabelViewSet.as_view({"put": "draft"}), name="annotation-set-file-draft"),
    path(f"{_file}/submit", SetLabelViewSet.as_view({"post": "submit"}), name="annotation-set-file-submit"),
    path(f"{_file}/release", SetLabelViewSet.as_view({"post": "release"}), name="annotation-set-file-release"),
]
api_urlpatterns = [path("", include(router.urls)), *_set_calls]

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from annotations import api
from annotations.views import mine, task, tasks, wizard, work

app_name = "annotations"

router = SimpleRouter(trailing_slash=False)
router.register("labeling-tasks", api.LabelingTaskViewSet, basename="labeling-task")
router.register("assignments", api.AssignmentViewSet, basename="assignment")

_task = "w/<slug:slug>/tasks/<uuid:task_id>/"
urlpatterns = [
    path("w/<slug:slug>/labeling/", mine.labeling, name="labeling"),
    path("w/<slug:slug>/review/", mine.reviews, name="reviews"),
    path("w/<slug:slug>/tasks/", tasks.index, name="tasks"),
    path("w/<slug:slug>/tasks/new/", wizard.create, name="create"),
    path("w/<slug:slug>/tasks/new/preview/", wizard.preview, name="preview"),
    path(_task, task.progress, name="task"),
    path(f"{_task}items/", task.items, name="task_items"),
    path(f"{_task}items/<uuid:assignment_id>/", task.turn, name="turn"),
    path(f"{_task}people/", task.people, name="task_people"),
    path(f"{_task}settings/", task.settings, name="task_settings"),
    path(f"{_task}move/", tasks.move, name="move"),
    path(f"{_task}generate/", task.generate, name="generate"),
    path(f"{_task}label/", work.label, name="label"),
    path(f"{_task}review/", work.review, name="review"),
    path(f"{_task}rest/", mine.rest, name="rest"),
    path("w/<slug:slug>/assignments/<uuid:assignment_id>/", work.assignment, name="assignment"),
]
api_urlpatterns = [path("", include(router.urls))]

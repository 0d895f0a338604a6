from django.urls import include, path
from rest_framework.routers import SimpleRouter

from annotations import api

app_name = "annotations"

router = SimpleRouter(trailing_slash=False)
router.register("labeling-tasks", api.LabelingTaskViewSet, basename="labeling-task")
router.register("assignments", api.AssignmentViewSet, basename="assignment")

urlpatterns: list[object] = []
api_urlpatterns = [path("", include(router.urls))]

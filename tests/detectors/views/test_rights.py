"""Who gets to which page of models, and whose posts do something: one row per page and person."""

from typing import Any

import pytest

from detectors.models import Detector
from tests.callers import WHO
from tests.datasets.factories import AnnotationFactory, AnnotationSetFactory, ArtifactTypeFactory
from tests.detectors.factories import DetectorFactory, InferenceFileFactory, InferenceJobFactory, TrainingJobFactory
from tests.factories import MembershipFactory

READERS = (200, 200, 200, 403, 403, 404, 302)
EDITORS = (200, 200, 403, 403, 403, 404, 302)
DONE = (302, 302, 403, 403, 403, 404, 302)
REFUSED = (422, 422, 403, 403, 403, 404, 302)
PAGES = {
    "models/": READERS,
    "models/train/": EDITORS,
    "models/train/?set={labels}": EDITORS,
    "models/trainings/{training}/": READERS,
    "models/{model}/": READERS,
    "models/{built_in}/": READERS,
    "models/{model}/download/": READERS,
    "models/{built_in}/download/": (404, 404, 404, 403, 403, 404, 302),
    "models/analyse/": EDITORS,
    "models/analyses/": READERS,
    "models/analyses/{analysis}/": READERS,
    "models/analyses/{analysis}/files/{file}/": READERS,
    "models/analyses/{analysis}/export/json/": READERS,
    "models/analyses/{analysis}/export/csv/": READERS,
    "models/analyses/{analysis}/export/audacity/": READERS,
    "models/analyses/{analysis}/export/xlsx/": (404, 404, 404, 403, 403, 404, 302),
}
POSTS = {
    # There is too little audio for either, which the page says.
    "models/train/?set={labels}": REFUSED,
    "models/analyse/": REFUSED,
    "models/trainings/{training}/cancel/": DONE,
    "models/{model}/delete/": DONE,
    "models/analyses/{analysis}/draft/": DONE,
    "models/analyses/{analysis}/cancel/": DONE,
    "models/analyses/{analysis}/delete/": DONE,
}


@pytest.fixture
def rows(people: Any, in_a_folder: None) -> dict[str, Any]:
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from detectors.actions import ensure_built_ins

    ensure_built_ins(people.workspace)
    model = DetectorFactory(dataset__workspace=people.workspace)
    default_storage.save(model.file, ContentFile(b"npz"))
    labels = AnnotationSetFactory(dataset=model.dataset)
    ArtifactTypeFactory(dataset=model.dataset, name="glitch")
    AnnotationFactory(annotation_set=labels)
    labels.publish(by=people.administrator)
    analysis = InferenceJobFactory(detector=model)
    file = InferenceFileFactory(inference_job=analysis, audio_file__dataset=model.dataset)
    return {
        "model": model.pk,
        "built_in": Detector.objects.filter(workspace=people.workspace).exclude(rule="")[0].pk,
        "labels": labels.pk,
        "training": TrainingJobFactory(dataset=model.dataset).pk,
        "analysis": analysis.pk,
        "file": file.pk,
    }


@pytest.mark.parametrize(
    ("path", "who", "status"), [(path, *cell) for path, row in PAGES.items() for cell in zip(WHO, row, strict=True)]
)
def test_who_sees_which_page(client_of, people, rows, path, who, status):
    response = client_of(people[who]).get(f"/w/speech-lab/{path.format(**rows)}")
    # A file that is sent in pieces is closed at its end.
    list(response.streaming_content if response.streaming else ())

    assert response.status_code == status


@pytest.mark.parametrize(
    ("path", "who", "status"), [(path, *cell) for path, row in POSTS.items() for cell in zip(WHO, row, strict=True)]
)
def test_whose_posts_do_something(client_of, people, rows, path, who, status):
    response = client_of(people[who]).post(f"/w/speech-lab/{path.format(**rows)}")

    assert response.status_code == status
    if status == 302 and who == "anonymous":
        assert response.url.startswith("/accounts/login/")


@pytest.mark.parametrize("path", [path for path in PAGES if "{" in path])
def test_a_row_is_found_in_its_own_workspace_alone(client_of, people, rows, path):
    elsewhere = MembershipFactory(user=people.administrator, role="administrator").workspace

    response = client_of(people.administrator).get(f"/w/{elsewhere.slug}/{path.format(**rows)}")

    assert response.status_code == 404


@pytest.mark.parametrize("path", [path for path in POSTS if "{" in path and "train/" not in path])
def test_what_changes_something_is_a_post(client_of, people, rows, path):
    assert client_of(people.administrator).get(f"/w/speech-lab/{path.format(**rows)}").status_code == 405

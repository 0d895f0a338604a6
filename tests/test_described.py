"""What the published OpenAPI allows, and what it does not, is sent to every operation: no 5xx, no status it hides."""

import json
import os
from functools import cache
from itertools import pairwise

import hypothesis
import pytest
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

# On a services run there is time for more. EARMARK_DESCRIBED_EXAMPLES says how many requests each operation gets.
EXAMPLES = int(os.environ.get("EARMARK_DESCRIBED_EXAMPLES", "25" if os.environ.get("DATABASE_URL") else "3"))


@cache
def described():
    import schemathesis
    from drf_spectacular.generators import SchemaGenerator

    raw = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    return schemathesis.openapi.from_dict(raw)


def operations():
    return [f"{operation.ok().method.upper()} {operation.ok().path}" for operation in described().get_all_operations()]


def operation_of(label):
    method, path = label.split()
    return described()[path][method]


@pytest.fixture
def scene(people):
    """One of each thing that addresses name, and a key that may do everything."""
    from annotations.models import Assignment
    from tests.annotations.factories import make_dataset, make_task
    from tests.annotations.working import begin, hand_in
    from workspaces.actions import create_api_key

    dataset = make_dataset(people.workspace, files=4)
    task = make_task(dataset, by=people.administrator, review_mode="full")
    turns = [begin(task, people.operator), hand_in(task, people.administrator)]
    waiting = Assignment.objects.filter(task=task, state="open").first()
    _key, secret = create_api_key(workspace=people.workspace, by=people.administrator, name="Described")
    found = {
        "labeling-tasks": [task.pk],
        "assignments": [turn.pk for turn in (*turns, waiting)],
        "datasets": [dataset.pk],
        "audio": list(dataset.audio_files.values_list("pk", flat=True)[:1]),
        **labeled(dataset),
        **worded(people),
    }
    return {"key": secret, "ids": {**found, **evaluated(people), **learned(dataset)}}


def worded(people):
    """A word pool with a draft, and a word that waits to be decided on."""
    from annotations.words import proposing, vocabularies
    from tests.annotations.words.making import make_pool

    pool = make_pool(people.workspace, by=people.administrator)
    vocabularies.start_draft(pool, by=people.administrator)
    proposing.propose(pool, "emotion", {"wooshy": 1})
    return {"vocabularies": [pool.pk], "proposals": [pool.proposals.get().pk]}


def learned(dataset):
    """A training, two models, one of them built in, and an analysis with two files, one of which waits."""
    from tests.detectors.factories import (
        BuiltInFactory,
        DetectorFactory,
        InferenceFileFactory,
        InferenceJobFactory,
        TrainingJobFactory,
    )

    training = TrainingJobFactory(dataset=dataset)
    models = [DetectorFactory(dataset=dataset, training_job=training), BuiltInFactory(workspace=dataset.workspace)]
    inference, audio = InferenceJobFactory(detector=models[0]), dataset.audio_files.first()
    files = [
        InferenceFileFactory(inference_job=inference, audio_file=audio, state=state, detections=detections)
        for state, detections in (("completed", []), ("pending", None))
    ]
    return {
        "training-jobs": [training.pk],
        "models": [model.pk for model in models],
        "inference-jobs": [inference.pk],
        # Of an analysis, and of a draft that is labelled.
        "api/files": [*(file.pk for file in files), audio.pk],
    }


def labeled(dataset):
    """A draft and a published version, with an annotation each."""
    from tests.datasets.factories import AnnotationFactory, AnnotationSetFactory

    sets = [AnnotationSetFactory(dataset=dataset, version=version) for version in (101, 102)]
    audio = dataset.audio_files.first()
    rows = [AnnotationFactory(annotation_set=chosen, audio_file=audio) for chosen in sets]
    sets[1].publish(by=None)
    return {"annotation-sets": [chosen.pk for chosen in sets], "annotations": [row.pk for row in rows]}


def evaluated(people):
    """One of each thing that the door of voice evaluations names."""
    from evaluations.models import EvaluationDataset
    from tests.evaluations.factories import layout, make_evaluation, make_question, task_of

    asked = [task_of(make_question(people.workspace), alias="marks")]
    asked.append(task_of(make_question(people.workspace, "rating"), alias="good", layout=layout("item.text")))
    fields = {"tasks": asked, "dataset": {"name": "Calls"}, "taxonomy": {"a": 1}}
    evaluation = make_evaluation(people.workspace, by=people.administrator, **fields)
    row_set = EvaluationDataset.objects.get(workspace=people.workspace)
    return {
        "evaluations": [evaluation.pk],
        "tasks": ["marks", "good"],
        "evaluation-items": list(evaluation.items.values_list("pk", flat=True)),
        "questions": [task.question_id for task in evaluation.tasks.all()],
        "files": [recording.audio_id for item in evaluation.items.all() for recording in item.recordings.all()],
        "v5/datasets": [row_set.pk],
        "dataset-items": list(row_set.items.values_list("pk", flat=True)),
    }


@pytest.fixture(autouse=True)
def one_connection():
    """Requests close connections they take for old; here they would close the one that the test's rows are in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def real_ids(path, given, scene, *, pick):
    """The path's parameters, those that name things of the scene now and then with the real one."""
    found = dict(given)
    words = path.strip("/").split("/")
    for before, word in pairwise(words):
        ids = scene["ids"].get(f"{words[0]}/{before}", scene["ids"].get(before))
        if word.startswith("{") and ids:
            found[word.strip("{}")] = str(pick(ids))
    return found


@pytest.mark.parametrize("label", operations())
def test_every_answer_is_one_of_those_described(label, scene):
    from schemathesis.checks import not_a_server_error
    from schemathesis.generation.modes import GenerationMode
    from schemathesis.specs.openapi.checks import status_code_conformance

    from config.wsgi import application

    operation = operation_of(label)

    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @hypothesis.given(data=st.data())
    def send(data):
        mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        try:
            case = data.draw(operation.as_strategy(generation_mode=mode))
        except hypothesis.errors.Unsatisfiable:
            return
        if case.path_parameters and data.draw(st.integers(0, 3)):
            case.path_parameters = real_ids(
                operation.path, case.path_parameters, scene, pick=lambda ids: data.draw(st.sampled_from(ids))
            )
        caches["process"].clear()
        with transaction.atomic():
            case.call_and_validate(
                app=application,
                base_url="http://localhost",
                headers={"X-API-Key": scene["key"]},
                checks=[not_a_server_error, status_code_conformance],
            )
            # Every request finds the scene as it was.
            transaction.set_rollback(True)

    send()

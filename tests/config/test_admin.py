"""Every model of ours in the admin: for super admins alone, readable, and only as changeable as its rules allow."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps as django_apps
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from annotations.models import (
    Adjudication,
    Assignment,
    Attempt,
    CheckResult,
    Comment,
    Draft,
    Grade,
    ItemFile,
    ItemKey,
    ItemResult,
    ItemSuggestions,
    LabelingTask,
    QualityReport,
    QualityRule,
    Question,
    Requirement,
    Review,
    Skill,
    SkillValue,
    Standing,
    StandingEvent,
    Submission,
    TaskCheck,
    TaskItem,
    TaskPerson,
    TaskQuestion,
    TaskTeam,
    Term,
    Transfer,
    Vocabulary,
    VocabularyVersion,
    WordProposal,
)
from datasets.models import (
    Annotation,
    AnnotationSet,
    ArtifactType,
    AudioBlob,
    AudioFile,
    Dataset,
    ListenedFile,
    ProcessedDataset,
)
from detectors.models import Detector, InferenceFile, InferenceJob, TrainingJob
from evaluations.models import (
    DatasetItem,
    DatasetItemFile,
    DatasetItemVersion,
    Evaluation,
    EvaluationDataset,
    EvaluationFile,
    EvaluationItem,
    EvaluationQueue,
    EvaluationTask,
)
from tests.factories import ApiKeyFactory, InvitationFactory, JobFactory, TeamFactory
from workspaces.models import AuditEvent, Job, Membership, Notice

# The admin's modules are looked for where the addresses are made.
import_module("config.urls")
OURS = [
    model
    for model in admin.site._registry
    if model.__module__.split(".")[0] in ("workspaces", "datasets", "detectors", "annotations", "evaluations")
]
IMMUTABLE = (Submission, Review, AuditEvent, ProcessedDataset, Annotation, AudioBlob, Assignment, Membership)


@pytest.fixture
def one_of_each(people: Any) -> dict[type, Any]:
    """A small finished piece of work, so that each model has a row."""
    space, operator, auditor = people.workspace, people.operator, people.auditor
    dataset = Dataset.objects.create(workspace=space, name="Calls")
    blob = AudioBlob.objects.create(
        workspace=space,
        sha256="0" * 64,
        size=1,
        original="o",
        content_type="audio/wav",
        codec="pcm",
        sample_rate=8000,
        channels=1,
        n_samples=8000,
        duration_ms=1000,
        peaks="p",
        peaks_header={},
    )
    audio = AudioFile.objects.create(workspace=space, dataset=dataset, blob=blob, filename="a.wav", status="ready")
    task = LabelingTask.objects.create(workspace=space, dataset=dataset, name="Week 1", state="open")
    question = Question.objects.create(workspace=space, type="free_text", name="Note")
    item = TaskItem.objects.create(task=task, position=1)
    turn = Assignment.objects.create(
        task=task, item=item, position=1, annotator=operator, state="approved", origin="reviewed", revision=1
    )
    submission = Submission.objects.create(assignment=turn, author=operator, revision=1, answers={})
    labels = AnnotationSet.objects.create(dataset=dataset, version=1)
    rows = [
        space,
        operator,
        people.operator.memberships.get(),
        TeamFactory(workspace=space),
        InvitationFactory(workspace=space),
        ApiKeyFactory(workspace=space),
        JobFactory(workspace=space),
        AuditEvent.record(by=operator, workspace_id=space.pk, verb="open", target=task),
        Notice.objects.create(
            workspace=space, user=operator, kind="test", target_id=task.pk, updated_at=timezone.now()
        ),
        dataset,
        blob,
        audio,
        task,
        question,
        item,
        turn,
        submission,
        labels,
        ArtifactType.objects.create(dataset=dataset, name="glitch"),
        Annotation.objects.create(
            annotation_set=labels, audio_file=audio, artifact_type="glitch", start_ms=0, end_ms=5
        ),
        ListenedFile.objects.create(annotation_set=labels, audio_file=audio),
        ProcessedDataset.objects.create(
            workspace=space,
            dataset=dataset,
            task_id=task.pk,
            task_name="Week 1",
            version=1,
            manifest={},
            archive="a.zip",
            size=1,
            sha256="0" * 64,
            n_items=1,
        ),
        TaskQuestion.objects.create(task=task, question=question, alias="note"),
        ItemFile.objects.create(item=item, audio=audio),
        ItemSuggestions.objects.create(item=item, model_name="Glitches", threshold=0.5),
        TaskPerson.objects.create(task=task, user=operator, kind="labeling"),
        Draft.objects.create(assignment=turn, author=operator),
        Comment.objects.create(assignment=turn, author=operator, text="Too late?"),
        Review.objects.create(submission=submission, reviewer=auditor, verdict="approved"),
        Transfer.objects.create(
            task=task, kind="labeling", from_user=operator, to_user=auditor, quantity=1, created_by=operator
        ),
        *rows_of_evaluations(task, question, audio),
        *rows_of_quality(task, item, submission),
        *rows_of_detectors(labels, audio),
    ]
    return {type(row): row for row in rows}


def rows_of_quality(task: LabelingTask, item: TaskItem, submission: Submission) -> list[Any]:
    user, turn, now = submission.author, submission.assignment, timezone.now()
    vocabulary = Vocabulary.objects.create(workspace=task.workspace, name="Emotions")
    version = VocabularyVersion.objects.create(vocabulary=vocabulary, number=1)
    skill = Skill.objects.create(workspace=task.workspace, name="Emotions")
    return [
        TaskTeam.objects.create(task=task, team=TeamFactory(workspace=task.workspace)),
        vocabulary,
        version,
        Term.objects.create(version=version, code="happy", facet="emotion"),
        WordProposal.objects.create(vocabulary=vocabulary, word="chuffed", facet="emotion"),
        skill,
        SkillValue.objects.create(skill=skill, user=user, value=80, source="manual"),
        Requirement.objects.create(task=task, skill=skill, least=70),
        ItemKey.objects.create(item=item, expected={}),
        Attempt.objects.create(task=task, user=user, n_items=3),
        Grade.objects.create(assignment=turn, submission=submission, task=task, user=user, is_right=True, share=1),
        QualityRule.objects.create(task=task, kind="controls", least=3),
        Standing.objects.create(task=task, user=user),
        StandingEvent.objects.create(task=task, user=user, action="warn", reason="Too fast."),
        TaskCheck.objects.create(task=task, kind="rules"),
        CheckResult.objects.create(task=task, item=item, kind="rules", verdict="passed"),
        ItemResult.objects.create(
            item=item, task=task, position=1, state="agreed", n_answers=1, values={}, computed_at=now
        ),
        Adjudication.objects.create(item=item, task=task, answers={}, by=user),
        QualityReport.objects.create(task=task),
    ]


def rows_of_detectors(labels: AnnotationSet, audio: AudioFile) -> list[Any]:
    workspace, dataset = audio.workspace, labels.dataset
    training = TrainingJob.objects.create(
        workspace=workspace,
        job=JobFactory(workspace=workspace),
        name="Week 1",
        dataset_uuid=dataset.pk,
        dataset_name=dataset.name,
        annotation_set_uuid=labels.pk,
        annotation_set_version=labels.version,
        config={},
    )
    detector = Detector.objects.create(workspace=workspace, name="Week 1", training_job=training, file="m.npz")
    inference = InferenceJob.objects.create(
        workspace=workspace, detector=detector, model_uuid=detector.pk, model_name="Week 1", config={}
    )
    file = InferenceFile.objects.create(inference_job=inference, audio_file=audio, original_filename="a.wav")
    return [training, detector, inference, file]


def rows_of_evaluations(task: LabelingTask, question: Question, audio: AudioFile) -> list[Any]:
    rows = EvaluationDataset.objects.create(workspace=task.workspace, name="Rows")
    kept = DatasetItem.objects.create(dataset=rows)
    version = DatasetItemVersion.objects.create(item=kept, since=1, content_hash="0" * 64)
    evaluation = Evaluation.objects.create(workspace=task.workspace, name="Week 1")
    row = EvaluationItem.objects.create(evaluation=evaluation, position=1)
    queue = EvaluationQueue.objects.create(evaluation=evaluation, labeling_task=task)
    return [
        rows,
        kept,
        version,
        DatasetItemFile.objects.create(version=version, key="audio", audio=audio),
        evaluation,
        row,
        EvaluationFile.objects.create(item=row, key="audio", audio=audio),
        queue,
        EvaluationTask.objects.create(evaluation=evaluation, queue=queue, question=question, alias="note"),
    ]


def changelist(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def change(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def test_every_model_is_there(one_of_each: Any) -> None:
    apps = ("workspaces", "datasets", "detectors", "annotations", "evaluations")
    made = {model for app in apps for model in django_apps.get_app_config(app).get_models()}

    assert set(OURS) == set(one_of_each) == made


def test_lists_and_rows_open_for_super_admins(people: Any, client_of: Any, one_of_each: Any) -> None:
    browser = client_of(people.superadmin)

    for model, row in one_of_each.items():
        assert browser.get(changelist(model)).status_code == 200, model
        assert browser.get(changelist(model), {"q": "week"}).status_code == 200, model
        assert browser.get(change(row)).status_code == 200, model


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", (302, 403)),
        ("annotation_administrator", (302, 403)),
        ("operator", (302, 403)),
        ("auditor", (302, 403)),
        ("outsider", (302, 403)),
        ("anonymous", (302,)),
    ],
)
def test_nobody_else_gets_in(people: Any, client_of: Any, one_of_each: Any, who: str, status: tuple[int, ...]) -> None:
    browser = client_of(people[who])

    for model, row in one_of_each.items():
        assert browser.get(changelist(model)).status_code in status, model
        assert browser.get(change(row)).status_code in status, model


def test_staff_who_are_no_super_admins_see_no_rows(people: Any, client_of: Any, one_of_each: Any) -> None:
    people.operator.is_staff = True
    people.operator.save()
    browser = client_of(people.operator)

    assert {browser.get(changelist(model)).status_code for model in one_of_each} == {403}


@pytest.mark.parametrize("model", IMMUTABLE)
def test_rows_that_never_change_cannot_be_added_changed_or_deleted(
    people: Any, client_of: Any, one_of_each: Any, model: type
) -> None:
    browser, row = client_of(people.superadmin), one_of_each[model]
    stem = change(row).removesuffix("change/")

    assert browser.post(change(row), {}).status_code == 403
    assert browser.post(f"{stem}delete/", {"post": "yes"}).status_code == 403
    assert browser.get(changelist(model) + "add/").status_code == 403


def test_states_are_read_only_and_verbs_are_actions(people: Any, client_of: Any, one_of_each: Any) -> None:
    browser, task = client_of(people.superadmin), one_of_each[LabelingTask]

    browser.post(change(task), {"name": "Week 2", "instructions": "", "lease_minutes": 30, "state": "generated"})
    browser.post(changelist(LabelingTask), {"action": "stop", "_selected_action": [str(task.pk)]})

    task.refresh_from_db()
    assert (task.name, task.state, task.stopped_in) == ("Week 2", "stopped", "open")
    events = AuditEvent.objects.filter(target_id=task.pk, actor=people.superadmin).order_by("id")
    assert [event.verb for event in events] == ["edit", "stop"]


def test_a_refused_action_says_why_and_changes_nothing(people: Any, client_of: Any, one_of_each: Any) -> None:
    browser, task = client_of(people.superadmin), one_of_each[LabelingTask]

    answer = browser.post(
        changelist(LabelingTask), {"action": "resume", "_selected_action": [str(task.pk)]}, follow=True
    )

    task.refresh_from_db()
    assert task.state == "open"
    assert "Week 1: This cannot be done now" in answer.content.decode()


def test_a_failed_job_is_tried_again(people: Any, client_of: Any) -> None:
    job = JobFactory(workspace=people.workspace, state=Job.State.FAILED, error="No disk.", tries=3)

    client_of(people.superadmin).post(changelist(Job), {"action": "retry", "_selected_action": [str(job.pk)]})

    job.refresh_from_db()
    assert (job.state, job.error, job.tries) == ("pending", "", 0)


def test_a_key_is_revoked(people: Any, client_of: Any) -> None:
    key = ApiKeyFactory(workspace=people.workspace)

    client_of(people.superadmin).post(changelist(type(key)), {"action": "revoke", "_selected_action": [str(key.pk)]})

    key.refresh_from_db()
    assert key.revoked_at is not None
    assert key.revoked_at <= timezone.now()


def test_a_new_password_is_set_by_hand(people: Any, client_of: Any) -> None:
    url = reverse("admin:auth_user_password_change", args=[people.operator.pk])
    new = "a new long passphrase"

    client_of(people.superadmin).post(url, {"password1": new, "password2": new, "usable_password": "true"})

    people.operator.refresh_from_db()
    assert people.operator.check_password(new)


def test_only_the_admin_has_the_wider_policy(people: Any, client_of: Any) -> None:
    browser = client_of(people.superadmin)

    assert "unsafe-eval" in browser.get("/admin/")["Content-Security-Policy"]
    assert "unsafe" not in browser.get("/")["Content-Security-Policy"]
    assert "unsafe" not in browser.get("/profile/")["Content-Security-Policy"]


def test_the_audit_log_names_the_item_of_a_turn(people: Any, client_of: Any, one_of_each: Any) -> None:
    turn = one_of_each[Assignment]
    AuditEvent.record(by=people.operator, workspace_id=people.workspace.pk, verb="take", target=turn)

    page = client_of(people.administrator).get("/w/speech-lab/audit/").content.decode()

    assert "took assignment “1 of Week 1”" in page

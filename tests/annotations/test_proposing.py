"""A task's model at work: which items it listens to, when, and what it leaves alone."""

import pytest

from annotations import proposing
from annotations.actions.deleting import delete
from annotations.jobs import suggest_for_what_came_later
from annotations.models import Assignment, ItemSuggestions, LabelingTask
from datasets.models import AudioFile
from datasets.reading import tell_when_committed
from detectors.actions.models import delete_detector
from tests.annotations.factories import PACE, make_task
from tests.annotations.suggested import PAUSES_MS, answers, give_sound, region
from tests.annotations.working import begin, hand_in, judge
from tests.callers import WHO
from tests.detectors.factories import BuiltInFactory, DetectorFactory
from tests.factories import WorkspaceFactory
from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent, Job


@pytest.fixture
def pauses(people):
    return BuiltInFactory(workspace=people.workspace)


@pytest.fixture
def sound(task, media):
    give_sound(task)


@pytest.fixture
def patch(api, people, django_capture_on_commit_callbacks):
    def send(task, who="annotation_administrator", **body):
        with django_capture_on_commit_callbacks(execute=True):
            return api(people[who]).patch(f"/api/v1/labeling-tasks/{task.pk}", body)

    return send


@pytest.fixture
def switch_on(patch, pauses):
    def send(task, **body):
        answer = patch(task, ai_assisted=True, model_id=str(pauses.pk), **body)
        assert answer.status_code == 200, answer.content
        task.refresh_from_db()
        return answer

    return send


def stored(task):
    """Position, number of suggestions and threshold of every item that was listened to."""
    rows = ItemSuggestions.objects.filter(item__task=task).order_by("item__position")
    return [
        (position, len(found), at) for position, found, at in rows.values_list("item__position", "rows", "threshold")
    ]


def refused(answer):
    [problem] = answer.json()["detail"]
    return answer.status_code, problem["loc"][-1], problem["msg"]


def test_switched_on_it_listens_to_every_item(api, people, task, sound, switch_on, pauses):
    answer = switch_on(task, suggestion_threshold=0.6)

    assert stored(task) == [(n, 1, 0.6) for n in range(1, 7)]
    [row] = ItemSuggestions.objects.first().rows
    assert (row["id"], row["label"]) == ("s1", "long_pause")
    assert abs(row["start_ms"] - PAUSES_MS[0][0]) <= 20
    assert abs(row["end_ms"] - PAUSES_MS[0][1]) <= 20
    assert 0.6 <= row["confidence"] <= 1
    sent = answer.json()
    assert (sent["ai_assisted"], sent["model_id"], sent["suggestion_threshold"]) == (True, str(pauses.pk), 0.6)
    shown = api(people.operator).post(f"/api/v1/labeling-tasks/{task.pk}/next").json()["suggestions"]
    assert (shown["model"], shown["rows"]) == ({"id": str(pauses.pk), "name": "Long pause"}, [row])
    job = Job.objects.get(kind="annotations.suggest")
    assert (job.state, job.progress_done, job.progress_total) == ("completed", 6, 6)
    assert AuditEvent.objects.get(verb="edit").data["changes"]["detector_id"] == {
        "before": None, "after": str(pauses.pk),
    }  # fmt: skip


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (200, 200, 200, 403, 403, 404, 401), strict=True)))
def test_who_may_switch_it_on(people, task, patch, pauses, who, status):
    answer = patch(task, who, ai_assisted=True, model_id=str(pauses.pk))

    task.refresh_from_db()
    assert (answer.status_code, task.ai_assisted) == (status, status == 200)


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (201, 201, 201, 403, 403, 422, 401), strict=True)))
def test_who_may_make_an_assisted_task(api, people, dataset, pauses, who, status):
    questions = [{"type": "regions", "name": "Marks"}]
    body = {"dataset": str(dataset.pk), "name": "New", "questions": questions, "ai_assisted": True}
    answer = api(people[who]).post("/api/v1/labeling-tasks", {**body, "model_id": str(pauses.pk)})

    assert answer.status_code == status, answer.content
    assert LabelingTask.objects.filter(ai_assisted=True, detector=pauses).count() == (status == 201)


def test_a_model_of_another_workspace_does_not_exist(task, patch):
    foreign = BuiltInFactory(workspace=WorkspaceFactory())
    answer = patch(task, ai_assisted=True, model_id=str(foreign.pk))

    assert refused(answer) == (422, "model_id", "There is no such model in this workspace.")


def test_a_model_that_finds_nothing_that_is_asked_for_is_refused(task, patch):
    echoes = DetectorFactory(dataset=task.dataset, name="Echoes", artifact_types=["echo", "hum"])
    answer = patch(task, ai_assisted=True, model_id=str(echoes.pk))

    sentence = "“Echoes” finds echo, hum. This task asks for glitch, long_pause, so it has nothing to propose."
    assert refused(answer) == (422, "model_id", sentence)


def test_a_task_without_regions_has_nothing_that_a_model_could_propose(people, dataset, patch, pauses):
    task = make_task(dataset, by=people.administrator, questions=(PACE,))
    answer = patch(task, ai_assisted=True, model_id=str(pauses.pk))

    sentence = "No question of this task asks for time regions, and a model proposes nothing else."
    assert refused(answer) == (422, "ai_assisted", sentence)


def test_a_finished_task_is_not_switched_on(task, patch, pauses):
    LabelingTask.objects.filter(pk=task.pk).update(state="ready")

    assert patch(task, ai_assisted=True, model_id=str(pauses.pk)).status_code == 409


def test_an_assisted_task_is_listened_to_as_soon_as_it_is_made(
    people, dataset, pauses, media, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        task = make_task(dataset, by=people.administrator, ai_assisted=True, detector_id=pauses.pk)

    # There are no bytes: that is said of each, and stops nobody.
    rows = ItemSuggestions.objects.filter(item__task=task)
    assert [(row.rows, row.error) for row in rows] == [
        ([], f"The bytes of “call-{n:04}.wav” are not in storage any more.") for n in [1] * 6
    ]
    assert begin(task, people.operator).position == 1


def test_what_somebody_began_stays_as_they_saw_it(people, task, sound, switch_on, other, patch):
    hand_in(task, people.operator, answers=answers(region()))
    begin(task, people.operator)
    switch_on(task)
    assert [position for position, *_rest in stored(task)] == [3, 4, 5, 6]

    # Begun with suggestions, they keep these whatever the manager chooses next.
    begin(task, other)
    patch(task, suggestion_threshold=0.9)

    assert [(position, at) for position, _n, at in stored(task)] == [(3, 0.5), (4, 0.9), (5, 0.9), (6, 0.9)]


def test_another_model_takes_the_place_of_the_first(task, sound, switch_on, patch):
    switch_on(task)
    clicks = BuiltInFactory(workspace=task.workspace, name="Clicks", rule="clicks", artifact_types=["glitch"])
    patch(task, model_id=str(clicks.pk))

    assert set(ItemSuggestions.objects.values_list("model_name", "detector")) == {("Clicks", clicks.pk)}


def test_switched_off_what_nobody_has_seen_goes(api, people, task, sound, switch_on, patch):
    switch_on(task)
    begin(task, people.operator)
    patch(task, ai_assisted=False)

    assert [position for position, *_rest in stored(task)] == [1]
    client = api(people.operator)
    assert client.post(f"/api/v1/labeling-tasks/{task.pk}/next").json()["suggestions"] is not None
    hand_in(task, people.operator, answers=answers(region()))
    assert client.post(f"/api/v1/labeling-tasks/{task.pk}/next").json()["suggestions"] is None


def test_an_item_that_was_opened_and_left_untouched_is_listened_to(people, task, sound, switch_on):
    turn = begin(task, people.operator)
    turn.release(by=people.operator)
    switch_on(task)

    assert len(stored(task)) == 6


def test_one_recording_is_listened_to_once_however_many_items_it_has(task, media, switch_on, monkeypatch):
    give_sound(task)
    blob = AudioFile.objects.filter(dataset=task.dataset).first().blob
    AudioFile.objects.filter(dataset=task.dataset).update(blob=blob)
    heard = []
    listen = proposing.detections_in
    monkeypatch.setattr(proposing, "detections_in", lambda *args, **more: heard.append(1) or listen(*args, **more))

    switch_on(task)

    assert (len(heard), [n for _position, n, _at in stored(task)]) == (1, [1] * 6)


def test_a_model_that_breaks_on_a_recording_does_not_stop_the_others(task, sound, switch_on, monkeypatch, caplog):
    listen = proposing.detections_in

    def breaks(detector, audio, **more):
        if audio.filename == "call-0002.wav":
            raise ValueError("no such shape")
        return listen(detector, audio, **more)

    monkeypatch.setattr(proposing, "detections_in", breaks)
    switch_on(task)

    rows = ItemSuggestions.objects.filter(item__task=task).order_by("item__position")
    assert [bool(row.error) for row in rows] == [False, True, False, False, False, False]
    assert "could not listen" in caplog.text


def test_what_is_read_later_is_listened_to_then(task, sound, switch_on, django_capture_on_commit_callbacks):
    late = AudioFile.objects.filter(dataset=task.dataset).order_by("id").last()
    AudioFile.objects.filter(pk=late.pk).update(status="normalizing")
    switch_on(task)
    assert len(stored(task)) == 5

    AudioFile.objects.filter(pk=late.pk).update(status="ready")
    with django_capture_on_commit_callbacks(execute=True):
        tell_when_committed(late.pk)

    assert len(stored(task)) == 6


def test_a_chore_finds_what_was_missed(task, sound, switch_on, django_capture_on_commit_callbacks):
    switch_on(task)
    ItemSuggestions.objects.filter(item__position__gt=3).delete()

    with django_capture_on_commit_callbacks(execute=True):
        suggest_for_what_came_later()
    asked = Job.objects.filter(kind="annotations.suggest").count()
    with django_capture_on_commit_callbacks(execute=True):
        suggest_for_what_came_later()

    assert (len(stored(task)), asked) == (6, 2)
    assert Job.objects.filter(kind="annotations.suggest").count() == 2


def test_a_change_ends_what_is_under_way(task, sound, switch_on, pauses, real_jobs_in_a_queue):
    switch_on(task)
    switch_on(task, suggestion_threshold=0.8)

    assert list(Job.objects.order_by("id").values_list("state", flat=True)) == ["cancelled", "pending"]


@pytest.fixture
def real_jobs_in_a_queue(monkeypatch):
    """Jobs are asked for and wait."""
    monkeypatch.setattr("workspaces.jobs.hint", lambda job: None)


def test_a_cancelled_job_keeps_nothing_more(task, sound, switch_on, real_jobs_in_a_queue):
    switch_on(task)
    job = Job.objects.get()
    assert job.take()
    job.cancel()

    with pytest.raises(proposing.LeaseLost):
        proposing.propose(LabelingTask.objects.get(pk=task.pk), job=job)
    assert stored(task) == []


def test_what_is_begun_while_the_model_listens_is_left_alone(
    people, task, sound, switch_on, real_jobs_in_a_queue, monkeypatch
):
    switch_on(task)
    job = Job.objects.get()
    assert job.take()
    listen = proposing.detections_in

    def meanwhile(detector, audio, **more):
        if audio.filename == "call-0003.wav":
            begin(task, people.operator)
        return listen(detector, audio, **more)

    monkeypatch.setattr(proposing, "detections_in", meanwhile)
    proposing.propose(LabelingTask.objects.get(pk=task.pk), job=job)

    assert [position for position, *_rest in stored(task)] == [2, 3, 4, 5, 6]


def test_a_deleted_task_is_not_listened_to(people, task, sound, switch_on, real_jobs_in_a_queue):
    from workspaces.jobs import run

    switch_on(task)
    delete(task, by=people.administrator)
    run(str(Job.objects.get(kind="annotations.suggest").pk))

    assert (stored(task), Job.objects.get(kind="annotations.suggest").state) == ([], "completed")


def test_a_model_that_people_label_with_is_not_deleted(people, task):
    model = DetectorFactory(dataset=task.dataset)
    LabelingTask.objects.filter(pk=task.pk).update(ai_assisted=True, detector=model)

    with pytest.raises(IllegalMove, match="labeling task “Support calls”"):
        delete_detector(model, by=people.administrator)


def test_a_deleted_model_leaves_what_it_suggested(api, people, task):
    from tests.annotations.suggested import suggest

    model = DetectorFactory(dataset=task.dataset)
    suggest(task, detector=model)
    LabelingTask.objects.filter(pk=task.pk).update(detector=model)
    turn = hand_in(task, people.operator, answers=answers(region("s1")))
    judge(task, people.auditor)
    LabelingTask.objects.filter(pk=task.pk).update(state="ready")
    delete_detector(model, by=people.administrator)

    payload = api(people.annotation_administrator).get(f"/api/v1/assignments/{turn.pk}").json()
    assert payload["suggestions"]["model"] == {"id": None, "name": "Glitches 1"}
    assert payload["suggestions"]["rows"][0]["fate"] == "accepted"


def test_next_waits_for_nothing(people, task, switch_on, real_jobs_in_a_queue):
    switch_on(task)

    assert begin(task, people.operator).position == 1
    assert Assignment.objects.filter(task=task, state="in_progress").count() == 1

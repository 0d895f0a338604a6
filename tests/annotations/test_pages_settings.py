"""The settings tab of a task."""

import re
from datetime import UTC, datetime

import pytest

from annotations.models import LabelingTask
from tests.annotations.factories import PACE, make_dataset, make_task
from tests.annotations.working import hand_in
from tests.detectors.factories import BuiltInFactory, DetectorFactory
from workspaces.models import AuditEvent


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace, files=6), by=people.administrator)


def url(task):
    return f"/w/speech-lab/tasks/{task.pk}/settings/"


AS_IT_IS = {
    "name": "Support calls", "instructions": "", "lease_minutes": "30", "priority": "2", "deadline": "",
    "review_mode": "full", "recheck_percent": "0", "max_rework": "3",
}  # fmt: skip


def errors(response):
    return re.findall(r'<ul class="errors"[^>]*><li>([^<]+)', response.content.decode())


def test_everything_that_may_change_is_changed(manager, task):
    body = {
        **AS_IT_IS, "name": "Other", "instructions": "# Hear\n\n**all**", "lease_minutes": "7", "priority": "3",
        "deadline": "2030-05-01T10:00:00.000Z", "review_mode": "sampled", "sample_rate": "50", "max_rework": "1",
        "reason": "The first were faultless.",
    }  # fmt: skip
    page = manager.post(url(task), body, follow=True).content.decode()

    task.refresh_from_db()
    assert (task.name, task.instructions, task.lease_minutes) == ("Other", "# Hear\n\n**all**", 7)
    assert (task.priority, task.deadline, task.max_rework) == (3, datetime(2030, 5, 1, 10, tzinfo=UTC), 1)
    assert (task.review_mode, task.sample_rate, task.sample_size) == ("sampled", 0.5, 3)
    assert "<h1>Hear</h1>" in page
    assert "Saved." in page
    assert 'data-moment="2030-05-01T10:00:00+00:00"' in page
    assert '<input type="number" name="sample_rate" value="50.0"' in page


def test_saving_what_is_there_changes_nothing(manager, task):
    LabelingTask.objects.filter(pk=task.pk).update(
        review_mode="sampled", sample_rate=0.07, deadline=datetime(2030, 5, 1, 10, 30, 12, 5, tzinfo=UTC)
    )
    page = manager.get(url(task)).content.decode()
    moment = re.search(r'data-moment="([^"]+)"', page)[1]
    share = re.search(r'name="sample_rate" value="([^"]+)"', page)[1]

    body = {**AS_IT_IS, "review_mode": "sampled", "sample_rate": share, "deadline": moment}
    assert manager.post(url(task), body).status_code == 302
    assert list(AuditEvent.objects.filter(verb="edit").values_list("data", flat=True)) == []


def test_without_scripts_a_deadline_is_in_the_time_zone_of_the_server(manager, task, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    manager.post(url(task), {**AS_IT_IS, "deadline": "2030-05-01T12:00"})

    assert LabelingTask.objects.get(pk=task.pk).deadline == datetime(2030, 5, 1, 10, tzinfo=UTC)
    assert 'value="2030-05-01T12:00"' in manager.get(url(task)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Give the task a name."),
        ({"name": "x" * 256}, "Ensure this value has at most 255 characters (it has 256)."),
        ({"lease_minutes": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"lease_minutes": "soon"}, "Enter a whole number."),
        ({"instructions": "x" * 50_001}, "Ensure this value has at most 50000 characters (it has 50001)."),
        ({"deadline": "tomorrow"}, "Enter a valid date/time."),
        ({"deadline": "2020-05-01T10:00:00.000Z"}, "The deadline has passed already. Give a time to come, or none."),
        ({"priority": "9"}, "Select a valid choice. 9 is not one of the available choices."),
        (
            {"review_mode": "partial"},
            "The review gets weaker by this. Say why, in a few words: it goes into the audit log.",
        ),
        (
            {"review_mode": "sampled", "reason": "for a try"},
            "A sampled review needs either a share or a number of items.",
        ),
        (
            {"review_mode": "sampled", "sample_rate": "5", "sample_count": "7", "reason": "for a try"},
            "Give a share or a number, not both.",
        ),
    ],
)
def test_wrong_settings_are_said_and_not_stored(manager, task, wrong, sentence):
    response = manager.post(url(task), {**AS_IT_IS, "name": "Other", **wrong})

    assert response.status_code == 422
    assert errors(response) == [sentence]
    assert LabelingTask.objects.get(pk=task.pk).name == "Support calls"


def test_a_page_from_before_somebody_elses_change_is_told_so_once(manager, task):
    stale = re.search(r'name="version" value="(\w+)"', manager.get(url(task)).content.decode())[1]
    manager.post(url(task), {**AS_IT_IS, "name": "Theirs", "version": stale})

    refused = manager.post(url(task), {**AS_IT_IS, "name": "Mine", "version": stale})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "These settings were changed meanwhile." in page
    assert 'name="name" value="Mine"' in page
    assert LabelingTask.objects.get(pk=task.pk).name == "Theirs"
    shown = re.search(r'name="version" value="(\w+)"', page)[1]
    assert manager.post(url(task), {**AS_IT_IS, "name": "Mine", "version": shown}).status_code == 302
    assert LabelingTask.objects.get(pk=task.pk).name == "Mine"


def test_the_wrong_moment_stands_above_the_form(manager, people, task):
    hand_in(task, people.operator)

    response = manager.post(url(task), {**AS_IT_IS, "review_mode": "none", "reason": "no time"})

    assert response.status_code == 409
    assert "1 item waits in review." in response.content.decode()


def test_what_is_finished_cannot_be_typed_into(manager, task):
    LabelingTask.objects.filter(pk=task.pk).update(state="ready")
    page = manager.get(url(task)).content.decode().split('id="settings"')[1].split("</form>")[0]

    fields = re.findall(r"<(?:input|select|textarea)[^>]+name=\"(\w+)\"([^>]*)>", page)
    open_fields = {
        name for name, rest in fields if "disabled" not in rest and name not in ("csrfmiddlewaretoken", "version")
    }
    assert open_fields == {"name", "deadline", "priority"}
    assert manager.post(url(task), {"name": "Done", "deadline": "", "priority": "2"}).status_code == 302
    assert LabelingTask.objects.values_list("name", "review_mode").get(pk=task.pk) == ("Done", "full")


def test_without_regions_to_mark_the_page_says_why_no_model_can_propose(manager, people):
    dataset = make_dataset(people.workspace, files=1, name="Other calls")
    task = make_task(dataset, by=people.administrator, questions=(PACE,))
    page = manager.get(url(task)).content.decode()

    assert re.search(r'name="ai_assisted"[^>]*disabled', page)
    assert "No question of this task asks for time regions, and a model proposes nothing else." in page
    manager.post(url(task), {**AS_IT_IS, "ai_assisted": "on"})
    assert LabelingTask.objects.get(pk=task.pk).ai_assisted is False


def test_a_model_is_chosen_where_it_has_something_to_propose(manager, people, task):
    finds = BuiltInFactory(workspace=people.workspace, name="Long pauses")
    other = DetectorFactory(dataset=task.dataset, name="Other", artifact_types=["echo"])
    assisted = {**AS_IT_IS, "ai_assisted": "on", "suggestion_threshold": "0.7"}

    none = manager.post(url(task), {**assisted, "model_id": ""})
    wrong = manager.post(url(task), {**assisted, "model_id": str(other.pk)})
    saved = manager.post(url(task), {**assisted, "model_id": str(finds.pk)}, follow=True).content.decode()

    assert (none.status_code, errors(none)) == (422, ["Choose the model that proposes labels."])
    sentence = "“Other” finds echo. This task asks for glitch, long_pause, so it has nothing to propose."
    assert (wrong.status_code, errors(wrong)) == (422, [sentence])
    task.refresh_from_db()
    assert (task.ai_assisted, task.detector, task.suggestion_threshold) == (True, finds, 0.7)
    assert f'<option value="{finds.pk}" selected>Long pauses (long_pause)' in saved
    # What is off is not asked about, and what was chosen is kept for the next time.
    off = {**AS_IT_IS, "model_id": str(finds.pk), "suggestion_threshold": "0.7"}
    assert manager.post(url(task), off).status_code == 302
    task.refresh_from_db()
    assert (task.ai_assisted, task.detector) == (False, finds)

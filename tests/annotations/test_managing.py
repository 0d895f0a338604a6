"""Stopping a task while people work in it, and going on; the list of its turns; who may do what of it."""

import csv
import io

import pytest
from django.db.models import F

from annotations.actions import deleting, managing, working
from annotations.models import Assignment, Draft, ItemFile, LabelingTask, TaskItem, TaskQuestion
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.racing import at_once
from tests.annotations.working import begin, hand_in, judge, turn_url
from tests.callers import WHO
from tests.factories import MembershipFactory
from workspaces.models import AuditEvent

MANAGERS = (200, 200, 200, 403, 403, 404, 401)


def url(task, verb):
    return f"/api/v1/labeling-tasks/{task.pk}/{verb}"


def at(task):
    return list(Assignment.objects.filter(task=task).order_by("position").values_list("state", "annotator"))


@pytest.mark.parametrize(
    ("verb", "who", "status"),
    [(verb, *cell) for verb in ("stop", "resume") for cell in zip(WHO, MANAGERS, strict=True)],
)
def test_who_may_stop_and_resume(api, people, task, verb, who, status):
    if verb == "resume":
        managing.stop(task, by=people.administrator)
    before = LabelingTask.objects.get(pk=task.pk).state

    assert api(people[who]).post(url(task, verb)).status_code == status
    assert (LabelingTask.objects.get(pk=task.pk).state != before) == (status == 200)


@pytest.mark.parametrize(("verb", "state"), [("stop", "stopped"), ("stop", "ready"), ("resume", "open")])
def test_the_wrong_moment_is_told(api, people, task, verb, state):
    LabelingTask.objects.filter(pk=task.pk).update(state=state, stopped_in="open" if state == "stopped" else "")

    answer = api(people.administrator).post(url(task, verb))

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("This cannot be done now: the state is")


def test_a_stop_gives_back_what_people_have_open(api, people):
    dealt = make_task(
        make_dataset(people.workspace, files=2), by=people.administrator, annotators=[(people.operator, 2)]
    )
    pool = make_task(make_dataset(people.workspace, files=2, name="Other"), by=people.administrator)
    returned = hand_in(pool, people.operator)
    judge(pool, people.auditor, reject=True)
    begin(pool, people.operator)  # again, what was returned
    begin(pool, people.administrator)
    begin(dealt, people.operator)

    for task in (dealt, pool):
        assert api(people.administrator).post(url(task, "stop")).status_code == 200

    assert at(dealt) == [("assigned", people.operator.pk), ("assigned", people.operator.pk)]
    assert at(pool) == [("rework", people.operator.pk), ("open", None)]
    assert Assignment.objects.exclude(lease_until=None).count() == 0
    events = AuditEvent.objects.filter(verb="release", target_id=returned.pk)
    assert list(events.values_list("actor", "data")) == [(people.administrator.pk, {"state": "rework"})]


def test_people_at_work_are_told_and_go_on_where_they_were(api, people, task):
    """Two of them: one saved a draft before the stop and one did not; both have the page open all the while."""
    first, second = api(people.operator), api(people.annotation_administrator)
    mine, theirs = begin(task, people.operator), begin(task, people.annotation_administrator)
    first.put(turn_url(mine, "draft"), {"version": 0, "answers": {"note": "half a sen"}})
    api(people.administrator).post(url(task, "stop"))

    sentence = "This labeling task is stopped. Your drafts are kept; ask its manager when it goes on."
    for answer in (
        first.put(turn_url(mine, "draft"), {"version": 1, "answers": {"note": "half a sentence"}}),
        first.post(turn_url(mine, "submit"), {"answers": ANSWERS}),
        second.post(turn_url(theirs, "submit"), {"answers": ANSWERS}),
        first.post(url(task, "next")),
        first.post(turn_url(mine, "skip"), {"reason": "Nothing to hear"}),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (409, sentence)
    assert Draft.objects.get().answers == {"note": "half a sen"}

    api(people.administrator).post(url(task, "resume"))
    saved = first.put(turn_url(mine, "draft"), {"version": 1, "answers": {"note": "half a sentence"}})
    handed_in = first.post(turn_url(mine, "submit"), {"answers": ANSWERS})
    again = second.post(url(task, "next"))

    assert (saved.status_code, handed_in.status_code) == (200, 200)
    assert again.json()["assignment"]["id"] == str(theirs.pk)
    assert at(task)[0] == ("pending_review", people.operator.pk)


def test_reviews_rest_too_and_go_on(api, people, task):
    hand_in(task, people.operator)
    turn = api(people.auditor).post(url(task, "next-review")).json()["assignment"]["id"]
    api(people.administrator).post(url(task, "stop"))

    refused = api(people.auditor).post(f"/api/v1/assignments/{turn}/approve")
    api(people.administrator).post(url(task, "resume"))
    allowed = api(people.auditor).post(f"/api/v1/assignments/{turn}/approve")

    assert (refused.status_code, allowed.status_code) == (409, 200)


def test_resuming_takes_the_state_the_work_adds_up_to(api, people):
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator)
    turn = hand_in(task, people.operator)
    managing.stop(LabelingTask.objects.get(pk=task.pk), by=people.administrator)
    Assignment.objects.filter(pk=turn.pk).update(state="approved", origin="reviewed")

    assert api(people.administrator).post(url(task, "resume")).json()["state"] == "ready"


def test_generating_while_items_are_open_is_told_with_their_number(api, people, task):
    hand_in(task, people.operator, times=2)
    answer = api(people.administrator).post(url(task, "generate"))

    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "6 items are not finished yet. A dataset can be generated when none is left.",
    )


# The list of turns


@pytest.mark.parametrize(
    ("who", "status", "positions"),
    [
        ("superadmin", 200, [1, 2, 3, 4, 5, 6]),
        ("administrator", 200, [1, 2, 3, 4, 5, 6]),
        ("annotation_administrator", 200, [1, 2, 3, 4, 5, 6]),
        ("operator", 200, [1, 2]),
        ("auditor", 200, "judged"),
        ("outsider", 404, None),
        ("anonymous", 401, None),
    ],
)
def test_managers_list_all_turns_and_others_their_own(api, people, task, who, status, positions):
    other = MembershipFactory(workspace=people.workspace).user
    hand_in(task, people.operator, times=2)
    hand_in(task, other)
    judged = judge(task, people.auditor).position

    answer = api(people[who]).get(url(task, "assignments"))

    assert answer.status_code == status
    if positions is not None:
        wanted = [judged] if positions == "judged" else positions
        assert [row["position"] for row in answer.json()["items"]] == wanted


def test_turns_are_found_by_state_and_person(api, people, task):
    hand_in(task, people.operator, times=2)
    judged = judge(task, people.auditor)
    begin(task, people.administrator)

    def found(**query):
        answer = api(people.administrator).get(url(task, "assignments"), query)
        assert answer.status_code == 200, answer.content
        return [row["position"] for row in answer.json()["items"]], answer.json()["total"]

    assert found(state="approved") == ([judged.position], 1)
    assert found(annotator=people.operator.pk) == ([1, 2], 2)
    assert found(reviewer=people.auditor.pk, annotator=people.operator.pk) == ([judged.position], 1)
    assert found(page_size=2, page=2) == ([3, 4], 6)
    for wrong in ({"state": "nonsense"}, {"annotator": "nobody"}):
        answer = api(people.administrator).get(url(task, "assignments"), wrong)
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["query", *wrong]


def test_a_turn_says_whose_it_is_and_how_it_came_about(api, people, task):
    turn = hand_in(task, people.operator)
    judge(task, people.auditor)

    row = api(people.administrator).get(url(task, "assignments")).json()["items"][0]

    assert (row["id"], row["item_id"], row["filename"]) == (str(turn.pk), str(turn.item_id), "call-0001.wav")
    assert row["annotator"] == {"id": str(people.operator.pk), "name": "Annotation operator"}
    assert row["reviewer"] == {"id": str(people.auditor.pk), "name": "Annotation auditor"}
    assert (row["state"], row["origin"], row["first_pass"], row["active_ms"]) == ("approved", "reviewed", True, 60_000)


def test_an_item_of_several_recordings_is_named_by_the_one_that_is_listened_to(api, people):
    dataset = make_dataset(people.workspace, files=2)
    task = make_task(dataset, by=people.administrator)
    agent, caller = dataset.audio_files.order_by("filename")
    ItemFile.objects.filter(item__task=task).delete()
    item = TaskItem.objects.get(task=task, position=1)
    for name, audio in (("agent", agent), ("caller", caller)):
        ItemFile.objects.create(item=item, name=name, audio=audio)

    def named():
        rows = api(people.administrator).get(url(task, "assignments")).json()["items"]
        table = api(people.administrator).get(url(task, "figures/turns.csv"))
        text = b"".join(table.streaming_content).decode()
        return [row["filename"] for row in rows], [row["file"] for row in csv.DictReader(io.StringIO(text))]

    assert named() == ([agent.filename, None], [agent.filename, ""])

    layout = {"children": [{"data": "item.files.other"}, {"data": "item.files.caller"}, {"data": "item.files.agent"}]}
    TaskQuestion.objects.filter(task=task).update(layout=layout)
    LabelingTask.objects.filter(pk=task.pk).update(form_revision=F("form_revision") + 1)

    assert named() == ([caller.filename, None], [caller.filename, ""])


def test_as_many_queries_for_many_turns_as_for_one(api, people, django_assert_max_num_queries):
    task = make_task(make_dataset(people.workspace, files=40), by=people.administrator)
    hand_in(task, people.operator, times=3)
    client = api(people.administrator)
    client.get(url(task, "assignments"))

    with django_assert_max_num_queries(7):
        client.get(url(task, "assignments"), {"page_size": 40})


# At the same moment


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [managing.stop, deleting.delete])
def test_whoever_hands_in_while_it_is_stopped_or_deleted_wins_or_is_told(people, act):
    for number in range(4):
        task = make_task(make_dataset(people.workspace, files=2, name=f"Calls {number}"), by=people.administrator)
        turn = begin(task, people.operator)
        turn.task = LabelingTask.objects.get(pk=task.pk)

        acted, handed_in = at_once(
            lambda task=task: act(LabelingTask.objects.get(pk=task.pk), by=people.administrator),
            lambda turn=turn: working.submit(turn, by=people.operator, body={"answers": ANSWERS}),
        )

        after = Assignment.objects.get(pk=turn.pk)
        assert acted is None
        assert after.submissions.count() == after.revision == (0 if handed_in else 1)
        assert after.state == ("pending_review" if handed_in is None else after.state)
        if act is managing.stop:
            assert after.state in ("pending_review", "open")
        assert AuditEvent.objects.filter(target_id=turn.pk, verb="submit").count() == after.revision


def test_a_page_left_open_does_not_undo_a_take_back(api, people, task):
    for dealt in (False, True):
        turn = begin(task, people.operator)
        Assignment.objects.filter(pk=turn.pk).update(is_dealt=dealt)
        save = {"answers": ANSWERS, "version": 0}
        assert api(people.operator).put(f"/api/v1/assignments/{turn.pk}/draft", save).status_code == 200
        assert api(people.administrator).post(f"/api/v1/assignments/{turn.pk}/take-back").status_code == 200

        again = api(people.operator).put(f"/api/v1/assignments/{turn.pk}/draft", save | {"version": 1})

        assert (again.status_code, again.json()["detail"][:29]) == (409, "A manager took this item back")
        # Begun anew, with the draft that was kept.
        opened = api(people.operator).post(f"/api/v1/assignments/{turn.pk}/open")
        assert (opened.status_code, opened.json()["draft"]["answers"]) == (200, ANSWERS)
        assert api(people.operator).post(f"/api/v1/assignments/{turn.pk}/submit", save).status_code == 200

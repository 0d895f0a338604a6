"""What nobody may do, over HTTP: refused with 401, 403, 404, 409 or 422 and one sentence, and nothing has changed."""

import pytest
from django.db import transaction

from annotations.actions import reviewing, working
from annotations.models import Assignment, Draft, LabelingTask, Review, Submission
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.working import begin, hand_in, judge, skip
from tests.callers import WHO
from tests.factories import ApiKeyFactory, MembershipFactory
from workspaces.actions import create_api_key
from workspaces.models import Membership, Role

MANAGERS = (200, 200, 200, 403, 403, 404, 401)
REASON = {"reason_code": "boundary_late", "comment": "starts before the word"}
VERDICTS = {"approve": {}, "fix": {"answers": {**ANSWERS, "pace": "slow"}, "size": "minor"}, "reject": REASON,
            "drop": REASON}  # fmt: skip


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=4)


@pytest.fixture
def colleague(people):
    return MembershipFactory(workspace=people.workspace, user__name="Colleague").user


def of_task(task, path=""):
    return f"/api/v1/labeling-tasks/{task.pk}{path}"


def of_turn(turn, path=""):
    return f"/api/v1/assignments/{turn.pk}{path}"


def refused(answer, status, words=""):
    """The answer is this refusal, in one sentence that holds these words."""
    detail = answer.json()["detail"]
    sentence = detail if isinstance(detail, str) else detail[0]["msg"]
    assert (answer.status_code, words in sentence) == (status, True), answer.content
    return True


def as_it_is():
    """Everything that work leaves behind, to see that nothing was changed."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Assignment, Submission, Review, Draft, LabelingTask)
    ]


@pytest.mark.parametrize("verb", VERDICTS)
def test_nobody_judges_their_own_labels_even_with_both_roles(api, people, task, verb):
    MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user=people.operator)
    turn = hand_in(task, people.operator)
    before = as_it_is()

    assert api(people.operator).post(of_task(task, "/next-review")).status_code == 204
    assert refused(
        api(people.operator).post(of_turn(turn, f"/{verb}"), VERDICTS[verb]), 403, "Nobody reviews their own work."
    )
    assert as_it_is() == before


@pytest.mark.parametrize("verb", VERDICTS)
def test_nobody_judges_without_the_role_a_seat_or_when_it_is_anothers(api, people, dataset, verb):
    seated = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user
    task = make_task(dataset, by=people.administrator, reviewers=[(seated, None), (second, None)])
    turn = hand_in(task, people.operator)
    Assignment.objects.filter(pk=turn.pk).update(reviewer=seated)
    before = as_it_is()
    cases = ((people.administrator, "Your role in this workspace does not include: review"),
             (people.auditor, "You are not among the people"), (second, "Another auditor reviews"))  # fmt: skip

    for user, words in cases:
        assert refused(api(user).post(of_turn(turn, f"/{verb}"), VERDICTS[verb]), 403, words)
    assert refused(api(people.outsider).post(of_turn(turn, f"/{verb}"), VERDICTS[verb]), 404)
    assert as_it_is() == before


def test_nobody_labels_in_a_stopped_task(api, people, task):
    turn = begin(task, people.operator)
    assert api(people.administrator).post(of_task(task, "/stop")).status_code == 200
    before, client = as_it_is(), api(people.operator)

    calls = {"open": {}, "submit": {"answers": ANSWERS}, "skip": {"reason": "Nothing to hear"}, "release": {}}
    for verb, body in calls.items():
        assert refused(client.post(of_turn(turn, f"/{verb}"), body), 409, "stopped"), verb
    assert refused(client.put(of_turn(turn, "/draft"), {"version": 0, "answers": {}}), 409, "stopped")
    assert refused(client.post(of_task(task, "/next")), 409, "stopped")
    assert refused(api(people.auditor).post(of_task(task, "/next-review")), 409, "stopped")
    assert as_it_is() == before


@pytest.mark.parametrize(
    ("who", "statuses"),
    [("operator", (403, 403)), ("auditor", (403, 403)), ("outsider", (404, 404)), ("anonymous", (302, 302))],
)
def test_nobody_hears_what_is_not_theirs(client_of, people, task, colleague, who, statuses):
    file = begin(task, colleague).item.files.get().audio
    browser = client_of(people[who])

    answers = (browser.get(f"/audio/{file.pk}/sound"), browser.get(f"/audio/{file.pk}/peaks/{'0' * 64}.pk"))
    assert tuple(answer.status_code for answer in answers) == statuses


def test_an_auditor_without_a_seat_hears_nothing_that_waits(client_of, people, dataset):
    seated = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user
    task = make_task(dataset, by=people.administrator, reviewers=[(seated, None)])
    turn = hand_in(task, people.operator)

    assert client_of(people.auditor).get(f"/audio/{turn.item.files.get().audio_id}/sound").status_code == 403


def test_nobody_opens_another_ones_draft(api, people, task, colleague):
    turn = begin(task, colleague)
    working.save_draft(turn, by=colleague, body={"version": 0, "answers": {"note": "secret"}})
    before = as_it_is()

    for who, status in (("operator", 403), ("auditor", 403), ("outsider", 404), ("anonymous", 401)):
        client = api(people[who])
        for answer in (
            client.get(of_turn(turn)),
            client.get(of_turn(turn, "/comments")),
            client.post(of_turn(turn, "/open")),
            client.put(of_turn(turn, "/draft"), {"version": 1, "answers": {}}),
            client.post(of_turn(turn, "/submit"), {"answers": ANSWERS}),
        ):
            assert refused(answer, status)
            assert "secret" not in answer.content.decode()
    assert as_it_is() == before


@pytest.mark.parametrize("to", ["outsider", "superadmin"])
@pytest.mark.parametrize("kind", ["labeling", "review"])
def test_nothing_goes_to_somebody_who_is_no_member(api, people, task, kind, to):
    hand_in(task, people.operator)
    begin(task, people.operator)
    person = people[to]
    body = {"kind": kind, "from": people.operator.email, "quantity": 1, "with_begun": True}
    before = as_it_is()

    for name in (person.email, str(person.pk)):
        answer = api(people.administrator).post(of_task(task, "/transfers"), {**body, "to": name})
        assert refused(answer, 422, f"“{name}” is not a member of this workspace.")
    assert as_it_is() == before


@pytest.mark.parametrize(("rights", "words"), [("left", "is not a member"), ("inactive", "has no role for this")])
def test_nothing_goes_to_somebody_who_left(api, people, task, colleague, rights, words):
    begin(task, people.operator)
    if rights == "left":
        Membership.objects.filter(user=colleague).delete()
    else:
        colleague.is_active = False
        colleague.save()
    body = {"kind": "labeling", "to": colleague.email, "quantity": 1, "with_begun": True}

    assert refused(api(people.operator).post(of_task(task, "/transfers"), body), 422, words)
    answer = api(people.administrator).put(of_task(task, "/people"), {"annotators": [{"user": colleague.email}]})
    assert refused(answer, 422, words)
    skipped = skip(make_task(task.dataset, by=people.administrator), people.operator)
    answer = api(people.administrator).post(of_turn(skipped, "/reassign"), {"to": colleague.email})
    assert refused(answer, 422, words)


@pytest.mark.parametrize(
    ("state", "words"),
    [("open", "not finished yet"), ("stopped", "not finished yet"), ("draft", "cannot be done now")],
)
def test_nothing_is_generated_while_items_are_open(api, people, task, state, words):
    LabelingTask.objects.filter(pk=task.pk).update(state=state, stopped_in="open" if state == "stopped" else "")

    assert refused(api(people.administrator).post(of_task(task, "/generate"), {}), 409)


@pytest.mark.parametrize(
    ("mode", "words"),
    [("full", "full review"), ("sampled", "in a partial review alone"), ("partial", "Decide 2 more items")],
)
def test_the_rest_is_not_approved_in_another_mode_or_below_the_floor(api, people, dataset, mode, words):
    sample = {"sample_rate": 0.5} if mode == "sampled" else {}
    task = make_task(dataset, by=people.administrator, review_mode=mode, **sample)
    hand_in(task, people.operator, times=2)
    before = as_it_is()

    assert refused(api(people.auditor).post(of_task(task, "/approve-rest")), 409, words)
    assert as_it_is() == before


def test_what_is_approved_stays_as_it_is(api, people, task):
    turn = hand_in(task, people.operator)
    judge(task, people.auditor)
    before = as_it_is()

    calls = [
        (people.operator, "PUT", "draft", {"version": 0, "answers": {}}),
        (people.operator, "POST", "submit", {"answers": ANSWERS, "revision": 1}),
        (people.operator, "POST", "open", {}),
        (people.operator, "POST", "skip", {"reason": "Nothing to hear"}),
        *[(people.auditor, "POST", verb, body) for verb, body in VERDICTS.items()],
        (people.auditor, "PUT", "draft", {"version": 0, "answers": {}, "revision": 1}),
        *[(people.administrator, "POST", verb, {}) for verb in ("reopen", "exclude", "take-back")],
    ]

    for user, method, verb, body in calls:
        # Each is a transaction of its own, as requests are.
        with transaction.atomic():
            assert refused(getattr(api(user), method.lower())(of_turn(turn, f"/{verb}"), body), 409)
    assert as_it_is() == before


def test_nobody_sees_what_peers_answered_before_their_own_is_handed_in(api, people, colleague):
    dataset = make_dataset(people.workspace, files=1, name="One call")
    task = make_task(dataset, by=people.administrator, overlap=2)
    peers = hand_in(task, colleague, answers={**ANSWERS, "note": "secret"})
    client = api(people.operator)

    own = client.post(of_task(task, "/next")).json()
    assert (own["item"]["id"], own["draft"]["answers"], own["submission"]) == (str(peers.item_id), {}, None)
    assert refused(client.get(of_turn(peers)), 403)
    for path in ("", "/assignments", "/progress", "/transfers"):
        answer = client.get(of_task(task, path))
        assert answer.status_code == 200
        assert str(peers.pk) not in answer.content.decode()
    for path in ("/items", "/export", "/reviews", "/review-figures", "/people", "/figures/turns.csv"):
        assert refused(client.get(of_task(task, path)), 403)
    assert "secret" not in client.get(of_turn(Assignment.objects.get(annotator=people.operator))).content.decode()


@pytest.mark.parametrize("path", ["/figures/people.csv", "/figures/days.csv", "/figures/turns.csv", "/people"])
def test_figures_of_others_are_for_managers(api, people, task, path):
    assert tuple(api(people[who]).get(of_task(task, path)).status_code for who in WHO) == MANAGERS


@pytest.mark.parametrize("path", ["/export", "/items"])
def test_results_are_for_managers(api, people, task, path):
    assert tuple(api(people[who]).get(of_task(task, path)).status_code for who in WHO) == MANAGERS


@pytest.mark.parametrize("who", ["operator", "auditor"])
def test_progress_has_nothing_of_others(api, people, task, colleague, who):
    hand_in(task, colleague)

    answer = api(people[who]).get(of_task(task, "/progress"))

    assert (answer.status_code, set(answer.json())) == (200, {"state", "mine"})
    assert "Colleague" not in answer.content.decode()


def escalated(task, annotator, auditor):
    turn = hand_in(task, annotator)
    reviewing.reject(Assignment.objects.get(pk=turn.pk), by=auditor, body=REASON)
    return Assignment.objects.get(pk=turn.pk)


def test_nobody_settles_what_they_labeled(api, people, dataset):
    task = make_task(dataset, by=people.administrator, max_rework=0)
    MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user=people.operator)
    turn = escalated(task, people.operator, people.auditor)
    assert turn.state == "escalated"

    answer = api(people.administrator).post(of_turn(turn, "/adjudicate"), {"to": people.operator.email})
    assert refused(answer, 409, "this person has a turn at the same item")
    assert api(people.administrator).post(of_turn(turn, "/adjudicate"), {}).status_code == 200
    assert refused(api(people.operator).post(of_turn(turn, "/approve")), 403, "Nobody reviews their own work.")
    for who, status in (("superadmin", 403), ("administrator", 403), ("outsider", 404), ("anonymous", 401)):
        assert refused(api(people[who]).post(of_turn(turn, "/approve")), status)


STILL_BEING_FILLED = {
    "next": ("POST", "/next", {}),
    "next-review": ("POST", "/next-review", {}),
    "people": ("PUT", "/people", {"annotators": []}),
    "transfers": ("POST", "/transfers", {"kind": "labeling", "to": "operator@example.org", "quantity": 1}),
    "edit": ("PATCH", "", {"review_mode": "none", "reason": "Because"}),
    "bulk": ("POST", "/bulk", {"move": "reopen", "only": {}}),
    "stop": ("POST", "/stop", {}),
    "resume": ("POST", "/resume", {}),
    "restore": ("POST", "/restore", {}),
    "generate": ("POST", "/generate", {}),
    "approve-rest": ("POST", "/approve-rest", {}),
}


@pytest.mark.parametrize("call", STILL_BEING_FILLED)
def test_while_a_task_is_filled_nothing_is_done_with_it(api, people, task, call):
    method, path, body = STILL_BEING_FILLED[call]
    for role in (Role.OPERATOR, Role.AUDITOR):
        MembershipFactory(workspace=people.workspace, role=role, user=people.administrator)
    LabelingTask.objects.filter(pk=task.pk).update(state="draft")
    before = as_it_is()

    assert refused(getattr(api(people.administrator), method.lower())(of_task(task, path), body), 409)
    assert as_it_is() == before


@pytest.mark.parametrize("verb", ["reopen", "exclude", "take-back", "reassign", "adjudicate"])
def test_nor_with_its_items(api, people, task, verb):
    turn = skip(task, people.operator)
    LabelingTask.objects.filter(pk=task.pk).update(state="draft")

    answer = api(people.administrator).post(of_turn(turn, f"/{verb}"), {"to": people.annotation_administrator.email})

    assert refused(answer, 409, "This labeling task is still being filled. Wait until it is open.")


def test_nobody_takes_from_a_pool_that_is_not_theirs(api, people, dataset, colleague):
    task = make_task(dataset, by=people.administrator, annotators=[(colleague, None)])
    before = as_it_is()
    turn = Assignment.objects.filter(task=task).first()

    assert refused(api(people.operator).post(of_turn(turn, "/open")), 403, "You are not among the people")
    assert as_it_is() == before
    assert api(colleague).post(of_turn(turn, "/open")).status_code == 200


@pytest.mark.parametrize("had", ["turn", "verdict"])
def test_nobody_takes_an_item_twice_or_after_they_judged_it(api, people, dataset, colleague, had):
    MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user=people.operator)
    task = make_task(dataset, by=people.administrator, overlap=2)
    mine = begin(task, people.operator) if had == "turn" else hand_in(task, colleague)
    if had == "verdict":
        judge(task, people.operator)
    other = Assignment.objects.get(item=mine.item_id, slot=1 - mine.slot)
    before = as_it_is()

    assert refused(api(people.operator).post(of_turn(other, "/open")), 409, "so this one is for somebody else")
    assert as_it_is() == before


def test_a_key_ends_with_its_person(api, people, task):
    key = ApiKeyFactory(workspace=people.workspace, user=people.operator)
    client = api(key=key.plain_secret)
    turn = client.post(of_task(task, "/next")).json()["assignment"]["id"]

    Membership.objects.filter(user=people.operator).delete()
    assert refused(client.post(f"/api/v1/assignments/{turn}/submit", {"answers": ANSWERS}), 404)
    people.operator.is_active = False
    people.operator.save()
    assert refused(client.post(f"/api/v1/assignments/{turn}/submit", {"answers": ANSWERS}), 401)


def test_a_key_of_the_workspace_manages_and_labels_and_judges_nothing(api, people, task):
    key, secret = create_api_key(workspace=people.workspace, by=people.administrator, name="Nightly")
    client, turn = api(key=secret), hand_in(task, people.operator)

    assert refused(client.post(of_turn(turn, "/approve")), 403, "review, never own work")
    answer = api(people.administrator).post(
        of_task(task, "/transfers"), {"kind": "labeling", "to": str(key.user_id), "quantity": 1}
    )
    assert refused(answer, 422)
    assert client.post(of_task(task, "/stop")).status_code == 200


def test_what_was_left_is_not_a_second_turn_at_the_same_item(api, people, dataset):
    task = make_task(dataset, by=people.administrator, overlap=2)
    first = begin(task, people.operator)
    second = Assignment.objects.get(item=first.item_id, slot=1)
    working.save_draft(first, by=people.operator, body={"version": 0, "answers": {}})
    working.release(first, by=people.operator)
    assert api(people.operator).post(of_turn(second, "/open")).status_code == 200

    answer = api(people.operator).post(of_turn(first, "/submit"), {"answers": ANSWERS})

    assert refused(answer, 409, "so this one is for somebody else")
